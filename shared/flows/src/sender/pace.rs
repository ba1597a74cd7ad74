//! Pacing: all senders together keep a partner at nine tenths of its channel's rate.
//!
//! A partner that is not busy pays nothing for it. The partner is read before each claim anyway, and shows whether any
//! sender booked a place lately; where none did, a sender that has sent nothing of the partner itself for a while, and
//! has nothing else of it at hand, just goes. There are at most ten senders of a channel at once, so that is a burst of
//! ten at most (of twenty at Wish, where each begins with a read); whoever has more to send books places, which the partner
//! then shows to all others.

use super::Sender;
use super::access::Name;
use crate::FlowError;
use crate::ports::{Booked, Booking, SenderPorts, Traffic};
use channels::{Marketplace, Rate};
use domain::{Moment, Partner};
use jiff::SignedDuration;
use std::collections::HashMap;

/// Of a channel's rate, so much is used. Unit: hundredths.
const SHARE: i64 = 90;

/// How long after its last request a partner counts as busy, at least.
const QUIET: SignedDuration = SignedDuration::from_secs(10);

/// Senders of a channel at once, at most: so many requests may go without a place at the same time. The partner counts as
/// busy until a channel that took them has regained them. Source: `MaximumConcurrency` in the template.
const SENDERS: i32 = 10;

/// How long a sender waits for its place itself. Later ones are turned away, and come back when it is time.
const HORIZON: SignedDuration = SignedDuration::from_secs(2);

/// How long the first place of a busy time is away: the channel regains what went without a place just before.
const SETTLES: SignedDuration = SignedDuration::from_secs(1);

/// How long nothing of a partner is sent after its channel asked for less, where it does not say how long.
const HELD_BACK: SignedDuration = SignedDuration::from_secs(5);

/// The longest a channel's wish to wait is followed for a partner as a whole.
const HELD_BACK_MAX: SignedDuration = SignedDuration::from_hours(12);

/// How long a request is remembered, at least: longer than any partner counts as busy for it.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);

/// Partners remembered before those are forgotten that are quiet again.
const REMEMBERED_MAX: usize = 1_000;

/// Milliseconds in the time that a [`Rate`] counts in.
const THOUSAND_SECONDS_MS: i64 = 1_000_000;

/// What a sender remembers of its own requests.
#[derive(Default)]
pub(super) struct Own {
    /// Doorbells being answered, by partner.
    at_hand: HashMap<Name, usize>,
    /// The last request.
    last: HashMap<(Name, Traffic), Last>,
}

/// A request that went.
#[derive(Clone, Copy)]
struct Last {
    at: Moment,
    /// Whether a place was booked for it: then the lane is booked until the next one.
    has_place: bool,
}

impl Own {
    pub(super) fn begin(&mut self, name: &Name) {
        let count = self.at_hand.entry(name.clone()).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn end(&mut self, name: &Name) {
        if let Some(count) = self.at_hand.get_mut(name) {
            *count = count.saturating_sub(1);
        }
        self.at_hand.retain(|_, count| *count > 0);
    }

    fn is_quiet(
        &self,
        (name, traffic): (&Name, Traffic),
        now: Moment,
        quiet: SignedDuration,
    ) -> bool {
        let last = self.last.get(&(name.clone(), traffic));
        self.at_hand.get(name).is_none_or(|count| *count <= 1)
            && last.is_none_or(|last| now >= last.at.plus(quiet))
    }

    /// When the last place was that this sandbox has booked.
    fn place(&self, (name, traffic): (&Name, Traffic)) -> Option<Moment> {
        let last = self.last.get(&(name.clone(), traffic))?;
        last.has_place.then_some(last.at)
    }

    fn went(&mut self, name: Name, traffic: Traffic, last: Last) {
        if self.last.len() >= REMEMBERED_MAX {
            self.last.retain(|_, other| last.at < other.at.plus(REMEMBERED));
        }
        self.last.insert((name, traffic), last);
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// This request's, now.
    Now,
    /// This request's, after a short wait.
    After(SignedDuration),
    /// Others'.
    Others {
        /// When to try again.
        until: Moment,
    },
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Which limit a read counts against.
    pub(super) const READS: Traffic = match M::LIMITS.read {
        Some(_) => Traffic::Read,
        None => Traffic::Submit,
    };

    const fn rate(traffic: Traffic) -> Rate {
        match (traffic, M::LIMITS.read) {
            (Traffic::Read, Some(rate)) => rate,
            (Traffic::Read, None) | (Traffic::Submit, _) => M::LIMITS.submit,
        }
    }

    /// How far apart requests are at our share of the rate. Rounded up.
    fn gap(traffic: Traffic) -> SignedDuration {
        let per_1000_s = i64::from(Self::rate(traffic).per_1000_s).max(1);
        let share = per_1000_s * SHARE;
        SignedDuration::from_millis((THOUSAND_SECONDS_MS * 100 + share - 1) / share)
    }

    fn quiet(traffic: Traffic) -> SignedDuration {
        Self::gap(traffic).saturating_mul(SENDERS).max(QUIET)
    }

    /// Asks for a turn to send one request of the partner.
    pub(super) async fn turn(
        &self,
        partner: &Partner,
        traffic: Traffic,
    ) -> Result<Turn, FlowError> {
        self.turn_within(partner, traffic, HORIZON).await
    }

    /// The same, and waits for a place that is up to this far ahead.
    pub(super) async fn turn_within(
        &self,
        partner: &Partner,
        traffic: Traffic,
        horizon: SignedDuration,
    ) -> Result<Turn, FlowError> {
        let name = (partner.seller.clone(), partner.id.clone());
        let (now, quiet) = (self.ports.now(), Self::quiet(traffic));
        // The partner may have been read before this sandbox booked its last place.
        let own = self.own.borrow().place((&name, traffic)).map(|at| at.plus(Self::gap(traffic)));
        let go = traffic.lane(partner.pace).go.max(own);
        let is_booked = go.is_some_and(|go| now < go.plus(quiet));
        if !is_booked && self.own.borrow().is_quiet((&name, traffic), now, quiet) {
            self.own.borrow_mut().went(name, traffic, Last { at: now, has_place: false });
            return Ok(Turn::Now);
        }
        let start = if is_booked { now } else { now.plus(SETTLES) };
        let booking = Booking { now, start, gap: Self::gap(traffic), horizon };
        let booked = self.ports.book(partner, traffic, booking).await?;
        Ok(match booked {
            Booked::Go(at) => {
                self.own.borrow_mut().went(name, traffic, Last { at, has_place: true });
                if at > now { Turn::After(at.since(now)) } else { Turn::Now }
            }
            Booked::Back(until) => Turn::Others { until },
        })
    }

    /// The channel asks for less: nothing of the partner goes for a while, whichever sender has it.
    pub(super) async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        asked: Option<SignedDuration>,
    ) {
        // A channel that always says "after 0 s" would switch this off.
        let wait = asked.map_or(HELD_BACK, |asked| asked.clamp(HELD_BACK, HELD_BACK_MAX));
        let until = self.ports.now().plus(wait);
        if let Err(error) = self.ports.hold_back(partner, traffic, until).await {
            tracing::warn!(%error, "failed to hold a partner back; its orders wait by themselves");
        }
    }
}
