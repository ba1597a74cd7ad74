//! [`Shop`] for the fake Amazon.

use super::wording::CARRIER_CODES;
use serde_json::{Value, json};

use super::{Amazon, AmazonOrder, is_order_id};
use crate::ShippedElsewhere;
use crate::clock;
use crate::fault::{Fault, Operation, Target, Times};
use crate::shop::Shop;
use crate::standing::{Standing, unknown};
use crate::submission::Submission;

/// The marketplace of orders that [`Shop::sell`] adds: the United States. Source: the vendor's sandbox order.
const MARKETPLACE: &str = "ATVPDKIKX0DER";

impl Shop for Amazon {
    fn name(&self) -> &'static str {
        "amazon"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        CARRIER_CODES.all().collect()
    }

    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        if !is_order_id(order) {
            return Err(format!("id {order} must be in 3-7-7 format"));
        }
        self.add_order(AmazonOrder::new(order, MARKETPLACE, lines));
        Ok(())
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let elsewhere = ShippedElsewhere {
            tracking_number: tracking_number.to_owned(),
            carrier: "UPS".to_owned(),
        };
        if let Some(record) = self.state().orders.get_mut(order) {
            record.ship_elsewhere(&elsewhere, clock::now_ms());
        }
    }

    fn set_standing(&self, order: &str, standing: Standing) -> Result<(), String> {
        let mut state = self.state();
        let record = state.orders.get_mut(order).ok_or_else(|| unknown(order))?;
        record.order.standing = standing;
        Ok(())
    }

    fn add(&self, order: Value) -> Result<String, String> {
        let order: AmazonOrder =
            serde_json::from_value(order).map_err(|error| error.to_string())?;
        if !is_order_id(&order.id) {
            return Err(format!("id {} must be in 3-7-7 format", order.id));
        }
        let id = order.id.clone();
        self.add_order(order);
        Ok(id)
    }

    fn orders(&self) -> Vec<String> {
        let known = self.orders().into_iter().map(|order| order.id);
        known.chain(self.submitted_orders()).collect()
    }

    /// The field `order` is null if only submissions named the order.
    fn show(&self, order_id: &str) -> Value {
        let order = self.orders().into_iter().find(|order| order.id == order_id);
        json!({
            "id": order_id,
            "order": order,
            "packages": self.packages(order_id),
            "submissions": self.submissions(order_id),
        })
    }

    fn submissions_of(&self, order: &str) -> Vec<Submission> {
        self.submissions(order)
    }

    fn numbers(&self, order: &str) -> Vec<String> {
        self.packages(order).into_iter().map(|package| package.tracking_number).collect()
    }

    fn counts(&self) -> Value {
        serde_json::to_value(self.requests()).unwrap_or_default()
    }

    fn put_fault(&self, target: Target, operation: Operation, times: Times, fault: Fault) {
        self.state().faults.put(target, operation, times, fault);
    }

    fn clear_faults(&self) {
        self.state().faults.clear();
    }
}
