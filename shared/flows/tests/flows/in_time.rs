//! Calls that take time: a batch ends before its function does, what was not begun comes back, and nothing is lost.

use domain::EventKind;
use flows::Handled;
use flows::ports::Clock as _;
use jiff::SignedDuration;
use rstest::rstest;
use std::collections::BTreeSet;
use testkit::fixtures::*;
use testkit::{Deployment, Fault, NUMBER, Port, label, scan, take_events, take_scans};

/// The time of a function that takes events. Source: the template.
const TIME: SignedDuration = SignedDuration::from_secs(30);

/// How often a message is received before it is a dead letter. Source: the template.
const RECEIVES: usize = 5;

/// How long calls take.
#[derive(Clone, Copy, Debug)]
enum Calls {
    /// Each the same.
    Each(i64),
    /// Each another span up to two seconds, by a seed.
    UpTo2S(u64),
    /// A second each, and of this port so many hang, one in ten.
    SomeHang(Port),
}

/// A deployment whose calls take time, side by side.
fn slow(deployment: Deployment, calls: Calls) -> Deployment {
    match calls {
        Calls::Each(ms) => deployment.ports.slow(move |_| SignedDuration::from_millis(ms)),
        Calls::UpTo2S(seed) => {
            let mut random = seed;
            deployment.ports.slow(move |_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                SignedDuration::from_millis(i64::try_from((random >> 33) % 2_000).unwrap_or(0))
            });
        }
        Calls::SomeHang(port) => {
            deployment.ports.slow(|_| SignedDuration::from_secs(1));
            let mut calls = 0_usize;
            deployment.ports.plan(move |call| {
                calls += usize::from(call.port == port);
                (call.port == port && calls.is_multiple_of(10)).then_some(Fault::Hangs)
            });
        }
    }
    deployment
}

fn labels() -> Vec<String> {
    let body = |order: usize| {
        let label = label("amazon-us", &format!("902-1106328-1000{order:03}"));
        label.with("tracking_number", format!("1Z999SLOW{order}")).body()
    };
    (0..100).map(body).collect()
}

/// The bodies that are to be received again.
fn left(bodies: &[String], handled: &[Handled]) -> Vec<String> {
    assert_eq!(handled.len(), bodies.len(), "each record has an outcome");
    let pairs = bodies.iter().zip(handled);
    let left = pairs.filter(|(_, handled)| match handled {
        Handled::Done => false,
        Handled::Retry(_) => true,
        Handled::Refused(reason) => panic!("refused: {reason}"),
    });
    left.map(|(body, _)| body.clone()).collect()
}

fn rung(deployment: &Deployment) -> usize {
    bells(deployment).into_iter().collect::<BTreeSet<_>>().len()
}

#[rstest]
#[case::at_once(Calls::Each(0))]
#[case::slow(Calls::Each(300))]
#[case::a_second(Calls::Each(1_000))]
#[case::two_seconds(Calls::Each(2_000))]
#[case::one_way(Calls::UpTo2S(1))]
#[case::another_way(Calls::UpTo2S(2))]
#[case::saves_hang(Calls::SomeHang(Port::Save))]
#[case::partners_hang(Calls::SomeHang(Port::Partner))]
#[case::doorbells_hang(Calls::SomeHang(Port::Ring))]
#[tokio::test(start_paused = true)]
async fn a_batch_of_labels_ends_in_time_and_loses_none(#[case] calls: Calls) {
    let mut deployment = slow(deployment_under(ASSIGNED), calls);
    let mut bodies = labels();
    for _ in 0..RECEIVES {
        let invocation = deployment.invocation_of(TIME);
        let work = take_events(&*deployment.ports, &bodies, EventKind::LabelCreated, &invocation);
        deployment.memory.catch_up().await;
        let handled = work.await;
        assert!(
            deployment.memory.now() < invocation.deadline,
            "killed: nothing of it would be acknowledged"
        );
        bodies = left(&bodies, &handled);
        assert!(rung(&deployment) >= 100 - bodies.len(), "what is done is rung for");
    }
    assert_eq!(bodies, [""; 0], "a dead letter");
}

#[rstest]
#[case::at_once(Calls::Each(0))]
#[case::a_second(Calls::Each(1_000))]
#[case::two_seconds(Calls::Each(2_000))]
#[case::one_way(Calls::UpTo2S(3))]
#[case::orders_hang(Calls::SomeHang(Port::Order))]
#[case::numbers_hang(Calls::SomeHang(Port::Tracking))]
#[case::saves_hang(Calls::SomeHang(Port::Save))]
#[tokio::test(start_paused = true)]
async fn a_batch_of_scans_ends_in_time_and_loses_none(#[case] calls: Calls) {
    let mut deployment = deployment_under(MOVES);
    let invocation = deployment.invocation();
    take_events(&*deployment.ports, &labels(), EventKind::LabelCreated, &invocation).await;
    let mut deployment = slow(deployment, calls);
    let mut bodies: Vec<String> =
        (0..100).map(|order| scan(&format!("1Z999SLOW{order}")).body()).collect();
    for _ in 0..RECEIVES {
        let invocation = deployment.invocation_of(TIME);
        let work = take_scans(&*deployment.ports, &bodies, &invocation);
        deployment.memory.catch_up().await;
        let handled = work.await;
        assert!(
            deployment.memory.now() < invocation.deadline,
            "killed: nothing of it would be acknowledged"
        );
        bodies = left(&bodies, &handled);
        assert!(rung(&deployment) >= 100 - bodies.len(), "what is done is rung for");
    }
    assert_eq!(bodies, [""; 0], "a dead letter");
}

/// An order of a newer format cannot be stepped by this function, ever. It holds no other up, nor a later label.
#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_that_cannot_be_read_holds_no_other_of_its_number_up() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.put_event(&label("amazon-us", OTHER_ORDER));
    deployment.deliver().await;
    deployment.memory.make_newer(&amazon_key());
    let invocation = deployment.invocation();
    let handled = take_scans(&*deployment.ports, &[scan(NUMBER).body()], &invocation).await;
    assert!(matches!(handled.as_slice(), [Handled::Retry(_)]), "{handled:?}");
    assert_eq!(deployment.shown(&other_key()), "1: ready");
    assert_eq!(bells(&deployment).len(), 1);
    let third = label("amazon-us", "902-1106328-1059059").body();
    let handled =
        take_events(&*deployment.ports, &[third], EventKind::LabelCreated, &invocation).await;
    assert_eq!(handled, [Handled::Done]);
    let key = testkit::key("amazon-us", "902-1106328-1059059");
    assert_eq!(deployment.shown(&key), "1: ready", "it takes over what the readable one knows");
}

/// Fifty orders share a number: what there was no time for comes back, and the redelivery does the rest.
#[rstest]
#[case::at_once(Calls::Each(0))]
#[case::a_second(Calls::Each(1_000))]
#[case::slower_than_one_delivery_can_be(Calls::Each(2_000))]
#[tokio::test(start_paused = true)]
async fn a_scan_of_fifty_orders_ends_in_time_and_reaches_each(#[case] calls: Calls) {
    let mut deployment = deployment_under(MOVES);
    let invocation = deployment.invocation();
    let order = |order: usize| format!("902-1106328-1000{order:03}");
    let labels: Vec<String> = (0..50)
        .map(|n| label("amazon-us", &order(n)).with("tracking_number", NUMBER).body())
        .collect();
    take_events(&*deployment.ports, &labels, EventKind::LabelCreated, &invocation).await;
    let mut deployment = slow(deployment, calls);
    let mut is_done = false;
    for _ in 0..RECEIVES {
        let invocation = deployment.invocation_of(TIME);
        let bodies = [scan(NUMBER).body()];
        let work = take_scans(&*deployment.ports, &bodies, &invocation);
        deployment.memory.catch_up().await;
        let handled = work.await;
        assert!(
            deployment.memory.now() < invocation.deadline,
            "killed: nothing of it would be acknowledged"
        );
        is_done |= handled == [Handled::Done];
    }
    assert!(is_done, "a dead letter");
    assert_eq!(rung(&deployment), 50);
}
