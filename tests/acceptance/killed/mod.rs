//! Real orders under SIGKILL: the built functions on an engine of this test's own, their processes killed at random moments
//! while orders of all six channels are told, sent and read back, with marketplaces that do wrong; and in the middle of it
//! the engine itself is stopped and started again. Nothing is lost, and nothing is sent twice.
//!
//! `cargo test` plays [`FEW`] orders, and looks at them when [`SOON`] is over. `KILLED_ORDERS=500 cargo killing` plays
//! 500, with the real times, until each has its end. `KILLED_SEED` gives another seed; the one that was used is printed.

#![expect(clippy::print_stdout, reason = "the figures are for people")]

mod ends;
mod people;
mod random;
mod sales;
mod sandboxes;

use crate::stack::{Shared, own};
use ends::{Patience, Report};
use people::People;
use random::Random;
use sales::{Sale, Told, partners};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Orders of a run in `cargo test`.
const FEW: u32 = 30;

/// How far apart orders begin. Unit: milliseconds.
const APART_MS: u64 = 400;

/// How long the killing goes on after the last order.
const KILLED_AFTER: Duration = Duration::from_secs(20);

/// The longest pause between two kills. Unit: milliseconds.
const PAUSE_MS_MAX: u64 = 500;

/// How long a run in `cargo test` waits for its orders' ends after that.
const SOON: Duration = Duration::from_secs(30);

/// The same with the real times: two doubts of 15 minutes, and what is put off in between.
const AT_LAST: Duration = Duration::from_hours(1);

/// What is made shorter for a run in `cargo test`: how long a message of a function that died stays away. Unit: seconds.
const AWAY_SOON_S: u32 = 10;

/// How long the seller's system waits until it tells again what the bus did not take.
const TELL_AGAIN: Duration = Duration::from_millis(500);

/// What a run is.
struct Run {
    orders: u32,
    seed: u64,
    shared: &'static Shared,
    sales: Vec<Sale>,
}

/// A number that a person gives.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

impl Run {
    fn new() -> Self {
        let orders = number("KILLED_ORDERS").map_or(FEW, |orders| orders.try_into().expect("few"));
        let seed = number("KILLED_SEED").unwrap_or(20_261_127);
        // With the real times, IMEIs whose function died come three minutes later, or six.
        let window = if orders > FEW { 15 } else { 1 };
        let shared = own(partners(), window);
        let mut random = Random::new(seed, 1);
        let sale =
            |number: u32| Sale::new(shared, number, u64::from(number) * APART_MS, &mut random);
        let sales = (1..=orders).map(sale).collect();
        Self { orders, seed, shared, sales }
    }

    fn is_short(&self) -> bool {
        self.orders <= FEW
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

    /// Sells and tells everything at its time; half-way, the engine is stopped and started again.
    async fn play(&self) {
        let started = Instant::now();
        self.sales.iter().for_each(Sale::sell);
        let mut script: BTreeMap<u64, Vec<(usize, Told)>> = BTreeMap::new();
        for (place, sale) in self.sales.iter().enumerate() {
            for (at, told) in &sale.script {
                script.entry(*at).or_default().push((place, *told));
            }
        }
        let half = u64::from(self.orders) * APART_MS / 2;
        let mut is_restarted = false;
        for (at, all) in script {
            tokio::time::sleep_until(started + Duration::from_millis(at)).await;
            if at > half && !std::mem::replace(&mut is_restarted, true) {
                self.shared.stack.restart().await.expect("the engine starts again");
            }
            for (place, told) in all {
                self.tell(&self.sales[place], told).await;
            }
        }
        assert!(is_restarted, "the run is over before the engine is stopped");
    }

    /// As a seller's system does: again until the bus takes it.
    async fn tell(&self, sale: &Sale, told: Told) {
        let events = sale.say(told);
        while self.shared.stack.put_events(&events).await.is_err() {
            tokio::time::sleep(TELL_AGAIN).await;
        }
    }

    /// Plays it all with functions being killed; answers with how often each was.
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
        let mut people = People::new(self.shared);
        let playing = async {
            self.play().await;
            tokio::time::sleep(KILLED_AFTER).await;
        };
        people.beside(Box::pin(playing)).await;
        stop.store(true, Ordering::Relaxed);
        let kills = killer.await.expect("the killer ends");
        let patience = if self.is_short() { SOON } else { AT_LAST };
        people.beside(Box::pin(ends::wait(&self.sales, patience))).await;
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
        let report = Report::of(&run.sales, patience).await;
        println!("{} orders, seed {}, in {:.0?}", run.orders, run.seed, started.elapsed());
        println!("killed: {} processes {kills:?}", kills.values().sum::<usize>());
        report.print(run.shared);
        run.shared.stack.end().await;
        assert!(report.wrong.is_empty(), "{:#?}", report.wrong);
        assert!(kills.len() > 6, "hardly anything was killed: {kills:?}");
    });
}
