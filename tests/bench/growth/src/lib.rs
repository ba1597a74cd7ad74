//! How cost, memory and lag grow with the number of orders: the real flows on ports in memory, on a virtual clock.
//!
//! What is measured of the machine is CPU time and memory; every wait is virtual, so lags are the same each time. No
//! figure is judged here: what must hold whatever the speed (each order confirmed once, each due order looked at) is an
//! error where it does not.

mod batches;
mod cost;
mod marketplace;
mod measures;
mod orders;
mod ports;
mod shards;
mod sweeps;
mod tables;
mod town;
mod world;

pub use batches::Batch;
pub use cost::{Calls, Cost};
pub use orders::{Kept, Lag, Orders};
pub use shards::{Fit, Shards, Traffic, Under};
pub use sweeps::Swept;

use serde::Serialize;
use town::Town;

/// What is to be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Orders through the whole flow, one run for each.
    pub sizes: Vec<u64>,
    /// Orders through the flow that are taken away once they are confirmed, to see what the functions keep of them.
    pub passing: u64,
    /// Partners; each gets an order every four seconds.
    pub accounts: usize,
    /// Orders due at once, one run for each.
    pub due: Vec<usize>,
    /// Batches of each kind.
    pub batches: u64,
    /// Orders that the `due` index's shards are tried with.
    pub traffic: Traffic,
}

impl Plan {
    /// 1,000 orders through the flow, 10,000, and so on, up to this many. A million take 13 GB of
    /// memory, which is the table's: they are stored in this process.
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

    /// The same in small: everything happens, and takes seconds.
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

/// What was measured. Its `Display` is a page of tables.
#[derive(Clone, Debug, Serialize)]
pub struct Growth {
    /// Orders through the whole flow.
    pub orders: Vec<Orders>,
    /// What the functions kept of orders that are gone.
    pub kept: Kept,
    /// What was due at once.
    pub sweeps: Vec<Swept>,
    /// Batches of events about one order, and about as many.
    pub batches: Vec<Batch>,
    /// The `due` index's shards.
    pub shards: Shards,
}

/// Something was not measured, or went wrong while it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrowthError {
    /// The machine does not tell.
    #[error("failed to read {what}: {why}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// A record was not handled.
    #[error("a record was not handled: {0}")]
    Unhandled(String),
    /// Something happened more often or less often than it must.
    #[error("{what}: {found} instead of {expected}")]
    Count {
        /// What.
        what: &'static str,
        /// How often it must.
        expected: u64,
        /// How often it did.
        found: u64,
    },
    /// An order is not confirmed after its way.
    #[error("order {0} is not confirmed")]
    Unconfirmed(String),
}

impl GrowthError {
    fn unless(what: &'static str, expected: u64, found: u64) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(Self::Count { what, expected, found }) }
    }
}

/// Measures, and tells what it is at.
///
/// # Errors
/// When something cannot be measured, or did not end as it must.
pub fn run(plan: &Plan, said: &mut dyn FnMut(&str)) -> Result<Growth, GrowthError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| GrowthError::Unreadable { what: "the clock", why: error.to_string() })?;
    runtime.block_on(measure(plan, said))
}

async fn measure(plan: &Plan, said: &mut dyn FnMut(&str)) -> Result<Growth, GrowthError> {
    // First, while no memory was given back yet that could hide what is kept.
    said(&format!("{} orders that are taken away once they are confirmed", plan.passing));
    let kept = orders::passing(plan.passing, plan.accounts).await?;
    // The towns stay until the end: memory that one gave back would hide what the next one takes.
    let (mut towns, mut all): (Vec<Town>, Vec<Orders>) = (Vec::new(), Vec::new());
    for size in &plan.sizes {
        said(&format!("{size} orders from the label to the confirmation"));
        let (town, orders) = orders::whole_way(*size, plan.accounts).await?;
        towns.push(town);
        all.push(orders);
    }
    drop(towns);
    let mut sweeps = Vec::new();
    for due in &plan.due {
        said(&format!("{due} orders due at once"));
        sweeps.push(sweeps::at_once(*due).await?);
    }
    said("batches of one order, and of a hundred");
    let batches = batches::all(plan.batches).await?;
    said(&format!("shards for {} orders a second", plan.traffic.orders_per_s));
    let (writes, orders) =
        all.last().map_or((2, 1), |orders| (orders.calls.index_writes, orders.size));
    let shards = shards::tried(plan.traffic, writes.div_ceil(orders.max(1)));
    Ok(Growth { orders: all, kept, sweeps, batches, shards })
}

/// A length as a count.
fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
