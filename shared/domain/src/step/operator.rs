//! What a person may do (rule T6), and from which state. Nothing sends from `conflict` or `one_tracking_per_order`.

use super::decide::current;
use super::outcome::confirm;
use super::{Action, Refusal, Resolution};
use crate::{
    Evidence, Held, Mark, Moment, Order, Package, PackageId, Person, SendNow, State, WaitingFor,
    Withheld,
};
use std::collections::BTreeSet;

/// Does what a person asks, or says what is possible instead.
pub(super) fn act(
    order: &mut Order,
    id: &PackageId,
    action: Action,
    person: &Person,
    now: Moment,
) -> Result<(), Refusal> {
    let marks = super::marks::active(order, id);
    let takes_imeis = order.channel.facts().takes_imeis;
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    match action {
        Action::SendNow => send_now(package, person),
        Action::Hold => hold(package, person),
        Action::Release => match package.hold.take() {
            Some(_) => Ok(()),
            None => Err(not_now(package)),
        },
        Action::Retry => {
            let State::Rejected(_) = package.state else { return Err(not_now(package)) };
            decide_anew(package);
            Ok(())
        }
        Action::Resolve(resolution) => resolve(package, (resolution, takes_imeis), marks, now),
    }
}

/// What settling then finds is decided from the facts, with nothing left of former tries.
fn decide_anew(package: &mut Package) {
    package.lock = None;
    package.attempts = None;
    package.due_since = None;
    package.state = State::Waiting(WaitingFor::Label);
}

fn send_now(package: &mut Package, person: &Person) -> Result<(), Refusal> {
    let is_possible = match package.state {
        State::Waiting(WaitingFor::Movement | WaitingFor::Imeis { .. })
        | State::Held(Held::ImeisMissing | Held::Person)
        | State::Withheld(Withheld::Never | Withheld::Cancelled) => true,
        State::Waiting(WaitingFor::Label)
        | State::Withheld(Withheld::OneTrackingPerOrder)
        | State::Ready { .. }
        | State::Sending { .. }
        | State::Confirmed { .. }
        | State::Rejected(_)
        | State::InDoubt(_)
        | State::Conflict { .. }
        | State::Unresolved { .. }
        | State::Closed { .. } => false,
    };
    match current(package).map(|label| label.id.clone()).filter(|_| is_possible) {
        None => Err(not_now(package)),
        Some(label) => {
            package.send_now = Some(SendNow { label, person: person.clone() });
            package.hold = None;
            Ok(())
        }
    }
}

fn hold(package: &mut Package, person: &Person) -> Result<(), Refusal> {
    let is_before_claim = match package.state {
        State::Waiting(_) | State::Held(_) | State::Withheld(_) | State::Ready { .. } => {
            package.lock.is_none()
        }
        State::Sending { .. }
        | State::Confirmed { .. }
        | State::Rejected(_)
        | State::InDoubt(_)
        | State::Conflict { .. }
        | State::Unresolved { .. }
        | State::Closed { .. } => false,
    };
    if is_before_claim && package.hold.is_none() {
        package.hold = Some(person.clone());
        Ok(())
    } else {
        Err(not_now(package))
    }
}

fn resolve(
    package: &mut Package,
    (resolution, takes_imeis): (Resolution, bool),
    marks: BTreeSet<Mark>,
    now: Moment,
) -> Result<(), Refusal> {
    let is_open = matches!(package.state, State::Conflict { .. } | State::Unresolved { .. });
    // Else these would be in the attention list for good.
    let is_closable = is_open
        || matches!(
            package.state,
            State::Rejected(_) | State::Withheld(Withheld::OneTrackingPerOrder)
        );
    match resolution {
        Resolution::NothingThere => {
            let State::Unresolved { .. } = package.state else { return Err(not_now(package)) };
            decide_anew(package);
        }
        Resolution::Confirmed if is_open => confirm(package, takes_imeis, Evidence::Person, now),
        Resolution::Closed if is_closable => package.state = State::Closed { at: now },
        Resolution::Confirmed | Resolution::Closed if !marks.is_empty() => {
            package.resolved.extend(marks);
        }
        Resolution::Confirmed | Resolution::Closed => return Err(not_now(package)),
    }
    Ok(())
}

fn not_now(package: &Package) -> Refusal {
    let (state, allowed) = match &package.state {
        State::Waiting(WaitingFor::Label) => ("waiting for a label", "hold, release"),
        State::Waiting(_) => ("waiting", "send_now, hold, release"),
        State::Ready { .. } if package.lock.is_some() => ("ready to be repeated", "none"),
        State::Ready { .. } => ("ready", "hold"),
        State::Held(Held::Person) => ("held by a person", "send_now, release"),
        State::Held(Held::ImeisMissing) => ("held for its IMEIs", "send_now, hold"),
        State::Withheld(Withheld::OneTrackingPerOrder) => {
            ("withheld (one tracking per order)", "hold, release, resolve as closed")
        }
        State::Withheld(_) => ("withheld", "send_now, hold"),
        State::Sending { .. } => ("sending", "none until its outcome is known"),
        State::Confirmed { .. } => ("confirmed", "resolve, when it has a mark"),
        State::Rejected(_) => ("rejected", "retry, resolve as closed"),
        State::InDoubt(_) => ("in doubt", "none until the channel was asked"),
        State::Conflict { .. } => ("in conflict", "resolve as confirmed or closed"),
        State::Unresolved { .. } => ("unresolved", "resolve as confirmed, closed or nothing_there"),
        State::Closed { .. } => ("closed", "none"),
    };
    Refusal::NotNow { state, allowed }
}
