//! What follows from the facts and from time alone: decisions, leases that end, rings, marks, and the next timer.

use super::attempt::{Open, expire, open, ring_again};
use super::claim::{doubt_again, is_deduped, is_repeatable};
use super::decide::{Wanted, current, is_undecided, wanted};
use super::label_doubts::former_movements;
use super::lines::{is_cancelled_late, late_lines, left};
use super::probe::repeat_unasked;
use super::waits::{
    DELAYED_AFTER, DOUBT_MAX, LEASE_GRACE, LEASE_LOOK_LATEST, doubted_since, pending_now,
    publish_again,
};
use super::watch::ship_by;
use super::without_movement::goes_at;
use super::{attention, looks, marks, watch};
use crate::guard::{Guard, guarded};
use crate::{
    Attempt, Label, LineState, Mark, Moment, Notice, Order, Package, PackageId, ReadBack, Ready,
    Repeats, Sent, Stage, State, Text, Tries, Unpublished, WaitingFor, gather,
};

/// What is due by now, beside what the order shows.
#[derive(Default)]
pub(super) struct Due {
    /// Whether the sweep's ring for some work is due.
    pub ring: bool,
    /// Notices to be published again: the bus did not take them before.
    pub notices: Vec<Notice>,
}

/// Brings an order to what its facts and the time make of it.
pub(super) fn settle(order: &mut Order, before: &Order, now: Moment) -> Due {
    let mut due = Due::default();
    let read_back = order.channel.facts().read_back;
    let ids: Vec<PackageId> = order.packages.keys().cloned().collect();
    for id in &ids {
        let is_late = order.packages.get(id).is_some_and(|p| is_cancelled_late(order, p));
        let Some(package) = order.packages.get_mut(id) else { continue };
        expire(package, now);
        if matches!(package.state.stage(), Some(Stage::Open(Attempt::Pending(_))))
            && !is_repeatable(package, is_late)
        {
            doubt_again(package, read_back, now);
        }
        // This comes before the repeat: what is in doubt for a day is not repeated once more.
        stop_doubting(package, read_back, now);
        if read_back == ReadBack::Impossible {
            repeat_unasked(package, is_late, now);
        }
    }
    for id in &ids {
        if is_less_left(before, order, id)
            && let Some(package) = order.packages.get_mut(id)
        {
            package.state = State::Waiting(WaitingFor::Label);
        }
        decide(order, id, now);
    }
    for package in order.packages.values_mut() {
        due.ring |= ring_again(package, now);
        mark_delay(package, now);
    }
    for id in &ids {
        due.ring |= looks::settle(order, id, now);
        watch::settle(order, before, id, now);
        let Some(package) = order.packages.get(id) else { continue };
        let all = marks::all(order, package);
        let is_news = |mark: &Mark| {
            before.packages.get(id).is_some_and(|former| {
                let former = Parcel { order: before, package: former };
                is_marked_anew(*mark, former, Parcel { order, package })
            })
        };
        let is_kept = |mark: &Mark| all.contains(mark) && !is_news(mark);
        let resolved = gather(package.resolved.iter().copied().filter(is_kept));
        if let Some(package) = order.packages.get_mut(id) {
            package.resolved = resolved;
        }
    }
    let (again, later): (Vec<_>, Vec<_>) =
        std::mem::take(&mut order.unpublished).into_iter().partition(|u| u.next <= now);
    order.unpublished = later;
    due.notices = again.into_iter().map(|unpublished| unpublished.notice).collect();
    order.attention_since =
        attention::is_needed(order).then(|| order.attention_since.unwrap_or(now));
    order.due_at = due_at(order, before.due_at, now);
    due
}

/// Whether less is left of a label than was refused: what was refused is decided anew (rules L7 and L9).
fn is_less_left(before: &Order, order: &Order, id: &PackageId) -> bool {
    let (Some(former), Some(package)) = (before.packages.get(id), order.packages.get(id)) else {
        return false;
    };
    let (State::Rejected(_), Some(label)) = (&package.state, current(package)) else {
        return false;
    };
    if former.lock().is_some() {
        return late_lines(before, former).next().is_some();
    }
    former.state == package.state && left(before, label).items != left(order, label).items
}

/// A package, and the order that it belongs to.
#[derive(Clone, Copy)]
struct Parcel<'a> {
    order: &'a Order,
    package: &'a Package,
}

/// Whether a mark that a person may have dealt with has a new cause.
fn is_marked_anew(mark: Mark, former: Parcel<'_>, now: Parcel<'_>) -> bool {
    let number = |label: &Label| label.telling.tracking.key();
    let failed = |package: &Package| {
        package.lines.values().filter(|l| matches!(l.state, LineState::Failed { .. })).count()
    };
    match mark {
        Mark::Superseded | Mark::WithheldMoved => {
            current(former.package).map(number) != current(now.package).map(number)
        }
        Mark::LabelDisputed => {
            let tellings = |parcel: Parcel<'_>| {
                let label = current(parcel.package)?;
                Some((label.telling.clone(), label.disputed.clone()?))
            };
            tellings(former) != tellings(now)
        }
        Mark::ReplacedLabelMoves => {
            let knew = |id| {
                former_movements(former.order, former.package).any(|(label, _)| label.id == id)
            };
            former_movements(now.order, now.package).any(|(label, _)| !knew(label.id.clone()))
        }
        Mark::ImeiLate | Mark::ImeiTwice | Mark::ImeiAmbiguous => {
            former.order.imeis != now.order.imeis || former.order.serials != now.order.serials
        }
        Mark::ImeiFailed => failed(former.package) != failed(now.package),
        Mark::NumberOverused => marks::overused(now.package)
            .any(|number| marks::overused(former.package).all(|n| n != number)),
        Mark::CancelledLate => {
            let knew = |line| late_lines(former.order, former.package).any(|known| known == line);
            late_lines(now.order, now.package).any(|line| !knew(line))
        }
        Mark::ShipByNear | Mark::ShipByPassed => {
            ship_by(former.order, former.package) != ship_by(now.order, now.package)
        }
        Mark::NoMovement | Mark::NoLabel => {
            let id = |package| watch::watched(package).map(|label| &label.id);
            id(former.package) != id(now.package)
        }
        Mark::CancelRequested => former.order.wish != now.order.wish,
        Mark::NotShown => former.package.not_shown != now.package.not_shown,
        Mark::ImeiByHand | Mark::Delayed => false,
    }
}

fn stop_doubting(package: &mut Package, read_back: ReadBack, now: Moment) {
    let is_deduped = is_deduped(package);
    let verdict = |attempt: &Attempt, repeats: Option<&Repeats>| {
        let Attempt::InDoubt(doubt) = attempt else { return None };
        let is_restored = doubt.is_restored && guarded(Guard::RestoredIsNotRepeated);
        let is_repeated = is_deduped && !is_restored;
        let why = if read_back == ReadBack::Impossible && !is_repeated {
            "the channel cannot be asked"
        } else if now.since(doubted_since(repeats, doubt)) >= DOUBT_MAX
            && guarded(Guard::DayOfDoubt)
        {
            "in doubt for 24 hours"
        } else {
            return None;
        };
        Some(Text::cut(&format!("{}; {why}", doubt.why)))
    };
    if let State::Sent(Sent { repeats, stage, .. }) = &mut package.state
        && let Stage::Open(attempt) = stage
        && let Some(why) = verdict(attempt, repeats.as_ref())
    {
        *stage = Stage::unresolved(why, now);
    }
    for line in package.lines.values_mut() {
        if let LineState::Open(attempt) = &line.state
            && let Some(why) = verdict(attempt, None)
        {
            line.state = LineState::Failed { at: now, why };
        }
    }
}

/// Decides a package that is not claimed. What time has given its state so far is kept.
fn decide(order: &mut Order, id: &PackageId, now: Moment) {
    let wanted = wanted(order, id, now);
    let Some(package) = order.packages.get_mut(id) else { return };
    if !is_undecided(package, now) {
        return;
    }
    package.state = match (wanted, &package.state) {
        (Wanted::Ready, State::Ready(_)) => return,
        (Wanted::Ready, _) => {
            State::Ready(Ready { tries: Tries::from(now), pending: pending_now(now) })
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
}

/// A confirmation is late while it waits to be claimed, and stays so while it is sent; an IMEI is late until it is registered.
fn mark_delay(package: &mut Package, now: Moment) {
    let was_delayed = package.delayed;
    let is_delayed = open(package).any(|open| {
        let is_late = now.since(open.tries.since) >= DELAYED_AFTER;
        match (open.item, &*open.attempt) {
            (Some(_), _) => is_late && guarded(Guard::LateImeiShown),
            (None, Attempt::Pending(_)) => was_delayed || is_late,
            (None, Attempt::Sending { .. }) => was_delayed,
            (None, Attempt::InDoubt(_)) => false,
        }
    });
    package.delayed = is_delayed;
}

/// The earliest moment at which the sweep must look at the order. A claim leaves the former moment as it is where that is
/// not too late for its lease: each change costs two index writes.
fn due_at(order: &Order, former: Option<Moment>, now: Moment) -> Option<Moment> {
    let lease = |lease_until: Moment| {
        let (end, latest) =
            (lease_until.plus(LEASE_GRACE), lease_until.plus(LEASE_GRACE + LEASE_LOOK_LATEST));
        former.filter(|at| now < *at && *at <= latest).unwrap_or(end)
    };
    let look = |package: &Package, open: Open<'_>| {
        let look = match &*open.attempt {
            Attempt::Pending(pending) => pending.ring.next,
            Attempt::Sending { lease_until } => lease(*lease_until),
            Attempt::InDoubt(doubt) if open.item.is_some() || guarded(Guard::TimerInDoubt) => {
                doubt.ring.next.min(doubted_since(open.repeats, doubt).plus(DOUBT_MAX))
            }
            Attempt::InDoubt(_) => return None,
        };
        let counts = open.item.is_some() || matches!(&*open.attempt, Attempt::Pending(_));
        let delayed = (counts && !package.delayed).then(|| open.tries.since.plus(DELAYED_AFTER));
        Some(delayed.map_or(look, |at| at.min(look)))
    };
    let package = |package: &Package| {
        let wait = match &package.state {
            State::Waiting(WaitingFor::Imeis { deadline, warn_at, warned }) => {
                Some(if *warned { *deadline } else { *warn_at })
            }
            State::Waiting(WaitingFor::ShipDay { from } | WaitingFor::SendAfter { from }) => {
                Some(*from)
            }
            State::Waiting(WaitingFor::Label | WaitingFor::Movement)
            | State::Ready(_)
            | State::Held(_)
            | State::Withheld(_)
            | State::Rejected(_)
            | State::Observed(_)
            | State::Closed { .. }
            | State::Sent(_) => None,
        };
        open(package).filter_map(|open| look(package, open)).chain(wait).min()
    };
    let watched = order.packages.values().filter_map(|parcel| watch::look(order, parcel));
    let looks = order.packages.keys().filter_map(|id| looks::timer(order, id, now));
    let goes = order.packages.values().filter_map(|package| goes_at(order, package, now));
    let unpublished = order.unpublished.iter().map(|unpublished| unpublished.next);
    order
        .packages
        .values()
        .filter_map(|parcel| package(parcel))
        .chain(watched)
        .chain(looks)
        .chain(goes)
        .chain(unpublished)
        .min()
}

impl Order {
    /// The order with a notice that the bus did not take, to be published later. A notice that is unpublished already keeps
    /// its time: the order's timer is set to it.
    #[must_use]
    pub fn with_unpublished(mut self, notice: Notice, now: Moment) -> Self {
        let is_same = |other: &Unpublished| other.notice.id == notice.id;
        let former = self.unpublished.iter().position(is_same).map(|i| self.unpublished.remove(i));
        let next = former.map_or_else(|| publish_again(notice.at, now), |former| former.next);
        self.unpublished.push(Unpublished { notice, next });
        self.due_at = Some(self.due_at.map_or(next, |at| at.min(next)));
        self
    }
}
