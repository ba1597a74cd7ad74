//! [`Shop`] for the fake Wish.

use super::wording::PROVIDERS;
use serde_json::{Value, json};

use super::orders::is_order_id;
use super::{Wish, WishOrder, WishTracking};
use crate::shop::{Shop, shared_state_methods};
use crate::standing::{Standing, unknown};

fn check(order: &str) -> Result<(), String> {
    let why = || format!("id {order} must be 24 hexadecimal digits, or a number");
    is_order_id(order).then_some(()).ok_or_else(why)
}

impl Shop for Wish {
    fn name(&self) -> &'static str {
        "wish"
    }

    fn carrier_codes(&self) -> Vec<&'static str> {
        PROVIDERS.all().collect()
    }

    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String> {
        check(order)?;
        self.add_order(WishOrder::new(order, lines));
        Ok(())
    }

    fn ship_elsewhere(&self, order: &str, tracking_number: &str) {
        let tracking = WishTracking {
            tracking_number: tracking_number.to_owned(),
            shipping_provider: "USPS".to_owned(),
            origin_country: "US".to_owned(),
        };
        self.shared().lock().channel.orders.ship_elsewhere(order, tracking);
    }

    /// Wish tells no wish of a buyer's.
    fn set_standing(&self, order: &str, standing: Standing) -> Result<(), String> {
        standing.without_wish()?;
        let is_known = self.shared().lock().channel.orders.set_standing(order, standing);
        is_known.then_some(()).ok_or_else(|| unknown(order))
    }

    fn add(&self, order: Value) -> Result<String, String> {
        let order: WishOrder = serde_json::from_value(order).map_err(|error| error.to_string())?;
        check(&order.id)?;
        let id = order.id.clone();
        self.add_order(order);
        Ok(id)
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
            "overridden": self.overridden(order_id),
            "submissions": self.submissions_of(order_id),
        })
    }

    fn numbers(&self, order: &str) -> Vec<String> {
        let tracking = self.order(order).and_then(|order| order.tracking);
        tracking.map(|tracking| tracking.tracking_number).into_iter().collect()
    }

    shared_state_methods!(shared);
}
