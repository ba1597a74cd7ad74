//! A fake of Wish's Merchant API v3: an OAuth that changes the refresh token, and orders whose tracking a PUT
//! overrides.
//!
//! The source is the vendor's `OpenAPI` 3.0.65, which comments here call W. W lists no refusal of a PUT and no code of
//! one. So what the fake refuses, and in which words, is inferred unless a comment names a source.

mod login;
mod options;
mod orders;
mod requests;
mod routes;
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
use crate::shop::{SharedState, Shop};
use crate::tokens::Tokens;
use orders::Orders;

/// The fake Wish. Clones share one state.
#[derive(Clone, Debug)]
pub struct Wish {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: WishOptions,
    unknown_orders: UnknownOrders,
    shared: SharedState<ChannelState>,
}

/// The part of the state that only Wish has. Accounts are numbered as in the options.
#[derive(Debug, Default)]
struct ChannelState {
    orders: Orders,
    tokens: Tokens,
    /// The refresh token that each account must use now. An account that is not here has its first one.
    refresh_tokens: BTreeMap<usize, String>,
    /// How many access tokens Wish issued to each account.
    renewals: BTreeMap<usize, u64>,
    /// The rate limit of each account.
    buckets: BTreeMap<usize, Bucket>,
}

impl Wish {
    pub(crate) fn new(options: WishOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, shared: SharedState::default() }) }
    }

    /// Adds an order. An order with the same id is replaced and loses its tracking, but keeps its submissions.
    pub fn add_order(&self, order: WishOrder) {
        self.shared().lock().channel.orders.add(order);
    }

    /// The order as Wish shows it now, if Wish knows it.
    pub fn order(&self, order_id: &str) -> Option<WishOrder> {
        self.shared().lock().channel.orders.current(order_id, clock::now_ms()).cloned()
    }

    /// The tracking numbers that a PUT overrode, in order of time, as (former number, new number).
    pub fn overridden(&self, order_id: &str) -> Vec<(String, String)> {
        self.shared().lock().channel.orders.overridden(order_id)
    }

    /// How many access tokens Wish issued to an account.
    pub fn renewals(&self, account: &str) -> u64 {
        let index = self.inner.options.accounts.iter().position(|known| known.name == account);
        let state = self.shared().lock();
        index.and_then(|index| state.channel.renewals.get(&index).copied()).unwrap_or_default()
    }

    /// Authorizes the account anew, as a person does. Returns credentials with another refresh token, which the account
    /// must use from now on.
    pub fn authorize(&self, account: &str) -> Value {
        let mut credentials = WishOptions::credentials(account);
        let index = self.inner.options.accounts.iter().position(|known| known.name == account);
        if let Some(index) = index {
            let mut state = self.shared().lock();
            let renewals = state.channel.renewals.get(&index).copied().unwrap_or_default();
            let token = format!("refresh-{account}.by-hand.{renewals}");
            if let Some(field) = credentials.get_mut("refresh_token") {
                *field = token.clone().into();
            }
            state.channel.refresh_tokens.insert(index, token);
        }
        credentials
    }

    /// Makes the next matching request go wrong.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Expires every access token that was issued.
    pub fn expire_tokens(&self) {
        self.shared().lock().channel.tokens.expire_all();
    }

    fn shared(&self) -> &SharedState<ChannelState> {
        &self.inner.shared
    }
}

impl Fake for Wish {
    type Options = WishOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/wish/tokens/expire", "expires all of Wish's access tokens")];

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
