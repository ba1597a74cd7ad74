//! The looks at what a channel holds of a package, for people (rules S7 and S8).

use crate::step::{Verification, verification};
use crate::{ChannelShows, LookOf, Moment, Order, Package, ShownNumber};
use serde_json::{Value, json};

/// When the channel was asked last, when a look was dropped, since when a person waits for one, and when the next is made, as far as
/// that is known.
pub(super) fn looks_view(package: &Package) -> Value {
    let looks = &package.looks;
    let at = |look: &Option<LookOf>| look.as_ref().map(|look| look.at.to_string());
    let shown = |at: Option<Moment>| at.map(|at| at.to_string());
    json!({ "asked_at": at(&looks.answered), "dropped_at": at(&looks.dropped),
        "asked_for_at": shown(looks.asked_for), "next_at": shown(looks.due.map(|tried| tried.at)) })
}

/// What the channel held of what was observed (rule A3).
pub(super) fn shows_view(shows: &ChannelShows) -> Value {
    let (what, found) = match &shows.what {
        ShownNumber::Ours => ("ours", None),
        ShownNumber::Other(found) => ("other", Some(found)),
        ShownNumber::Former(found) => ("former", Some(found)),
        ShownNumber::Nothing => ("nothing", None),
        ShownNumber::Unclear(why) => ("unclear", Some(why)),
    };
    json!({ "at": shows.at.to_string(), "what": what, "found": found })
}

/// Whether the channel shows what it took.
pub(super) fn verification_view(order: &Order, package: &Package) -> Value {
    let channel = order.channel.shown();
    let Some(verification) = verification(order, package) else { return Value::Null };
    let (state, says) = match verification {
        Verification::Pending => {
            ("pending", format!("{channel} took its number. Whether it shows it is looked at."))
        }
        Verification::Shown => ("shown", format!("{channel} shows its number.")),
        Verification::Dropped => (
            "not_verified",
            format!(
                "{channel} took its number, and could not be asked in time whether it shows it."
            ),
        ),
        Verification::NotShown => ("not_shown", format!("{channel} does not show its number.")),
    };
    let found = package.not_shown.as_ref().and_then(|not_shown| not_shown.found.as_ref());
    json!({ "state": state, "says": says, "found": found })
}
