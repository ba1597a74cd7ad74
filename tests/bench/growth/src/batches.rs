//! A batch of a hundred events about one order, and one about a hundred orders.

use crate::town::{Coming, EVENTS, Town, all_done};
use crate::{Calls, Cost, GrowthError, count};
use domain::{EventKind, Timing};
use serde::Serialize;

/// Labels an order may have voided. Source: [`domain::LABELS_MAX`].
const LABELS: usize = domain::LABELS_MAX;

/// What batches of one kind came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// What its events are.
    pub events: EventKind,
    /// How many orders they are about.
    pub orders: u64,
    /// Batches.
    pub batches: u64,
    /// Calls of all of them.
    pub calls: Calls,
    /// What they cost.
    pub cost: Cost,
}

/// Labels and voids, each about one order and about a hundred.
pub(crate) async fn all(batches: u64) -> Result<Vec<Batch>, GrowthError> {
    let mut all = Vec::new();
    for orders in [1, EVENTS] {
        let (labels, voids) = of(orders, batches).await?;
        all.extend([labels, voids]);
    }
    all.sort_unstable_by_key(|batch| batch.events);
    Ok(all)
}

/// Batches about so many orders: of their labels, each another one, and then of voids.
async fn of(orders: usize, batches: u64) -> Result<(Batch, Batch), GrowthError> {
    let town = Town::new(EVENTS, Timing::WhenTrackingShowsMovement);
    let empty = |events| Batch {
        events,
        orders: count(orders),
        batches,
        calls: Calls::default(),
        cost: Cost::default(),
    };
    let (mut labels, mut voids) = (empty(EventKind::LabelCreated), empty(EventKind::LabelVoided));
    for nth in 0..batches {
        let first = nth * count(orders);
        let all: Vec<Coming> =
            (first..first + count(orders)).filter_map(|nth| town.coming(nth)).collect();
        let of_each = |event: &dyn Fn(&Coming, String) -> testkit::Event| -> Vec<String> {
            let places = all.iter().cycle().take(EVENTS).zip(0..);
            places
                .map(|(order, place)| event(order, format!("lbl-{}", place % LABELS)).body())
                .collect()
        };
        let bodies = of_each(&|order, label| order.label(&town.world).with("label_id", label));
        told(&town, &bodies, &mut labels).await?;
        let bodies = of_each(&|order, label| order.void(&label));
        told(&town, &bodies, &mut voids).await?;
    }
    Ok((labels, voids))
}

async fn told(town: &Town, bodies: &[String], batch: &mut Batch) -> Result<(), GrowthError> {
    let before = town.world.calls.get();
    let work = town.told_of(bodies, batch.events);
    let (handled, cost) = town.world.watch.cost(work).await?;
    all_done(&handled, bodies.len())?;
    batch.cost = batch.cost.plus(cost);
    batch.calls = batch.calls.plus(&town.world.calls.get().since(&before));
    Ok(())
}
