//! What is in doubt is looked up, never guessed: our number confirms, another is a conflict, and absence counts only
//! after the quarantine and several reads, or where the identical request is safe to repeat.

use super::claim::{has_imei_inside, is_deduped, is_repeatable, is_superseded, lock, locked_label};
use super::decide::{current, is_sending};
use super::outcome::{
    ANOTHER_IMEI, GAVE_UP, check_fence, confirm, gave_up, is_time, postpone, reject,
};
use super::retry::{after_read, first_ring, is_given_up, released, returned};
use super::{Finding, NotApplied, Refusal, Target};
use crate::planted::{self, Bug};
use crate::{
    Doubt, Evidence, Facts, Label, Line, LineState, Lock, Moment, Order, Package, PackageId, State,
    Text, TrackingNumber,
};

/// Reads that must show nothing before absence counts.
const ABSENT_READS: u8 = 3;

/// Takes note of what the channel holds, or held when it was asked: a read that took long says nothing of the time since.
pub(super) fn probe(
    order: &mut Order,
    (target, fence): (&Target, u32),
    (finding, hash, asked_at): (&Finding, Option<&Text>, Moment),
    now: Moment,
) -> Result<(), Refusal> {
    let facts = order.channel.facts();
    let cancelled = order.cancelled;
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => {
            check_fence(fence, package.fence)?;
            let State::InDoubt(doubt) = package.state.clone() else {
                return Err(Refusal::NotReady);
            };
            let finding = &read_by(locked_label(package), finding);
            is_due(&doubt, finding, asked_at)?;
            match finding {
                Finding::Other(_) if planted::is(Bug::ConflictIsAbsent) => {
                    absent(package, &doubt, (false, Proven::by(&doubt, facts, asked_at)), now);
                }
                Finding::Ours(_) if planted::is(Bug::OursIsAbsent) => {
                    absent(package, &doubt, (false, Proven::by(&doubt, facts, asked_at)), now);
                }
                Finding::Ours(shown) => {
                    let shown = facts.takes_imeis.then_some(shown);
                    confirm(package, shown, Evidence::ReadBack, now);
                }
                Finding::Other(found) => {
                    package.state = State::Conflict { at: now, found: found.clone() };
                }
                Finding::Former(found) => package.state = State::holding_former(found, now),
                Finding::Absent => {
                    let locked = package.lock.as_ref().map(|lock| &lock.hash);
                    let may_repeat = facts.identical_is_safe
                        && hash.is_some()
                        && hash == locked
                        && !doubt.refused
                        && is_repeatable(package, cancelled);
                    let proof = Proven::by(&doubt, facts, asked_at);
                    absent(package, &doubt, (may_repeat, proof), now);
                }
                Finding::Untold(why) => {
                    package.state = State::unresolved(why.clone(), now);
                }
                Finding::Unreadable(why) => {
                    package.state = State::InDoubt(unread(&doubt, why, now));
                }
            }
        }
        Target::Imei(_, item) => {
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            check_fence(fence, line.fence)?;
            let LineState::InDoubt(doubt) = line.state.clone() else {
                return Err(Refusal::NotReady);
            };
            is_due(&doubt, finding, asked_at)?;
            line.state = match finding {
                Finding::Ours(_) => LineState::Done { at: now },
                Finding::Other(_) | Finding::Former(_) => {
                    LineState::Failed { at: now, why: Text::cut(ANOTHER_IMEI) }
                }
                Finding::Absent => absent_imei(line, &doubt, (facts, asked_at), now),
                Finding::Untold(why) => LineState::Failed { at: now, why: why.clone() },
                Finding::Unreadable(why) => LineState::InDoubt(unread(&doubt, why, now)),
            };
        }
    }
    Ok(())
}

/// Takes note of what the channel holds before a claim: our number confirms, another is never overridden.
pub(super) fn preflight(
    order: &mut Order,
    (id, tracking): (&PackageId, &TrackingNumber),
    finding: &Finding,
    now: Moment,
) -> Result<(), Refusal> {
    let takes_imeis = order.channel.facts().takes_imeis;
    let package = order.packages.get(id).ok_or(Refusal::Absent)?;
    let label = locked_label(package).or_else(|| current(package));
    let label = label.filter(|label| label.tracking == *tracking);
    let (State::Ready { .. }, Some(label)) = (&package.state, label) else {
        return Err(Refusal::NotReady);
    };
    let finding = &read_by(Some(label), finding);
    // What the channel shows may be the number that is being sent for it: that is no stranger's.
    if is_sending(order) {
        return Err(Refusal::OtherSending);
    }
    // What goes out for the second time keeps what was frozen at the first.
    let lock = package.lock.clone().unwrap_or_else(|| lock(order, package, label, now));
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    match finding {
        Finding::Ours(shown) => {
            package.lock = Some(lock);
            confirm(package, takes_imeis.then_some(shown), Evidence::ReadBack, now);
        }
        Finding::Other(found) => {
            package.lock = Some(lock);
            package.state = State::Conflict { at: now, found: found.clone() };
        }
        Finding::Former(found) => {
            package.lock = Some(lock);
            package.state = State::holding_former(found, now);
        }
        Finding::Untold(why) => {
            package.lock = Some(lock);
            package.state = State::unresolved(why.clone(), now);
        }
        Finding::Absent => {}
        Finding::Unreadable(why) => {
            return postpone(order, &Target::Confirmation(id.clone()), why, now);
        }
    }
    Ok(())
}

/// A former number counts as nothing to the label that a person said it of; to every other, it is theirs to look at.
fn read_by(label: Option<&Label>, finding: &Finding) -> Finding {
    match finding {
        Finding::Former(_) if planted::is(Bug::FormerIsAbsent) => Finding::Absent,
        Finding::Former(found) if is_said_of(label, found) => Finding::Absent,
        Finding::Ours(_)
        | Finding::Other(_)
        | Finding::Former(_)
        | Finding::Absent
        | Finding::Untold(_)
        | Finding::Unreadable(_) => finding.clone(),
    }
}

fn is_said_of(label: Option<&Label>, found: &Text) -> bool {
    let said = label.and_then(|label| label.former.as_ref());
    said.is_some_and(|said| said == found || planted::is(Bug::FormerByAnyName))
}

/// Whether a claim may follow what the channel was found to hold before it: nothing, or a former number that a person said
/// is nothing.
pub fn may_follow(order: &Order, id: &PackageId, finding: &Finding) -> bool {
    let package = order.packages.get(id);
    let label = package.and_then(|package| locked_label(package).or_else(|| current(package)));
    read_by(label, finding) == Finding::Absent
}

/// A read that shows nothing counts when it was due: two senders that read at the same moment prove no more than one.
fn is_due(doubt: &Doubt, finding: &Finding, asked_at: Moment) -> Result<(), Refusal> {
    match finding {
        Finding::Ours(_) | Finding::Other(_) | Finding::Former(_) | Finding::Untold(_) => Ok(()),
        Finding::Absent | Finding::Unreadable(_) => is_time(Some(doubt.read_at), asked_at),
    }
}

fn unread(doubt: &Doubt, why: &NotApplied, now: Moment) -> Doubt {
    after_read(doubt, 0, why.retry_after, now)
}

/// Whether the reads so far prove that nothing was applied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proven {
    NotYet,
    Absent,
}

impl Proven {
    /// With one more read that showed nothing.
    fn by(doubt: &Doubt, facts: Facts, asked_at: Moment) -> Self {
        let is_over =
            asked_at.since(doubt.since) >= facts.quarantine || planted::is(Bug::NoQuarantine);
        let is_enough = doubt.absent.saturating_add(1) >= ABSENT_READS
            || planted::is(Bug::OneAbsentReadIsEnough);
        if is_over && is_enough { Self::Absent } else { Self::NotYet }
    }
}

/// At a receiver that cannot be asked, and drops repeats, the identical request goes out again when it is time.
pub(super) fn repeat_unasked(package: &mut Package, cancelled: Option<Moment>, now: Moment) {
    let State::InDoubt(doubt) = package.state.clone() else { return };
    if !is_deduped(package) {
        return;
    }
    if doubt.refused {
        let why = format!("{}; so it was refused when it was repeated", doubt.why);
        package.state = State::unresolved(Text::cut(&why), now);
        return;
    }
    if now < doubt.read_at {
        return;
    }
    if is_repeatable(package, cancelled) {
        absent(package, &doubt, (true, Proven::NotYet), now);
    } else {
        let why = format!("{}; it can no longer be repeated as it was", doubt.why);
        package.state = State::unresolved(Text::cut(&why), now);
    }
}

fn absent(package: &mut Package, doubt: &Doubt, (may_repeat, proven): (bool, Proven), now: Moment) {
    if !may_repeat && proven == Proven::NotYet {
        package.state = State::InDoubt(after_read(doubt, 1, None, now));
        return;
    }
    let unresolved = |why: &str| State::unresolved(Text::cut(why), now);
    if is_superseded(package) {
        package.state =
            unresolved("the channel shows nothing, and its label was voided or replaced since");
        return;
    }
    if planted::is(Bug::RepeatsEndEarly)
        && package.attempts.as_ref().is_some_and(|attempts| attempts.returns >= 2)
    {
        package.state = unresolved("it was repeated twice");
        return;
    }
    match proven {
        Proven::Absent if is_given_up(package.due_since, now) => {
            reject(package, Text::cut(GAVE_UP), doubt.why.clone(), now);
            return;
        }
        Proven::Absent => {
            package.imeis_apart |= has_imei_inside(package);
            package.attempts = Some(released(package.attempts.as_ref(), doubt));
            package.lock = None;
        }
        Proven::NotYet => {
            package.attempts = Some(returned(package.attempts.as_ref(), doubt));
            package.lock = package.lock.take().map(|lock| Lock { doubted: true, ..lock });
        }
    }
    package.state =
        State::Ready { not_before: None, imeis_missing: false, ring: first_ring(now, now) };
}

fn absent_imei(
    line: &mut Line,
    doubt: &Doubt,
    (facts, asked_at): (Facts, Moment),
    now: Moment,
) -> LineState {
    if Proven::by(doubt, facts, asked_at) == Proven::NotYet {
        return LineState::InDoubt(after_read(doubt, 1, None, now));
    }
    if is_given_up(Some(line.since), now) {
        return LineState::Failed { at: now, why: gave_up(&doubt.why) };
    }
    line.attempts = Some(released(line.attempts.as_ref(), doubt));
    LineState::Pending { not_before: None, ring: first_ring(now, now) }
}
