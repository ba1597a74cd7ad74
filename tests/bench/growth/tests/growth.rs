//! What must hold at every size and at any speed of the machine.
#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use domain::EventKind;
use growth::{Fit, Growth, Plan, run};
use std::sync::OnceLock;

fn small() -> &'static Growth {
    static GROWTH: OnceLock<Growth> = OnceLock::new();
    GROWTH.get_or_init(|| run(&Plan::small(), &mut |_| ()).expect("everything ends as it must"))
}

/// The measurement itself fails if an order is not confirmed, taken by the marketplace and published exactly once.
#[test]
fn an_order_costs_the_same_calls_and_time_at_every_size() {
    let [few, many] = small().orders.as_slice() else { panic!("two sizes") };
    assert_eq!((few.size, many.size), (200, 2_000));
    assert_eq!(few.lag, many.lag);
    let tenfold = (0..10).fold(growth::Calls::default(), |sum, _| sum.plus(&few.calls));
    assert_eq!(tenfold, many.calls);
    let each = |calls: u64| (calls / 200, calls % 200);
    let found = [few.calls.reads, few.calls.saves, few.calls.writes, few.calls.requests].map(each);
    assert_eq!(found, [(6, 0), (4, 0), (2, 0), (1, 0)], "reads, saves, other writes, requests");
    assert_eq!(each(few.calls.doorbells), (1, 0));
    assert_eq!(each(few.calls.index_writes), (2, 0), "put into the index once, taken out once");
}

#[test]
fn a_sweep_looks_at_each_due_order_once_and_rings_once() {
    let [swept] = small().sweeps.as_slice() else { panic!("one sweep") };
    assert_eq!((swept.due, swept.rung), (500, 500));
    assert_eq!((swept.sweeps, swept.late, swept.looked_again), (1, 0, 0));
    let calls = (swept.calls.reads, swept.calls.saves, swept.calls.doorbells);
    assert_eq!(calls, (500, 500, 500));
    assert!(swept.oldest_waited_s <= swept.waited_s);
}

/// That each is told once is an error of the measurement itself.
#[test]
fn ship_bys_of_one_minute_are_each_told_once() {
    let [swept] = small().ship_bys.as_slice() else { panic!("one sweep") };
    assert_eq!((swept.due, swept.told, swept.rung), (500, 500, 0));
    assert_eq!((swept.late, swept.looked_again), (0, 0));
    let calls = (swept.calls.reads, swept.calls.saves, swept.calls.publications);
    assert_eq!(calls, (500, 500, 500));
    assert_eq!(swept.calls.index_writes, 1_000, "the timer moves to the ship-by itself");
}

#[test]
fn the_records_of_one_order_are_stepped_together() {
    let found = small().batches.iter().map(|batch| {
        let calls = batch.calls;
        (batch.events, batch.orders, calls.reads, calls.saves)
    });
    let expected = [
        (EventKind::LabelCreated, 1, 1, 1),
        (EventKind::LabelCreated, 100, 100, 100),
        (EventKind::LabelVoided, 1, 1, 1),
        (EventKind::LabelVoided, 100, 100, 100),
    ];
    assert!(found.eq(expected), "{:?}", small().batches);
}

#[test]
fn shards_by_calculation_and_by_simulation_agree() {
    let shards = &small().shards;
    assert_eq!(shards.writes_per_order, 2);
    for Fit { shards, calculated_per_s, busiest_per_s, .. } in &shards.fits {
        let most = calculated_per_s + calculated_per_s.div_ceil(20);
        assert!((*calculated_per_s..=most).contains(busiest_per_s), "{shards}: {busiest_per_s}");
    }
    let numbers = shards.fits.iter().map(|fit| fit.shards);
    assert!(numbers.eq([1, 2, 4, 8, 16, 32, 64]));
}

#[test]
fn too_few_shards_turn_writes_away() {
    let shards = &small().shards;
    for fit in &shards.fits {
        let fits = fit.calculated_per_s < 1_000;
        assert_eq!(fit.steady.throttled_ppm == 0, fits, "{fit:?}");
        assert_eq!(fit.steady.delay_max_ms == 0, fits, "{fit:?}");
    }
    assert_eq!(shards.fewest(|fit| fit.steady), Some(32));
    assert_eq!(shards.fewest(|fit| fit.surge), Some(64));
}

#[test]
fn the_page_has_a_table_for_each_question() {
    let page = small().to_string();
    for heading in ["### Orders", "### The sweep", "### A batch", "### Shards"] {
        assert!(page.contains(heading), "{heading} is missing:\n{page}");
    }
    for table in page.split("\n\n").filter(|part| part.starts_with('|')) {
        let mut columns = table.lines().map(|line| line.matches('|').count());
        let first = columns.next();
        assert!(columns.all(|columns| Some(columns) == first), "{table}");
    }
}
