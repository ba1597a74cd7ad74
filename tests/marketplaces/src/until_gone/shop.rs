//! [`Shop`] for the fake receiver.

use serde_json::{Value, json};

use super::{UntilGone, UntilGoneOrder};
use crate::ShippedElsewhere;
use crate::shop::{Shop, shared_state_methods};
use crate::standing::Standing;

impl Shop for UntilGone {
    fn name(&self) -> &'static str {
        "until_gone"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        Vec::new()
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
        self.shared().lock().channel.orders.ship_elsewhere(order, &elsewhere);
    }

    /// `UntilGone` says nothing of an order beside its shipments.
    fn set_standing(&self, _: &str, _: Standing) -> Result<(), String> {
        Err("UntilGone tells neither a ship-by, nor a wish, nor a cancellation".to_owned())
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

    /// The field `order` is null if only webhooks named the order.
    fn show(&self, order_id: &str) -> Value {
        let order = self.orders().into_iter().find(|order| order.id == order_id);
        json!({
            "id": order_id,
            "order": order,
            "shipments": self.shipments(order_id),
            "submissions": self.submissions_of(order_id),
        })
    }

    /// The number of each applied webhook. A repeat that the receiver did not drop gives its number twice.
    fn numbers(&self, order: &str) -> Vec<String> {
        self.shipments(order).into_iter().map(|shipment| shipment.tracking_number).collect()
    }

    shared_state_methods!(shared);
}
