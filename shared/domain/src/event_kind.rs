//! The kinds of event that come from the bus.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A kind of event that comes from the bus; its name is the event's `detail-type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub enum EventKind {
    CarrierScan,
    ImeiUpdated,
    LabelCreated,
    LabelVoided,
    OrderCancelled,
    OrderUpdated,
}

impl EventKind {
    /// Every kind, in the order in which refusals list them.
    pub const ALL: [Self; 6] = [
        Self::LabelCreated,
        Self::LabelVoided,
        Self::OrderCancelled,
        Self::OrderUpdated,
        Self::CarrierScan,
        Self::ImeiUpdated,
    ];

    /// The event's `detail-type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LabelCreated => "LabelCreated",
            Self::LabelVoided => "LabelVoided",
            Self::OrderCancelled => "OrderCancelled",
            Self::OrderUpdated => "OrderUpdated",
            Self::CarrierScan => "CarrierScan",
            Self::ImeiUpdated => "ImeiUpdated",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A `detail-type` that is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an event type")]
pub struct UnknownEventKind;

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(name: &str) -> Result<Self, UnknownEventKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownEventKind)
    }
}
