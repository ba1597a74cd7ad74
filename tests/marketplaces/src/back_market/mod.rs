//! A fake of Back Market's seller API: orders (read, update) and order lines (IMEI).
//!
//! The vendor publishes no licence for its description, so we wrote the rules by hand. A rule that is marked unverified
//! or inferred is our reading of that description. Nobody tried it against a live account.

mod access;
mod body;
mod options;
mod orders;
mod requests;
mod routes;
mod rules;
mod shop;
mod wording;

use axum::Router;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub use options::{BackMarketAccount, BackMarketOptions, ImeiOfSeveral};
pub use orders::{BackMarketHeld, BackMarketOrder, BackMarketShipment, LineState, Orderline};

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Faults, Operation, Target, Times};
use crate::rate::Window;
use crate::shop::Shop;
use crate::submission::{Submission, SubmissionLog};
use orders::Orders;

/// The fake Back Market. Clones share one state.
#[derive(Clone, Debug)]
pub struct BackMarket {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: BackMarketOptions,
    unknown_orders: UnknownOrders,
    state: Mutex<State>,
}

/// The state of the fake Back Market.
#[derive(Debug)]
struct State {
    orders: Orders,
    imei_of_several: ImeiOfSeveral,
    /// The submissions of `POST /ws/orders/{id}`, by order.
    submissions: SubmissionLog,
    /// The submissions of `PATCH /ws/orderlines/{id}`, by order line.
    imei_submissions: SubmissionLog,
    faults: Faults,
    /// The rate limit of each account, by account index.
    windows: BTreeMap<usize, Window>,
    requests: BackMarketRequests,
}

/// How many requests have arrived, with the refused and the unanswered ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BackMarketRequests {
    /// Requests of `POST /ws/orders/{id}`.
    pub update: u64,
    /// Requests of `GET /ws/orders/{id}`.
    pub get_order: u64,
    /// Requests of `GET /ws/orders`.
    pub orders: u64,
    /// Requests of `PATCH /ws/orderlines/{id}`.
    pub imei: u64,
}

impl BackMarket {
    pub(crate) fn new(options: BackMarketOptions, unknown_orders: UnknownOrders) -> Self {
        let state = Mutex::new(State {
            orders: Orders::default(),
            imei_of_several: options.imei_of_several,
            submissions: SubmissionLog::default(),
            imei_submissions: SubmissionLog::default(),
            faults: Faults::default(),
            windows: BTreeMap::new(),
            requests: BackMarketRequests::default(),
        });
        Self { inner: Arc::new(Inner { options, unknown_orders, state }) }
    }

    /// Adds an order. An order with the same id is replaced and loses its shipment, but keeps its submissions.
    pub fn add_order(&self, order: BackMarketOrder) {
        self.state().orders.add(order);
    }

    /// Accepts all paid lines of an order, as the seller does by hand.
    pub fn accept(&self, order_id: u64) {
        self.state().orders.accept(order_id);
    }

    /// Sets what happens from now on to an IMEI in an update of an order of several pieces.
    pub fn set_imei_of_several(&self, reading: ImeiOfSeveral) {
        self.state().imei_of_several = reading;
    }

    /// What Back Market holds for each order, sorted by order id.
    pub fn orders(&self) -> Vec<BackMarketHeld> {
        self.state().orders.all()
    }

    /// What Back Market holds for the order now. `None` if it does not know the order.
    pub fn held(&self, order_id: u64) -> Option<BackMarketHeld> {
        self.state().orders.get(order_id).cloned()
    }

    /// The id of every order that a submission named, known or not. The text of an id need not be a number.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.state().submissions.keys().cloned().collect()
    }

    /// Every update that arrived for the order, in order of arrival, with the refused and the unanswered ones.
    pub fn submissions(&self, order_id: u64) -> Vec<Submission> {
        self.submissions_of(&order_id.to_string())
    }

    /// Every registration of an IMEI that arrived for the order line, in order of arrival, with the refused and the
    /// unanswered ones.
    pub fn imei_requests(&self, orderline_id: u64) -> Vec<Submission> {
        self.state().imei_submissions.of(&orderline_id.to_string())
    }

    /// How many requests have arrived, with the refused and the unanswered ones.
    pub fn requests(&self) -> BackMarketRequests {
        self.state().requests
    }

    /// Makes the next matching request go wrong. A registration of an IMEI matches by the order of its line.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Makes every matching request go wrong, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    /// Locks the state. A poisoned lock is still usable, because each change of the state is one whole step.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake for BackMarket {
    type Options = BackMarketOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] = &[
        ("POST   /_admin/back_market/orders/{order_id}/accept", "accepts the order's lines"),
        (
            "PUT    /_admin/back_market/imei_of_several",
            "sets what happens to an IMEI in an update of several pieces: \"refuse\" or \"ignore\"",
        ),
    ];

    fn open(options: BackMarketOptions, unknown_orders: UnknownOrders) -> std::io::Result<Self> {
        Ok(Self::new(options, unknown_orders))
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }

    fn controls(&self) -> Router {
        routes::controls(self.clone())
    }
}
