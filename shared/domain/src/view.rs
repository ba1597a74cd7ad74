//! An order for people and programs to read, in full words. IMEIs are masked (rule I8).

use crate::step::{active_marks, current, is_stopped_by_never, locked_label};
use crate::{
    Held, Item, Label, Line, LineState, Order, Package, Person, Proof, State, TimingNow,
    WaitingFor, Withheld,
};
use serde_json::{Value, json};

impl Order {
    /// The order as it is to be shown under the partner's timing now: what `never` stops is shown as withheld, although
    /// it is kept with its order only at the claim (rule T5).
    #[must_use]
    pub fn shown_under(mut self, timing: TimingNow) -> Self {
        for package in self.packages.values_mut() {
            let is_stopped = package.lock.is_none()
                && current(package)
                    .is_some_and(|label| is_stopped_by_never(package, label, timing));
            if let State::Waiting(_) | State::Ready { .. } | State::Held(Held::ImeisMissing) =
                package.state
                && is_stopped
            {
                package.state = State::Withheld(Withheld::Never);
            }
        }
        self
    }
}

/// The order as JSON: state, proof and timeline.
pub fn order_view(order: &Order, version: u64) -> Value {
    let packages: Vec<Value> =
        order.packages.iter().map(|(id, package)| package_view(order, id, package)).collect();
    let imeis: Vec<Value> = order
        .imeis
        .iter()
        .map(|(item, list)| {
            let masked: Vec<String> = list.imeis.iter().map(crate::Imei::masked).collect();
            json!({ "item_id": item, "imeis": masked, "updated_at": list.updated_at.to_string(),
                "updated_by": list.updated_by })
        })
        .collect();
    let timeline: Vec<Value> = order
        .timeline
        .iter()
        .map(|change| {
            json!({ "at": change.at.to_string(), "package_id": change.package, "what": change.what,
                "note": change.note })
        })
        .collect();
    json!({
        "seller_id": order.key.seller,
        "partner_id": order.key.partner,
        "order_id": order.key.order,
        "channel": order.channel,
        "version": version,
        "seen_at": order.seen_at.to_string(),
        "cancelled_at": order.cancelled.map(|at| at.to_string()),
        "due_at": order.due_at.map(|at| at.to_string()),
        "attention_since": order.attention_since.map(|at| at.to_string()),
        "packages": packages,
        "imeis": imeis,
        "timeline": timeline,
    })
}

fn package_view(order: &Order, id: &crate::PackageId, package: &Package) -> Value {
    let sent = locked_label(package);
    let (state, detail) = state_view(&package.state);
    json!({
        "package_id": id,
        "state": state,
        "detail": detail,
        "marks": active_marks(order, id),
        "label": package.label.as_ref().map(|label| label_view(label, package.voided.contains(&label.id))),
        "timing": package.label.as_ref().map(|label| label.terms.timing),
        "movements": package.label.as_ref().and_then(|label| package.movements.get(&label.tracking))
            .map(|movements| movements.iter().map(movement_view).collect::<Vec<_>>()).unwrap_or_default(),
        "attempts": package.attempts.as_ref().map(|a| json!({ "failures": a.failures, "reason": a.why })),
        "sent": package.lock.as_ref().map(|lock| json!({
            "tracking_number": sent.map(|label| &label.tracking),
            "carrier": sent.map(|label| &label.carrier),
            "ship_date": lock.ship_date.to_string(),
            "reference": lock.reference,
            "imeis": lock.imeis.iter().map(|(item, imeis)| json!({ "item_id": item,
                "imeis": imeis.iter().map(crate::Imei::masked).collect::<Vec<_>>() })).collect::<Vec<_>>(),
            "proof": match &lock.proof {
                Proof::Movement(movement) => movement_view(movement),
                Proof::Label => json!({ "label_id": sent.map(|label| &label.id),
                    "occurred_at": sent.map(|label| label.labeled_at.to_string()),
                    "received_at": sent.map(|label| label.received_at.to_string()),
                    "event_id": sent.map(|label| &label.event) }),
                Proof::Person => json!({ "person": package.send_now.as_ref().map(|s| person_view(&s.person)) }),
            },
        })),
        "imei_registrations": package.lines.iter().map(|(item, line)| line_view(item, line)).collect::<Vec<_>>(),
        "hold": package.hold.as_ref().map(person_view),
    })
}

fn person_view(person: &Person) -> Value {
    json!({ "by": person.by, "reason": person.reason, "at": person.at.to_string() })
}

fn label_view(label: &Label, is_voided: bool) -> Value {
    let items: Vec<Value> = label.items.iter().map(item_view).collect();
    json!({ "label_id": label.id, "carrier": label.carrier, "service": label.service,
        "tracking_number": label.tracking, "tracking_url": label.tracking_url,
        "labeled_at": label.labeled_at.to_string(), "ship_by": label.ship_by.map(|at| at.to_string()),
        "received_at": label.received_at.to_string(), "voided": is_voided, "items": items })
}

fn item_view(item: &Item) -> Value {
    json!({ "item_id": item.item_id, "sku": item.sku, "quantity": item.quantity,
        "requires_imei": item.requires_imei })
}

fn movement_view(movement: &crate::Movement) -> Value {
    json!({ "status": movement.status, "occurred_at": movement.occurred_at.to_string(),
        "received_at": movement.received_at.to_string(), "event_id": movement.event })
}

fn line_view(item: &crate::ItemId, line: &Line) -> Value {
    let (state, reason) = match &line.state {
        LineState::Pending { .. } => ("pending", line.attempts.as_ref().map(|a| a.why.to_string())),
        LineState::Sending { .. } => ("sending", None),
        LineState::InDoubt(doubt) => ("in_doubt", Some(doubt.why.to_string())),
        LineState::Done { .. } => ("done", None),
        LineState::Failed { why, .. } => ("failed", Some(why.to_string())),
    };
    json!({ "item_id": item, "imei": line.imei.masked(), "state": state, "reason": reason })
}

fn state_view(state: &State) -> (&'static str, Value) {
    match state {
        State::Waiting(WaitingFor::Label) => ("waiting", json!({ "for": "label" })),
        State::Waiting(WaitingFor::Movement) => ("waiting", json!({ "for": "movement" })),
        State::Waiting(WaitingFor::Imeis { deadline, .. }) => {
            ("waiting", json!({ "for": "imeis", "deadline": deadline.to_string() }))
        }
        State::Ready { not_before, imeis_missing, .. } => (
            "ready",
            json!({ "not_before": not_before.map(|at| at.to_string()), "imeis_missing": imeis_missing }),
        ),
        State::Held(held) => {
            let reason = match held {
                Held::ImeisMissing => "imeis_missing",
                Held::Person => "person",
            };
            ("held", json!({ "reason": reason }))
        }
        State::Withheld(withheld) => {
            let reason = match withheld {
                Withheld::Cancelled => "cancelled",
                Withheld::OneTrackingPerOrder => "one_tracking_per_order",
                Withheld::Never => "never",
            };
            ("withheld", json!({ "reason": reason }))
        }
        State::Sending { lease_until } => {
            ("sending", json!({ "lease_until": lease_until.to_string() }))
        }
        State::Confirmed { at, by } => {
            ("confirmed", json!({ "at": at.to_string(), "evidence": by }))
        }
        State::Rejected(rejection) => (
            "rejected",
            json!({ "at": rejection.at.to_string(), "code": rejection.code, "message": rejection.why }),
        ),
        State::InDoubt(doubt) => (
            "in_doubt",
            json!({ "since": doubt.since.to_string(), "reason": doubt.why, "reads": doubt.reads,
                "next_read_at": doubt.read_at.to_string() }),
        ),
        State::Conflict { at, found } => {
            ("conflict", json!({ "at": at.to_string(), "found": found }))
        }
        State::Unresolved { at, why } => {
            ("unresolved", json!({ "at": at.to_string(), "reason": why }))
        }
        State::Closed { at } => ("closed", json!({ "at": at.to_string() })),
    }
}
