//! What a person may do in which state, and what follows from it. Rules P13, T5 and T6, "A person" and "A former number"
//! under "Said exactly".

use crate::facts::Label;
use crate::inputs::{Ms, NO_IMEIS};
use crate::marks;
use crate::order::{Order, Refusal};
use crate::outcomes::confirm;
use crate::spans;
use crate::states::{DismissedNumber, PackageState, Parcel, Release, StateKind};
use domain::{Action, Evidence, Resolution, Timing};
use std::collections::BTreeSet;

const CONFIRMED: Action = Action::Resolve(Resolution::Confirmed);
const CLOSED: Action = Action::Resolve(Resolution::Closed);
const NOTHING: Action = Action::Resolve(Resolution::NothingThere);

/// What is possible in each state. In every other state only what is possible for a mark is.
const POSSIBLE: [(StateKind, &[Action]); 12] = [
    (StateKind::WaitingLabel, &[Action::Hold]),
    (StateKind::WaitingMovement, &[Action::SendNow, Action::Hold]),
    (StateKind::WaitingImeis, &[Action::SendNow, Action::Hold]),
    (StateKind::Ready, &[Action::Hold]),
    (StateKind::HeldImeis, &[Action::SendNow, Action::Hold]),
    (StateKind::HeldPerson, &[Action::SendNow, Action::Release]),
    (StateKind::WithheldCancelled, &[Action::SendNow, Action::Hold]),
    (StateKind::WithheldNever, &[Action::SendNow, Action::Hold]),
    (StateKind::WithheldOne, &[Action::Hold, CLOSED]),
    (StateKind::Rejected, &[Action::Retry, CLOSED]),
    (StateKind::Conflict, &[CONFIRMED, CLOSED]),
    (StateKind::Unresolved, &[CONFIRMED, CLOSED, NOTHING]),
];
fn row(kind: StateKind) -> &'static [Action] {
    POSSIBLE.iter().find(|row| row.0 == kind).map_or(&[], |row| row.1)
}

/// What is possible for a package now.
pub fn possible(order: &Order, parcel: &Parcel) -> Vec<Action> {
    let kind = parcel.state_kind();
    let has_label = order.facts.label(parcel.id).is_some();
    let in_row = |action: &Action| match action {
        Action::Hold if parcel.held => Action::Release,
        other => *other,
    };
    let mut possible: Vec<Action> = row(kind).iter().map(in_row).collect();
    possible.retain(|action| has_label || *action != Action::SendNow);
    // "A label that was made under `never` has no other timing, and cannot be released"
    let is_stopped = |label: &Label| {
        parcel.stopped == Some(label.details.id) && label.terms.timing != Timing::Never
    };
    if kind == StateKind::WithheldNever && order.facts.label(parcel.id).is_some_and(is_stopped) {
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

/// Actions as bits, by their index among all.
fn bits(actions: &[Action]) -> u8 {
    let all = Action::ALL.iter().enumerate();
    all.filter(|(_, action)| actions.contains(action)).fold(0, |bits, (index, _)| bits | 1 << index)
}

/// The names of actions given as bits.
pub fn names(bits: u8) -> BTreeSet<&'static str> {
    let all = Action::ALL.iter().enumerate();
    all.filter(|(index, _)| bits >> index & 1 == 1).map(|(_, action)| action.name()).collect()
}

/// Follows what a person does.
///
/// # Errors
/// When the action is not possible now, what is.
pub fn apply(order: &mut Order, package: usize, action: Action, now: Ms) -> Result<(), Refusal> {
    let parcel = order.parcel(package).ok_or(Refusal::Absent)?;
    if !possible(order, parcel).contains(&action) {
        let possible = bits(&possible(order, parcel));
        return Err(Refusal::NotNow { state: parcel.state_kind(), possible });
    }
    // "from a quarantine after it became so"
    if let (PackageState::Unresolved { at, .. }, NOTHING) = (&parcel.state, action)
        && now < *at + spans::QUARANTINE
    {
        return Err(Refusal::TooEarly(*at + spans::QUARANTINE));
    }
    let marks = marks::active(order, parcel);
    let label = order.facts.label(package).map(|label| label.details.id);
    let greatest = order.facts.greatest(package).map(|label| label.details.id);
    let Some(parcel) = order.parcel_mut(package) else { return Err(Refusal::Absent) };
    match action {
        Action::SendNow => {
            parcel.sent_by_person = label;
            parcel.held = false;
        }
        Action::Hold => parcel.held = true,
        Action::Release if parcel.held => parcel.held = false,
        Action::Release => {
            parcel.stopped = None;
            parcel.release = label.map(|label| Release { label, at: now });
        }
        Action::Retry => begin_anew(parcel),
        Action::Resolve(resolution) => {
            // "`nothing_there`, said there by a person, is said of exactly that number, and is kept with the label"
            if let (PackageState::Unresolved { former: Some(words), .. }, NOTHING) =
                (parcel.state, action)
                && let Some(greatest) = greatest
            {
                parcel.dismissed = Some(DismissedNumber { label: greatest, words });
            }
            resolve(parcel, resolution, marks, now);
        }
    }
    Ok(())
}

/// The package is decided anew, as if nothing had been tried.
fn begin_anew(parcel: &mut Parcel) {
    parcel.state = PackageState::WaitingLabel;
    parcel.lock = None;
    parcel.tries = None;
    parcel.due_since = None;
}

/// "A person resolves the state, where it can be; else its marks."
fn resolve(parcel: &mut Parcel, resolution: Resolution, marks: u8, now: Ms) {
    if !row(parcel.state_kind()).contains(&Action::Resolve(resolution)) {
        parcel.resolved |= marks;
        return;
    }
    match resolution {
        Resolution::NothingThere => begin_anew(parcel),
        Resolution::Confirmed => confirm(parcel, NO_IMEIS, Evidence::Person, now),
        Resolution::Closed => {
            parcel.due_since = None;
            parcel.state = PackageState::Closed { at: now };
        }
    }
}
