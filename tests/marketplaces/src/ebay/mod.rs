//! A fake of eBay: its OAuth, and the shipping fulfilments of the Sell Fulfillment API v1. A caller can add and read
//! fulfilments, but never change one.
//!
//! The licence of the vendor's description forbids copying it, so we wrote the rules by hand. The error ids and their
//! messages are the vendor's. Where a message does not tell in which case eBay sends it, the case is unverified.

mod access;
mod body;
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

pub use options::{EbayAccount, EbayOptions};
pub use orders::{EbayFulfillment, EbayLineItem, EbayOrder};

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::rate::Bucket;
use crate::shop::{SharedState, Shop};
use crate::tokens::Tokens;
use orders::Orders;

/// The fake eBay. Clones share one state.
#[derive(Clone, Debug)]
pub struct Ebay {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: EbayOptions,
    unknown_orders: UnknownOrders,
    shared: SharedState<ChannelState>,
}

/// The part of the state that only eBay has.
#[derive(Debug, Default)]
struct ChannelState {
    orders: Orders,
    tokens: Tokens,
    /// The rate limit of each account, by account index.
    buckets: BTreeMap<usize, Bucket>,
}

impl Ebay {
    pub(crate) fn new(options: EbayOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, shared: SharedState::default() }) }
    }

    /// Adds an order. An order with the same id is replaced and loses its fulfilments, but keeps its submissions.
    pub fn add_order(&self, order: EbayOrder) {
        self.shared().lock().channel.orders.add(order);
    }

    /// The order, if eBay knows it.
    pub fn order(&self, order_id: &str) -> Option<EbayOrder> {
        self.shared().lock().channel.orders.get(order_id).map(|record| record.order.clone())
    }

    /// The fulfilments that eBay holds for the order now.
    pub fn fulfillments(&self, order_id: &str) -> Vec<EbayFulfillment> {
        let state = self.shared().lock();
        state
            .channel
            .orders
            .get(order_id)
            .map(|record| record.fulfillments.clone())
            .unwrap_or_default()
    }

    /// Makes the next matching request go wrong.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Makes every matching request go wrong, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    /// Expires every access token that was issued.
    pub fn expire_tokens(&self) {
        self.shared().lock().channel.tokens.expire_all();
    }

    fn shared(&self) -> &SharedState<ChannelState> {
        &self.inner.shared
    }
}

impl Fake for Ebay {
    type Options = EbayOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/ebay/tokens/expire", "expires all of eBay's access tokens")];

    fn open(options: EbayOptions, unknown_orders: UnknownOrders) -> std::io::Result<Self> {
        Ok(Self::new(options, unknown_orders))
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }

    fn controls(&self) -> Router {
        routes::controls(self.clone())
    }
}
