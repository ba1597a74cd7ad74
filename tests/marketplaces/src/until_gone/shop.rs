//! The fake receiver as every shop.

use serde_json::{Value, json};

use super::{UntilGone, UntilGoneOrder};
use crate::ShippedElsewhere;
use crate::shop::{Shop, at_the_desk};

impl Shop for UntilGone {
    fn name(&self) -> &'static str {
        "until_gone"
    }

    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        let order = UntilGoneOrder::new(order, lines);
        order.check()?;
        self.add_order(order);
        Ok(())
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let elsewhere = ShippedElsewhere {
            tracking_number: tracking_number.to_owned(),
            carrier: "UPS".to_owned(),
        };
        self.desk().open().own.orders.ship_elsewhere(order, &elsewhere);
    }

    fn add(&self, order: Value) -> Result<String, String> {
        let order: UntilGoneOrder =
            serde_json::from_value(order).map_err(|error| error.to_string())?;
        order.check()?;
        let id = order.id.clone();
        self.add_order(order);
        Ok(id)
    }

    fn orders(&self) -> Vec<String> {
        let known = self.orders().into_iter().map(|order| order.id);
        known.chain(self.submitted_orders()).collect()
    }

    /// `order` is null for an order that was only mentioned.
    fn show(&self, order_id: &str) -> Value {
        let order = self.orders().into_iter().find(|order| order.id == order_id);
        json!({
            "id": order_id,
            "order": order,
            "shipments": self.shipments(order_id),
            "submissions": self.told(order_id),
        })
    }

    /// One for each time a webhook was applied: a repeat that was not dropped is there twice.
    fn numbers(&self, order: &str) -> Vec<String> {
        self.shipments(order).into_iter().map(|shipment| shipment.tracking_number).collect()
    }

    at_the_desk!(desk);
}
