//! Amazon's requests: who may call, how often, and what a request does.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use super::login::{self, ACCESS_TOKEN_PREFIX};
use super::rules::{self, ConfirmShipment, is_order_id};
use super::wording::{self, INVALID_INPUT, Refusal};
use super::{Amazon, get_order};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::{Answer, Operation};
use crate::rate::{Bucket, Rate};
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;
use crate::tokens::TokenStatus;

/// The header with the rate limit. Source: ordersV0.json, which declares no such header for 401, 403, 429, 500 and 503.
const RATE_LIMIT_HEADER: &str = "x-amzn-ratelimit-limit";

/// A token request.
pub(super) struct TokenRequest {
    pub(super) amazon: Amazon,
    pub(super) headers: HeaderMap,
    pub(super) form: Bytes,
}

/// A `confirmShipment` request.
pub(super) struct ConfirmRequest {
    pub(super) amazon: Amazon,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

/// A `getOrder` request.
pub(super) struct ReadRequest {
    pub(super) amazon: Amazon,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) query: String,
}

impl MarketplaceRequest for TokenRequest {
    fn handle(&self) -> Reply {
        if media_type(&self.headers) != "application/x-www-form-urlencoded" {
            let why = "The content type must be application/x-www-form-urlencoded";
            return login::refusal(400, "invalid_request", why);
        }
        let options = &self.amazon.inner.options;
        let state = &mut *self.amazon.state();
        login::exchange(state, &self.form, options, clock::now_ms())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Token, "", answer)
    }
}

impl MarketplaceRequest for ConfirmRequest {
    fn handle(&self) -> Reply {
        let reply = match self.confirm() {
            Ok(()) => Reply::empty(204),
            Err(refusal) => refusal.reply(),
        };
        with_rate_limit_header(reply, self.amazon.inner.options.confirm_rate)
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Submit, &self.order_id, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.amazon, &self.order_id, tracking_number);
    }
}

impl ConfirmRequest {
    fn confirm(&self) -> Result<(), Refusal> {
        let amazon = &self.amazon;
        let account = amazon.admit(&self.headers, Operation::Submit)?;
        amazon.state().submissions.set_account(&self.submission, amazon.account_name(account));
        if media_type(&self.headers) != "application/json" {
            return Err(Refusal::input("The content type must be application/json"));
        }
        check_order_id(&self.order_id)?;
        let body: Value = serde_json::from_slice(&self.body).map_err(|error| not_json(&error))?;
        amazon.inner.schemas.check_confirm_shipment(&body)?;
        let request: ConfirmShipment =
            serde_json::from_value(body).map_err(|error| not_json(&error))?;
        let now = clock::now();
        rules::check(&request, now)?;
        let mut state = amazon.state();
        if amazon.inner.unknown_orders == UnknownOrders::Accept {
            state.orders.create_if_unknown(&self.order_id, &request);
        }
        state
            .orders
            .get_mut(&self.order_id)
            .ok_or_else(|| Refusal::unknown_order(&self.order_id))?
            .confirm(&request, now.as_millisecond())?;
        state.submissions.set_applied(&self.submission);
        Ok(())
    }
}

impl MarketplaceRequest for ReadRequest {
    fn handle(&self) -> Reply {
        let reply = match self.read() {
            Ok(order) => Reply::json(200, order),
            Err(refusal) => refusal.reply(),
        };
        with_rate_limit_header(reply, self.amazon.inner.options.read_rate)
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::ReadBack, &self.order_id, answer)
    }
}

impl ReadRequest {
    fn read(&self) -> Result<Value, Refusal> {
        self.amazon.admit(&self.headers, Operation::ReadBack)?;
        check_order_id(&self.order_id)?;
        let included = get_order::included_data(&self.query)?;
        let state = self.amazon.state();
        let record = state
            .orders
            .get(&self.order_id)
            .ok_or_else(|| Refusal::unknown_order(&self.order_id))?;
        Ok(get_order::order(record, &included))
    }
}

/// A `searchOrders` request.
pub(super) struct SearchRequest {
    pub(super) amazon: Amazon,
    pub(super) headers: HeaderMap,
    pub(super) query: String,
}

impl MarketplaceRequest for SearchRequest {
    fn handle(&self) -> Reply {
        match self.search() {
            Ok(orders) => Reply::json(200, orders),
            Err(refusal) => refusal.reply(),
        }
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Account, "", answer)
    }
}

impl SearchRequest {
    fn search(&self) -> Result<Value, Refusal> {
        self.amazon.admit(&self.headers, Operation::Account)?;
        let count = get_order::search(&self.query)?;
        let state = self.amazon.state();
        let orders: Vec<Value> = state
            .orders
            .all()
            .iter()
            .take(count)
            .map(|order| json!({ "orderId": order.id }))
            .collect();
        Ok(json!({ "orders": orders }))
    }
}

impl Amazon {
    /// Checks the user agent, the access token and the rate, in this order. Returns the index of the caller's account.
    fn admit(&self, headers: &HeaderMap, operation: Operation) -> Result<usize, Refusal> {
        // The vendor requires this header. Its answer to a request without one is unverified.
        if text(headers, header::USER_AGENT.as_str()).is_empty() {
            return Err(Refusal::input("The User-Agent header is required"));
        }
        let now_ms = clock::now_ms();
        let mut state = self.state();
        let token = text(headers, "x-amz-access-token");
        if !token.starts_with(ACCESS_TOKEN_PREFIX) {
            return Err(wording::token_malformed());
        }
        let account = match state.tokens.status(token, now_ms) {
            TokenStatus::Good { account } => account,
            TokenStatus::Expired => return Err(wording::token_expired()),
            TokenStatus::Revoked | TokenStatus::Unknown => return Err(wording::token_unknown()),
        };
        let rate = match operation {
            Operation::ReadBack | Operation::ReadOrder | Operation::Account => {
                self.inner.options.read_rate
            }
            Operation::Submit | Operation::Token | Operation::Imei => {
                self.inner.options.confirm_rate
            }
        };
        let bucket =
            state.buckets.entry((account, operation)).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(wording::quota_exceeded()) }
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

fn check_order_id(order_id: &str) -> Result<(), Refusal> {
    if is_order_id(order_id) {
        return Ok(());
    }
    // This wording is unverified.
    Err(Refusal::input(format!("AmazonOrderId: {order_id} is invalid, must be in 3-7-7 format")))
}

/// The refusal of a body that is not JSON, or that has a number too large for its integer. The wording is unverified.
pub(super) fn not_json(error: &serde_json::Error) -> Refusal {
    let message = "The input you have submitted is not valid. It cannot be parsed.";
    Refusal::new(400, INVALID_INPUT, message, &error.to_string())
}

fn with_rate_limit_header(reply: Reply, rate: Rate) -> Reply {
    match reply.status {
        200 | 204 | 400 | 404 => reply.header(RATE_LIMIT_HEADER, rate.header()),
        _ => reply,
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The body's media type without its parameters, such as a character set.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = text(headers, header::CONTENT_TYPE.as_str());
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
