//! What must hold of an order after each save, whoever saved.

use super::requests::has_device;
use super::{DismissedNumber, PackageRecord, ParcelId, SavedPackage, Watch, locked};
use crate::world::{Function, Sandbox, World};
use domain::{
    Channel, Evidence, Held, Label, LineState, Mark, Order, Package, ReadBack, Stage, State, Text,
    WaitingFor, Withheld,
};
use jiff::SignedDuration;

const WINDOW: SignedDuration = SignedDuration::from_mins(60);
const GRACE: SignedDuration = SignedDuration::from_mins(5);
/// How long after it was due a package or an IMEI is late.
const DELAYED: SignedDuration = SignedDuration::from_hours(1);
const APART: SignedDuration = SignedDuration::from_secs(10);

impl Watch {
    /// Checks each package of an order that was saved.
    pub(super) fn check_saved(
        &mut self,
        world: &World,
        by: &Sandbox,
        before: Option<&Order>,
        after: &Order,
    ) {
        let Some(sale) = self.sale_of_key(&after.key) else { return };
        for (id, package) in &after.packages {
            let parcel = ParcelId::new(sale, id);
            let former = before.and_then(|before| before.packages.get(id)).map(Box::as_ref);
            let saved = SavedPackage { parcel, before, former, order: after, package };
            let of = || format!("{}, package {id}", after.key);
            if !is_remembered(after, package) {
                self.report("D2: what is not over has a timer, or is shown", || {
                    format!("{} in {:?}", of(), package.state)
                });
            }
            if let (Some(was), Some(is)) = (former.and_then(locked), locked(package))
                && was.telling.tracking != is.telling.tracking
            {
                self.report("L1: a locked number stays", || {
                    format!("{}: {} became {}", of(), was.telling.tracking, is.telling.tracking)
                });
            }
            let was_unresolved = former.is_some_and(is_unresolved);
            let is_unresolved = is_unresolved(package);
            if (is_by_person(&package.state) || was_unresolved && !is_unresolved)
                && former.is_none_or(|former| is_ended_anew(&former.state, &package.state))
                && by.function != Function::Api
            {
                self.report("only a person ends what is in doubt by their word", of);
            }
            if was_unresolved && !is_unresolved && !is_by_person(&package.state) {
                let asked = match former.and_then(|former| former.state.stage()) {
                    Some(Stage::Unresolved { former, .. }) => former.as_ref().map(Text::as_str),
                    Some(_) | None => None,
                };
                let label = package.label.as_ref().map(|label| label.id.as_str());
                self.nothing_there(parcel, label, asked);
            }
            if let Some(Stage::Confirmed { by: evidence, .. }) = package.state.stage()
                && former.and_then(evidence_of) != Some(*evidence)
            {
                self.confirmed(world, saved, *evidence);
            }
            self.check_shown(by, saved, id);
            self.check_looks(by, saved);
            self.check_observed(saved);
            self.check_terms(by, saved);
            self.check_right(saved);
            self.check_imei_deadline(after, package);
            self.check_done_lines(world, saved);
            self.check_late_lines(world, after, package);
            self.check_ship_date(former, package);
            self.check_unresolved(world, saved);
        }
    }

    /// D3: confirmed means that the channel has, or had, our number.
    fn confirmed(&mut self, world: &World, saved: SavedPackage<'_>, evidence: Evidence) {
        let ParcelId { sale, package } = saved.parcel;
        let ours = locked(saved.package)
            .map(|label| label.telling.tracking.as_str().to_owned())
            .unwrap_or_default();
        let order = &self.orders[sale];
        let was_applied = || {
            let record = order.packages.get(&package);
            record
                .is_some_and(|s| s.sent.iter().any(|s| s.is_applied && s.submission.number == ours))
        };
        let shops = world.shops.borrow();
        let held = shops.held(order.account, &self.plan.sales[sale].order);
        // S8: "What Amazon took" may not be stored.
        let is_lost = order.packages.get(&package).is_some_and(|record| record.is_lost);
        let is_taken = is_lost && evidence == Evidence::Accepted;
        let was_entered = shops.was_entered(order.account, &self.plan.sales[sale].order, &ours);
        let is_there = held.iter().any(|(number, _)| *number == ours)
            || was_applied()
            || is_taken
            || was_entered;
        if !is_there && evidence != Evidence::Person {
            let key = order.key.clone();
            self.report("D3: what is confirmed is at the channel", || {
                format!("{ours} of {key}, package {package}, {evidence:?}; it has {held:?}")
            });
        }
    }

    /// L8: a label that a person called the right one is held for no former one.
    fn check_right(&mut self, saved: SavedPackage<'_>) {
        let Some(label) = &saved.package.label else { return };
        let is_held = matches!(saved.package.state, State::Held(Held::ReplacedLabelMoves));
        if is_held && self.is_chosen(saved.parcel, label.id.as_str()) {
            let details = format!("label {} of {}", label.id, saved.order.key);
            self.report("L8: the label that a person chose is held for no former one", || details);
        }
    }

    /// T4: a label keeps the settings that were in force when it was first handled.
    fn check_terms(&mut self, by: &Sandbox, saved: SavedPackage<'_>) {
        for label in saved.package.labels() {
            self.check_terms_of(by, saved, label);
        }
    }

    fn check_terms_of(&mut self, by: &Sandbox, saved: SavedPackage<'_>, label: &Label) {
        let mut former = saved.former.into_iter().flat_map(Package::labels);
        let was = former.find(|was| was.id == label.id);
        if let Some(was) = was {
            if was.terms != label.terms {
                let details =
                    format!("{:?} became {:?}, label {}", was.terms, label.terms, label.id);
                self.report("T4: a label keeps its settings", || details);
            }
            return;
        }
        let settings = &self.settings[self.orders[saved.parcel.sale].account];
        let began = by.started_at.get();
        let first = settings.iter().rposition(|(since, _)| *since <= began).unwrap_or(0);
        let is_then = |partner: &domain::Partner| {
            partner.timing == label.terms.timing
                && self.has_watch_of(saved.parcel, label, partner)
                && label.terms.imei.is_none_or(|terms| terms.missing == partner.missing_imei)
        };
        if !settings[first..].iter().any(|(_, partner)| is_then(partner)) {
            let details = format!("{:?} of label {}", label.terms, label.id);
            self.report("T4: a label is under the settings of its time", || details);
        }
    }

    /// I3: the wait for IMEIs counts from the label's time, not from its arrival.
    fn check_imei_deadline(&mut self, order: &Order, package: &Package) {
        let State::Waiting(WaitingFor::Imeis { deadline, .. }) = package.state else { return };
        let labels = || order.packages.values().filter_map(|package| package.label.as_ref());
        let latest = labels()
            .map(|label| label.telling.labeled_at.plus(WINDOW))
            .chain(labels().filter_map(|label| label.telling.ships_on))
            .chain(labels().map(|label| label.received_at.plus(GRACE)))
            .max();
        if latest.is_some_and(|latest| deadline > latest.plus(APART)) {
            self.report("I3: the wait for IMEIs begins with the label", || {
                format!("{}: until {deadline}", order.key)
            });
        }
    }

    /// I7: an IMEI that is `done` is at the channel.
    fn check_done_lines(&mut self, world: &World, saved: SavedPackage<'_>) {
        let SavedPackage { parcel: ParcelId { sale, .. }, former, package, .. } = saved;
        for (item, line) in &package.lines {
            let was_done = former
                .and_then(|former| former.lines.get(item))
                .is_some_and(|line| matches!(line.state, LineState::Done { .. }));
            if !matches!(line.state, LineState::Done { .. }) || was_done {
                continue;
            }
            let shops = world.shops.borrow();
            let order = &self.plan.sales[sale].order;
            let held = shops.device(self.orders[sale].account, order, item.as_str());
            if !has_device(&held, &line.device) {
                self.report("I7: what is registered is at the channel", || item.to_string());
            }
        }
    }
}

impl Watch {
    /// I7: an IMEI that is not registered an hour after it was due is shown, unless a person has dealt with the mark.
    fn check_late_lines(&mut self, world: &World, order: &Order, package: &Package) {
        let is_late = |line: &domain::Line| {
            let is_open = matches!(line.state, LineState::Open(_));
            is_open && world.now().since(line.tries.since) >= DELAYED + APART
        };
        let is_dealt_with = package.resolved.contains(&Mark::Delayed);
        let is_closed = package.state.is_closed();
        if package.lines.values().any(is_late)
            && order.attention_since.is_none()
            && !is_dealt_with
            && !is_closed
        {
            self.report("I7: an IMEI that is late is shown", || order.key.to_string());
        }
    }

    /// "Ship date": it is never before the label, whatever a scan says.
    fn check_ship_date(&mut self, former: Option<&Package>, package: &Package) {
        let was_locked = former.is_some_and(|former| former.lock().is_some());
        let Some(lock) = package.lock().filter(|_| !was_locked) else { return };
        let Some(label) = locked(package) else { return };
        if lock.ship_date.plus(APART) < label.telling.labeled_at.min(label.received_at) {
            let details = format!(
                "{} for label {} of {}",
                lock.ship_date, label.id, label.telling.labeled_at
            );
            self.report("nothing ships before its label", || details);
        }
    }

    /// P11c and P11j: what may make a package unresolved.
    ///
    /// Where the channel can be asked, or the identical request repeated, a doubt lives for a day before a person must look.
    /// A marketplace that is away for an hour leaves nothing to people.
    fn check_unresolved(&mut self, world: &World, saved: SavedPackage<'_>) {
        let SavedPackage { parcel, former, package, .. } = saved;
        let ParcelId { sale, package: id } = parcel;
        let was = former.is_some_and(is_unresolved);
        let Some(Stage::Unresolved { at, why, former: shown }) = package.state.stage() else {
            return;
        };
        if let Some(number) = shown.as_ref().filter(|_| !was) {
            if !self.released_again.contains(&(sale, number.to_string())) {
                let details = format!("{number}, package {id}");
                self.report("a former number is one that the channel showed as such", || details);
            }
            let dismissed = self.record(parcel).and_then(|record| record.dismissed.as_ref());
            let label = locked(package).map(|label| label.id.as_str());
            let is_it = |word: &DismissedNumber| {
                Some(word.label.as_str()) == label && word.number == number.as_str()
            };
            if dismissed.is_some_and(is_it) {
                let details = format!("{number}, package {id}");
                self.report("a person is asked once about a former number", || details);
            }
            return;
        }
        let facts = self.plan.accounts[self.orders[sale].account].channel.facts();
        let is_replaced = |label: &Label| {
            let current = package.label.as_ref().filter(|l| !package.voided.contains(&l.id));
            current.is_none_or(|current| current.telling.tracking != label.telling.tracking)
        };
        // A2: "where nobody can be asked it is `unresolved` at once"; what was in doubt in a backup may have been so for long.
        if was
            || self.restored_at.is_some()
            // A3: "where nobody can be asked it is `unresolved`".
            || self.has_observed(sale)
            || !(facts.read_back == ReadBack::Possible || self.is_repeat_safe(sale))
            || self.is_a_persons(world, saved)
            || why.as_str().starts_with("gave_up")
            || locked(package).is_none_or(is_replaced)
            || package.label.as_ref().is_some_and(|label| label.disputed.is_some())
        {
            return;
        }
        let first = self.record(parcel).and_then(PackageRecord::first_doubtful);
        if first.is_some_and(|first| at.since(first) < SignedDuration::from_hours(24) - APART) {
            let details = format!("after {:#}: {why}", at.since(first.unwrap_or(*at)));
            self.report("D1: what may be repeated is not left to a person within a day", || {
                details
            });
        }
    }
}

impl Watch {
    /// Whether a doubt is for a person at once: the channel says that the order has shipped, and not by which number; or the
    /// channel cannot be asked, and the request may be repeated no more.
    fn is_a_persons(&self, world: &World, saved: SavedPackage<'_>) -> bool {
        let SavedPackage { parcel, order, .. } = saved;
        let account = self.orders[parcel.sale].account;
        if self.plan.accounts[account].channel.facts().read_back == ReadBack::Impossible {
            let record = self.record(parcel);
            return order.cancelled.is_some()
                || self.has_cuts(parcel.sale)
                || record.is_some_and(|record| record.sent.iter().any(|sent| sent.is_proven));
        }
        let shops = world.shops.borrow();
        order.channel == Channel::Groupon
            && !shops.held(account, &self.plan.sales[parcel.sale].order).is_empty()
    }
}

fn is_unresolved(package: &Package) -> bool {
    matches!(package.state.stage(), Some(Stage::Unresolved { .. }))
}

fn evidence_of(package: &Package) -> Option<Evidence> {
    match package.state.stage() {
        Some(Stage::Confirmed { by, .. }) => Some(*by),
        _ => None,
    }
}

fn is_by_person(state: &State) -> bool {
    state.is_closed()
        || matches!(state.stage(), Some(Stage::Confirmed { by: Evidence::Person, .. }))
}

/// Whether the state differs from the one before. The label that a lock keeps may be named once there is another label.
fn is_ended_anew(former: &State, state: &State) -> bool {
    match (former.stage(), state.stage()) {
        (Some(before), Some(after)) => before != after,
        (None, Some(_)) | (Some(_), None) => true,
        (None, None) => former != state,
    }
}

/// Whether the package has a timer, waits for a named fact, or is in the attention list.
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
            State::Ready(_)
            | State::Waiting(
                WaitingFor::Imeis { .. }
                | WaitingFor::ShipDay { .. }
                | WaitingFor::SendAfter { .. },
            ) => has_timer,
            State::Held(_)
            | State::Rejected(_)
            | State::Withheld(Withheld::OneTrackingPerOrder) => is_shown,
            // S4: what waits is shown, or has a timer, where its partner wants to be told.
            State::Waiting(WaitingFor::Label | WaitingFor::Movement) => {
                let is_told = |label: &Label| label.terms.watch.silent_hours.hours().is_some();
                let is_told = package.label.as_ref().is_some_and(is_told);
                !is_told || has_timer || is_shown || !package.resolved.is_empty()
            }
            State::Withheld(Withheld::Cancelled | Withheld::Never)
            | State::Observed(_)
            | State::Closed { .. } => true,
            State::Sent(sent) => match sent.stage {
                Stage::Open(_) => has_timer,
                Stage::Conflict { .. } | Stage::Unresolved { .. } => is_shown,
                Stage::Confirmed { .. } | Stage::Closed { .. } => true,
            },
        }
}
