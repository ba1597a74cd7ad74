//! [`Shop`] for the fake Back Market.

use serde_json::{Value, json};

use super::{BackMarket, BackMarketOrder};
use crate::ShippedElsewhere;
use crate::fault::{Fault, Operation, Target, Times};
use crate::shop::Shop;
use crate::standing::{Standing, unknown};
use crate::submission::Submission;

impl Shop for BackMarket {
    fn name(&self) -> &'static str {
        "back_market"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        let number = |text: &str| {
            text.parse::<u64>().map_err(|error| format!("{text} must be a number: {error}"))
        };
        let mut numbered = Vec::with_capacity(lines.len());
        for (line, quantity) in lines {
            numbered.push((number(line)?, *quantity));
        }
        self.add_order(BackMarketOrder::accepted(number(order)?, &numbered));
        Ok(())
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let elsewhere = ShippedElsewhere {
            tracking_number: tracking_number.to_owned(),
            carrier: "UPS".to_owned(),
        };
        if let Ok(order) = order.parse()
            && let Some(held) = self.state().orders.get_mut(order)
        {
            held.ship_elsewhere(&elsewhere);
        }
    }

    /// Back Market tells no wish of a buyer's.
    fn set_standing(&self, order: &str, standing: Standing) -> Result<(), String> {
        standing.without_wish()?;
        let mut state = self.state();
        let held = order.parse().ok().and_then(|id| state.orders.get_mut(id));
        held.ok_or_else(|| unknown(order))?.set_standing(standing);
        Ok(())
    }

    fn add(&self, order: Value) -> Result<String, String> {
        let order: BackMarketOrder =
            serde_json::from_value(order).map_err(|error| error.to_string())?;
        let id = order.id.to_string();
        self.add_order(order);
        Ok(id)
    }

    fn orders(&self) -> Vec<String> {
        let known = self.orders().into_iter().map(|held| held.id.to_string());
        known.chain(self.submitted_orders()).collect()
    }

    /// The field `held` is null if only submissions named the order.
    fn show(&self, order_id: &str) -> Value {
        let held = order_id.parse().ok().and_then(|order_id| self.held(order_id));
        let imei_requests: Vec<Value> = held
            .iter()
            .flat_map(|held| &held.orderlines)
            .map(|line| json!({ "orderline": line.id, "requests": self.imei_requests(line.id) }))
            .collect();
        json!({
            "id": order_id,
            "held": held,
            "submissions": self.submissions_of(order_id),
            "imei_requests": imei_requests,
        })
    }

    fn submissions_of(&self, order: &str) -> Vec<Submission> {
        self.state().submissions.of(order)
    }

    fn numbers(&self, order: &str) -> Vec<String> {
        let held = order.parse().ok().and_then(|order| self.held(order));
        let shipment = held.and_then(|held| held.shipment);
        shipment.map(|shipment| shipment.tracking_number).into_iter().collect()
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
