//! Merges facts. Every arrival order of some events, repeats among them, ends in the same facts.

use super::Refusal;
use crate::guard::{Guard, guarded};
use crate::tracking::{belongs_to_label, insert_movement};
use crate::{
    EventId, IMEI_LINES_MAX, Imei, ImeiList, ImeiUpdated, ItemId, LABELS_MAX, Label, LabelCreated,
    LabelVoided, MOVEMENTS_MAX, Moment, Movement, Order, OrderCancelled, PACKAGES_MAX, Package,
    PackageId, Proof, Stage, State, Terms, Text, TrackingNumber, Unknown, WaitingFor,
};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

fn package_mut<'a>(order: &'a mut Order, id: &PackageId) -> Result<&'a mut Package, Refusal> {
    if !order.packages.contains_key(id) && order.packages.len() >= PACKAGES_MAX {
        return Err(Refusal::TooManyPackages);
    }
    Ok(order.packages.entry(id.clone()).or_insert_with(|| {
        Box::new(Package {
            label: None,
            voided: BTreeSet::new(),
            movements: BTreeMap::new(),
            hold: None,
            send_now: None,
            state: State::Waiting(WaitingFor::Label),
            fence: 0,
            imeis_apart: false,
            lines: BTreeMap::new(),
            delayed: false,
            resolved: BTreeSet::new(),
            unknown: Unknown::default(),
        })
    }))
}

/// Merges a label. The greatest label that was ever seen counts; a lesser one leaves only its number, which scans may name
/// (rule L2). A label that comes again in other words is the same label, under the terms it was first handled with (rule T4).
pub(super) fn label(
    order: &mut Order,
    event: &LabelCreated,
    terms: Terms,
    id: &EventId,
    now: Moment,
) -> Result<(), Refusal> {
    let mut known: Vec<Movement> = order.movements_of(&event.tracking_number).cloned().collect();
    // Several packages may know of one scan: the copy that we received first is taken.
    known.sort_by_key(|movement| movement.received_at);
    let package = package_mut(order, &event.package_id)?;
    let label = Label {
        labeled_at: event.labeled_at,
        id: event.label_id.clone(),
        tracking: event.tracking_number.clone(),
        carrier: event.carrier.clone(),
        service: event.service.clone(),
        tracking_url: event.tracking_url.clone(),
        ship_by: event.ship_by,
        items: event.items.clone(),
        terms,
        stopped: false,
        released: None,
        former: None,
        received_at: now,
        event: id.clone(),
        unknown: Unknown::default(),
    };
    if !package.movements.contains_key(&label.tracking) {
        let is_apart = |current: &Label| !package.movements.contains_key(&current.tracking);
        let numbers = package.movements.keys().len()
            + usize::from(package.label.as_ref().is_some_and(is_apart));
        if numbers >= LABELS_MAX && !knows(package, &label.tracking) {
            return Err(Refusal::TooManyLabels);
        }
        // Scans reached the order's other packages of this number before this one (rule M5).
        let is_settled = is_number_settled(&package.state);
        let kept = package.movements.entry(label.tracking.clone()).or_default();
        for movement in known.iter().filter(|_| !is_settled) {
            insert_movement(kept, movement);
        }
    }
    let is_greater = package.label.as_ref().is_none_or(|current| current.rank() < label.rank());
    if is_greater || !guarded(Guard::GreatestLabelCounts) {
        replace(package, label);
    }
    tidy(package);
    Ok(())
}

fn replace(package: &mut Package, mut label: Label) {
    if let Some(former) = package.label.take() {
        // Its number may come back, and its scans may come before that.
        package.movements.entry(former.tracking.clone()).or_default();
        if former.id == label.id {
            (label.terms, label.received_at) = (former.terms, former.received_at);
            (label.stopped, label.released) = (former.stopped, former.released);
            label.former.clone_from(&former.former);
            label.unknown.clone_from(&former.unknown);
        }
        if !guarded(Guard::NumberOfLabel) {
            label.tracking.clone_from(&former.tracking);
        }
        if let State::Sent(sent) = &mut package.state {
            sent.lock.label.get_or_insert(former);
        }
    }
    package.label = Some(label);
}

/// Merges a void. It may come before its label, so it is kept by itself (rule L2).
pub(super) fn void(order: &mut Order, event: &LabelVoided) -> Result<(), Refusal> {
    let package = package_mut(order, &event.package_id)?;
    let voided = &mut package.voided;
    if voided.len() >= LABELS_MAX && !voided.contains(&event.label_id) {
        return Err(Refusal::TooManyLabels);
    }
    voided.insert(event.label_id.clone());
    Ok(())
}

/// Merges a cancellation. The earliest one counts (rule L4).
pub(super) fn cancel(order: &mut Order, event: &OrderCancelled) {
    let earliest = order.cancelled.map_or(event.cancelled_at, |at| at.min(event.cancelled_at));
    order.cancelled = Some(earliest);
}

/// Merges a list of IMEIs. The newest by `updated_at` counts; a tie is broken by value, not by arrival (rule I6).
pub(super) fn imei(order: &mut Order, event: &ImeiUpdated) -> Result<(), Refusal> {
    if !order.channel.facts().takes_imeis {
        return Err(Refusal::NoImeisThere(order.channel));
    }
    let list = ImeiList {
        updated_at: event.updated_at,
        imeis: event.imeis.clone(),
        updated_by: event.updated_by.clone(),
        twice: None,
    };
    if order.imeis.len() >= IMEI_LINES_MAX && !order.imeis.contains_key(&event.item_id) {
        return Err(Refusal::TooManyLines);
    }
    let newest = match order.imeis.remove(&event.item_id) {
        Some(kept) => kept.max(list),
        None => list,
    };
    order.imeis.insert(event.item_id.clone(), newest);
    Ok(())
}

/// Notes that an IMEI of a list is another line's, too (rule I9). A list that has taken its place meanwhile is looked at by
/// itself. Of two places the greater is kept, whichever was found first.
pub(super) fn twice(order: &mut Order, item: &ItemId, imei: &Imei, place: &Text) {
    if let Some(list) = order.imeis.get_mut(item).filter(|list| list.imeis.contains(imei)) {
        list.twice = list.twice.take().max(Some(place.clone()));
    }
}

/// Merges movements of every number that a package had. Once the channel has a number of it, later scans matter only to other
/// orders that use the number (rule M5), and to another parcel whose label comes after its first scan. One movement is enough
/// for them until the number is used again, and a repeat changes nothing (rule M6).
pub(super) fn moved(order: &mut Order, tracking: &TrackingNumber, movements: &[Movement]) {
    let mut movements: Vec<&Movement> =
        movements.iter().filter(|movement| movement.status.is_movement()).collect();
    movements.sort_by_key(|movement| movement.identity());
    for package in order.packages.values_mut().filter(|package| knows(package, tracking)) {
        let is_settled = is_number_settled(&package.state);
        let mut last = last_movement(package, tracking);
        let kept = package.movements.entry(tracking.clone()).or_default();
        for movement in &movements {
            let is_news =
                last.is_none_or(|last| movement.occurred_at.since(last) > USED_AGAIN_AFTER);
            if !is_settled || is_news {
                insert_movement(kept, movement);
                last = last.max(Some(movement.occurred_at));
            }
        }
        tidy(package);
    }
}

fn last_movement(package: &Package, tracking: &TrackingNumber) -> Option<Moment> {
    let kept = package.movements.get(tracking).into_iter().flatten();
    kept.chain(package.proof_of(tracking)).map(|movement| movement.occurred_at).max()
}

/// Keeps of each number's movements the first and the last, for other orders (rule M5): the channel has a number of the
/// package. The movement that is proof is in the lock.
pub(super) fn keep_for_others(package: &mut Package) {
    for movements in package.movements.values_mut() {
        if let [_, former @ .., _] = movements.as_slice() {
            let last = 1 + former.len();
            movements.swap(1, last);
            movements.truncate(2);
        }
    }
    let proof = match package.lock().map(|lock| &lock.proof) {
        Some(Proof::Movement(movement)) => Some(movement.identity()),
        Some(Proof::Label | Proof::Person) | None => None,
    };
    let locked = crate::step::locked_label(package).map(|label| label.tracking.clone());
    for (number, movements) in &mut package.movements {
        if Some(number) == locked.as_ref() {
            movements.retain(|movement| Some(movement.identity()) != proof);
        }
    }
    tidy(package);
}

fn knows(package: &Package, tracking: &TrackingNumber) -> bool {
    package.label.as_ref().is_some_and(|label| label.tracking == *tracking)
        || package.movements.contains_key(tracking)
}

/// How long after its last scan a number may be another parcel's. This is inferred: no carrier gives a number out again sooner,
/// and few parcels travel longer.
const USED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether the number at the channel can no longer change by our doing.
fn is_number_settled(state: &State) -> bool {
    match state {
        State::Closed { .. } => true,
        State::Sent(sent) => match sent.stage {
            Stage::Confirmed { .. } | Stage::Conflict { .. } | Stage::Closed { .. } => true,
            Stage::Open(_) | Stage::Unresolved { .. } => false,
        },
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_) => false,
    }
}

/// Bounds the movements, so that equal facts are stored equally. A movement that is too old for this label (rule M4) may be of
/// use to another package or order of the number: it goes first, but only when there are too many.
fn tidy(package: &mut Package) {
    let is_settled = is_number_settled(&package.state);
    let Some(label) = &package.label else { return };
    let (current, labeled_at) = (label.tracking.clone(), label.labeled_at);
    package.movements.retain(|number, movements| {
        while movements.len() > MOVEMENTS_MAX {
            let is_too_old =
                |movement: &Movement| !belongs_to_label(movement.occurred_at, labeled_at);
            let latest_too_old = movements.iter().rposition(is_too_old);
            let least = if is_settled { 0 } else { latest_too_old.unwrap_or(MOVEMENTS_MAX) };
            movements.remove(least);
        }
        *number != current || !movements.is_empty()
    });
}
