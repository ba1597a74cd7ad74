//! After a claim: how the submission ended, and what a read finds of one in doubt.

use crate::act::{End, Failure, Found, Ms, Shown, Shows};
use crate::follow::{failed, with_parcel};
use crate::marks;
use crate::model::Order;
use crate::places::Place;
use crate::spans;
use crate::stand::{Line, LineStand, Parcel, Stand, Tries, When};
use domain::Evidence;
use std::rc::Rc;

/// The usual wait before the first read.
pub const FIRST_READ: Ms = 30 * spans::SECOND;

/// How a submission ended. An identical repeat that was not applied proves nothing about the first.
pub(crate) fn ended(order: &mut Order, package: usize, end: End, now: Ms) {
    let place = order.place();
    with_parcel(order, package, |parcel| {
        let wait = first_read(parcel);
        match end {
            End::Accepted { shown } => confirm(parcel, shown, Evidence::Accepted, now),
            End::NotApplied(failure) => try_later(parcel, failure, now),
            End::Refused { .. } if parcel.is_repeat() => {
                fall_into_doubt(parcel, place, (wait, None), now);
                if let Stand::InDoubt(doubt) = &mut parcel.stand {
                    doubt.refused = true;
                }
            }
            // "An IMEI never costs the confirmation"
            End::Refused { words } if parcel.carries_imei() => {
                parcel.apart = true;
                try_later(parcel, Failure { words, after: None }, now);
            }
            End::Refused { .. } => {
                let label = parcel.lock.as_ref().map_or(0, |lock| lock.label.made.id);
                reject(parcel, label, false, now);
            }
            // "a repeat that is answered so waits as any repeat does"
            End::AlreadyShipped { .. } => {
                let wait = if parcel.is_repeat() { wait } else { 0 };
                fall_into_doubt(parcel, place, (wait, None), now);
            }
            End::Unknown(failure) => fall_into_doubt(parcel, place, (wait, failure.after), now),
        }
    });
}

/// "certainly not applied, passing": the lock is released, unless it is of a repeat.
fn try_later(parcel: &mut Parcel, failure: Failure, now: Ms) {
    let tries = failed(parcel.tries, failure.words);
    parcel.tries = Some(tries);
    let again = spans::retry(tries.failures, failure.after, now);
    let label = parcel.lock.as_ref().map_or(0, |lock| lock.label.made.id);
    if !parcel.is_repeat() {
        parcel.lock = None;
    }
    parcel.stand = Stand::Ready {
        not_before: Some(again),
        imeis_missing: false,
        rings: spans::first_ring(again, now),
    };
    give_up(parcel, label, now);
}

/// When what falls into doubt now is looked at first: later after each repeat.
pub fn first_read(parcel: &Parcel) -> Ms {
    let repeats = parcel.tries.map_or(0, |tries| tries.returns);
    if parcel.is_repeat() { spans::first_look(repeats) } else { FIRST_READ }
}

/// The channel has our number, and shows these IMEIs; what it does not show is registered (rule I7).
pub fn confirm(parcel: &mut Parcel, shown: Shown, by: Evidence, now: Ms) {
    parcel.due_since = None;
    parcel.tries = None;
    parcel.stand = Stand::Confirmed { at: now, by };
    let Some(lock) = &parcel.lock else { return };
    let line = |&(item, imei): &(usize, usize)| Line {
        item,
        imei,
        since: now,
        stand: match shown[item] {
            Some(Shows::Ours) => LineStand::Done { at: now },
            Some(Shows::Another) => LineStand::Failed { at: now },
            None => LineStand::Pending {
                not_before: None,
                rings: spans::first_ring(When::exactly(now), now),
            },
        },
        fence: 0,
        tries: None,
    };
    parcel.lines = lock.imeis.iter().map(line).collect();
}

/// "`rejected` with the channel's code and words, lock released".
fn reject(parcel: &mut Parcel, label: usize, gave_up: bool, now: Ms) {
    parcel.fence += 1;
    parcel.lock = None;
    parcel.due_since = None;
    parcel.tries = None;
    parcel.stand = Stand::Rejected { at: now, label, gave_up };
}

/// "after 7 days `rejected: gave_up`".
pub(crate) fn give_up(parcel: &mut Parcel, label: usize, now: Ms) {
    if parcel.due_since.is_some_and(|since| now - since >= spans::GIVE_UP) {
        // What is not applied now may have been before.
        if parcel.lock.as_ref().is_some_and(|lock| lock.doubted) {
            parcel.stand = Stand::Unresolved { at: now, former: None };
            return;
        }
        reject(parcel, label, true, now);
    }
}

/// "anything else … `in_doubt`"; where nothing can be asked it is for a person, unless the receiver drops repeats.
pub fn fall_into_doubt(
    parcel: &mut Parcel,
    place: Place,
    (first_read, asked): (Ms, Option<Ms>),
    now: Ms,
) {
    let is_deduped = parcel.lock.as_ref().is_some_and(|lock| lock.deduped);
    parcel.stand = if place.can_be_asked || is_deduped {
        Stand::InDoubt(spans::doubt(first_read, asked, now))
    } else {
        Stand::Unresolved { at: now, former: None }
    };
}

/// A repeat that can no longer go out as it was: only reads help, and where nobody can be asked, a person.
pub fn back_to_doubt(parcel: &mut Parcel, place: Place, now: Ms) {
    parcel.stand = if place.can_be_asked {
        Stand::InDoubt(spans::doubt(FIRST_READ, None, now))
    } else {
        Stand::Unresolved { at: now, former: None }
    };
}

/// Back from doubt without proof: only the identical request may follow.
pub fn ready_again(parcel: &mut Parcel, now: Ms) {
    let Stand::InDoubt(doubt) = parcel.stand else { return };
    let doubted_since = Some(parcel.doubted_since(&doubt));
    let returns = parcel.tries.map_or(0, |tries| tries.returns).saturating_add(1);
    if let Some(lock) = &mut parcel.lock {
        Rc::make_mut(lock).doubted = true;
    }
    come_back(parcel, (returns, doubted_since), now);
}

/// Back with proof that nothing was applied: what is sent next is another submission, and carries no IMEI if this did.
fn released(parcel: &mut Parcel, now: Ms) {
    parcel.apart |= parcel.carries_imei();
    parcel.lock = None;
    // "begins the count of repeats anew"
    come_back(parcel, (0, None), now);
}

fn come_back(parcel: &mut Parcel, (returns, doubted_since): (u8, Option<Ms>), now: Ms) {
    let tries = parcel.tries.unwrap_or_default();
    parcel.tries = Some(Tries { returns, doubted_since, ..tries });
    parcel.stand = Stand::Ready {
        not_before: None,
        imeis_missing: false,
        rings: spans::first_ring(When::exactly(now), now),
    };
}

/// What a read found.
pub(crate) fn read(
    order: &mut Order,
    package: usize,
    (found, hash): (Found, Option<usize>),
    (asked_at, now): (Ms, Ms),
) {
    let place = order.place();
    let relabelled =
        order.parcel(package).is_some_and(|parcel| marks::is_superseded(order, parcel));
    let is_unchanged = order.parcel(package).is_some_and(|parcel| order.may_be_repeated(parcel));
    with_parcel(order, package, |parcel| {
        let Stand::InDoubt(doubt) = parcel.stand else { return };
        match found {
            Found::Ours { shown } => confirm(parcel, shown, Evidence::ReadBack, now),
            Found::Other { .. } => parcel.stand = Stand::Conflict { at: now },
            Found::Former { words } => {
                parcel.stand = Stand::Unresolved { at: now, former: Some(words) };
            }
            Found::Untold { .. } => parcel.stand = Stand::Unresolved { at: now, former: None },
            Found::Unreadable(failure) => {
                parcel.stand = Stand::InDoubt(spans::read(&doubt, 0, failure.after, now));
            }
            Found::Absent => {
                let doubt = spans::read(&doubt, 1, None, now);
                let lock = parcel.lock.as_ref();
                let is_identical = hash.is_some() && lock.is_some_and(|lock| lock.hash == hash);
                let may_go_at_once =
                    place.repeats_safely && is_identical && is_unchanged && !doubt.refused;
                let is_proven = doubt.absent >= spans::ABSENT_READS
                    && asked_at - doubt.since >= spans::QUARANTINE;
                let is_over = parcel.due_since.is_some_and(|since| now - since >= spans::GIVE_UP);
                let label = lock.map_or(0, |lock| lock.label.made.id);
                match (may_go_at_once, is_proven) {
                    (false, false) => parcel.stand = Stand::InDoubt(doubt),
                    _ if relabelled => parcel.stand = Stand::Unresolved { at: now, former: None },
                    // "Absence that is proven counts as not applied"
                    (_, true) if is_over => reject(parcel, label, true, now),
                    (_, true) => released(parcel, now),
                    (true, false) => ready_again(parcel, now),
                }
            }
        }
    });
}
