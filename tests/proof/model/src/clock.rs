//! Time, as far as the protocol can tell moments apart: every moment an order stores is one of a few, relative to a now
//! that stands still. Time passes by moving one of them into its next class.

use domain::{
    Attempt, Doubt, LabelId, LookTry, Moment, Order, Package, Pending, Ready, Repeats, Ring, Sent,
    Stage, State, Text, Tries,
};
use jiff::SignedDuration;

/// Now. 2026-11-23T15:00:00Z.
pub(crate) const NOW: Moment = Moment::from_millis(1_795_446_000_000);

/// A moment relative to now; odd milliseconds, so that it is never taken for one that the rules compute.
const fn odd(seconds: i64) -> Moment {
    Moment::from_millis(NOW.as_millis() + seconds * 1_000 + 1)
}

/// How the classes' moments are chosen: two choices must lead to the same model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is still to come: a `not_before`, the next read.
    later: i64,
    /// What has come.
    past: i64,
    /// Since when it is in doubt: less than the quarantine, more, more than a day.
    since: [i64; 3],
    /// When a claim ended.
    lease_over: i64,
    /// Since when it is due.
    due: i64,
}

impl Choice {
    /// The usual ones.
    pub const USUAL: Self = Self {
        later: 420,
        past: -400,
        since: [-61, -1_200, -90_000],
        lease_over: -3_600,
        due: -75,
    };

    /// Others of the same classes, near their limits.
    pub const OTHERS: [Self; 2] = [
        Self { later: 1, past: -2, since: [-3, -901, -86_401], lease_over: -6, due: -2 },
        Self {
            later: 850,
            past: -80_000,
            since: [-898, -86_398, -900_000],
            lease_over: -80_000,
            due: -3_500,
        },
    ];

    /// How long a claim that began now lasts: a sender's timeout and five seconds.
    pub(crate) fn lease_until() -> Moment {
        NOW.plus(SignedDuration::from_secs(65))
    }
}

/// How long something is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// A request may still be under way.
    Young,
    /// Longer than the quarantine.
    Quarantined,
    /// Longer than a day.
    Old,
}

impl Age {
    pub(crate) fn of(doubt: &Doubt) -> Self {
        let age = NOW.since(doubt.since);
        if age >= SignedDuration::from_hours(24) {
            Self::Old
        } else if age >= SignedDuration::from_mins(15) {
            Self::Quarantined
        } else {
            Self::Young
        }
    }
}

/// What can come to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passing {
    /// Its `not_before`.
    NotBefore,
    /// The next read's time.
    Read,
    /// The end of the lease, and the grace.
    Lease,
    /// The quarantine.
    Quarantine,
    /// A day in doubt, over all repeats.
    Day,
}

/// Whether what was in doubt first at this moment is so for a day.
pub(crate) fn is_day_over(since: Moment) -> bool {
    NOW.since(since) >= SignedDuration::from_hours(24)
}

fn first_doubt(state: &mut State) -> Option<&mut Moment> {
    let State::Sent(Sent { repeats: Some(repeats), .. }) = state else { return None };
    Some(&mut repeats.since)
}

pub(crate) fn is_later(moment: Moment) -> bool {
    moment > NOW
}

pub(crate) fn is_lease_over(lease_until: Moment) -> bool {
    NOW >= lease_until.plus(SignedDuration::from_secs(5))
}

fn words() -> Text {
    Text::cut("…")
}

fn ring(former: Ring) -> Ring {
    Ring { next: odd(2_000), count: 0, is_paused: former.is_paused }
}

/// The order with every moment at its class's, every counter that no rule compares at its least, and nothing that is
/// only shown.
pub(crate) fn canonical(mut order: Order, choice: &Choice) -> Order {
    order.timeline.clear();
    order.unpublished.clear();
    order.due_at = order.due_at.map(|_| odd(240));
    order.attention_since = order.attention_since.map(|_| NOW);
    for package in order.packages.values_mut() {
        canonical_package(package, choice);
    }
    order
}

fn canonical_package(package: &mut Package, choice: &Choice) {
    // Fences are compared for equality only, and only grow: whoever has one knows whether it is this one.
    package.fence = FENCE;
    // The void of a label that another has replaced is of no more use: an older one never returns.
    if let Some(label) = &package.label {
        let current = label.telling.labeled_at;
        let is_older = |id: &LabelId| id.as_str() < label.id.as_str();
        debug_assert!(current < NOW, "labels are made in the order of their ids");
        package.voided.retain(|id| !is_older(id));
    }
    canonical_looks(package, choice);
    match &mut package.state {
        State::Ready(Ready { tries, pending }) => {
            canonical_tries(tries, choice);
            canonical_pending(pending, choice);
        }
        State::Sent(sent) => canonical_sent(sent, choice),
        State::Rejected(rejection) => {
            (rejection.at, rejection.code, rejection.why) = (NOW, words(), words());
        }
        State::Closed { at } => *at = NOW,
        State::Observed(observed) => observed.at = NOW,
        State::Waiting(_) | State::Held(_) | State::Withheld(_) => {}
    }
}

/// Of a look it counts whether it was answered in time, and for which number: here every one is. Once nothing waits for it any more,
/// it counts no more.
fn canonical_looks(package: &mut Package, choice: &Choice) {
    let is_claimed = package.lock().is_some();
    let looks = &mut package.looks;
    looks.answered = looks.answered.take().filter(|_| !is_claimed);
    if let Some(answered) = &mut looks.answered {
        answered.at = odd(choice.past);
    }
    looks.due = looks.due.map(|tried| LookTry {
        at: odd(if is_later(tried.at) { choice.later } else { choice.past }),
        due_since: None,
        ring: ring(tried.ring),
    });
}

fn canonical_sent(sent: &mut Sent, choice: &Choice) {
    canonical_tries(&mut sent.tries, choice);
    let is_in_doubt = matches!(sent.stage, Stage::Open(Attempt::InDoubt(_)));
    // Of a doubt that is repeated it counts whether it is a day old, and whether it is repeated again.
    sent.repeats = sent.repeats.map(|repeats| Repeats {
        count: 1,
        since: odd(choice.since[if is_day_over(repeats.since) { 2 } else { 1 }]),
        refused: is_in_doubt && repeats.refused,
    });
    match &mut sent.stage {
        Stage::Open(Attempt::Pending(repeat)) => canonical_pending(repeat, choice),
        Stage::Open(Attempt::Sending { lease_until }) => {
            *lease_until = if is_lease_over(*lease_until) {
                odd(choice.lease_over)
            } else {
                Choice::lease_until()
            };
        }
        Stage::Open(Attempt::InDoubt(doubt)) => canonical_doubt(doubt, choice),
        Stage::Confirmed { at, .. } | Stage::Closed { at } => *at = NOW,
        Stage::Conflict { at, found } => (*at, *found) = (NOW, words()),
        Stage::Unresolved { at, why, .. } => (*at, *why) = (NOW, words()),
    }
}

/// Failures only say how long to wait.
fn canonical_tries(tries: &mut Tries, choice: &Choice) {
    *tries = Tries { since: odd(choice.due), failures: None };
}

fn canonical_pending(pending: &mut Pending, choice: &Choice) {
    let is_to_come = |at: &Moment| is_later(*at);
    let not_before = pending.not_before.filter(is_to_come).map(|_| odd(choice.later));
    *pending = Pending { not_before, ring: ring(pending.ring) };
}

/// The fence of every package, as the model stores it.
pub(crate) const FENCE: u32 = 7;

fn canonical_doubt(doubt: &mut Doubt, choice: &Choice) {
    let [young, quarantined, old] = choice.since;
    let since = match Age::of(doubt) {
        Age::Young => young,
        Age::Quarantined => quarantined,
        Age::Old => old,
    };
    let read = if is_later(doubt.read_at) { choice.later } else { choice.past };
    *doubt = Doubt {
        since: odd(since),
        why: words(),
        reads: 0,
        absent: doubt.absent.min(3),
        read_at: odd(read),
        ring: ring(doubt.ring),
        is_restored: doubt.is_restored,
    };
}

/// The order once something has come to pass for a package; `None` where it cannot.
pub(crate) fn pass(package: &Package, passing: Passing, choice: &Choice) -> Option<Package> {
    let mut next = package.clone();
    if passing == Passing::Day
        && let Some(since) = first_doubt(&mut next.state)
    {
        if is_day_over(*since) {
            return None;
        }
        *since = odd(choice.since[2]);
        return Some(next);
    }
    let tried = next.looks.due.as_mut().filter(|tried| is_later(tried.at));
    if let (Some(tried), Passing::Read) = (tried, passing) {
        tried.at = odd(choice.past);
        return Some(next);
    }
    match (&mut next.state, passing) {
        (
            State::Ready(Ready { pending, .. })
            | State::Sent(Sent { stage: Stage::Open(Attempt::Pending(pending)), .. }),
            Passing::NotBefore,
        ) if pending.not_before.is_some() => pending.not_before = None,
        (State::Sent(Sent { stage: Stage::Open(attempt), .. }), passing) => {
            pass_attempt(attempt, passing, choice)?;
        }
        _ => return None,
    }
    Some(next)
}

fn pass_attempt(attempt: &mut Attempt, passing: Passing, choice: &Choice) -> Option<()> {
    match (attempt, passing) {
        (Attempt::InDoubt(doubt), Passing::Read) if is_later(doubt.read_at) => {
            doubt.read_at = odd(choice.past);
        }
        (Attempt::Sending { lease_until }, Passing::Lease) if !is_lease_over(*lease_until) => {
            *lease_until = odd(choice.lease_over);
        }
        (Attempt::InDoubt(doubt), Passing::Quarantine) if Age::of(doubt) == Age::Young => {
            doubt.since = odd(choice.since[1]);
        }
        (Attempt::InDoubt(doubt), Passing::Day) if Age::of(doubt) == Age::Quarantined => {
            doubt.since = odd(choice.since[2]);
        }
        _ => return None,
    }
    Some(())
}

/// When a read was asked that is recorded now: now, or still before the quarantine's end.
pub(crate) fn asked_at(package: &Package, is_early: bool) -> Moment {
    let Some(doubt) = package.state.doubt() else { return NOW };
    let end = doubt.since.plus(SignedDuration::from_mins(15));
    if is_early { end.minus(SignedDuration::from_millis(1)).min(NOW) } else { NOW }
}

/// A ring that is due.
pub(crate) fn due_ring(former: Ring) -> Ring {
    Ring { next: NOW, count: 0, ..former }
}
