//! Batches of scans: the first movement counts, and the many that follow cost two reads.

use domain::{EventKind, OrderKey};
use flows::Handled;
use flows::ports::Trackings as _;
use jiff::SignedDuration;
use rstest::rstest;
use std::cell::Cell;
use std::rc::Rc;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Deployment, Event, Fault, NUMBER, Port, cancel, label, parsed, scan, seller,
    shown, take_events, take_scans,
};

async fn handle(deployment: &mut Deployment, events: &[Event]) -> Vec<Handled> {
    let invocation = deployment.invocation();
    let bodies: Vec<String> = events.iter().map(Event::body).collect();
    take_scans(&*deployment.ports, &bodies, &invocation).await
}

/// A deployment with an order at Amazon under movement timing that has been scanned already, or even confirmed.
async fn scanned(is_sent: bool) -> Deployment {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    if is_sent {
        deployment.until_quiet().await;
    }
    deployment.ports.take_calls();
    deployment
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m6_a_repeated_scan_costs_two_reads_and_no_write() {
    let mut deployment = scanned(true).await;
    deployment.memory.advance(minutes(1));
    let again = scan(NUMBER).when("occurred_at", 7_200);
    assert_eq!(handle(&mut deployment, &[again]).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), [Port::Tracking, Port::Order]);
}

/// Whoever saved the movement may have died before it looked for labels that came meanwhile, and the same message may have
/// been handed out twice.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_scan_within_a_minute_of_another_looks_for_labels_as_well() {
    let mut deployment = scanned(true).await;
    deployment.memory.advance(SignedDuration::from_secs(59));
    let again = scan(NUMBER).when("occurred_at", 7_200);
    assert_eq!(handle(&mut deployment, &[again]).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), [Port::Tracking, Port::Order, Port::Tracking]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m6_scans_of_one_number_in_a_batch_cost_no_more_than_one() {
    let mut deployment = scanned(true).await;
    deployment.memory.advance(minutes(1));
    let scans: Vec<Event> =
        (0..10).map(|hour| scan(NUMBER).when("occurred_at", hour * 3_600)).collect();
    assert_eq!(handle(&mut deployment, &scans).await, vec![Handled::Done; 10]);
    assert_eq!(deployment.ports.take_calls(), [Port::Tracking, Port::Order]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m2_what_is_no_movement_costs_nothing() {
    let mut deployment = scanned(false).await;
    let booked = scan(NUMBER).with("status", "pickup_requested");
    assert_eq!(handle(&mut deployment, &[booked]).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), []);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_scan_of_a_number_nobody_has_is_noted_once() {
    let mut deployment = deployment_under(MOVES);
    for _ in 0..2 {
        assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    }
    let calls = deployment.ports.take_calls();
    assert_eq!(calls, [Port::Tracking, Port::NoteMovements, Port::Tracking]);
    let tracking = deployment.memory.tracking(&seller(), &parsed(NUMBER)).await;
    let movements = tracking.ok().flatten().map(|tracking| tracking.movements.len());
    assert_eq!(movements, Some(1));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_fails_alone() {
    let mut deployment = scanned(false).await;
    let lost = scan(NUMBER).with("status", "lost_in_space");
    let misplaced = cancel("amazon-us", AMAZON_ORDER);
    let handled = handle(&mut deployment, &[lost, scan(NUMBER), misplaced]).await;
    let [Handled::Refused(status), Handled::Done, Handled::Refused(kind)] = handled.as_slice()
    else {
        panic!("{handled:?}");
    };
    assert!(status.starts_with("detail.status: `lost_in_space` is not a status"), "{status}");
    let expected = "detail-type: OrderCancelled is not for this function; allowed: CarrierScan";
    assert_eq!(kind, expected);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_number_that_fails_leaves_the_others_alone() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.put_event(&label("amazon-us", OTHER_ORDER).with("tracking_number", "OTHER12345"));
    deployment.deliver().await;
    deployment.ports.fail_next(Port::Save, Fault::Before);
    let handled = handle(&mut deployment, &[scan(NUMBER), scan("OTHER12345"), scan(NUMBER)]).await;
    let retried: Vec<bool> =
        handled.iter().map(|handled| matches!(handled, Handled::Retry(_))).collect();
    assert!(retried == [true, false, true] || retried == [false, true, false], "{handled:?}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_doorbell_that_could_not_be_rung_is_rung_by_the_redelivery() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.fail_next(Port::Ring, Fault::Before);
    let handled = handle(&mut deployment, &[scan(NUMBER)]).await;
    let expected = format!("the doorbell of order {} was not rung", amazon_key());
    assert_eq!(handled, [Handled::Retry(expected)]);
    assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    assert_eq!(bells(&deployment).len(), 1);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_whose_life_is_over_holds_no_other_up() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.put_event(&label("amazon-us", OTHER_ORDER));
    deployment.deliver().await;
    deployment.memory.forget(&amazon_key());
    assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    assert_eq!(deployment.shown(&other_key()), "1: ready");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m3_a_label_between_the_reading_and_the_note_is_seen() {
    let mut deployment = deployment_under(MOVES);
    let memory = deployment.memory.clone();
    let mut is_left = true;
    deployment.ports.plan(move |call| {
        if call.port == Port::NoteMovements && std::mem::take(&mut is_left) {
            add_order(&memory, &amazon_key());
        }
        None
    });
    assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    let calls = deployment.ports.take_calls();
    assert_eq!(calls, [Port::Tracking, Port::NoteMovements, Port::Tracking, Port::Order]);
}

/// The other order's label read the first one before the scan reached it, and so saw no movement.
#[rstest]
#[tokio::test(start_paused = true)]
async fn m5_an_order_that_joins_while_another_is_stepped_is_stepped_too() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.fail_next(Port::AddToTracking, Fault::Before);
    let (invocation, body) = (deployment.invocation(), label("amazon-us", OTHER_ORDER).body());
    take_events(&*deployment.ports, &[body], EventKind::LabelCreated, &invocation).await;
    let memory = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        if call.port == Port::Save {
            add_order(&memory, &other_key());
        }
        None
    });
    assert_eq!(handle(&mut deployment, &[scan(NUMBER)]).await, [Handled::Done]);
    assert_eq!(deployment.shown(&amazon_key()), "1: ready");
    assert_eq!(deployment.shown(&other_key()), "1: ready");
}

/// The order's place at its number, as its label takes it.
fn add_order(memory: &testkit::Memory, key: &OrderKey) {
    let added = async { memory.add_to_tracking(key, &parsed(NUMBER)).await };
    let mut added = std::pin::pin!(added);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while added.as_mut().poll(&mut context).is_pending() {}
}

/// A scan of a number with many orders holds up no other of its batch: it is handled after them, and by itself (rule N5).
#[rstest]
#[case::as_many_as_go_beside_others(50, false)]
#[case::one_more(51, true)]
#[case::a_business_buyers_freight(60, true)]
#[case::two_pallets(120, true)]
#[case::as_many_as_there_can_be(250, true)]
#[tokio::test(start_paused = true)]
async fn n5_a_scan_of_a_number_with_many_orders_is_handled_by_itself(
    #[case] orders: usize,
    #[case] is_apart: bool,
) {
    let mut deployment = deployment_under(MOVES);
    let invocation = deployment.invocation();
    let order = |n: usize| format!("902-2206328-1000{n:03}");
    let labels: Vec<String> = (0..orders)
        .map(|n| label("amazon-us", &order(n)).with("tracking_number", NUMBER).body())
        .collect();
    take_events(&*deployment.ports, &labels, EventKind::LabelCreated, &invocation).await;
    let others: Vec<String> = (0..5).map(|n| format!("1Z999BESIDE000{n}")).collect();
    for (place, number) in others.iter().enumerate() {
        deployment.put_event(&amazon_label_of(&format!("902-3306328-100000{place}"), number));
    }
    deployment.deliver().await;
    let (memory, is_mixed) = (deployment.memory.clone(), Rc::new(Cell::new(false)));
    let mixes = Rc::clone(&is_mixed);
    let wide: Vec<_> = (0..16).map(|n| testkit::key("amazon-us", &order(n))).collect();
    let narrow: Vec<_> = (0..5)
        .map(|place| testkit::key("amazon-us", &format!("902-3306328-100000{place}")))
        .collect();
    deployment.ports.watch(move |call| {
        let is_ready = |key: &OrderKey| {
            memory.stored(key).is_some_and(|stored| shown(&stored.order) == "1: ready")
        };
        if call.port == Port::Save && wide.iter().any(is_ready) && !narrow.iter().all(is_ready) {
            mixes.set(true);
        }
    });
    deployment.ports.take_calls();
    // The number with many orders comes first in the batch.
    let scans: Vec<_> =
        [NUMBER].into_iter().chain(others.iter().map(String::as_str)).map(scan).collect();
    let handled = handle(&mut deployment, &scans).await;
    assert!(handled.iter().all(|one| *one == Handled::Done), "{handled:?}");
    assert!(!is_apart || !is_mixed.get(), "it is begun before the others are done");
    // Each number is read twice, because its orders learned something; one that waits is read once more.
    let reads =
        deployment.ports.take_calls().iter().filter(|port| **port == Port::Tracking).count();
    assert_eq!(reads, 2 * scans.len() + usize::from(is_apart));
    for n in 0..orders {
        let key = testkit::key("amazon-us", &order(n));
        assert_eq!(deployment.shown(&key), "1: ready", "{key}");
    }
}

/// Rule M3: on a bus that others share, most scans are of sellers that nobody registered. They cost no write.
#[rstest]
#[case::of_a_seller_with_a_partner("acme", &[Port::Tracking, Port::NoteMovements])]
#[case::of_a_seller_without_one("stranger", &[Port::Tracking])]
#[tokio::test(start_paused = true)]
async fn m3_a_scan_of_a_number_that_nobody_knows_is_kept_for_a_seller_with_a_partner(
    #[case] of: &str,
    #[case] expected: &[Port],
) {
    let mut deployment = deployment_under(MOVES);
    let scan = scan(NUMBER).with("seller_id", of);
    assert_eq!(handle(&mut deployment, std::slice::from_ref(&scan)).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), expected);
    // Nor does a repeat write again.
    assert_eq!(
        handle(&mut deployment, &[scan.clone(), scan]).await,
        [Handled::Done, Handled::Done]
    );
    assert_eq!(deployment.ports.take_calls(), [Port::Tracking]);
}
