//! Measures how cost, memory and lag grow with the number of orders: the real flows on ports in memory, on a virtual
//! clock.
//!
//! CPU time and memory are the machine's. Every wait is virtual, so lags are equal in each run. No figure is judged
//! here. What must hold at any speed is an error if it does not hold: each order is confirmed once, each due order is
//! looked at.

mod batches;
mod cost;
mod installation;
mod marketplace;
mod measures;
mod orders;
mod ports;
mod shards;
mod sweeps;
mod tables;
mod world;

pub use batches::Batch;
pub use cost::{Calls, Cost};
pub use orders::{Lag, Orders, PassingOrders};
pub use shards::{Fit, Shards, Throttling, Traffic};
pub use sweeps::SweepFigures;

use installation::Installation;
use serde::Serialize;

/// What to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Numbers of orders that go the whole way, one run for each.
    pub sizes: Vec<u64>,
    /// Number of orders that go the whole way and are removed when they are confirmed, to see what memory the functions
    /// keep.
    pub passing: u64,
    /// Number of partners. Each gets an order every four seconds.
    pub accounts: usize,
    /// Numbers of orders that are due at once, one run for each.
    pub due: Vec<usize>,
    /// Number of batches of each kind.
    pub batches: u64,
    /// The orders with which the shards of the `due` index are tried.
    pub traffic: Traffic,
}

impl Plan {
    /// Runs with 1,000 orders, 10,000 and so on, up to this many. A million orders need 13 GB of memory, because the
    /// table is in this process.
    pub fn up_to(orders: u64) -> Self {
        let sizes = [1_000, 10_000, 100_000, 1_000_000];
        let mut sizes: Vec<u64> = sizes.into_iter().filter(|size| *size <= orders).collect();
        if sizes.is_empty() {
            sizes.push(orders);
        }
        Self {
            sizes,
            passing: orders.min(100_000),
            accounts: 100,
            due: vec![1_000, 10_000, 100_000],
            batches: 100,
            traffic: Traffic { orders_per_s: 10_000, seconds: 900, surge_s: 60, seed: 1 },
        }
    }

    /// A plan in which everything happens, and which takes seconds.
    pub fn small() -> Self {
        Self {
            sizes: vec![200, 2_000],
            passing: 500,
            accounts: 20,
            due: vec![500],
            batches: 1,
            traffic: Traffic { orders_per_s: 10_000, seconds: 30, surge_s: 10, seed: 1 },
        }
    }
}

/// The figures of a plan. `Display` writes them as a page of tables in Markdown.
#[derive(Clone, Debug, Serialize)]
pub struct Growth {
    /// The orders that went the whole way, one entry for each size.
    pub orders: Vec<Orders>,
    /// The orders that were removed when they were confirmed.
    pub passing: PassingOrders,
    /// The sweeps of orders that were due at once, one entry for each number.
    pub sweeps: Vec<SweepFigures>,
    /// The sweeps of orders whose ship-bys were in the same minute, one entry for each number.
    pub ship_bys: Vec<SweepFigures>,
    /// The batches of events: about one order, and about as many orders as events.
    pub batches: Vec<Batch>,
    /// The shards of the `due` index.
    pub shards: Shards,
}

/// Something could not be measured, or did not end as it must.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrowthError {
    /// The machine does not give a figure.
    #[error("failed to read {what}: {why}")]
    Unreadable {
        /// The name of the figure.
        what: &'static str,
        /// Why the figure could not be read.
        why: String,
    },
    /// A record was not handled.
    #[error("a record was not handled: {0}")]
    Unhandled(String),
    /// Something happened more often or less often than it must.
    #[error("{what}: {found} instead of {expected}")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How often it must happen.
        expected: u64,
        /// How often it happened.
        found: u64,
    },
    /// An order that went the whole way is not confirmed.
    #[error("order {0} is not confirmed")]
    Unconfirmed(String),
}

impl GrowthError {
    fn unless(what: &'static str, expected: u64, found: u64) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(Self::Count { what, expected, found }) }
    }
}

/// Measures everything in the plan. It calls `announce` at the beginning of each part.
///
/// # Errors
/// Something cannot be measured, or did not end as it must.
pub fn run(plan: &Plan, announce: &mut dyn FnMut(&str)) -> Result<Growth, GrowthError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| GrowthError::Unreadable { what: "the clock", why: error.to_string() })?;
    runtime.block_on(measure(plan, announce))
}

async fn measure(plan: &Plan, announce: &mut dyn FnMut(&str)) -> Result<Growth, GrowthError> {
    // This is first, because memory that another part gave back would hide what the functions keep.
    announce(&format!("{} orders that are removed when they are confirmed", plan.passing));
    let passing = orders::passing(plan.passing, plan.accounts).await?;
    // All installations stay until the end, because memory that one gave back would hide what the next one takes.
    let (mut installations, mut all): (Vec<Installation>, Vec<Orders>) = (Vec::new(), Vec::new());
    for size in &plan.sizes {
        announce(&format!("{size} orders from the label to the confirmation"));
        let (installation, orders) = orders::whole_way(*size, plan.accounts).await?;
        installations.push(installation);
        all.push(orders);
    }
    drop(installations);
    let mut sweeps = Vec::new();
    for due in &plan.due {
        announce(&format!("{due} orders due at once"));
        sweeps.push(sweeps::of_lost_doorbells(*due).await?);
    }
    let mut ship_bys = Vec::new();
    for due in &plan.due {
        announce(&format!("{due} ship-bys in the same minute"));
        ship_bys.push(sweeps::of_ship_bys(*due).await?);
    }
    announce("batches about one order, and about a hundred");
    let batches = batches::all(plan.batches).await?;
    announce(&format!("shards for {} orders a second", plan.traffic.orders_per_s));
    let (writes, orders) =
        all.last().map_or((2, 1), |orders| (orders.calls.index_writes, orders.size));
    let shards = shards::tried(plan.traffic, writes.div_ceil(orders.max(1)));
    Ok(Growth { orders: all, passing, sweeps, ship_bys, batches, shards })
}

/// A length as a count. It never exceeds `u64`.
fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
