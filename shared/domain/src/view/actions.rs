//! What a person can do about a package, and which of it they cannot take back.

use crate::step::{current, is_closable, needs_a_person, possible, possible_from};
use crate::{
    Action, Held, Mode, Order, Package, PackageId, Partner, Resolution, Stage, State, Text, Timing,
    Withheld,
};
use serde_json::{Value, json};

pub(super) fn action_views(order: &Order, id: &PackageId, partner: Option<&Partner>) -> Value {
    let Some(package) = order.packages.get(id) else { return Value::Null };
    let observes = partner.is_some_and(|partner| partner.mode == Mode::Observe);
    let is_offered = |action: &Action| match action {
        // Both resolutions deal with a mark, so one of them is enough to choose from.
        Action::Resolve(Resolution::Confirmed) => needs_a_person(&package.state),
        // It would only be observed once more (rule A3).
        Action::SendNow if observes => package.observed().is_none(),
        Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::UseLabel(_)
        | Action::Retry
        | Action::Look
        | Action::Resolve(Resolution::Closed | Resolution::NothingThere) => true,
    };
    let offered = possible(order, id).into_iter().filter(is_offered);
    offered.map(|action| action_view(order, package, &action)).collect()
}

fn action_view(order: &Order, package: &Package, action: &Action) -> Value {
    let (name, resolution, label) = match action {
        Action::SendNow => ("send_now", None, "Send now"),
        Action::Hold => ("hold", None, "Hold"),
        Action::Release if package.hold.is_some() => ("release", None, "Release"),
        Action::Release if is_stopped_by_never_now(package) => {
            ("release", None, "Release from Never")
        }
        Action::Release if is_held_for_wish(package) => {
            ("release", None, "Refuse the wish to cancel")
        }
        Action::Release => ("release", None, "The current label is right"),
        Action::UseLabel(_) => ("use_label", None, "Use this label"),
        Action::Retry => ("retry", None, "Try again"),
        Action::Look => ("look", None, "Look what it has"),
        Action::Resolve(Resolution::Confirmed) => {
            ("resolve", Some("confirmed"), "It has our number")
        }
        Action::Resolve(Resolution::Closed) if is_closable(&package.state) => {
            ("resolve", Some("closed"), "Close")
        }
        Action::Resolve(Resolution::Closed) => ("resolve", Some("closed"), "Mark as dealt with"),
        Action::Resolve(Resolution::NothingThere) if former(package).is_some() => {
            ("resolve", Some("nothing_there"), "That number is a former one: send ours")
        }
        Action::Resolve(Resolution::NothingThere) => {
            ("resolve", Some("nothing_there"), "It has nothing: send again")
        }
    };
    let mut view = json!({ "action": name, "label": label, "sends": action.sends(),
        "warning": action.sends().then(|| warning(order, package, action)) });
    if let (Some(resolution), Some(fields)) = (resolution, view.as_object_mut()) {
        fields.insert("resolution".to_owned(), json!(resolution));
    }
    if let (Action::UseLabel(choice), Some(fields)) = (action, view.as_object_mut()) {
        fields.insert("label_id".to_owned(), json!(choice.label));
        fields.insert("event_id".to_owned(), json!(choice.event));
    }
    view
}

/// Whether a release takes back what `never` did.
fn is_stopped_by_never_now(package: &Package) -> bool {
    matches!(package.state, State::Withheld(Withheld::Never))
}

/// Whether a release refuses the buyer's wish to cancel.
fn is_held_for_wish(package: &Package) -> bool {
    matches!(package.state, State::Held(Held::CancelRequested))
}

/// The number that the channel shows while the order is still to be shipped.
pub(super) fn former(package: &Package) -> Option<&Text> {
    let Some(Stage::Unresolved { former, .. }) = package.state.stage() else { return None };
    former.as_ref()
}

/// What a release from `never` does, by the label's own timing.
fn released(package: &Package, channel: &str, number: &str) -> String {
    let timing = current(package).map(|label| label.terms.timing);
    let when = match timing {
        Some(Timing::WhenTrackingShowsMovement) => {
            "at its parcel's first movement, or at once if it has moved"
        }
        Some(Timing::WhenTrackingIsAssigned | Timing::Never) | None => "at once",
    };
    format!(
        "It goes on as if Never had not been set: {channel} is told {when} that the order has shipped with {number}. While \
         Never is set it stays withheld."
    )
}

/// What a release does to the buyer's wish to cancel (rule S5).
fn wish_refused(channel: &str, number: &str) -> String {
    format!(
        "The buyer's wish to cancel is refused here, for this package. {channel} is not told of that: answer the buyer there. \
         It goes on by its own timing: if it is due, {channel} is told at once that the order has shipped with {number}."
    )
}

/// What a person reads before they send something.
fn warning(order: &Order, package: &Package, action: &Action) -> String {
    let channel = order.channel.shown();
    let chosen = match action {
        Action::UseLabel(choice) => {
            let label = package.labels().find(|label| label.id == choice.label);
            label.and_then(|label| label.telling_of(&choice.event))
        }
        Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::Retry
        | Action::Look
        | Action::Resolve(_) => current(package).map(|label| &label.telling),
    };
    let number = chosen.map(|telling| telling.tracking.to_string());
    let number = number.unwrap_or_else(|| "the number of its next label".to_owned());
    let is_wished = is_held_for_wish(package);
    let despite = match action {
        Action::SendNow if order.cancelled.is_some() => {
            " The order was cancelled; it is confirmed all the same."
        }
        Action::SendNow if is_wished => {
            " The buyer wishes to cancel; it is confirmed all the same. Tell the buyer at the marketplace."
        }
        Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::UseLabel(_)
        | Action::Retry
        | Action::Look
        | Action::Resolve(_) => "",
    };
    let when = match action {
        Action::SendNow => {
            format!("This tells {channel} now that the order has shipped with {number}.")
        }
        Action::Release if is_stopped_by_never_now(package) => released(package, channel, &number),
        Action::Release if is_wished && package.hold.is_none() => wish_refused(channel, &number),
        Action::Release | Action::UseLabel(_) | Action::Retry => {
            format!(
                "If it is due, {channel} is told at once that the order has shipped with {number}."
            )
        }
        Action::Resolve(Resolution::NothingThere) => {
            let from = possible_from(package, action, order.channel.facts());
            let from = from.map(|from| {
                format!("Possible from {from} on: until then what was sent may still be applied. ")
            });
            let consequence = match former(package) {
                Some(former) => format!(
                    "If it is due, and {channel} still shows {former} and that the order is still to be shipped, it is told \
                     that the order has shipped with {number}, which takes the place of {former}."
                ),
                None => format!(
                    "If it is due, {channel} is told again that the order has shipped with {number}. If it has a number \
                     after all, the buyer may get two."
                ),
            };
            format!("{}{consequence}", from.unwrap_or_default())
        }
        Action::Hold
        | Action::Look
        | Action::Resolve(Resolution::Confirmed | Resolution::Closed) => String::new(),
    };
    format!("{when}{despite} A confirmation that was sent cannot be taken back.")
}
