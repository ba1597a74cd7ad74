//! How a submission ended. An outcome carries the fence of its claim and is dropped when the fence has moved.

use super::decide::carries_imei;
use super::retry::{FIRST_READ, GIVE_UP_AFTER, doubt, failed, first_ring, not_before};
use super::{NotApplied, Outcome, Refusal, Target};
use crate::{
    Evidence, Line, LineState, Moment, Order, OrderKey, Package, Rejection, Ring, State, Text,
};
use jiff::SignedDuration;

const GAVE_UP: &str = "gave_up";

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
    if given == current { Ok(()) } else { Err(Refusal::Fenced { given, current }) }
}

fn confirmation(
    package: &mut Package,
    (key, takes_imeis): (&OrderKey, bool),
    outcome: &Outcome,
    now: Moment,
) {
    match outcome {
        Outcome::Accepted => confirm(package, takes_imeis, Evidence::Accepted, now),
        Outcome::NotApplied(why) => {
            release_unless_doubted(package);
            put_off(package, key, why, now);
        }
        // It says nothing about the submission before it, which may yet turn out to be applied.
        Outcome::Refused { message, .. } if is_doubted(package) => {
            package.state = State::InDoubt(doubt(message.clone(), FIRST_READ, now));
        }
        Outcome::Refused { code, message } => reject(package, code.clone(), message.clone(), now),
        Outcome::AlreadyShipped { message } => {
            package.state = State::InDoubt(doubt(message.clone(), SignedDuration::ZERO, now));
        }
        Outcome::Unknown { reason } => {
            package.state = State::InDoubt(doubt(reason.clone(), FIRST_READ, now));
        }
    }
}

fn is_doubted(package: &Package) -> bool {
    package.lock.as_ref().is_some_and(|lock| lock.doubted)
}

/// Only proof that nothing was applied releases the lock (rule L1).
fn release_unless_doubted(package: &mut Package) {
    if !is_doubted(package) {
        package.lock = None;
    }
}

/// The channel has our number.
pub(super) fn confirm(package: &mut Package, takes_imeis: bool, by: Evidence, now: Moment) {
    if takes_imeis {
        package.lines = lines_to_register(package, now);
    }
    package.state = State::Confirmed { at: now, by };
    package.attempts = None;
    package.due_since = None;
    package.movements.clear();
}

/// Rule I7: with several lines each IMEI is registered by a request of its own.
fn lines_to_register(
    package: &Package,
    now: Moment,
) -> std::collections::BTreeMap<crate::ItemId, Line> {
    let Some(lock) = &package.lock else { return package.lines.clone() };
    let label = super::claim::locked_label(package);
    let items =
        lock.items.as_deref().or(label.map(|label| label.items.as_slice())).unwrap_or_default();
    if let [only] = items
        && only.quantity == 1
    {
        return package.lines.clone();
    }
    let line = |imei: &crate::Imei| Line {
        imei: imei.clone(),
        since: now,
        state: LineState::Pending { not_before: None, ring: first_ring(now, now) },
        fence: 0,
        attempts: None,
    };
    items
        .iter()
        .filter(|item| carries_imei(item))
        .filter_map(|item| {
            Some((item.item_id.clone(), line(lock.imeis.get(&item.item_id)?.first()?)))
        })
        .collect()
}

fn reject(package: &mut Package, code: Text, why: Text, now: Moment) {
    let label = super::claim::locked_label(package)
        .or(package.label.as_ref())
        .map(|label| label.id.clone());
    package.lock = None;
    package.attempts = None;
    package.due_since = None;
    if let Some(label) = label {
        package.state = State::Rejected(Rejection { at: now, code, why, label });
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
            let State::Ready { .. } = package.state else { return Err(Refusal::NotReady) };
            put_off(package, &key, why, now);
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            let LineState::Pending { .. } = line.state else { return Err(Refusal::NotReady) };
            put_off_line(line, &key, why, now);
        }
    }
    Ok(())
}

fn put_off(package: &mut Package, key: &OrderKey, why: &NotApplied, now: Moment) {
    let due_since = *package.due_since.get_or_insert(now);
    if now.since(due_since) >= GIVE_UP_AFTER && !is_doubted(package) {
        return reject(package, Text::cut(GAVE_UP), why.reason.clone(), now);
    }
    let attempts = failed(package.attempts.as_ref(), &why.reason);
    let at = not_before(key, attempts.failures, why.retry_after, now);
    package.attempts = Some(attempts);
    package.state =
        State::Ready { not_before: Some(at), imeis_missing: false, ring: first_ring(at, now) };
}

fn imei(line: &mut Line, key: &OrderKey, outcome: &Outcome, now: Moment) {
    match outcome {
        Outcome::Accepted => line.state = LineState::Done { at: now },
        Outcome::NotApplied(why) => put_off_line(line, key, why, now),
        Outcome::Refused { message, .. } => {
            line.state = LineState::Failed { at: now, why: message.clone() };
        }
        Outcome::AlreadyShipped { message } => {
            line.state = LineState::InDoubt(doubt(message.clone(), SignedDuration::ZERO, now));
        }
        Outcome::Unknown { reason } => {
            line.state = LineState::InDoubt(doubt(reason.clone(), FIRST_READ, now));
        }
    }
}

fn put_off_line(line: &mut Line, key: &OrderKey, why: &NotApplied, now: Moment) {
    if now.since(line.since) >= GIVE_UP_AFTER {
        let why = Text::cut(&format!("{GAVE_UP}: {}", why.reason));
        line.state = LineState::Failed { at: now, why };
        return;
    }
    let attempts = failed(line.attempts.as_ref(), &why.reason);
    let at = not_before(key, attempts.failures, why.retry_after, now);
    line.attempts = Some(attempts);
    let ring: Ring = first_ring(at, now);
    line.state = LineState::Pending { not_before: Some(at), ring };
}
