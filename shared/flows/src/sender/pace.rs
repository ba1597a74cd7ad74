//! Pacing: all senders together keep a partner at nine tenths of its channel's rate.
//!
//! A quiet partner costs nothing. The partner is read before each claim anyway, and shows whether any sender booked a place
//! lately. If none did, a sender goes at once, as long as it has sent nothing of the partner for a while and answers no other
//! doorbell of it. A channel has ten senders at a time unless the deployment says otherwise, so that is a burst of at most ten
//! requests, or of twenty at Wish, where each submission begins with a read. A sender with more to send books places, which the
//! partner then shows to all others. Where a channel has more than ten senders at a time, every request books its place.

use super::{PartnerKey, Sender};
use crate::FlowError;
use crate::ports::{Booked, Booking, SenderPorts, Traffic};
use channels::{Marketplace, Rate};
use domain::{Moment, Partner};
use jiff::SignedDuration;
use std::collections::HashMap;

/// How much of a channel's rate is used. Unit: hundredths.
const SHARE: i64 = 90;

/// For how long, at least, a partner counts as busy after its last request.
const QUIET: SignedDuration = SignedDuration::from_secs(10);

/// The most senders of a channel at the same time with which requests may go without a place. Each of them may send one before any
/// of them has booked a place, so a partner counts as busy until the channel's quota has refilled by that many. More of them would
/// be a burst that channels turn away.
const WITHOUT_PLACES_MAX: u16 = 10;

/// The longest wait for a place that a sender waits itself. Who would wait longer is turned away, and comes back later.
const HORIZON: SignedDuration = SignedDuration::from_secs(2);

/// How far ahead the first place of a busy time is. In between the channel's quota refills by what went without a place.
const SETTLES: SignedDuration = SignedDuration::from_secs(1);

/// How long nothing of a partner is sent after its channel asked for less without saying for how long.
const HELD_BACK: SignedDuration = SignedDuration::from_secs(5);

/// The longest wait that a channel may ask for a partner as a whole.
const HELD_BACK_MAX: SignedDuration = SignedDuration::from_hours(12);

/// For how long, at least, a request is remembered. It is longer than any partner counts as busy after one.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);

/// How many partners are remembered before those that are quiet again are forgotten.
const REMEMBERED_MAX: usize = 1_000;

/// Milliseconds in the time that a [`Rate`] counts in.
const THOUSAND_SECONDS_MS: i64 = 1_000_000;

/// What a sender remembers of its own requests.
#[derive(Default)]
pub(super) struct OwnRequests {
    /// How many doorbells are being answered, by partner.
    doorbells: HashMap<PartnerKey, usize>,
    /// The last request of each lane.
    last: HashMap<LaneKey, LastRequest>,
}

/// One of a partner's lanes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct LaneKey {
    partner: PartnerKey,
    traffic: Traffic,
}

/// A request that was sent.
#[derive(Clone, Copy)]
struct LastRequest {
    at: Moment,
    /// Whether a place was booked for it. Then the lane is booked until the next place.
    has_place: bool,
}

impl OwnRequests {
    /// Counts a doorbell of the partner that is being answered.
    pub(super) fn begin(&mut self, partner: &PartnerKey) {
        let count = self.doorbells.entry(partner.clone()).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts a doorbell of the partner that was answered.
    pub(super) fn end(&mut self, partner: &PartnerKey) {
        if let Some(count) = self.doorbells.get_mut(partner) {
            *count = count.saturating_sub(1);
        }
        self.doorbells.retain(|_, count| *count > 0);
    }

    fn is_quiet(&self, lane: &LaneKey, now: Moment, quiet: SignedDuration) -> bool {
        let last = self.last.get(lane);
        self.doorbells.get(&lane.partner).is_none_or(|count| *count <= 1)
            && last.is_none_or(|last| now >= last.at.plus(quiet))
    }

    /// When the last place is that this sandbox has booked.
    fn place(&self, lane: &LaneKey) -> Option<Moment> {
        let last = self.last.get(lane)?;
        last.has_place.then_some(last.at)
    }

    fn sent(&mut self, lane: LaneKey, last: LastRequest) {
        if self.last.len() >= REMEMBERED_MAX {
            self.last.retain(|_, other| last.at < other.at.plus(REMEMBERED));
        }
        self.last.insert(lane, last);
    }
}

/// Whose turn it is to send a request of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is this request's turn now.
    Now,
    /// It is this request's turn after a short wait.
    After(SignedDuration),
    /// It is the turn of others.
    Others {
        /// When to ask for a turn again.
        until: Moment,
    },
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A submission.
    Submission,
    /// A read of what somebody waits for: a doubt, an order before a claim, an account.
    Read,
    /// A look at what is in no doubt. It lets all others go before it, and takes half of the rate (rule S7).
    Look,
}

impl Kind {
    /// What the questions of a search are for: a look's own, or those of a read.
    pub(super) const fn of_questions(self) -> Self {
        match self {
            Self::Submission | Self::Read => Self::Read,
            Self::Look => Self::Look,
        }
    }

    /// How many places a request takes.
    const fn places(self) -> i32 {
        match self {
            Self::Submission | Self::Read => 1,
            Self::Look => 2,
        }
    }

    /// The longest wait for the place of a first request.
    pub(super) const fn horizon(self) -> SignedDuration {
        match self {
            Self::Submission | Self::Read => HORIZON,
            Self::Look => SignedDuration::ZERO,
        }
    }
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Which limit a kind of request counts against.
    const fn traffic(kind: Kind) -> Traffic {
        match kind {
            Kind::Submission => Traffic::Submit,
            Kind::Read | Kind::Look => Self::READS,
        }
    }

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

    /// How far apart requests are at our share of the rate, rounded up.
    fn gap(traffic: Traffic) -> SignedDuration {
        let per_1000_s = i64::from(Self::rate(traffic).per_1000_s).max(1);
        let share = per_1000_s * SHARE;
        SignedDuration::from_millis((THOUSAND_SECONDS_MS * 100 + share - 1) / share)
    }

    fn quiet(&self, traffic: Traffic) -> SignedDuration {
        let bursts = i32::from(self.at_once.min(WITHOUT_PLACES_MAX));
        Self::gap(traffic).saturating_mul(bursts).max(QUIET)
    }

    /// Asks for a turn to send one request of the partner.
    pub(super) async fn turn(&self, partner: &Partner, kind: Kind) -> Result<Turn, FlowError> {
        self.turn_within(partner, kind, kind.horizon()).await
    }

    /// Asks for a turn to send one request of the partner, at a place that is at most `horizon` ahead.
    pub(super) async fn turn_within(
        &self,
        partner: &Partner,
        kind: Kind,
        horizon: SignedDuration,
    ) -> Result<Turn, FlowError> {
        let traffic = Self::traffic(kind);
        let gap = Self::gap(traffic).saturating_mul(kind.places());
        let lane = LaneKey { partner: PartnerKey::of(partner), traffic };
        let (now, quiet) = (self.ports.now(), self.quiet(traffic));
        // The partner may have been read before this sandbox booked its last place.
        let own = self.own.borrow().place(&lane).map(|at| at.plus(Self::gap(traffic)));
        let go = traffic.lane(partner.pace).go.max(own);
        let is_booked = go.is_some_and(|go| now < go.plus(quiet));
        let needs_place = self.at_once > WITHOUT_PLACES_MAX;
        if !is_booked && !needs_place && self.own.borrow().is_quiet(&lane, now, quiet) {
            self.own.borrow_mut().sent(lane, LastRequest { at: now, has_place: false });
            return Ok(Turn::Now);
        }
        // Where every request books its place, none went without one that the quota would have to make up for.
        let start = if is_booked || needs_place { now } else { now.plus(SETTLES) };
        let booking = Booking { now, start, gap, horizon };
        let booked = self.ports.book(partner, traffic, booking).await?;
        Ok(match booked {
            Booked::Go(at) => {
                self.own.borrow_mut().sent(lane, LastRequest { at, has_place: true });
                if at > now { Turn::After(at.since(now)) } else { Turn::Now }
            }
            Booked::Later(until) => Turn::Others { until },
        })
    }

    /// Holds a partner back because its channel asked for less. No sender sends anything of it for a while.
    pub(super) async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        asked: Option<SignedDuration>,
    ) {
        // Without a shortest wait a channel that always says "after 0 s" would switch this off.
        let wait = asked.map_or(HELD_BACK, |asked| asked.clamp(HELD_BACK, HELD_BACK_MAX));
        let until = self.ports.now().plus(wait);
        if let Err(error) = self.ports.hold_back(partner, traffic, until).await {
            tracing::warn!(%error, "failed to hold a partner back; each of its orders waits for itself");
        }
    }
}
