//! What makes it doubtful by which label a parcel goes: two tellings that contradict each other (rule L7), and the parcel of
//! a former label that moves (rule L8). A person looks before anything is locked.

use super::claim::locked_label;
use super::decide::current;
use crate::guard::{Guard, guarded};
use crate::tracking::belongs_to_label;
use crate::{Label, Moment, Movement, NumberKey, Order, Package};

/// Rule L7: whether two tellings of the current label contradict each other.
pub(crate) fn is_disputed(package: &Package) -> bool {
    current(package).is_some_and(|label| label.disputed.is_some())
}

/// Rule L8: whether the parcel of another label of the package moves, since the one that was claimed, or that counts, was
/// made.
pub(crate) fn former_moves(order: &Order, package: &Package) -> bool {
    former_movement(order, package).is_some()
}

/// The one of these labels that moved first, and its first movement since.
pub(crate) fn former_movement<'a>(
    order: &'a Order,
    package: &'a Package,
) -> Option<(&'a Label, &'a Movement)> {
    former_movements(order, package).min_by_key(|(_, movement)| movement.identity())
}

/// These labels, each with its first movement since.
pub(super) fn former_movements<'a>(
    order: &'a Order,
    package: &'a Package,
) -> impl Iterator<Item = (&'a Label, &'a Movement)> {
    let is_right = |label: &Label| label.is_right && guarded(Guard::RightStays);
    let label = locked_label(package).or_else(|| current(package)).filter(|label| !is_right(label));
    label.into_iter().flat_map(move |label| {
        let others = package.labels().filter(|other| other.id != label.id);
        others.filter_map(move |other| {
            let movement = other
                .keys()
                .filter(|number| !label.telling.is_known_by(number) && !is_current(order, number))
                .filter_map(|number| movement_since(package, &number, (other, label.made_at())))
                .min_by_key(|movement| movement.identity())?;
            Some((other, movement))
        })
    })
}

/// Whether a label of the order that counts has this number.
fn is_current(order: &Order, number: &NumberKey) -> bool {
    order.packages.values().filter_map(|package| current(package)).any(|l| l.is_known_by(number))
}

/// Whether a movement can be of this label (rule M4) and is not before the moment.
pub(super) fn moves_since(movement: &Movement, (label, since): (&Label, Moment)) -> bool {
    movement.occurred_at >= since
        && belongs_to_label(movement.occurred_at, label.telling.labeled_at)
}

/// The first movement of a number that can be of this label (rule M4) and is not before the moment.
pub(super) fn movement_since<'a>(
    package: &'a Package,
    number: &NumberKey,
    (label, since): (&Label, Moment),
) -> Option<&'a Movement> {
    package.movements.get(number)?.iter().find(|movement| moves_since(movement, (label, since)))
}
