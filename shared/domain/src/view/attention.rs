//! Why a person must look at a package, and what they can do about it.

use super::actions::former;
use super::plain_words::PlainWords;
use crate::step::{current, former_movement, late_lines, ship_by};
use crate::{
    Attention, Item, ItemId, NeverSpan, Order, Package, PackageId, RefusedLabel, Stage, State,
    Text, attention, gather,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `never` is the time under `never` that stopped the package, where that is known.
pub(super) fn attention_views(order: &Order, id: &PackageId, never: Option<&NeverSpan>) -> Value {
    let Some(package) = order.packages.get(id) else { return Value::Null };
    let view = |reason: Attention| {
        let mut words = says(reason, order, package);
        if let (Attention::WithheldMoved, Some(never)) = (reason, never) {
            words = format!("{words} {never}.");
        }
        json!({ "reason": reason.name(), "rank": reason.rank(), "says": words,
            "advice": advice(reason, package) })
    };
    attention(order, id).into_iter().map(view).collect()
}

fn says(reason: Attention, order: &Order, package: &Package) -> String {
    let channel = order.channel.shown();
    match reason {
        Attention::Conflict => {
            let found = if let Some(Stage::Conflict { found, .. }) = package.state.stage() {
                found.as_str()
            } else {
                ""
            };
            format!("{channel} holds another number: {}.", bare(found))
        }
        Attention::CancelledLate => says_cancelled(order, package),
        Attention::Superseded => {
            format!("{channel} has the number of a label that was voided or replaced since.")
        }
        Attention::Unresolved if let Some(former) = former(package) => format!(
            "{channel} shows the number {}, and that the order is still to be shipped.",
            bare(former.as_str())
        ),
        Attention::Unresolved => says_unresolved(order, package),
        Attention::Rejected => format!("{channel} refused it. {}", refusal(package)),
        Attention::NotShown => says_not_shown(channel, package),
        Attention::CancelRequested => says_watched(Watched::Wish, order, package),
        Attention::ShipByPassed => says_watched(Watched::Passed, order, package),
        Attention::ShipByNear => says_watched(Watched::Near, order, package),
        Attention::NoMovement => says_watched(Watched::NoMovement, order, package),
        Attention::NoLabel => says_watched(Watched::NoLabel, order, package),
        Attention::LabelDisputed => "Its label was told in two ways that contradict each other.".to_owned(),
        Attention::ReplacedLabelMoves => former_movement(order, package).map_or_else(
            String::new,
            |(label, movement)| {
                let number = &label.telling.tracking;
                let (status, at) = (movement.status, movement.occurred_at);
                format!("The parcel of its label {}, with the number {number}, moves: {status} at {at}.", label.id)
            },
        ),
        Attention::ItemsCancelled => {
            format!("Its labels have more than remains: {}.", remaining_of(order, package))
        }
        Attention::LabelRefused => "A label of it was refused.".to_owned(),
        Attention::NumberOverused => {
            "Its tracking number belongs to so many orders that no scan of it reaches this one.".to_owned()
        }
        Attention::OneTrackingPerOrder => {
            format!("{channel} takes one number for an order, and has another package's.")
        }
        Attention::WithheldMoved => {
            "The setting Never stopped it, and the parcel is on its way since.".to_owned()
        }
        Attention::ImeisMissing => {
            format!("It is held until its {} come.", order.lacking().words())
        }
        Attention::ImeiTwice => says_twice(order),
        Attention::ImeiAmbiguous => AMBIGUOUS.to_owned(),
        Attention::ImeiFailed => format!("{channel} did not take an IMEI or a serial number."),
        Attention::ImeiLate => {
            "An IMEI or a serial number was changed after the confirmation was sent.".to_owned()
        }
        Attention::ImeiByHand => {
            format!("{channel} takes one IMEI and one serial number of a line, and a line has more.")
        }
        Attention::Delayed if matches!(package.state.stage(), Some(Stage::Confirmed { .. })) => {
            format!("An IMEI or a serial number is due for over an hour, and {channel} has not taken it so far.")
        }
        Attention::Delayed => "It is due for over an hour, and was not sent.".to_owned(),
        Attention::HeldByAPerson => match &package.hold {
            Some(person) => format!("{} holds it: {}.", person.by, bare(person.reason.as_str())),
            None => "A person holds it.".to_owned(),
        },
    }
}

fn says_not_shown(channel: &str, package: &Package) -> String {
    match package.not_shown.as_ref().and_then(|not_shown| not_shown.found.as_ref()) {
        Some(found) => format!("{channel} took its number, and shows {}.", bare(found.as_str())),
        None => format!("{channel} took its number, and does not show it."),
    }
}

/// The words with which its channel refused it.
fn refusal(package: &Package) -> String {
    match &package.state {
        State::Rejected(rejection) => format!("{}: {}", rejection.code, rejection.why),
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Observed(_)
        | State::Closed { .. }
        | State::Sent(_) => String::new(),
    }
}

/// What time, or the buyer, makes a person look at (rules S3 to S5).
#[derive(Clone, Copy)]
enum Watched {
    Wish,
    Passed,
    Near,
    NoMovement,
    NoLabel,
}

fn says_watched(what: Watched, order: &Order, package: &Package) -> String {
    let channel = order.channel.shown();
    let by = || ship_by(order, package).map(|by| by.to_string()).unwrap_or_default();
    match what {
        Watched::Wish => {
            let at = order.wish.map(|wish| format!(", as was told of {}", wish.at));
            format!("The buyer wishes to cancel{}.", at.unwrap_or_default())
        }
        Watched::Passed => format!("{channel} had it to be shipped by {}.", by()),
        Watched::Near => format!("{channel} has it to be shipped by {}.", by()),
        Watched::NoLabel => "Its label was voided, and no other has come.".to_owned(),
        Watched::NoMovement => {
            "No movement of its parcel is known since its label was made.".to_owned()
        }
    }
}

fn advice_watched(what: Watched, package: &Package) -> &'static str {
    match what {
        Watched::Wish if package.lock().is_some() => {
            "Its number was sent. Answer the buyer at the marketplace, and mark this as dealt with."
        }
        Watched::Wish => {
            "Answer the buyer at the marketplace. If it goes all the same, refuse the wish here; if not, have the order cancelled."
        }
        Watched::Passed | Watched::Near if package.lock().is_some() => {
            "Nobody knows so far whether the marketplace has its number. Look at the order there; then mark this as dealt with."
        }
        Watched::Passed | Watched::Near => {
            "See that its parcel goes, or send it now if it is on its way; then mark this as dealt with."
        }
        Watched::NoLabel => {
            "Have a label made, or choose the right one of those that there are; or mark this as dealt with."
        }
        Watched::NoMovement if package.lock().is_some() => {
            "The marketplace has its number. Look where the parcel is, ask the carrier, and mark this as dealt with."
        }
        Watched::NoMovement => {
            "Look where the parcel is, and ask the carrier. Send it now if it is on its way, or mark this as dealt with."
        }
    }
}

fn says_cancelled(order: &Order, package: &Package) -> String {
    let channel = order.channel.shown();
    if order.cancelled.is_some() {
        return format!("The order was cancelled after its number was sent to {channel}.");
    }
    let lines: Vec<String> = late_lines(order, package).map(remaining_in_words).collect();
    format!("More was sent to {channel} than remains: {}.", lines.join(", "))
}

const REFUSED_ADVICE: &str = "Mend what it says and have the label told again, or put it aside.";

/// What needs a person at an order, and at no package of it: a label that was refused (rule L15).
pub(super) fn refused_view(label: &RefusedLabel) -> Value {
    let reason = Attention::LabelRefused;
    let attention = (!label.is_over).then(|| {
        let allowed = label.allowed.as_ref().map(|allowed| format!("Allowed: {allowed}. "));
        let advice = format!("{}{REFUSED_ADVICE}", allowed.unwrap_or_default());
        json!({ "reason": reason.name(), "rank": reason.rank(), "says": label.reason,
            "advice": advice })
    });
    let put_aside = json!({ "action": "put_aside", "label": "Put aside", "sends": false,
        "warning": null, "event_id": label.event });
    let actions = if label.is_over { Vec::new() } else { vec![put_aside] };
    json!({ "event_id": label.event, "package_id": label.package, "label_id": label.label,
        "at": label.at.to_string(), "reason": label.reason, "allowed": label.allowed, "is_open": !label.is_over,
        "attention": attention, "actions": actions })
}

/// The lines of a label of which some pieces were cancelled, each with what remains.
fn remaining_of(order: &Order, package: &Package) -> String {
    let items = current(package).into_iter().flat_map(|label| &label.telling.items);
    let remaining = |item: &'_ Item| {
        let remaining = *order.remaining.get(&item.item_id)?;
        Some(remaining_in_words((&item.item_id, remaining)))
    };
    items.filter_map(remaining).collect::<Vec<_>>().join(", ")
}

fn remaining_in_words((line, remaining): (&ItemId, u32)) -> String {
    format!("{remaining} of line {line}")
}

const AMBIGUOUS: &str = "Two devices or one? Several IMEIs or serial numbers were entered for one piece, or one of them for two \
                         lines.";

fn says_twice(order: &Order) -> String {
    let lines = order.imeis.keys().chain(order.serials.keys());
    let places = lines.flat_map(|item| order.elsewhere(item));
    let places: BTreeSet<&str> = gather(places.map(Text::as_str));
    let places = Vec::from_iter(places).join(" and ");
    format!("An IMEI or serial number of it was entered for {places}, too.")
}

fn says_unresolved(order: &Order, package: &Package) -> String {
    let why = if let Some(Stage::Unresolved { why, .. }) = package.state.stage() {
        why.as_str()
    } else {
        ""
    };
    let (channel, why) = (order.channel.shown(), PlainWords::of(why, order.channel).text);
    format!("Nobody knows whether {channel} took the number: {}.", bare(&why))
}

/// Words from outside, without a full stop of their own.
pub(super) fn bare(words: &str) -> &str {
    words.trim_end_matches('.')
}

fn advice(reason: Attention, package: &Package) -> &'static str {
    match reason {
        Attention::Conflict => {
            "Look at the order there. If its number is right, resolve this; if not, change it there by hand first."
        }
        Attention::CancelledLate => {
            "Settle it with the buyer or the marketplace, and mark this as dealt with."
        }
        Attention::Superseded => {
            "Change the number at the marketplace by hand where it can be changed, and mark this as dealt with."
        }
        Attention::Unresolved if former(package).is_some() => {
            "Look at the order there. If it is still to be shipped, say that the number is a former one: then ours takes its \
             place. Nothing is sent over it before."
        }
        Attention::Unresolved => {
            "Look at the order there, and say what it has: our number, another, or none."
        }
        Attention::Rejected => "Mend what it says, then try again; or close it.",
        Attention::NotShown => {
            "Look at the order there, and say whether it has our number. If it has none, it can be sent again: the same number \
             is told by the same reference."
        }
        Attention::CancelRequested => advice_watched(Watched::Wish, package),
        Attention::ShipByPassed | Attention::ShipByNear => advice_watched(Watched::Near, package),
        Attention::NoMovement => advice_watched(Watched::NoMovement, package),
        Attention::NoLabel => advice_watched(Watched::NoLabel, package),
        Attention::LabelDisputed if package.lock().is_some() => {
            "Look which number is on the parcel. If it is not the one that was sent, change it at the marketplace by hand where \
             it can be changed; then mark this as dealt with."
        }
        Attention::LabelDisputed => "Say which of the two is right.",
        Attention::ReplacedLabelMoves if package.lock().is_some() => {
            "Look which label is on the parcel. If it is not the one that was sent, change the number at the marketplace by \
             hand where it can be changed; then mark this as dealt with."
        }
        Attention::ReplacedLabelMoves => {
            "Release it if the current label is right, or say which other label is on the parcel."
        }
        Attention::ItemsCancelled => {
            "Have labels told that fit what remains, or send it now as its label has it."
        }
        Attention::LabelRefused => REFUSED_ADVICE,
        Attention::NumberOverused => {
            "Send it now once its parcel is on its way, or give it a label with a number of its own."
        }
        Attention::ImeisMissing => "Enter them, or send without them.",
        Attention::OneTrackingPerOrder => {
            "Tell the buyer the second number, and close this. Nothing can be sent."
        }
        Attention::WithheldMoved => {
            "Release it, or send it now, if the marketplace must know of it; if it is right so, mark this as dealt with."
        }
        Attention::ImeiTwice => {
            "Look which device is in which parcel. Enter the right one where it is not sent yet, and settle the other at the \
             marketplace; if both are right, mark this as dealt with."
        }
        Attention::ImeiAmbiguous if package.lock().is_some() => {
            "Look which device is in the parcel, enter its IMEI or serial number at the marketplace by hand where it is missing, \
             and mark this as dealt with."
        }
        Attention::ImeiAmbiguous => {
            "Enter for each line what is in the parcel. Two IMEIs of one phone are one entry, with a slash between them."
        }
        Attention::ImeiFailed | Attention::ImeiLate | Attention::ImeiByHand => {
            "Enter it at the marketplace by hand, and mark this as dealt with."
        }
        Attention::Delayed => "Look whether its partner is stopped or busy; it goes out by itself.",
        Attention::HeldByAPerson => "Release it, or send it now.",
    }
}
