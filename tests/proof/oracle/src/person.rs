//! What a person may do in which state, and what it does. Rule P13.

use crate::act::{Ms, NO_IMEIS};
use crate::after::confirm;
use crate::marks;
use crate::model::{No, Order};
use crate::spans;
use crate::stand::{Class, Parcel, Stand};
use crate::told::Label;
use domain::{Action, Evidence, Resolution, Timing};
use std::collections::BTreeSet;

const CONFIRMED: Action = Action::Resolve(Resolution::Confirmed);
const CLOSED: Action = Action::Resolve(Resolution::Closed);
const NOTHING: Action = Action::Resolve(Resolution::NothingThere);

/// What is possible in each state; in every other only what is possible for a mark.
const POSSIBLE: [(Class, &[Action]); 12] = [
    (Class::WaitingLabel, &[Action::Hold]),
    (Class::WaitingMovement, &[Action::SendNow, Action::Hold]),
    (Class::WaitingImeis, &[Action::SendNow, Action::Hold]),
    (Class::Ready, &[Action::Hold]),
    (Class::HeldImeis, &[Action::SendNow, Action::Hold]),
    (Class::HeldPerson, &[Action::SendNow, Action::Release]),
    (Class::WithheldCancelled, &[Action::SendNow, Action::Hold]),
    (Class::WithheldNever, &[Action::SendNow, Action::Hold]),
    (Class::WithheldOne, &[Action::Hold, CLOSED]),
    (Class::Rejected, &[Action::Retry, CLOSED]),
    (Class::Conflict, &[CONFIRMED, CLOSED]),
    (Class::Unresolved, &[CONFIRMED, CLOSED, NOTHING]),
];
fn row(class: Class) -> &'static [Action] {
    POSSIBLE.iter().find(|row| row.0 == class).map_or(&[], |row| row.1)
}

/// What is possible for a package now.
pub fn possible(order: &Order, parcel: &Parcel) -> Vec<Action> {
    let class = parcel.class();
    let has_label = order.facts.label(parcel.id).is_some();
    let in_row = |action: &Action| match action {
        Action::Hold if parcel.held => Action::Release,
        other => *other,
    };
    let mut possible: Vec<Action> = row(class).iter().map(in_row).collect();
    possible.retain(|action| has_label || *action != Action::SendNow);
    // "A label that was made under `never` has no other timing, and cannot be released"
    let is_stopped = |label: &Label| {
        parcel.stopped == Some(label.made.id) && label.under.timing != Timing::Never
    };
    if class == Class::WithheldNever && order.facts.label(parcel.id).is_some_and(is_stopped) {
        possible.push(Action::Release);
    }
    if marks::active(order, parcel) != 0 {
        for action in [CONFIRMED, CLOSED] {
            if !possible.contains(&action) {
                possible.push(action);
            }
        }
    }
    possible
}

/// Actions as bits, by their place among all.
fn bits(actions: &[Action]) -> u8 {
    let all = Action::ALL.iter().enumerate();
    all.filter(|(_, action)| actions.contains(action)).fold(0, |bits, (place, _)| bits | 1 << place)
}

/// The names of actions given as bits.
pub fn names(bits: u8) -> BTreeSet<&'static str> {
    let all = Action::ALL.iter().enumerate();
    all.filter(|(place, _)| bits >> place & 1 == 1).map(|(_, action)| action.name()).collect()
}

/// What a person does.
///
/// # Errors
/// When it is not possible now, what is.
pub fn act(order: &mut Order, package: usize, action: Action, now: Ms) -> Result<(), No> {
    let parcel = order.parcel(package).ok_or(No::Absent)?;
    if !possible(order, parcel).contains(&action) {
        return Err(No::NotNow(parcel.class(), bits(&possible(order, parcel))));
    }
    // "from a quarantine after it became so"
    if let (Stand::Unresolved { at, .. }, NOTHING) = (&parcel.stand, action)
        && now < *at + spans::QUARANTINE
    {
        return Err(No::TooEarly(*at + spans::QUARANTINE));
    }
    let marks = marks::active(order, parcel);
    let label = order.facts.label(package).map(|label| label.made.id);
    let greatest = order.facts.greatest(package).map(|label| label.made.id);
    let Some(parcel) = order.parcel_mut(package) else { return Err(No::Absent) };
    match action {
        Action::SendNow => {
            parcel.sent_by_person = label;
            parcel.held = false;
        }
        Action::Hold => parcel.held = true,
        Action::Release if parcel.held => parcel.held = false,
        Action::Release => {
            parcel.stopped = None;
            parcel.released = label.map(|label| (label, now));
        }
        Action::Retry => again(parcel),
        Action::Resolve(resolution) => {
            // "`nothing_there`, said there by a person, is said of exactly that number, and is kept with the label"
            if let (Stand::Unresolved { former: Some(words), .. }, NOTHING) = (parcel.stand, action)
                && let Some(greatest) = greatest
            {
                parcel.former = Some((greatest, words));
            }
            resolve(parcel, resolution, (marks, now));
        }
    }
    Ok(())
}

/// Decided anew, as if nothing had been tried.
fn again(parcel: &mut Parcel) {
    parcel.stand = Stand::WaitingLabel;
    parcel.lock = None;
    parcel.tries = None;
    parcel.due_since = None;
}

fn resolve(parcel: &mut Parcel, resolution: Resolution, (marks, now): (u8, Ms)) {
    if !row(parcel.class()).contains(&Action::Resolve(resolution)) {
        parcel.resolved |= marks;
        return;
    }
    match resolution {
        Resolution::NothingThere => again(parcel),
        Resolution::Confirmed => confirm(parcel, NO_IMEIS, Evidence::Person, now),
        Resolution::Closed => {
            parcel.due_since = None;
            parcel.stand = Stand::Closed { at: now };
        }
    }
}
