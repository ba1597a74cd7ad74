//! Finds how many shards the `due` index needs, by calculation and by a simulation of random orders.
//!
//! All keys of a shard are on one partition, which takes 1,000 write units a second. In the simulation a write that is
//! not taken at once waits until it is. On AWS the write of the order itself is throttled with it, and the function
//! tries again, so the simulated delays are the least possible. Splitting a partition does not help, because the times
//! in the keys only grow.

use crate::count;
use fastrand::Rng;
use serde::Serialize;

/// Write units that a partition takes in a second. Source: `DynamoDB` developer guide, "Partitions and data
/// distribution".
const LIMIT_PER_S: u64 = 1_000;

/// Seconds of unused capacity that are kept for a burst. Source: `DynamoDB` developer guide, "Burst capacity". AWS does
/// not say whether a partition at its own limit has it, so both are tried: with one second of capacity, which is no
/// burst, and with all of it.
const BURST_S: u64 = 300;

/// The numbers of shards that are tried.
const SHARDS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// Steps of the simulation in a second.
const STEPS_PER_S: u64 = 10;

/// In the surge this many times as many orders come.
const SURGE: u64 = 3;

/// Number of partners.
const ACCOUNTS: usize = 5_000;

/// Random orders: each comes at a random time, independent of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Average number of orders in a second.
    pub orders_per_s: u64,
    /// How long orders come. Unit: seconds.
    pub seconds: u64,
    /// Length of the surge in the middle, in which three times as many orders come.
    pub surge_s: u64,
    /// Seed of the random orders.
    pub seed: u64,
}

/// The figures of all numbers of shards that were tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shards {
    /// The orders that they were tried with.
    pub traffic: Traffic,
    /// Number of index writes for one order, measured with the flows.
    pub writes_per_order: u64,
    /// The figures of each number of shards.
    pub fits: Vec<Fit>,
}

impl Shards {
    /// The smallest of the tried numbers of shards at which no write is throttled. `None` if each throttles some.
    pub fn fewest(&self, throttling: impl Fn(&Fit) -> Throttling) -> Option<usize> {
        self.fits.iter().find(|fit| throttling(fit).throttled_ppm == 0).map(|fit| fit.shards)
    }
}

/// The figures of one number of shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// The number of shards.
    pub shards: usize,
    /// Writes of one shard in a second, by calculation.
    pub calculated_per_s: u64,
    /// Writes of the busiest shard in an average second.
    pub busiest_per_s: u64,
    /// Most writes that any shard had in a second.
    pub most_in_a_second: u64,
    /// Throttling under steady traffic, without burst capacity.
    pub steady: Throttling,
    /// Throttling under steady traffic, with burst capacity.
    pub steady_burst: Throttling,
    /// Throttling in the surge, without burst capacity.
    pub surge: Throttling,
    /// Throttling in the surge, with burst capacity.
    pub surge_burst: Throttling,
}

/// How many writes are throttled, and how long writes are delayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Throttling {
    /// Writes that were not taken at once. Unit: of a million.
    pub throttled_ppm: u64,
    /// The mean delay of a write. Unit: milliseconds.
    pub delay_mean_ms: u64,
    /// The longest delay of a write. Unit: milliseconds.
    pub delay_max_ms: u64,
}

/// The FNV-1a hash of a text, continued from `hash`. The hash of an order's partition key chooses its shard.
fn fnv(text: &[u8], hash: u64) -> u64 {
    text.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The start value of [`fnv`].
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

pub(crate) fn tried(traffic: Traffic, writes_per_order: u64) -> Shards {
    let mut steady = Simulation::new(writes_per_order);
    steady.run(traffic, false);
    let mut surge = Simulation::new(writes_per_order);
    surge.run(traffic, true);
    let all = SHARDS.into_iter().zip(steady.sets.iter().zip(&surge.sets));
    let fits = all
        .map(|(shards, (steady, surge))| Fit {
            shards,
            calculated_per_s: traffic.orders_per_s * writes_per_order / count(shards),
            busiest_per_s: steady.busiest() / traffic.seconds.max(1),
            most_in_a_second: steady.most_in_a_second,
            steady: steady.plain.throttling(),
            steady_burst: steady.burst.throttling(),
            surge: surge.plain.throttling(),
            surge_burst: surge.burst.throttling(),
        })
        .collect();
    Shards { traffic, writes_per_order, fits }
}

/// One partition: how many writes it may take now, and how many wait.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u64,
    waiting: u64,
}

/// The partitions of all shards. `most` is the capacity that each can save up.
#[derive(Clone, Debug)]
struct Buckets {
    shards: Vec<Bucket>,
    most: u64,
    writes: u64,
    throttled: u64,
    /// The number of waiting writes, summed over all steps.
    waited: u64,
    waiting_max: u64,
}

impl Buckets {
    fn new(shards: usize, most: u64) -> Self {
        let shards = vec![Bucket { left: most, waiting: 0 }; shards];
        Self { shards, most, writes: 0, throttled: 0, waited: 0, waiting_max: 0 }
    }

    fn step(&mut self, writes: &[u64]) {
        for (bucket, writes) in self.shards.iter_mut().zip(writes) {
            bucket.left = self.most.min(bucket.left + LIMIT_PER_S / STEPS_PER_S);
            let wanted = bucket.waiting + writes;
            let taken = wanted.min(bucket.left);
            bucket.left -= taken;
            bucket.waiting = wanted - taken;
            self.writes += writes;
            self.throttled += bucket.waiting.min(*writes);
            self.waited += bucket.waiting;
            self.waiting_max = self.waiting_max.max(bucket.waiting);
        }
    }

    fn throttling(&self) -> Throttling {
        let writes = self.writes.max(1);
        Throttling {
            throttled_ppm: (self.throttled * 1_000_000).div_ceil(writes),
            delay_mean_ms: self.waited * (1_000 / STEPS_PER_S) / writes,
            delay_max_ms: self.waiting_max * 1_000 / LIMIT_PER_S,
        }
    }
}

/// One number of shards in the simulation, without and with burst capacity.
#[derive(Clone, Debug)]
struct Set {
    /// Writes of this step, one entry for each shard.
    now: Vec<u64>,
    in_this_second: Vec<u64>,
    so_far: Vec<u64>,
    most_in_a_second: u64,
    plain: Buckets,
    burst: Buckets,
}

impl Set {
    fn new(shards: usize) -> Self {
        Self {
            now: vec![0; shards],
            in_this_second: vec![0; shards],
            so_far: vec![0; shards],
            most_in_a_second: 0,
            plain: Buckets::new(shards, LIMIT_PER_S),
            burst: Buckets::new(shards, LIMIT_PER_S * BURST_S),
        }
    }

    fn write(&mut self, hash: u64, writes: u64) {
        let shard = usize::try_from(hash % count(self.now.len())).unwrap_or_default();
        if let Some(now) = self.now.get_mut(shard) {
            *now += writes;
        }
    }

    fn step(&mut self, ends_a_second: bool) {
        self.plain.step(&self.now);
        self.burst.step(&self.now);
        let sums = self.in_this_second.iter_mut().zip(&mut self.so_far);
        for (now, (in_this_second, so_far)) in self.now.iter_mut().zip(sums) {
            let writes = std::mem::take(now);
            *in_this_second += writes;
            *so_far += writes;
            if ends_a_second {
                self.most_in_a_second = self.most_in_a_second.max(std::mem::take(in_this_second));
            }
        }
    }

    fn busiest(&self) -> u64 {
        self.so_far.iter().copied().max().unwrap_or_default()
    }
}

/// All numbers of shards, each with the same random orders.
struct Simulation {
    sets: Vec<Set>,
    writes_per_order: u64,
}

impl Simulation {
    fn new(writes_per_order: u64) -> Self {
        Self { sets: SHARDS.into_iter().map(Set::new).collect(), writes_per_order }
    }

    fn run(&mut self, traffic: Traffic, has_surge: bool) {
        let mut chance = Rng::with_seed(traffic.seed);
        // The part of an order's partition key that is its partner's is hashed once.
        let partners: Vec<u64> = (0..ACCOUNTS)
            .map(|place| {
                let (seller, partner) = (place / 4, place % 4);
                fnv(format!("S#seller-{seller}#P#amazon-{partner}#O#").as_bytes(), FNV)
            })
            .collect();
        for (step, orders) in (1..).zip(arrivals(traffic, has_surge, &mut chance)) {
            for _ in 0..orders {
                let partner = chance.choice(&partners).copied().unwrap_or(FNV);
                let hash = fnv(&order_id(&mut chance), partner);
                for set in &mut self.sets {
                    set.write(hash, self.writes_per_order);
                }
            }
            for set in &mut self.sets {
                set.step(step % STEPS_PER_S == 0);
            }
        }
    }
}

/// Number of orders in each step. The total is fixed, and each order falls into a random step.
fn arrivals(traffic: Traffic, has_surge: bool, chance: &mut Rng) -> Vec<u32> {
    let steps = traffic.seconds * STEPS_PER_S;
    let mut arrivals = vec![0_u32; usize::try_from(steps).unwrap_or_default()];
    let mut come = |orders: u64, steps: std::ops::Range<u64>| {
        for _ in 0..orders {
            let step = usize::try_from(chance.u64(steps.clone())).unwrap_or_default();
            if let Some(step) = arrivals.get_mut(step) {
                *step += 1;
            }
        }
    };
    if steps > 0 {
        come(traffic.orders_per_s * traffic.seconds, 0..steps);
    }
    let surge = traffic.surge_s.min(traffic.seconds) * STEPS_PER_S;
    if has_surge && surge > 0 {
        let begins = (steps - surge) / 2;
        let more = traffic.orders_per_s * (SURGE - 1) * surge / STEPS_PER_S;
        come(more, begins..begins + surge);
    }
    arrivals
}

/// A random order number in Amazon's form, such as `902-1106328-1059050`.
fn order_id(chance: &mut Rng) -> [u8; 19] {
    let mut id = *b"902-0000000-0000000";
    for place in (4..11).chain(12..19) {
        if let Some(digit) = id.get_mut(place) {
            *digit = b'0' + chance.u8(0..10);
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that makes the table's items has these expectations too. Stored items depend on them.
    #[test]
    fn orders_are_spread_as_their_items_are() {
        for (order, expected) in [("902-1106328-1059050", 5), ("1", 0), ("2", 9)] {
            let hash = fnv(format!("S#acme#P#amazon-us#O#{order}").as_bytes(), FNV);
            assert_eq!(hash % u64::from(flows::DUE_SHARDS), expected);
        }
    }

    #[test]
    fn ids_are_amazons() {
        let id = order_id(&mut Rng::with_seed(1));
        let is_digit = |place: usize| id[place].is_ascii_digit();
        assert!(
            (0..19).all(|place| is_digit(place) || id[place] == b'-' && [3, 11].contains(&place))
        );
    }
}
