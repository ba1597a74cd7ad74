//! A fake of Amazon's Selling Partner API: Login with Amazon, `confirmShipment` (Orders v0) and `getOrder` (2026-01-01).
//!
//! Bodies are checked against the vendor's own models; what only the vendor's prose or sellers' reports say is checked
//! beside it. Wordings with a known source are in `wording`, with that source.

mod confirm;
mod model;
mod options;
mod orders;
mod read;
mod routes;
mod rules;
mod shop;
mod state;
mod tokens;
mod wording;

use axum::Router;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use options::{AmazonAccount, AmazonOptions};
pub use orders::{AmazonItem, AmazonOrder, AmazonPackage};
pub(crate) use rules::is_order_id;
pub use state::AmazonRequests;

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::shop::Shop;
use crate::submission::Submission;
use model::Models;
use state::State;

/// A handle on the fake Amazon. Clones are the same Amazon.
#[derive(Clone, Debug)]
pub struct Amazon {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: AmazonOptions,
    unknown_orders: UnknownOrders,
    models: Models,
    state: Mutex<State>,
}

impl Amazon {
    pub(crate) fn new(
        options: AmazonOptions,
        unknown_orders: UnknownOrders,
    ) -> std::io::Result<Self> {
        let models = Models::read()?;
        let state = Mutex::new(State::default());
        Ok(Self { inner: Arc::new(Inner { options, unknown_orders, models, state }) })
    }

    /// Adds an order, or replaces it and forgets its packages. Its submissions stay on record.
    pub fn add_order(&self, order: AmazonOrder) {
        self.state().orders.add(order);
    }

    /// The orders Amazon knows, by their numbers.
    pub fn orders(&self) -> Vec<AmazonOrder> {
        self.state().orders.all()
    }

    /// Every order number that was mentioned in a submission, known or not.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.state().book.keys().cloned().collect()
    }

    /// Every `confirmShipment` that arrived for the order, the refused and the unanswered too, in order of arrival.
    pub fn submissions(&self, order_id: &str) -> Vec<Submission> {
        self.state().book.of(order_id)
    }

    /// The packages Amazon holds for the order now.
    pub fn packages(&self, order_id: &str) -> Vec<AmazonPackage> {
        self.state().orders.packages(order_id)
    }

    /// How many requests have arrived.
    pub fn requests(&self) -> AmazonRequests {
        self.state().requests
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
        self.state().tokens.expire_all();
    }

    /// Each change of the state is complete by itself, so a panic of another holder leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake for Amazon {
    type Options = AmazonOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] =
        &[("POST   /_admin/amazon/tokens/expire", "expires all access tokens")];

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
