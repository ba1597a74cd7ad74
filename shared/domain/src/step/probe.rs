//! What is in doubt is looked up, never guessed: our number confirms, another is a conflict, and absence counts only
//! after the quarantine and several reads, or where the identical request is safe to repeat.

use super::decide::current;
use super::outcome::{check_fence, confirm};
use super::retry::{after_read, first_ring, returned};
use super::{Finding, NotApplied, Refusal, Target};
use crate::{
    Attempts, Doubt, Evidence, Facts, Line, LineState, Moment, Order, Package, State, Text,
};

/// Reads that must show nothing before absence counts.
const ABSENT_READS: u8 = 3;

/// How often a submission may come back from doubt.
const RETURNS_MAX: u8 = 2;

/// Takes note of what the channel holds.
pub(super) fn probe(
    order: &mut Order,
    (target, fence): (&Target, u32),
    (finding, hash): (&Finding, Option<&Text>),
    now: Moment,
) -> Result<(), Refusal> {
    let facts = order.channel.facts();
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => {
            check_fence(fence, package.fence)?;
            let State::InDoubt(doubt) = package.state.clone() else {
                return Err(Refusal::NotReady);
            };
            match finding {
                Finding::Ours => confirm(package, facts.takes_imeis, Evidence::ReadBack, now),
                Finding::Other(found) => {
                    package.state = State::Conflict { at: now, found: found.clone() };
                }
                Finding::Absent => absent(package, &doubt, (facts, hash), now),
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
            line.state = match finding {
                Finding::Ours => LineState::Done { at: now },
                Finding::Other(found) => {
                    let why = Text::cut(&format!("the channel holds another one, {found}"));
                    LineState::Failed { at: now, why }
                }
                Finding::Absent => absent_imei(line, &doubt, facts, now),
                Finding::Unreadable(why) => LineState::InDoubt(unread(&doubt, why, now)),
            };
        }
    }
    Ok(())
}

fn unread(doubt: &Doubt, why: &NotApplied, now: Moment) -> Doubt {
    after_read(doubt, 0, why.retry_after, now)
}

/// Whether the reads so far, this one included, prove that nothing was applied.
fn is_proven_absent(doubt: &Doubt, facts: Facts, now: Moment) -> bool {
    now.since(doubt.since) >= facts.quarantine && doubt.absent.saturating_add(1) >= ABSENT_READS
}

fn has_returns_left(attempts: Option<&Attempts>) -> bool {
    attempts.is_none_or(|attempts| attempts.returns < RETURNS_MAX)
}

fn absent(
    package: &mut Package,
    doubt: &Doubt,
    (facts, hash): (Facts, Option<&Text>),
    now: Moment,
) {
    let Some(lock) = package.lock.clone() else { return };
    let locked = super::claim::locked_label(package).map(|label| label.tracking.clone());
    let is_relabelled = current(package).map(|label| &label.tracking) != locked.as_ref();
    let is_identical = hash == Some(&lock.hash);
    let may_repeat = facts.identical_is_safe && is_identical && !is_relabelled;
    let is_proven = is_proven_absent(doubt, facts, now);
    if !may_repeat && !is_proven {
        package.state = State::InDoubt(after_read(doubt, 1, None, now));
        return;
    }
    let unresolved = |why: &str| State::Unresolved { at: now, why: Text::cut(why) };
    if is_relabelled {
        package.state = unresolved("the channel shows nothing, and there is another label by now");
        return;
    }
    if !has_returns_left(package.attempts.as_ref()) {
        package.state = unresolved("sent three times, and the channel shows nothing");
        return;
    }
    package.attempts = Some(returned(package.attempts.as_ref(), &doubt.why));
    package.lock = (!is_proven).then_some(crate::Lock { doubted: true, ..lock });
    package.state =
        State::Ready { not_before: None, imeis_missing: false, ring: first_ring(now, now) };
}

fn absent_imei(line: &mut Line, doubt: &Doubt, facts: Facts, now: Moment) -> LineState {
    if !is_proven_absent(doubt, facts, now) {
        return LineState::InDoubt(after_read(doubt, 1, None, now));
    }
    if !has_returns_left(line.attempts.as_ref()) {
        return LineState::Failed {
            at: now,
            why: Text::cut("sent three times, and the channel shows nothing"),
        };
    }
    line.attempts = Some(returned(line.attempts.as_ref(), &doubt.why));
    LineState::Pending { not_before: None, ring: first_ring(now, now) }
}
