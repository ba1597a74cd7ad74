//! The marks beside a package's state, and the attention that states and marks ask for. Rules L3, L4, L9, I6, I7, I9 to I11, S3 to S5, T5, and
//! "A person" under "Said exactly". Each mark follows from the facts and from the lock.

use crate::deadlines::DeadlineStage;
use crate::facts::{Entered, KeptLabel, Lines};
use crate::inputs::{Ms, Remaining};
use crate::label_doubts::Dispute;
use crate::names::{BasketLine, key};
use crate::notices::Snapshot;
use crate::order::Order;
use crate::silence::SilenceStage;
use crate::states::{ImeiState, NotShown, Parcel, StateKind};
use domain::{Attention, Mark};

/// A mark, how it is shown, and when a package has it.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MarkRow {
    pub mark: Mark,
    pub attention: Attention,
    pub is_present: fn(&Order, &Parcel) -> bool,
}

const fn row(mark: Mark, attention: Attention, is_present: fn(&Order, &Parcel) -> bool) -> MarkRow {
    MarkRow { mark, attention, is_present }
}

/// Every mark. `superseded_by` in `notices.rs` relies on `Superseded` being the first.
pub const MARKS: [MarkRow; 18] = [
    row(Mark::Superseded, Attention::Superseded, is_superseded),
    row(Mark::CancelledLate, Attention::CancelledLate, is_cancelled_late),
    row(Mark::LabelDisputed, Attention::LabelDisputed, |order, parcel| {
        parcel.lock.is_some() && order.dispute(parcel.id).is_some()
    }),
    row(Mark::ReplacedLabelMoves, Attention::ReplacedLabelMoves, |order, parcel| {
        parcel.lock.is_some() && !order.moving_labels(parcel).is_empty()
    }),
    row(Mark::NumberOverused, Attention::NumberOverused, |order, parcel| {
        parcel.state_kind() != StateKind::Confirmed && !order.overused(parcel.id).is_empty()
    }),
    row(Mark::ImeiLate, Attention::ImeiLate, |order, parcel| {
        order.marketplace().takes_imeis
            && parcel.lock.as_ref().is_some_and(|lock| order.is_imei_late(lock))
    }),
    row(Mark::ImeiByHand, Attention::ImeiByHand, |order, parcel| {
        any_line(order, parcel, |line, _| line.needs_device() && line.quantity > 1)
    }),
    row(Mark::ImeiTwice, Attention::ImeiTwice, |order, parcel| {
        any_line(order, parcel, |line, _| {
            let is_elsewhere = |of| order.facts.elsewhere(of, line.item).is_some();
            Entered::ALL.into_iter().any(is_elsewhere)
        })
    }),
    row(Mark::ImeiAmbiguous, Attention::ImeiAmbiguous, |order, parcel| {
        any_line(order, parcel, |line, lines| order.is_ambiguous(line, lines))
    }),
    row(Mark::ImeiFailed, Attention::ImeiFailed, |_, parcel| failed_lines(parcel) > 0),
    row(Mark::WithheldMoved, Attention::WithheldMoved, is_moved_since_stopped),
    row(Mark::Delayed, Attention::Delayed, |_, parcel| parcel.delayed),
    row(Mark::ShipByNear, Attention::ShipByNear, |_, parcel| {
        parcel.deadline == Some(DeadlineStage::Near)
    }),
    row(Mark::ShipByPassed, Attention::ShipByPassed, |_, parcel| {
        parcel.deadline == Some(DeadlineStage::Passed)
    }),
    row(Mark::NoMovement, Attention::NoMovement, |_, parcel| {
        parcel.silence == Some(SilenceStage::Told) && parcel.state_kind() != StateKind::WaitingLabel
    }),
    row(Mark::NoLabel, Attention::NoLabel, |_, parcel| {
        parcel.silence == Some(SilenceStage::Told) && parcel.state_kind() == StateKind::WaitingLabel
    }),
    row(Mark::CancelRequested, Attention::CancelRequested, |order, parcel| {
        order.late_wish(parcel).is_some()
    }),
    row(Mark::NotShown, Attention::NotShown, |_, parcel| parcel.not_shown.is_some()),
];

/// L3: the label was voided, or replaced by a different number.
pub fn is_superseded(order: &Order, parcel: &Parcel) -> bool {
    let Some(lock) = &parcel.lock else { return false };
    let sent = key(lock.label.details.number);
    // "A dispute supersedes (L3) nothing while one of the two has the number that was sent."
    let has_sent = |kept: &KeptLabel| kept.tellings().any(|told| key(told.details.number) == sent);
    !order.facts.current(parcel.id).is_some_and(has_sent)
}

/// L4 and L9: the order was cancelled after the claim, or more of a line was sent than remains.
pub(crate) fn is_cancelled_late(order: &Order, parcel: &Parcel) -> bool {
    let is_order_late = order.facts.cancelled().is_some()
        && parcel.lock.as_ref().is_some_and(|lock| !lock.despite_cancel);
    is_order_late || !order.late_lines(parcel).is_empty()
}

/// T5: "one whose label `never` stopped, and whose parcel moves".
fn is_moved_since_stopped(order: &Order, parcel: &Parcel) -> bool {
    parcel.state_kind() == StateKind::WithheldNever
        && order.facts.label(parcel.id).is_some_and(|label| {
            parcel.words(label.details.id).is_stopped && order.facts.first_movement(label).is_some()
        })
}

/// Whether the channel takes IMEIs and one of the lines that the package ships, or would ship, is so.
fn any_line(
    order: &Order,
    parcel: &Parcel,
    is_so: impl Fn(&BasketLine, &[BasketLine]) -> bool,
) -> bool {
    // What is left of a label takes long to find out in a crowded order.
    if !order.marketplace().takes_imeis {
        return false;
    }
    let lines = match (&parcel.lock, order.facts.label(parcel.id)) {
        (Some(lock), _) => lock.lines.clone(),
        (None, Some(label)) => order.lines_left(label),
        (None, None) => Lines::new(),
    };
    lines.iter().any(|line| is_so(line, &lines))
}

fn failed_lines(parcel: &Parcel) -> usize {
    parcel.lines.iter().filter(|line| matches!(line.state, ImeiState::Failed { .. })).count()
}

/// What is closed has no marks, nor has what was observed (rule A3).
fn needs_nobody(kind: StateKind) -> bool {
    matches!(kind, StateKind::Closed | StateKind::Observed)
}

/// The marks that a package has, as bits by their index in [`MARKS`].
pub fn present(order: &Order, parcel: &Parcel) -> u32 {
    let is_present =
        |row: &MarkRow| (row.is_present)(order, parcel) && !needs_nobody(parcel.state_kind());
    let present = MARKS.iter().enumerate().filter(|(_, row)| is_present(row));
    present.fold(0, |bits, (index, _)| bits | 1 << index)
}

/// The marks that nobody has dealt with, as bits.
pub fn active(order: &Order, parcel: &Parcel) -> u32 {
    present(order, parcel) & !parcel.resolved
}

/// Whether a person has dealt with a mark of a package.
pub fn is_put_aside(parcel: &Parcel, mark: Mark) -> bool {
    let mut rows = MARKS.iter().enumerate();
    rows.any(|(index, row)| row.mark == mark && parcel.resolved >> index & 1 == 1)
}

/// Whether a package has a mark that nobody has dealt with.
pub fn is_active(order: &Order, parcel: &Parcel, mark: Mark) -> bool {
    let bits = active(order, parcel);
    MARKS.iter().enumerate().any(|(index, row)| row.mark == mark && bits >> index & 1 == 1)
}

/// The states that a person must look at.
const STATES: [(StateKind, Attention); 10] = [
    (StateKind::HeldImeis, Attention::ImeisMissing),
    (StateKind::HeldPerson, Attention::HeldByAPerson),
    (StateKind::HeldDisputed, Attention::LabelDisputed),
    (StateKind::HeldMoves, Attention::ReplacedLabelMoves),
    (StateKind::HeldItems, Attention::ItemsCancelled),
    (StateKind::HeldWish, Attention::CancelRequested),
    (StateKind::Rejected, Attention::Rejected),
    (StateKind::Conflict, Attention::Conflict),
    (StateKind::Unresolved, Attention::Unresolved),
    (StateKind::WithheldOne, Attention::OneTrackingPerOrder),
];

/// Why a person must look at a package.
pub fn attention(order: &Order, parcel: &Parcel) -> impl Iterator<Item = Attention> {
    reasons(parcel, active(order, parcel))
}

/// Those of some reasons for which a person must look at a package, or has looked at it.
pub fn needed(order: &Order, parcel: &Parcel, of: &'static [Attention]) -> Vec<Attention> {
    let kind = parcel.state_kind();
    let of_state = STATES.iter().filter(|(state, _)| *state == kind).map(|(_, reason)| *reason);
    let rows = MARKS.iter().filter(|row| of.contains(&row.attention));
    let present = rows.filter(|row| (row.is_present)(order, parcel) && !needs_nobody(kind));
    let of_marks = present.map(|row| row.attention);
    of_state.filter(|reason| of.contains(reason)).chain(of_marks).collect()
}

fn reasons(parcel: &Parcel, bits: u32) -> impl Iterator<Item = Attention> + use<> {
    let kind = parcel.state_kind();
    let of_state = STATES.into_iter().filter(move |(state, _)| *state == kind).map(|row| row.1);
    let of_marks = MARKS.iter().enumerate().filter(move |(index, _)| bits >> index & 1 == 1);
    of_state.chain(of_marks.map(|(_, row)| row.attention))
}

/// What marks are about that may have a new cause.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MarkCauses {
    pub dispute: Option<Dispute>,
    pub moving: Vec<usize>,
    pub overused: Vec<usize>,
    pub late: Vec<Remaining>,
    pub ship_by: Option<Ms>,
    pub label: Option<usize>,
    pub wish: Option<Ms>,
    pub not_shown: Option<NotShown>,
}

/// Whether there is one that was not there before.
fn has_more<T: PartialEq>(now: &[T], was: Option<&Vec<T>>) -> bool {
    was.is_some_and(|was| now.iter().any(|one| !was.contains(one)))
}

impl Order {
    /// What the marks of a package are about.
    pub(crate) fn mark_causes(&self, parcel: &Parcel) -> MarkCauses {
        MarkCauses {
            dispute: self.dispute(parcel.id),
            moving: self.moving_labels(parcel),
            overused: self.overused(parcel.id),
            late: self.late_lines(parcel),
            ship_by: self.ship_by(parcel),
            label: self.watched(parcel).map(|label| label.details.id),
            wish: self.facts.wish().map(|wish| wish.told),
            not_shown: parcel.not_shown,
        }
    }

    /// The numbers of a package's current label that belong to too many orders (rule N5).
    pub(crate) fn overused(&self, package: usize) -> Vec<usize> {
        let Some(kept) = self.facts.current(package) else { return Vec::new() };
        let is_current = |key: &usize| kept.keys().any(|current| current == *key);
        self.facts.overused_of(package).filter(is_current).collect()
    }

    /// "A mark put aside comes back with a new cause: another number, another telling in dispute, another label that moves,
    /// other IMEIs, another place of one, one more failed line." "A mark of a deadline that a person put aside comes back with
    /// another ship-by […]; one of silence with another label; a wish with a later one."
    pub(crate) fn renew_marks(&mut self, before: &Snapshot) {
        let has_new_lists = before.lists.as_ref().is_some_and(|lists| *lists != self.facts.lists());
        for index in 0..self.parcels.len() {
            let parcel = &self.parcels[index];
            if parcel.resolved == 0 {
                continue;
            }
            let Some(former) = before.parcel(parcel.id) else { continue };
            let snapshot = before.package(parcel.id);
            let number = snapshot.and_then(|snapshot| snapshot.number);
            let was = snapshot.and_then(|snapshot| snapshot.causes.as_ref());
            let now = self.mark_causes(parcel);
            let mut kept = present(self, parcel);
            for (bit, row) in MARKS.iter().enumerate() {
                let has_new_cause = match row.mark {
                    Mark::Superseded | Mark::WithheldMoved => number != self.number(parcel.id),
                    Mark::NumberOverused => has_more(&now.overused, was.map(|was| &was.overused)),
                    Mark::LabelDisputed => was.is_some_and(|was| was.dispute != now.dispute),
                    Mark::ReplacedLabelMoves => has_more(&now.moving, was.map(|was| &was.moving)),
                    Mark::ImeiLate | Mark::ImeiTwice | Mark::ImeiAmbiguous => has_new_lists,
                    Mark::ImeiFailed => failed_lines(former) != failed_lines(parcel),
                    // "another line, or […] less that remains of one"
                    Mark::CancelledLate => has_more(&now.late, was.map(|was| &was.late)),
                    Mark::ShipByNear | Mark::ShipByPassed => {
                        was.is_some_and(|was| was.ship_by != now.ship_by)
                    }
                    Mark::NoMovement | Mark::NoLabel => {
                        was.is_some_and(|was| was.label != now.label)
                    }
                    Mark::NotShown => was.is_some_and(|was| was.not_shown != now.not_shown),
                    Mark::CancelRequested => was.is_some_and(|was| was.wish != now.wish),
                    Mark::ImeiByHand | Mark::Delayed => false,
                };
                if has_new_cause {
                    kept &= !(1 << bit);
                }
            }
            self.parcels[index].resolved &= kept;
        }
    }
}
