//! The orders that the receiver knows and the shipments that it holds. Nothing changes a shipment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::body::Shipment;
use super::options::Repeats;
use super::wording::Refusal;
use crate::ShippedElsewhere;
use crate::clock::{iso, now_ms};

/// An order as the receiver knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntilGoneOrder {
    /// The order's id. Shape: 1 to 64 letters, digits, `-`, `_` or `.`.
    pub id: String,
    /// The lines that the buyer bought.
    pub items: Vec<UntilGoneItem>,
    /// The shipment of the whole order that somebody made by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order, or the pieces of a line in a shipment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntilGoneItem {
    /// The line's id.
    pub item_id: String,
    /// How many pieces.
    pub quantity: u32,
}

impl UntilGoneOrder {
    /// An order that has not shipped, with lines as (line id, quantity).
    pub fn new(id: &str, items: &[(&str, u32)]) -> Self {
        let items = items
            .iter()
            .map(|(item_id, quantity)| UntilGoneItem {
                item_id: (*item_id).to_owned(),
                quantity: *quantity,
            })
            .collect();
        Self { id: id.to_owned(), items, shipped_elsewhere: None }
    }

    /// Refuses an order that no webhook could name, or that has nothing to ship. The text says why.
    pub(super) fn check(&self) -> Result<(), String> {
        let names = self.items.iter().map(|item| &item.item_id).chain([&self.id]);
        if let Some(name) = names.into_iter().find(|name| !is_id(name)) {
            return Err(format!("{name} must be 1 to 64 letters, digits, -, _ or ."));
        }
        match self.items.iter().find(|item| item.quantity == 0) {
            Some(item) => Err(format!("line {}: quantity must be 1 or more", item.item_id)),
            None if self.items.is_empty() => Err("items must have a line".to_owned()),
            None => Ok(()),
        }
    }
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// A shipment as the receiver holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UntilGoneShipment {
    /// The id of the webhook. `None` if somebody shipped by hand.
    pub webhook_id: Option<String>,
    /// The sender's id of the package. `None` if somebody shipped by hand.
    pub package_id: Option<String>,
    /// The tracking number of the webhook.
    pub tracking_number: String,
    /// The carrier of the webhook.
    pub carrier: String,
    /// The service of the webhook.
    pub service: Option<String>,
    /// The address of the tracking page in the webhook.
    pub tracking_url: Option<String>,
    /// The ship time of the webhook, or when somebody shipped by hand.
    pub shipped_at: String,
    /// The lines in the shipment.
    pub items: Vec<UntilGoneItem>,
    /// Whether an earlier shipment came from the identical webhook. Only a receiver that drops no repeats has such
    /// shipments.
    pub is_repeat: bool,
    /// When the receiver applied it. Unit: unix milliseconds.
    pub at_ms: i64,
}

/// A webhook's id and body, by which the receiver recognizes a repeat.
#[derive(Clone, Debug)]
pub(super) struct Delivery<'a> {
    pub(super) webhook_id: &'a str,
    pub(super) body: &'a [u8],
}

#[derive(Debug)]
struct Record {
    order: UntilGoneOrder,
    /// Whether a webhook may name any line. An order that a webhook created has no lines of its own to check by.
    accepts_any_line: bool,
    shipments: Vec<UntilGoneShipment>,
}

/// A webhook that the receiver accepted.
#[derive(Debug)]
struct AcceptedWebhook {
    order_id: String,
    body: Vec<u8>,
}

/// All orders by id, and all accepted webhooks by id.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, Record>,
    accepted: BTreeMap<String, AcceptedWebhook>,
}

impl Orders {
    pub(super) fn add(&mut self, order: UntilGoneOrder) {
        self.accepted.retain(|_, accepted| accepted.order_id != order.id);
        let elsewhere = order.shipped_elsewhere.clone();
        let id = order.id.clone();
        self.records
            .insert(id.clone(), Record { order, accepts_any_line: false, shipments: Vec::new() });
        if let Some(elsewhere) = elsewhere {
            self.ship_elsewhere(&id, &elsewhere);
        }
    }

    /// Creates the order that the webhook names, unless the receiver knows it.
    pub(super) fn create_if_unknown(&mut self, shipment: &Shipment) {
        if !self.records.contains_key(&shipment.order_id) {
            let id = shipment.order_id.clone();
            let order =
                UntilGoneOrder { id: id.clone(), items: shipment.items(), shipped_elsewhere: None };
            self.records
                .insert(id, Record { order, accepts_any_line: true, shipments: Vec::new() });
        }
    }

    /// Ships what has not shipped yet as somebody else would. An unknown order stays unknown.
    pub(super) fn ship_elsewhere(&mut self, order_id: &str, elsewhere: &ShippedElsewhere) {
        let Some(record) = self.records.get_mut(order_id) else { return };
        let at_ms = now_ms();
        let items = record
            .order
            .items
            .iter()
            .map(|item| UntilGoneItem { quantity: record.left(item), ..item.clone() })
            .filter(|item| item.quantity > 0)
            .collect();
        record.shipments.push(UntilGoneShipment {
            webhook_id: None,
            package_id: None,
            tracking_number: elsewhere.tracking_number.clone(),
            carrier: elsewhere.carrier.clone(),
            service: None,
            tracking_url: None,
            shipped_at: iso(at_ms),
            items,
            is_repeat: false,
            at_ms,
        });
    }

    /// Adds the webhook's shipment if the order allows it.
    pub(super) fn apply(
        &mut self,
        delivery: &Delivery<'_>,
        shipment: &Shipment,
        repeats: Repeats,
    ) -> Result<(), Refusal> {
        let is_repeat = match (self.accepted.get(delivery.webhook_id), repeats) {
            (None, _) => false,
            (Some(accepted), _) if accepted.body != delivery.body => {
                return Err(Refusal::id_reused(delivery.webhook_id));
            }
            (Some(_), Repeats::Drop) => return Err(Refusal::duplicate(delivery.webhook_id)),
            (Some(_), Repeats::Apply) => true,
        };
        let order_id = shipment.order_id.as_str();
        let record =
            self.records.get_mut(order_id).ok_or_else(|| Refusal::unknown_order(order_id))?;
        if !is_repeat {
            record.check(shipment)?;
        }
        record.shipments.push(UntilGoneShipment {
            webhook_id: Some(delivery.webhook_id.to_owned()),
            package_id: Some(shipment.package_id.clone()),
            tracking_number: shipment.tracking_number.clone(),
            carrier: shipment.carrier.clone(),
            service: Some(shipment.service.clone()),
            tracking_url: shipment.tracking_url.clone(),
            shipped_at: shipment.shipped_at.clone(),
            items: shipment.items(),
            is_repeat,
            at_ms: now_ms(),
        });
        let accepted =
            AcceptedWebhook { order_id: order_id.to_owned(), body: delivery.body.to_vec() };
        self.accepted.insert(delivery.webhook_id.to_owned(), accepted);
        Ok(())
    }

    pub(super) fn all(&self) -> Vec<UntilGoneOrder> {
        self.records.values().map(|record| record.order.clone()).collect()
    }

    pub(super) fn shipments(&self, order_id: &str) -> Vec<UntilGoneShipment> {
        self.records.get(order_id).map(|record| record.shipments.clone()).unwrap_or_default()
    }
}

impl Record {
    /// Refuses a package that has already shipped, and more pieces of a line than have not shipped.
    fn check(&self, shipment: &Shipment) -> Result<(), Refusal> {
        let order_id = self.order.id.as_str();
        let package_id = shipment.package_id.as_str();
        let has_same_package =
            |shipment: &&UntilGoneShipment| shipment.package_id.as_deref() == Some(package_id);
        if let Some(former) = self.shipments.iter().find(has_same_package) {
            return Err(Refusal::locked(order_id, package_id, &former.tracking_number));
        }
        for line in shipment.items.iter().filter(|_| !self.accepts_any_line) {
            let ordered = self.order.items.iter().find(|item| item.item_id == line.item_id);
            let ordered = ordered.ok_or_else(|| Refusal::unknown_item(order_id, &line.item_id))?;
            let left = self.left(ordered);
            if line.quantity > left {
                return Err(Refusal::quantity(order_id, &line.item_id, left));
            }
        }
        Ok(())
    }

    /// How many pieces of a line have not shipped.
    fn left(&self, ordered: &UntilGoneItem) -> u32 {
        let shipped = self
            .shipments
            .iter()
            .filter(|shipment| !shipment.is_repeat)
            .flat_map(|shipment| &shipment.items)
            .filter(|item| item.item_id == ordered.item_id)
            .fold(0_u32, |sum, item| sum.saturating_add(item.quantity));
        ordered.quantity.saturating_sub(shipped)
    }
}
