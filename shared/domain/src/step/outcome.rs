//! How a submission ended. An outcome carries the fence of its claim and is dropped when the fence has moved.

use super::claim::{has_imei_inside, locked_items, locked_label};
use super::decide::carries_imei;
use super::facts::keep_for_others;
use super::retry::{
    FIRST_READ, PARKED_FOR, doubt, doubt_for, failed, first_look, first_ring, is_given_up,
    not_before,
};
use super::{NotApplied, Outcome, Refusal, ShownImei, ShownImeis, Target};
use crate::planted::{self, Bug};
use crate::{
    Attempts, Doubt, Evidence, Imei, ItemId, Line, LineState, Moment, Order, OrderKey, Package,
    Rejection, State, Text,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// The code of what was tried for too long.
pub(super) const GAVE_UP: &str = "gave_up";

/// Which one is not repeated: it is another IMEI.
pub(super) const ANOTHER_IMEI: &str = "the channel holds another one";

/// Why it is not tried any more, and what failed last.
pub(super) fn gave_up(why: &Text) -> Text {
    Text::cut(&format!("{GAVE_UP}: {why}"))
}

/// Records how a submission ended.
pub(super) fn outcome(
    order: &mut Order,
    (target, fence): (&Target, u32),
    outcome: &Outcome,
    now: Moment,
) -> Result<(), Refusal> {
    let key = order.key.clone();
    let takes_imeis = order.channel.facts().takes_imeis;
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => {
            check_fence(fence, package.fence)?;
            let State::Sending { .. } = package.state else { return Err(Refusal::NotReady) };
            confirmation(package, (&key, takes_imeis), outcome, now);
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            check_fence(fence, line.fence)?;
            let LineState::Sending { .. } = line.state else { return Err(Refusal::NotReady) };
            imei(line, &key, outcome, now);
        }
    }
    Ok(())
}

pub(super) fn check_fence(given: u32, current: u32) -> Result<(), Refusal> {
    if given == current || planted::is(Bug::FenceNotChecked) {
        Ok(())
    } else {
        Err(Refusal::Fenced { given, current })
    }
}

fn confirmation(
    package: &mut Package,
    (key, takes_imeis): (&OrderKey, bool),
    outcome: &Outcome,
    now: Moment,
) {
    match outcome {
        Outcome::AlreadyShipped { .. } if planted::is(Bug::AlreadyShippedIsAccepted) => {
            confirm(package, takes_imeis.then(ShownImeis::new).as_ref(), Evidence::Accepted, now);
        }
        Outcome::Unknown { reason, .. } if planted::is(Bug::TimeoutIsNotApplied) => {
            package.lock = None;
            let why = NotApplied { reason: reason.clone(), retry_after: None };
            put_off(package, key, &why, now);
        }
        Outcome::Accepted(shown) => {
            confirm(package, takes_imeis.then_some(shown), Evidence::Accepted, now);
        }
        Outcome::NotApplied(why) => {
            // In this order: what is given up is the label that was sent, not one that came meanwhile.
            put_off(package, key, why, now);
            release_unless_doubted(package);
        }
        // It says nothing about the submission before it, which may yet turn out to be applied. To send the same again
        // would be refused again.
        Outcome::Refused { message, .. } if is_doubted(package) => {
            let doubt = doubt(message.clone(), first_read(package), now);
            package.state = State::InDoubt(Doubt { refused: true, ..doubt });
        }
        Outcome::Refused { message, .. }
            if has_imei_inside(package) && !planted::is(Bug::ImeiCostsConfirmation) =>
        {
            go_without_imei(package, key, message, now);
        }
        Outcome::Refused { code, message } => reject(package, code.clone(), message.clone(), now),
        // Read back at once, but for a repeat: two of them would take turns with two reads, as fast as the channel answers.
        Outcome::AlreadyShipped { message } => {
            let wait = if is_doubted(package) { first_read(package) } else { SignedDuration::ZERO };
            package.state = State::InDoubt(doubt(message.clone(), wait, now));
        }
        Outcome::Unknown { reason, retry_after } => {
            let wait = (first_read(package), *retry_after);
            package.state = State::InDoubt(doubt_for(reason.clone(), wait, now));
        }
    }
}

/// When to look again first: later after each repeat of the same request.
pub(super) fn first_read(package: &Package) -> SignedDuration {
    let returns = package.attempts.as_ref().map_or(0, |attempts| attempts.returns);
    if is_doubted(package) { first_look(returns) } else { FIRST_READ }
}

fn is_doubted(package: &Package) -> bool {
    package.lock.as_ref().is_some_and(|lock| lock.doubted)
}

/// Only proof that nothing was applied releases the lock (rule L1).
fn release_unless_doubted(package: &mut Package) {
    if !is_doubted(package) || planted::is(Bug::DoubtIsReleased) {
        package.lock = None;
    }
}

/// The channel has our number, and shows these IMEIs.
pub(super) fn confirm(
    package: &mut Package,
    shown: Option<&ShownImeis>,
    by: Evidence,
    now: Moment,
) {
    if let Some(shown) = shown {
        package.lines = lines_to_register(package, shown, now);
    }
    package.state = State::Confirmed { at: now, by };
    package.attempts = None;
    package.due_since = None;
    keep_for_others(package);
}

/// Rule I7: whatever the confirmation carried, what the channel does not show is registered by a request of its own.
/// Another IMEI that is there is never overridden.
fn lines_to_register(package: &Package, shown: &ShownImeis, now: Moment) -> BTreeMap<ItemId, Line> {
    let imeis = package.lock.as_ref().map(|lock| &lock.imeis);
    let line = |item: &ItemId, imei: &Imei| Line {
        imei: imei.clone(),
        since: now,
        state: match shown.get(item) {
            Some(ShownImei::Ours) => LineState::Done { at: now },
            None if has_imei_inside(package) && planted::is(Bug::ImeisNotCompared) => {
                LineState::Done { at: now }
            }
            Some(ShownImei::Another) => LineState::Failed { at: now, why: Text::cut(ANOTHER_IMEI) },
            None => LineState::Pending { not_before: None, ring: first_ring(now, now) },
        },
        fence: 0,
        attempts: None,
    };
    locked_items(package)
        .iter()
        .filter(|item| carries_imei(item))
        .filter_map(|item| {
            let imei = imeis?.get(&item.item_id)?.first()?;
            Some((item.item_id.clone(), line(&item.item_id, imei)))
        })
        .collect()
}

/// Rule I7: an IMEI never costs the confirmation. What was refused with one in it goes out again without.
fn go_without_imei(package: &mut Package, key: &OrderKey, why: &Text, now: Moment) {
    package.imeis_apart = true;
    let why = NotApplied { reason: why.clone(), retry_after: None };
    put_off(package, key, &why, now);
    package.lock = None;
}

/// Certainly not applied, for good: the lock is released, and another label starts afresh.
pub(super) fn reject(package: &mut Package, code: Text, why: Text, now: Moment) {
    let label = locked_label(package).or(package.label.as_ref()).map(|label| label.id.clone());
    let Some(label) = label else { return };
    // Each rejection is told by an id of its own, also one without a claim of its own.
    package.fence = package.fence.saturating_add(1);
    package.lock = None;
    package.attempts = None;
    package.due_since = None;
    package.state = State::Rejected(Rejection { at: now, code, why, label });
}

/// Two senders may find the same work: what the first one learned is not overwritten by the second.
pub(super) fn is_time(not_before: Option<Moment>, now: Moment) -> Result<(), Refusal> {
    match not_before {
        Some(at) if now < at => Err(Refusal::NotBefore(at)),
        Some(_) | None => Ok(()),
    }
}

/// A sender could not even try: the reason is kept, and the next try waits.
pub(super) fn postpone(
    order: &mut Order,
    target: &Target,
    why: &NotApplied,
    now: Moment,
) -> Result<(), Refusal> {
    let key = order.key.clone();
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => {
            let State::Ready { not_before, .. } = package.state else {
                return Err(Refusal::NotReady);
            };
            is_time(not_before, now)?;
            put_off(package, &key, why, now);
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            let LineState::Pending { not_before, .. } = line.state else {
                return Err(Refusal::NotReady);
            };
            is_time(not_before, now)?;
            put_off_line(line, &key, why, now);
        }
    }
    Ok(())
}

/// It is not the order's turn: all stays as it is, but for when it is tried or read again.
pub(super) fn wait(
    order: &mut Order,
    target: &Target,
    until: Moment,
    now: Moment,
) -> Result<(), Refusal> {
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    let (at, ring) = match target {
        Target::Confirmation(_) => match &mut package.state {
            State::Ready { not_before, ring, .. } => {
                is_time(*not_before, now)?;
                (not_before.insert(until), ring)
            }
            State::InDoubt(Doubt { read_at, ring, .. }) => {
                is_time(Some(*read_at), now)?;
                (read_at, ring)
            }
            State::Waiting(_)
            | State::Held(_)
            | State::Withheld(_)
            | State::Sending { .. }
            | State::Confirmed { .. }
            | State::Rejected(_)
            | State::Conflict { .. }
            | State::Unresolved { .. }
            | State::Closed { .. } => return Err(Refusal::NotReady),
        },
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            match &mut line.state {
                LineState::Pending { not_before, ring } => {
                    is_time(*not_before, now)?;
                    (not_before.insert(until), ring)
                }
                LineState::InDoubt(Doubt { read_at, ring, .. }) => {
                    is_time(Some(*read_at), now)?;
                    (read_at, ring)
                }
                LineState::Sending { .. } | LineState::Done { .. } | LineState::Failed { .. } => {
                    return Err(Refusal::NotReady);
                }
            }
        }
    };
    *at = until;
    *ring = first_ring(until, now);
    Ok(())
}

/// The partner is stopped: the order is looked at again after a while. The wait is the partner's, which is shown once:
/// it makes no order late, and none is given up for it.
pub(super) fn park(order: &mut Order, target: &Target, now: Moment) -> Result<(), Refusal> {
    let at = now.plus(PARKED_FOR);
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => {
            if let State::InDoubt(doubt) = &mut package.state {
                package.due_since = Some(now);
                park_doubt(doubt, package.attempts.as_mut(), (at, now));
                return Ok(());
            }
            let State::Ready { imeis_missing, .. } = package.state else {
                return Err(Refusal::NotReady);
            };
            package.due_since = Some(now);
            package.delayed = false;
            let attempts = package.attempts.as_mut();
            if let Some(since) = attempts.and_then(|attempts| attempts.doubted_since.as_mut()) {
                *since = now;
            }
            package.state =
                State::Ready { not_before: Some(at), imeis_missing, ring: first_ring(at, now) };
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            if let LineState::InDoubt(doubt) = &mut line.state {
                line.since = now;
                park_doubt(doubt, line.attempts.as_mut(), (at, now));
                return Ok(());
            }
            let LineState::Pending { .. } = line.state else { return Err(Refusal::NotReady) };
            line.since = now;
            line.state = LineState::Pending { not_before: Some(at), ring: first_ring(at, now) };
        }
    }
    Ok(())
}

/// The doubt is as old as if it began now: that gives it its full day of reads, and only lengthens the quarantine.
fn park_doubt(doubt: &mut Doubt, attempts: Option<&mut Attempts>, (at, now): (Moment, Moment)) {
    if let Some(since) = attempts.and_then(|attempts| attempts.doubted_since.as_mut()) {
        *since = now;
    }
    doubt.since = now;
    doubt.read_at = at;
    doubt.ring = first_ring(at, now);
}

fn put_off(package: &mut Package, key: &OrderKey, why: &NotApplied, now: Moment) {
    let due_since = *package.due_since.get_or_insert(now);
    if is_given_up(Some(due_since), now) {
        if is_doubted(package) {
            package.state = State::unresolved(gave_up(&why.reason), now);
        } else {
            reject(package, Text::cut(GAVE_UP), why.reason.clone(), now);
        }
        return;
    }
    let attempts = failed(package.attempts.as_ref(), &why.reason);
    let at = not_before(key, attempts.failures, why.retry_after, now);
    package.attempts = Some(attempts);
    package.state =
        State::Ready { not_before: Some(at), imeis_missing: false, ring: first_ring(at, now) };
}

fn imei(line: &mut Line, key: &OrderKey, outcome: &Outcome, now: Moment) {
    match outcome {
        Outcome::Accepted(_) => line.state = LineState::Done { at: now },
        Outcome::NotApplied(why) => put_off_line(line, key, why, now),
        Outcome::Refused { message, .. } => {
            line.state = LineState::Failed { at: now, why: message.clone() };
        }
        Outcome::AlreadyShipped { message } => {
            line.state = LineState::InDoubt(doubt(message.clone(), SignedDuration::ZERO, now));
        }
        Outcome::Unknown { reason, retry_after } => {
            let wait = (FIRST_READ, *retry_after);
            line.state = LineState::InDoubt(doubt_for(reason.clone(), wait, now));
        }
    }
}

fn put_off_line(line: &mut Line, key: &OrderKey, why: &NotApplied, now: Moment) {
    if is_given_up(Some(line.since), now) {
        line.state = LineState::Failed { at: now, why: gave_up(&why.reason) };
        return;
    }
    let attempts = failed(line.attempts.as_ref(), &why.reason);
    let at = not_before(key, attempts.failures, why.retry_after, now);
    line.attempts = Some(attempts);
    line.state = LineState::Pending { not_before: Some(at), ring: first_ring(at, now) };
}
