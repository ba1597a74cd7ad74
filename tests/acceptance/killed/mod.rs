//! Real orders under SIGKILL: the built functions on an engine of this test's own.
//!
//! The functions' processes are killed at random moments, while orders of all channels come, are sent and are read back,
//! with marketplaces that do wrong. Half-way the engine itself is stopped and started again. Nothing is lost, and nothing is
//! sent twice.
//!
//! `cargo test` plays [`FEW`] orders, and looks at them when [`SOON`] is over. `KILLED_ORDERS=500 cargo killing` plays
//! 500, with the real times, until each has its end. `KILLED_SEED` gives another seed. Each run prints its seed.

#![expect(clippy::print_stdout, reason = "the figures are for people")]

mod endings;
mod operators;
mod random;
mod sandboxes;
mod scripted_orders;

use crate::stack::{Shared, own};
use endings::{Patience, Report};
use operators::Operators;
use random::Random;
use scripted_orders::{ScriptEvent, ScriptedOrder, partners};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Number of orders of a run in `cargo test`.
const FEW: u32 = 30;

/// How far apart orders begin. Unit: milliseconds.
const APART_MS: u64 = 400;

/// How long the killing goes on after the last order.
const KILLED_AFTER: Duration = Duration::from_secs(20);

/// The longest pause between two kills. Unit: milliseconds.
const PAUSE_MS_MAX: u64 = 500;

/// How long a run in `cargo test` waits for the ends of its orders after the killing.
const SOON: Duration = Duration::from_secs(30);

/// How long a run with the real times waits for the ends of its orders: two doubts of 15 minutes, and what is put off in
/// between.
const AT_LAST: Duration = Duration::from_hours(1);

/// How long a message of a function that died stays away in a run of `cargo test`. Unit: seconds.
const AWAY_SOON_S: u32 = 10;

/// How long the seller's system waits until it publishes again what the bus did not take.
const PUBLISH_AGAIN: Duration = Duration::from_millis(500);

/// A run: its orders, its seed and its stack.
struct Run {
    order_count: u32,
    seed: u64,
    shared: &'static Shared,
    orders: Vec<ScriptedOrder>,
}

/// The number that a variable of the environment gives, if it is set.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

impl Run {
    fn new() -> Self {
        let order_count =
            number("KILLED_ORDERS").map_or(FEW, |count| count.try_into().expect("few"));
        let seed = number("KILLED_SEED").unwrap_or(20_261_127);
        // With the real times, IMEIs whose function died come three minutes later, or six.
        let window = if order_count > FEW { 15 } else { 1 };
        let shared = own(partners(), window);
        let mut random = Random::new(seed, 1);
        let sale = |number: u32| {
            ScriptedOrder::new(shared, number, u64::from(number) * APART_MS, &mut random)
        };
        let orders = (1..=order_count).map(sale).collect();
        Self { order_count, seed, shared, orders }
    }

    fn is_short(&self) -> bool {
        self.order_count <= FEW
    }

    /// Lets messages of functions that died come back sooner.
    async fn hurry(&self) {
        let sqs = self.shared.stack.sqs();
        for url in self.shared.stack.state().queues.values() {
            let name = aws_sdk_sqs::types::QueueAttributeName::VisibilityTimeout;
            let set = sqs.set_queue_attributes().queue_url(url);
            let set = set.attributes(name, AWAY_SOON_S.to_string()).send().await;
            set.expect("the queue has a visibility timeout");
        }
    }

    /// Sells the orders, and publishes each event at its time. Half-way the engine is stopped and started again.
    async fn play(&self) {
        let started = Instant::now();
        self.orders.iter().for_each(ScriptedOrder::sell);
        let mut script: BTreeMap<u64, Vec<(usize, ScriptEvent)>> = BTreeMap::new();
        for (index, sale) in self.orders.iter().enumerate() {
            for (at, event) in &sale.script {
                script.entry(*at).or_default().push((index, *event));
            }
        }
        let half = u64::from(self.order_count) * APART_MS / 2;
        let mut is_restarted = false;
        for (at, all) in script {
            tokio::time::sleep_until(started + Duration::from_millis(at)).await;
            if at > half && !std::mem::replace(&mut is_restarted, true) {
                self.shared.stack.restart().await.expect("the engine starts again");
            }
            for (index, event) in all {
                self.publish(&self.orders[index], event).await;
            }
        }
        assert!(is_restarted, "the run is over before the engine is stopped");
    }

    /// Publishes an event as a seller's system does: again until the bus takes it.
    async fn publish(&self, sale: &ScriptedOrder, event: ScriptEvent) {
        let events = sale.events_of(event);
        while self.shared.stack.put_events(&events).await.is_err() {
            tokio::time::sleep(PUBLISH_AGAIN).await;
        }
    }

    /// Plays the orders while functions are killed. Returns how often each function was.
    async fn play_killed(&self) -> BTreeMap<String, usize> {
        let stop = Arc::new(AtomicBool::new(false));
        let killer = {
            let (stop, random) = (Arc::clone(&stop), Random::new(self.seed, 2));
            let state = self.shared.stack.state();
            let (endpoint, stack) = (state.engine.clone(), state.stack.clone());
            tokio::task::spawn_blocking(move || {
                sandboxes::kill_at_random((&endpoint, &stack), random, PAUSE_MS_MAX, &stop)
            })
        };
        let mut people = Operators::new(self.shared);
        let playing = async {
            self.play().await;
            tokio::time::sleep(KILLED_AFTER).await;
        };
        people.work_during(Box::pin(playing)).await;
        stop.store(true, Ordering::Relaxed);
        let kills = killer.await.expect("the killer ends");
        let patience = if self.is_short() { SOON } else { AT_LAST };
        people.work_during(Box::pin(endings::wait(&self.orders, patience))).await;
        people.print();
        kills
    }
}

#[test]
fn nothing_is_lost_and_nothing_is_sent_twice() {
    let run = Run::new();
    run.shared.run(async {
        let started = Instant::now();
        if run.is_short() {
            run.hurry().await;
        }
        let kills = Box::pin(run.play_killed()).await;
        let patience = if run.is_short() { Patience::UnderWay } else { Patience::Ended };
        let report = Report::of(&run.orders, patience).await;
        println!("{} orders, seed {}, in {:.0?}", run.order_count, run.seed, started.elapsed());
        println!("killed: {} processes {kills:?}", kills.values().sum::<usize>());
        report.print(run.shared);
        run.shared.stack.end().await;
        assert!(report.wrong.is_empty(), "{:#?}", report.wrong);
        assert!(kills.len() > 6, "hardly anything was killed: {kills:?}");
    });
}
