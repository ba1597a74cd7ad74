//! A fake of Groupon's `CommerceInterface`: lines are told their carrier and number (v2 and v4), and orders are read
//! by their dates. What was told is locked.
//!
//! The vendor's documents need a login, so the rules are written by hand, after what third parties' clients send and
//! expect: all of it is unverified. No reason of a refusal and no status but 200 is known; those here are made up.

mod body;
mod gate;
mod options;
mod orders;
mod read;
mod routes;
mod scenes;
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
use crate::shop::{Desk, Shop};
use orders::Orders;

/// A handle on the fake Groupon. Clones are the same Groupon.
#[derive(Clone, Debug)]
pub struct Groupon {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: GrouponOptions,
    unknown_orders: UnknownOrders,
    desk: Desk<Own>,
}

/// What Groupon keeps beside what every shop does.
#[derive(Debug, Default)]
struct Own {
    orders: Orders,
    /// By account.
    buckets: BTreeMap<usize, Bucket>,
}

impl Groupon {
    pub(crate) fn new(options: GrouponOptions, unknown_orders: UnknownOrders) -> Self {
        Self { inner: Arc::new(Inner { options, unknown_orders, desk: Desk::default() }) }
    }

    /// Adds an order, or replaces it and forgets what it was told. Its submissions stay on record.
    pub fn add_order(&self, order: GrouponOrder) {
        self.desk().open().own.orders.add(order);
    }

    /// The order as Groupon knows it, if it does.
    pub fn order(&self, order_id: &str) -> Option<GrouponOrder> {
        self.desk().open().own.orders.get(order_id).map(|record| record.order.clone())
    }

    /// What Groupon was told of the order's lines and keeps, in order of arrival.
    pub fn trackings(&self, order_id: &str) -> Vec<GrouponTracking> {
        let kept = self.desk().open();
        kept.own.orders.get(order_id).map(|record| record.trackings.clone()).unwrap_or_default()
    }

    /// Marks the order as exported: it is not shown any more. That it is so is a third party's report.
    pub fn export(&self, order_id: &str) {
        if let Some(record) = self.desk().open().own.orders.get_mut(order_id) {
            record.order.exported = true;
        }
    }

    /// Plays the fault at the next matching request. A reading names no order: it matches every order of its window.
    pub fn fault(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Once, fault);
    }

    /// Plays the fault at every matching request, until the faults are cleared.
    pub fn fault_forever(&self, target: impl Into<Target>, operation: Operation, fault: Fault) {
        Shop::put_fault(self, target.into(), operation, Times::Forever, fault);
    }

    fn desk(&self) -> &Desk<Own> {
        &self.inner.desk
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
