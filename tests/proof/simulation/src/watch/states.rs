//! What must hold of an order after each save, whoever saved.

use super::{Seen, Watch, locked, number};
use crate::world::{Function, Sandbox, World};
use domain::{
    Channel, Evidence, LineState, Mark, Order, Package, ReadBack, Stage, State, Text, WaitingFor,
    Withheld,
};
use jiff::SignedDuration;

const WINDOW: SignedDuration = SignedDuration::from_mins(60);
const GRACE: SignedDuration = SignedDuration::from_mins(5);
/// When what is due is late.
const DELAYED: SignedDuration = SignedDuration::from_hours(1);
const APART: SignedDuration = SignedDuration::from_secs(10);

impl Watch {
    pub(super) fn states(
        &mut self,
        world: &World,
        (sale, by): (usize, &Sandbox),
        before: Option<&Order>,
        after: &Order,
    ) {
        for (id, package) in &after.packages {
            let former = before.and_then(|before| before.packages.get(id)).map(Box::as_ref);
            let of = || format!("{}, package {id}", after.key);
            if !is_remembered(after, package) {
                self.is_wrong("D2: what is not over has a timer, or is shown", || {
                    format!("{} in {:?}", of(), package.state)
                });
            }
            if let (Some(was), Some(is)) = (former.and_then(locked), locked(package))
                && was.tracking != is.tracking
            {
                self.is_wrong("L1: a locked number stays", || {
                    format!("{}: {} became {}", of(), was.tracking, is.tracking)
                });
            }
            let was_unresolved = former.is_some_and(is_unresolved);
            let is_unresolved = is_unresolved(package);
            if (is_by_person(&package.state) || was_unresolved && !is_unresolved)
                && former.is_none_or(|former| is_ended_anew(&former.state, &package.state))
                && by.function != Function::Api
            {
                self.is_wrong("only a person ends what is in doubt by their word", of);
            }
            if was_unresolved && !is_unresolved && !is_by_person(&package.state) {
                let asked = match former.and_then(|former| former.state.stage()) {
                    Some(Stage::Unresolved { former, .. }) => former.as_ref().map(Text::as_str),
                    Some(_) | None => None,
                };
                let label = package.label.as_ref().map(|label| label.id.as_str());
                self.cleared(sale, (number(id), label), asked);
            }
            if let Some(Stage::Confirmed { by: evidence, .. }) = package.state.stage()
                && !former.is_some_and(is_confirmed)
            {
                self.confirmed(world, (sale, number(id)), package, *evidence);
            }
            self.terms_are_of_then(by, sale, former, package);
            self.waits_as_long_as_it_should(after, package);
            self.lines_are_done(world, sale, former, package);
            self.lines_are_shown_when_late(world, after, package);
            self.ships_no_earlier_than_its_label(former, package);
            self.doubts_live_for_a_day(world, sale, former, (after, number(id), package));
        }
    }

    /// D3: confirmed means that the channel has, or had, our number.
    fn confirmed(
        &mut self,
        world: &World,
        (sale, package): (usize, u8),
        after: &Package,
        evidence: Evidence,
    ) {
        let ours =
            locked(after).map(|label| label.tracking.as_str().to_owned()).unwrap_or_default();
        let order = &self.orders[sale];
        let was_applied = || {
            let seen = order.packages.get(&package);
            seen.is_some_and(|s| s.sent.iter().any(|s| s.is_applied && s.told.number == ours))
        };
        let shops = world.shops.borrow();
        let held = shops.held(order.account, &self.plan.sales[sale].order);
        let is_there = held.iter().any(|(number, _)| *number == ours) || was_applied();
        if !is_there && evidence != Evidence::Person {
            let key = order.key.clone();
            self.is_wrong("D3: what is confirmed is at the channel", || {
                format!("{ours} of {key}, package {package}, {evidence:?}; it has {held:?}")
            });
        }
    }

    /// T4: a label keeps the settings that were in force when it was first handled.
    fn terms_are_of_then(
        &mut self,
        by: &Sandbox,
        sale: usize,
        former: Option<&Package>,
        package: &Package,
    ) {
        let Some(label) = &package.label else { return };
        let was = former.and_then(|former| former.label.as_ref());
        if let Some(was) = was.filter(|was| was.id == label.id) {
            if was.terms != label.terms {
                let what = format!("{:?} became {:?}, label {}", was.terms, label.terms, label.id);
                self.is_wrong("T4: a label keeps its settings", || what);
            }
            return;
        }
        let settings = &self.settings[self.orders[sale].account];
        let began = by.started_at.get();
        let first = settings.iter().rposition(|(since, _)| *since <= began).unwrap_or(0);
        let is_then = |partner: &domain::Partner| {
            partner.timing == label.terms.timing
                && label.terms.imei.is_none_or(|terms| terms.missing == partner.missing_imei)
        };
        if !settings[first..].iter().any(|(_, partner)| is_then(partner)) {
            let what = format!("{:?} of label {}", label.terms, label.id);
            self.is_wrong("T4: a label is under the settings of its time", || what);
        }
    }

    /// I3: from the label's time, not from its arrival.
    fn waits_as_long_as_it_should(&mut self, order: &Order, package: &Package) {
        let State::Waiting(WaitingFor::Imeis { deadline, .. }) = package.state else { return };
        let labels = || order.packages.values().filter_map(|package| package.label.as_ref());
        let latest = labels()
            .map(|label| label.labeled_at.plus(WINDOW))
            .chain(labels().map(|label| label.received_at.plus(GRACE)))
            .max();
        if latest.is_some_and(|latest| deadline > latest.plus(APART)) {
            self.is_wrong("I3: the wait for IMEIs begins with the label", || {
                format!("{}: until {deadline}", order.key)
            });
        }
    }

    fn lines_are_done(
        &mut self,
        world: &World,
        sale: usize,
        former: Option<&Package>,
        package: &Package,
    ) {
        for (item, line) in &package.lines {
            let was_done = former
                .and_then(|former| former.lines.get(item))
                .is_some_and(|line| matches!(line.state, LineState::Done { .. }));
            if !matches!(line.state, LineState::Done { .. }) || was_done {
                continue;
            }
            let shops = world.shops.borrow();
            let order = &self.plan.sales[sale].order;
            let held = shops.imei(self.orders[sale].account, order, item.as_str());
            if held != Some(line.imei.as_str()) {
                self.is_wrong("I7: what is registered is at the channel", || item.to_string());
            }
        }
    }
}

impl Watch {
    /// I7: an IMEI that is not registered an hour after it was due is shown, or was put aside.
    fn lines_are_shown_when_late(&mut self, world: &World, order: &Order, package: &Package) {
        let is_late = |line: &domain::Line| {
            let is_open = matches!(line.state, LineState::Open(_));
            is_open && world.now().since(line.tries.since) >= DELAYED + APART
        };
        let is_put_aside = package.resolved.contains(&Mark::Delayed);
        let is_closed = package.state.is_closed();
        if package.lines.values().any(is_late)
            && order.attention_since.is_none()
            && !is_put_aside
            && !is_closed
        {
            self.is_wrong("I7: an IMEI that is late is shown", || order.key.to_string());
        }
    }

    /// "Ship date": never before the label, whatever a scan says.
    fn ships_no_earlier_than_its_label(&mut self, former: Option<&Package>, package: &Package) {
        let was_locked = former.is_some_and(|former| former.lock().is_some());
        let Some(lock) = package.lock().filter(|_| !was_locked) else { return };
        let Some(label) = locked(package) else { return };
        if lock.ship_date.plus(APART) < label.labeled_at.min(label.received_at) {
            let what = format!("{} for label {} of {}", lock.ship_date, label.id, label.labeled_at);
            self.is_wrong("nothing ships before its label", || what);
        }
    }

    /// D1: where the channel can be asked, or the identical request repeated, a doubt lives for a day before a person must
    /// look: a marketplace that is away for an hour leaves nothing to people.
    fn doubts_live_for_a_day(
        &mut self,
        world: &World,
        sale: usize,
        former: Option<&Package>,
        (order, id, package): (&Order, u8, &Package),
    ) {
        let was = former.is_some_and(is_unresolved);
        let Some(Stage::Unresolved { at, why, former: shown }) = package.state.stage() else {
            return;
        };
        if let Some(number) = shown.as_ref().filter(|_| !was) {
            if !self.released_again.contains(&(sale, number.to_string())) {
                let what = format!("{number}, package {id}");
                self.is_wrong("a former number is one that the channel showed as such", || what);
            }
            let seen = self.orders[sale].packages.get(&id);
            let said = seen.and_then(|seen| seen.said.as_ref());
            let label = locked(package).map(|label| label.id.as_str());
            if said.is_some_and(|(of, said)| Some(of.as_str()) == label && *said == number.as_str())
            {
                let what = format!("{number}, package {id}");
                self.is_wrong("a person is asked once about a former number", || what);
            }
            return;
        }
        let facts = self.plan.accounts[self.orders[sale].account].channel.facts();
        let is_replaced = |label: &domain::Label| {
            let current = package.label.as_ref().filter(|l| !package.voided.contains(&l.id));
            current.is_none_or(|current| current.tracking != label.tracking)
        };
        if was
            || !(facts.read_back == ReadBack::Possible || self.is_repeat_safe(sale))
            || self.is_a_persons(world, sale, (order, id))
            || why.as_str().starts_with("gave_up")
            || locked(package).is_none_or(is_replaced)
        {
            return;
        }
        let seen = self.orders[sale].packages.get(&id);
        let first = seen.and_then(Seen::first_doubtful);
        if first.is_some_and(|first| at.since(first) < SignedDuration::from_hours(24) - APART) {
            let what = format!("after {:#}: {why}", at.since(first.unwrap_or(*at)));
            self.is_wrong("D1: what may be repeated is not left to a person within a day", || what);
        }
    }
}

impl Watch {
    /// Whether what nobody knows is for a person at once: the channel says that it has shipped, and not by which number; or
    /// it cannot be asked, and the request may be repeated no more.
    fn is_a_persons(&self, world: &World, sale: usize, (order, id): (&Order, u8)) -> bool {
        let account = self.orders[sale].account;
        if self.plan.accounts[account].channel.facts().read_back == ReadBack::Impossible {
            let seen = self.orders[sale].packages.get(&id);
            return order.cancelled.is_some()
                || seen.is_some_and(|seen| seen.sent.iter().any(|sent| sent.is_proven));
        }
        let shops = world.shops.borrow();
        order.channel == Channel::Groupon
            && !shops.held(account, &self.plan.sales[sale].order).is_empty()
    }
}

fn is_unresolved(package: &Package) -> bool {
    matches!(package.state.stage(), Some(Stage::Unresolved { .. }))
}

fn is_confirmed(package: &Package) -> bool {
    matches!(package.state.stage(), Some(Stage::Confirmed { .. }))
}

fn is_by_person(state: &State) -> bool {
    state.is_closed()
        || matches!(state.stage(), Some(Stage::Confirmed { by: Evidence::Person, .. }))
}

/// Whether it stands otherwise than before. The label that a lock keeps may be named once there is another.
fn is_ended_anew(former: &State, state: &State) -> bool {
    match (former.stage(), state.stage()) {
        (Some(before), Some(after)) => before != after,
        (None, Some(_)) | (Some(_), None) => true,
        (None, None) => former != state,
    }
}

/// A timer, a named fact that is waited for, or the attention list.
fn is_remembered(order: &Order, package: &Package) -> bool {
    let (has_timer, is_shown) = (order.due_at.is_some(), order.attention_since.is_some());
    let is_closed = package.state.is_closed();
    let lines = package.lines.values().all(|line| match &line.state {
        LineState::Open(_) => has_timer,
        LineState::Done { .. } => true,
        LineState::Failed { .. } => is_shown || !package.resolved.is_empty() || is_closed,
    });
    lines
        && match &package.state {
            State::Ready(_) | State::Waiting(WaitingFor::Imeis { .. }) => has_timer,
            State::Held(_)
            | State::Rejected(_)
            | State::Withheld(Withheld::OneTrackingPerOrder) => is_shown,
            State::Waiting(WaitingFor::Label | WaitingFor::Movement)
            | State::Withheld(Withheld::Cancelled | Withheld::Never)
            | State::Closed { .. } => true,
            State::Sent(sent) => match sent.stage {
                Stage::Open(_) => has_timer,
                Stage::Conflict { .. } | Stage::Unresolved { .. } => is_shown,
                Stage::Confirmed { .. } | Stage::Closed { .. } => true,
            },
        }
}
