//! Merging facts. Commutative and idempotent: every arrival order of the same events ends in the same facts.

use super::Refusal;
use crate::tracking::{belongs_to_label, insert_movement};
use crate::{
    EventId, ImeiList, ImeiUpdated, Label, LabelCreated, LabelVoided, MOVEMENTS_MAX, Moment,
    Movement, Order, OrderCancelled, PACKAGES_MAX, Package, PackageId, State, Terms,
    TrackingNumber, WaitingFor,
};
use std::collections::{BTreeMap, BTreeSet};

fn package_mut<'a>(order: &'a mut Order, id: &PackageId) -> Result<&'a mut Package, Refusal> {
    if !order.packages.contains_key(id) && order.packages.len() >= PACKAGES_MAX {
        return Err(Refusal::TooManyPackages);
    }
    Ok(order.packages.entry(id.clone()).or_insert_with(|| Package {
        label: None,
        voided: BTreeSet::new(),
        movements: BTreeMap::new(),
        hold: None,
        send_now: None,
        state: State::Waiting(WaitingFor::Label),
        due_since: None,
        fence: 0,
        lock: None,
        attempts: None,
        lines: BTreeMap::new(),
        delayed: false,
        resolved: BTreeSet::new(),
    }))
}

/// Rule L2: the greatest label ever seen counts; a lesser one leaves only its number, which scans may name.
pub(super) fn label(
    order: &mut Order,
    event: &LabelCreated,
    (terms, id): (Terms, &EventId),
    now: Moment,
) -> Result<(), Refusal> {
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
        received_at: now,
        event: id.clone(),
    };
    package.movements.entry(label.tracking.clone()).or_default();
    if package.label.as_ref().is_none_or(|current| current.rank() < label.rank()) {
        let former = package.label.replace(label);
        if let (Some(lock), Some(former)) = (&mut package.lock, former) {
            lock.label.get_or_insert(former);
        }
    }
    tidy(package);
    Ok(())
}

/// Rule L2: a void may come before its label, so it is kept by itself.
pub(super) fn void(order: &mut Order, event: &LabelVoided) -> Result<(), Refusal> {
    package_mut(order, &event.package_id)?.voided.insert(event.label_id.clone());
    Ok(())
}

/// Rule L4: the earliest cancellation we were told of.
pub(super) fn cancel(order: &mut Order, event: &OrderCancelled) {
    let earliest = order.cancelled.map_or(event.cancelled_at, |at| at.min(event.cancelled_at));
    order.cancelled = Some(earliest);
}

/// Rule I6: the newest list by `updated_at`; a tie is broken by value, not by arrival.
pub(super) fn imei(order: &mut Order, event: &ImeiUpdated) -> Result<(), Refusal> {
    if !order.channel.facts().takes_imeis {
        return Err(Refusal::NoImeisThere(order.channel));
    }
    let list = ImeiList {
        updated_at: event.updated_at,
        imeis: event.imeis.clone(),
        updated_by: event.updated_by.clone(),
    };
    let kept = order.imeis.entry(event.item_id.clone()).or_insert_with(|| list.clone());
    if *kept < list {
        *kept = list;
    }
    Ok(())
}

/// Keeps scans of every number the package had. Once it is claimed only the first of a number is of use, should the
/// lock be released; once it is told, none is (rule M6).
pub(super) fn moved(order: &mut Order, tracking: &TrackingNumber, movements: &[Movement]) {
    for package in order.packages.values_mut() {
        if !knows(package, tracking) || is_told(&package.state) {
            continue;
        }
        let first_only = package.lock.is_some() || matches!(package.state, State::Rejected(_));
        let kept = package.movements.entry(tracking.clone()).or_default();
        for movement in movements {
            if !first_only || kept.is_empty() {
                insert_movement(kept, movement);
            }
        }
        tidy(package);
    }
}

fn knows(package: &Package, tracking: &TrackingNumber) -> bool {
    package.label.as_ref().is_some_and(|label| label.tracking == *tracking)
        || package.movements.contains_key(tracking)
}

/// Whether the number at the channel can no longer change by our doing.
fn is_told(state: &State) -> bool {
    match state {
        State::Confirmed { .. } | State::Conflict { .. } | State::Closed { .. } => true,
        State::Waiting(_)
        | State::Ready { .. }
        | State::Held(_)
        | State::Withheld(_)
        | State::Sending { .. }
        | State::Rejected(_)
        | State::InDoubt(_)
        | State::Unresolved { .. } => false,
    }
}

/// Drops what no label can use any more (rule M4: labels only get greater), so that equal facts are stored equally.
fn tidy(package: &mut Package) {
    let Some(label) = &package.label else { return };
    let (current, labeled_at) = (label.tracking.clone(), label.labeled_at);
    package.movements.retain(|number, movements| {
        movements.retain(|movement| belongs_to_label(movement.occurred_at, labeled_at));
        movements.truncate(MOVEMENTS_MAX);
        *number != current || !movements.is_empty()
    });
}
