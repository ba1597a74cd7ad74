//! A fake of eBay: its OAuth, and the shipping fulfilments of the Sell Fulfillment API v1, which are added and read but
//! never changed.
//!
//! The licence of the vendor's description does not let it be copied, so the rules are written by hand here. The error
//! ids and their words are the vendor's; when the real eBay says which, beyond what the words tell, is unverified.

mod body;
mod gate;
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

pub use options::{EbayAccount, EbayOptions};
pub use orders::{EbayFulfillment, EbayLineItem, EbayOrder};

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::rate::Bucket;
use crate::shop::{Desk, Shop};
use crate::tokens::Tokens;
use orders::Orders;

/// A handle on the fake eBay. Clones are the same eBay.
#[derive(Clone, Debug)]
pub struct Ebay {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: EbayOptions,
    unknown_orders: UnknownOrders,
    desk: Desk<Own>,
}

/// What eBay keeps beside what every shop does.
#[derive(Debug, Default)]
struct Own {
    orders: Orders,
    tokens: Tokens,
    /// By account.
    buckets: BTreeMap<usize, Bucket>,
}

impl Ebay {
    pub(crate) fn new(options: EbayOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, desk: Desk::default() }) }
    }

    /// Adds an order, or replaces it and forgets its fulfilments. Its submissions stay on record.
    pub fn add_order(&self, order: EbayOrder) {
        self.desk().open().own.orders.add(order);
    }

    /// The order as eBay knows it, if it does.
    pub fn order(&self, order_id: &str) -> Option<EbayOrder> {
        self.desk().open().own.orders.get(order_id).map(|record| record.order.clone())
    }

    /// The fulfilments eBay holds for the order now.
    pub fn fulfillments(&self, order_id: &str) -> Vec<EbayFulfillment> {
        let kept = self.desk().open();
        kept.own.orders.get(order_id).map(|record| record.fulfillments.clone()).unwrap_or_default()
    }

    /// Plays the fault at the next matching request.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Plays the fault at every matching request, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    /// Lets every access token that was given out be expired.
    pub fn expire_tokens(&self) {
        self.desk().open().own.tokens.expire_all();
    }

    fn desk(&self) -> &Desk<Own> {
        &self.inner.desk
    }
}

impl Fake for Ebay {
    type Options = EbayOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/ebay/tokens/expire", "expires all access tokens")];

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
