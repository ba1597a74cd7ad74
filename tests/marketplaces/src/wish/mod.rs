//! A fake of Wish's Merchant API v3: OAuth whose refresh token changes, and orders whose tracking is set by a PUT that
//! overrides what was there.
//!
//! Source: the vendor's `OpenAPI` 3.0.65 (W). It lists no refusal of an update and no code of one, so what is refused then,
//! and in which words, is inferred unless a comment says otherwise.

mod login;
mod options;
mod orders;
mod routes;
mod scenes;
mod shop;
mod wording;

use axum::Router;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

pub use options::{Rotation, WishAccount, WishOptions};
pub use orders::{WishItem, WishOrder, WishState, WishTracking};

use crate::clock;
use crate::fakes::{Fake, Setup as _, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::rate::Bucket;
use crate::shop::{Desk, Shop};
use crate::tokens::Tokens;
use orders::Orders;

/// A handle on the fake Wish. Clones are the same Wish.
#[derive(Clone, Debug)]
pub struct Wish {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: WishOptions,
    unknown_orders: UnknownOrders,
    desk: Desk<Own>,
}

/// What Wish keeps beside what every shop does.
#[derive(Debug, Default)]
struct Own {
    orders: Orders,
    tokens: Tokens,
    /// The refresh token that is good now, by account; absent while it is the first one.
    refresh_tokens: BTreeMap<usize, String>,
    /// Access tokens given out, by account.
    renewals: BTreeMap<usize, u64>,
    /// By account.
    buckets: BTreeMap<usize, Bucket>,
}

impl Wish {
    pub(crate) fn new(options: WishOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, desk: Desk::default() }) }
    }

    /// Adds an order, or replaces it and forgets its tracking. Its submissions stay on record.
    pub fn add_order(&self, order: WishOrder) {
        self.desk().open().own.orders.add(order);
    }

    /// The order as Wish knows it now.
    pub fn order(&self, order_id: &str) -> Option<WishOrder> {
        self.desk().open().own.orders.settled(order_id, clock::now_ms()).cloned()
    }

    /// Numbers that a PUT put others in the place of, in order: the former, and the one that came.
    pub fn overridden(&self, order_id: &str) -> Vec<(String, String)> {
        self.desk().open().own.orders.overridden(order_id)
    }

    /// How many access tokens an account has got.
    pub fn renewals(&self, account: &str) -> u64 {
        let place = self.inner.options.accounts.iter().position(|known| known.name == account);
        let kept = self.desk().open();
        place.and_then(|place| kept.own.renewals.get(&place).copied()).unwrap_or_default()
    }

    /// A person authorizes the account anew: credentials with a refresh token that is good from now on.
    pub fn authorize(&self, account: &str) -> Value {
        let mut credentials = WishOptions::credentials(account);
        let place = self.inner.options.accounts.iter().position(|known| known.name == account);
        if let Some(place) = place {
            let mut kept = self.desk().open();
            let renewals = kept.own.renewals.get(&place).copied().unwrap_or_default();
            let token = format!("refresh-{account}.by-hand.{renewals}");
            if let Some(field) = credentials.get_mut("refresh_token") {
                *field = token.clone().into();
            }
            kept.own.refresh_tokens.insert(place, token);
        }
        credentials
    }

    /// Plays the fault at the next matching request.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Lets every access token that was given out be expired.
    pub fn expire_tokens(&self) {
        self.desk().open().own.tokens.expire_all();
    }

    fn desk(&self) -> &Desk<Own> {
        &self.inner.desk
    }
}

impl Fake for Wish {
    type Options = WishOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/wish/tokens/expire", "expires all access tokens")];

    fn open(options: WishOptions, unknown_orders: UnknownOrders) -> std::io::Result<Self> {
        Ok(Self::new(options, unknown_orders))
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }

    fn controls(&self) -> Router {
        routes::controls(self.clone())
    }
}
