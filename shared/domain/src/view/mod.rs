//! An order for people and programs to read, in full words: whole, or as one line of a list. IMEIs are masked (rule I8).

mod actions;
mod attention;
mod explain;
mod label;
mod looks;
mod never;
mod package;
mod plain_words;
mod state;
mod watch;

use crate::step::{Entered, carries_device, current, is_stopped_by_never, lines};
use crate::{
    EnteredList, Held, Item, ItemId, Moment, Order, Package, PackageId, Partner, Phone, Serial,
    State, TimingNow, WaitingFor, Withheld, gather,
};
use attention::refused_view;
pub use explain::{Explanation, PackageExplanation, Told, explain};
pub use label::movement_view;
pub use never::never_view;
use package::{full, short};
use plain_words::PlainWords;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use watch::wish_view;

impl Order {
    /// The order as people see it under the partner's timing now. What `never` stops is shown as withheld, although the order
    /// keeps that only from its claim on (rule T5).
    #[must_use]
    pub fn shown_under(mut self, timing: TimingNow) -> Self {
        for package in self.packages.values_mut() {
            let is_stopped =
                current(package).is_some_and(|label| is_stopped_by_never(package, label, timing));
            if let State::Waiting(_) | State::Ready(_) | State::Held(Held::ImeisMissing) =
                package.state
                && is_stopped
            {
                package.state = State::Withheld(Withheld::Never);
            }
        }
        self
    }

    /// When the wait for IMEIs ends, while there is one.
    pub fn imei_deadline(&self) -> Option<Moment> {
        let deadline = |package: &Package| {
            let State::Waiting(WaitingFor::Imeis { deadline, .. }) = package.state else {
                return None;
            };
            Some(deadline)
        };
        self.packages.values().filter_map(|package| deadline(package)).min()
    }

    /// Whether an IMEI that is missing could still go out with the order: nothing of the order was sent yet.
    pub fn awaits_imeis(&self) -> bool {
        let is_unsent = self.packages.values().all(|package| package.fixed().is_none());
        self.cancelled.is_none() && is_unsent && self.lacks_imeis()
    }
}

/// The order as JSON: state, proof, timeline, and what a person can do.
pub fn order_view(order: &Order, version: u64) -> Value {
    whole(order, version, None)
}

/// The order as its partner's people see it: under the timing now, and with who set `never` and who left it where that
/// stopped a package.
pub fn order_view_at(partner: &Partner, order: Order, version: u64) -> Value {
    whole(&order.shown_under(partner.timing_now()), version, Some(partner))
}

fn whole(order: &Order, version: u64, partner: Option<&Partner>) -> Value {
    let imeis = list_views(&order.imeis, "imeis", Phone::masked);
    let serials = list_views(&order.serials, "serials", Serial::masked);
    let timeline: Vec<Value> = order
        .timeline
        .iter()
        .map(|change| {
            let note = change.note.as_ref();
            let note = note.map(|note| PlainWords::of(note.as_str(), order.channel));
            let view = json!({ "at": change.at.to_string(), "package_id": change.package,
                "what": change.what, "note": note.as_ref().map(|note| &note.text) });
            match note {
                Some(note) => note.beside(view),
                None => view,
            }
        })
        .collect();
    let mut view = common(order, version, |id| full(order, id, partner));
    view.insert("seller_id".to_owned(), json!(order.key.seller));
    view.insert("due_at".to_owned(), json!(order.due_at.map(|at| at.to_string())));
    view.insert("returns".to_owned(), json!(order.returns));
    view.insert("imeis".to_owned(), imeis.into());
    view.insert("serials".to_owned(), serials.into());
    view.insert("timeline".to_owned(), timeline.into());
    Value::Object(view)
}

/// The lists of a kind that were entered, masked.
fn list_views<T>(
    lists: &BTreeMap<ItemId, EnteredList<T>>,
    kind: &str,
    masked: impl Fn(&T) -> String,
) -> Vec<Value> {
    let view = |(item, list): (&ItemId, &EnteredList<T>)| {
        json!({ "item_id": item, kind: self::masked(Some(list), &masked), "updated_at": list.updated_at.to_string(),
            "updated_by": list.updated_by })
    };
    lists.iter().map(view).collect()
}

/// The order as one line of a list: no timeline, no details of its labels.
pub fn order_line(order: &Order, version: u64) -> Value {
    line(order, version, None)
}

/// The line of an order as its partner's people see it: see [`order_view_at`].
pub fn order_line_at(partner: &Partner, order: Order, version: u64) -> Value {
    line(&order.shown_under(partner.timing_now()), version, Some(partner))
}

fn line(order: &Order, version: u64, partner: Option<&Partner>) -> Value {
    Value::Object(common(order, version, |id| short(order, id, partner)))
}

fn common(
    order: &Order,
    version: u64,
    package: impl Fn(&PackageId) -> Value,
) -> Map<String, Value> {
    let packages: Vec<Value> = order.packages.keys().map(package).collect();
    let entries = [
        ("partner_id", json!(order.key.partner)),
        ("order_id", json!(order.key.order)),
        ("channel", json!(order.channel)),
        ("version", json!(version)),
        ("seen_at", json!(order.seen_at.to_string())),
        ("cancelled_at", json!(order.cancelled.map(|at| at.to_string()))),
        ("cancelled_lines", cancelled_line_views(order)),
        ("cancel_wish", wish_view(order)),
        ("refused_labels", order.refused.iter().map(refused_view).collect()),
        ("attention_since", json!(order.attention_since.map(|at| at.to_string()))),
        ("imei_deadline", json!(order.imei_deadline().map(|at| at.to_string()))),
        ("lines", json!(line_views(order))),
        ("packages", json!(packages)),
    ];
    gather(entries.map(|(name, value)| (name.to_owned(), value)))
}

/// Each line of which some pieces were cancelled, with how many remain (rule L9).
fn cancelled_line_views(order: &Order) -> Value {
    let lines = order.remaining.iter();
    lines.map(|(item, remaining)| json!({ "item_id": item, "remaining": remaining })).collect()
}

/// The lines that ship, where the channel takes IMEIs and serial numbers.
fn line_views(order: &Order) -> Vec<Value> {
    if !order.channel.facts().takes_imeis {
        return Vec::new();
    }
    let lines: Vec<Item> = lines(order).into_values().collect();
    let entered = Entered::of(order, &lines);
    let view = |item: &Item| {
        let id = &item.item_id;
        let lacking = entered.lacking(item);
        json!({ "item_id": id, "sku": item.sku, "quantity": item.quantity,
            "requires_imei": item.requires_imei, "requires_serial": item.requires_serial,
            "imeis": masked(order.imeis.get(id), Phone::masked),
            "serials": masked(order.serials.get(id), Serial::masked),
            "is_missing": lacking.any(), "missing": lacking.names(),
            "is_ambiguous": entered.is_ambiguous(item),
            "is_by_hand": item.requires_device() && !carries_device(item) })
    };
    lines.iter().map(view).collect()
}

fn masked<T>(list: Option<&EnteredList<T>>, masked: impl Fn(&T) -> String) -> Vec<String> {
    list.into_iter().flat_map(|list| &list.entries).map(masked).collect()
}
