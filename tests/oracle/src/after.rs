//! After a claim: how the submission ended, and what a read finds of one in doubt.

use crate::act::{End, Found, Ms};
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
        let doubted = parcel.lock.as_ref().is_some_and(|lock| lock.doubted);
        match end {
            End::Accepted => confirm(parcel, Evidence::Accepted, now),
            End::NotApplied(failure) => {
                let tries = failed(parcel.tries, failure.words);
                parcel.tries = Some(tries);
                let again = spans::retry(tries.failures, failure.after, now);
                let label = parcel.lock.as_ref().map_or(0, |lock| lock.label.made.id);
                if !doubted {
                    parcel.lock = None;
                }
                parcel.stand = Stand::Ready {
                    not_before: Some(again),
                    imeis_missing: false,
                    rings: spans::first_ring(again, now),
                };
                give_up(parcel, label, now);
            }
            End::Refused { .. } if doubted => fall_into_doubt(parcel, place, FIRST_READ, now),
            End::Refused { .. } => {
                let label = parcel.lock.as_ref().map_or(0, |lock| lock.label.made.id);
                reject(parcel, label, false, now);
            }
            End::AlreadyShipped { .. } => fall_into_doubt(parcel, place, 0, now),
            End::Unknown { .. } => fall_into_doubt(parcel, place, FIRST_READ, now),
        }
    });
}

/// The channel has our number.
pub fn confirm(parcel: &mut Parcel, by: Evidence, now: Ms) {
    parcel.due_since = None;
    parcel.tries = None;
    parcel.stand = Stand::Confirmed { at: now, by };
    let Some(lock) = &parcel.lock else { return };
    if lock.lines.len() > 1 {
        parcel.lines = lock
            .imeis
            .iter()
            .map(|&(item, list)| Line {
                item,
                imei: list,
                since: now,
                stand: LineStand::Pending {
                    not_before: None,
                    rings: spans::first_ring(When::exactly(now), now),
                },
                fence: 0,
                tries: None,
            })
            .collect();
    }
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
            parcel.stand = Stand::Unresolved { at: now };
            return;
        }
        reject(parcel, label, true, now);
    }
}

/// "anything else … `in_doubt`"; where nothing can be asked it is for a person, unless the receiver drops repeats.
pub fn fall_into_doubt(parcel: &mut Parcel, place: Place, first_read: Ms, now: Ms) {
    let returns = usize::from(parcel.tries.map_or(0, |tries| tries.returns));
    let is_deduped = parcel.lock.as_ref().is_some_and(|lock| lock.deduped);
    parcel.stand = match (place.can_be_asked, is_deduped, first_read) {
        (true, ..) | (false, true, 0) => Stand::InDoubt(spans::doubt(first_read, now)),
        (false, true, _) => {
            let wait = spans::REPEATS.get(returns).unwrap_or(&spans::REPEATS[1]);
            Stand::InDoubt(spans::doubt(*wait, now))
        }
        (false, false, _) => Stand::Unresolved { at: now },
    };
}

/// Back from doubt without proof: only the identical request may follow.
pub fn ready_again(parcel: &mut Parcel, now: Ms) {
    let tries = parcel.tries.unwrap_or_default();
    parcel.tries = Some(Tries { returns: tries.returns.saturating_add(1), ..tries });
    if let Some(lock) = &mut parcel.lock {
        Rc::make_mut(lock).doubted = true;
    }
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
            Found::Ours => confirm(parcel, Evidence::ReadBack, now),
            Found::Other { .. } => parcel.stand = Stand::Conflict { at: now },
            Found::Untold { .. } => parcel.stand = Stand::Unresolved { at: now },
            Found::Unreadable(failure) => {
                parcel.stand = Stand::InDoubt(spans::read(&doubt, 0, failure.after, now));
            }
            Found::Absent => {
                let doubt = spans::read(&doubt, 1, None, now);
                let returns = parcel.tries.map_or(0, |tries| tries.returns);
                let lock = parcel.lock.as_ref();
                let is_identical = hash.is_some() && lock.is_some_and(|lock| lock.hash == hash);
                let may_repeat = place.repeats_safely;
                let is_proven = doubt.absent >= spans::ABSENT_READS
                    && asked_at - doubt.since >= spans::QUARANTINE;
                let is_spent = returns >= spans::RETURNS_MAX;
                let may_go_at_once = may_repeat && is_identical && is_unchanged;
                match (may_go_at_once, is_proven, relabelled || is_spent) {
                    (true, _, true) | (_, true, true) => {
                        parcel.stand = Stand::Unresolved { at: now };
                    }
                    (_, true, false) => {
                        ready_again(parcel, now);
                        parcel.lock = None;
                    }
                    (true, false, false) => ready_again(parcel, now),
                    (false, false, _) => parcel.stand = Stand::InDoubt(doubt),
                }
            }
        }
    });
}
