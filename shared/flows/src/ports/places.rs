//! Places in lists of orders. A list goes on after the place of what was listed last.

use domain::{Moment, Order, OrderId, PartnerId, Text};
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
    /// The partner itself, which is stopped.
    Partner,
    /// An order.
    Order(OrderId),
    /// A carrier that the partner's channel does not list, by the form of its words.
    Carrier(Text),
}

/// The place of an order, a partner or a carrier among what needs a person, which is sorted by since when it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttentionPlace {
    /// Since when it needs a person.
    pub since: Moment,
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
