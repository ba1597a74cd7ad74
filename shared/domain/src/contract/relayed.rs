//! What a channel itself says, as the events that relay it (rule S6).

use super::{OrderCancelled, OrderUpdated};
use crate::{DateOrTime, EventKind};
use serde_json::{Value, json};

/// An event that relays what a channel itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relayed {
    /// An order was cancelled, or lines of it.
    Cancelled(OrderCancelled),
    /// Something else became of an order.
    Updated(OrderUpdated),
}

impl Relayed {
    /// Which kind of event it is.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Cancelled(_) => EventKind::OrderCancelled,
            Self::Updated(_) => EventKind::OrderUpdated,
        }
    }

    /// The event's `detail`. What says nothing is left out.
    pub fn detail(&self) -> String {
        match self {
            Self::Cancelled(event) => cancelled(event),
            Self::Updated(event) => updated(event),
        }
        .to_string()
    }
}

fn cancelled(event: &OrderCancelled) -> Value {
    let mut detail = json!({
        "seller_id": event.seller_id,
        "partner_id": event.partner_id,
        "order_id": event.order_id,
        "cancelled_at": event.cancelled_at.to_string(),
    });
    let line = |(item, remaining)| json!({ "item_id": item, "remaining": remaining });
    let lines = event.items.as_ref().map(|items| items.iter().map(line).collect::<Vec<_>>());
    put(&mut detail, "items", lines.map(Value::Array));
    detail
}

fn updated(event: &OrderUpdated) -> Value {
    let mut detail = json!({
        "seller_id": event.seller_id,
        "partner_id": event.partner_id,
        "order_id": event.order_id,
        "updated_at": event.updated_at.to_string(),
    });
    let ship_by = event.ship_by.map(|ship_by| match ship_by {
        DateOrTime::Time(at) => at.to_string(),
        DateOrTime::Date(date) => date.to_string(),
    });
    put(&mut detail, "ship_by", ship_by.map(Value::String));
    put(&mut detail, "cancel_requested", event.cancel_requested.map(Value::Bool));
    put(&mut detail, "shipped", event.shipped.then(|| json!({})));
    detail
}

fn put(detail: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (detail.as_object_mut(), value) {
        fields.insert(name.to_owned(), value);
    }
}
