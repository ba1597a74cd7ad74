//! The orders Wish knows, and the one number of each. It only keeps: who may change what, `scenes` says.
//!
//! Source: W, `Order`, `ShipOrder` ("This operation is asynchronous"). Whether the number before stays visible beside the
//! new one is unverified ("only two sets of tracking info are supported"): here it goes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where an order stands. Source: W, `State`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WishState {
    /// To be shipped.
    Approved,
    /// Shipped.
    Shipped,
    /// Paid back, or cancelled, which is the same request.
    Refunded,
    /// Wish looks into it.
    RequireReview,
    /// The buyer could not pay.
    Declined,
}

/// A piece of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishItem {
    /// The product's id.
    pub id: String,
    /// How many.
    pub quantity: u32,
}

/// An order as Wish knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishOrder {
    /// 24 hexadecimal digits, or a number.
    pub id: String,
    /// What was bought.
    pub items: Vec<WishItem>,
    /// Where it stands.
    pub state: WishState,
    /// Its number, provider and country of origin, once there are any.
    #[serde(default)]
    pub tracking: Option<WishTracking>,
}

/// What is known of an order's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishTracking {
    /// The number.
    pub tracking_number: String,
    /// The provider, as submitted.
    pub shipping_provider: String,
    /// Two capital letters, as submitted.
    pub origin_country: String,
}

impl WishOrder {
    /// An order that can be shipped, with items as (id, quantity).
    pub fn new(id: &str, items: &[(&str, u32)]) -> Self {
        let items = items
            .iter()
            .map(|(id, quantity)| WishItem { id: (*id).to_owned(), quantity: *quantity })
            .collect();
        Self { id: id.to_owned(), items, state: WishState::Approved, tracking: None }
    }
}

/// 24 hexadecimal digits, or a number. Source: W, pagination: "either integer or BSON object ID - a hex number".
pub(super) fn is_order_id(text: &str) -> bool {
    let is_integer = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_integer || text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A number that was taken, and is not carried out yet.
#[derive(Debug)]
struct Taken {
    tracking: WishTracking,
    due_ms: i64,
}

/// All orders by their ids.
#[derive(Debug, Default)]
pub(super) struct Orders {
    known: BTreeMap<String, WishOrder>,
    /// What Wish is at work on, in order of arrival, by order. An order that was never PUT has none.
    taken: BTreeMap<String, Vec<Taken>>,
    overridden: BTreeMap<String, Vec<(String, String)>>,
}

impl Orders {
    pub(super) fn add(&mut self, order: WishOrder) {
        self.known.insert(order.id.clone(), order);
    }

    /// Makes an order that can be shipped, unless it is known: a submission names no items.
    pub(super) fn believe(&mut self, order_id: &str) {
        if !self.known.contains_key(order_id) {
            self.add(WishOrder::new(order_id, &[(order_id, 1)]));
        }
    }

    /// The order, with all carried out that is due.
    pub(super) fn settled(&mut self, order_id: &str, now_ms: i64) -> Option<&WishOrder> {
        if let Some(taken) = self.taken.get_mut(order_id) {
            let (due, rest): (Vec<Taken>, Vec<Taken>) =
                taken.drain(..).partition(|taken| taken.due_ms <= now_ms);
            *taken = rest;
            for taken in due {
                self.ship(order_id, taken.tracking);
            }
        }
        self.known.get(order_id)
    }

    /// The order as `GET /orders/{id}` shows it, where the provider is an object. Of W's fields those about shipment, and
    /// a buyer, who must not be quoted.
    pub(super) fn json(&mut self, order_id: &str, now_ms: i64) -> Option<Value> {
        let order = self.settled(order_id, now_ms)?;
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
        let (id, state) = (order.id.clone(), order.state);
        let taken = self.taken.get(order_id);
        let status = taken.map(|taken| if taken.is_empty() { "SUCCEEDED" } else { "IN_PROGRESS" });
        Some(json!({
            "id": id,
            "state": state,
            "tracking_information": tracking,
            "processing_source": taken.map(|_| "UPDATE_TRACKING"),
            "processing_status": status,
            "full_address": { "shipping_detail": { "name": "Jane Doe", "country_code": "US" } },
        }))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.known.keys()
    }

    pub(super) fn overridden(&self, order_id: &str) -> Vec<(String, String)> {
        self.overridden.get(order_id).cloned().unwrap_or_default()
    }

    /// Takes a number, to be carried out when it is due.
    pub(super) fn take(&mut self, order_id: &str, tracking: WishTracking, due_ms: i64) {
        self.taken.entry(order_id.to_owned()).or_default().push(Taken { tracking, due_ms });
    }

    /// Sets what is known of an order's way, in place of whatever was there.
    fn ship(&mut self, order_id: &str, tracking: WishTracking) {
        let Some(order) = self.known.get_mut(order_id) else { return };
        let number = tracking.tracking_number.clone();
        order.state = WishState::Shipped;
        if let Some(former) = order.tracking.replace(tracking)
            && former.tracking_number != number
        {
            let of_order = self.overridden.entry(order_id.to_owned()).or_default();
            of_order.push((former.tracking_number, number));
        }
    }

    /// Lets a person have shipped it: that overrides nothing of a caller's.
    pub(super) fn ship_elsewhere(&mut self, order_id: &str, tracking: WishTracking) {
        if let Some(order) = self.known.get_mut(order_id) {
            order.state = WishState::Shipped;
            order.tracking = Some(tracking);
        }
    }
}
