//! Measures orders on their whole way: label, scan, doorbell, confirmation. Each partner gets an order every four
//! seconds.

use crate::installation::{Installation, NewOrder, check_all_done, until};
use crate::{Calls, Cost, GrowthError, count, measures};
use domain::{Moment, NoticeKind, OrderKey, Stage, Timing};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Time between two orders of a partner. With the CPU they have, the functions finish the orders of 100 partners in it.
const APART: Duration = Duration::from_secs(4);

/// Number of orders of each partner before the measured ones. After them each partner has its token and its usual pace.
const WARM_UP: u64 = 4;

/// Number of rounds of orders after which all orders are removed.
const ROUNDS_KEPT: u32 = 5;

/// The figures of a number of orders that went the whole way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Orders {
    /// Number of orders.
    pub size: u64,
    /// CPU time for the labels.
    pub label: Cost,
    /// CPU time for the scans.
    pub scan: Cost,
    /// CPU time for the confirmations.
    pub send: Cost,
    /// Calls of the ports for all orders.
    pub calls: Calls,
    /// Memory that the orders take in the table. Unit: bytes.
    pub stored_bytes: u64,
    /// Time from the scan to the confirmation.
    pub lag: Lag,
}

impl Orders {
    /// CPU time of everything.
    pub fn cost(&self) -> Cost {
        self.label.plus(self.scan).plus(self.send)
    }
}

/// Time from the scan to the confirmation, in virtual time. Unit: milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub struct Lag {
    /// The mean time.
    pub mean_ms: i64,
    /// The time that 99 of 100 orders do not exceed.
    pub p99_ms: i64,
    /// The longest time. Once an hour a token ends, so the longest time includes getting a new one.
    pub max_ms: i64,
}

impl Lag {
    fn of(times: &BTreeMap<i64, i64>) -> Self {
        let orders: i64 = times.values().sum();
        let all_ms: i64 = times.iter().map(|(ms, orders)| ms * orders).sum();
        let mut left = (orders * 99 + 99) / 100;
        let p99 = times.iter().find(|(_, orders)| {
            left -= **orders;
            left <= 0
        });
        Self {
            mean_ms: all_ms / orders.max(1),
            p99_ms: p99.map(|(ms, _)| *ms).unwrap_or_default(),
            max_ms: times.keys().next_back().copied().unwrap_or_default(),
        }
    }
}

/// The figures of orders that are removed when they are confirmed. Memory that remains is what the functions keep. The
/// CPU time is the functions' alone, because no full table makes the processor's caches miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PassingOrders {
    /// Number of orders after the first tenth.
    pub orders: u64,
    /// Memory that the process has more after these orders than before them. Unit: bytes.
    pub bytes: u64,
    /// Number of orders of the first tenth.
    pub first_orders: u64,
    /// CPU time of the first tenth.
    pub first: Cost,
    /// CPU time of all orders after the first tenth.
    pub rest: Cost,
}

/// The sums of all rounds so far. `times` counts the orders of each lag in milliseconds.
#[derive(Default)]
struct Sum {
    label: Cost,
    scan: Cost,
    send: Cost,
    times: BTreeMap<i64, i64>,
}

impl Sum {
    fn cost(&self) -> Cost {
        self.label.plus(self.scan).plus(self.send)
    }
}

/// An installation whose partners get orders in rounds, and how far it is.
struct Rounds {
    installation: Installation,
    began: Instant,
    played: u32,
    next: u64,
}

impl Rounds {
    fn new(accounts: usize) -> Self {
        let installation = Installation::new(accounts, Timing::WhenTrackingShowsMovement);
        Self { installation, began: Instant::now(), played: 0, next: 0 }
    }

    /// Plays one order of each partner, and at most this many orders. Returns how many.
    async fn round(&mut self, most: u64, sum: &mut Sum) -> Result<u64, GrowthError> {
        until(self.began, APART * self.played).await;
        self.played += 1;
        let orders = most.min(count(self.installation.partners.len()));
        let new_orders: Vec<NewOrder> = (self.next..self.next + orders)
            .filter_map(|nth| self.installation.new_order(nth))
            .collect();
        self.next += orders;
        let installation = &self.installation;
        let stopwatch = &installation.world.stopwatch;

        let bodies = installation.label_bodies(&new_orders);
        let (handled, cost) = stopwatch.cost(installation.handle_labels(&bodies)).await?;
        check_all_done(&handled, bodies.len())?;
        sum.label = sum.label.plus(cost);

        let (bodies, scanned_at) =
            (installation.scan_bodies(&new_orders), installation.world.now());
        let (handled, cost) = stopwatch.cost(installation.handle_all_scans(&bodies)).await?;
        check_all_done(&handled, bodies.len())?;
        sum.scan = sum.scan.plus(cost);

        let rung: Vec<OrderKey> =
            installation.world.bells.take().into_iter().map(|bell| bell.key).collect();
        let (handled, cost) = stopwatch.cost(installation.answer_doorbells(&rung)).await?;
        check_all_done(&handled, new_orders.len())?;
        sum.send = sum.send.plus(cost);
        self.check(&new_orders, scanned_at, &mut sum.times)?;
        Ok(orders)
    }

    /// Checks that each order is confirmed, that the marketplace took it once, and that one notice was published for
    /// it.
    fn check(
        &self,
        new_orders: &[NewOrder],
        scanned_at: Moment,
        times: &mut BTreeMap<i64, i64>,
    ) -> Result<(), GrowthError> {
        let world = &self.installation.world;
        let mut taken = world.shop.taken();
        let mut notices = world.notices.take();
        taken.sort_unstable();
        notices.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut keys: Vec<&OrderKey> = new_orders.iter().map(|order| &order.key).collect();
        keys.sort_unstable_by(|one, other| one.order.cmp(&other.order));
        let is_taken =
            keys.iter().map(|key| key.order.as_str()).eq(taken.iter().map(String::as_str));
        keys.sort_unstable();
        let accepted = notices.iter().filter(|(_, kind)| *kind == NoticeKind::ConfirmationAccepted);
        let is_published = keys.iter().copied().eq(accepted.map(|(key, _)| key));
        let (expected, found) = (count(new_orders.len()), count(taken.len()));
        if !is_taken {
            return Err(GrowthError::Count {
                what: "numbers taken by the marketplace",
                expected,
                found,
            });
        }
        if !is_published || notices.len() != new_orders.len() {
            let (what, found) = ("notices of confirmations", count(notices.len()));
            return Err(GrowthError::Count { what, expected, found });
        }
        let table = world.table();
        for key in keys {
            let confirmed_at = |order: &domain::Order| {
                order.packages.values().find_map(|package| match package.state.stage() {
                    Some(Stage::Confirmed { at, .. }) => Some(*at),
                    Some(
                        Stage::Open(_)
                        | Stage::Conflict { .. }
                        | Stage::Unresolved { .. }
                        | Stage::Closed { .. },
                    )
                    | None => None,
                })
            };
            let at = table.with_order(key, confirmed_at).flatten();
            let at = at.ok_or_else(|| GrowthError::Unconfirmed(key.to_string()))?;
            let lag_ms = i64::try_from(at.since(scanned_at).as_millis()).unwrap_or(i64::MAX);
            *times.entry(lag_ms).or_default() += 1;
        }
        Ok(())
    }

    /// Plays this many orders, and removes them when they are confirmed.
    async fn passing(&mut self, orders: u64) -> Result<Cost, GrowthError> {
        let (mut sum, mut done) = (Sum::default(), 0);
        while done < orders {
            done += self.round(orders - done, &mut sum).await?;
            if self.played.is_multiple_of(ROUNDS_KEPT) {
                self.installation.forget_orders();
            }
        }
        self.installation.forget_orders();
        Ok(sum.cost())
    }

    async fn warm_up(&mut self) -> Result<(), GrowthError> {
        for _ in 0..WARM_UP {
            self.round(u64::MAX, &mut Sum::default()).await?;
        }
        Ok(())
    }
}

/// Measures this many orders, which stay in the table.
pub(crate) async fn whole_way(
    orders: u64,
    accounts: usize,
) -> Result<(Installation, Orders), GrowthError> {
    let mut rounds = Rounds::new(accounts);
    rounds.warm_up().await?;
    let (calls, resident) = (rounds.installation.world.calls.get(), measures::resident()?);
    let (mut sum, mut done) = (Sum::default(), 0);
    while done < orders {
        done += rounds.round(orders - done, &mut sum).await?;
    }
    let all = Orders {
        size: orders,
        label: sum.label,
        scan: sum.scan,
        send: sum.send,
        calls: rounds.installation.world.calls.get().since(&calls),
        stored_bytes: measures::resident()?.saturating_sub(resident),
        lag: Lag::of(&sum.times),
    };
    Ok((rounds.installation, all))
}

/// Measures this many orders, which are removed when they are confirmed. Memory that remains is what the functions
/// keep.
pub(crate) async fn passing(orders: u64, accounts: usize) -> Result<PassingOrders, GrowthError> {
    let mut rounds = Rounds::new(accounts);
    rounds.warm_up().await?;
    let first = rounds.passing(orders / 10).await?;
    let resident = measures::resident()?;
    let rest = rounds.passing(orders - orders / 10).await?;
    let bytes = measures::resident()?.saturating_sub(resident);
    Ok(PassingOrders {
        orders: orders - orders / 10,
        bytes,
        first_orders: orders / 10,
        first,
        rest,
    })
}
