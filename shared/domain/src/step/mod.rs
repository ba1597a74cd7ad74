//! The one function that every change of an order goes through. It merges a fact or makes a transition, derives what is wanted,
//! and says what to do about the difference. It is pure and total: no clock, no randomness, no I/O, no logging.

mod attempt;
mod attention;
mod claim;
mod decide;
mod devices;
mod effects;
mod facts;
mod input;
mod label_doubts;
mod lines;
mod looks;
mod marks;
mod operator;
mod outcome;
mod probe;
mod reading;
mod redact;
mod refusal;
mod restore;
mod sender_work;
mod settle;
mod size;
mod timeline;
mod unguarded;
mod waits;
mod watch;
mod watch_notices;
mod wishes;
mod without_movement;

pub use attention::{Attention, attention};
pub use claim::{Submission, submission};
pub use devices::Lacking;
pub use effects::Effect;
pub use input::{
    Action, Claim, Input, LabelChoice, NotApplied, Outcome, Parking, Resolution, Seal, Target,
};
pub use looks::shows_news;
pub use operator::possible;
pub use probe::may_follow;
pub use reading::{OrderShown, Reading, ShownImei, ShownImeis};
pub use refusal::Refusal;
pub use sender_work::{Work, work};

use crate::guard::{Guard, guarded};
use crate::{Fault, Moment, Order, RefusedLabel};
use attempt::Claimed;
use looks::Look;
use probe::Read;

/// What became of an order, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The order as it is now.
    pub order: Order,
    /// What to do about it: publish before the save, ring after it.
    pub effects: Vec<Effect>,
    /// Why the input was not followed, if it was not.
    pub refused: Option<Refusal>,
}

/// Takes one input, and says what follows from it now.
///
/// When the order that comes back equals the one that went in, there is nothing to save. It may differ even when the input was
/// refused: time has passed, or the refusal itself is kept.
pub fn step(order: Order, input: &Input, now: Moment) -> Decision {
    let before = order;
    let input = &*unguarded::heard(&before, redact::redacted(&before, input));
    let mut next = before.clone();
    let refused =
        apply(&mut next, input, now).and_then(|()| size::check(&next, &before, input)).err();
    if let Some(Refusal::TooLarge { .. }) = refused {
        next = before.clone();
    }
    note_refused(&mut next, input, refused.as_ref(), now);
    unguarded::left_behind(&mut next, &before, input, now);
    let due = settle::settle(&mut next, &before, now);
    timeline::note(&mut next, &before, input, refused.as_ref(), now);
    let effects = effects::between(&before, &next, input, due, now);
    Decision { order: next, effects, refused }
}

/// Keeps a label that was refused, for its seller to see (rule L15).
fn note_refused(order: &mut Order, input: &Input, refused: Option<&Refusal>, now: Moment) {
    let (Input::Label { event, id, .. }, Some(refusal)) = (input, refused) else { return };
    let Some(fault) = refusal.fault() else { return };
    let fault = Fault { field: format!("detail.{}", fault.field), ..fault };
    let label = RefusedLabel {
        package: Some(event.package_id.clone()),
        label: Some(event.label_id.clone()),
        ..RefusedLabel::of(id.clone(), &fault, now)
    };
    facts::refused(order, &label);
}

/// What several inputs come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// The order after all of them.
    pub order: Order,
    /// What to do about it: publish before the save, ring after it.
    pub effects: Vec<Effect>,
    /// For each input, why it was not followed, if it was not.
    pub refused: Vec<Option<Refusal>>,
}

/// Takes inputs one after the other. It rings for no work that a later one of them has settled.
pub fn step_all(order: Order, inputs: &[Input], now: Moment) -> Decisions {
    let first = Decisions { order, effects: Vec::new(), refused: Vec::new() };
    let mut all = inputs.iter().fold(first, |mut all, input| {
        let Decision { order, effects, refused } = step(all.order, input, now);
        all.effects.extend(effects);
        all.refused.push(refused);
        Decisions { order, ..all }
    });
    effects::ring_for(&all.order, &mut all.effects, now);
    all
}

fn apply(order: &mut Order, input: &Input, now: Moment) -> Result<(), Refusal> {
    match input {
        Input::Label { event, terms, id } => facts::label(order, event, *terms, id, now),
        Input::LabelRefused(label) => {
            facts::refused(order, label);
            Ok(())
        }
        Input::PutAside { event, .. } => facts::put_aside(order, event),
        Input::Void(event) => facts::void(order, event),
        Input::Cancel(event) => {
            facts::cancel(order, event);
            Ok(())
        }
        Input::Updated(event) => {
            facts::updated(order, event);
            Ok(())
        }
        Input::Moved { number, movements } => {
            facts::moved(order, number, movements);
            Ok(())
        }
        Input::Imei(event) => facts::imei(order, event),
        Input::Twice { item, id, place } => {
            facts::twice(order, item, id, place);
            Ok(())
        }
        Input::Overused { package, number } => {
            facts::overused(order, package, number);
            Ok(())
        }
        Input::Tick => Ok(()),
        Input::Preflight { package, tracking, reading, shown, asked_at } => {
            looks::note_shown(order, package, *shown, now.min(*asked_at));
            probe::preflight(order, package, tracking, reading, now)
        }
        Input::Claim(claim) => claim::claim(order, claim, now),
        Input::Postpone { target, why } => outcome::postpone(order, target, why, now),
        Input::Wait { target, until } => attempt::wait(order, target, *until, now),
        Input::Park { target, parking } => attempt::park(order, target, *parking, now),
        Input::Outcome { target, fence, outcome } => {
            outcome::outcome(order, Claimed { target, fence: *fence }, outcome, now)
        }
        Input::Probe { target, fence, reading, hash, asked_at, shown } => {
            let of = Claimed { target, fence: *fence };
            let is_dated = guarded(Guard::ReadCountsFromItsTime);
            let asked_at = if is_dated { now.min(*asked_at) } else { now };
            looks::note_shown(order, target.package(), *shown, now.min(asked_at));
            probe::probe(order, Read { of, reading, hash: hash.as_ref(), asked_at }, now)
        }
        Input::Looked { package, tracking, fence, reading, shown, asked_at } => {
            let asked_at = now.min(*asked_at);
            let look = Look { package, tracking, fence: *fence, reading, asked_at };
            looks::note_shown(order, package, *shown, asked_at);
            looks::looked(order, look, now)
        }
        Input::WaitToLook { package, until } => looks::wait(order, package, *until, now),
        Input::ParkLook { package, parking } => looks::park(order, package, *parking, now),
        Input::Resumed => {
            attempt::resume(order, now);
            Ok(())
        }
        Input::Operator { package, action, person } => {
            operator::act(order, package, action, person, now)
        }
    }
}

pub(crate) use claim::{is_stopped_by_never, items_of, label_of, locked_label};
pub(crate) use decide::{current, is_sent_by_person, lines};
pub(crate) use devices::{Entered, carries_device};
pub(crate) use label_doubts::former_movement;
pub(crate) use lines::late_lines;
pub(crate) use looks::{Verification, verification};
pub(crate) use marks::active as active_marks;
pub(crate) use operator::{is_closable, needs_a_person, possible_from};
pub(crate) use watch::{ShipBySource, known_ship_by, ship_by};
