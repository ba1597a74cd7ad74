//! The operations behind the routes: what becomes of an update, a registration, a reading.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::body::{LineUpdate, OrderUpdate};
use super::wording::{self, Refusal};
use super::{BackMarket, rules};
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::play::Scene;
use crate::reply::{Outcome, Reply};
use crate::shop::Shop;
use crate::submission::Receipt;

/// `POST /ws/orders/{id}`.
pub(super) struct UpdateScene {
    pub(super) back_market: BackMarket,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) receipt: Receipt,
}

/// `PATCH /ws/orderlines/{id}`.
pub(super) struct ImeiScene {
    pub(super) back_market: BackMarket,
    pub(super) orderline_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) receipt: Receipt,
}

/// `GET /ws/orders/{id}`.
pub(super) struct ReadScene {
    pub(super) back_market: BackMarket,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
}

impl Scene for UpdateScene {
    fn handle(&self) -> Reply {
        answered(self.update())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(self.order_id.parse().unwrap_or(0), answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.back_market, &self.order_id, tracking_number);
    }
}

impl UpdateScene {
    fn update(&self) -> Result<Value, Refusal> {
        let back_market = &self.back_market;
        let account = back_market.gate(&self.headers)?;
        back_market.state().book.let_in(&self.receipt, back_market.account_name(account));
        let unknown = || Refusal::unknown_order(&self.order_id);
        let order_id = number(&self.order_id).ok_or_else(unknown)?;
        let update = OrderUpdate::parse(&self.body)?;
        if update.order_id != order_id {
            let message = format!("order_id {} is not the order of the URL", update.order_id);
            return Err(Refusal::invalid(400, message));
        }
        let mut state = back_market.state();
        if back_market.inner.unknown_orders == UnknownOrders::Accept {
            state.orders.believe(order_id);
        }
        let imei_of_several = state.imei_of_several;
        let held = state.orders.get_mut(order_id).ok_or_else(unknown)?;
        rules::check_update(held, &update, imei_of_several)?;
        held.apply(&update);
        let shown = held.json();
        state.book.applied(&self.receipt);
        Ok(shown)
    }
}

impl Scene for ImeiScene {
    fn handle(&self) -> Reply {
        answered(self.register())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(self.orderline_id.parse().unwrap_or(0), answer)
    }
}

impl ImeiScene {
    fn register(&self) -> Result<Value, Refusal> {
        let back_market = &self.back_market;
        let account = back_market.gate(&self.headers)?;
        back_market.state().imei_book.let_in(&self.receipt, back_market.account_name(account));
        let unknown = || Refusal::unknown_line(&self.orderline_id);
        let orderline_id = number(&self.orderline_id).ok_or_else(unknown)?;
        let update = LineUpdate::parse(&self.body)?;
        let mut state = back_market.state();
        if back_market.inner.unknown_orders == UnknownOrders::Accept {
            state.orders.believe_line(orderline_id);
        }
        let line = state.orders.line_mut(orderline_id).ok_or_else(unknown)?;
        rules::check_registration(line, &update)?;
        line.register(&update);
        let shown = json!({ "imei": line.imei, "serial_number": line.serial_number });
        state.imei_book.applied(&self.receipt);
        Ok(shown)
    }
}

impl Scene for ReadScene {
    fn handle(&self) -> Reply {
        answered(self.read())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(self.order_id.parse().unwrap_or(0), answer)
    }
}

impl ReadScene {
    fn read(&self) -> Result<Value, Refusal> {
        self.back_market.gate(&self.headers)?;
        let state = self.back_market.state();
        number(&self.order_id)
            .and_then(|order_id| state.orders.get(order_id))
            .map(super::BackMarketHeld::json)
            .ok_or_else(|| Refusal::unknown_order(&self.order_id))
    }
}

fn answered(result: Result<Value, Refusal>) -> Reply {
    match result {
        Ok(body) => Reply::json(200, body),
        Err(refusal) => refusal.reply(),
    }
}

/// A number as it stands in a path: digits only.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}
