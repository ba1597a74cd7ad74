//! A label with all that was told of it, and its parcel's movements.

use crate::step::locked_label;
use crate::{Item, Label, Movement, NumberKey, Order, Package, Telling, TransparencyCode, gather};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A label: what was told of it and counts, and beside it the telling that contradicts that, if there is one (rule L7).
pub(super) fn label_view(order: &Order, package: &Package, label: &Label) -> Value {
    let is_sent = locked_label(package).is_some_and(|sent| sent.id == label.id);
    let kind = if order.returns.contains(&label.id) { "return" } else { "outbound" };
    let mut view = telling_view(order, &label.telling);
    let entries = [
        ("label_id", json!(label.id)),
        ("kind", json!(kind)),
        ("voided", json!(package.voided.contains(&label.id))),
        ("is_sent", json!(is_sent)),
        ("stays", json!(label.stays)),
        ("received_at", json!(label.received_at.to_string())),
        ("disputed", json!(label.disputed.as_deref().map(|other| telling_view(order, other)))),
    ];
    view.extend(entries.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(view)
}

/// The package's other labels, each with the movements of its numbers: by them a person sees which label is on the parcel.
pub(super) fn other_label_views(order: &Order, package: &Package) -> Vec<Value> {
    let view = |label: &Label| {
        let mut view = label_view(order, package, label);
        if let Some(fields) = view.as_object_mut() {
            fields.insert("movements".to_owned(), movement_views(package, label).into());
        }
        view
    };
    package.others.iter().map(view).collect()
}

/// The movements of a label's numbers, by the carrier's time.
pub(super) fn movement_views(package: &Package, label: &Label) -> Vec<Value> {
    let keys: BTreeSet<NumberKey> = gather(label.keys());
    let of_key = |key| Some((key, package.movements.get(key)?));
    let all = keys.iter().filter_map(of_key).flat_map(|(key, movements)| {
        movements.iter().map(move |movement| ((movement.identity(), key), movement))
    });
    let by_time: BTreeMap<_, &Movement> = gather(all);
    by_time.into_iter().map(|((_, key), movement)| movement_view(key, movement)).collect()
}

/// A movement of a number as people and programs see it.
pub fn movement_view(number: &NumberKey, movement: &Movement) -> Value {
    json!({ "tracking_number": number, "status": movement.status, "location": movement.location,
        "occurred_at": movement.occurred_at.to_string(),
        "received_at": movement.received_at.to_string(), "event_id": movement.event })
}

fn telling_view(order: &Order, telling: &Telling) -> Map<String, Value> {
    let entries = [
        ("event_id", json!(telling.event)),
        ("carrier", json!(telling.carrier)),
        ("service", json!(telling.service)),
        ("tracking_number", json!(telling.tracking)),
        ("also_known_as", json!(telling.also_known_as)),
        ("tracking_url", json!(telling.tracking_url)),
        ("labeled_at", json!(telling.labeled_at.to_string())),
        ("updated_at", json!(telling.updated_at.map(|at| at.to_string()))),
        ("ship_by", json!(telling.ship_by.map(|at| at.to_string()))),
        ("ships_on", json!(telling.ships_on.map(|at| at.to_string()))),
        ("supply_source_id", json!(telling.supply_source_id)),
        ("items", item_views(order, &telling.items)),
    ];
    gather(entries.map(|(name, value)| (name.to_owned(), value)))
}

/// Lines as they were told, or as they were sent, each with what remains of it where some pieces were cancelled (rule L9).
pub(super) fn item_views(order: &Order, items: &[Item]) -> Value {
    let view = |item: &Item| {
        let codes: Vec<String> =
            item.transparency_codes.iter().map(TransparencyCode::masked).collect();
        json!({ "item_id": item.item_id, "sku": item.sku, "quantity": item.quantity,
            "requires_imei": item.requires_imei, "requires_serial": item.requires_serial,
            "transparency_codes": codes,
            "remaining": order.remaining.get(&item.item_id) })
    };
    items.iter().map(view).collect()
}
