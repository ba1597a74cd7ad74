//! A fake of Back Market's seller API: orders (read, update) and order lines (IMEI).
//!
//! The vendor publishes no licence for its description, so the rules are written by hand here. Rules marked unverified
//! or inferred are a reading of that description, not tried against a live account.

mod body;
mod gate;
mod options;
mod orders;
mod routes;
mod rules;
mod scenes;
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
use crate::submission::{Book, Submission};
use orders::Orders;

/// A handle on the fake Back Market. Clones are the same Back Market.
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

/// All that the fake Back Market remembers.
#[derive(Debug)]
struct State {
    orders: Orders,
    imei_of_several: ImeiOfSeveral,
    /// `POST /ws/orders/{id}`, by order.
    book: Book,
    /// `PATCH /ws/orderlines/{id}`, by order line.
    imei_book: Book,
    faults: Faults,
    /// By account.
    windows: BTreeMap<usize, Window>,
    requests: BackMarketRequests,
}

/// How many requests have arrived, whatever became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BackMarketRequests {
    /// `POST /ws/orders/{id}`.
    pub update: u64,
    /// `GET /ws/orders/{id}`.
    pub get_order: u64,
    /// `PATCH /ws/orderlines/{id}`.
    pub imei: u64,
}

impl BackMarket {
    pub(crate) fn new(options: BackMarketOptions, unknown_orders: UnknownOrders) -> Self {
        let state = Mutex::new(State {
            orders: Orders::default(),
            imei_of_several: options.imei_of_several,
            book: Book::default(),
            imei_book: Book::default(),
            faults: Faults::default(),
            windows: BTreeMap::new(),
            requests: BackMarketRequests::default(),
        });
        Self { inner: Arc::new(Inner { options, unknown_orders, state }) }
    }

    /// Adds an order, or replaces it and forgets its shipment. Its submissions stay on record.
    pub fn add_order(&self, order: BackMarketOrder) {
        self.state().orders.add(order);
    }

    /// Accepts all lines of an order that are only paid, as the seller does by hand.
    pub fn accept(&self, order_id: u64) {
        self.state().orders.accept(order_id);
    }

    /// What becomes from now on of an IMEI in an update of an order of several pieces.
    pub fn set_imei_of_several(&self, reading: ImeiOfSeveral) {
        self.state().imei_of_several = reading;
    }

    /// What Back Market holds, by order number.
    pub fn orders(&self) -> Vec<BackMarketHeld> {
        self.state().orders.all()
    }

    /// What Back Market holds for the order now; `None` if it does not know it.
    pub fn held(&self, order_id: u64) -> Option<BackMarketHeld> {
        self.state().orders.get(order_id).cloned()
    }

    /// Every order number that was mentioned in a submission, known or not, even if it is no number.
    pub fn submitted_orders(&self) -> Vec<String> {
        self.state().book.keys().cloned().collect()
    }

    /// Every update that arrived for the order, the refused and the unanswered too, in order of arrival.
    pub fn submissions(&self, order_id: u64) -> Vec<Submission> {
        self.told(&order_id.to_string())
    }

    /// Every IMEI registration that arrived for the order line, in order of arrival.
    pub fn imei_requests(&self, orderline_id: u64) -> Vec<Submission> {
        self.state().imei_book.of(&orderline_id.to_string())
    }

    /// How many requests have arrived.
    pub fn requests(&self) -> BackMarketRequests {
        self.state().requests
    }

    /// Plays the fault at the next matching request. A registration of an IMEI matches by the order of its line.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Plays the fault at every matching request, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    /// Each change of the state is complete by itself, so a panic of another holder leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake for BackMarket {
    type Options = BackMarketOptions;

    const CONTROLS: &'static [(&'static str, &'static str)] = &[
        ("POST   /_admin/back_market/orders/{order_id}/accept", "accepts its lines"),
        (
            "PUT    /_admin/back_market/imei_of_several",
            "what becomes of an IMEI in an update of several pieces: \"refuse\" or \"ignore\"",
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
