//! [`Shop`] for the fake Groupon.

use super::body::CARRIERS;
use serde_json::{Value, json};

use super::body::LineId;
use super::{Groupon, GrouponLine, GrouponOrder};
use crate::ShippedElsewhere;
use crate::shop::{Shop, shared_state_methods};
use crate::standing::Standing;

impl Shop for Groupon {
    fn name(&self) -> &'static str {
        "groupon"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        CARRIERS.to_vec()
    }

    /// A line's name becomes its id in both versions. A name that is not a number gets a free number as its id in v2.
    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        let mut sold = GrouponOrder::new(order, &[]);
        for (name, quantity) in lines {
            let number = self.shared().lock().channel.orders.ci_id_for(name, &sold.line_items);
            sold.line_items.push(GrouponLine {
                ci_lineitem_id: number,
                fulfillment_lineitem_id: (*name).to_owned(),
                quantity: *quantity,
                cancelled: false,
            });
        }
        self.add_checked(sold).map(drop)
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let elsewhere = ShippedElsewhere {
            tracking_number: tracking_number.to_owned(),
            carrier: "ups".to_owned(),
        };
        if let Some(record) = self.shared().lock().channel.orders.get_mut(order) {
            record.ship_elsewhere(&elsewhere);
        }
    }

    /// Groupon says nothing of an order beside its shipments.
    fn set_standing(&self, _: &str, _: Standing) -> Result<(), String> {
        Err("Groupon tells neither a ship-by, nor a wish, nor a cancellation".to_owned())
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
            "trackings": self.trackings(order_id),
            "submissions": self.submissions_of(order_id),
        })
    }

    fn numbers(&self, order: &str) -> Vec<String> {
        let state = self.shared().lock();
        state.channel.orders.get(order).map(super::orders::Record::numbers).unwrap_or_default()
    }

    shared_state_methods!(shared);
}

impl Groupon {
    fn add_checked(&self, order: GrouponOrder) -> Result<String, String> {
        if order.id.trim().is_empty() {
            return Err("id must not be empty".to_owned());
        }
        if order.line_items.is_empty() {
            return Err("line_items must have at least one".to_owned());
        }
        let state = self.shared().lock();
        for (at, line) in order.line_items.iter().enumerate() {
            let ids = [
                LineId::Ci(line.ci_lineitem_id),
                LineId::Fulfillment(line.fulfillment_lineitem_id.clone()),
            ];
            let is_taken = ids.iter().any(|id| {
                let is_elsewhere = state
                    .channel
                    .orders
                    .order_of(id)
                    .is_some_and(|other| other.order.id != order.id);
                is_elsewhere || order.line_items.iter().take(at).any(|before| before.has_id(id))
            });
            if is_taken || line.fulfillment_lineitem_id.trim().is_empty() || line.quantity == 0 {
                let why = "must each have ids of their own, and a quantity above 0";
                return Err(format!("line_items {why}"));
            }
        }
        drop(state);
        let id = order.id.clone();
        self.add_order(order);
        Ok(id)
    }
}
