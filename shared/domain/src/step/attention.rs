//! Why a person must look at a package: by its state, or by a mark beside it.

use super::marks;
use super::watch::ship_by;
use crate::{Held, Mark, Moment, Order, Package, PackageId, Stage, State, Withheld, gather};
use std::collections::BTreeSet;

/// Why a person must look at a package. The worst comes first: what may be wrong at the channel, then what has not gone out,
/// then what a person only has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attention {
    /// The channel holds another number.
    Conflict,
    /// The order was cancelled after its number was sent (rule L4).
    CancelledLate,
    /// The label was voided or replaced after its number was sent (rule L3).
    Superseded,
    /// It cannot be found out whether the channel took it.
    Unresolved,
    /// The channel refused it for good.
    Rejected,
    /// The channel took our number, and does not show it (rule S8).
    NotShown,
    /// The buyer wishes to cancel (rule S5).
    CancelRequested,
    /// Two tellings of its label contradict each other (rule L7).
    LabelDisputed,
    /// The parcel of a former label moves (rule L8).
    ReplacedLabelMoves,
    /// A line of it was cancelled in part, and nobody knows of which label (rule L9).
    ItemsCancelled,
    /// Its ship-by is over (rule S3).
    ShipByPassed,
    /// Its ship-by is near (rule S3).
    ShipByNear,
    /// A label of the order was refused, and none was taken in its place (rule L15).
    LabelRefused,
    /// It waits for a label in place of a voided one (rule S4).
    NoLabel,
    /// Its number belongs to too many orders: no scan of it reaches this one (rule N5).
    NumberOverused,
    /// No movement of its parcel is known (rule S4).
    NoMovement,
    /// It is held because IMEIs are missing (rule I4).
    ImeisMissing,
    /// Another package's number went to a channel that takes one per order (rule L5).
    OneTrackingPerOrder,
    /// `never` stopped it, and it has moved since (rule T5).
    WithheldMoved,
    /// An IMEI that came by event is another line's, too (rule I9).
    ImeiTwice,
    /// Nobody knows which of several IMEIs is a line's, or which line's one is (rule I10).
    ImeiAmbiguous,
    /// An IMEI could not be registered (rule I7).
    ImeiFailed,
    /// An IMEI changed after it was sent (rule I6).
    ImeiLate,
    /// A line of several IMEIs: the channel takes only one (rule I7).
    ImeiByHand,
    /// The confirmation, or an IMEI, was due for an hour and no sender took it.
    Delayed,
    /// A person holds it.
    HeldByAPerson,
}

impl Attention {
    /// All of them, the worst first.
    pub const ALL: [Self; 26] = [
        Self::Conflict,
        Self::CancelledLate,
        Self::Superseded,
        Self::Unresolved,
        Self::Rejected,
        Self::NotShown,
        Self::CancelRequested,
        Self::LabelDisputed,
        Self::ReplacedLabelMoves,
        Self::ItemsCancelled,
        Self::ShipByPassed,
        Self::ShipByNear,
        Self::LabelRefused,
        Self::NoLabel,
        Self::NumberOverused,
        Self::NoMovement,
        Self::ImeisMissing,
        Self::OneTrackingPerOrder,
        Self::WithheldMoved,
        Self::ImeiTwice,
        Self::ImeiAmbiguous,
        Self::ImeiFailed,
        Self::ImeiLate,
        Self::ImeiByHand,
        Self::Delayed,
        Self::HeldByAPerson,
    ];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::CancelledLate => "cancelled_late",
            Self::Superseded => "superseded",
            Self::Unresolved => "unresolved",
            Self::Rejected => "rejected",
            Self::NotShown => "not_shown",
            Self::CancelRequested => "cancel_requested",
            Self::ShipByPassed => "ship_by_passed",
            Self::ShipByNear => "ship_by_near",
            Self::NoLabel => "no_label",
            Self::NoMovement => "no_movement",
            Self::LabelDisputed => "label_disputed",
            Self::ReplacedLabelMoves => "replaced_label_moves",
            Self::ItemsCancelled => "items_cancelled",
            Self::LabelRefused => "label_refused",
            Self::NumberOverused => "number_overused",
            Self::ImeisMissing => "imeis_missing",
            Self::OneTrackingPerOrder => "one_tracking_per_order",
            Self::WithheldMoved => "withheld_moved",
            Self::ImeiTwice => "imei_twice",
            Self::ImeiAmbiguous => "imei_ambiguous",
            Self::ImeiFailed => "imei_failed",
            Self::ImeiLate => "imei_late",
            Self::ImeiByHand => "imei_by_hand",
            Self::Delayed => "delayed",
            Self::HeldByAPerson => "held_by_a_person",
        }
    }

    /// It in a few words for people. The console's list says the same.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Conflict => "the marketplace holds another number",
            Self::CancelledLate => "cancelled after the number was sent",
            Self::Superseded => "the label was replaced or voided after its number was sent",
            Self::Unresolved => "nobody knows whether the marketplace took it",
            Self::Rejected => "refused by the marketplace",
            Self::NotShown => "the marketplace does not show what it accepted",
            Self::CancelRequested => "the buyer wishes to cancel",
            Self::LabelDisputed => "two tellings of the label contradict each other",
            Self::ReplacedLabelMoves => "a former label's parcel moves",
            Self::ItemsCancelled => "lines were cancelled",
            Self::ShipByPassed => "past the ship-by, not confirmed",
            Self::ShipByNear => "due, not confirmed so far",
            Self::LabelRefused => "a label was refused",
            Self::NoLabel => "no label in place of a voided one",
            Self::NumberOverused => "a tracking number of too many orders",
            Self::NoMovement => "no scan so far",
            Self::ImeisMissing => "held for IMEIs",
            Self::OneTrackingPerOrder => "another package's number was sent",
            Self::WithheldMoved => "stopped by Never, and on its way",
            Self::ImeiTwice => "an IMEI or serial number of two orders or lines",
            Self::ImeiAmbiguous => "nobody knows which IMEI or serial number is a line's",
            Self::ImeiFailed => "an IMEI or serial number was not taken",
            Self::ImeiLate => "an IMEI or serial number changed after it was sent",
            Self::ImeiByHand => "more IMEIs or serial numbers than the marketplace takes of a line",
            Self::Delayed => "due for over an hour",
            Self::HeldByAPerson => "held by a person",
        }
    }

    /// Whether it is about a ship-by.
    const fn is_of_deadline(self) -> bool {
        matches!(self, Self::ShipByPassed | Self::ShipByNear)
    }

    /// The reason of this rank.
    pub fn of_rank(rank: usize) -> Option<Self> {
        Self::ALL.get(rank.checked_sub(1)?).copied()
    }

    /// Its place among all, from 1 for the worst.
    pub fn rank(self) -> usize {
        Self::ALL.iter().take_while(|other| **other <= self).count()
    }

    pub(crate) const fn of_mark(mark: Mark) -> Self {
        match mark {
            Mark::Superseded => Self::Superseded,
            Mark::CancelledLate => Self::CancelledLate,
            Mark::LabelDisputed => Self::LabelDisputed,
            Mark::ReplacedLabelMoves => Self::ReplacedLabelMoves,
            Mark::NumberOverused => Self::NumberOverused,
            Mark::ImeiLate => Self::ImeiLate,
            Mark::ImeiByHand => Self::ImeiByHand,
            Mark::ImeiTwice => Self::ImeiTwice,
            Mark::ImeiAmbiguous => Self::ImeiAmbiguous,
            Mark::ImeiFailed => Self::ImeiFailed,
            Mark::WithheldMoved => Self::WithheldMoved,
            Mark::Delayed => Self::Delayed,
            Mark::ShipByNear => Self::ShipByNear,
            Mark::ShipByPassed => Self::ShipByPassed,
            Mark::NoMovement => Self::NoMovement,
            Mark::NoLabel => Self::NoLabel,
            Mark::CancelRequested => Self::CancelRequested,
            Mark::NotShown => Self::NotShown,
        }
    }

    const fn of_state(state: &State) -> Option<Self> {
        match state {
            State::Held(Held::ImeisMissing) => Some(Self::ImeisMissing),
            State::Held(Held::Person) => Some(Self::HeldByAPerson),
            State::Held(Held::LabelDisputed) => Some(Self::LabelDisputed),
            State::Held(Held::ReplacedLabelMoves) => Some(Self::ReplacedLabelMoves),
            State::Held(Held::ItemsCancelled) => Some(Self::ItemsCancelled),
            State::Held(Held::CancelRequested) => Some(Self::CancelRequested),
            State::Rejected(_) => Some(Self::Rejected),
            State::Withheld(Withheld::OneTrackingPerOrder) => Some(Self::OneTrackingPerOrder),
            State::Sent(sent) => match sent.stage {
                Stage::Conflict { .. } => Some(Self::Conflict),
                Stage::Unresolved { .. } => Some(Self::Unresolved),
                Stage::Open(_) | Stage::Confirmed { .. } | Stage::Closed { .. } => None,
            },
            State::Waiting(_)
            | State::Ready(_)
            | State::Withheld(Withheld::Cancelled | Withheld::Never)
            | State::Observed(_)
            | State::Closed { .. } => None,
        }
    }
}

/// Why a person must look at a package, the worst first.
pub fn attention(order: &Order, id: &PackageId) -> BTreeSet<Attention> {
    let by_state = order.packages.get(id).and_then(|package| Attention::of_state(&package.state));
    let by_marks = marks::active(order, id).into_iter().map(Attention::of_mark);
    gather(by_state.into_iter().chain(by_marks))
}

/// Why a person must look at a package, whether they have dealt with it or not.
pub(super) fn all(order: &Order, package: &Package) -> BTreeSet<Attention> {
    let by_marks = marks::all(order, package).into_iter().map(Attention::of_mark);
    gather(Attention::of_state(&package.state).into_iter().chain(by_marks))
}

impl Order {
    /// The worst reason why a person must look at the order, and the moment that matters of it: its ship-by, where that is the
    /// reason, else since when it needs a person.
    pub fn worst_reason(&self) -> Option<(Attention, Moment)> {
        let since = self.attention_since?;
        let worst = |(id, package): (&PackageId, &Package)| {
            let reason = attention(self, id).into_iter().next()?;
            let by = ship_by(self, package).filter(|_| reason.is_of_deadline());
            Some((reason, by.unwrap_or(since)))
        };
        let of_packages = self.packages.iter().map(|(id, package)| (id, &**package));
        let is_refused = self.refused.iter().any(|label| !label.is_over);
        let of_labels = is_refused.then_some((Attention::LabelRefused, since));
        let worst = of_packages.filter_map(worst).chain(of_labels).min();
        // What has no reason that is known here is not hidden: it stands last.
        Some(worst.unwrap_or((Attention::HeldByAPerson, since)))
    }
}

/// Whether a person must look at the order.
pub(super) fn is_needed(order: &Order) -> bool {
    order.refused.iter().any(|label| !label.is_over)
        || order.packages.keys().any(|id| !attention(order, id).is_empty())
}
