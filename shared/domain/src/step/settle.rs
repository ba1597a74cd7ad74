//! What follows from the facts and from time alone: decisions, expired leases, rings, marks, and the next timer.

use super::claim::{doubt_again, is_deduped, is_repeatable};
use super::decide::{Wanted, current, is_open, wanted};
use super::outcome::first_read;
use super::probe::repeat_unasked;
use super::retry::{
    DELAYED_AFTER, DOUBT_MAX, FIRST_READ, LEASE_GRACE, LEASE_LOOK_LATEST, doubt, doubted_since,
    first_ring, next_ring, tell_again,
};
use super::{attention, marks};
use crate::planted::{self, Bug};
use crate::{
    Attempts, Doubt, Label, Line, LineState, Mark, Moment, Notice, Order, Package, PackageId,
    ReadBack, Ring, State, Text, WaitingFor,
};

/// What settling has to say beside what the order shows.
#[derive(Default)]
pub(super) struct Told {
    /// A safety net's ring is due.
    pub ring: bool,
    /// Notices the bus did not take before.
    pub again: Vec<Notice>,
}

pub(super) fn settle(order: &mut Order, before: &Order, now: Moment) -> Told {
    let mut told = Told::default();
    let read_back = order.channel.facts().read_back;
    for package in order.packages.values_mut() {
        expire(package, now);
        if let State::Ready { .. } = package.state
            && package.lock.is_some()
            && !is_repeatable(package, order.cancelled)
            && !planted::is(Bug::RepeatNotIdentical)
        {
            doubt_again(package, read_back, now);
        }
        // First: what is in doubt for a day is not repeated once more.
        stop_doubting(package, read_back, now);
        if read_back == ReadBack::Impossible {
            repeat_unasked(package, order.cancelled, now);
        }
    }
    let ids: Vec<PackageId> = order.packages.keys().cloned().collect();
    for id in &ids {
        decide(order, id, now);
    }
    for package in order.packages.values_mut() {
        told.ring |= ring_again(package, now);
        mark_delay(package, now);
    }
    for id in &ids {
        let Some(package) = order.packages.get(id) else { continue };
        let all = marks::all(order, package);
        let is_news = |mark: &Mark| {
            before
                .packages
                .get(id)
                .is_some_and(|former| is_marked_anew(*mark, (before, former), (order, package)))
        };
        let resolved =
            package.resolved.iter().copied().filter(|m| all.contains(m) && !is_news(m)).collect();
        if let Some(package) = order.packages.get_mut(id) {
            package.resolved = resolved;
        }
    }
    let (due, later): (Vec<_>, Vec<_>) =
        std::mem::take(&mut order.untold).into_iter().partition(|u| u.next <= now);
    order.untold = later;
    told.again = due.into_iter().map(|untold| untold.notice).collect();
    order.attention_since =
        attention::is_needed(order).then(|| order.attention_since.unwrap_or(now));
    order.due_at = due_at(order, before.due_at, now);
    told
}

/// Whether a mark that a person may have put aside has a new cause.
fn is_marked_anew(
    mark: Mark,
    (before, former): (&Order, &Package),
    (order, package): (&Order, &Package),
) -> bool {
    let number = |label: &Label| label.tracking.clone();
    let failed = |package: &Package| {
        package.lines.values().filter(|l| matches!(l.state, LineState::Failed { .. })).count()
    };
    match mark {
        Mark::Superseded | Mark::WithheldMoved => {
            current(former).map(number) != current(package).map(number)
        }
        Mark::ImeiLate | Mark::ImeiTwice => before.imeis != order.imeis,
        Mark::ImeiFailed => failed(former) != failed(package),
        Mark::CancelledLate | Mark::ImeiByHand | Mark::Delayed => false,
    }
}

/// A claim that was never answered: in doubt, never a second submission.
fn expire(package: &mut Package, now: Moment) {
    let why = || Text::cut("the sender ended before it knew the outcome");
    let is_over = |lease_until: Moment| now >= lease_until.plus(LEASE_GRACE);
    if let State::Sending { lease_until } = package.state
        && is_over(lease_until)
    {
        package.fence = package.fence.saturating_add(1);
        package.state = State::InDoubt(doubt(why(), first_read(package), now));
        if planted::is(Bug::LeaseExpiryResubmits) {
            package.lock = None;
            package.state =
                State::Ready { not_before: None, imeis_missing: false, ring: first_ring(now, now) };
        }
    }
    for line in package.lines.values_mut() {
        if let LineState::Sending { lease_until } = line.state
            && is_over(lease_until)
        {
            line.fence = line.fence.saturating_add(1);
            line.state = LineState::InDoubt(doubt(why(), FIRST_READ, now));
        }
    }
}

fn stop_doubting(package: &mut Package, read_back: ReadBack, now: Moment) {
    let is_deduped = is_deduped(package);
    let verdict = |doubt: &Doubt, attempts: Option<&Attempts>| match read_back {
        ReadBack::Impossible if !is_deduped => {
            Some(format!("{}; the channel cannot be asked", doubt.why))
        }
        ReadBack::Possible | ReadBack::Impossible
            if now.since(doubted_since(attempts, doubt)) >= DOUBT_MAX =>
        {
            Some(format!("{}; in doubt for 24 hours", doubt.why))
        }
        ReadBack::Possible | ReadBack::Impossible => None,
    };
    if let State::InDoubt(doubt) = &package.state
        && let Some(why) = verdict(doubt, package.attempts.as_ref())
    {
        package.state = State::unresolved(Text::cut(&why), now);
    }
    for line in package.lines.values_mut() {
        if let LineState::InDoubt(doubt) = &line.state
            && let Some(why) = verdict(doubt, line.attempts.as_ref())
        {
            line.state = LineState::Failed { at: now, why: Text::cut(&why) };
        }
    }
}

/// Decides a package that is not claimed, keeping what time has given its state so far.
fn decide(order: &mut Order, id: &PackageId, now: Moment) {
    let wanted = wanted(order, id, now);
    let Some(package) = order.packages.get_mut(id) else { return };
    if !is_open(package) {
        return;
    }
    let state = match (wanted, &package.state) {
        (Wanted::Ready { imeis_missing }, State::Ready { not_before, ring, .. }) => {
            State::Ready { not_before: *not_before, ring: *ring, imeis_missing }
        }
        (Wanted::Ready { imeis_missing }, _) => {
            State::Ready { not_before: None, ring: first_ring(now, now), imeis_missing }
        }
        (Wanted::Waiting(WaitingFor::Imeis { deadline, warn_at, .. }), old) => {
            let was_warned = matches!(old, State::Waiting(WaitingFor::Imeis { deadline: former, warned, .. })
                if *warned && *former == deadline);
            let warned = was_warned || now >= warn_at;
            State::Waiting(WaitingFor::Imeis { deadline, warn_at, warned })
        }
        (Wanted::Waiting(wait), _) => State::Waiting(wait),
        (Wanted::Held(held), _) => State::Held(held),
        (Wanted::Withheld(withheld), _) => State::Withheld(withheld),
    };
    if let State::Ready { .. } = state {
        package.due_since.get_or_insert(now);
    } else {
        package.due_since = None;
        package.attempts = None;
    }
    package.state = state;
}

fn ring_again(package: &mut Package, now: Moment) -> bool {
    let mut rang = false;
    let mut look = |ring: &mut Ring| {
        if ring.next <= now {
            *ring = next_ring(*ring, now);
            rang = true;
        }
    };
    if let State::Ready { ring, .. } | State::InDoubt(Doubt { ring, .. }) = &mut package.state {
        look(ring);
    }
    for line in package.lines.values_mut() {
        match &mut line.state {
            LineState::Pending { ring, .. } | LineState::InDoubt(Doubt { ring, .. }) => look(ring),
            LineState::Sending { .. } | LineState::Done { .. } | LineState::Failed { .. } => {}
        }
    }
    rang
}

fn mark_delay(package: &mut Package, now: Moment) {
    let is_late = |since: Moment| now.since(since) >= DELAYED_AFTER;
    let is_confirmation_late = match package.state {
        State::Ready { .. } => package.delayed || package.due_since.is_some_and(is_late),
        State::Sending { .. } => package.delayed,
        State::Waiting(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Confirmed { .. }
        | State::Rejected(_)
        | State::InDoubt(_)
        | State::Conflict { .. }
        | State::Unresolved { .. }
        | State::Closed { .. } => false,
    };
    let open = package.lines.values().filter(|line| is_unregistered(line));
    let is_imei_late = open.into_iter().any(|line| is_late(line.since));
    package.delayed = is_confirmation_late || is_imei_late && !planted::is(Bug::LateImeiUnmarked);
}

/// Whether an IMEI is still on its way to the channel.
fn is_unregistered(line: &Line) -> bool {
    match line.state {
        LineState::Pending { .. } | LineState::Sending { .. } | LineState::InDoubt(_) => true,
        LineState::Done { .. } | LineState::Failed { .. } => false,
    }
}

/// The earliest moment the order needs a look. A claim leaves the former one alone where it is not too late for its
/// lease: changing it costs two index writes.
fn due_at(order: &Order, former: Option<Moment>, now: Moment) -> Option<Moment> {
    let lease = |lease_until: Moment| {
        let (end, latest) =
            (lease_until.plus(LEASE_GRACE), lease_until.plus(LEASE_GRACE + LEASE_LOOK_LATEST));
        former.filter(|at| now < *at && *at <= latest).unwrap_or(end)
    };
    let package = |package: &Package| {
        let state = match &package.state {
            State::Waiting(WaitingFor::Imeis { deadline, warn_at, warned }) => {
                Some(if *warned { *deadline } else { *warn_at })
            }
            State::Ready { ring, .. } => {
                let delayed =
                    package.due_since.filter(|_| !package.delayed).map(|at| at.plus(DELAYED_AFTER));
                Some(delayed.map_or(ring.next, |at| at.min(ring.next)))
            }
            State::Sending { lease_until } => Some(lease(*lease_until)),
            State::InDoubt(_) if planted::is(Bug::NoTimerInDoubt) => None,
            State::InDoubt(doubt) => Some(doubt_look(doubt, package.attempts.as_ref())),
            State::Waiting(WaitingFor::Label | WaitingFor::Movement)
            | State::Held(_)
            | State::Withheld(_)
            | State::Confirmed { .. }
            | State::Rejected(_)
            | State::Conflict { .. }
            | State::Unresolved { .. }
            | State::Closed { .. } => None,
        };
        let lines = package.lines.values().filter_map(|line| match &line.state {
            LineState::Pending { ring, .. } => Some(ring.next),
            LineState::Sending { lease_until } => Some(lease(*lease_until)),
            LineState::InDoubt(doubt) => Some(doubt_look(doubt, line.attempts.as_ref())),
            LineState::Done { .. } | LineState::Failed { .. } => None,
        });
        let unregistered = package.lines.values().filter(|line| is_unregistered(line));
        let late =
            unregistered.filter(|_| !package.delayed).map(|line| line.since.plus(DELAYED_AFTER));
        lines.chain(late).chain(state).min()
    };
    let untold = order.untold.iter().map(|untold| untold.next);
    order.packages.values().filter_map(|parcel| package(parcel)).chain(untold).min()
}

fn doubt_look(doubt: &Doubt, attempts: Option<&Attempts>) -> Moment {
    doubt.ring.next.min(doubted_since(attempts, doubt).plus(DOUBT_MAX))
}

impl Order {
    /// The order with a notice to be told later: the bus did not take it. One that is untold already keeps its time, for
    /// the order's timer is set to it.
    #[must_use]
    pub fn with_untold(mut self, notice: Notice, now: Moment) -> Self {
        let is_same = |untold: &crate::Untold| untold.notice.id == notice.id;
        let former = self.untold.iter().position(is_same).map(|i| self.untold.remove(i));
        let next = former.map_or_else(|| tell_again(notice.at, now), |untold| untold.next);
        self.untold.push(crate::Untold { notice, next });
        self.due_at = Some(self.due_at.map_or(next, |at| at.min(next)));
        self
    }
}
