//! The border: events as they come from the bus, parsed once into facts, or refused with the field and what is allowed.

mod date_or_time;
mod events;
mod fields;
mod once_each;
mod relayed;
mod unread;

pub use date_or_time::DateOrTime;
pub use events::{
    CarrierScan, ImeiUpdated, LabelCreated, LabelKind, LabelVoided, OrderCancelled, OrderUpdated,
    Scanned,
};
pub use fields::whole_number;
pub use relayed::Relayed;
pub use unread::{UnreadEvent, UnreadLabel};

use crate::{EventKind, Fault, Moment, OrderKey, Text};
use fields::Fields;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Largest event taken, in bytes. Source: `EventBridge` quotas, 256 KiB an entry.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// The id `EventBridge` gave an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Text);

/// An event from the bus that can be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusEvent {
    /// Which event.
    pub id: EventId,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an event is read once, and few are there at a time")]
pub enum Fact {
    /// A label was made.
    LabelCreated(LabelCreated),
    /// A label was voided.
    LabelVoided(LabelVoided),
    /// An order was cancelled.
    OrderCancelled(OrderCancelled),
    /// Something became of an order at its channel.
    OrderUpdated(OrderUpdated),
    /// A carrier scanned a parcel.
    CarrierScan(Scanned),
    /// An item's IMEIs were entered.
    ImeiUpdated(ImeiUpdated),
}

/// What `EventBridge` puts around an event.
struct Envelope {
    id: EventId,
    kind: EventKind,
    /// Whether it relays what a channel itself says (rule S6).
    is_channels: bool,
}

/// The `source` of events that relay what a channel itself says (rule S6).
pub const CHANNELS_SOURCE: &str = "ship-confirmation.channels";

const BODY: &str = "one event of EventBridge as JSON, at most 262,144 bytes";
const DETAIL: &str = "a JSON object with the event's fields";

impl BusEvent {
    /// Reads an event as `EventBridge` puts it into a queue.
    ///
    /// # Errors
    /// When it cannot be taken, naming the field and what would be right.
    pub fn parse(body: &str, now: Moment) -> Result<Self, Fault> {
        if body.len() > BODY_BYTES_MAX {
            let problem = format!("is {} bytes", body.len());
            return Err(Fault::new("body", problem).allowing([BODY]));
        }
        let mut envelope = Fields::read(body, BODY)?;
        let Envelope { id, kind, is_channels } = Envelope::of(&mut envelope)?;
        let mut detail = envelope.object("detail", DETAIL)?;
        let fact = match kind {
            EventKind::LabelCreated => Fact::LabelCreated(LabelCreated::of(detail, now)?),
            EventKind::LabelVoided => Fact::LabelVoided(LabelVoided::of(&mut detail)?),
            EventKind::OrderCancelled => Fact::OrderCancelled(OrderCancelled::of(&mut detail)?),
            EventKind::OrderUpdated => {
                Fact::OrderUpdated(OrderUpdated::of(&mut detail, is_channels, now)?)
            }
            EventKind::CarrierScan => Fact::CarrierScan(Scanned::of(&mut detail, now)?),
            EventKind::ImeiUpdated => Fact::ImeiUpdated(ImeiUpdated::of(&mut detail, now)?),
        };
        Ok(Self { id, fact })
    }
}

impl Envelope {
    fn of(fields: &mut Fields) -> Result<Self, Fault> {
        let id = fields.required("id")?;
        let kind = fields.required("detail-type")?;
        let source: Option<Text> = fields.spare("source");
        let is_channels = source.is_some_and(|source| source.as_str() == CHANNELS_SOURCE);
        Ok(Self { id, kind, is_channels })
    }
}

impl Fact {
    /// Which kind of event says so.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::LabelCreated(_) => EventKind::LabelCreated,
            Self::LabelVoided(_) => EventKind::LabelVoided,
            Self::OrderCancelled(_) => EventKind::OrderCancelled,
            Self::OrderUpdated(_) => EventKind::OrderUpdated,
            Self::CarrierScan(_) => EventKind::CarrierScan,
            Self::ImeiUpdated(_) => EventKind::ImeiUpdated,
        }
    }

    /// The order it is about; a scan is about a tracking number instead.
    pub fn order_key(&self) -> Option<OrderKey> {
        let (seller, partner, order) = match self {
            Self::LabelCreated(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::LabelVoided(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::OrderCancelled(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::OrderUpdated(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::ImeiUpdated(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::CarrierScan(_) => return None,
        };
        Some(OrderKey { seller: seller.clone(), partner: partner.clone(), order: order.clone() })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
