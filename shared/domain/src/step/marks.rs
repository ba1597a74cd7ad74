//! The marks of a package. They are derived from the facts and the lock, so that they are right in every order of events. A
//! person can deal with a mark, which hides it until it has a new cause.

use super::claim::{is_superseded, locked_items};
use super::decide::{current, first_movement, lines};
use super::devices::{Entered, carries_device};
use super::label_doubts::{former_moves, is_disputed};
use super::lines::late_lines;
use super::watch;
use super::wishes::late_wish;
use crate::guard::{Guard, guarded};
use crate::{Item, LineState, Mark, NumberKey, Order, Package, PackageId, Stage, State, Withheld};
use std::collections::BTreeSet;

/// The marks of a package that no person has dealt with.
pub(crate) fn active(order: &Order, id: &PackageId) -> BTreeSet<Mark> {
    let Some(package) = order.packages.get(id) else { return BTreeSet::new() };
    let mut marks = all(order, package);
    marks.retain(|mark| !package.resolved.contains(mark));
    marks
}

/// Every mark that applies, whether a person has dealt with it or not.
pub(super) fn all(order: &Order, package: &Package) -> BTreeSet<Mark> {
    if package.state.is_closed() || package.observed().is_some() {
        return BTreeSet::new();
    }
    let mut marks = BTreeSet::new();
    if let Some(lock) = package.lock() {
        if is_superseded(package) {
            marks.insert(Mark::Superseded);
        }
        let is_cut_late = || late_lines(order, package).next().is_some();
        if order.cancelled.is_some() && !lock.despite_cancel
            || guarded(Guard::CutLineShown) && is_cut_late()
        {
            marks.insert(Mark::CancelledLate);
        }
        if is_disputed(package) && guarded(Guard::DisputeShown) {
            marks.insert(Mark::LabelDisputed);
        }
        if former_moves(order, package) {
            marks.insert(Mark::ReplacedLabelMoves);
        }
        if late_wish(order, package).is_some() && guarded(Guard::WishShown) {
            marks.insert(Mark::CancelRequested);
        }
    }
    if package.not_shown.is_some() && guarded(Guard::NotShownShown) {
        marks.insert(Mark::NotShown);
    }
    watch::marks(package, &mut marks);
    if is_overused(package) && guarded(Guard::OverusedShown) {
        marks.insert(Mark::NumberOverused);
    }
    if order.channel.facts().takes_imeis {
        imei_marks(order, package, &mut marks);
    }
    if is_moved_since_stopped(package) && guarded(Guard::StoppedMovesShown) {
        marks.insert(Mark::WithheldMoved);
    }
    if package.delayed {
        marks.insert(Mark::Delayed);
    }
    marks
}

/// Whether scans of its number do not reach the package while it may wait for one (rule N5).
fn is_overused(package: &Package) -> bool {
    let is_confirmed = matches!(package.state.stage(), Some(Stage::Confirmed { .. }));
    !is_confirmed && overused(package).next().is_some()
}

/// The numbers of the current label that belong to too many orders.
pub(super) fn overused(package: &Package) -> impl Iterator<Item = &NumberKey> {
    let label = current(package);
    let is_current = move |number: &&NumberKey| label.is_some_and(|l| l.is_known_by(number));
    package.overused.iter().filter(is_current)
}

/// Whether `never` stopped the package, and it has moved since (rule T5). A label that was made under `never` is as the seller
/// wants it. One that `never` stopped may have been stopped by mistake, and the buyer has the parcel soon.
fn is_moved_since_stopped(package: &Package) -> bool {
    let is_withheld = matches!(package.state, State::Withheld(Withheld::Never));
    is_withheld
        && current(package)
            .is_some_and(|label| label.stopped && first_movement(package, label).is_some())
}

fn imei_marks(order: &Order, package: &Package, marks: &mut BTreeSet<Mark>) {
    let items: Vec<Item> = match package.lock() {
        Some(_) => locked_items(package).to_vec(),
        None if current(package).is_some() => lines(order).into_values().collect(),
        None => Vec::new(),
    };
    if items.iter().any(|item| item.requires_device() && item.quantity > 1) {
        marks.insert(Mark::ImeiByHand);
    }
    if items.iter().any(|item| order.is_twice(&item.item_id)) {
        marks.insert(Mark::ImeiTwice);
    }
    let entered = Entered::of(order, &items);
    if items.iter().any(|item| entered.is_ambiguous(item)) && guarded(Guard::AmbiguousShown) {
        marks.insert(Mark::ImeiAmbiguous);
    }
    if let Some(lock) = package.lock() {
        let carried = items.iter().filter(|item| carries_device(item));
        let sent = |item: &Item| lock.devices.get(&item.item_id).cloned().unwrap_or_default();
        if carried.into_iter().any(|item| entered.is_late(item, &sent(item))) {
            marks.insert(Mark::ImeiLate);
        }
    }
    if package.lines.values().any(|line| matches!(line.state, LineState::Failed { .. })) {
        marks.insert(Mark::ImeiFailed);
    }
}
