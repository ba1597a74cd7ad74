//! The two ways in which marketplaces limit requests: a token bucket, and a window with a penalty at Back Market. Time
//! is an input.
//!
//! Only Amazon documents a token bucket. That eBay, Wish, Groupon and receivers of webhooks have one is our guess.

use std::collections::VecDeque;

/// The rate and the size of a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many requests the bucket regains. With this unit half a request per second is a whole number. Unit: requests
    /// per 1,000 seconds.
    pub per_1000_s: u32,
    /// How many requests a caller may send at once when the bucket is full.
    pub burst: u32,
}

impl Rate {
    /// More than anybody asks.
    pub const UNLIMITED: Self = Self { per_1000_s: 1_000_000_000, burst: 1_000_000_000 };

    /// The rate as the header `x-amzn-RateLimit-Limit` has it. Unit: requests per second.
    pub(crate) fn header(self) -> String {
        format!("{}.{}", self.per_1000_s / 1_000, self.per_1000_s % 1_000 / 100)
    }
}

/// Millionths of a request in one request. In this unit the gain of one millisecond is a whole number.
const MICRO: u64 = 1_000_000;

/// A token bucket. It starts full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    micro_requests: u64,
    at_ms: i64,
}

impl Bucket {
    pub(crate) fn new(rate: Rate, now_ms: i64) -> Self {
        Self { rate, micro_requests: u64::from(rate.burst) * MICRO, at_ms: now_ms }
    }

    /// Takes one request out of the bucket. Returns false if the bucket has none.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        let elapsed_ms = u64::try_from(now_ms - self.at_ms).unwrap_or(0);
        let gained = elapsed_ms.saturating_mul(u64::from(self.rate.per_1000_s));
        let full = u64::from(self.rate.burst) * MICRO;
        self.micro_requests = self.micro_requests.saturating_add(gained).min(full);
        self.at_ms = self.at_ms.max(now_ms);
        match self.micro_requests.checked_sub(MICRO) {
            Some(rest) => {
                self.micro_requests = rest;
                true
            }
            None => false,
        }
    }
}

/// A limit of requests in a window of time. A caller who passes the limit is blocked for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowRate {
    /// How many requests a caller may send in one window.
    pub limit: usize,
    /// Length of the window. Unit: milliseconds.
    pub window_ms: i64,
    /// How long a caller is blocked after it passed the limit. Unit: milliseconds.
    pub blocked_ms: i64,
}

impl WindowRate {
    /// More than anybody asks. The window is short, because each request in it is remembered.
    pub const UNLIMITED: Self = Self { limit: usize::MAX, window_ms: 1, blocked_ms: 1 };
}

/// The times of one caller's requests in the last window.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    rate: WindowRate,
    requests_ms: VecDeque<i64>,
    blocked_until_ms: i64,
}

impl Window {
    pub(crate) fn new(rate: WindowRate) -> Self {
        Self { rate, requests_ms: VecDeque::new(), blocked_until_ms: i64::MIN }
    }

    /// Counts one request. Returns false if the caller is blocked, or if this request passes the limit and so blocks
    /// the caller.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        if now_ms < self.blocked_until_ms {
            return false;
        }
        while self.requests_ms.front().is_some_and(|at| *at <= now_ms - self.rate.window_ms) {
            self.requests_ms.pop_front();
        }
        if self.requests_ms.len() >= self.rate.limit {
            self.blocked_until_ms = now_ms + self.rate.blocked_ms;
            return false;
        }
        self.requests_ms.push_back(now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut bucket = Bucket::new(Rate { per_1000_s: 2_000, burst: 10 }, 0);
        let burst = (0..20).filter(|_| bucket.take(0)).count();
        assert_eq!(burst, 10);
        assert!(!bucket.take(499));
        assert!(bucket.take(500));
        assert!(!bucket.take(500));
        let rested = (0..20).filter(|_| bucket.take(3_600_000)).count();
        assert_eq!(rested, 10);
    }

    #[test]
    fn a_window_blocks_after_its_limit() {
        let rate = WindowRate { limit: 200, window_ms: 10_000, blocked_ms: 10_000 };
        let mut window = Window::new(rate);
        let taken = (0..200).filter(|_| window.take(0)).count();
        assert_eq!(taken, 200);
        assert!(!window.take(9_000));
        assert!(!window.take(18_999));
        assert!(window.take(19_000));
    }

    #[test]
    fn a_window_moves_on() {
        let mut window = Window::new(WindowRate { limit: 1, window_ms: 10, blocked_ms: 100 });
        assert!(window.take(0));
        assert!(window.take(10));
        assert!(!window.take(19));
        assert!(!window.take(118));
        assert!(window.take(119));
    }

    #[test]
    fn the_header_is_in_requests_per_second() {
        assert_eq!(Rate { per_1000_s: 2_000, burst: 10 }.header(), "2.0");
        assert_eq!(Rate { per_1000_s: 500, burst: 30 }.header(), "0.5");
    }
}
