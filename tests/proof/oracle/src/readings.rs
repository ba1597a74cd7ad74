//! A submission in doubt, and what a read shows of it. Rules P11 (P11a to P11j) and A2, "Reads" and "A repeat" under "Said exactly".

use crate::inputs::{Ms, Reading};
use crate::marketplaces::MarketplaceFacts;
use crate::marks;
use crate::order::Order;
use crate::outcomes::{confirm, reject};
use crate::spans;
use crate::states::{Doubt, PackageState, Parcel, TimeRange, Tries};
use crate::transitions::with_parcel;
use domain::Evidence;
use std::rc::Rc;

/// The usual wait before the first read.
pub const FIRST_READ: Ms = 30 * spans::SECOND;

/// A read, and when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) reading: Reading,
    /// The digest that the identical request would have.
    pub(crate) hash: Option<usize>,
    pub(crate) asked_at: Ms,
    pub(crate) now: Ms,
}

/// "anything else … `in_doubt`". Where nobody can be asked it is for a person, unless the receiver drops repeats.
pub fn fall_into_doubt(parcel: &mut Parcel, marketplace: MarketplaceFacts, doubt: Doubt) {
    let is_deduped = parcel.lock.as_ref().is_some_and(|lock| lock.deduped);
    parcel.state = if marketplace.can_be_asked || is_deduped {
        PackageState::InDoubt(doubt)
    } else {
        PackageState::Unresolved { at: doubt.since, former: None }
    };
}

/// A repeat that can no longer go out as it was. Only reads help it, and where nobody can be asked, a person (P11i).
pub fn back_to_doubt(parcel: &mut Parcel, marketplace: MarketplaceFacts, now: Ms) {
    parcel.state = if marketplace.can_be_asked {
        PackageState::InDoubt(spans::doubt(FIRST_READ, None, now))
    } else {
        PackageState::Unresolved { at: now, former: None }
    };
}

/// The package leaves its doubt without proof: only the identical request may follow.
pub fn allow_repeat(parcel: &mut Parcel, now: Ms) {
    let PackageState::InDoubt(doubt) = parcel.state else { return };
    let doubted_since = Some(parcel.doubted_since(&doubt));
    let repeats = parcel.tries.map_or(0, |tries| tries.repeats).saturating_add(1);
    if let Some(lock) = &mut parcel.lock {
        Rc::make_mut(lock).was_in_doubt = true;
    }
    let tries = parcel.tries.unwrap_or_default();
    make_ready(parcel, Tries { repeats, doubted_since, ..tries }, now);
}

/// The package leaves its doubt with proof that nothing was applied. What is sent next is another submission, and carries
/// no IMEI if this one did.
fn release_lock(parcel: &mut Parcel, doubt: &Doubt, now: Ms) {
    // A2: "an IMEI goes in a confirmation that comes back from it as in a first one"
    parcel.imeis_apart |= parcel.carries_imei() && !doubt.restored;
    parcel.lock = None;
    // "begins the count of repeats anew"
    let tries = parcel.tries.unwrap_or_default();
    make_ready(parcel, Tries { repeats: 0, doubted_since: None, ..tries }, now);
}

fn make_ready(parcel: &mut Parcel, tries: Tries, now: Ms) {
    parcel.tries = Some(tries);
    parcel.state = PackageState::Ready {
        not_before: None,
        imeis_missing: false,
        rings: spans::first_ring(TimeRange::exactly(now), now),
    };
}

/// "from then on a read that shows this number, and the order still to be shipped, counts as absent, before a claim and in
/// doubt alike". The number must have been dismissed for the label that is, or is to be, sent.
pub(crate) fn without_dismissed_number(order: &Order, package: usize, reading: Reading) -> Reading {
    let Reading::Former { words } = reading else { return reading };
    let dismissed = order.parcel(package).and_then(|parcel| match &parcel.lock {
        Some(lock) => lock.dismissed,
        None => parcel.words(order.facts.label(package)?.details.id).dismissed,
    });
    if dismissed == Some(words) { Reading::Absent } else { reading }
}

/// Records what a read of a package showed.
pub(crate) fn record_reading(order: &mut Order, package: usize, read: Read) {
    let now = read.now;
    let absence = Absence {
        repeats_safely: order.marketplace().repeats_safely
            && order.parcel(package).is_some_and(|parcel| order.may_be_repeated(parcel)),
        is_superseded: order
            .parcel(package)
            .is_some_and(|parcel| marks::is_superseded(order, parcel)),
    };
    with_parcel(order, package, |parcel| {
        let PackageState::InDoubt(doubt) = parcel.state else { return };
        match read.reading {
            Reading::Ours { shown } => confirm(parcel, shown, Evidence::ReadBack, now),
            Reading::Other { .. } => parcel.state = PackageState::Conflict { at: now },
            Reading::Former { words } => {
                parcel.state = PackageState::Unresolved { at: now, former: Some(words) };
            }
            Reading::Unclear { .. } => {
                parcel.state = PackageState::Unresolved { at: now, former: None };
            }
            Reading::Unreadable(failure) => {
                parcel.state = PackageState::InDoubt(spans::read(&doubt, 0, failure.after, now));
            }
            Reading::Absent => record_absence(parcel, &doubt, absence, read),
        }
    });
}

/// What decides, beside the package, what an absent number means.
#[derive(Clone, Copy, Debug)]
struct Absence {
    /// The identical request is safe to repeat here, and neither its label nor its order has changed.
    repeats_safely: bool,
    is_superseded: bool,
}

/// The channel shows nothing (rules P11e and P11j).
fn record_absence(parcel: &mut Parcel, doubt: &Doubt, absence: Absence, read: Read) {
    let now = read.now;
    let doubt = spans::read(doubt, 1, None, now);
    let lock = parcel.lock.as_ref();
    let is_identical = read.hash.is_some() && lock.is_some_and(|lock| lock.hash == read.hash);
    // A2: "There nothing identical is repeated"
    let is_final = doubt.refused || doubt.restored;
    let may_go_at_once = absence.repeats_safely && is_identical && !is_final;
    let is_proven =
        doubt.absent >= spans::ABSENT_READS && read.asked_at - doubt.since >= spans::QUARANTINE;
    let is_over = parcel.due_since.is_some_and(|since| now - since >= spans::GIVE_UP);
    let label = lock.map(|lock| lock.label);
    match (may_go_at_once, is_proven) {
        (false, false) => parcel.state = PackageState::InDoubt(doubt),
        _ if absence.is_superseded => {
            parcel.state = PackageState::Unresolved { at: now, former: None };
        }
        // "Absence that is proven counts as not applied"
        (_, true) if is_over => reject(parcel, label, true, now),
        (_, true) => release_lock(parcel, &doubt, now),
        (true, false) => allow_repeat(parcel, now),
    }
}
