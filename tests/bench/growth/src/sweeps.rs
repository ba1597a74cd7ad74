//! Many orders due at once: their doorbells were lost, and the sweep comes each minute until each was looked at.

use crate::town::{Coming, Town, all_done, until};
use crate::world::{Care, Sandbox};
use crate::{Calls, Cost, GrowthError, count, measures};
use domain::{Moment, Timing};
use flows::{Unfinished, sweep};
use jiff::SignedDuration;
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The sweep's timeout, and how often it comes. Source: the template.
const TIMEOUT: Duration = Duration::from_mins(1);
const TIME: SignedDuration = SignedDuration::from_mins(1);
const EVERY: Duration = Duration::from_mins(1);

/// More sweeps than any number of orders here needs.
const SWEEPS_MAX: u32 = 200;

/// Partners of the orders.
const ACCOUNTS: usize = 100;

/// Orders labelled at a time, so that some are due earlier than others.
const AT_A_TIME: usize = 1_000;

/// What became of so many orders due at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// How many.
    pub due: u64,
    /// Invocations until each was looked at.
    pub sweeps: u32,
    /// Of them, those that ended before all were looked at, because their time was over.
    pub late: u32,
    /// Calls in them.
    pub calls: Calls,
    /// What they cost.
    pub cost: Cost,
    /// The most memory the process had, above what it had before. Unit: bytes.
    pub peak_bytes: u64,
    /// Orders whose doorbell was rung.
    pub rung: u64,
    /// Orders that were looked at more than once.
    pub looked_again: u64,
    /// The longest an order waited for its look, from when all were due. Unit: seconds.
    pub waited_s: i64,
    /// The same of the tenth that was due first.
    pub oldest_waited_s: i64,
}

/// So many orders due at once.
pub(crate) async fn at_once(due: usize) -> Result<Swept, GrowthError> {
    let town = forgotten(due).await?;
    let (world, calls) = (&town.world, town.world.calls.get());
    let due_at = due_times(&town);
    let last = due_at.iter().map(|(at, _)| *at).max().unwrap_or_else(|| world.now());
    let wait = Duration::try_from(last.since(world.now())).unwrap_or_default();
    let (begun, all_due_at) = (Instant::now() + wait, last.max(world.now()));
    let mut swept = Swept { due: count(due), ..Swept::default() };
    measures::reset_peak()?;
    let resident = measures::resident()?;
    while swept.sweeps < SWEEPS_MAX && left(&town) > 0 {
        until(begun, EVERY * swept.sweeps).await;
        let sandbox = Sandbox::ports_of_sweep(world);
        let invocation = town.invocation(world.now().plus(TIME));
        let work = timeout(TIMEOUT, world.watch.flow(sweep(&sandbox, &invocation)));
        let (ended, cost) = world.watch.cost(Box::pin(work)).await?;
        swept.cost = swept.cost.plus(cost);
        swept.sweeps += 1;
        let done = ended.map_err(|_too_long| {
            GrowthError::Unhandled(format!("a sweep of {due} orders ran into its timeout"))
        })?;
        swept.late += u32::from(done.late);
        flows::Swept { late: false, ..done }
            .verdict()
            .map_err(|left: Unfinished| GrowthError::Unhandled(left.to_string()))?;
    }
    swept.peak_bytes = measures::peak()?.saturating_sub(resident);
    swept.calls = world.calls.get().since(&calls);
    GrowthError::unless("due orders not looked at", 0, left(&town))?;
    let watched = world.watched.borrow();
    let those = |is: fn(&Care) -> bool| count(watched.values().filter(|care| is(care)).count());
    swept.rung = those(|care| care.rings > 0);
    swept.looked_again = those(|care| care.looks > 1);
    GrowthError::unless("due orders rung for", swept.due, swept.rung)?;
    let waited: Vec<i64> = due_at
        .iter()
        .filter_map(|(_, key)| watched.get(key)?.looked_at)
        .map(|at| at.since(all_due_at).as_secs())
        .collect();
    let longest = |orders: usize| waited.iter().take(orders).copied().max().unwrap_or_default();
    (swept.waited_s, swept.oldest_waited_s) = (longest(due), longest(due.div_ceil(10)));
    Ok(swept)
}

/// Orders that nobody looked at so far.
fn left(town: &Town) -> u64 {
    count(town.world.watched.borrow().values().filter(|care| care.looks == 0).count())
}

/// When each is due, the oldest first.
fn due_times(town: &Town) -> Vec<(Moment, domain::OrderKey)> {
    let table = town.world.table();
    let watched = town.world.watched.borrow();
    let mut times: Vec<_> = watched
        .keys()
        .filter_map(|key| Some((table.with_order(key, |order| order.due_at)??, key.clone())))
        .collect();
    times.sort_unstable();
    times
}

/// A town with so many orders whose doorbells were lost.
async fn forgotten(orders: usize) -> Result<Town, GrowthError> {
    let town = Town::new(ACCOUNTS, Timing::WhenTrackingIsAssigned);
    let all: Vec<Coming> = (0..count(orders)).filter_map(|nth| town.coming(nth)).collect();
    for some in all.chunks(AT_A_TIME) {
        let bodies = town.labels(some);
        all_done(&town.labelled(&bodies).await, bodies.len())?;
        GrowthError::unless("doorbells", count(some.len()), count(town.world.bells.take().len()))?;
    }
    let care = all.into_iter().map(|order| (order.key, Care::default()));
    town.world.watched.borrow_mut().extend(care);
    Ok(town)
}
