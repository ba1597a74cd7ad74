//! A package: as one line of a list, and in full.

use super::actions::action_views;
use super::attention::attention_views;
use super::label::{item_views, label_view, movement_views, other_label_views};
use super::looks::{looks_view, verification_view};
use super::plain_words::PlainWords;
use super::state::detail;
use super::watch::{is_confirmed_late, refused_wish_view, ship_by_view};
use crate::step::{active_marks, current, items_of, label_of};
use crate::{
    Attempt, CarrierStatus, Channel, Chosen, Device, EventId, Failures, Imei, ItemId, Label, Line,
    LineState, Lock, Moment, Order, Package, PackageId, Partner, Person, Proof, Serial, gather,
};
use serde_json::{Map, Value, json};

/// What a list shows of a package.
pub(super) fn short(order: &Order, id: &PackageId, partner: Option<&Partner>) -> Value {
    let package = order.packages.get(id);
    Value::Object(package.map(|package| common(order, id, package, partner)).unwrap_or_default())
}

/// All that there is to know of a package.
pub(super) fn full(order: &Order, id: &PackageId, partner: Option<&Partner>) -> Value {
    let Some(package) = order.packages.get(id) else { return Value::Null };
    let mut view = common(order, id, package, partner);
    let label = package.label.as_ref();
    let failures = package.state.tries().and_then(|tries| tries.failures.as_ref());
    let entries = [
        ("label", json!(label.map(|label| label_view(order, package, label)))),
        ("movements", json!(label.map(|label| movement_views(package, label)).unwrap_or_default())),
        ("other_labels", other_label_views(order, package).into()),
        ("chosen", json!(chosen(package).map(|chosen| person_view(&chosen.person)))),
        ("attempts", json!(failures.map(|failures| failures_view(failures, order.channel)))),
        ("sent", json!(package.lock().map(|lock| sent_view(order, package, lock)))),
        (
            "observed",
            json!(package.observed().map(|observed| sent_view(order, package, &observed.lock))),
        ),
        (
            "imei_registrations",
            package.lines.iter().map(|(item, line)| line_view(item, line, order.channel)).collect(),
        ),
        ("refused_wish", refused_wish_view(package)),
        ("looks", looks_view(package)),
        ("verification", verification_view(order, package)),
        ("hold", json!(package.hold.as_ref().map(person_view))),
        ("actions", action_views(order, id, partner)),
    ];
    view.extend(entries.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(view)
}

fn common(
    order: &Order,
    id: &PackageId,
    package: &Package,
    partner: Option<&Partner>,
) -> Map<String, Value> {
    let fixed = package.fixed().and_then(|lock| label_of(package, lock));
    let shown = fixed.or_else(|| current(package)).or(package.label.as_ref());
    let never = package.label.as_ref().zip(partner);
    let never = never.and_then(|(label, partner)| partner.never_that_stopped(label.goes_since()));
    let entries = [
        ("package_id", json!(id)),
        ("state", json!(package.state.name())),
        ("detail", detail(order, package, never)),
        ("marks", json!(active_marks(order, id))),
        ("attention", attention_views(order, id, never)),
        ("tracking_number", json!(shown.map(|label| &label.telling.tracking))),
        ("carrier", json!(shown.map(|label| &label.telling.carrier))),
        ("timing", json!(package.label.as_ref().map(Label::timing))),
        ("labeled_at", json!(shown.map(|label| label.telling.labeled_at.to_string()))),
        ("ship_by", ship_by_view(order, package)),
        ("confirmed_late", json!(is_confirmed_late(package))),
        ("is_sent", json!(package.lock().is_some())),
        ("proof", json!(package.fixed().map(|lock| proof_view(package, lock)))),
    ];
    gather(entries.map(|(name, value)| (name.to_owned(), value)))
}

/// A person's word which label is the right one, while that label counts.
fn chosen(package: &Package) -> Option<&Chosen> {
    let label = package.label.as_ref()?;
    package.chosen.as_ref().filter(|chosen| chosen.label == label.id)
}

fn failures_view(failures: &Failures, channel: Channel) -> Value {
    let why = PlainWords::of(failures.why.as_str(), channel);
    let view = json!({ "failures": failures.count, "reason": why.text });
    why.beside(view)
}

fn sent_view(order: &Order, package: &Package, lock: &Lock) -> Value {
    let sent = label_of(package, lock);
    let device = |(item, device): (&ItemId, &Device)| {
        let (imei, serial) = masked(device);
        json!({ "item_id": item, "imei": imei, "serial": serial })
    };
    let devices: Vec<Value> = lock.devices.iter().map(device).collect();
    json!({
        "tracking_number": sent.map(|label| &label.telling.tracking),
        "carrier": sent.map(|label| &label.telling.carrier),
        "ship_date": lock.ship_date.to_string(),
        "reference": lock.seal.as_ref().and_then(|seal| seal.reference.as_ref()),
        "items": item_views(order, items_of(package, lock)),
        "devices": devices,
        "proof": proof_view(package, lock),
    })
}

/// The IMEI and the serial number of a device as people may see them (rule I8).
fn masked(device: &Device) -> (Option<String>, Option<String>) {
    (device.imei.as_ref().map(Imei::masked), device.serial.as_ref().map(Serial::masked))
}

/// What is known of an event that was proof.
#[derive(Default)]
struct ProofEvent<'a> {
    status: Option<CarrierStatus>,
    occurred: Option<Moment>,
    received: Option<Moment>,
    id: Option<&'a EventId>,
}

/// What made the confirmation due (rule M7), in one shape whatever it was.
fn proof_view(package: &Package, lock: &Lock) -> Value {
    let label = label_of(package, lock);
    let (kind, event, person) = match &lock.proof {
        Proof::Movement(seen) => {
            let event = ProofEvent {
                status: Some(seen.status),
                occurred: Some(seen.occurred_at),
                received: Some(seen.received_at),
                id: Some(&seen.event),
            };
            ("movement", event, None)
        }
        Proof::Label => {
            let event = ProofEvent {
                status: None,
                occurred: label.map(|label| label.telling.labeled_at),
                received: label.map(|label| label.received_at),
                id: label.map(|label| &label.telling.event),
            };
            ("label", event, None)
        }
        Proof::Deadline { by } => {
            let event = ProofEvent { occurred: Some(*by), ..ProofEvent::default() };
            ("deadline", event, None)
        }
        Proof::Wait => ("wait", ProofEvent::default(), None),
        Proof::Person => {
            let word = || package.send_now.as_ref().map(|word| &word.person);
            let person = lock.sent_by.as_ref().or_else(word);
            let occurred = person.map(|person| person.at);
            ("person", ProofEvent { occurred, ..ProofEvent::default() }, person)
        }
    };
    json!({
        "kind": kind,
        "carrier": label.map(|label| &label.telling.carrier),
        "status": event.status,
        "occurred_at": event.occurred.map(|at| at.to_string()),
        "received_at": event.received.map(|at| at.to_string()),
        "event_id": event.id,
        "label_id": label.map(|label| &label.id),
        "by": person.map(|person| &person.by),
        "reason": person.map(|person| &person.reason),
    })
}

/// A person who acted, when and why.
pub(super) fn person_view(person: &Person) -> Value {
    let mut view = json!({ "by": person.by, "reason": person.reason, "at": person.at.to_string() });
    if let (Some(evidence), Some(fields)) = (&person.evidence, view.as_object_mut()) {
        fields.insert("evidence".to_owned(), json!(evidence));
    }
    view
}

fn line_view(item: &ItemId, line: &Line, channel: Channel) -> Value {
    let failed = || line.tries.failures.as_ref().map(|failures| &failures.why);
    let (state, reason) = match &line.state {
        LineState::Open(Attempt::Pending(_)) => ("pending", failed()),
        LineState::Open(Attempt::Sending { .. }) => ("sending", None),
        LineState::Open(Attempt::InDoubt(doubt)) => ("in_doubt", Some(&doubt.why)),
        LineState::Done { .. } => ("done", None),
        LineState::Failed { why, .. } => ("failed", Some(why)),
    };
    let reason = reason.map(|reason| PlainWords::of(reason.as_str(), channel));
    let (imei, serial) = masked(&line.device);
    let view = json!({ "item_id": item, "imei": imei, "serial": serial, "state": state,
        "reason": reason.as_ref().map(|reason| &reason.text) });
    match reason {
        Some(reason) => reason.beside(view),
        None => view,
    }
}
