//! How a submission ended. An outcome carries the fence of its claim, and is dropped when the fence has moved.

use super::attempt::{Claimed, check_pending, check_sending, fail};
use super::claim::{has_imei_inside, locked_label};
use super::facts::keep_for_others;
use super::waits::{doubt, doubt_for, first_read, pending_now};
use super::{NotApplied, Outcome, Refusal, ShownImei, ShownImeis, Target};
use crate::guard::{Guard, guarded};
use crate::{
    Attempt, Device, Evidence, ItemId, Line, LineState, Moment, Order, OrderKey, Package, Ready,
    Rejection, Sent, Stage, State, Text, Tries, WaitingFor, gather,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// The code of a submission that was tried for too long.
pub(super) const GAVE_UP: &str = "gave_up";

/// Why an IMEI is not registered. The other IMEI is not repeated: it is personal data.
pub(super) const ANOTHER_IMEI: &str = "the channel holds another one";

/// The reason of a submission that was tried for too long, with what failed last.
pub(super) fn gave_up(why: &Text) -> Text {
    Text::cut(&format!("{GAVE_UP}: {why}"))
}

/// Records how a submission ended.
pub(super) fn outcome(
    order: &mut Order,
    of: Claimed<'_>,
    outcome: &Outcome,
    now: Moment,
) -> Result<(), Refusal> {
    let key = order.key.clone();
    let takes_imeis = order.channel.facts().takes_imeis;
    let package = order.packages.get_mut(of.target.package()).ok_or(Refusal::Absent)?;
    check_sending(package, of)?;
    match of.target {
        Target::Confirmation(_) => confirmation(package, &key, outcome, takes_imeis, now),
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            imei(line, &key, outcome, now);
        }
    }
    Ok(())
}

fn confirmation(
    package: &mut Package,
    key: &OrderKey,
    outcome: &Outcome,
    takes_imeis: bool,
    now: Moment,
) {
    let has_imei_inside = has_imei_inside(package);
    let State::Sent(sent) = &mut package.state else { return };
    match outcome {
        Outcome::Accepted(shown) => {
            sent.stage = Stage::Confirmed { at: now, by: Evidence::Accepted };
            once_confirmed(package, takes_imeis.then_some(shown), now);
        }
        Outcome::NotApplied(why) => put_off(package, key, why, now),
        // The refusal of a repeat proves nothing about the submission before it, which may yet turn out to be applied. A
        // further repeat would be refused again.
        Outcome::Refused { message, .. }
            if guarded(Guard::RefusedRepeatProvesNothing)
                && let Some(repeats) = &mut sent.repeats =>
        {
            repeats.refused = true;
            let doubt = doubt(message.clone(), first_read(Some(repeats)), now);
            sent.stage = Stage::Open(Attempt::InDoubt(doubt));
        }
        Outcome::Refused { message, .. }
            if has_imei_inside && guarded(Guard::ConfirmationGoesWithoutImei) =>
        {
            // An IMEI never costs the confirmation (rule I7): what was refused with one in it goes out again without.
            package.imeis_apart = true;
            let why = NotApplied { reason: message.clone(), retry_after: None };
            put_off(package, key, &why, now);
        }
        Outcome::Refused { code, message } => reject(package, code.clone(), message.clone(), now),
        // It is read back at once. A repeat is not: repeats and reads would take turns as fast as the channel answers.
        Outcome::AlreadyShipped { message } => {
            let repeats = sent.repeats.as_ref();
            let wait = repeats.map_or(SignedDuration::ZERO, |repeats| first_read(Some(repeats)));
            sent.stage = Stage::Open(Attempt::InDoubt(doubt(message.clone(), wait, now)));
        }
        Outcome::Unknown { reason, retry_after } => {
            let usual = first_read(sent.repeats.as_ref());
            let doubt = doubt_for(reason.clone(), usual, *retry_after, now);
            sent.stage = Stage::Open(Attempt::InDoubt(doubt));
        }
    }
}

/// What follows once the channel has our number. `shown` is what it shows of IMEIs, where it takes any.
pub(super) fn once_confirmed(package: &mut Package, shown: Option<&ShownImeis>, now: Moment) {
    if let Some(shown) = shown {
        package.lines = lines_to_register(package, shown, now);
    }
    if let State::Sent(sent) = &mut package.state {
        sent.tries.failures = None;
        sent.repeats = None;
    }
    keep_for_others(package);
}

/// The lines whose IMEI and serial number are registered by a request of their own: those that the channel does not show,
/// whatever the confirmation carried. Another one that is there is never overridden (rule I7).
fn lines_to_register(package: &Package, shown: &ShownImeis, now: Moment) -> BTreeMap<ItemId, Line> {
    let pending = LineState::Open(Attempt::Pending(pending_now(now)));
    let line = |item: &ItemId, device: Device| {
        let (device, state) = match shown.get(item) {
            Some(ShownImei::Ours) => (device, LineState::Done { at: now }),
            Some(ShownImei::Another) => {
                (device, LineState::Failed { at: now, why: Text::cut(ANOTHER_IMEI) })
            }
            Some(ShownImei::OnlyImei) => (Device { imei: None, ..device }, pending.clone()),
            Some(ShownImei::OnlySerial) => (Device { serial: None, ..device }, pending.clone()),
            None => (device, pending.clone()),
        };
        Line { device, fence: 0, tries: Tries::from(now), restored: None, state }
    };
    let devices = package.lock().map(|lock| &lock.devices).into_iter().flatten();
    gather(devices.map(|(item, device)| (item.clone(), line(item, device.clone()))))
}

/// Rejects what was certainly not applied, for good. The lock is released, and another label starts afresh.
pub(super) fn reject(package: &mut Package, code: Text, why: Text, now: Moment) {
    let Some(refused) = locked_label(package).or(package.label.as_ref()) else { return };
    let label = refused.id.clone();
    // What was refused may have been corrected while it was sent: that is decided at once (rule L7).
    let is_corrected = package.label.as_ref().is_some_and(|current| {
        current.id == label && current.telling.is_submitted_otherwise(&refused.telling)
    });
    // Each rejection is published by an id of its own, also one without a claim of its own.
    package.fence = package.fence.saturating_add(1);
    package.state = if is_corrected {
        State::Waiting(WaitingFor::Label)
    } else {
        State::Rejected(Rejection { at: now, code, why, label })
    };
}

/// Puts off a submission that a sender could not even try. The reason is kept.
pub(super) fn postpone(
    order: &mut Order,
    target: &Target,
    why: &NotApplied,
    now: Moment,
) -> Result<(), Refusal> {
    let key = order.key.clone();
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    check_pending(package, target, now)?;
    match target {
        Target::Confirmation(_) => put_off(package, &key, why, now),
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            put_off_line(line, &key, why, now);
        }
    }
    Ok(())
}

/// Puts off what was certainly not applied. Only proof that nothing was applied releases the lock (rule L1). That a repeat was
/// not applied proves nothing about the submission before it, which stays locked. What is given up is the label that was
/// sent, not one that came meanwhile.
fn put_off(package: &mut Package, key: &OrderKey, why: &NotApplied, now: Moment) {
    let tries = match &mut package.state {
        State::Sent(Sent { tries, repeats: Some(_), stage, .. })
            if guarded(Guard::RefusedRepeatProvesNothing) =>
        {
            *stage = match fail(tries, key, why, now) {
                Some(pending) => Stage::Open(Attempt::Pending(pending)),
                None => Stage::unresolved(gave_up(&why.reason), now),
            };
            return;
        }
        State::Ready(Ready { tries, .. }) | State::Sent(Sent { tries, .. }) => tries,
        State::Waiting(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. } => return,
    };
    match fail(tries, key, why, now) {
        Some(pending) => {
            let tries = tries.clone();
            package.state = State::Ready(Ready { tries, pending });
        }
        None => reject(package, Text::cut(GAVE_UP), why.reason.clone(), now),
    }
}

fn imei(line: &mut Line, key: &OrderKey, outcome: &Outcome, now: Moment) {
    line.state = match outcome {
        Outcome::Accepted(_) => LineState::Done { at: now },
        Outcome::NotApplied(why) => return put_off_line(line, key, why, now),
        Outcome::Refused { message, .. } => LineState::Failed { at: now, why: message.clone() },
        Outcome::AlreadyShipped { message } => {
            LineState::Open(Attempt::InDoubt(doubt(message.clone(), SignedDuration::ZERO, now)))
        }
        Outcome::Unknown { reason, retry_after } => {
            let doubt = doubt_for(reason.clone(), first_read(None), *retry_after, now);
            LineState::Open(Attempt::InDoubt(doubt))
        }
    };
}

fn put_off_line(line: &mut Line, key: &OrderKey, why: &NotApplied, now: Moment) {
    line.state = match fail(&mut line.tries, key, why, now) {
        Some(pending) => LineState::Open(Attempt::Pending(pending)),
        None => LineState::Failed { at: now, why: gave_up(&why.reason) },
    };
}
