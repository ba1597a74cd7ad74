//! What a look at the channel means. Our number confirms, and another is a conflict. Absence counts only after the quarantine
//! and several reads, or where the identical request is safe to repeat.

use super::attempt::{Claimed, come_back, doubt_of, is_time, pending_of};
use super::claim::{
    frozen, has_imei_inside, is_deduped, is_repeatable, is_sealed_by, is_superseded, locked_label,
};
use super::decide::{current, is_sending};
use super::lines::is_cancelled_late;
use super::outcome::{ANOTHER_IMEI, GAVE_UP, gave_up, once_confirmed, postpone, reject};
use super::waits::{after_read, doubted_since, is_given_up, pending_now};
use super::{NotApplied, Reading, Refusal, ShownImei, Target};
use crate::guard::{Guard, guarded};
use crate::{
    Attempt, Doubt, Evidence, Facts, ItemId, Label, Line, LineState, Moment, Order, Package,
    PackageId, Ready, Repeats, Sent, Stage, State, Text, TrackingNumber,
};

/// Reads that must show nothing before absence counts.
const ABSENT_READS: u8 = 3;

/// A read of the channel for what is in doubt.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) of: Claimed<'a>,
    pub(super) reading: &'a Reading,
    /// The digest of the request as it would be built now.
    pub(super) hash: Option<&'a Text>,
    /// When the channel was asked: a read that took long says nothing of the time since.
    pub(super) asked_at: Moment,
}

/// Records what the channel held when it was asked.
pub(super) fn probe(order: &mut Order, read: Read<'_>, now: Moment) -> Result<(), Refusal> {
    let facts = order.channel.facts();
    let package = order.packages.get(read.of.target.package()).ok_or(Refusal::Absent)?;
    let is_late = is_cancelled_late(order, package);
    let package = order.packages.get_mut(read.of.target.package()).ok_or(Refusal::Absent)?;
    let doubt = doubt_of(package, read.of)?;
    let is_proven = is_absence_proven(&doubt, read.asked_at, facts);
    match read.of.target {
        Target::Confirmation(_) => {
            let reading = &read_by(locked_label(package), read.reading);
            is_due(&doubt, reading, read.asked_at)?;
            if let Some(stage) = end(reading, now) {
                package.moves_to(stage);
            }
            match reading {
                Reading::Ours(shown) => {
                    once_confirmed(package, facts.takes_imeis.then_some(shown), now);
                }
                Reading::Absent if is_proven => absent(package, &doubt, now),
                Reading::Absent if may_repeat(package, read.hash, is_late, facts) => {
                    repeat(package, &doubt, now);
                }
                Reading::Absent => package.moves_to(Stage::Open(read_again(&doubt, now))),
                Reading::Unreadable(why) => package.moves_to(Stage::Open(unread(&doubt, why, now))),
                Reading::Other(_) | Reading::Former(_) | Reading::Unclear(_) => {}
            }
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            let reading = &read_of_line(line, item, read.reading);
            is_due(&doubt, reading, read.asked_at)?;
            line.state = match reading {
                Reading::Ours(_) => LineState::Done { at: now },
                Reading::Other(_) | Reading::Former(_) => {
                    LineState::Failed { at: now, why: Text::cut(ANOTHER_IMEI) }
                }
                Reading::Unclear(why) => LineState::Failed { at: now, why: why.clone() },
                Reading::Absent if is_proven => absent_imei(line, &doubt, now),
                Reading::Absent => LineState::Open(read_again(&doubt, now)),
                Reading::Unreadable(why) => LineState::Open(unread(&doubt, why, now)),
            };
        }
    }
    Ok(())
}

/// Records what the channel holds before a claim. Our number confirms, and another is never overridden.
pub(super) fn preflight(
    order: &mut Order,
    id: &PackageId,
    tracking: &TrackingNumber,
    reading: &Reading,
    now: Moment,
) -> Result<(), Refusal> {
    let takes_imeis = order.channel.facts().takes_imeis;
    let target = Target::Confirmation(id.clone());
    let package = order.packages.get(id).ok_or(Refusal::Absent)?;
    pending_of(package, &target)?;
    let label = locked_label(package).or_else(|| current(package));
    let label =
        label.filter(|label| label.telling.tracking.is_same(tracking)).ok_or(Refusal::NotReady)?;
    // The channel may show the number that is being sent for the order: it is no stranger's.
    if is_sending(order) {
        return Err(Refusal::OtherSending);
    }
    let reading = &read_by(Some(label), reading);
    if let Reading::Unreadable(why) = reading {
        return postpone(order, &target, why, now);
    }
    let Some(stage) = end(reading, now) else { return Ok(()) };
    let sent = if let State::Ready(Ready { tries, .. }) = &package.state {
        let lock = frozen(order, package, label, None, now);
        Sent { lock, tries: tries.clone(), repeats: None, stage }
    } else {
        // A repeat keeps what was frozen at the first claim.
        Sent { stage, ..package.state.sent().ok_or(Refusal::NotReady)?.clone() }
    };
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    package.state = State::Sent(sent);
    if let Reading::Ours(shown) = reading {
        once_confirmed(package, takes_imeis.then_some(shown), now);
    }
    Ok(())
}

/// The reading as it counts for a line. What the channel shows of one of the two that were sent is not to be sent again, and the
/// other one is not there.
fn read_of_line(line: &mut Line, item: &ItemId, reading: &Reading) -> Reading {
    let Reading::Ours(shown) = reading else { return reading.clone() };
    match shown.get(item) {
        Some(ShownImei::OnlyImei) if line.device.serial.is_some() => line.device.imei = None,
        Some(ShownImei::OnlySerial) if line.device.imei.is_some() => line.device.serial = None,
        Some(ShownImei::Another) => return Reading::Other(Text::cut(ANOTHER_IMEI)),
        Some(ShownImei::Ours | ShownImei::OnlyImei | ShownImei::OnlySerial) | None => {
            return reading.clone();
        }
    }
    Reading::Absent
}

/// The stage that a reading leads to, where it says enough.
fn end(reading: &Reading, now: Moment) -> Option<Stage> {
    match reading {
        Reading::Ours(_) => Some(Stage::Confirmed { at: now, by: Evidence::ReadBack }),
        Reading::Other(found) => Some(Stage::Conflict { at: now, found: found.clone() }),
        Reading::Former(found) => Some(Stage::holding_former(found, now)),
        Reading::Unclear(why) => Some(Stage::unresolved(why.clone(), now)),
        Reading::Absent | Reading::Unreadable(_) => None,
    }
}

/// The reading as it counts for a label. A former number counts as nothing where a person said so of this label. Elsewhere a
/// person must look at it.
pub(super) fn read_by(label: Option<&Label>, reading: &Reading) -> Reading {
    match reading {
        Reading::Other(found) if is_of_parcel(label, found) => {
            Reading::Other(Text::cut(&format!("{found}, another number of the same parcel")))
        }
        Reading::Former(found) if is_said_of(label, found) || !guarded(Guard::FormerByAPerson) => {
            Reading::Absent
        }
        Reading::Ours(_)
        | Reading::Other(_)
        | Reading::Former(_)
        | Reading::Absent
        | Reading::Unclear(_)
        | Reading::Unreadable(_) => reading.clone(),
    }
}

/// Whether what the channel shows is a further number of the label's parcel (rule N4).
fn is_of_parcel(label: Option<&Label>, found: &Text) -> bool {
    let further = label.into_iter().flat_map(|label| &label.telling.also_known_as);
    further.into_iter().any(|number| number.is_in(found.as_str()))
}

fn is_said_of(label: Option<&Label>, found: &Text) -> bool {
    let said = label.and_then(|label| label.former.as_ref());
    said.is_some_and(|said| said == found || !guarded(Guard::FormerByItsNumber))
}

/// Whether a claim may follow a look at the channel: it showed nothing, or a former number that a person said is nothing.
pub fn may_follow(order: &Order, id: &PackageId, reading: &Reading) -> bool {
    let package = order.packages.get(id);
    let label = package.and_then(|package| locked_label(package).or_else(|| current(package)));
    read_by(label, reading) == Reading::Absent
}

/// Whether a reading counts. One that shows nothing counts only when it was due: two senders that read at the same moment prove
/// no more than one.
fn is_due(doubt: &Doubt, reading: &Reading, asked_at: Moment) -> Result<(), Refusal> {
    match reading {
        Reading::Absent | Reading::Unreadable(_) if guarded(Guard::ReadCountsWhenDue) => {
            is_time(Some(doubt.read_at), asked_at)
        }
        Reading::Absent
        | Reading::Unreadable(_)
        | Reading::Ours(_)
        | Reading::Other(_)
        | Reading::Former(_)
        | Reading::Unclear(_) => Ok(()),
    }
}

fn unread(doubt: &Doubt, why: &NotApplied, now: Moment) -> Attempt {
    Attempt::InDoubt(after_read(doubt, 0, why.retry_after, now))
}

/// The doubt after an absence that proves nothing so far.
fn read_again(doubt: &Doubt, now: Moment) -> Attempt {
    Attempt::InDoubt(after_read(doubt, 1, None, now))
}

/// Whether the reads so far, and one more that showed nothing, prove that nothing was applied (rule P11e).
fn is_absence_proven(doubt: &Doubt, asked_at: Moment, facts: Facts) -> bool {
    let is_over = asked_at.since(doubt.since) >= facts.quarantine || !guarded(Guard::Quarantine);
    let is_enough =
        doubt.absent.saturating_add(1) >= ABSENT_READS || !guarded(Guard::ThreeAbsentReads);
    is_over && is_enough
}

/// Whether the identical request may follow an absence that proves nothing (rules P11e, P11h).
fn may_repeat(
    package: &Package,
    hash: Option<&Text>,
    is_cancelled_late: bool,
    facts: Facts,
) -> bool {
    let Some(Sent { lock, repeats, .. }) = package.state.sent() else { return false };
    let is_restored = package.state.doubt().is_some_and(|doubt| doubt.is_restored);
    facts.identical_is_safe
        && !(is_restored && guarded(Guard::RestoredIsNotRepeated))
        && is_sealed_by(lock, hash)
        && !repeats.is_some_and(|repeats| repeats.refused)
        && is_repeatable(package, is_cancelled_late)
}

/// Repeats the identical request when it is time, at a receiver that cannot be asked and drops repeats.
pub(super) fn repeat_unasked(package: &mut Package, is_cancelled_late: bool, now: Moment) {
    let Some(Sent { repeats, stage: Stage::Open(Attempt::InDoubt(doubt)), .. }) =
        package.state.sent()
    else {
        return;
    };
    if !is_deduped(package) {
        return;
    }
    let doubt = doubt.clone();
    let why = if repeats.is_some_and(|repeats| repeats.refused) {
        "so it was refused when it was repeated"
    } else if now < doubt.read_at {
        return;
    } else if is_repeatable(package, is_cancelled_late) {
        return repeat(package, &doubt, now);
    } else {
        "it can no longer be repeated as it was"
    };
    package.moves_to(Stage::unresolved(Text::cut(&format!("{}; {why}", doubt.why)), now));
}

/// Releases what was certainly not applied. It is decided anew, with the label that it has by now, unless it was tried for long
/// enough.
fn absent(package: &mut Package, doubt: &Doubt, now: Moment) {
    if is_superseded(package) {
        return package.moves_to(superseded(now));
    }
    // For all that is known nothing with an IMEI in it ever failed, where the table has only forgotten what was sent (rule A2).
    let has_imei_inside = has_imei_inside(package) && !doubt.is_restored;
    let State::Sent(Sent { tries, .. }) = &mut package.state else { return };
    if is_given_up(tries, now) {
        return reject(package, Text::cut(GAVE_UP), doubt.why.clone(), now);
    }
    come_back(tries, doubt);
    let ready = Ready { tries: tries.clone(), pending: pending_now(now) };
    package.imeis_apart |= has_imei_inside;
    package.state = State::Ready(ready);
}

/// Lets the identical request go once more. The submission before it stays in doubt (rule P11g).
fn repeat(package: &mut Package, doubt: &Doubt, now: Moment) {
    if is_superseded(package) {
        return package.moves_to(superseded(now));
    }
    let State::Sent(Sent { tries, repeats, stage, .. }) = &mut package.state else { return };
    let count = repeats.map_or(0, |repeats| repeats.count);
    let since = doubted_since(repeats.as_ref(), doubt);
    *repeats = Some(Repeats { count: count.saturating_add(1), since, refused: false });
    come_back(tries, doubt);
    *stage = Stage::Open(Attempt::Pending(pending_now(now)));
}

fn superseded(now: Moment) -> Stage {
    let why = "the channel shows nothing, and its label was voided or replaced since";
    Stage::unresolved(Text::cut(why), now)
}

fn absent_imei(line: &mut Line, doubt: &Doubt, now: Moment) -> LineState {
    if is_given_up(&line.tries, now) {
        return LineState::Failed { at: now, why: gave_up(&doubt.why) };
    }
    come_back(&mut line.tries, doubt);
    LineState::Open(Attempt::Pending(pending_now(now)))
}
