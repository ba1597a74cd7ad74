//! What a person must know beside the state: each mark follows from what was told and what was locked.

use crate::model::Order;
use crate::names::Piece;
use crate::places;
use crate::stand::{Class, LineStand, Lock, Parcel};
use domain::{Attention, Mark};

/// A mark, how it is shown, and when it is there.
type Row = (Mark, Attention, fn(&Order, &Parcel) -> bool);

/// Every mark.
pub const MARKS: [Row; 8] = [
    (Mark::Superseded, Attention::Superseded, is_superseded),
    (Mark::CancelledLate, Attention::CancelledLate, |order, parcel| {
        order.facts.cancelled().is_some()
            && parcel.lock.as_ref().is_some_and(|lock| !lock.despite_cancel)
    }),
    (Mark::ImeiLate, Attention::ImeiLate, |order, parcel| {
        places::of(order.channel).takes_imeis
            && parcel.lock.as_ref().is_some_and(|lock| is_imei_late(order, lock))
    }),
    (Mark::ImeiByHand, Attention::ImeiByHand, |order, parcel| {
        let is_many = |lines: &[Piece]| lines.iter().any(|line| line.2 && line.1 > 1);
        places::of(order.channel).takes_imeis
            && match (&parcel.lock, order.facts.label(parcel.id)) {
                (Some(lock), _) => is_many(&lock.lines),
                (None, Some(label)) => is_many(&order.lines(label)),
                (None, None) => false,
            }
    }),
    (Mark::ImeiTwice, Attention::ImeiTwice, |order, parcel| {
        let is_twice =
            |lines: &[Piece]| lines.iter().any(|line| order.facts.twice(line.0).is_some());
        places::of(order.channel).takes_imeis
            && match (&parcel.lock, order.facts.label(parcel.id)) {
                (Some(lock), _) => is_twice(&lock.lines),
                (None, Some(label)) => is_twice(&order.lines(label)),
                (None, None) => false,
            }
    }),
    (Mark::ImeiFailed, Attention::ImeiFailed, |_, parcel| {
        parcel.lines.iter().any(|line| matches!(line.stand, LineStand::Failed { .. }))
    }),
    (Mark::WithheldMoved, Attention::WithheldMoved, is_moved_since_stopped),
    (Mark::Delayed, Attention::Delayed, |_, parcel| parcel.delayed),
];

/// L3: the label was voided, or replaced by a different number.
pub fn is_superseded(order: &Order, parcel: &Parcel) -> bool {
    let Some(lock) = &parcel.lock else { return false };
    order.facts.label(parcel.id).is_none_or(|label| label.made.number != lock.label.made.number)
}

/// T5: "one whose label `never` stopped, and whose parcel moves".
fn is_moved_since_stopped(order: &Order, parcel: &Parcel) -> bool {
    parcel.class() == Class::WithheldNever
        && order.facts.label(parcel.id).is_some_and(|label| {
            parcel.stopped == Some(label.made.id) && order.facts.first_movement(label).is_some()
        })
}

/// I6: what was entered by now is not what was sent.
fn is_imei_late(order: &Order, lock: &Lock) -> bool {
    lock.lines.iter().filter(|line| line.2 && line.1 == 1).any(|&(item, ..)| {
        let sent = lock.imeis.iter().find(|sent| sent.0 == item).map_or(0, |sent| sent.1);
        order.imei(item).map_or(0, |imei| 1 << imei) != sent
    })
}

/// The marks that a package has, as bits.
pub fn there(order: &Order, parcel: &Parcel) -> u8 {
    let is_there = |row: &Row| row.2(order, parcel) && parcel.class() != Class::Closed;
    let bits = MARKS.iter().enumerate().filter(|(_, row)| is_there(row));
    bits.fold(0, |bits, (place, _)| bits | 1 << place)
}

/// Those that nobody has dealt with.
pub fn active(order: &Order, parcel: &Parcel) -> u8 {
    there(order, parcel) & !parcel.resolved
}

/// The states that a person must look at.
const STATES: [(Class, Attention); 6] = [
    (Class::HeldImeis, Attention::ImeisMissing),
    (Class::HeldPerson, Attention::HeldByAPerson),
    (Class::Rejected, Attention::Rejected),
    (Class::Conflict, Attention::Conflict),
    (Class::Unresolved, Attention::Unresolved),
    (Class::WithheldOne, Attention::OneTrackingPerOrder),
];

/// Why a person must look at a package.
pub fn attention(order: &Order, parcel: &Parcel) -> impl Iterator<Item = Attention> {
    let class = parcel.class();
    let bits = active(order, parcel);
    let of_state = STATES.into_iter().filter(move |(state, _)| *state == class).map(|row| row.1);
    let of_marks = MARKS.iter().enumerate().filter(move |(place, _)| bits >> place & 1 == 1);
    of_state.chain(of_marks.map(|(_, row)| row.1))
}
