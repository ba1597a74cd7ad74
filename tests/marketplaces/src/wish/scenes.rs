//! The operations behind the routes: a token, an order's tracking, a reading; and who may call, how often.

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
use crate::play::Scene;
use crate::rate::Bucket;
use crate::reply::{Outcome, Reply};
use crate::shop::Shop;
use crate::submission::Receipt;
use crate::tokens::Standing;

/// The body of `PUT /orders/{id}/tracking`. Source: W, `UpdateTracking`: these three are required. That others are refused
/// is stricter than what is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    origin_country: String,
    shipping_provider: String,
    tracking_number: String,
}

/// `GET /oauth/refresh_token`.
pub(super) struct TokenScene {
    pub(super) wish: Wish,
    pub(super) query: String,
}

/// `PUT /orders/{id}/tracking`.
pub(super) struct ShipScene {
    pub(super) wish: Wish,
    pub(super) order_id: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) receipt: Receipt,
}

/// `GET /orders/{id}`.
pub(super) struct ReadScene {
    pub(super) wish: Wish,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
}

impl Wish {
    /// Lets a caller in, or says why not: the token, then the rate.
    fn gate(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(|| Refusal::new(&NO_TOKEN, ""))?;
        let now_ms = clock::now_ms();
        let mut kept = self.desk().open();
        let account = match kept.own.tokens.standing(token, now_ms) {
            Standing::Good { account } => account,
            Standing::Expired => return Err(Refusal::new(&EXPIRED_TOKEN, "")),
            Standing::Revoked => return Err(Refusal::new(&REVOKED_TOKEN, "")),
            Standing::Unknown => return Err(Refusal::new(&UNKNOWN_TOKEN, "")),
        };
        let rate = self.inner.options.rate;
        let bucket = kept.own.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
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
    if !PROVIDERS.contains(&body.shipping_provider.as_str()) {
        return Err(invalid(format!("shipping_provider {}", body.shipping_provider)));
    }
    let is_number = (5..=40).contains(&body.tracking_number.len())
        && body.tracking_number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_number {
        return Err(invalid(format!("tracking_number {}", body.tracking_number)));
    }
    Ok(body)
}

impl Scene for TokenScene {
    fn handle(&self) -> Reply {
        let own = &mut self.wish.desk().open().own;
        login::exchange(own, &self.query, &self.wish.inner.options, clock::now_ms())
            .unwrap_or_else(|refusal| refusal.reply())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::Token, answer)
    }
}

impl Scene for ShipScene {
    fn handle(&self) -> Reply {
        self.ship().unwrap_or_else(|refusal| refusal.reply())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::Submit, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.wish, &self.order_id, tracking_number);
    }
}

impl ShipScene {
    fn ship(&self) -> Result<Reply, Refusal> {
        let wish = &self.wish;
        let account = wish.gate(&self.headers)?;
        wish.desk().open().book.let_in(&self.receipt, wish.account_name(account));
        let media_type = self.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !media_type.is_some_and(|it| it.starts_with("application/json")) {
            return Err(Refusal::new(&INVALID, "Content-Type must be application/json"));
        }
        if !self.query.is_empty() {
            return Err(Refusal::new(&INVALID, "parameters belong into the body"));
        }
        let body = check(&self.body)?;
        let mut kept = wish.desk().open();
        if wish.inner.unknown_orders == UnknownOrders::Accept {
            kept.own.orders.believe(&self.order_id);
        }
        let now_ms = clock::now_ms();
        let unknown = || Refusal::new(&UNKNOWN_ORDER, &self.order_id);
        let order = kept.own.orders.settled(&self.order_id, now_ms).ok_or_else(unknown)?;
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
        kept.own.orders.take(&self.order_id, tracking, due_ms);
        kept.book.applied(&self.receipt);
        kept.own
            .orders
            .json(&self.order_id, now_ms)
            .map(|order| success(&order))
            .ok_or_else(unknown)
    }
}

impl Scene for ReadScene {
    fn handle(&self) -> Reply {
        self.read().unwrap_or_else(|refusal| refusal.reply())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::ReadBack, answer)
    }
}

impl ReadScene {
    fn read(&self) -> Result<Reply, Refusal> {
        self.wish.gate(&self.headers)?;
        let mut kept = self.wish.desk().open();
        // A caller asks before it ships, so an order that is believed is believed from here on.
        if self.wish.inner.unknown_orders == UnknownOrders::Accept {
            kept.own.orders.believe(&self.order_id);
        }
        let order = kept.own.orders.json(&self.order_id, clock::now_ms());
        let order = order.ok_or_else(|| Refusal::new(&UNKNOWN_ORDER, &self.order_id))?;
        Ok(success(&order))
    }
}
