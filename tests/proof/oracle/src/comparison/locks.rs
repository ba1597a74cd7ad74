//! A package's label and its lock beside the product's.

use super::states::is_said;
use crate::facts::{KeptScan, Label};
use crate::inputs::Reading;
use crate::names::{BasketLine, CODES, NAMES, at};
use crate::order::Order;
use crate::states::{Device, Lock, Parcel, Proof, StateKind};
use domain::{
    CarrierStatus, Item, ItemId, Movement, Package, ShownNumber, Telling, TransparencyCode,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn is_label(ours: &Label, theirs: &domain::Label) -> bool {
    theirs.id == NAMES.labels[ours.details.id]
        && theirs.received_at == at(ours.received)
        && is_telling(ours, &theirs.telling)
}

/// Whether the telling is the same. That a time was told as `labeled_at` or as `updated_at`, too, is the same place.
pub(super) fn is_telling(ours: &Label, theirs: &Telling) -> bool {
    theirs.labeled_at == at(ours.details.at)
        && theirs.updated_at.unwrap_or(theirs.labeled_at) == at(ours.details.place())
        && theirs.tracking == NAMES.numbers[ours.details.number]
        && theirs.also_known_as == NAMES.further[ours.details.further]
        && theirs.carrier == NAMES.carriers[ours.details.carrier]
        && theirs.service == NAMES.services[ours.details.service]
        && theirs.tracking_url == NAMES.urls[ours.details.url]
        && theirs.ship_by == ours.details.ship_by.map(at)
        && theirs.ships_on == ours.details.ships_on.map(at)
        && theirs.items == NAMES.baskets[ours.details.basket]
        && theirs.supply_source_id == NAMES.supplies[ours.details.supply]
        && theirs.event.0 == NAMES.events[ours.event]
}

pub(super) fn is_lock(parcel: &Parcel, package: &Package) -> bool {
    let (ours, theirs) = match (&parcel.lock, package.lock()) {
        (None, None) => return true,
        (Some(ours), Some(theirs)) => (ours, theirs),
        _ => return false,
    };
    let is_repeat = package.state.sent().is_some_and(|sent| sent.repeats.is_some());
    is_fixed(ours, theirs, package)
        && (ours.was_in_doubt == is_repeat || parcel.state_kind() == StateKind::Confirmed)
}

/// What would have been sent, and what the channel held of it (rule A3).
pub(super) fn is_observed(order: &Order, parcel: &Parcel, package: &Package) -> bool {
    let (ours, theirs) = match (&parcel.observed, package.observed()) {
        (None, None) => return true,
        (Some(ours), Some(theirs)) => (ours, theirs),
        _ => return false,
    };
    let is_shown = match (parcel.shows, &theirs.shows) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            at(ours.asked_at) == theirs.at && is_number(order, ours.reading, &theirs.what)
        }
        _ => false,
    };
    theirs.lock.label.is_some() && is_fixed(ours, &theirs.lock, package) && is_shown
}

fn is_number(order: &Order, ours: Reading, theirs: &ShownNumber) -> bool {
    match (ours, theirs) {
        (Reading::Ours { .. }, ShownNumber::Ours) | (Reading::Absent, ShownNumber::Nothing) => true,
        (Reading::Other { words }, ShownNumber::Other(found))
        | (Reading::Former { words }, ShownNumber::Former(found))
        | (Reading::Unclear { words }, ShownNumber::Unclear(found)) => {
            is_said(order, &NAMES.words[words], found)
        }
        _ => false,
    }
}

fn is_fixed(ours: &Lock, theirs: &domain::Lock, package: &Package) -> bool {
    let label = theirs.label.as_ref().or(package.label.as_ref());
    let Some(label) = label else { return false };
    let seal = theirs.seal.as_ref();
    is_label(&ours.label, label)
        && at(ours.ship_date) == theirs.ship_date
        && are_lines(&ours.lines, theirs.items.as_ref().unwrap_or(&label.telling.items))
        && are_devices(&ours.devices, &theirs.devices)
        && ours.hash.map(|hash| &NAMES.hashes[hash]) == seal.map(|seal| &seal.hash)
        && ours.reference == seal.is_some_and(|seal| seal.reference.is_some())
        && ours.deduped == seal.is_some_and(|seal| seal.is_deduped)
        && is_proof(ours.proof, &theirs.proof)
        && ours.despite_cancel == theirs.despite_cancel
        && ours.despite_wish.map(at) == theirs.despite_wish
        && ours.is_late == theirs.is_late
        && ours.verify == theirs.verify
}

/// The Transparency codes of a line, sorted.
fn codes(line: &BasketLine) -> BTreeSet<&'static str> {
    CODES[line.codes].iter().copied().collect()
}

pub(super) fn are_lines(ours: &[BasketLine], theirs: &[Item]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|ours| {
            theirs.iter().any(|line| {
                line.item_id == NAMES.items[ours.item]
                    && line.quantity == ours.quantity
                    && line.requires_imei == ours.needs_imei
                    && line.requires_serial == ours.needs_serial
                    && line.transparency_codes.iter().map(TransparencyCode::as_str).eq(codes(ours))
            })
        })
}

pub(super) fn are_devices(ours: &[Device], theirs: &BTreeMap<ItemId, domain::Device>) -> bool {
    let is_sent = |ours: &Device| {
        theirs.get(&NAMES.items[ours.item]).is_some_and(|theirs| is_device(ours, theirs))
    };
    ours.len() == theirs.len() && ours.iter().all(is_sent)
}

pub(super) fn is_device(ours: &Device, theirs: &domain::Device) -> bool {
    ours.imei.map(|imei| &NAMES.imeis[imei]) == theirs.imei.as_ref()
        && ours.serial.map(|serial| &NAMES.serials[serial]) == theirs.serial.as_ref()
}

fn is_proof(ours: Proof, theirs: &domain::Proof) -> bool {
    match (ours, theirs) {
        (Proof::Moved(scan), domain::Proof::Movement(movement)) => is_movement(&scan, movement),
        (Proof::Deadline(ours), domain::Proof::Deadline { by }) => at(ours) == *by,
        (Proof::Labelled, domain::Proof::Label)
        | (Proof::Wait, domain::Proof::Wait)
        | (Proof::Person, domain::Proof::Person) => true,
        _ => false,
    }
}

fn is_movement(ours: &KeptScan, theirs: &Movement) -> bool {
    at(ours.scan.at) == theirs.occurred_at
        && CarrierStatus::ALL[ours.scan.status] == theirs.status
        && at(ours.received) == theirs.received_at
        && NAMES.events[ours.scan.event] == theirs.event.0
}
