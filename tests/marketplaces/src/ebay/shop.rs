//! [`Shop`] for the fake eBay.

use super::wording::CARRIER_CODES;
use serde_json::{Value, json};

use super::{Ebay, EbayOrder};
use crate::ShippedElsewhere;
use crate::clock;
use crate::shop::{Shop, shared_state_methods};
use crate::standing::{Standing, unknown};

impl Shop for Ebay {
    fn name(&self) -> &'static str {
        "ebay"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        CARRIER_CODES.all().collect()
    }

    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        self.add_checked(EbayOrder::new(order, lines)).map(drop)
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let elsewhere = ShippedElsewhere {
            tracking_number: tracking_number.to_owned(),
            carrier: "USPS".to_owned(),
        };
        if let Some(record) = self.shared().lock().channel.orders.get_mut(order) {
            record.ship_elsewhere(&elsewhere, clock::now_ms());
        }
    }

    fn set_standing(&self, order: &str, standing: Standing) -> Result<(), String> {
        let mut state = self.shared().lock();
        let record = state.channel.orders.get_mut(order).ok_or_else(|| unknown(order))?;
        record.order.standing = standing;
        Ok(())
    }

    fn add(&self, order: Value) -> Result<String, String> {
        self.add_checked(serde_json::from_value(order).map_err(|error| error.to_string())?)
    }

    fn orders(&self) -> Vec<String> {
        let state = self.shared().lock();
        state.channel.orders.names().chain(state.submissions.keys()).cloned().collect()
    }

    /// The field `order` is null if only submissions named the order.
    fn show(&self, order_id: &str) -> Value {
        json!({
            "id": order_id,
            "order": self.order(order_id),
            "fulfillments": self.fulfillments(order_id),
            "submissions": self.submissions_of(order_id),
        })
    }

    fn numbers(&self, order: &str) -> Vec<String> {
        self.fulfillments(order).into_iter().filter_map(|held| held.tracking_number).collect()
    }

    shared_state_methods!(shared);
}

impl Ebay {
    fn add_checked(&self, order: EbayOrder) -> Result<String, String> {
        if order.id.trim().is_empty() {
            return Err("id must not be empty".to_owned());
        }
        if order.line_items.is_empty() {
            return Err("line_items must have at least one".to_owned());
        }
        for (at, line) in order.line_items.iter().enumerate() {
            let is_repeated = order
                .line_items
                .iter()
                .take(at)
                .any(|before| before.line_item_id == line.line_item_id);
            if line.line_item_id.trim().is_empty() || line.quantity == 0 || is_repeated {
                let why = "must each have an id of its own, and a quantity above 0";
                return Err(format!("line_items {why}"));
            }
        }
        let id = order.id.clone();
        self.add_order(order);
        Ok(id)
    }
}
