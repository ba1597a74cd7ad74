//! Where a package stands, in one sentence.

use super::super::attention::bare;
use super::super::plain_words::PlainWords;
use crate::step::{current, locked_label};
use crate::{
    Attempt, Evidence, Held, Label, NeverSpan, Order, Package, Stage, State, WaitingFor, Withheld,
};

/// `never` is the time under `never` that stopped the package, where that is known.
pub(super) fn stands(order: &Order, package: &Package, never: Option<&NeverSpan>) -> String {
    let channel = order.channel.shown();
    match &package.state {
        State::Waiting(waiting) => waits(order, package, waiting),
        State::Ready(ready) => match ready.pending.not_before {
            Some(at) => format!("It is due, and is sent to {channel} at {at} or soon after."),
            None => format!("It is due, and is sent to {channel} next."),
        },
        State::Held(held) => {
            format!("It is held, and nothing of it is sent: {}.", held_for(order, *held))
        }
        State::Withheld(Withheld::Cancelled) => {
            "It is withheld, for the order was cancelled before anything of it was sent.".to_owned()
        }
        State::Withheld(Withheld::OneTrackingPerOrder) => format!(
            "It is withheld: {channel} takes one number for an order, and has another package's."
        ),
        State::Withheld(Withheld::Never) => {
            let span = never.map(|never| format!(": {never}")).unwrap_or_default();
            format!("It is withheld by the setting Never{span}.")
        }
        State::Rejected(rejection) => format!(
            "{channel} refused it for good at {}, and has nothing of it: {}: {}.",
            rejection.at,
            rejection.code,
            bare(rejection.why.as_str())
        ),
        State::Observed(observed) => format!(
            "{channel} would have been told {} at {}; nothing was sent, for its partner observed.",
            number(observed.lock.label.as_ref()),
            observed.at
        ),
        State::Closed { at } => {
            format!("A person closed it at {at}, before anything of it was sent.")
        }
        State::Sent(sent) => stage(order, package, &sent.stage),
    }
}

fn waits(order: &Order, package: &Package, waiting: &WaitingFor) -> String {
    match waiting {
        WaitingFor::Label => match &package.label {
            Some(label) => format!("It waits for a label: label {} was voided.", label.id),
            None => "It waits for a label.".to_owned(),
        },
        WaitingFor::Movement => format!(
            "It waits for the carrier's first scan of {} that shows movement.",
            number(current(package))
        ),
        WaitingFor::ShipDay { from } => {
            format!("It waits for the day its parcel goes, {from}: its label was made ahead.")
        }
        WaitingFor::SendAfter { from } => {
            format!("It waits until {from}, for its partner sends no earlier.")
        }
        WaitingFor::Imeis { deadline, .. } => {
            format!("It waits for {} until {deadline}.", order.lacking().words())
        }
    }
}

/// What holds a package.
const fn held_for(order: &Order, held: Held) -> &'static str {
    match held {
        Held::ImeisMissing if order.channel.facts().takes_imeis => {
            "what it lacks was not entered in time, and its partner holds such orders"
        }
        Held::ImeisMissing => "something is missing",
        Held::Person => "a person said so",
        Held::LabelDisputed => "its label was told in two ways that contradict each other",
        Held::ReplacedLabelMoves => "the parcel of another label of it moves",
        Held::ItemsCancelled => "lines of it were cancelled, and its labels have more than remains",
        Held::CancelRequested => "the buyer wishes to cancel",
    }
}

fn stage(order: &Order, package: &Package, stage: &Stage) -> String {
    let channel = order.channel.shown();
    let number = number(locked_label(package));
    match stage {
        Stage::Open(Attempt::Pending(pending)) => {
            let when = pending
                .not_before
                .map_or_else(|| "next".to_owned(), |at| format!("at {at} or soon after"));
            format!(
                "{number} was sent, and nobody knows whether {channel} took it; the identical request goes out again {when}."
            )
        }
        Stage::Open(Attempt::Sending { .. }) => {
            format!("{channel} is being told {number} at this moment.")
        }
        Stage::Open(Attempt::InDoubt(doubt)) => format!(
            "{number} was sent, and nobody knows so far whether {channel} took it: {}.",
            bare(&PlainWords::of(doubt.why.as_str(), order.channel).text)
        ),
        Stage::Confirmed { at, by } => {
            let evidence = match by {
                Evidence::Accepted => "it accepted the confirmation",
                Evidence::ReadBack => "it showed the number when it was asked",
                Evidence::Person => "a person said so",
            };
            format!("{channel} has its number {number}: {evidence}, at {at}.")
        }
        Stage::Conflict { at, found } => format!(
            "{channel} has another number than {number}, as was seen at {at}: {}. Nothing is sent over it.",
            bare(found.as_str())
        ),
        Stage::Unresolved { at, why, .. } => format!(
            "{number} was sent, and it could not be found out whether {channel} took it ({at}): {}.",
            bare(&PlainWords::of(why.as_str(), order.channel).text)
        ),
        Stage::Closed { at } => format!("A person closed it at {at}, after {number} was sent."),
    }
}

/// The number that a label has.
fn number(label: Option<&Label>) -> String {
    label.map_or_else(|| "its number".to_owned(), |label| label.telling.tracking.to_string())
}
