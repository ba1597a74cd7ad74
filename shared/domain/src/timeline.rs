//! The timeline of an order as it is stored: its last changes, for people.

use crate::{Moment, PackageId, Text};
use serde::{Deserialize, Serialize};

/// Most changes that are kept in an order's timeline.
pub const TIMELINE_MAX: usize = 20;

/// One change of an order or of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When it happened.
    #[serde(rename = "t")]
    pub at: Moment,
    /// The package that changed. `None` where the order did.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub package: Option<PackageId>,
    /// What happened.
    #[serde(rename = "w")]
    pub what: What,
    /// More about it, in words.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none", default)]
    pub note: Option<Text>,
}

/// What happened to an order or to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum What {
    Labelled,
    Voided,
    LeftOut,
    Cancelled,
    LinesCancelled,
    ShipByTold,
    ShippedOtherwise,
    CancelRequested,
    CancelTakenBack,
    LabelRefused,
    PutAside,
    ImeisEntered,
    SerialsEntered,
    Waiting,
    Ready,
    Held,
    Withheld,
    Sending,
    Observed,
    Confirmed,
    Verified,
    LookDropped,
    Rejected,
    InDoubt,
    Conflict,
    Unresolved,
    Closed,
    Postponed,
    Marked,
    ImeiRegistered,
    ImeiFailed,
    Person,
    Evidence,
}
