//! A fake of Amazon's Selling Partner API: Login with Amazon, `confirmShipment` (Orders v0), `getOrder` (2026-01-01), and
//! subscriptions to notifications.
//!
//! A schema of ours, written after the vendor's model, checks each body. Code checks what only the vendor's prose or
//! sellers' reports say. The wordings with a known source stand in `wording`, each with its source.

mod get_order;
mod login;
mod notifications;
mod numbers;
mod options;
mod orders;
mod requests;
mod routes;
mod rules;
mod schema;
mod shop;
mod state;
mod wording;

use axum::Router;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use notifications::AmazonSubscribed;
pub use options::{AmazonAccount, AmazonOptions};
pub use orders::{AmazonItem, AmazonOrder, AmazonPackage};
pub(crate) use rules::is_order_id;
pub use state::AmazonRequests;

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::shop::Shop;
use crate::submission::Submission;
use schema::Schemas;
use state::State;

/// The fake Amazon. Clones share one state.
#[derive(Clone, Debug)]
pub struct Amazon {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: AmazonOptions,
    unknown_orders: UnknownOrders,
    schemas: Schemas,
    state: Mutex<State>,
}

impl Amazon {
    pub(crate) fn new(
        options: AmazonOptions,
        unknown_orders: UnknownOrders,
    ) -> std::io::Result<Self> {
        let schemas = Schemas::read()?;
        let state = Mutex::new(State::default());
        Ok(Self { inner: Arc::new(Inner { options, unknown_orders, schemas, state }) })
    }

    /// Adds an order. An order with the same id is replaced and loses its packages, but keeps its submissions.
    pub fn add_order(&self, order: AmazonOrder) {
        self.state().orders.add(order);
    }

    /// The orders that Amazon knows, sorted by id.
    pub fn orders(&self) -> Vec<AmazonOrder> {
        self.state().orders.all()
    }

    /// The id of every order that a submission named, known to Amazon or not.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.state().submissions.keys().cloned().collect()
    }

    /// Every `confirmShipment` that arrived for the order, in order of arrival, with the refused and the unanswered
    /// ones.
    pub fn submissions(&self, order_id: &str) -> Vec<Submission> {
        self.state().submissions.of(order_id)
    }

    /// The packages that Amazon holds for the order now.
    pub fn packages(&self, order_id: &str) -> Vec<AmazonPackage> {
        self.state().orders.packages(order_id)
    }

    /// How many requests have arrived, with the refused and the unanswered ones.
    pub fn requests(&self) -> AmazonRequests {
        self.state().requests
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
        self.state().tokens.expire_all();
    }

    /// Locks the state. A poisoned lock is still usable, because each change of the state is one whole step.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake for Amazon {
    type Options = AmazonOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/amazon/tokens/expire", "expires all of Amazon's access tokens")];

    fn open(options: AmazonOptions, unknown_orders: UnknownOrders) -> std::io::Result<Self> {
        Self::new(options, unknown_orders)
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }

    fn controls(&self) -> Router {
        routes::controls(self.clone())
    }
}
