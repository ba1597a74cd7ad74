//! How a submission ended. Rules P4 to P9, P11g, P11h and P12, D1, I7.

use crate::facts::Label;
use crate::inputs::{Failure, Ms, Outcome, ShownImei, ShownImeis};
use crate::order::Order;
use crate::readings::{FIRST_READ, fall_into_doubt};
use crate::spans;
use crate::states::{Device, ImeiState, Line, PackageState, Parcel, TimeRange};
use crate::transitions::{failed, with_parcel};
use domain::Evidence;

/// Records how a submission ended. An identical repeat that was not applied proves nothing of the first submission.
pub(crate) fn record_outcome(order: &mut Order, package: usize, outcome: Outcome, now: Ms) {
    let marketplace = order.marketplace();
    with_parcel(order, package, |parcel| {
        let wait = first_read(parcel);
        let doubt = |wait: Ms, asked: Option<Ms>| spans::doubt(wait, asked, now);
        match outcome {
            Outcome::Accepted { shown } => confirm(parcel, shown, Evidence::Accepted, now),
            Outcome::NotApplied(failure) => try_later(parcel, failure, now),
            Outcome::Refused { .. } if parcel.is_repeat() => {
                fall_into_doubt(parcel, marketplace, doubt(wait, None));
                if let PackageState::InDoubt(doubt) = &mut parcel.state {
                    doubt.refused = true;
                }
            }
            // "An IMEI never costs the confirmation"
            Outcome::Refused { words } if parcel.carries_imei() => {
                parcel.imeis_apart = true;
                try_later(parcel, Failure { words, after: None }, now);
            }
            Outcome::Refused { .. } => {
                let label = parcel.lock.as_ref().map(|lock| lock.label);
                reject(parcel, label, false, now);
            }
            // "a repeat that is answered so waits as any repeat does"
            Outcome::AlreadyShipped { .. } => {
                let wait = if parcel.is_repeat() { wait } else { 0 };
                fall_into_doubt(parcel, marketplace, doubt(wait, None));
            }
            Outcome::Unknown(failure) => {
                fall_into_doubt(parcel, marketplace, doubt(wait, failure.after));
            }
        }
    });
}

/// "certainly not applied, passing": the lock is released, unless it is of a repeat.
fn try_later(parcel: &mut Parcel, failure: Failure, now: Ms) {
    let tries = failed(parcel.tries, failure.words);
    parcel.tries = Some(tries);
    let again = spans::retry(tries.failures, failure.after, now);
    let label = parcel.lock.as_ref().map(|lock| lock.label);
    if !parcel.is_repeat() {
        parcel.lock = None;
    }
    parcel.state = PackageState::Ready {
        not_before: Some(again),
        imeis_missing: false,
        rings: spans::first_ring(again, now),
    };
    give_up(parcel, label, now);
}

/// How long after its outcome a doubtful submission is first read: longer after each repeat.
pub fn first_read(parcel: &Parcel) -> Ms {
    let repeats = parcel.tries.map_or(0, |tries| tries.repeats);
    if parcel.is_repeat() { spans::first_look(repeats) } else { FIRST_READ }
}

/// The channel has our number, and shows these IMEIs. An IMEI that it does not show is registered (rule I7).
pub fn confirm(parcel: &mut Parcel, shown: ShownImeis, by: Evidence, now: Ms) {
    parcel.due_since = None;
    parcel.tries = None;
    parcel.state = PackageState::Confirmed { at: now, by };
    let Some(lock) = &parcel.lock else { return };
    let line = |sent: &Device| Line {
        item: sent.item,
        device: shown[sent.item].map_or(*sent, |shown| sent.without(shown)),
        since: now,
        state: match shown[sent.item] {
            Some(ShownImei::Ours) => ImeiState::Done { at: now },
            Some(ShownImei::Another) => ImeiState::Failed { at: now },
            Some(ShownImei::OnlyImei | ShownImei::OnlySerial) | None => ImeiState::Pending {
                not_before: None,
                rings: spans::first_ring(TimeRange::exactly(now), now),
            },
        },
        fence: 0,
        tries: None,
        restored: None,
    };
    parcel.lines = lock.devices.iter().map(line).collect();
}

/// "`rejected` with the channel's code and words, lock released".
pub(crate) fn reject(parcel: &mut Parcel, label: Option<Label>, gave_up: bool, now: Ms) {
    parcel.fence += 1;
    parcel.lock = None;
    parcel.refused_left = None;
    parcel.due_since = None;
    parcel.tries = None;
    let submitted = label.map(|label| label.details.submitted());
    let label = label.map_or(0, |label| label.details.id);
    parcel.state = PackageState::Rejected { at: now, label, submitted, is_cut: false, gave_up };
}

/// "after 7 days `rejected: gave_up`".
pub(crate) fn give_up(parcel: &mut Parcel, label: Option<Label>, now: Ms) {
    if parcel.due_since.is_some_and(|since| now - since >= spans::GIVE_UP) {
        // The repeat was not applied; the submission before it may have been.
        if parcel.is_repeat() {
            parcel.state = PackageState::Unresolved { at: now, former: None };
            return;
        }
        reject(parcel, label, true, now);
    }
}
