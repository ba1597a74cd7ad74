//! The two ways marketplaces limit requests: Amazon's token bucket (eBay's is taken for one, too) and Back Market's
//! window with a penalty. Time is an input.

use std::collections::VecDeque;

/// A token bucket's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests regained per thousand seconds, so that half a request per second is a whole number.
    pub per_1000_s: u32,
    /// Requests at once after a rest.
    pub burst: u32,
}

impl Rate {
    /// Amazon `confirmShipment`: 2 per second, burst 10. Source: ordersV0.json.
    pub const AMAZON_CONFIRM: Self = Self { per_1000_s: 2_000, burst: 10 };
    /// Amazon `getOrder`: 0.5 per second, burst 30. Source: `orders_2026-01-01.json`.
    pub const AMAZON_READ: Self = Self { per_1000_s: 500, burst: 30 };

    /// eBay: 5 per second, burst 10. Inferred: eBay names no figure for this API.
    pub const EBAY: Self = Self { per_1000_s: 5_000, burst: 10 };

    /// More than anybody asks.
    pub const UNLIMITED: Self = Self { per_1000_s: 1_000_000_000, burst: 1_000_000_000 };

    /// As the `x-amzn-RateLimit-Limit` header writes it: requests per second.
    pub(crate) fn header(self) -> String {
        format!("{}.{}", self.per_1000_s / 1_000, self.per_1000_s % 1_000 / 100)
    }
}

/// Millionths of a request in one request: a millisecond at a rate per 1000 s gains whole ones.
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

    /// Takes one request, if there is one.
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

/// A limit per window; more than that blocks the caller for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowRate {
    /// Requests within one window.
    pub limit: usize,
    /// Unit: milliseconds.
    pub window_ms: i64,
    /// How long all requests are refused once the limit was passed. Unit: milliseconds.
    pub blocked_ms: i64,
}

impl WindowRate {
    /// More than anybody asks. The window is short, because each request in it is remembered.
    pub const UNLIMITED: Self = Self { limit: usize::MAX, window_ms: 1, blocked_ms: 1 };

    /// 200 requests per 10 s, then blocked for 10 s. Source: the vendor's rate limits.
    pub const BACK_MARKET: Self = Self { limit: 200, window_ms: 10_000, blocked_ms: 10_000 };
}

/// The requests of one caller within the last window.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    rate: WindowRate,
    taken_ms: VecDeque<i64>,
    blocked_until_ms: i64,
}

impl Window {
    pub(crate) fn new(rate: WindowRate) -> Self {
        Self { rate, taken_ms: VecDeque::new(), blocked_until_ms: i64::MIN }
    }

    /// Takes one request, unless the caller is blocked or is so from now on.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        if now_ms < self.blocked_until_ms {
            return false;
        }
        while self.taken_ms.front().is_some_and(|at| *at <= now_ms - self.rate.window_ms) {
            self.taken_ms.pop_front();
        }
        if self.taken_ms.len() >= self.rate.limit {
            self.blocked_until_ms = now_ms + self.rate.blocked_ms;
            return false;
        }
        self.taken_ms.push_back(now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut bucket = Bucket::new(Rate::AMAZON_CONFIRM, 0);
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
        let mut window = Window::new(WindowRate::BACK_MARKET);
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
        assert_eq!(Rate::AMAZON_CONFIRM.header(), "2.0");
        assert_eq!(Rate::AMAZON_READ.header(), "0.5");
    }
}
