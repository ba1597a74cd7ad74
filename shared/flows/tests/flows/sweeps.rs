//! The sweep: page by page, each order by itself, whatever another does.

use domain::EventKind;
use flows::ports::Clock as _;
use flows::{DUE_SHARDS, Swept, Unfinished, sweep};
use futures_util::future::join_all;
use jiff::SignedDuration;
use rstest::rstest;
use std::collections::BTreeSet;
use testkit::fixtures::*;
use testkit::{Deployment, Fault, FaultyPorts, Memory, Port, label, take_events};

/// A deployment with this many orders whose doorbells were lost, five minutes on.
async fn forgotten(orders: usize) -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    let body = |order: usize| {
        let number = format!("1Z999FORGOTTEN{order}");
        let label = label("amazon-us", &format!("902-1106328-{:07}", 1_000_000 + order));
        label.with("tracking_number", number).body()
    };
    let (invocation, bodies) = (deployment.invocation(), (0..orders).map(body).collect::<Vec<_>>());
    take_events(&*deployment.ports, &bodies, EventKind::LabelCreated, &invocation).await;
    deployment.memory.take_bells();
    deployment.memory.advance(minutes(6));
    deployment
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn every_page_is_read() {
    let mut deployment = forgotten(120).await;
    let swept = deployment.sweep().await;
    assert_eq!(swept, Some(Swept { due: 120, failed: 0, unrung: 0, late: false }));
    assert_eq!(bells(&deployment).len(), 120);
    let swept = deployment.sweep().await;
    assert_eq!(swept, Some(Swept::default()), "each has its next timer");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_that_fails_stops_no_other() {
    let mut deployment = forgotten(20).await;
    deployment.ports.fail_next(Port::Save, Fault::Before);
    let swept = deployment.sweep().await;
    assert_eq!(swept, Some(Swept { due: 20, failed: 1, unrung: 0, late: false }));
    let verdict: Result<(), Unfinished> = swept.unwrap_or_default().verdict();
    let words = verdict.map_err(|error| error.to_string());
    let expected = "1 of 20 due orders could not be stepped, 0 doorbells not rung";
    assert_eq!(words, Err(expected.to_owned()));
    assert_eq!(deployment.sweep().await, Some(Swept { due: 1, failed: 0, unrung: 0, late: false }));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_shard_that_cannot_be_read_stops_no_other() {
    let mut deployment = forgotten(40).await;
    deployment.ports.fail_next(Port::Due, Fault::Before);
    let first = deployment.sweep().await.unwrap_or_default();
    assert_eq!(first.failed, 1);
    let second = deployment.sweep().await.unwrap_or_default();
    assert_eq!((first.due + second.due, second.failed), (40, 0));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_was_not_rung_is_counted_and_rings_by_its_next_timer() {
    let mut deployment = forgotten(1).await;
    deployment.ports.fail_next(Port::Ring, Fault::Before);
    assert_eq!(deployment.sweep().await, Some(Swept { due: 1, failed: 0, unrung: 1, late: false }));
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), 1);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_is_not_due_is_left_alone() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.advance(minutes(4));
    assert_eq!(deployment.sweep().await, Some(Swept::default()));
    assert_eq!(Swept::default().verdict::<Unfinished>(), Ok(()));
}

/// The table answers slowly, or hangs now and then. The sweep ends before its function does, has rung for all it saved, and
/// the next ones do the rest.
#[rstest]
#[case::half_a_second(500, None)]
#[case::two_seconds(2_000, None)]
#[case::three_seconds(3_000, None)]
#[case::an_order_hangs(300, Some(Port::Order))]
#[case::a_save_hangs(300, Some(Port::Save))]
#[case::a_page_hangs(300, Some(Port::Due))]
#[case::doorbells_hang(300, Some(Port::Ring))]
#[tokio::test(start_paused = true)]
async fn a_sweep_over_a_slow_table_ends_in_time_and_rings_for_what_it_saved(
    #[case] call_ms: i64,
    #[case] hangs: Option<Port>,
) {
    const DUE: usize = 6_000;
    let mut deployment = forgotten(DUE).await;
    deployment.memory.set_due_page(1_000);
    deployment.ports.slow(move |_| SignedDuration::from_millis(call_ms));
    let mut calls = 0_usize;
    deployment.ports.plan(move |call| {
        calls += usize::from(Some(call.port) == hangs);
        (Some(call.port) == hangs && calls % 200 == 7).then_some(Fault::Hangs)
    });
    for _ in 0..20 {
        let began = deployment.memory.now();
        let swept = deployment.sweep().await;
        assert!(
            deployment.memory.now() < began.plus(minutes(1)),
            "killed: what it saved is unrung"
        );
        if swept == Some(Swept::default()) {
            break;
        }
        deployment.memory.advance_to(began.plus(minutes(1)));
    }
    let rung =
        deployment.memory.bells().into_iter().map(|(_, bell)| bell.key).collect::<BTreeSet<_>>();
    assert!(rung.len() >= DUE - unrung_at_most(hangs), "{} of {DUE} rung", rung.len());
}

/// What hangs in the last moments is left, its doorbell too: such an order rings again by its own timer.
const fn unrung_at_most(hangs: Option<Port>) -> usize {
    match hangs {
        Some(Port::Ring) => 320,
        _ => 0,
    }
}

/// What was begun when its time was over would be saved and never rung.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_sweep_that_has_no_time_leaves_what_is_due_to_the_next() {
    let mut deployment = forgotten(20).await;
    let swept = deployment.sweep_within(SignedDuration::from_secs(9)).await;
    assert_eq!(swept, Some(Swept { late: true, ..Swept::default() }));
    let verdict: Result<(), Unfinished> = swept.unwrap_or_default().verdict();
    let words = verdict.map_err(|error| error.to_string());
    let expected = "0 of 0 due orders could not be stepped, 0 doorbells not rung, and there was no time for more";
    assert_eq!(words, Err(expected.to_owned()));
    assert_eq!(bells(&deployment), []);
    assert_eq!(deployment.sweep().await, Some(Swept { due: 20, ..Swept::default() }));
    assert_eq!(bells(&deployment).len(), 20);
}

/// How many invocations sweep at the same time, each a part of the shards. Source: the schedules in the template.
const PARTS: u8 = 4;

/// The ports of one invocation whose sandbox has little CPU: its calls take as long as AWS's do, and what it computes for them goes
/// one after another. An order costs 3 ms of that, which is what a sweep with 512 MB does: 333 a second. Source:
/// `tests/bench/README.md`, "Growth".
fn sandbox(deployment: &Deployment) -> FaultyPorts<Memory> {
    let ports = FaultyPorts::new(deployment.memory.clone());
    let clock = deployment.memory.clone();
    let mut free_at = clock.now();
    ports.slow(move |call| {
        let usual = [(Port::Order, 5, 1_500), (Port::Save, 8, 1_500), (Port::Ring, 15, 0)];
        let found = usual.into_iter().find(|(port, ..)| *port == call.port);
        let (answers_in_ms, computed_us) = found.map_or((10, 0), |(_, ms, us)| (ms, us));
        let now = clock.now();
        free_at = free_at.max(now).plus(SignedDuration::from_micros(computed_us));
        free_at.since(now) + SignedDuration::from_millis(answers_in_ms)
    });
    ports
}

/// Sweeps all shards in so many parts at the same time, and says what they did and how long the last of them took.
async fn sweep_in_parts(deployment: &mut Deployment, parts: u8) -> (Swept, SignedDuration) {
    let began = deployment.memory.now();
    let invocation = deployment.invocation_of(minutes(1));
    deployment.memory.catch_up().await;
    let sandboxes: Vec<_> = (0..parts).map(|_| sandbox(deployment)).collect();
    let sweeps = (0..parts).zip(&sandboxes).map(|(part, ports)| {
        let shards = (part..DUE_SHARDS).step_by(usize::from(parts));
        sweep(ports, shards, &invocation)
    });
    let swept = join_all(sweeps).await;
    let all = swept.into_iter().fold(Swept::default(), |sum, part| Swept {
        due: sum.due + part.due,
        failed: sum.failed + part.failed,
        unrung: sum.unrung + part.unrung,
        late: sum.late || part.late,
    });
    (all, deployment.memory.now().since(began))
}

/// In an outage every order has a timer, so at 1,000 orders a second as many are due. The parts keep up with that. One invocation alone
/// would be further behind each minute.
#[rstest]
#[case::in_parts(PARTS, true)]
#[case::alone(1, false)]
#[tokio::test(start_paused = true)]
async fn a_thousand_due_a_second_are_swept_in_parts(#[case] parts: u8, #[case] keeps_up: bool) {
    const DUE: usize = 6_000;
    const AS_FAST_AS_THEY_COME: SignedDuration = SignedDuration::from_secs(6);
    let mut deployment = forgotten(DUE).await;
    deployment.memory.set_due_page(1_000);
    let (swept, took) = sweep_in_parts(&mut deployment, parts).await;
    assert_eq!(swept, Swept { due: DUE, ..Swept::default() }, "in {took}");
    assert_eq!(took <= AS_FAST_AS_THEY_COME, keeps_up, "{DUE} in {took}");
    let rung =
        deployment.memory.bells().into_iter().map(|(_, bell)| bell.key).collect::<BTreeSet<_>>();
    assert_eq!(rung.len(), DUE, "each is rung for");
}
