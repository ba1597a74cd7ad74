//! Wish's requests: a login, a PUT of an order's tracking, and a read of an order. Also who may call, and how often.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use serde::Deserialize;

use super::orders::{WishState, WishTracking};
use super::wording::{
    self, EXPIRED_TOKEN, INVALID, NO_TOKEN, NOT_SHIPPABLE, PROVIDERS, REVOKED_TOKEN, Refusal,
    TOO_MANY, UNKNOWN_ORDER, UNKNOWN_TOKEN, success,
};
use super::{Wish, login};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::{Answer, Operation};
use crate::rate::Bucket;
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;
use crate::tokens::TokenStatus;

/// The body of `PUT /orders/{id}/tracking`. W requires these three fields (`UpdateTracking`). The fake refuses any
/// other field, which is stricter than W.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    origin_country: String,
    shipping_provider: String,
    tracking_number: String,
}

/// A request of `GET /oauth/refresh_token`.
pub(super) struct TokenRequest {
    pub(super) wish: Wish,
    pub(super) query: String,
}

/// A request of `PUT /orders/{id}/tracking`.
pub(super) struct ShipRequest {
    pub(super) wish: Wish,
    pub(super) order_id: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

/// A request of `GET /orders/{id}`.
pub(super) struct ReadRequest {
    pub(super) wish: Wish,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
}

impl Wish {
    /// Checks the access token and then the rate. Returns the index of the caller's account.
    fn admit(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(|| Refusal::new(&NO_TOKEN, ""))?;
        let now_ms = clock::now_ms();
        let mut state = self.shared().lock();
        let account = match state.channel.tokens.status(token, now_ms) {
            TokenStatus::Good { account } => account,
            TokenStatus::Expired => return Err(Refusal::new(&EXPIRED_TOKEN, "")),
            TokenStatus::Revoked => return Err(Refusal::new(&REVOKED_TOKEN, "")),
            TokenStatus::Unknown => return Err(Refusal::new(&UNKNOWN_TOKEN, "")),
        };
        let rate = self.inner.options.rate;
        let bucket =
            state.channel.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(Refusal::new(&TOO_MANY, "")) }
    }

    fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

fn check(body: &[u8]) -> Result<Body, Refusal> {
    let invalid = |why: String| Refusal::new(&INVALID, &why);
    let body: Body = serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    let is_country = body.origin_country.len() == 2
        && body.origin_country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_country {
        return Err(invalid(format!("origin_country {}", body.origin_country)));
    }
    if !PROVIDERS.contains(&body.shipping_provider) {
        return Err(invalid(format!("shipping_provider {}", body.shipping_provider)));
    }
    let is_number = (5..=40).contains(&body.tracking_number.len())
        && body.tracking_number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_number {
        return Err(invalid(format!("tracking_number {}", body.tracking_number)));
    }
    Ok(body)
}

impl MarketplaceRequest for TokenRequest {
    fn handle(&self) -> Reply {
        let state = &mut self.wish.shared().lock().channel;
        login::exchange(state, &self.query, &self.wish.inner.options, clock::now_ms())
            .unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Token, answer)
    }
}

impl MarketplaceRequest for ShipRequest {
    fn handle(&self) -> Reply {
        self.ship().unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Submit, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.wish, &self.order_id, tracking_number);
    }
}

impl ShipRequest {
    fn ship(&self) -> Result<Reply, Refusal> {
        let wish = &self.wish;
        let account = wish.admit(&self.headers)?;
        wish.shared().lock().submissions.set_account(&self.submission, wish.account_name(account));
        let media_type = self.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !media_type.is_some_and(|it| it.starts_with("application/json")) {
            return Err(Refusal::new(&INVALID, "Content-Type must be application/json"));
        }
        if !self.query.is_empty() {
            return Err(Refusal::new(&INVALID, "parameters belong into the body"));
        }
        let body = check(&self.body)?;
        let mut state = wish.shared().lock();
        if wish.inner.unknown_orders == UnknownOrders::Accept {
            state.channel.orders.create_if_unknown(&self.order_id);
        }
        let now_ms = clock::now_ms();
        let unknown = || Refusal::new(&UNKNOWN_ORDER, &self.order_id);
        let order = state.channel.orders.current(&self.order_id, now_ms).ok_or_else(unknown)?;
        match order.state {
            WishState::Approved | WishState::Shipped => {}
            WishState::Refunded | WishState::RequireReview | WishState::Declined => {
                return Err(Refusal::new(&NOT_SHIPPABLE, &format!("it is {:?}", order.state)));
            }
        }
        let tracking = WishTracking {
            tracking_number: body.tracking_number,
            shipping_provider: body.shipping_provider,
            origin_country: body.origin_country,
        };
        let due_ms = now_ms + i64::from(wish.inner.options.processing_ms);
        state.channel.orders.add_pending(&self.order_id, tracking, due_ms);
        state.submissions.set_applied(&self.submission);
        state
            .channel
            .orders
            .json(&self.order_id, now_ms)
            .map(|order| success(&order))
            .ok_or_else(unknown)
    }
}

/// A request of `GET /api/v3/orders`.
pub(super) struct OrdersRequest {
    pub(super) wish: Wish,
    pub(super) headers: HeaderMap,
}

impl MarketplaceRequest for OrdersRequest {
    /// Which orders there are does not matter to whoever asks whether the account is taken.
    fn handle(&self) -> Reply {
        match self.wish.admit(&self.headers) {
            Ok(_) => success(&serde_json::Value::Array(Vec::new())),
            Err(refusal) => refusal.reply(),
        }
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Account, answer)
    }
}

impl MarketplaceRequest for ReadRequest {
    fn handle(&self) -> Reply {
        self.read().unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::ReadBack, answer)
    }
}

impl ReadRequest {
    fn read(&self) -> Result<Reply, Refusal> {
        self.wish.admit(&self.headers)?;
        let mut state = self.wish.shared().lock();
        // A caller reads an order before it ships it, so a read must create an unknown order too.
        if self.wish.inner.unknown_orders == UnknownOrders::Accept {
            state.channel.orders.create_if_unknown(&self.order_id);
        }
        let order = state.channel.orders.json(&self.order_id, clock::now_ms());
        let order = order.ok_or_else(|| Refusal::new(&UNKNOWN_ORDER, &self.order_id))?;
        Ok(success(&order))
    }
}
