//! Measures the sweep with many orders due at once, and comes each minute until each order was looked at: orders whose doorbells
//! were lost, and orders that wait for their first scan while their ship-bys come near, all in the same minute.

use crate::installation::{Installation, NewOrder, check_all_done, until};
use crate::world::{DueOrderRecord, Sandbox};
use crate::{Calls, Cost, GrowthError, count, measures};
use domain::{Deadline, Moment, NoticeKind, OrderKey, Partner, Timing};
use flows::{DUE_SHARDS, Unfinished, sweep};
use jiff::SignedDuration;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The sweep's timeout, in two types, and the time between two sweeps. Source: the template.
const TIMEOUT: Duration = Duration::from_mins(1);
const TIME: SignedDuration = SignedDuration::from_mins(1);
const EVERY: Duration = Duration::from_mins(1);

/// Most sweeps. No number of orders here needs as many.
const SWEEPS_MAX: u32 = 200;

/// Number of partners.
const ACCOUNTS: usize = 100;

/// Number of orders that are labelled at a time, so that some are due earlier than others.
const AT_A_TIME: usize = 1_000;

/// The figures of a number of orders that were due at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepFigures {
    /// Number of orders.
    pub due: u64,
    /// Number of sweeps until each order was looked at.
    pub sweeps: u32,
    /// Number of those sweeps that ended before all orders were looked at, because their time was over.
    pub late: u32,
    /// Calls of the ports in the sweeps.
    pub calls: Calls,
    /// CPU time of the sweeps.
    pub cost: Cost,
    /// The most memory of the process above what it had before. Unit: bytes.
    pub peak_bytes: u64,
    /// Number of orders whose doorbell was rung.
    pub rung: u64,
    /// Number of orders of which people were told, each once.
    pub told: u64,
    /// Number of orders that were looked at more than once.
    pub looked_again: u64,
    /// Longest time from when all orders were due until an order was looked at. Unit: seconds.
    pub waited_s: i64,
    /// Longest time from when all orders were due until an order of the tenth that was due first was looked at. Unit:
    /// seconds.
    pub oldest_waited_s: i64,
}

/// Measures the sweep with this many orders due at once whose doorbells were lost.
pub(crate) async fn of_lost_doorbells(due: usize) -> Result<SweepFigures, GrowthError> {
    let installation = with_lost_doorbells(due).await?;
    let swept = at_once(&installation, due).await?;
    GrowthError::unless("due orders rung for", swept.due, swept.rung)?;
    Ok(swept)
}

/// Measures the sweep with this many orders whose ship-bys are in the same minute. Each is to be told once.
pub(crate) async fn of_ship_bys(due: usize) -> Result<SweepFigures, GrowthError> {
    let installation = with_ship_bys(due).await?;
    let swept = at_once(&installation, due).await?;
    let near = |(_, kind): &&(OrderKey, NoticeKind)| *kind == NoticeKind::ShipByNear;
    let notices = installation.world.notices.take();
    let told: BTreeSet<&OrderKey> = notices.iter().filter(near).map(|(key, _)| key).collect();
    GrowthError::unless("orders that were told", swept.due, count(told.len()))?;
    GrowthError::unless("notices", swept.due, count(notices.len()))?;
    Ok(SweepFigures { told: count(told.len()), ..swept })
}

/// Sweeps each minute until each of the orders that are watched was looked at.
async fn at_once(installation: &Installation, due: usize) -> Result<SweepFigures, GrowthError> {
    let (world, calls) = (&installation.world, installation.world.calls.get());
    let due_at = due_times(installation);
    let last = due_at.iter().map(|(at, _)| *at).max().unwrap_or_else(|| world.now());
    let wait = Duration::try_from(last.since(world.now())).unwrap_or_default();
    let (begun, all_due_at) = (Instant::now() + wait, last.max(world.now()));
    let mut swept = SweepFigures { due: count(due), ..SweepFigures::default() };
    measures::reset_peak()?;
    let resident = measures::resident()?;
    while swept.sweeps < SWEEPS_MAX && left(installation) > 0 {
        until(begun, EVERY * swept.sweeps).await;
        let sandbox = Sandbox::ports_of_sweep(world);
        let invocation = installation.invocation(world.now().plus(TIME));
        let work =
            timeout(TIMEOUT, world.stopwatch.flow(sweep(&sandbox, 0..DUE_SHARDS, &invocation)));
        let (ended, cost) = world.stopwatch.cost(Box::pin(work)).await?;
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
    GrowthError::unless("due orders not looked at", 0, left(installation))?;
    let watched = world.watched.borrow();
    let those = |is: fn(&DueOrderRecord) -> bool| {
        count(watched.values().filter(|record| is(record)).count())
    };
    swept.rung = those(|record| record.rings > 0);
    swept.looked_again = those(|record| record.looks > 1);
    let waited: Vec<i64> = due_at
        .iter()
        .filter_map(|(_, key)| watched.get(key)?.looked_at)
        .map(|at| at.since(all_due_at).as_secs())
        .collect();
    let longest = |orders: usize| waited.iter().take(orders).copied().max().unwrap_or_default();
    (swept.waited_s, swept.oldest_waited_s) = (longest(due), longest(due.div_ceil(10)));
    Ok(swept)
}

/// Number of orders that no sweep has looked at yet.
fn left(installation: &Installation) -> u64 {
    count(installation.world.watched.borrow().values().filter(|record| record.looks == 0).count())
}

/// When each order is due, the earliest first.
fn due_times(installation: &Installation) -> Vec<(Moment, OrderKey)> {
    let table = installation.world.table();
    let watched = installation.world.watched.borrow();
    let mut times: Vec<_> = watched
        .keys()
        .filter_map(|key| Some((table.with_order(key, |order| order.due_at)??, key.clone())))
        .collect();
    times.sort_unstable();
    times
}

/// An installation with this many orders whose doorbells were lost.
async fn with_lost_doorbells(orders: usize) -> Result<Installation, GrowthError> {
    let installation = Installation::new(ACCOUNTS, Timing::WhenTrackingIsAssigned);
    let all: Vec<NewOrder> =
        (0..count(orders)).filter_map(|nth| installation.new_order(nth)).collect();
    for some in all.chunks(AT_A_TIME) {
        let bodies = installation.label_bodies(some);
        check_all_done(&installation.handle_labels(&bodies).await, bodies.len())?;
        GrowthError::unless(
            "doorbells",
            count(some.len()),
            count(installation.world.bells.take().len()),
        )?;
    }
    let record = all.into_iter().map(|order| (order.key, DueOrderRecord::default()));
    installation.world.watched.borrow_mut().extend(record);
    Ok(installation)
}

/// How long after its label a ship-by is. The warning of it is the standard's, four hours before.
const SHIPS_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// An installation with this many orders that wait for their first scan, and whose ship-bys are spread over one minute.
async fn with_ship_bys(orders: usize) -> Result<Installation, GrowthError> {
    let installation = Installation::new(ACCOUNTS, Timing::WhenTrackingShowsMovement);
    let table = installation.world.table();
    for partner in &installation.partners {
        table.put(Partner { deadline: Deadline::STANDARD, ..partner.clone() });
    }
    let all: Vec<NewOrder> =
        (0..count(orders)).filter_map(|nth| installation.new_order(nth)).collect();
    let first = installation.world.now().plus(SHIPS_WITHIN);
    for (some, nth) in all.chunks(AT_A_TIME).zip(0_i64..) {
        let within = |place: i64| SignedDuration::from_millis((nth * 7 + place * 60) % 60_000);
        let bodies: Vec<String> = some
            .iter()
            .zip(0_i64..)
            .map(|(order, place)| {
                let label = order.label(&installation.world);
                label.with("ship_by", first.plus(within(place)).to_string()).body()
            })
            .collect();
        check_all_done(&installation.handle_labels(&bodies).await, bodies.len())?;
    }
    GrowthError::unless("doorbells", 0, count(installation.world.bells.take().len()))?;
    let record = all.into_iter().map(|order| (order.key, DueOrderRecord::default()));
    installation.world.watched.borrow_mut().extend(record);
    installation.world.notices.take();
    Ok(installation)
}
