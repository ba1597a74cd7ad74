//! Places in lists of orders. A list goes on after the place of what was listed last.

use domain::{Attention, Moment, Order, OrderId, Partner, PartnerId, Text};
use jiff::SignedDuration;

/// The place of an order among its partner's orders, which are sorted by when they were first heard of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenPlace {
    /// When the order was first heard of.
    pub seen_at: Moment,
    /// The order.
    pub order: OrderId,
}

/// The place of an order among its partner's orders that lack an IMEI, which are sorted by deadline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImeiPlace {
    /// The deadline of the order. An order without one comes after all orders with one, by when it was first heard of.
    pub at: Moment,
    /// The order.
    pub order: OrderId,
}

/// What is added to the moment of an order without a deadline, so that it comes after any deadline. Unit: milliseconds.
const NO_DEADLINE: SignedDuration = SignedDuration::from_millis(100_000_000_000_000);

impl ImeiPlace {
    /// The place of an order, if it lacks an IMEI that could still go out.
    pub fn of(order: &Order) -> Option<Self> {
        let at = || order.imei_deadline().unwrap_or_else(|| order.seen_at.plus(NO_DEADLINE));
        order.awaits_imeis().then(|| Self { at: at(), order: order.key.order.clone() })
    }
}

/// What needs a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttentionOf {
    /// The partner itself, which is stopped or paused.
    Partner,
    /// An order.
    Order(OrderId),
    /// A carrier that the partner's channel does not list, by the form of its words.
    Carrier(Text),
}

/// How soon something needs a person: the worst comes first, and of what is alike the earliest.
///
/// Shape: as a number, the rank before fourteen digits of milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    rank: u8,
    at: Moment,
}

/// How many milliseconds a rank has room for: 3,000 years.
const RANK: i64 = 100_000_000_000_000;

/// The rank of a stopped or paused partner: nothing of it is sent.
const STOPPED: u8 = 0;

/// The rank of a carrier that is not listed: its labels go out, and by what name is all that is asked.
const UNLISTED: u8 = 99;

impl Urgency {
    /// Before all others.
    pub const FIRST: Self = Self { rank: 0, at: Moment::from_millis(0) };

    /// After all others.
    pub const LAST: Self = Self { rank: UNLISTED, at: Moment::from_millis(RANK - 1) };

    const fn new(rank: u8, at: Moment) -> Self {
        let millis = at.as_millis();
        let millis = if millis < 0 {
            0
        } else if millis >= RANK {
            RANK - 1
        } else {
            millis
        };
        Self { rank, at: Moment::from_millis(millis) }
    }

    /// Of a partner that is stopped, or paused, since then.
    pub const fn of_stop(since: Moment) -> Self {
        Self::new(STOPPED, since)
    }

    /// Of a partner, if it needs a person: it is stopped or paused (rule A1).
    pub fn of_partner(partner: &Partner) -> Option<Self> {
        let stopped = partner.stopped.as_ref().map(|stopped| stopped.at);
        let paused = partner.paused.as_ref().map(|paused| paused.at);
        stopped.or(paused).map(Self::of_stop)
    }

    /// Of a carrier that labels name since then, and that is not listed.
    pub const fn of_unlisted(since: Moment) -> Self {
        Self::new(UNLISTED, since)
    }

    /// Of an order that needs a person for this reason, with the moment that matters of it.
    pub fn of_reason(reason: Attention, at: Moment) -> Self {
        Self::new(u8::try_from(reason.rank()).unwrap_or(UNLISTED), at)
    }

    /// Of an order, if it needs a person.
    pub fn of(order: &Order) -> Option<Self> {
        order.worst_reason().map(|(reason, at)| Self::of_reason(reason, at))
    }

    /// The reason, where it is of an order.
    pub fn reason(self) -> Option<Attention> {
        Attention::of_rank(usize::from(self.rank))
    }

    /// Its place among all reasons: the least is the worst.
    pub const fn rank(self) -> u8 {
        self.rank
    }

    /// The moment that matters: a ship-by, or since when.
    pub const fn at(self) -> Moment {
        self.at
    }

    /// As a number that sorts alike.
    pub fn as_number(self) -> i64 {
        i64::from(self.rank) * RANK + self.at.as_millis()
    }

    /// From that number.
    pub fn from_number(number: i64) -> Option<Self> {
        let rank = u8::try_from(number / RANK).ok()?;
        (number >= 0).then(|| Self { rank, at: Moment::from_millis(number % RANK) })
    }
}

/// The part of what needs a person that lies between two urgencies, both of them included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrgencyRange {
    /// The first.
    pub from: Urgency,
    /// The last.
    pub to: Urgency,
}

impl UrgencyRange {
    /// All of it.
    pub const ALL: Self = Self { from: Urgency::FIRST, to: Urgency::LAST };

    /// What comes before all of a reason, and what comes behind it.
    pub fn around(reason: Attention) -> [Self; 2] {
        let rank = Urgency::of_reason(reason, Moment::from_millis(0)).rank;
        let last_before = Urgency::new(rank.saturating_sub(1), Moment::from_millis(RANK - 1));
        let first_behind = Urgency::new(rank.saturating_add(1), Moment::from_millis(0));
        [
            Self { from: Urgency::FIRST, to: last_before },
            Self { from: first_behind, to: Urgency::LAST },
        ]
    }

    /// Whether it has this urgency.
    pub fn has(self, urgency: Urgency) -> bool {
        (self.from..=self.to).contains(&urgency)
    }
}

/// The place of an order, a partner or a carrier among what needs a person, which is sorted by urgency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttentionPlace {
    /// How soon it needs a person.
    pub urgency: Urgency,
    /// The partner, or the partner of the order or the carrier.
    pub partner: PartnerId,
    /// What needs a person there.
    pub of: AttentionOf,
}

impl AttentionPlace {
    /// The order, where it is one that needs a person.
    pub fn order(&self) -> Option<&OrderId> {
        match &self.of {
            AttentionOf::Order(order) => Some(order),
            AttentionOf::Partner | AttentionOf::Carrier(_) => None,
        }
    }
}
