//! A partner that people deleted: its id stays taken for a while, and what is left of it is deleted piece by piece.

use crate::{Channel, Moment, PartnerId, SellerId, Text};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// For how long no partner can be registered under the id of a deleted one. Its orders are not known any more: labels that are told
/// again would be confirmed again. It is as long as an order is kept.
pub const ID_IS_TAKEN_FOR: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How long after the beginning a deletion can end. A function that read the partner just before may save an order until then.
pub const DELETION_AT_LEAST: SignedDuration = SignedDuration::from_mins(2);

/// A partner that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The tenant.
    pub seller: SellerId,
    /// The partner that was.
    pub partner: PartnerId,
    /// How far it is.
    pub progress: DepartureProgress,
}

/// How far the deletion of a partner is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartureProgress {
    /// The name that the partner had.
    pub name: Text,
    /// The channel that it was at.
    pub channel: Channel,
    /// When it was deleted.
    pub at: Moment,
    /// Who deleted it.
    pub by: Text,
    /// How many of its orders are deleted so far.
    pub orders: u64,
    /// When nothing of it was left. `None` until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub done_at: Option<Moment>,
}
