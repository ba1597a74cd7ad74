//! Which input is followed in which state, and what it does by itself. Rules P2 to P4, P11, P13.

use crate::claims::{Claim, Preflight, claim, park, postpone, preflight, resume, wait};
use crate::events::record_event;
use crate::imei_lines::{record_line_outcome, record_line_reading, without_what_is_shown};
use crate::inputs::{Input, Ms, Reading, Target};
use crate::looks::{Look, looked, note_shown, open_look, park_look};
use crate::operator;
use crate::order::{Order, Refusal};
use crate::outcomes::record_outcome;
use crate::readings::{Read, record_reading, without_dismissed_number};
use crate::states::{Line, Parcel, StateKind, Tries};

/// What a state says to an input of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permission {
    /// The input is followed.
    Yes,
    /// The input is refused: there is nothing to send, or to read.
    No,
}
use Permission::{No, Yes};

/// A sender's inputs, in the order of the columns of [`PERMISSIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderInput {
    Preflight,
    Claim,
    Postpone,
    Wait,
    Park,
    Outcome,
    Probe,
}

/// Which input is followed in which state. A state without a row follows none.
//                             preflight claim postpone wait park outcome probe
const PERMISSIONS: [(StateKind, [Permission; 7]); 7] = [
    (StateKind::Ready, /*      */ [Yes, Yes, Yes, Yes, Yes, No, No]),
    (StateKind::Repeat, /*     */ [Yes, Yes, Yes, Yes, Yes, No, No]),
    (StateKind::Sending, /*    */ [No, No, No, No, No, Yes, No]),
    (StateKind::InDoubt, /*    */ [No, No, No, Yes, Yes, No, Yes]),
    (StateKind::LinePending, /**/ [No, Yes, Yes, Yes, Yes, No, No]),
    (StateKind::LineSending, /**/ [No, No, No, No, No, Yes, No]),
    (StateKind::LineInDoubt, /**/ [No, No, No, Yes, Yes, No, Yes]),
];

fn is_followed(kind: StateKind, input: SenderInput) -> bool {
    let column = match input {
        SenderInput::Preflight => 0,
        SenderInput::Claim => 1,
        SenderInput::Postpone => 2,
        SenderInput::Wait => 3,
        SenderInput::Park => 4,
        SenderInput::Outcome => 5,
        SenderInput::Probe => 6,
    };
    PERMISSIONS.iter().any(|(state, row)| *state == kind && row[column] == Yes)
}

/// What an input does by itself.
///
/// # Errors
/// When the input is not followed, why.
pub fn apply(order: &mut Order, input: &Input, now: Ms) -> Result<(), Refusal> {
    match *input {
        Input::Tick => {}
        Input::Preflight { package, number, reading, shown, ago } => {
            note_shown(order, package, shown, now.min(now - ago));
            preflight(order, Preflight { package, number, reading }, now)?;
        }
        Input::Claim { target, never, never_until, set, restored_at, lease, seal } => {
            let lease = now + lease;
            let brought = Claim { never, never_until, set, restored_at, lease, seal };
            claim(order, target, &brought, now)?;
        }
        Input::Postpone { target, failure } => {
            check_state(order, target, SenderInput::Postpone)?;
            check_not_before(order, target, now)?;
            postpone(order, target, failure, now);
        }
        Input::Wait { target, span } => {
            check_state(order, target, SenderInput::Wait)?;
            check_read_due(order, target, now)?;
            check_not_before(order, target, now)?;
            wait(order, target, now + span, now);
        }
        Input::Park { target, parking } => {
            check_state(order, target, SenderInput::Park)?;
            park(order, target, parking, now);
        }
        Input::Outcome { target, outcome, .. } => {
            check_fence(order, target, order.fence_of(input))?;
            check_state(order, target, SenderInput::Outcome)?;
            match target {
                Target::Package(package) => record_outcome(order, package, outcome, now),
                Target::Line { .. } => record_line_outcome(order, target, outcome, now),
            }
        }
        Input::Probe { target, reading, hash, ago, shown, .. } => {
            note_shown(order, target.package(), shown, now.min(now - ago));
            let read = Read { reading, hash, asked_at: now.min(now - ago), now };
            probe(order, target, order.fence_of(input), read)?;
        }
        Input::Looked { package, number, reading, shown, ago, .. } => {
            let asked_at = now.min(now - ago);
            note_shown(order, package, shown, asked_at);
            let fence = order.fence_of(input);
            looked(order, Look { package, number, fence, reading, asked_at }, now)?;
        }
        Input::WaitToLook { package, span } => {
            let tried = open_look(order, package, now)?;
            tried.put_off(now + span, now);
        }
        Input::ParkLook { package, parking } => park_look(order, package, parking, now)?,
        Input::Resumed => resume(order, now),
        Input::Operator { package, action } => operator::apply(order, package, action, now)?,
        Input::Label { .. }
        | Input::Return { .. }
        | Input::Void { .. }
        | Input::Overused { .. }
        | Input::Cancel { .. }
        | Input::CancelLines { .. }
        | Input::LabelRefused { .. }
        | Input::Updated { .. }
        | Input::PutAside { .. }
        | Input::Moved { .. }
        | Input::Imei { .. }
        | Input::Twice { .. } => record_event(order, input, now)?,
    }
    Ok(())
}

/// A read of what is in doubt. Absence, and a failure to read, count only once the read is due.
fn probe(order: &mut Order, target: Target, fence: u32, read: Read) -> Result<(), Refusal> {
    check_fence(order, target, fence)?;
    check_state(order, target, SenderInput::Probe)?;
    let reading = match target {
        Target::Package(package) => without_dismissed_number(order, package, read.reading),
        Target::Line { .. } => without_what_is_shown(order, target, read.reading),
    };
    if let Reading::Absent | Reading::Unreadable(_) = reading {
        check_read_due(order, target, read.asked_at)?;
    }
    let read = Read { reading, ..read };
    match target {
        Target::Package(package) => record_reading(order, package, read),
        Target::Line { .. } => record_line_reading(order, target, read),
    }
    Ok(())
}

/// What is in doubt is read no earlier than its read is due.
fn check_read_due(order: &Order, target: Target, now: Ms) -> Result<(), Refusal> {
    match order.read_at(target).filter(|at| *at > now) {
        Some(at) => Err(Refusal::NotBefore(at)),
        None => Ok(()),
    }
}

fn state_kind_of(order: &Order, target: Target) -> Option<StateKind> {
    let parcel = order.parcel(target.package())?;
    match target {
        Target::Package(_) => Some(parcel.state_kind()),
        Target::Line { item, .. } => {
            parcel.lines.iter().find(|line| line.item == item).map(Line::state_kind)
        }
    }
}

/// Whether the target's state follows an input.
pub(crate) fn check_state(
    order: &Order,
    target: Target,
    input: SenderInput,
) -> Result<(), Refusal> {
    let kind = state_kind_of(order, target).ok_or(Refusal::Absent)?;
    if is_followed(kind, input) { Ok(()) } else { Err(Refusal::NotReady) }
}

/// "`not_before` passed".
pub(crate) fn check_not_before(order: &Order, target: Target, now: Ms) -> Result<(), Refusal> {
    match order.not_before(target).filter(|at| *at > now) {
        Some(at) => Err(Refusal::NotBefore(at)),
        None => Ok(()),
    }
}

/// "carries the fence of its claim; `step` drops it when the fence has moved".
fn check_fence(order: &Order, target: Target, given: u32) -> Result<(), Refusal> {
    state_kind_of(order, target).ok_or(Refusal::Absent)?;
    let current = order.fence(target);
    if given == current { Ok(()) } else { Err(Refusal::Fenced { given, current }) }
}

/// Changes a package, if the order has it.
pub(crate) fn with_parcel(order: &mut Order, package: usize, change: impl FnOnce(&mut Parcel)) {
    if let Some(parcel) = order.parcel_mut(package) {
        change(parcel);
    }
}

/// Changes the IMEI of a line, if the package has it.
pub(crate) fn with_line(order: &mut Order, target: Target, change: impl FnOnce(&mut Line)) {
    let Target::Line { package, item } = target else { return };
    with_parcel(order, package, |parcel| {
        if let Some(line) = parcel.lines.iter_mut().find(|line| line.item == item) {
            change(line);
        }
    });
}

/// The tries after one more failure.
pub(crate) fn failed(tries: Option<Tries>, words: usize) -> Tries {
    let tries = tries.unwrap_or_default();
    Tries { failures: tries.failures.saturating_add(1), words, ..tries }
}
