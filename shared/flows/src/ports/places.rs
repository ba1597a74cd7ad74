//! Where lists of orders go on: the place of what was listed last.

use domain::{Moment, Order, OrderId, PartnerId};
use jiff::SignedDuration;

/// Where an order stands among its partner's, by when it was first heard of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenPlace {
    /// When it was first heard of.
    pub seen_at: Moment,
    /// Which order.
    pub order: OrderId,
}

/// Where an order stands among its partner's that lack an IMEI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImeiPlace {
    /// Its deadline. One without stands after all that have one, by when it was first heard of.
    pub at: Moment,
    /// Which order.
    pub order: OrderId,
}

/// What an order without a deadline is put behind: later than any deadline. Unit: milliseconds.
const NO_DEADLINE: SignedDuration = SignedDuration::from_millis(100_000_000_000_000);

impl ImeiPlace {
    /// Where the order stands, if it lacks an IMEI that could still go out.
    pub fn of(order: &Order) -> Option<Self> {
        let at = || order.imei_deadline().unwrap_or_else(|| order.seen_at.plus(NO_DEADLINE));
        order.awaits_imeis().then(|| Self { at: at(), order: order.key.order.clone() })
    }
}

/// Where something stands among what needs a person, by since when it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttentionPlace {
    /// Since when.
    pub since: Moment,
    /// Which partner it is, or whose order.
    pub partner: PartnerId,
    /// Which order; none where the partner itself is stopped.
    pub order: Option<OrderId>,
}
