//! A fake receiver of signed webhooks. It stands for `UntilGone` and for any other receiver that keeps our contract.
//!
//! The contract is ours: `tests/contracts/until_gone/shipment.confirmed.schema.json`, and the README of the crate that
//! sends. The receiver checks the signature by the Standard Webhooks specification 1.0.0, with code that shares nothing
//! with the sender's. The contract leaves the codes and words of refusals to the receiver, so we made them up.

mod body;
mod options;
mod orders;
mod routes;
mod shop;
mod signature;
mod webhook;
mod wording;

use axum::Router;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

pub use options::{Repeats, UntilGoneAccount, UntilGoneOptions};
pub use orders::{UntilGoneItem, UntilGoneOrder, UntilGoneShipment};

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::rate::Bucket;
use crate::shop::{SharedState, Shop};
use crate::submission::Submission;
use body::Contract;
use orders::Orders;
use signature::Key;

/// The fake receiver. Clones share one state.
#[derive(Clone, Debug)]
pub struct UntilGone {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: UntilGoneOptions,
    unknown_orders: UnknownOrders,
    contract: Contract,
    /// The key of each account, in the order of the options.
    keys: Vec<Key>,
    shared: SharedState<ChannelState>,
}

/// A webhook as it arrived, so that a test can verify it with other code too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntilGoneWebhook {
    /// The headers whose names begin with `webhook-`.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// The part of the state that only the receiver has.
#[derive(Debug, Default)]
struct ChannelState {
    orders: Orders,
    /// All webhooks in order of arrival, by order.
    webhooks: BTreeMap<String, Vec<UntilGoneWebhook>>,
    /// The rate limit of each account, by account index.
    buckets: BTreeMap<usize, Bucket>,
}

impl UntilGone {
    pub(crate) fn new(
        options: UntilGoneOptions,
        unknown_orders: UnknownOrders,
    ) -> io::Result<Self> {
        let contract = Contract::read()?;
        let keys = options
            .accounts
            .iter()
            .map(|account| Key::read(&account.secret))
            .collect::<io::Result<_>>()?;
        let shared = SharedState::default();
        Ok(Self { inner: Arc::new(Inner { options, unknown_orders, contract, keys, shared }) })
    }

    /// Adds an order. An order with the same id is replaced. It loses its shipments and the ids of accepted webhooks,
    /// but keeps its submissions.
    pub fn add_order(&self, order: UntilGoneOrder) {
        self.shared().lock().channel.orders.add(order);
    }

    /// The orders that the receiver knows, sorted by id.
    pub fn orders(&self) -> Vec<UntilGoneOrder> {
        self.shared().lock().channel.orders.all()
    }

    /// The shipments that the receiver holds for the order now, in order of arrival.
    pub fn shipments(&self, order_id: &str) -> Vec<UntilGoneShipment> {
        self.shared().lock().channel.orders.shipments(order_id)
    }

    /// Every webhook that arrived for the order, in order of arrival, with the refused and the unanswered ones.
    pub fn submissions(&self, order_id: &str) -> Vec<Submission> {
        self.submissions_of(order_id)
    }

    /// Every webhook that arrived for the order, in order of arrival, with its headers.
    pub fn webhooks(&self, order_id: &str) -> Vec<UntilGoneWebhook> {
        self.shared().lock().channel.webhooks.get(order_id).cloned().unwrap_or_default()
    }

    /// The id of every order that a webhook named, known to the receiver or not. A webhook that names no order counts
    /// as one with an empty id.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.shared().lock().submissions.keys().cloned().collect()
    }

    /// Makes the next matching webhook go wrong.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Makes every matching webhook go wrong, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    fn shared(&self) -> &SharedState<ChannelState> {
        &self.inner.shared
    }
}

impl Fake for UntilGone {
    type Options = UntilGoneOptions;

    fn open(options: UntilGoneOptions, unknown_orders: UnknownOrders) -> io::Result<Self> {
        Self::new(options, unknown_orders)
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }
}
