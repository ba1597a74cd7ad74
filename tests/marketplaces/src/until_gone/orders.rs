//! The orders the receiver knows and the shipments it was told of. What it was told once stays: nothing edits it.

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
    /// Its number: 1 to 64 letters, digits, `-`, `_` or `.`.
    pub id: String,
    /// What was bought.
    pub items: Vec<UntilGoneItem>,
    /// Somebody has shipped all of it before, by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order, or what of it is in a shipment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntilGoneItem {
    /// The line's number.
    pub item_id: String,
    /// How many.
    pub quantity: u32,
}

impl UntilGoneOrder {
    /// An order nobody has shipped yet, with lines as (line number, quantity).
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

    /// Why there can be no such order: a webhook could not name it, or ship nothing of it.
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
    /// The webhook that told of it; none if it was made by hand.
    pub webhook_id: Option<String>,
    /// The sender's name of the parcel; none if it was made by hand.
    pub package_id: Option<String>,
    /// As it was told.
    pub tracking_number: String,
    /// As it was told.
    pub carrier: String,
    /// As it was told.
    pub service: Option<String>,
    /// As it was told.
    pub tracking_url: Option<String>,
    /// As it was told, or the moment it was made by hand.
    pub shipped_at: String,
    /// What is in it.
    pub items: Vec<UntilGoneItem>,
    /// It was told of before by the very same webhook, which a receiver that drops no repeats cannot tell.
    pub is_repeat: bool,
    /// When it was applied. Unit: unix milliseconds.
    pub at_ms: i64,
}

/// A webhook's id and its body, to tell a repeat from another.
#[derive(Clone, Debug)]
pub(super) struct Told<'a> {
    pub(super) webhook_id: &'a str,
    pub(super) body: &'a [u8],
}

#[derive(Debug)]
struct Held {
    order: UntilGoneOrder,
    /// Nobody has said what was bought: the lines of every webhook are believed.
    is_believed: bool,
    shipments: Vec<UntilGoneShipment>,
}

/// A webhook that was taken.
#[derive(Debug)]
struct Taken {
    order_id: String,
    body: Vec<u8>,
}

/// All orders by their numbers, and all webhooks that were taken by their ids.
#[derive(Debug, Default)]
pub(super) struct Orders {
    held: BTreeMap<String, Held>,
    taken: BTreeMap<String, Taken>,
}

impl Orders {
    pub(super) fn add(&mut self, order: UntilGoneOrder) {
        self.taken.retain(|_, taken| taken.order_id != order.id);
        let elsewhere = order.shipped_elsewhere.clone();
        let id = order.id.clone();
        self.held.insert(id.clone(), Held { order, is_believed: false, shipments: Vec::new() });
        if let Some(elsewhere) = elsewhere {
            self.ship_elsewhere(&id, &elsewhere);
        }
    }

    /// Makes an order of what the webhook mentions, unless it is known.
    pub(super) fn believe(&mut self, shipment: &Shipment) {
        if !self.held.contains_key(&shipment.order_id) {
            let id = shipment.order_id.clone();
            let order =
                UntilGoneOrder { id: id.clone(), items: shipment.items(), shipped_elsewhere: None };
            self.held.insert(id, Held { order, is_believed: true, shipments: Vec::new() });
        }
    }

    /// Lets somebody else have shipped what is left of the order. An unknown one stays unknown.
    pub(super) fn ship_elsewhere(&mut self, order_id: &str, elsewhere: &ShippedElsewhere) {
        let Some(held) = self.held.get_mut(order_id) else { return };
        let at_ms = now_ms();
        let items = held
            .order
            .items
            .iter()
            .map(|item| UntilGoneItem { quantity: held.left(item), ..item.clone() })
            .filter(|item| item.quantity > 0)
            .collect();
        held.shipments.push(UntilGoneShipment {
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

    /// Takes what the webhook tells, or says why not.
    pub(super) fn take(
        &mut self,
        told: &Told<'_>,
        shipment: &Shipment,
        repeats: Repeats,
    ) -> Result<(), Refusal> {
        let is_repeat = match (self.taken.get(told.webhook_id), repeats) {
            (None, _) => false,
            (Some(taken), _) if taken.body != told.body => {
                return Err(Refusal::id_reused(told.webhook_id));
            }
            (Some(_), Repeats::Drop) => return Err(Refusal::duplicate(told.webhook_id)),
            (Some(_), Repeats::Apply) => true,
        };
        let order_id = shipment.order_id.as_str();
        let held = self.held.get_mut(order_id).ok_or_else(|| Refusal::unknown_order(order_id))?;
        if !is_repeat {
            held.check(shipment)?;
        }
        held.shipments.push(UntilGoneShipment {
            webhook_id: Some(told.webhook_id.to_owned()),
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
        let taken = Taken { order_id: order_id.to_owned(), body: told.body.to_vec() };
        self.taken.insert(told.webhook_id.to_owned(), taken);
        Ok(())
    }

    pub(super) fn all(&self) -> Vec<UntilGoneOrder> {
        self.held.values().map(|held| held.order.clone()).collect()
    }

    pub(super) fn shipments(&self, order_id: &str) -> Vec<UntilGoneShipment> {
        self.held.get(order_id).map(|held| held.shipments.clone()).unwrap_or_default()
    }
}

impl Held {
    /// Whether the shipment may be added: its parcel is new, and there is enough left of each line.
    fn check(&self, shipment: &Shipment) -> Result<(), Refusal> {
        let order_id = self.order.id.as_str();
        let package_id = shipment.package_id.as_str();
        let is_same = |held: &&UntilGoneShipment| held.package_id.as_deref() == Some(package_id);
        if let Some(former) = self.shipments.iter().find(is_same) {
            return Err(Refusal::locked(order_id, package_id, &former.tracking_number));
        }
        for line in shipment.items.iter().filter(|_| !self.is_believed) {
            let ordered = self.order.items.iter().find(|item| item.item_id == line.item_id);
            let ordered = ordered.ok_or_else(|| Refusal::unknown_item(order_id, &line.item_id))?;
            let left = self.left(ordered);
            if line.quantity > left {
                return Err(Refusal::quantity(order_id, &line.item_id, left));
            }
        }
        Ok(())
    }

    /// How many of a line have not shipped.
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
