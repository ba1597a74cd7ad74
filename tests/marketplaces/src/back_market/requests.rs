//! Back Market's requests: an update, a registration of an IMEI, and a read of an order.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::body::{LineUpdate, OrderUpdate};
use super::wording::{self, Refusal};
use super::{BackMarket, rules};
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;

/// A request of `POST /ws/orders/{id}`.
pub(super) struct UpdateRequest {
    pub(super) back_market: BackMarket,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

/// A request of `PATCH /ws/orderlines/{id}`.
pub(super) struct ImeiRequest {
    pub(super) back_market: BackMarket,
    pub(super) orderline_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

/// A request of `GET /ws/orders/{id}`.
pub(super) struct ReadRequest {
    pub(super) back_market: BackMarket,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
}

impl MarketplaceRequest for UpdateRequest {
    fn handle(&self) -> Reply {
        reply_of(self.update())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(self.order_id.parse().unwrap_or(0), answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.back_market, &self.order_id, tracking_number);
    }
}

impl UpdateRequest {
    fn update(&self) -> Result<Value, Refusal> {
        let back_market = &self.back_market;
        let account = back_market.admit(&self.headers)?;
        back_market
            .state()
            .submissions
            .set_account(&self.submission, back_market.account_name(account));
        let unknown = || Refusal::unknown_order(&self.order_id);
        let order_id = number(&self.order_id).ok_or_else(unknown)?;
        let update = OrderUpdate::parse(&self.body)?;
        if update.order_id != order_id {
            let message = format!("order_id {} is not the order of the URL", update.order_id);
            return Err(Refusal::invalid(400, message));
        }
        let mut state = back_market.state();
        if back_market.inner.unknown_orders == UnknownOrders::Accept {
            state.orders.create_if_unknown(order_id);
        }
        let imei_of_several = state.imei_of_several;
        let held = state.orders.get_mut(order_id).ok_or_else(unknown)?;
        rules::check_update(held, &update, imei_of_several)?;
        held.apply(&update);
        let shown = held.json();
        state.submissions.set_applied(&self.submission);
        Ok(shown)
    }
}

impl MarketplaceRequest for ImeiRequest {
    fn handle(&self) -> Reply {
        reply_of(self.register())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(self.orderline_id.parse().unwrap_or(0), answer)
    }
}

impl ImeiRequest {
    fn register(&self) -> Result<Value, Refusal> {
        let back_market = &self.back_market;
        let account = back_market.admit(&self.headers)?;
        back_market
            .state()
            .imei_submissions
            .set_account(&self.submission, back_market.account_name(account));
        let unknown = || Refusal::unknown_line(&self.orderline_id);
        let orderline_id = number(&self.orderline_id).ok_or_else(unknown)?;
        let update = LineUpdate::parse(&self.body)?;
        let mut state = back_market.state();
        if back_market.inner.unknown_orders == UnknownOrders::Accept {
            state.orders.create_line_if_unknown(orderline_id);
        }
        let line = state.orders.line_mut(orderline_id).ok_or_else(unknown)?;
        rules::check_registration(line, &update)?;
        line.register(&update);
        let shown = json!({ "imei": line.imei, "serial_number": line.serial_number });
        state.imei_submissions.set_applied(&self.submission);
        Ok(shown)
    }
}

impl MarketplaceRequest for ReadRequest {
    fn handle(&self) -> Reply {
        reply_of(self.read())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(self.order_id.parse().unwrap_or(0), answer)
    }
}

impl ReadRequest {
    fn read(&self) -> Result<Value, Refusal> {
        self.back_market.admit(&self.headers)?;
        let state = self.back_market.state();
        number(&self.order_id)
            .and_then(|order_id| state.orders.get(order_id))
            .map(super::BackMarketHeld::json)
            .ok_or_else(|| Refusal::unknown_order(&self.order_id))
    }
}

/// A request of `GET /ws/orders`.
pub(super) struct OrdersRequest {
    pub(super) back_market: BackMarket,
    pub(super) headers: HeaderMap,
}

impl MarketplaceRequest for OrdersRequest {
    /// Which orders there are does not matter to whoever asks whether the account is taken. The shape is third parties'
    /// (unverified).
    fn handle(&self) -> Reply {
        let none = json!({ "count": 0, "next": null, "previous": null, "results": [] });
        reply_of(self.back_market.admit(&self.headers).map(|_| none))
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(0, answer)
    }
}

fn reply_of(result: Result<Value, Refusal>) -> Reply {
    match result {
        Ok(body) => Reply::json(200, body),
        Err(refusal) => refusal.reply(),
    }
}

/// Parses a number of a path. It may have digits only.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}
