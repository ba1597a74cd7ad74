//! What a person can do about a package, and what of it cannot be taken back.

use crate::step::{current, is_closable, is_open, possible, possible_from};
use crate::{Action, Order, Package, PackageId, Resolution};
use serde_json::{Value, json};

pub(super) fn action_views(order: &Order, id: &PackageId) -> Value {
    let Some(package) = order.packages.get(id) else { return Value::Null };
    let is_offered = |action: &Action| match action {
        // A mark is dealt with either way: one of the two is enough to choose from.
        Action::Resolve(Resolution::Confirmed) => is_open(&package.state),
        Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::Retry
        | Action::Resolve(Resolution::Closed | Resolution::NothingThere) => true,
    };
    let offered = possible(order, id).into_iter().filter(is_offered);
    offered.map(|action| action_view(order, package, action)).collect()
}

fn action_view(order: &Order, package: &Package, action: Action) -> Value {
    let (name, resolution, label) = match action {
        Action::SendNow => ("send_now", None, "Send now"),
        Action::Hold => ("hold", None, "Hold"),
        Action::Release => ("release", None, "Release"),
        Action::Retry => ("retry", None, "Try again"),
        Action::Resolve(Resolution::Confirmed) => {
            ("resolve", Some("confirmed"), "It has our number")
        }
        Action::Resolve(Resolution::Closed) if is_closable(&package.state) => {
            ("resolve", Some("closed"), "Close")
        }
        Action::Resolve(Resolution::Closed) => ("resolve", Some("closed"), "Mark as dealt with"),
        Action::Resolve(Resolution::NothingThere) => {
            ("resolve", Some("nothing_there"), "It has nothing: send again")
        }
    };
    let mut view = json!({ "action": name, "label": label, "sends": action.sends(),
        "warning": action.sends().then(|| warning(order, package, action)) });
    if let (Some(resolution), Some(fields)) = (resolution, view.as_object_mut()) {
        fields.insert("resolution".to_owned(), json!(resolution));
    }
    view
}

/// Said before anything is sent.
fn warning(order: &Order, package: &Package, action: Action) -> String {
    let channel = order.channel.shown();
    let number = current(package).map(|label| label.tracking.to_string());
    let number = number.unwrap_or_else(|| "the number of its next label".to_owned());
    let despite = if order.cancelled.is_some() && action == Action::SendNow {
        " The order was cancelled; it is confirmed all the same."
    } else {
        ""
    };
    let when = match action {
        Action::SendNow => {
            format!("This tells {channel} now that the order has shipped with {number}.")
        }
        Action::Release | Action::Retry => {
            format!(
                "If it is due, {channel} is told at once that the order has shipped with {number}."
            )
        }
        Action::Resolve(Resolution::NothingThere) => format!(
            "{}If it is due, {channel} is told again that the order has shipped with {number}. If it has a number after \
             all, the buyer may get two.",
            possible_from(package, action, order.channel.facts())
                .map(|from| format!(
                    "Possible from {from} on: until then what was sent may still be applied. "
                ))
                .unwrap_or_default()
        ),
        Action::Hold | Action::Resolve(Resolution::Confirmed | Resolution::Closed) => String::new(),
    };
    format!("{when}{despite} A confirmation that was sent cannot be taken back.")
}
