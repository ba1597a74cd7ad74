//! Orders on their whole way: label, scan, doorbell, confirmation, one order of each partner every four seconds.

use crate::town::{Coming, Town, all_done, until};
use crate::{Calls, Cost, GrowthError, count, measures};
use domain::{Moment, NoticeKind, OrderKey, Stage, Timing};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How far apart a partner's orders are: with the CPU they have, the functions are done with those of 100 partners by
/// then.
const APART: Duration = Duration::from_secs(4);

/// Orders of each partner before what is measured: tokens are got, and the pace of each partner is its usual one.
const WARM_UP: u64 = 4;

/// How many rounds of orders there are between two times all of them are taken away.
const ROUNDS_KEPT: u32 = 5;

/// What became of so many orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Orders {
    /// How many.
    pub size: u64,
    /// What their labels cost.
    pub label: Cost,
    /// What their scans cost.
    pub scan: Cost,
    /// What their confirmations cost.
    pub send: Cost,
    /// Calls for all of them.
    pub calls: Calls,
    /// Memory they take in the table. Unit: bytes.
    pub stored_bytes: u64,
    /// From the scan to the confirmation.
    pub lag: Lag,
}

impl Orders {
    /// What everything cost.
    pub fn cost(&self) -> Cost {
        self.label.plus(self.scan).plus(self.send)
    }
}

/// How long orders took, in virtual time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub struct Lag {
    /// The mean.
    pub mean_ms: i64,
    /// All but one in a hundred took at most this long.
    pub p99_ms: i64,
    /// The longest: where tokens end, which is each hour, it has a new one in it.
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

/// What the functions kept of orders that are gone. With nothing stored, what they cost is theirs alone: a table that
/// fills the memory of this process makes its caches miss, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Orders after the first tenth.
    pub orders: u64,
    /// How much more memory the process has after them. Unit: bytes.
    pub bytes: u64,
    /// Orders of the first tenth.
    pub first_orders: u64,
    /// What they cost.
    pub first: Cost,
    /// What all after them cost.
    pub rest: Cost,
}

/// Everything that was measured so far.
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

/// A town whose partners get orders.
struct Rounds {
    town: Town,
    began: Instant,
    played: u32,
    next: u64,
}

impl Rounds {
    fn new(accounts: usize) -> Self {
        let town = Town::new(accounts, Timing::WhenTrackingShowsMovement);
        Self { town, began: Instant::now(), played: 0, next: 0 }
    }

    /// One order of each partner, at most so many.
    async fn round(&mut self, most: u64, sum: &mut Sum) -> Result<u64, GrowthError> {
        until(self.began, APART * self.played).await;
        self.played += 1;
        let orders = most.min(count(self.town.partners.len()));
        let coming: Vec<Coming> =
            (self.next..self.next + orders).filter_map(|nth| self.town.coming(nth)).collect();
        self.next += orders;
        let (town, watch) = (&self.town, &self.town.world.watch);

        let bodies = town.labels(&coming);
        let (handled, cost) = watch.cost(town.labelled(&bodies)).await?;
        all_done(&handled, bodies.len())?;
        sum.label = sum.label.plus(cost);

        let (bodies, scanned_at) = (town.scans(&coming), town.world.now());
        let (handled, cost) = watch.cost(town.scanned(&bodies)).await?;
        all_done(&handled, bodies.len())?;
        sum.scan = sum.scan.plus(cost);

        let rung: Vec<OrderKey> =
            town.world.bells.take().into_iter().map(|bell| bell.key).collect();
        let (handled, cost) = watch.cost(town.answered(&rung)).await?;
        all_done(&handled, coming.len())?;
        sum.send = sum.send.plus(cost);
        self.check(&coming, scanned_at, &mut sum.times)?;
        Ok(orders)
    }

    /// Each is confirmed, and was taken and told of once.
    fn check(
        &self,
        coming: &[Coming],
        scanned_at: Moment,
        times: &mut BTreeMap<i64, i64>,
    ) -> Result<(), GrowthError> {
        let world = &self.town.world;
        let mut taken = world.shop.taken();
        let mut told = world.told.take();
        taken.sort_unstable();
        told.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut keys: Vec<&OrderKey> = coming.iter().map(|order| &order.key).collect();
        keys.sort_unstable_by(|one, other| one.order.cmp(&other.order));
        let is_taken =
            keys.iter().map(|key| key.order.as_str()).eq(taken.iter().map(String::as_str));
        keys.sort_unstable();
        let accepted = told.iter().filter(|(_, kind)| *kind == NoticeKind::ConfirmationAccepted);
        let is_told = keys.iter().copied().eq(accepted.map(|(key, _)| key));
        let (expected, found) = (count(coming.len()), count(taken.len()));
        if !is_taken {
            return Err(GrowthError::Count {
                what: "numbers taken by the marketplace",
                expected,
                found,
            });
        }
        if !is_told || told.len() != coming.len() {
            let (what, found) = ("notices of confirmations", count(told.len()));
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

    /// So many orders, taken away once they are confirmed.
    async fn passing(&mut self, orders: u64) -> Result<Cost, GrowthError> {
        let (mut sum, mut done) = (Sum::default(), 0);
        while done < orders {
            done += self.round(orders - done, &mut sum).await?;
            if self.played.is_multiple_of(ROUNDS_KEPT) {
                self.town.forget_orders();
            }
        }
        self.town.forget_orders();
        Ok(sum.cost())
    }

    async fn warm_up(&mut self) -> Result<(), GrowthError> {
        for _ in 0..WARM_UP {
            self.round(u64::MAX, &mut Sum::default()).await?;
        }
        Ok(())
    }
}

/// So many orders, which stay.
pub(crate) async fn whole_way(orders: u64, accounts: usize) -> Result<(Town, Orders), GrowthError> {
    let mut rounds = Rounds::new(accounts);
    rounds.warm_up().await?;
    let (calls, resident) = (rounds.town.world.calls.get(), measures::resident()?);
    let (mut sum, mut done) = (Sum::default(), 0);
    while done < orders {
        done += rounds.round(orders - done, &mut sum).await?;
    }
    let all = Orders {
        size: orders,
        label: sum.label,
        scan: sum.scan,
        send: sum.send,
        calls: rounds.town.world.calls.get().since(&calls),
        stored_bytes: measures::resident()?.saturating_sub(resident),
        lag: Lag::of(&sum.times),
    };
    Ok((rounds.town, all))
}

/// So many orders, which are taken away once they are confirmed: what the functions keep is what remains.
pub(crate) async fn passing(orders: u64, accounts: usize) -> Result<Kept, GrowthError> {
    let mut rounds = Rounds::new(accounts);
    rounds.warm_up().await?;
    let first = rounds.passing(orders / 10).await?;
    let resident = measures::resident()?;
    let rest = rounds.passing(orders - orders / 10).await?;
    let bytes = measures::resident()?.saturating_sub(resident);
    Ok(Kept { orders: orders - orders / 10, bytes, first_orders: orders / 10, first, rest })
}
