//! The marks of a package, by the names under which they are stored and shown.

use crate::Attention;
use serde::{Deserialize, Serialize};

/// What a person must know beside the state of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The label was voided or replaced after its number was sent (rule L3).
    Superseded,
    /// The order was cancelled after its number was sent (rule L4).
    CancelledLate,
    /// Two tellings of the label contradict each other (rule L7).
    LabelDisputed,
    /// The parcel of a former label moves (rule L8).
    ReplacedLabelMoves,
    /// Its number belongs to too many orders: no scan of it reaches this one (rule N5).
    NumberOverused,
    /// An IMEI changed after it was sent (rule I6).
    ImeiLate,
    /// A line of several IMEIs: the channel takes only one (rule I7).
    ImeiByHand,
    /// An IMEI could not be registered (rule I7).
    ImeiFailed,
    /// An IMEI that came by event is another line's, too (rule I9).
    ImeiTwice,
    /// Nobody knows which of several IMEIs is a line's, or which line's one is (rule I10).
    ImeiAmbiguous,
    /// `never` stopped it, and it has moved since (rule T5).
    WithheldMoved,
    /// Something of it was due for an hour, and no sender took it.
    Delayed,
    /// Its ship-by is near (rule S3).
    ShipByNear,
    /// Its ship-by is over (rule S3).
    ShipByPassed,
    /// No movement of its parcel is known (rule S4).
    NoMovement,
    /// It waits for a label in place of a voided one (rule S4).
    NoLabel,
    /// The buyer wishes to cancel, and it was sent (rule S5).
    CancelRequested,
    /// The channel took our number, and does not show it (rule S8).
    NotShown,
}

impl Mark {
    /// Its name in data: `imei_late`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::CancelledLate => "cancelled_late",
            Self::LabelDisputed => "label_disputed",
            Self::ReplacedLabelMoves => "replaced_label_moves",
            Self::NumberOverused => "number_overused",
            Self::ImeiLate => "imei_late",
            Self::ImeiByHand => "imei_by_hand",
            Self::ImeiFailed => "imei_failed",
            Self::ImeiTwice => "imei_twice",
            Self::ImeiAmbiguous => "imei_ambiguous",
            Self::WithheldMoved => "withheld_moved",
            Self::Delayed => "delayed",
            Self::ShipByNear => "ship_by_near",
            Self::ShipByPassed => "ship_by_passed",
            Self::NoMovement => "no_movement",
            Self::NoLabel => "no_label",
            Self::CancelRequested => "cancel_requested",
            Self::NotShown => "not_shown",
        }
    }

    /// It in a few words for people.
    pub const fn words(self) -> &'static str {
        Attention::of_mark(self).words()
    }
}
