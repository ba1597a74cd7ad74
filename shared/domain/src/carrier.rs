//! What carriers report, and which of it means that the parcel is really on its way.

use crate::{EventId, Moment, Text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A carrier's status in our vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum CarrierStatus {
    PickedUp,
    InTransit,
    OutForDelivery,
    AvailableForPickup,
    DeliveryAttempted,
    Delivered,
    Returned,
    LabelCreated,
    PickupRequested,
    PreTransit,
    Exception,
    Cancelled,
    Unknown,
}

/// A status outside the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a status")]
pub struct UnknownStatus(pub Text);

impl CarrierStatus {
    /// Every status: first those that are movement.
    pub const ALL: [Self; 13] = [
        Self::PickedUp,
        Self::InTransit,
        Self::OutForDelivery,
        Self::AvailableForPickup,
        Self::DeliveryAttempted,
        Self::Delivered,
        Self::Returned,
        Self::LabelCreated,
        Self::PickupRequested,
        Self::PreTransit,
        Self::Exception,
        Self::Cancelled,
        Self::Unknown,
    ];

    /// As it is written everywhere: `picked_up`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PickedUp => "picked_up",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::AvailableForPickup => "available_for_pickup",
            Self::DeliveryAttempted => "delivery_attempted",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
            Self::LabelCreated => "label_created",
            Self::PickupRequested => "pickup_requested",
            Self::PreTransit => "pre_transit",
            Self::Exception => "exception",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the carrier physically has the parcel (rules M1 and M2).
    pub const fn is_movement(self) -> bool {
        match self {
            Self::PickedUp
            | Self::InTransit
            | Self::OutForDelivery
            | Self::AvailableForPickup
            | Self::DeliveryAttempted
            | Self::Delivered
            | Self::Returned => true,
            Self::LabelCreated
            | Self::PickupRequested
            | Self::PreTransit
            | Self::Exception
            | Self::Cancelled
            | Self::Unknown => false,
        }
    }
}

impl fmt::Display for CarrierStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CarrierStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.name() == text)
            .ok_or_else(|| UnknownStatus(Text::cut(text)))
    }
}

/// A scan that shows movement: what happened, when, and how we know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// When, by the carrier's clock.
    #[serde(rename = "at")]
    pub occurred_at: Moment,
    /// What the carrier reported; always one that is movement.
    #[serde(rename = "is")]
    pub status: CarrierStatus,
    /// When we were told first.
    #[serde(rename = "got")]
    pub received_at: Moment,
    /// The event that told us.
    #[serde(rename = "ev")]
    pub event: EventId,
    /// Where, in the carrier's words.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none", default)]
    pub location: Option<Text>,
}

impl Movement {
    /// What makes two scans the same scan, however often and by whichever event it is told.
    pub fn identity(&self) -> (Moment, CarrierStatus) {
        (self.occurred_at, self.status)
    }
}
