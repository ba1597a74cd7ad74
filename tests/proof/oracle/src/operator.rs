//! What a person may do in which state, and what follows from it. Rules P13, L7, L8, S5, S7, S8, T5 and T6, "A person" and "A former
//! number" under "Said exactly".

use crate::facts::{KeptLabel, Label};
use crate::inputs::{Action, Ms, NO_IMEIS, Reading};
use crate::marks;
use crate::order::{Order, Refusal};
use crate::outcomes::confirm;
use crate::spans;
use crate::states::{PackageState, Parcel, SendWord, StateKind};
use domain::{Evidence, Mark, Resolution, Timing};
use std::collections::BTreeSet;

/// An [`Action`] without its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum ActionKind {
    SendNow,
    Hold,
    Release,
    UseLabel,
    Retry,
    Look,
    Confirmed,
    Closed,
    NothingThere,
}
use ActionKind::{Closed, Confirmed, Hold, Look, NothingThere, Release, Retry, SendNow, UseLabel};

impl ActionKind {
    /// Every kind.
    pub const ALL: [Self; 9] =
        [SendNow, Hold, Release, UseLabel, Retry, Look, Confirmed, Closed, NothingThere];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            SendNow => "send_now",
            Hold => "hold",
            Release => "release",
            UseLabel => "use_label",
            Retry => "retry",
            Look => "look",
            Confirmed => "resolve as confirmed",
            Closed => "resolve as closed",
            NothingThere => "resolve as nothing_there",
        }
    }
}

impl Action {
    /// The action without its fields.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::SendNow => SendNow,
            Self::Hold => Hold,
            Self::Release => Release,
            Self::UseLabel { .. } => UseLabel,
            Self::Retry => Retry,
            Self::Look => Look,
            Self::Resolve(Resolution::Confirmed) => Confirmed,
            Self::Resolve(Resolution::Closed) => Closed,
            Self::Resolve(Resolution::NothingThere) => NothingThere,
        }
    }
}

/// What is possible in each state. In every other state only what is possible for a mark is.
const POSSIBLE: [(StateKind, &[ActionKind]); 19] = [
    (StateKind::WaitingLabel, &[Hold]),
    (StateKind::WaitingMovement, &[SendNow, Hold]),
    (StateKind::WaitingDay, &[SendNow, Hold]),
    (StateKind::WaitingTime, &[SendNow, Hold]),
    (StateKind::WaitingImeis, &[SendNow, Hold]),
    (StateKind::Ready, &[Hold]),
    (StateKind::HeldImeis, &[SendNow, Hold]),
    (StateKind::HeldPerson, &[SendNow, Release]),
    (StateKind::HeldDisputed, &[Hold]),
    (StateKind::HeldMoves, &[Hold]),
    (StateKind::HeldItems, &[SendNow, Hold]),
    (StateKind::HeldWish, &[SendNow, Hold, Release]),
    (StateKind::WithheldCancelled, &[SendNow, Hold]),
    (StateKind::WithheldNever, &[SendNow, Hold]),
    (StateKind::WithheldOne, &[Hold, Closed]),
    (StateKind::Rejected, &[Retry, Closed]),
    (StateKind::Conflict, &[Confirmed, Closed]),
    (StateKind::Unresolved, &[Confirmed, Closed, NothingThere]),
    // A3: "a person's `send_now` can, where L5 allows it"
    (StateKind::Observed, &[SendNow]),
];
fn row(kind: StateKind) -> &'static [ActionKind] {
    POSSIBLE.iter().find(|row| row.0 == kind).map_or(&[], |row| row.1)
}

/// What is possible for a package now.
pub fn possible(order: &Order, parcel: &Parcel) -> Vec<ActionKind> {
    let kind = parcel.state_kind();
    let has_label = order.facts.label(parcel.id).is_some();
    let is_doubtful = order.is_label_doubtful(parcel);
    let in_row = |action: &ActionKind| match action {
        Hold if parcel.held => Release,
        other => *other,
    };
    let mut possible: Vec<ActionKind> = Vec::new();
    for action in row(kind).iter().map(in_row) {
        // "`send_now` is not possible while L7 or L8 holds."
        let is_kept_back = kind == StateKind::Observed
            && (order.is_number_taken(parcel) || is_shown_number(parcel));
        let may_send = has_label && !is_doubtful && !is_kept_back;
        if (may_send || action != SendNow) && !possible.contains(&action) {
            possible.push(action);
        }
    }
    // "A label that was made under `never` has no other timing, and cannot be released"
    let is_stopped = |label: &Label| {
        parcel.words(label.details.id).is_stopped && label.terms.timing != Timing::Never
    };
    if kind == StateKind::WithheldNever && order.facts.label(parcel.id).is_some_and(is_stopped) {
        possible.push(Release);
    }
    // `release` "from `replaced_label_moves` (L8)"
    if is_before_claim(parcel)
        && order.dispute(parcel.id).is_none()
        && !order.moving_labels(parcel).is_empty()
        && !possible.contains(&Release)
    {
        possible.push(Release);
    }
    if is_choice_asked(order, parcel) && !choices(order, parcel).is_empty() {
        possible.push(UseLabel);
    }
    if order.looked_at(parcel).is_some() {
        possible.push(Look);
    }
    // "where `not_shown` is marked, confirmed, closed or `ready`"
    if marks::is_active(order, parcel, Mark::NotShown) {
        possible.push(NothingThere);
    }
    if marks::active(order, parcel) != 0 {
        for action in [Confirmed, Closed] {
            if !possible.contains(&action) {
                possible.push(action);
            }
        }
    }
    possible
}

/// Whether nothing of the package was claimed, nor refused.
fn is_before_claim(parcel: &Parcel) -> bool {
    match parcel.state {
        PackageState::WaitingLabel
        | PackageState::WaitingMovement
        | PackageState::WaitingDay { .. }
        | PackageState::WaitingTime { .. }
        | PackageState::WaitingImeis { .. }
        | PackageState::HeldImeis
        | PackageState::HeldPerson
        | PackageState::HeldDisputed
        | PackageState::HeldMoves
        | PackageState::HeldItems
        | PackageState::HeldWish
        | PackageState::WithheldCancelled
        | PackageState::WithheldOne
        | PackageState::WithheldNever => true,
        PackageState::Ready { .. } => parcel.lock.is_none(),
        PackageState::Sending { .. }
        | PackageState::Confirmed { .. }
        | PackageState::Rejected { .. }
        | PackageState::InDoubt(_)
        | PackageState::Conflict { .. }
        | PackageState::Unresolved { .. }
        | PackageState::Closed { .. }
        | PackageState::Observed { .. } => false,
    }
}

/// "before the claim, where L7 or L8 holds or the current label was voided"
fn is_choice_asked(order: &Order, parcel: &Parcel) -> bool {
    let is_voided =
        order.facts.greatest(parcel.id).is_some() && order.facts.label(parcel.id).is_none();
    is_before_claim(parcel) && (is_voided || order.is_label_doubtful(parcel))
}

/// "a label that is not voided, and a telling of it that is kept"
fn choices(order: &Order, parcel: &Parcel) -> Vec<Label> {
    let labels = order.facts.kept_of(parcel.id);
    let labels = labels.filter(|kept| !order.facts.is_voided(parcel.id, kept.telling.details.id));
    labels.flat_map(KeptLabel::tellings).collect()
}

/// Actions as bits, by their index among all.
fn bits(actions: &[ActionKind]) -> u16 {
    let all = ActionKind::ALL.iter().enumerate();
    all.filter(|(_, action)| actions.contains(action)).fold(0, |bits, (index, _)| bits | 1 << index)
}

/// The names of actions given as bits.
pub fn names(bits: u16) -> BTreeSet<&'static str> {
    let all = ActionKind::ALL.iter().enumerate();
    all.filter(|(index, _)| bits >> index & 1 == 1).map(|(_, action)| action.name()).collect()
}

/// Follows what a person does.
///
/// # Errors
/// When the action is not possible now, what is.
pub fn apply(order: &mut Order, package: usize, action: Action, now: Ms) -> Result<(), Refusal> {
    let parcel = order.parcel(package).ok_or(Refusal::Absent)?;
    let allowed = possible(order, parcel);
    let not_now = Refusal::NotNow { state: parcel.state_kind(), possible: bits(&allowed) };
    if !allowed.contains(&action.kind()) {
        return Err(not_now);
    }
    // "from a quarantine after it became so"
    if let (PackageState::Unresolved { at, .. }, NothingThere) = (&parcel.state, action.kind())
        && now < *at + spans::QUARANTINE
    {
        return Err(Refusal::TooEarly(*at + spans::QUARANTINE));
    }
    let marks = marks::active(order, parcel);
    let is_not_shown = marks::is_active(order, parcel, Mark::NotShown);
    let label = order.facts.label(package).copied();
    if let Action::UseLabel { label, event } = action {
        let is_named = |told: &Label| told.details.id == label && told.event == event;
        let telling = choices(order, parcel).into_iter().find(is_named).ok_or(not_now)?;
        use_label(order, telling, now);
        return Ok(());
    }
    let greatest = order.facts.greatest(package).map(|label| label.details.id);
    let wish = order.facts.wish().filter(|wish| wish.is_wished).map(|wish| wish.told);
    let Some(parcel) = order.parcel_mut(package) else { return Err(Refusal::Absent) };
    match action {
        Action::SendNow => {
            parcel.sent_by_person = label.map(|label| SendWord {
                label: label.details.id,
                submitted: label.details.submitted(),
                wish,
            });
            parcel.held = false;
            leave_observed(parcel);
        }
        Action::Hold => parcel.held = true,
        Action::Release if parcel.held => parcel.held = false,
        // "of a hold by S5 (the wish is refused)"
        Action::Release if parcel.state_kind() == StateKind::HeldWish => {
            parcel.refused_wish = wish;
        }
        Action::Release => {
            let is_from_never = parcel.state_kind() == StateKind::WithheldNever;
            if let Some(label) = label {
                parcel.say(label.details.id, |words| {
                    if is_from_never {
                        words.is_stopped = false;
                        words.released = Some(now);
                    } else {
                        words.is_right = true;
                    }
                });
            }
        }
        Action::UseLabel { .. } => {}
        Action::Retry => begin_anew(parcel),
        Action::Look => parcel.looks.ask(now),
        Action::Resolve(resolution) if is_not_shown => {
            resolve_not_shown(parcel, resolution, marks);
        }
        Action::Resolve(resolution) => {
            // "`nothing_there`, said there by a person, is said of exactly that number, and is kept with the label"
            if let (PackageState::Unresolved { former: Some(number), .. }, NothingThere) =
                (parcel.state, action.kind())
                && let Some(greatest) = greatest
            {
                parcel.say(greatest, |words| words.dismissed = Some(number));
            }
            resolve(parcel, resolution, marks, now);
        }
    }
    Ok(())
}

/// A3: "where L5 allows it and the last look, if there was one, showed no number but a former one"
fn is_shown_number(parcel: &Parcel) -> bool {
    parcel.shows.is_some_and(|shows| match shows.reading {
        Reading::Ours { .. } | Reading::Other { .. } | Reading::Unclear { .. } => true,
        Reading::Former { .. } | Reading::Absent | Reading::Unreadable(_) => false,
    })
}

/// A3: "a person's `send_now` can"
fn leave_observed(parcel: &mut Parcel) {
    if parcel.observed.take().is_some() {
        parcel.shows = None;
        begin_anew(parcel);
    }
}

/// "that label is current from then on, until one is made after the person's word, and its telling counts". It ends L8, as
/// a release does.
fn use_label(order: &mut Order, telling: Label, now: Ms) {
    let package = telling.details.package;
    order.facts.add_choice(telling, now);
    if let Some(parcel) = order.parcel_mut(package) {
        parcel.say(telling.details.id, |words| words.is_right = true);
        // A `send_now` ends "with a person's `use_label`".
        parcel.sent_by_person = None;
    }
}

/// The package is decided anew, as if nothing had been tried.
fn begin_anew(parcel: &mut Parcel) {
    parcel.state = PackageState::WaitingLabel;
    parcel.lock = None;
    parcel.refused_left = None;
    parcel.tries = None;
    parcel.due_since = None;
}

/// "`nothing_there` lets the package go again"; "`confirmed` makes it the evidence, `closed` puts the mark aside".
fn resolve_not_shown(parcel: &mut Parcel, resolution: Resolution, marks: u32) {
    match (resolution, parcel.state) {
        (Resolution::NothingThere, _) => {
            parcel.not_shown = None;
            begin_anew(parcel);
        }
        (Resolution::Confirmed, PackageState::Confirmed { at, .. }) => {
            parcel.not_shown = None;
            parcel.resolved |= marks;
            parcel.state = PackageState::Confirmed { at, by: Evidence::Person };
        }
        (Resolution::Confirmed | Resolution::Closed, _) => parcel.resolved |= marks,
    }
}

/// "A person resolves the state, where it can be; else its marks."
fn resolve(parcel: &mut Parcel, resolution: Resolution, marks: u32, now: Ms) {
    if !row(parcel.state_kind()).contains(&Action::Resolve(resolution).kind()) {
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
