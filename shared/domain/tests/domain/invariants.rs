//! What must hold after each step, whatever the step was.

use crate::build::*;
use domain::{
    Action, Attempt, Claim, Confirming, Decision, Effect, Evidence, Held, ImeiList, ImeiTerms,
    Input, ItemId, Label, Line, LineState, Moment, Order, OrderShown, Outcome, Package, PackageId,
    ReadBack, Reading, Resolution, Sent, SilenceFlag, Stage, State, Submission, Target, Text,
    Timing, WaitingFor, Withheld, Work, step, submission, work,
};
use jiff::SignedDuration;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Checked = Result<(), TestCaseError>;

const QUARANTINE: SignedDuration = SignedDuration::from_mins(15);
const DAY_BEFORE: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn check(before: &Order, input: &Input, decision: &Decision, now: Moment) -> Checked {
    let after = &decision.order;
    redelivery_is_silent(input, decision, now)?;
    prop_assert_eq!(&step(after.clone(), &tick(), now).order, after, "time has no more to say");
    prop_assert_eq!(&step(after.clone(), &tick(), now).effects, &vec![]);
    prop_assert!(after.due_at.is_none_or(|due| due > now), "a timer is ahead");
    prop_assert!(after.timeline.len() <= domain::TIMELINE_MAX);
    no_imei_is_told(decision)?;
    at_most_one_is_sent(after)?;
    for (id, package) in &after.packages {
        lock_stays(before, after, id)?;
        is_never_forgotten(after, package)?;
        ready_has_its_reason(after, package, now)?;
        what_the_channel_has_stays(before.packages.get(id).map(Box::as_ref), package)?;
    }
    Ok(())
}

fn redelivery_is_silent(input: &Input, decision: &Decision, now: Moment) -> Checked {
    let (Input::Label { .. }
    | Input::Void(_)
    | Input::Cancel(_)
    | Input::Updated(_)
    | Input::Moved { .. }
    | Input::Imei(_)) = input
    else {
        return Ok(());
    };
    let again = step(decision.order.clone(), input, now);
    prop_assert_eq!(&again.order, &decision.order);
    let is_ring = |effect: &Effect| matches!(effect, Effect::Ring { .. });
    prop_assert!(again.effects.iter().all(is_ring));
    prop_assert_eq!(&again.refused, &decision.refused);
    Ok(())
}

fn no_imei_is_told(decision: &Decision) -> Checked {
    let order = &decision.order;
    if order
        .imeis
        .values()
        .any(|list| list.entries.iter().any(|phone| phone.has(&IMEIS[0].parse().unwrap())))
    {
        let told = format!("{:?}", decision.effects);
        prop_assert!(!told.contains(IMEIS[0]), "{}", told);
    }
    Ok(())
}

fn at_most_one_is_sent(order: &Order) -> Checked {
    let sending = order.packages.values().filter(|package| package.state.is_sending());
    prop_assert!(sending.count() <= 1);
    if order.channel.facts().confirming == Confirming::WholeOrder {
        prop_assert!(
            order.packages.values().filter(|package| package.lock().is_some()).count() <= 1
        );
    }
    Ok(())
}

/// What is frozen: everything that is submitted.
fn lock_stays(before: &Order, after: &Order, id: &PackageId) -> Checked {
    let is_locked = |order: &Order| order.packages.get(id).is_some_and(|p| p.lock().is_some());
    if is_locked(before) && is_locked(after) {
        // The order's other packages are only what a read is compared with.
        let frozen = |order: &Order| {
            submission(order, id, at(0))
                .map(|submission| Submission { siblings: BTreeSet::new(), ..submission })
        };
        prop_assert_eq!(frozen(before), frozen(after));
        let seal = |order: &Order| order.packages[id].lock().map(|lock| lock.seal.clone());
        prop_assert_eq!(seal(before), seal(after));
    }
    Ok(())
}

/// A timer, a named fact that is waited for, or the attention list.
fn is_never_forgotten(order: &Order, package: &Package) -> Checked {
    let (has_timer, is_shown) = (order.due_at.is_some(), order.attention_since.is_some());
    match &package.state {
        State::Ready(_)
        | State::Waiting(
            WaitingFor::Imeis { .. } | WaitingFor::ShipDay { .. } | WaitingFor::SendAfter { .. },
        ) => {
            prop_assert!(has_timer);
        }
        State::Held(_) | State::Rejected(_) | State::Withheld(Withheld::OneTrackingPerOrder) => {
            prop_assert!(is_shown);
        }
        State::Waiting(WaitingFor::Label | WaitingFor::Movement) => {
            let is_watched = |label: &Label| label.terms.watch.silent_hours.hours().is_some();
            let is_told = package.silence == Some(SilenceFlag::Told);
            prop_assert!(has_timer || is_told || !package.label.as_ref().is_some_and(is_watched));
        }
        State::Withheld(Withheld::Cancelled | Withheld::Never)
        | State::Observed(_)
        | State::Closed { .. } => {}
        State::Sent(sent) => match sent.stage {
            Stage::Open(_) => prop_assert!(has_timer),
            Stage::Conflict { .. } | Stage::Unresolved { .. } => prop_assert!(is_shown),
            Stage::Confirmed { .. } | Stage::Closed { .. } => {}
        },
    }
    for line in package.lines.values() {
        match &line.state {
            LineState::Open(_) => prop_assert!(has_timer),
            LineState::Done { .. } => {}
            LineState::Failed { .. } => {
                prop_assert!(is_shown || !package.resolved.is_empty() || package.state.is_closed());
            }
        }
    }
    Ok(())
}

fn current(package: &Package) -> Option<&Label> {
    package.label.as_ref().filter(|label| !package.voided.contains(&label.id))
}

/// Said again in other words than the core's: nothing is ready without what its timing asks for.
fn ready_has_its_reason(order: &Order, package: &Package, now: Moment) -> Checked {
    if package.state.pending().is_none() {
        return Ok(());
    }
    prop_assert!(package.hold.is_none());
    let Some(label) = current(package) else {
        return Err(TestCaseError::fail("ready without a label"));
    };
    if package.lock().is_some() || package.send_now.as_ref().is_some_and(|s| s.label == label.id) {
        return Ok(());
    }
    prop_assert!(order.cancelled.is_none());
    let wish = order.wish.filter(|wish| wish.is_wished);
    let refused_at = package.refused_wish.as_ref().map(|refused| refused.told_at);
    prop_assert!(wish.is_none_or(|wish| refused_at.is_some_and(|at| at >= wish.at)));
    no_more_than_remains(order, package)?;
    let is_its = |scan: &domain::Movement| {
        scan.status.is_movement() && label.telling.labeled_at.since(scan.occurred_at) <= DAY_BEFORE
    };
    let has_moved = label
        .telling
        .keys()
        .any(|key| package.movements.get(&key).is_some_and(|scans| scans.iter().any(is_its)));
    prop_assert!(label.disputed.is_none(), "ready by a label that is disputed");
    match label.timing() {
        Timing::Never => return Err(TestCaseError::fail("ready under never")),
        Timing::WhenTrackingShowsMovement => prop_assert!(has_moved),
        Timing::WhenTrackingIsAssigned => {
            prop_assert!(has_moved || label.terms.send_after.is_none_or(|at| at <= now));
        }
    }
    if order.channel != domain::Channel::BackMarket {
        return Ok(());
    }
    let current_labels = || order.packages.values().filter_map(|package| current(package));
    // Where several labels have a line that was cut, none of them is ready, so here a line is cut as a whole.
    let count = |id: &ItemId| -> u32 {
        let items = current_labels().flat_map(|label| &label.telling.items);
        let all = items.filter(|item| item.item_id == *id).map(|item| item.quantity).sum();
        order.remaining.get(id).map_or(all, |remaining| all.min(*remaining))
    };
    let items = || current_labels().flat_map(|label| &label.telling.items);
    let phones: BTreeSet<&ItemId> =
        items().filter(|item| item.requires_imei).map(|item| &item.item_id).collect();
    let needs_one = phones.iter().map(|item| count(item)).sum::<u32>() == 1;
    let is_missing = items().any(|item| {
        count(&item.item_id) == 1
            && (item.requires_imei && !has_one_phone(order, &item.item_id, needs_one)
                || item.requires_serial && !has_one_serial(order, &item.item_id))
    });
    if is_missing {
        let may_go_without = matches!(
            label.terms.imei,
            Some(ImeiTerms { missing: domain::MissingImei::SendWithout, .. })
        );
        prop_assert!(may_go_without);
        if label.terms.timing == Timing::WhenTrackingIsAssigned {
            let made = |label: &Label| label.telling.labeled_at.min(label.received_at);
            let earliest = current_labels().map(made).min().unwrap();
            prop_assert!(now.since(earliest) >= SignedDuration::from_hours(1));
        }
    }
    Ok(())
}

/// Rule L9, said again: what would go out and what went out is no more of a line than remains.
fn no_more_than_remains(order: &Order, package: &Package) -> Checked {
    let (id, _) = order.packages.iter().find(|(_, other)| ***other == *package).unwrap();
    let submitted = |id| submission(order, id, at(0)).map(|s| s.items).unwrap_or_default();
    let is_whole = order.channel.facts().confirming == Confirming::WholeOrder;
    let claimed = order.packages.iter().filter(|(_, other)| other.lock().is_some() && !is_whole);
    let all: Vec<domain::Item> =
        claimed.flat_map(|(id, _)| submitted(id)).chain(submitted(id)).collect();
    for item in submitted(id) {
        let of_line = all.iter().filter(|other| other.item_id == item.item_id);
        let pieces: u32 = of_line.map(|item| item.quantity).sum();
        let remaining = order.remaining.get(&item.item_id);
        prop_assert!(remaining.is_none_or(|remaining| pieces <= *remaining), "{:?}", item.item_id);
    }
    Ok(())
}

/// Rule I10: one entry, or two of one model where the order needs no other, and none of it on another line.
fn has_one_phone(order: &Order, item: &ItemId, needs_one: bool) -> bool {
    let Some(list) = order.imeis.get(item) else { return false };
    let texts = |list: &ImeiList| -> Vec<String> {
        list.entries.iter().cloned().map(String::from).collect()
    };
    let own = texts(list);
    let is_one = match own.as_slice() {
        [_] => true,
        [one, other] => needs_one && one.len() == 15 && other.len() == 15 && one[..8] == other[..8],
        _ => false,
    };
    let others = order.imeis.iter().filter(|(other, _)| *other != item);
    let others: Vec<String> = others.flat_map(|(_, list)| texts(list)).collect();
    let is_elsewhere = |imei: &str| others.iter().any(|other| other.contains(imei));
    is_one && !own.iter().flat_map(|phone| phone.split('/')).any(is_elsewhere)
}

/// Rule I11: one entry, and not that of another line.
fn has_one_serial(order: &Order, item: &ItemId) -> bool {
    let Some([serial]) = order.serials.get(item).map(|list| list.entries.as_slice()) else {
        return false;
    };
    !order.serials.iter().any(|(other, list)| other != item && list.entries.contains(serial))
}

fn what_the_channel_has_stays(former: Option<&Package>, package: &Package) -> Checked {
    let Some(former) = former else { return Ok(()) };
    let (was_not_shown, former) = (former.not_shown.is_some(), &former.state);
    let stage = package.state.stage();
    match former.stage() {
        // A person says that the channel has nothing of what it took and does not show.
        Some(Stage::Confirmed { .. }) if was_not_shown && stage.is_none() => {
            prop_assert_eq!(&package.not_shown, &None);
        }
        Some(Stage::Confirmed { at, by }) => {
            let Some(Stage::Confirmed { at: still, by: now }) = stage else {
                return Err(TestCaseError::fail(format!("{:?}", package.state)));
            };
            prop_assert_eq!(at, still);
            prop_assert!(by == now || *now != Evidence::Accepted);
        }
        Some(over @ Stage::Closed { .. }) => prop_assert_eq!(Some(over), stage),
        Some(Stage::Conflict { .. }) => {
            let is_over = matches!(
                stage,
                Some(Stage::Conflict { .. } | Stage::Confirmed { .. } | Stage::Closed { .. })
            );
            prop_assert!(is_over);
        }
        None if former.is_closed() => prop_assert_eq!(former, &package.state),
        Some(Stage::Open(_) | Stage::Unresolved { .. }) | None => {}
    }
    Ok(())
}

fn is_in_doubt(state: &State) -> bool {
    matches!(state.stage(), Some(Stage::Open(Attempt::InDoubt(_)) | Stage::Unresolved { .. }))
}

/// A claim whose outcome is not known, as an observer outside the core would note it.
#[derive(Debug)]
struct Unknown {
    since: Moment,
    hash: Option<Text>,
    absent: u32,
    is_proven: bool,
}

/// Watches that no claim follows an unknown outcome without proof.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    unknown: BTreeMap<PackageId, Unknown>,
}

impl Claims {
    pub(crate) fn follow(
        &mut self,
        before: &Order,
        input: &Input,
        decision: &Decision,
        now: Moment,
    ) -> Checked {
        if decision.refused.is_none() {
            self.follow_input(before, input)?;
        }
        for (id, package) in &decision.order.packages {
            let was_in_doubt =
                before.packages.get(id).is_some_and(|former| is_in_doubt(&former.state));
            let lock = package.lock().filter(|_| is_in_doubt(&package.state) && !was_in_doubt);
            if let Some(lock) = lock {
                let hash = lock.seal.as_ref().map(|seal| seal.hash.clone());
                let unknown = Unknown { since: now, hash, absent: 0, is_proven: false };
                self.unknown.insert(id.clone(), unknown);
            }
        }
        Ok(())
    }

    fn follow_input(&mut self, before: &Order, input: &Input) -> Checked {
        match input {
            Input::Claim(Claim { target: Target::Confirmation(id), seal, .. }) => {
                if let Some(unknown) = self.unknown.get(id) {
                    let locked = before.packages[id].lock().and_then(|lock| lock.seal.as_ref());
                    let is_safe = before.channel.facts().identical_is_safe
                        || locked.is_some_and(|locked| locked.is_deduped);
                    let is_identical = unknown.hash.as_ref() == Some(&seal.hash);
                    prop_assert!(unknown.is_proven || is_safe && is_identical);
                }
                self.unknown.retain(|other, unknown| other != id || !unknown.is_proven);
            }
            Input::Probe {
                target: Target::Confirmation(id),
                reading: Reading::Absent,
                asked_at,
                ..
            } => {
                if let Some(unknown) = self.unknown.get_mut(id) {
                    unknown.absent += 1;
                    unknown.is_proven =
                        unknown.absent >= 3 && asked_at.since(unknown.since) >= QUARANTINE;
                }
            }
            Input::Operator {
                package, action: Action::Resolve(Resolution::NothingThere), ..
            } => {
                self.unknown.remove(package);
            }
            Input::Label { .. }
            | Input::LabelRefused(_)
            | Input::PutAside { .. }
            | Input::Void(_)
            | Input::Cancel(_)
            | Input::Updated(_)
            | Input::Moved { .. }
            | Input::Imei(_)
            | Input::Twice { .. }
            | Input::Overused { .. }
            | Input::Tick
            | Input::Preflight { .. }
            | Input::Claim(_)
            | Input::Postpone { .. }
            | Input::Wait { .. }
            | Input::Park { .. }
            | Input::Outcome { .. }
            | Input::Probe { .. }
            | Input::Looked { .. }
            | Input::WaitToLook { .. }
            | Input::ParkLook { .. }
            | Input::Resumed
            | Input::Operator { .. } => {}
        }
        Ok(())
    }
}

/// From here on all goes well: the sweep looks when it is due, senders do what there is, channels accept. Nothing may be
/// left over that only time could help.
pub(crate) fn settles(mut order: Order, mut now: Moment) -> Checked {
    for _ in 0..400 {
        for task in work(&order, now) {
            order = served(order, &task, now);
        }
        let Some(due) = order.due_at else { break };
        now = due.max(now);
        order = step(order, &tick(), now).order;
    }
    prop_assert_eq!(order.due_at, None);
    for package in order.packages.values() {
        let is_over = match &package.state {
            State::Ready(_)
            | State::Waiting(
                WaitingFor::Imeis { .. }
                | WaitingFor::ShipDay { .. }
                | WaitingFor::SendAfter { .. },
            )
            | State::Sent(Sent { stage: Stage::Open(_), .. }) => false,
            State::Sent(Sent { stage: Stage::Unresolved { .. }, .. })
            | State::Held(
                Held::Person
                | Held::LabelDisputed
                | Held::ReplacedLabelMoves
                | Held::ItemsCancelled
                | Held::CancelRequested,
            ) => order.attention_since.is_some(),
            State::Waiting(WaitingFor::Label | WaitingFor::Movement)
            | State::Held(Held::ImeisMissing)
            | State::Withheld(_)
            | State::Rejected(_)
            | State::Observed(_)
            | State::Closed { .. }
            | State::Sent(_) => true,
        };
        prop_assert!(is_over, "{:?}", package.state);
        let is_in_doubt = |line: &Line| matches!(line.state, LineState::Open(Attempt::InDoubt(_)));
        if package.lines.values().any(is_in_doubt) {
            prop_assert_eq!(order.channel.facts().read_back, ReadBack::Possible);
        }
    }
    Ok(())
}

/// A look that shows nothing.
fn looked_through(order: Order, id: &PackageId, now: Moment) -> Order {
    let Some(submitted) = submission(&order, id, now) else { return order };
    let input = Input::Looked {
        package: id.clone(),
        tracking: submitted.tracking,
        fence: order.packages[id].fence,
        reading: Reading::Absent,
        shown: OrderShown::default(),
        asked_at: now,
    };
    step(order, &input, now).order
}

fn served(order: Order, task: &Work, now: Moment) -> Order {
    let steps = match task.clone() {
        Work::Submit(target) => {
            vec![claim_of(target.clone()), ended_of(target, Outcome::ACCEPTED)]
        }
        Work::Read(target) => vec![read_of(target, Reading::Absent)],
        Work::Look(id) => return looked_through(order, &id, now),
    };
    steps.into_iter().fold(order, |order, what| {
        let input = what.resolve(&order, now);
        step(order, &input, now).order
    })
}
