//! A fake of Groupon's `CommerceInterface`. A tracking notification (v2 and v4) gives order lines their carrier and
//! tracking number, which nobody can change afterwards. A caller reads orders by their dates.
//!
//! The vendor's documents need a login, so we wrote the rules by hand, after what third parties' clients send and
//! expect. Every rule is unverified. We know no reason of a refusal and no status but 200, so we made those up.

mod access;
mod body;
mod get_orders;
mod options;
mod orders;
mod requests;
mod routes;
mod shop;
mod wording;

use axum::Router;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use options::{GROUPON_SUPPLIER, GrouponAccount, GrouponOptions};
pub use orders::{GrouponLine, GrouponOrder, GrouponTracking};

use crate::fakes::{Fake, UnknownOrders};
use crate::fault::{Fault, Operation, Target, Times};
use crate::rate::Bucket;
use crate::shop::{SharedState, Shop};
use orders::Orders;

/// The fake Groupon. Clones share one state.
#[derive(Clone, Debug)]
pub struct Groupon {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: GrouponOptions,
    unknown_orders: UnknownOrders,
    shared: SharedState<ChannelState>,
}

/// The part of the state that only Groupon has.
#[derive(Debug, Default)]
struct ChannelState {
    orders: Orders,
    /// The rate limit of each account, by account index.
    buckets: BTreeMap<usize, Bucket>,
}

impl Groupon {
    pub(crate) fn new(options: GrouponOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, shared: SharedState::default() }) }
    }

    /// Adds an order. An order with the same id is replaced and loses its trackings, but keeps its submissions.
    pub fn add_order(&self, order: GrouponOrder) {
        self.shared().lock().channel.orders.add(order);
    }

    /// The order, if Groupon knows it.
    pub fn order(&self, order_id: &str) -> Option<GrouponOrder> {
        self.shared().lock().channel.orders.get(order_id).map(|record| record.order.clone())
    }

    /// The trackings that Groupon holds for the order's lines, in order of arrival.
    pub fn trackings(&self, order_id: &str) -> Vec<GrouponTracking> {
        let state = self.shared().lock();
        state
            .channel
            .orders
            .get(order_id)
            .map(|record| record.trackings.clone())
            .unwrap_or_default()
    }

    /// Marks the order as exported. `get_orders` then shows it no more, as a third party reports.
    pub fn export(&self, order_id: &str) {
        if let Some(record) = self.shared().lock().channel.orders.get_mut(order_id) {
            record.order.exported = true;
        }
    }

    /// Makes the next matching request go wrong. A read names no order, so it matches every order of its window.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Makes every matching request go wrong, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    fn shared(&self) -> &SharedState<ChannelState> {
        &self.inner.shared
    }
}

impl Fake for Groupon {
    type Options = GrouponOptions;

    fn open(options: GrouponOptions, unknown_orders: UnknownOrders) -> std::io::Result<Self> {
        Ok(Self::new(options, unknown_orders))
    }

    fn routes(&self) -> Router {
        routes::routes(self.clone())
    }
}
