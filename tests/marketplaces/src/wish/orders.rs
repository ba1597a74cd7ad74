//! The orders that Wish knows, each with at most one tracking number. This module only stores them. `requests` says who
//! may change what.
//!
//! Source: W, `Order`, `ShipOrder` ("This operation is asynchronous"). Whether the former number stays visible beside
//! the new one is unverified ("only two sets of tracking info are supported"). Here the new number replaces it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::standing::Standing;

/// The state of an order. Source: W, `State`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WishState {
    /// The seller can ship the order.
    Approved,
    /// The order has shipped.
    Shipped,
    /// The order was paid back or cancelled. Wish has one request for both.
    Refunded,
    /// Wish examines the order.
    RequireReview,
    /// The buyer could not pay.
    Declined,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishItem {
    /// The id of the product.
    pub id: String,
    /// How many pieces.
    pub quantity: u32,
}

/// An order as Wish knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishOrder {
    /// The order's id. Shape: 24 hexadecimal digits, or a number.
    pub id: String,
    /// The lines that the buyer bought.
    pub items: Vec<WishItem>,
    /// The order's state.
    pub state: WishState,
    /// The tracking that Wish holds for the order, if there is any.
    #[serde(default)]
    pub tracking: Option<WishTracking>,
    /// By when the order is to be fulfilled, as Wish writes it.
    #[serde(default)]
    pub ship_by: Option<String>,
}

/// The tracking of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishTracking {
    /// The tracking number.
    pub tracking_number: String,
    /// The submitted shipping provider.
    pub shipping_provider: String,
    /// The submitted country of origin. Shape: two capital letters.
    pub origin_country: String,
}

impl WishOrder {
    /// An order that can be shipped, with items as (product id, quantity).
    pub fn new(id: &str, items: &[(&str, u32)]) -> Self {
        let items = items
            .iter()
            .map(|(id, quantity)| WishItem { id: (*id).to_owned(), quantity: *quantity })
            .collect();
        let state = WishState::Approved;
        Self { id: id.to_owned(), items, state, tracking: None, ship_by: None }
    }
}

/// Whether a text is an order id: 24 hexadecimal digits, or a number. Source: W, pagination: "either integer or BSON
/// object ID - a hex number".
pub(super) fn is_order_id(text: &str) -> bool {
    let is_integer = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_integer || text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The tracking of a PUT that Wish accepted and does not show yet.
#[derive(Debug)]
struct PendingUpdate {
    tracking: WishTracking,
    due_ms: i64,
}

/// All orders, by id.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, WishOrder>,
    /// The PUTs that Wish does not show yet, in order of arrival, by order. An order without any PUT is not here.
    pending: BTreeMap<String, Vec<PendingUpdate>>,
    overridden: BTreeMap<String, Vec<(String, String)>>,
}

impl Orders {
    pub(super) fn add(&mut self, order: WishOrder) {
        self.records.insert(order.id.clone(), order);
    }

    /// Creates the order with this id, unless Wish knows it. The order can be shipped and has one item, because a
    /// submission names no items.
    pub(super) fn create_if_unknown(&mut self, order_id: &str) {
        if !self.records.contains_key(order_id) {
            self.add(WishOrder::new(order_id, &[(order_id, 1)]));
        }
    }

    /// Applies every pending PUT that is due, and returns the order.
    pub(super) fn current(&mut self, order_id: &str, now_ms: i64) -> Option<&WishOrder> {
        if let Some(pending) = self.pending.get_mut(order_id) {
            let (due, rest): (Vec<PendingUpdate>, Vec<PendingUpdate>) =
                pending.drain(..).partition(|update| update.due_ms <= now_ms);
            *pending = rest;
            for update in due {
                self.set_tracking(order_id, update.tracking);
            }
        }
        self.records.get(order_id)
    }

    /// The order as `GET /orders/{id}` shows it, where the provider is an object. Of W's fields it has those about
    /// shipment, and a buyer's address, so that a test can check that nobody quotes it.
    pub(super) fn json(&mut self, order_id: &str, now_ms: i64) -> Option<Value> {
        let order = self.current(order_id, now_ms)?;
        let tracking: Vec<Value> = order
            .tracking
            .iter()
            .map(|held| {
                json!({
                    "tracking_number": held.tracking_number,
                    "shipping_provider": { "name": held.shipping_provider },
                    "origin_country": held.origin_country,
                })
            })
            .collect();
        let (id, state, ship_by) = (order.id.clone(), order.state, order.ship_by.clone());
        let pending = self.pending.get(order_id);
        let status =
            pending.map(|updates| if updates.is_empty() { "SUCCEEDED" } else { "IN_PROGRESS" });
        Some(json!({
            "id": id,
            "state": state,
            "tracking_information": tracking,
            "fulfillment_requirements": { "expected_ship_time": ship_by },
            "processing_source": pending.map(|_| "UPDATE_TRACKING"),
            "processing_status": status,
            "full_address": { "shipping_detail": { "name": "Jane Doe", "country_code": "US" } },
        }))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.records.keys()
    }

    pub(super) fn overridden(&self, order_id: &str) -> Vec<(String, String)> {
        self.overridden.get(order_id).cloned().unwrap_or_default()
    }

    /// Stores the tracking of a PUT, which `current` applies when it is due.
    pub(super) fn add_pending(&mut self, order_id: &str, tracking: WishTracking, due_ms: i64) {
        self.pending
            .entry(order_id.to_owned())
            .or_default()
            .push(PendingUpdate { tracking, due_ms });
    }

    /// Sets the tracking of an order in place of the former one.
    fn set_tracking(&mut self, order_id: &str, tracking: WishTracking) {
        let Some(order) = self.records.get_mut(order_id) else { return };
        let number = tracking.tracking_number.clone();
        order.state = WishState::Shipped;
        if let Some(former) = order.tracking.replace(tracking)
            && former.tracking_number != number
        {
            let of_order = self.overridden.entry(order_id.to_owned()).or_default();
            of_order.push((former.tracking_number, number));
        }
    }

    /// Sets the ship-by, and refunds an order that is cancelled.
    pub(super) fn set_standing(&mut self, order_id: &str, standing: Standing) -> bool {
        let Some(order) = self.records.get_mut(order_id) else { return false };
        order.ship_by = standing.ship_by;
        if standing.is_cancelled {
            order.state = WishState::Refunded;
        }
        true
    }

    /// Ships the order as somebody else would. This does not count as an overridden number.
    pub(super) fn ship_elsewhere(&mut self, order_id: &str, tracking: WishTracking) {
        if let Some(order) = self.records.get_mut(order_id) {
            order.state = WishState::Shipped;
            order.tracking = Some(tracking);
        }
    }
}
