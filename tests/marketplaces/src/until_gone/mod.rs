//! A fake receiver of signed webhooks, as `UntilGone` or anybody else may have one who keeps to our contract.
//!
//! The contract is ours: `tests/fixtures/until_gone/shipment.confirmed.schema.json`, and the README of the crate that
//! sends. The signature is checked here by the Standard Webhooks specification 1.0.0 with code of its own, so that it is
//! a second opinion. What the contract leaves to the receiver, the codes and words of its refusals, is made up.

mod body;
mod options;
mod orders;
mod receive;
mod routes;
mod shop;
mod signature;
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
use crate::shop::{Desk, Shop};
use crate::submission::Submission;
use body::Contract;
use orders::Orders;
use signature::Key;

/// A handle on the fake receiver. Clones are the same receiver.
#[derive(Clone, Debug)]
pub struct UntilGone {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: UntilGoneOptions,
    unknown_orders: UnknownOrders,
    contract: Contract,
    /// By account, as the options list them.
    keys: Vec<Key>,
    desk: Desk<State>,
}

/// A webhook as it came, to be verified by somebody else, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntilGoneWebhook {
    /// Its `webhook-` headers.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

/// What the receiver remembers beside who told it what.
#[derive(Debug, Default)]
struct State {
    orders: Orders,
    /// By order, in the order they came.
    webhooks: BTreeMap<String, Vec<UntilGoneWebhook>>,
    /// By account.
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
        let desk = Desk::default();
        Ok(Self { inner: Arc::new(Inner { options, unknown_orders, contract, keys, desk }) })
    }

    /// Adds an order, or replaces it and forgets its shipments and their webhooks. Its submissions stay on record.
    pub fn add_order(&self, order: UntilGoneOrder) {
        self.desk().open().own.orders.add(order);
    }

    /// The orders it knows, by their numbers.
    pub fn orders(&self) -> Vec<UntilGoneOrder> {
        self.desk().open().own.orders.all()
    }

    /// What it holds of the order's shipments now, in the order they came.
    pub fn shipments(&self, order_id: &str) -> Vec<UntilGoneShipment> {
        self.desk().open().own.orders.shipments(order_id)
    }

    /// Every webhook that arrived for the order, the refused and the unanswered too, in order of arrival.
    pub fn submissions(&self, order_id: &str) -> Vec<Submission> {
        self.told(order_id)
    }

    /// The same as they came over the wire.
    pub fn webhooks(&self, order_id: &str) -> Vec<UntilGoneWebhook> {
        self.desk().open().own.webhooks.get(order_id).cloned().unwrap_or_default()
    }

    /// Every order number that was mentioned in a webhook, known or not; empty for one that names none.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.desk().open().book.keys().cloned().collect()
    }

    /// Plays the fault at the next matching webhook.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Plays the fault at every matching webhook, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    fn desk(&self) -> &Desk<State> {
        &self.inner.desk
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
