//! Measures batches of a hundred events: about one order, and about a hundred orders.

use crate::installation::{EVENTS, Installation, NewOrder, check_all_done};
use crate::{Calls, Cost, GrowthError, count};
use domain::{EventKind, Timing};
use serde::Serialize;

/// Most labels that an order remembers as voided. Source: [`domain::LABELS_MAX`].
const LABELS: usize = domain::LABELS_MAX;

/// The figures of batches of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// The type of the events.
    pub events: EventKind,
    /// How many orders the events of a batch are about.
    pub orders: u64,
    /// Number of batches.
    pub batches: u64,
    /// Calls of the ports, of all batches.
    pub calls: Calls,
    /// CPU time of all batches.
    pub cost: Cost,
}

/// Measures batches of labels and of voids, each about one order and about a hundred.
pub(crate) async fn all(batches: u64) -> Result<Vec<Batch>, GrowthError> {
    let mut all = Vec::new();
    for orders in [1, EVENTS] {
        let (labels, voids) = of(orders, batches).await?;
        all.extend([labels, voids]);
    }
    all.sort_unstable_by_key(|batch| batch.events);
    Ok(all)
}

/// Measures batches about this many orders: first of labels, each with its own label id, then of voids.
async fn of(orders: usize, batches: u64) -> Result<(Batch, Batch), GrowthError> {
    let installation = Installation::new(EVENTS, Timing::WhenTrackingShowsMovement);
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
        let all: Vec<NewOrder> =
            (first..first + count(orders)).filter_map(|nth| installation.new_order(nth)).collect();
        let of_each = |event: &dyn Fn(&NewOrder, String) -> testkit::Event| -> Vec<String> {
            let places = all.iter().cycle().take(EVENTS).zip(0..);
            places
                .map(|(order, place)| event(order, format!("lbl-{}", place % LABELS)).body())
                .collect()
        };
        let bodies =
            of_each(&|order, label| order.label(&installation.world).with("label_id", label));
        handle(&installation, &bodies, &mut labels).await?;
        let bodies = of_each(&|order, label| order.void(&label));
        handle(&installation, &bodies, &mut voids).await?;
    }
    Ok((labels, voids))
}

async fn handle(
    installation: &Installation,
    bodies: &[String],
    batch: &mut Batch,
) -> Result<(), GrowthError> {
    let before = installation.world.calls.get();
    let work = installation.handle_batches(bodies, batch.events);
    let (handled, cost) = installation.world.stopwatch.cost(work).await?;
    check_all_done(&handled, bodies.len())?;
    batch.cost = batch.cost.plus(cost);
    batch.calls = batch.calls.plus(&installation.world.calls.get().since(&before));
    Ok(())
}
