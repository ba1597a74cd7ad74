//! An order explained: what happened and why, what it waits for, and what would change it, in sentences that whoever supports a
//! seller can read to them. What needs a person is said as everywhere else; IMEIs, serial numbers and Transparency codes are masked
//! (rules I8 and L13).

mod because;
mod changes;
mod next;
mod stands;

use super::actions::action_views;
use super::attention::{attention_views, refused_view};
use crate::step::{Entered, lines};
use crate::{Item, Moment, Order, Package, PackageId, Partner, Phone, Serial};
use serde::Serialize;
use serde_json::Value;

/// An order in sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What is known of the order as a whole.
    pub order: Vec<String>,
    /// Its packages.
    pub packages: Vec<PackageExplanation>,
    /// Its last changes, the oldest first.
    pub timeline: Vec<Told>,
}

/// A package in sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageExplanation {
    /// Which package.
    pub package_id: PackageId,
    /// The name of its state.
    pub state: &'static str,
    /// Where it stands.
    pub stands: String,
    /// What led there.
    pub because: Vec<String>,
    /// What happens next by itself.
    pub next: Vec<String>,
    /// What needs a person, with what resolves it.
    pub needs: Vec<String>,
    /// What would change it: events first, then what a person can do.
    pub would_change: Vec<String>,
}

/// A change of the timeline in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// When.
    pub at: String,
    /// The package that changed. `None` where the order did.
    pub package_id: Option<PackageId>,
    /// What happened.
    pub says: String,
}

/// Explains an order, as it is under its partner's settings now. Without a partner nothing is said of its account.
pub fn explain(order: Order, partner: Option<&Partner>, now: Moment) -> Explanation {
    let order = match partner {
        Some(partner) => order.shown_under(partner.timing_now()),
        None => order,
    };
    Explanation {
        order: of_order(&order, now),
        packages: order
            .packages
            .iter()
            .map(|(id, package)| explained(&order, (id, package), partner, now))
            .collect(),
        timeline: order
            .timeline
            .iter()
            .map(|change| changes::told(change, order.channel))
            .collect(),
    }
}

fn explained(
    order: &Order,
    (id, package): (&PackageId, &Package),
    partner: Option<&Partner>,
    now: Moment,
) -> PackageExplanation {
    let never = package.label.as_ref().zip(partner);
    let never = never.and_then(|(label, partner)| partner.never_that_stopped(label.goes_since()));
    let attention = attention_views(order, id, never);
    let needs = attention.as_array().into_iter().flatten().map(|one| {
        let said =
            ["says", "advice"].map(|of| one.get(of).and_then(Value::as_str).unwrap_or_default());
        said.join(" ")
    });
    let actions = action_views(order, id, partner);
    let actions = actions.as_array().into_iter().flatten().map(action_in_words);
    PackageExplanation {
        package_id: id.clone(),
        state: package.state.name(),
        stands: stands::stands(order, package, never),
        because: because::because(order, package),
        next: next::next(order, package, partner, now),
        needs: needs.collect(),
        would_change: next::events(order, package).into_iter().chain(actions).collect(),
    }
}

/// What a person can do, with what they read before they do it.
fn action_in_words(action: &Value) -> String {
    let word = |name: &str| action.get(name).and_then(Value::as_str).unwrap_or_default();
    let label = match (word("label_id"), word("event_id")) {
        ("", _) => String::new(),
        (label, event) => format!(" for {label}, as event {event} told it"),
    };
    let warning = match word("warning") {
        "" => String::new(),
        warning => format!(" {warning}"),
    };
    format!("A person can choose \"{}\"{label}.{warning}", word("label"))
}

fn of_order(order: &Order, now: Moment) -> Vec<String> {
    let channel = order.channel.shown();
    let mut said = vec![format!("It was first heard of at {}.", order.seen_at)];
    said.extend(order.cancelled.map(|at| format!("It was cancelled at {at}.")));
    for (item, remaining) in &order.remaining {
        said.push(format!("Of line {item} {remaining} remain, for others were cancelled."));
    }
    said.extend(order.wish.map(|wish| {
        let does = if wish.is_wished { "wishes" } else { "no longer wishes" };
        format!("The buyer {does} to cancel, as was told of {}.", wish.at)
    }));
    said.extend(
        order.shipped.map(|at| format!("Somebody shipped it otherwise, as was told of {at}.")),
    );
    if order.channel.facts().takes_imeis {
        let shipped: Vec<Item> = lines(order).into_values().collect();
        let entered = Entered::of(order, &shipped);
        said.extend(shipped.iter().filter_map(|item| devices(order, entered, item)));
    }
    for label in &order.refused {
        let view = refused_view(label);
        let advice = view.pointer("/attention/advice").and_then(Value::as_str);
        let advice = advice.map_or_else(
            || " That needs nobody any more.".to_owned(),
            |advice| format!(" {advice}"),
        );
        let reason = label.reason.as_str().trim_end_matches('.');
        said.push(format!("A label of it was refused at {}: {reason}.{advice}", label.at));
    }
    if order.packages.is_empty() && order.refused.is_empty() {
        said.push(format!("No label of it is known, so {channel} is told nothing."));
    }
    for unpublished in &order.unpublished {
        let (kind, next) = (unpublished.notice.kind.name(), unpublished.next);
        said.push(format!("{kind} could not be published so far; that is tried again at {next}."));
    }
    said.push(match order.due_at {
        Some(at) if at <= now => {
            format!("Its timer has run out at {at}: the sweep looks at it within a minute or so.")
        }
        Some(at) => format!("It is looked at by itself at {at}."),
        None => "No timer runs for it: only an event or a person changes it.".to_owned(),
    });
    said
}

/// What was entered and what is missing of a line that needs IMEIs or serial numbers, masked.
fn devices(order: &Order, entered: Entered<'_>, item: &Item) -> Option<String> {
    if !item.requires_device() {
        return None;
    }
    let imeis = order.imeis.get(&item.item_id).into_iter().flat_map(|list| &list.entries);
    let serials = order.serials.get(&item.item_id).into_iter().flat_map(|list| &list.entries);
    let shown: Vec<String> = imeis.map(Phone::masked).chain(serials.map(Serial::masked)).collect();
    let has = if shown.is_empty() {
        "nothing was entered".to_owned()
    } else {
        format!("{} was entered", shown.join(", "))
    };
    let lacking = entered.lacking(item);
    let lacks =
        if lacking.any() { format!("; it lacks {}", lacking.words()) } else { String::new() };
    Some(format!("Line {}, {} in all: {has}{lacks}.", item.item_id, item.quantity))
}
