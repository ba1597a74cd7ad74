//! What a confirmation and an IMEI have in common: where the submission stands, under which fence, and since when it is due.
//! How each of them ends is in functions of their own (`outcome`, `probe`).

use super::waits::{
    LEASE_GRACE, doubt, first_read, first_ring, is_given_up, next_ring, not_before, parked_for,
    pending_at,
};
use super::{NotApplied, Parking, Refusal, Target, looks};
use crate::guard::{Guard, guarded};
use crate::{
    Attempt, Doubt, Failures, ItemId, Line, LineState, Moment, Order, OrderKey, Package, Pending,
    Ready, Repeats, Ring, Sent, Stage, State, Text, Tries,
};
use jiff::SignedDuration;
use std::borrow::Cow;

/// A submission whose end nobody knows.
pub(super) struct Open<'a> {
    /// The line whose IMEI it is; `None` for a confirmation.
    pub(super) item: Option<&'a ItemId>,
    pub(super) tries: &'a Tries,
    pub(super) repeats: Option<&'a Repeats>,
    pub(super) attempt: Cow<'a, Attempt>,
}

/// Every submission of a package whose end nobody knows: its confirmation, and its IMEIs.
pub(super) fn open(package: &Package) -> impl Iterator<Item = Open<'_>> {
    confirmation(package).into_iter().chain(package.lines.iter().filter_map(imei))
}

fn confirmation(package: &Package) -> Option<Open<'_>> {
    if let State::Ready(Ready { tries, pending }) = &package.state {
        let attempt = Cow::Owned(Attempt::Pending(*pending));
        return Some(Open { item: None, tries, repeats: None, attempt });
    }
    let Sent { tries, repeats, stage: Stage::Open(attempt), .. } = package.state.sent()? else {
        return None;
    };
    Some(Open { item: None, tries, repeats: repeats.as_ref(), attempt: Cow::Borrowed(attempt) })
}

fn imei<'a>((item, line): (&'a ItemId, &'a Line)) -> Option<Open<'a>> {
    let LineState::Open(attempt) = &line.state else { return None };
    let attempt = Cow::Borrowed(attempt);
    Some(Open { item: Some(item), tries: &line.tries, repeats: None, attempt })
}

/// What an outcome or a read is about: the target, as it was under this fence.
#[derive(Clone, Copy)]
pub(super) struct Claimed<'a> {
    pub(super) target: &'a Target,
    pub(super) fence: u32,
}

/// The target's submission, if nobody knows its end.
fn find<'a>(package: &'a Package, target: &'a Target) -> Result<Open<'a>, Refusal> {
    match target {
        Target::Confirmation(_) => confirmation(package),
        Target::Imei(_, item) => imei((item, package.lines.get(item).ok_or(Refusal::Absent)?)),
    }
    .ok_or(Refusal::NotReady)
}

/// When the target may be claimed.
pub(super) fn pending_of(package: &Package, target: &Target) -> Result<Pending, Refusal> {
    match *find(package, target)?.attempt {
        Attempt::Pending(pending) => Ok(pending),
        Attempt::Sending { .. } | Attempt::InDoubt(_) => Err(Refusal::NotReady),
    }
}

/// Whether the target may be claimed now. Two senders may find the same work, and the second must not overwrite what the first
/// has learned.
pub(super) fn check_pending(
    package: &Package,
    target: &Target,
    now: Moment,
) -> Result<(), Refusal> {
    is_time(pending_of(package, target)?.not_before, now)
}

/// Whether an outcome of this submission may be recorded.
pub(super) fn check_sending(package: &Package, of: Claimed<'_>) -> Result<(), Refusal> {
    check_fence(package, of)?;
    match *find(package, of.target)?.attempt {
        Attempt::Sending { .. } => Ok(()),
        Attempt::Pending(_) | Attempt::InDoubt(_) => Err(Refusal::NotReady),
    }
}

/// The doubt that a read of this submission is about.
pub(super) fn doubt_of(package: &Package, of: Claimed<'_>) -> Result<Doubt, Refusal> {
    check_fence(package, of)?;
    match find(package, of.target)?.attempt.into_owned() {
        Attempt::InDoubt(doubt) => Ok(doubt),
        Attempt::Pending(_) | Attempt::Sending { .. } => Err(Refusal::NotReady),
    }
}

fn check_fence(package: &Package, of: Claimed<'_>) -> Result<(), Refusal> {
    let (target, given) = (of.target, of.fence);
    let current = match target {
        Target::Confirmation(_) => package.fence,
        Target::Imei(_, item) => package.lines.get(item).ok_or(Refusal::Absent)?.fence,
    };
    if given == current { Ok(()) } else { Err(Refusal::Fenced { given, current }) }
}

pub(super) fn is_time(not_before: Option<Moment>, now: Moment) -> Result<(), Refusal> {
    match not_before {
        Some(at) if now < at => Err(Refusal::NotBefore(at)),
        Some(_) | None => Ok(()),
    }
}

impl Order {
    /// The fence that a sender of the target carries.
    pub fn fence(&self, target: &Target) -> u32 {
        let package = self.packages.get(target.package());
        let fence = package.and_then(|package| match target {
            Target::Confirmation(_) => Some(package.fence),
            Target::Imei(_, item) => package.lines.get(item).map(|line| line.fence),
        });
        fence.unwrap_or_default()
    }

    /// Whether the target was claimed, so that its request is to go out. A claim may also put it in doubt (rule A2).
    pub fn is_claimed(&self, target: &Target) -> bool {
        let package = self.packages.get(target.package());
        let open = package.and_then(|package| find(package, target).ok());
        open.is_some_and(|open| matches!(&*open.attempt, Attempt::Sending { .. }))
    }

    /// When the target is to be read, if it is in doubt.
    pub fn read_at(&self, target: &Target) -> Option<Moment> {
        let package = self.packages.get(target.package())?;
        match *find(package, target).ok()?.attempt {
            Attempt::InDoubt(Doubt { read_at, .. }) => Some(read_at),
            Attempt::Pending(_) | Attempt::Sending { .. } => None,
        }
    }
}

/// Work that waits for a sender, and can be put off.
pub(super) struct Waiting<'a> {
    tries: &'a mut Tries,
    repeats: Option<&'a mut Repeats>,
    work: WorkMut<'a>,
}

enum WorkMut<'a> {
    Submit(&'a mut Pending),
    Read(&'a mut Doubt),
}

/// All work of a package that waits for a sender.
fn waiting(package: &mut Package) -> impl Iterator<Item = Waiting<'_>> {
    let lines = package.lines.values_mut().filter_map(imei_waits);
    confirmation_waits(&mut package.state).into_iter().chain(lines)
}

fn confirmation_waits(state: &mut State) -> Option<Waiting<'_>> {
    match state {
        State::Ready(Ready { tries, pending }) => {
            Some(Waiting { tries, repeats: None, work: WorkMut::Submit(pending) })
        }
        State::Sent(Sent { tries, repeats, stage: Stage::Open(attempt), .. }) => {
            Some(Waiting { tries, repeats: repeats.as_mut(), work: work(attempt)? })
        }
        State::Waiting(_)
        | State::Observed(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Closed { .. }
        | State::Sent(_) => None,
    }
}

fn imei_waits(line: &mut Line) -> Option<Waiting<'_>> {
    let LineState::Open(attempt) = &mut line.state else { return None };
    Some(Waiting { tries: &mut line.tries, repeats: None, work: work(attempt)? })
}

fn work(attempt: &mut Attempt) -> Option<WorkMut<'_>> {
    match attempt {
        Attempt::Pending(pending) => Some(WorkMut::Submit(pending)),
        Attempt::InDoubt(doubt) => Some(WorkMut::Read(doubt)),
        Attempt::Sending { .. } => None,
    }
}

impl Waiting<'_> {
    fn not_before(&self) -> Option<Moment> {
        match &self.work {
            WorkMut::Submit(pending) => pending.not_before,
            WorkMut::Read(doubt) => Some(doubt.read_at),
        }
    }

    fn ring(&mut self) -> &mut Ring {
        match &mut self.work {
            WorkMut::Submit(pending) => &mut pending.ring,
            WorkMut::Read(doubt) => &mut doubt.ring,
        }
    }

    fn put_off(&mut self, until: Moment, now: Moment) {
        match &mut self.work {
            WorkMut::Submit(pending) => pending.not_before = Some(until),
            WorkMut::Read(doubt) => doubt.read_at = until,
        }
        *self.ring() = first_ring(until, now);
    }

    /// Counts from now on: the time before was its partner's (rule A1).
    fn begin_anew(&mut self, now: Moment) {
        self.tries.since = now;
        if let Some(repeats) = &mut self.repeats {
            repeats.since = now;
        }
        if let WorkMut::Read(doubt) = &mut self.work {
            doubt.since = now;
        }
    }
}

/// Puts work off until the partner's turn. Nothing else about it changes.
pub(super) fn wait(
    order: &mut Order,
    target: &Target,
    until: Moment,
    now: Moment,
) -> Result<(), Refusal> {
    let mut waiting = find_waiting(order, target)?;
    is_time(waiting.not_before(), now)?;
    waiting.put_off(until, now);
    Ok(())
}

/// Puts work off while its partner is stopped or paused. The stop is the partner's, and is shown with the partner: it makes no order late,
/// and none is given up for it. A doubt begins anew, which gives it a full day of reads and only lengthens its quarantine.
pub(super) fn park(
    order: &mut Order,
    target: &Target,
    parking: Parking,
    now: Moment,
) -> Result<(), Refusal> {
    let mut waiting = find_waiting(order, target)?;
    waiting.begin_anew(now);
    waiting.put_off(now.plus(parked_for(parking)), now);
    waiting.ring().is_paused = parking == Parking::Paused;
    if let Some(package) = order.packages.get_mut(target.package()) {
        package.delayed = false;
    }
    Ok(())
}

/// Makes due what waits because its partner was paused. It counts from now on (rule A1).
pub(super) fn resume(order: &mut Order, now: Moment) {
    for package in order.packages.values_mut() {
        for mut waiting in waiting(package).filter_map(paused) {
            waiting.begin_anew(now);
            waiting.put_off(now, now);
        }
        looks::resume(package, now);
    }
}

fn paused(mut waiting: Waiting<'_>) -> Option<Waiting<'_>> {
    waiting.ring().is_paused.then_some(waiting)
}

impl Order {
    /// Whether some work of it waits because its partner is paused (rule A1).
    pub fn is_paused(&self) -> bool {
        self.packages.values().any(|package| {
            let looks = package.looks.due.map(|tried| tried.ring);
            let rings = open(package).filter_map(|open| match *open.attempt {
                Attempt::Pending(Pending { ring, .. }) | Attempt::InDoubt(Doubt { ring, .. }) => {
                    Some(ring)
                }
                Attempt::Sending { .. } => None,
            });
            rings.chain(looks).any(|ring| ring.is_paused)
        })
    }
}

fn find_waiting<'a>(order: &'a mut Order, target: &Target) -> Result<Waiting<'a>, Refusal> {
    let package = order.packages.get_mut(target.package()).ok_or(Refusal::Absent)?;
    match target {
        Target::Confirmation(_) => confirmation_waits(&mut package.state),
        Target::Imei(_, item) => imei_waits(package.lines.get_mut(item).ok_or(Refusal::Absent)?),
    }
    .ok_or(Refusal::NotReady)
}

/// Puts off each ring that is due. Whether one was.
pub(super) fn ring_again(package: &mut Package, now: Moment) -> bool {
    let mut was_due = false;
    for mut waiting in waiting(package) {
        let ring = waiting.ring();
        if ring.next <= now {
            *ring = next_ring(*ring, now);
            was_due = true;
        }
    }
    was_due
}

/// Puts a claim without an outcome in doubt once its lease is over. It is never submitted again for that (rule P10).
pub(super) fn expire(package: &mut Package, now: Moment) {
    if let State::Sent(Sent { repeats, stage: Stage::Open(attempt), .. }) = &mut package.state {
        let first_read = first_read(repeats.as_ref());
        if is_over(attempt, now) {
            package.fence = package.fence.saturating_add(1);
            *attempt = unanswered(first_read, now);
        }
    }
    for line in package.lines.values_mut() {
        if let LineState::Open(attempt) = &mut line.state
            && is_over(attempt, now)
        {
            line.fence = line.fence.saturating_add(1);
            *attempt = unanswered(first_read(None), now);
        }
    }
}

fn is_over(attempt: &Attempt, now: Moment) -> bool {
    let grace = if guarded(Guard::LeaseGrace) { LEASE_GRACE } else { SignedDuration::ZERO };
    matches!(attempt, Attempt::Sending { lease_until } if now >= lease_until.plus(grace))
}

fn unanswered(first_read: SignedDuration, now: Moment) -> Attempt {
    let why = Text::cut("the sender ended before it knew the outcome");
    Attempt::InDoubt(doubt(why, first_read, now))
}

/// When to try again what was certainly not applied. `None` once it has been tried for long enough.
pub(super) fn fail(
    tries: &mut Tries,
    key: &OrderKey,
    why: &NotApplied,
    now: Moment,
) -> Option<Pending> {
    if is_given_up(tries, now) {
        return None;
    }
    let count = tries.failures.as_ref().map_or(0, |failures| failures.count).saturating_add(1);
    tries.failures = Some(Failures { count, why: why.reason.clone() });
    Some(pending_at(not_before(key, count, why.retry_after, now), now))
}

/// Keeps the reason of a doubt that has ended with nothing applied. That is no failure, so the count stays.
pub(super) fn come_back(tries: &mut Tries, doubt: &Doubt) {
    let count = tries.failures.as_ref().map_or(0, |failures| failures.count);
    tries.failures = Some(Failures { count, why: doubt.why.clone() });
}
