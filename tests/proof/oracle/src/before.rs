//! Before a claim, and the claim itself. Rules P2 and P3.

use crate::act::{Aim, Failure, Found, Ms, Seal};
use crate::after::{back_to_doubt, confirm, give_up};
use crate::follow::{Column, Followed, failed, is_time, read_by, target, with_line, with_parcel};
use crate::line::line_failed;
use crate::model::{No, Order};
use crate::spans;
use crate::stand::{LineStand, Lock, Stand, When};
use domain::Evidence;
use std::rc::Rc;

/// "for Wish a read, whose PUT would override what a person entered: absent → claim; our number → `confirmed`; another →
/// `conflict`; a former number → `unresolved`."
pub(crate) fn preflight(
    order: &mut Order,
    (package, number): (usize, usize),
    found: Found,
    now: Ms,
) -> Followed {
    target(order, Aim::Package(package), Column::Preflight)?;
    let is_ours = order.facts.label(package).is_some_and(|label| label.made.number == number);
    if !is_ours {
        return Err(No::NotReady);
    }
    // "It says nothing while another package of the order is sent: what shows may be that one's number."
    if order.is_sending() {
        return Err(No::OtherSending);
    }
    if let Found::Unreadable(_) = found {
        is_time(order, Aim::Package(package), now)?;
    }
    let lock = order.parcel(package).and_then(|parcel| {
        let label = order.facts.label(package)?;
        Some(parcel.lock.clone().unwrap_or_else(|| Rc::new(order.lock(parcel, label, now))))
    });
    match read_by(order, package, found) {
        Found::Ours { shown } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            confirm(parcel, shown, Evidence::ReadBack, now);
        }),
        Found::Other { .. } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.stand = Stand::Conflict { at: now };
        }),
        Found::Former { words } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.stand = Stand::Unresolved { at: now, former: Some(words) };
        }),
        Found::Untold { .. } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.stand = Stand::Unresolved { at: now, former: None };
        }),
        Found::Absent => {}
        Found::Unreadable(failure) => put_off(order, Aim::Package(package), failure, now),
    }
    Ok(())
}

/// "A failure here saves its reason and a `not_before`"; a read that cannot be made is made later.
pub(crate) fn put_off(order: &mut Order, aim: Aim, failure: Failure, now: Ms) {
    let label = order.facts.label(aim.package()).map_or(0, |label| label.made.id);
    match aim {
        Aim::Package(package) => with_parcel(order, package, |parcel| {
            let Stand::Ready { imeis_missing, .. } = parcel.stand else { return };
            let tries = failed(parcel.tries, failure.words);
            parcel.tries = Some(tries);
            let again = spans::retry(tries.failures, failure.after, now);
            let rings = spans::first_ring(again, now);
            parcel.stand = Stand::Ready { not_before: Some(again), imeis_missing, rings };
            give_up(parcel, label, now);
        }),
        Aim::Line(..) => with_line(order, aim, |line| line_failed(line, failure, now)),
    }
}

/// Others of the partner go first: nothing failed, and nothing was asked.
pub(crate) fn wait(order: &mut Order, aim: Aim, until: Ms, now: Ms) {
    let until = When::exactly(until);
    let rings = spans::first_ring(until, now);
    match aim {
        Aim::Package(package) => with_parcel(order, package, |parcel| match &mut parcel.stand {
            Stand::Ready { not_before, rings: former, .. } => {
                *not_before = Some(until);
                *former = rings;
            }
            Stand::InDoubt(doubt) => {
                doubt.read_at = until;
                doubt.rings = rings;
            }
            _ => {}
        }),
        Aim::Line(..) => with_line(order, aim, |line| match &mut line.stand {
            LineStand::Pending { not_before, rings: former } => {
                *not_before = Some(until);
                *former = rings;
            }
            LineStand::InDoubt(doubt) => {
                doubt.read_at = until;
                doubt.rings = rings;
            }
            _ => {}
        }),
    }
}

/// "the time they wait so is not theirs: none is marked `delayed`, given up or `unresolved` for it, and a quarantine begins
/// anew."
pub(crate) fn park(order: &mut Order, aim: Aim, now: Ms) {
    wait(order, aim, now + spans::PARKED, now);
    match aim {
        Aim::Package(package) => with_parcel(order, package, |parcel| {
            // "Time under a stop lengthens the 24 hours."
            if let Some(tries) = &mut parcel.tries {
                tries.doubted_since = tries.doubted_since.map(|_| now);
            }
            // "The time they wait so is not theirs: none is marked `delayed`, given up …"
            parcel.due_since = Some(now);
            parcel.delayed = false;
            if let Stand::InDoubt(doubt) = &mut parcel.stand {
                doubt.since = now;
            }
        }),
        Aim::Line(..) => with_line(order, aim, |line| {
            line.since = now;
            if let LineStand::InDoubt(doubt) = &mut line.stand {
                doubt.since = now;
            }
        }),
    }
}

/// "only from `ready`, `not_before` passed, no other package of the order in `sending`."
pub(crate) fn claim(
    order: &mut Order,
    aim: Aim,
    (never, never_until): (bool, Option<Ms>),
    (lease, seal): (Ms, Seal),
    now: Ms,
) -> Followed {
    target(order, aim, Column::Claim)?;
    let Aim::Package(package) = aim else { return line_claim(order, aim, lease, now) };
    let parcel = order.parcel(package).ok_or(No::Absent)?.clone();
    is_time(order, aim, now)?;
    if order.is_sending() {
        return Err(No::OtherSending);
    }
    let lock = match &parcel.lock {
        Some(lock) if lock.hash != Some(seal.hash) => {
            let place = order.place();
            with_parcel(order, package, |parcel| back_to_doubt(parcel, place, now));
            return Err(No::NotIdentical);
        }
        Some(lock) => Rc::clone(lock),
        None => {
            let label = *order.facts.label(package).ok_or(No::NotReady)?;
            // "of one that a person released the moment of the release counts in place of that"
            let released = parcel.released.filter(|(of, _)| *of == label.made.id);
            let since = released.map_or(label.received, |(_, at)| at);
            let was_never = never_until.is_some_and(|until| since < until);
            if (never || was_never) && parcel.sent_by_person != Some(label.made.id) {
                with_parcel(order, package, |parcel| parcel.stopped = Some(label.made.id));
                return Err(No::Never);
            }
            Rc::new(Lock {
                reference: seal.reference,
                hash: Some(seal.hash),
                deduped: seal.deduped,
                ..order.lock(&parcel, &label, now)
            })
        }
    };
    with_parcel(order, package, |parcel| {
        parcel.fence += 1;
        parcel.lock = Some(lock);
        parcel.stand = Stand::Sending { lease };
    });
    Ok(())
}

fn line_claim(order: &mut Order, aim: Aim, lease: Ms, now: Ms) -> Followed {
    is_time(order, aim, now)?;
    with_line(order, aim, |line| {
        line.fence += 1;
        line.stand = LineStand::Sending { lease };
    });
    Ok(())
}
