//! What a person may do (rule T6), and from which state. Nothing sends from `conflict` or `one_tracking_per_order`.

use super::claim::locked_label;
use super::decide::{current, is_place_taken};
use super::facts::{keep_numbers, tidy};
use super::label_doubts::{former_moves, is_disputed};
use super::outcome::once_confirmed;
use super::waits::pending_now;
use super::{Action, LabelChoice, Refusal, Resolution, ShownImeis, looks};
use crate::guard::{Guard, guarded};
use crate::tracking::insert_movement;
use crate::{
    Attempt, Chosen, Evidence, Facts, Held, Label, Mark, Moment, Order, Package, PackageId, Person,
    Proof, Ready, RefusedWish, SendNow, Sent, Stage, State, Tries, WaitingFor, Wish, Withheld,
};
use std::collections::BTreeSet;

/// Does what a person asks for, or says what is possible instead.
pub(super) fn act(
    order: &mut Order,
    id: &PackageId,
    action: &Action,
    person: &Person,
    now: Moment,
) -> Result<(), Refusal> {
    let takes_imeis = order.channel.facts().takes_imeis;
    let marks = super::marks::active(order, id);
    let possible = possible(order, id);
    let wish = order.wish;
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    if !possible.contains(action) {
        return Err(not_now(package, &possible));
    }
    let from = possible_from(package, action, order.channel.facts());
    if let Some(from) = from.filter(|from| now < *from && guarded(Guard::PersonWaits)) {
        return Err(Refusal::TooEarly { from });
    }
    match action {
        Action::SendNow => send_now(package, wish, person),
        Action::Hold => package.hold = Some(person.clone()),
        Action::Release => release(package, wish, person, now),
        Action::UseLabel(choice) => use_label(package, choice, person),
        Action::Retry => start_anew(package, now),
        Action::Look => looks::ask_for(package, now),
        Action::Resolve(resolution) => resolve(package, *resolution, marks, takes_imeis, now),
    }
    Ok(())
}

/// What a person can do about a package in its state.
pub fn possible(order: &Order, id: &PackageId) -> Vec<Action> {
    let marks = super::marks::active(order, id);
    let Some(package) = order.packages.get(id) else { return Vec::new() };
    let is_possible = |action: &Action| is_possible(order, id, action, &marks);
    let plain = Action::WITHOUT_CHOICE.into_iter().filter(is_possible);
    plain.chain(choices(order, package).into_iter().map(Action::UseLabel)).collect()
}

/// From when an action is possible, where its state alone does not allow it yet. What was sent may still be applied, so nobody
/// can say before then that the channel has nothing.
pub(crate) fn possible_from(package: &Package, action: &Action, facts: Facts) -> Option<Moment> {
    let Some(Stage::Unresolved { at, .. }) = package.state.stage() else { return None };
    (*action == Action::Resolve(Resolution::NothingThere)).then(|| at.plus(facts.quarantine))
}

fn is_possible(order: &Order, id: &PackageId, action: &Action, marks: &BTreeSet<Mark>) -> bool {
    let Some(package) = order.packages.get(id) else { return false };
    let is_before_claim = is_before_claim(&package.state);
    match action {
        Action::SendNow => {
            is_sendable(&package.state)
                && current(package).is_some()
                && !is_doubtful(order, package)
                && package
                    .observed()
                    .is_none_or(|observed| !is_place_taken(order, id) && !observed.is_told())
        }
        Action::Hold => is_before_claim && package.hold.is_none(),
        Action::Release => {
            let is_to_be_let_go = package.hold.is_some()
                || is_stopped(package)
                || is_held_for_wish(package)
                || !is_disputed(package) && former_moves(order, package);
            is_before_claim && is_to_be_let_go
        }
        Action::UseLabel(choice) => choices(order, package).contains(choice),
        Action::Retry => matches!(package.state, State::Rejected(_)),
        Action::Look => looks::looked_at(order, id).is_some(),
        Action::Resolve(Resolution::Confirmed) => {
            needs_a_person(&package.state) || !marks.is_empty()
        }
        // Without this a rejection, and a package whose order has its one number, would be in the attention list for good.
        Action::Resolve(Resolution::Closed) => is_closable(&package.state) || !marks.is_empty(),
        Action::Resolve(Resolution::NothingThere) => {
            matches!(package.state.stage(), Some(Stage::Unresolved { .. }))
                || marks.contains(&Mark::NotShown)
        }
    }
}

/// Whether a person must say first by which label it goes.
fn is_doubtful(order: &Order, package: &Package) -> bool {
    is_disputed(package) || former_moves(order, package)
}

/// The labels that a person may choose from, in each telling that is kept: where it is doubtful which is the right one, and
/// where the current one was voided. A voided label is none of them, nor what counts already.
fn choices(order: &Order, package: &Package) -> Vec<LabelChoice> {
    let is_voided = package.label.is_some() && current(package).is_none();
    if !is_before_claim(&package.state) || !(is_voided || is_doubtful(order, package)) {
        return Vec::new();
    }
    let labels = package.labels().filter(|label| !package.voided.contains(&label.id));
    let tellings = labels.flat_map(|label| {
        label
            .tellings()
            .map(|telling| LabelChoice { label: label.id.clone(), event: telling.event.clone() })
    });
    tellings.collect()
}

/// What sends over timing, cancellation and missing IMEIs; never from `conflict` or `one_tracking_per_order`.
const fn is_sendable(state: &State) -> bool {
    match state {
        State::Waiting(
            WaitingFor::Movement
            | WaitingFor::ShipDay { .. }
            | WaitingFor::SendAfter { .. }
            | WaitingFor::Imeis { .. },
        )
        | State::Held(
            Held::ImeisMissing | Held::Person | Held::ItemsCancelled | Held::CancelRequested,
        )
        | State::Withheld(Withheld::Never | Withheld::Cancelled)
        | State::Observed(_) => true,
        State::Waiting(WaitingFor::Label)
        | State::Held(Held::LabelDisputed | Held::ReplacedLabelMoves)
        | State::Withheld(Withheld::OneTrackingPerOrder)
        | State::Ready(_)
        | State::Rejected(_)
        | State::Closed { .. }
        | State::Sent(_) => false,
    }
}

/// Whether it is withheld because `never` stopped its label, which has a timing of its own (rule T5).
fn is_stopped(package: &Package) -> bool {
    matches!(package.state, State::Withheld(Withheld::Never))
        && current(package).is_some_and(Label::is_releasable)
}

const fn is_before_claim(state: &State) -> bool {
    match state {
        State::Waiting(_) | State::Held(_) | State::Withheld(_) | State::Ready(_) => true,
        State::Rejected(_) | State::Closed { .. } | State::Observed(_) | State::Sent(_) => false,
    }
}

/// Whether only a person can say what the channel has.
pub(crate) fn needs_a_person(state: &State) -> bool {
    matches!(state.stage(), Some(Stage::Conflict { .. } | Stage::Unresolved { .. }))
}

/// Whether a person can close it for good. In other states they deal with its marks only.
pub(crate) fn is_closable(state: &State) -> bool {
    needs_a_person(state)
        || matches!(state, State::Rejected(_) | State::Withheld(Withheld::OneTrackingPerOrder))
}

/// Makes a package due from now on, with nothing left of former tries. Settling corrects that where the facts say otherwise.
fn start_anew(package: &mut Package, now: Moment) {
    package.state = State::Ready(Ready { tries: Tries::from(now), pending: pending_now(now) });
}

/// Whether it is held because the buyer wishes to cancel (rule S5).
const fn is_held_for_wish(package: &Package) -> bool {
    matches!(package.state, State::Held(Held::CancelRequested))
}

/// Ends a person's hold. Where there is none, it refuses the wish to cancel that holds the package, or puts a label that `never`
/// stopped under its own timing again; and where none of these is the case, it says that the label is the right one although a
/// former one's parcel moves.
fn release(package: &mut Package, wish: Option<Wish>, person: &Person, now: Moment) {
    if package.hold.take().is_some() {
        return;
    }
    if is_held_for_wish(package) {
        let refused = |wish: Wish| RefusedWish { told_at: wish.at, person: person.clone() };
        package.refused_wish = wish.map(refused);
        return;
    }
    if !is_stopped(package) {
        if let Some(label) = &mut package.label {
            label.is_right = true;
        }
        return;
    }
    if let Some(label) = &mut package.label {
        (label.stopped, label.released) = (false, Some(now));
    }
}

/// From now on the parcel goes by this telling of this label, until another label is made. A label may have been made ahead of
/// the person's word.
fn use_label(package: &mut Package, choice: &LabelChoice, person: &Person) {
    let until = package.labels().map(Label::made_last).chain([person.at]).max();
    keep_numbers(package);
    let Some(label) = package.label_mut(&choice.label) else { return };
    let Some(telling) = label.telling_of(&choice.event).cloned() else { return };
    label.settle(telling);
    label.is_right = true;
    let (label, until) = (choice.label.clone(), until.unwrap_or(person.at));
    package.chosen = Some(Chosen { label, until, person: person.clone() });
    package.send_now = None;
    package.elect();
    tidy(package);
}

fn send_now(package: &mut Package, wish: Option<Wish>, person: &Person) {
    let label = current(package).map(|label| label.id.clone());
    let despite_wish = wish.filter(|wish| wish.is_wished).map(|wish| wish.at);
    package.send_now = label.map(|label| SendNow { label, person: person.clone(), despite_wish });
    package.hold = None;
    if package.observed().is_some() {
        package.state = State::Waiting(WaitingFor::Label);
    }
}

fn resolve(
    package: &mut Package,
    resolution: Resolution,
    marks: BTreeSet<Mark>,
    takes_imeis: bool,
    now: Moment,
) {
    match resolution {
        Resolution::NothingThere => {
            keep_former(package);
            keep_proof(package);
            package.not_shown = None;
            start_anew(package, now);
        }
        Resolution::Confirmed if needs_a_person(&package.state) => {
            // A person looks at the number; which IMEIs are there shows when they are registered.
            let shown = takes_imeis.then(ShownImeis::new);
            package.moves_to(Stage::Confirmed { at: now, by: Evidence::Person });
            once_confirmed(package, shown.as_ref(), now);
        }
        Resolution::Closed if is_closable(&package.state) => {
            if let State::Sent(sent) = &mut package.state {
                sent.stage = Stage::Closed { at: now };
            } else {
                package.state = State::Closed { at: now };
            }
        }
        Resolution::Confirmed if marks.contains(&Mark::NotShown) => {
            package.moves_to(Stage::Confirmed {
                at: confirmed_at(package, now),
                by: Evidence::Person,
            });
            package.not_shown = None;
            package.resolved.extend(marks);
        }
        Resolution::Confirmed | Resolution::Closed => package.resolved.extend(marks),
    }
}

/// Since when it is confirmed.
fn confirmed_at(package: &Package, now: Moment) -> Moment {
    let Some(Stage::Confirmed { at, .. }) = package.state.stage() else { return now };
    *at
}

/// Keeps the movement that was the proof of what goes out once more: so far it is in the lock alone.
fn keep_proof(package: &mut Package) {
    let Some(Proof::Movement(proof)) = package.lock().map(|lock| lock.proof.clone()) else {
        return;
    };
    let Some(label) = locked_label(package) else { return };
    let own = package.movements.iter().filter(|(number, _)| label.telling.is_known_by(number));
    let is_kept = own.flat_map(|(_, kept)| kept).any(|kept| kept.identity() == proof.identity());
    let number = label.telling.tracking.key();
    if !is_kept {
        insert_movement(package.movements.entry(number).or_default(), &proof);
    }
}

/// Keeps with the label that goes out now which former number a person saw at the channel.
fn keep_former(package: &mut Package) {
    if let Some(Stage::Unresolved { former: Some(former), .. }) = package.state.stage()
        && let Some(label) = &mut package.label
    {
        label.former = Some(former.clone());
    }
}

fn not_now(package: &Package, possible: &[Action]) -> Refusal {
    let mut names: Vec<&str> = possible.iter().map(Action::name).collect();
    names.dedup();
    let allowed = if names.is_empty() { vec![none(&package.state)] } else { names };
    Refusal::NotNow { state: name(package), allowed }
}

/// Why nothing is possible, and what has to happen first.
fn none(state: &State) -> &'static str {
    match state.stage() {
        Some(Stage::Open(Attempt::Sending { .. })) => "none until its outcome is known",
        Some(Stage::Open(Attempt::InDoubt(_))) => "none until the channel was asked",
        Some(Stage::Confirmed { .. }) => "resolve, when it has a mark",
        Some(
            Stage::Open(Attempt::Pending(_))
            | Stage::Conflict { .. }
            | Stage::Unresolved { .. }
            | Stage::Closed { .. },
        )
        | None => "none",
    }
}

const fn name(package: &Package) -> &'static str {
    match &package.state {
        State::Waiting(WaitingFor::Label) => "waiting for a label",
        State::Held(Held::Person) => "held by a person",
        State::Held(Held::ImeisMissing) => "held for its IMEIs",
        State::Held(Held::LabelDisputed) => "held, for its label is disputed",
        State::Held(Held::ReplacedLabelMoves) => "held, for a former label's parcel moves",
        State::Held(Held::ItemsCancelled) => "held, for lines of it were cancelled",
        State::Held(Held::CancelRequested) => "held, for the buyer wishes to cancel",
        State::Withheld(Withheld::OneTrackingPerOrder) => "withheld (one tracking per order)",
        State::Sent(Sent { stage, .. }) => match stage {
            Stage::Open(Attempt::Pending(_)) => "ready to be repeated",
            Stage::Open(Attempt::InDoubt(_)) => "in doubt",
            Stage::Conflict { .. } => "in conflict",
            Stage::Open(Attempt::Sending { .. })
            | Stage::Confirmed { .. }
            | Stage::Unresolved { .. }
            | Stage::Closed { .. } => package.state.name(),
        },
        State::Waiting(_)
        | State::Ready(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. } => package.state.name(),
    }
}
