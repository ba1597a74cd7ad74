//! Pacing: a quiet partner pays nothing, a busy one keeps to its rate, and nobody waits for another.

use domain::{Lane, Moment};
use flows::ports::{Booked, Booking, Clock as _};
use http::HeaderValue;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use testkit::fixtures::*;
use testkit::{Deployment, Port, Turn, amazon, answer, at, label, seller, under};

const ORDERS: usize = 40;

fn order(n: usize) -> String {
    format!("902-1106328-{n:07}")
}

fn label_orders(deployment: &mut Deployment, orders: std::ops::Range<usize>) {
    for n in orders {
        let number = format!("1Z999PACE{n:04}");
        deployment.put_event(&label("amazon-us", &order(n)).with("tracking_number", number));
    }
}

/// When each submission went, in seconds after the start.
fn watch(deployment: &Deployment) -> std::rc::Rc<std::cell::RefCell<Vec<Moment>>> {
    let times: std::rc::Rc<std::cell::RefCell<Vec<Moment>>> = std::rc::Rc::default();
    let (memory, shops) = (deployment.memory.clone(), deployment.memory.shops().clone());
    let (clock, seen) = (memory.clone(), std::rc::Rc::clone(&times));
    memory.serve(move |request| {
        if request.uri().path().ends_with("shipmentConfirmation") {
            seen.borrow_mut().push(flows::ports::Clock::now(&clock));
        }
        shops.answer(request)
    });
    times
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_quiet_partner_books_nothing() {
    let mut deployment = deployment_under(ASSIGNED);
    for n in 0..5 {
        label_orders(&mut deployment, n..n + 1);
        deployment.until_quiet().await;
        deployment.run_for(SignedDuration::from_secs(10)).await;
    }
    assert_eq!(deployment.memory.shops().applied().len(), 5);
    assert!(!deployment.ports.take_calls().contains(&Port::Book));
    let pace = deployment.memory.partner_now(&amazon()).map(|partner| partner.pace);
    assert_eq!(pace, Some(domain::Pace::default()));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn two_within_ten_seconds_are_busy() {
    let mut deployment = deployment_under(ASSIGNED);
    label_orders(&mut deployment, 0..1);
    deployment.until_quiet().await;
    deployment.run_for(SignedDuration::from_secs(9)).await;
    label_orders(&mut deployment, 1..2);
    deployment.until_quiet().await;
    assert!(deployment.ports.take_calls().contains(&Port::Book));
    assert_eq!(deployment.memory.shops().applied().len(), 2);
}

/// Amazon takes 2 a second; we send 1.8, so 40 take 22 seconds. Every one is sent once.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_busy_partner_keeps_to_nine_tenths_of_the_rate() {
    let mut deployment = deployment_under(ASSIGNED);
    let times = watch(&deployment);
    label_orders(&mut deployment, 0..ORDERS);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), ORDERS);
    let times = times.borrow();
    for (n, start) in times.iter().enumerate() {
        let in_ten = times[n..].iter().filter(|at| at.since(*start).as_secs() < 10).count();
        assert!(in_ten <= 10 + 18, "{in_ten} within ten seconds of the {n}th");
    }
    let took = times[ORDERS - 1].since(times[0]);
    assert!(took >= SignedDuration::from_secs(20), "{ORDERS} in {took}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn another_sellers_order_does_not_wait() {
    let mut deployment = deployment_under(ASSIGNED);
    label_orders(&mut deployment, 0..ORDERS);
    let other = testkit::partner_of(&testkit::parsed("zeta"), "amazon-us", domain::Channel::Amazon);
    assert_ne!(other.seller, seller());
    deployment.memory.register(&under(ASSIGNED, other.clone()));
    let number = "1Z999OTHER";
    let theirs = label("amazon-us", "902-7777777-0000001");
    deployment.put_event(&theirs.with("seller_id", "zeta").with("tracking_number", number));
    deployment.until_quiet().await;
    let key = testkit::key("amazon-us", "902-7777777-0000001");
    let key = domain::OrderKey { seller: testkit::parsed("zeta"), ..key };
    assert_eq!(deployment.shown(&key), format!("1: confirmed {number}"));
    let pace = deployment.memory.partner_now(&other).map(|partner| partner.pace);
    assert_eq!(pace, Some(domain::Pace::default()), "it went without a place in any lane");
    assert_eq!(deployment.memory.shops().applied().len(), ORDERS + 1);
}

/// The channel asks for less: the order waits as long as it says, and so does everything else of the partner.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_partner_that_is_told_to_wait_waits_as_a_whole() {
    let mut deployment = deployment_under(ASSIGNED);
    let mut wait = answer(429, &Value::Null);
    wait.headers.insert("retry-after", HeaderValue::from_static("120"));
    deployment.memory.shops().next([Turn::Answer(wait)]);
    let times = watch(&deployment);
    label_orders(&mut deployment, 0..1);
    deployment.deliver().await;
    label_orders(&mut deployment, 1..3);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), 3);
    let times: Vec<i64> = times.borrow().iter().map(|sent| sent.since(at(0)).as_secs()).collect();
    assert_eq!(times[0], 0);
    assert!(times[1..].iter().all(|sent| *sent >= 120), "{times:?}");
}

fn millis(n: i64) -> Moment {
    Moment::from_millis(n)
}

#[rustfmt::skip]
#[rstest]
//                          go          back          then go      back          what
#[case::never_used         (None,       None,        Some(1_500), None,         Booked::Go(millis(1_000)))]
#[case::long_quiet         (Some(-9),   Some(-5),    Some(1_500), Some(-5),     Booked::Go(millis(1_000)))]
#[case::just_free          (Some(0),    None,        Some(1_500), None,         Booked::Go(millis(1_000)))]
#[case::just_taken         (Some(1),    None,        Some(501),   None,         Booked::Go(millis(1)))]
#[case::at_the_edge        (Some(2_000), None,       Some(2_500), None,         Booked::Go(millis(2_000)))]
#[case::past_the_edge      (Some(2_001), None,       Some(2_001), Some(2_501),  Booked::Later(millis(2_001)))]
#[case::behind_others      (Some(2_001), Some(4_000), Some(2_001), Some(4_500), Booked::Later(millis(4_000)))]
#[case::others_came_back   (Some(2_001), Some(900),  Some(2_001), Some(2_501),  Booked::Later(millis(2_001)))]
fn a_booking_is(
    #[case] go: Option<i64>, #[case] back: Option<i64>,
    #[case] then_go: Option<i64>, #[case] then_back: Option<i64>, #[case] what: Booked,
) {
    let booking = Booking {
        now: millis(0), start: millis(1_000),
        gap: SignedDuration::from_millis(500), horizon: SignedDuration::from_secs(2),
    };
    let taken = booking.taken(Lane { go: go.map(millis), back: back.map(millis) });
    assert_eq!(taken, (Lane { go: then_go.map(millis), back: then_back.map(millis) }, what));
}

/// More orders than can go for an hour, each coming back when it was told to, up to two seconds late as doorbells are: the
/// rate is used to the end, and hardly any order has to come a third time.
#[rstest]
fn a_backlog_uses_the_rate_to_the_end() {
    const BACKLOG: i64 = 6_600;
    const GAP_MS: i64 = 556;
    let (mut lane, mut visits, mut last) = (Lane::default(), 0, 0);
    let mut coming: BinaryHeap<Reverse<(i64, i64)>> =
        (0..BACKLOG).map(|order| Reverse((order * 20, order))).collect();
    while let Some(Reverse((now, order))) = coming.pop() {
        visits += 1;
        let booking = Booking {
            now: millis(now),
            start: millis(now),
            gap: SignedDuration::from_millis(GAP_MS),
            horizon: SignedDuration::from_secs(2),
        };
        let (then, booked) = booking.taken(lane);
        lane = then;
        match booked {
            Booked::Go(at) => last = at.as_millis(),
            Booked::Later(at) => {
                let late_ms = order * 7_919 % 2_000;
                coming.push(Reverse((at.as_millis() + late_ms, order)));
            }
        }
    }
    let at_best = BACKLOG * GAP_MS;
    assert!(last <= at_best * 102 / 100, "{last} ms instead of {at_best}");
    assert!(visits <= BACKLOG * 205 / 100, "{visits} visits of {BACKLOG} orders");
}

/// With more senders than may go without a place, they would be a burst that the channel turns away: the very first request of a
/// quiet partner books its place, and goes at once.
#[rstest]
#[case::as_many_as_may_go_without(10, 0)]
#[case::one_more(11, 1)]
#[case::many(500, 1)]
#[tokio::test(start_paused = true)]
async fn with_more_than_ten_senders_every_request_books_its_place(
    #[case] at_once: u16,
    #[case] booked: usize,
) {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.take_bells();
    deployment.ports.take_calls();
    let config = flows::SenderConfig { at_once, ..testkit::sender_config() };
    let sender: flows::Sender<channels::Amazon, _> =
        flows::Sender::new(std::rc::Rc::clone(&deployment.ports), config);
    let began = deployment.memory.now();
    let invocation = deployment.invocation();
    deployment.memory.catch_up().await;
    assert_eq!(sender.answer(&amazon_key(), &invocation).await, flows::Handled::Done);
    let calls = deployment.ports.take_calls();
    assert_eq!(calls.iter().filter(|port| **port == Port::Book).count(), booked, "{calls:?}");
    assert_eq!(deployment.memory.shops().applied().len(), 1);
    assert_eq!(deployment.memory.now(), began, "a quiet partner's order waits for nobody");
}

/// Fifty senders ring at the same moment for one account: each has a place of its own, and none goes before its place.
#[rstest]
#[tokio::test(start_paused = true)]
async fn fifty_senders_at_once_keep_one_account_to_its_rate() {
    const SENDERS: usize = 50;
    let mut deployment = deployment_under(ASSIGNED);
    let bodies: Vec<String> = (0..SENDERS)
        .map(|n| {
            let number = format!("1Z999PACE{n:04}");
            label("amazon-us", &order(n)).with("tracking_number", number).body()
        })
        .collect();
    let invocation = deployment.invocation();
    let kind = domain::EventKind::LabelCreated;
    testkit::take_events(&*deployment.ports, &bodies, kind, &invocation).await;
    deployment.memory.take_bells();
    let times = watch(&deployment);
    let config = flows::SenderConfig { at_once: 50, ..testkit::sender_config() };
    let senders: Vec<flows::Sender<channels::Amazon, _>> = (0..SENDERS)
        .map(|_| flows::Sender::new(std::rc::Rc::clone(&deployment.ports), config.clone()))
        .collect();
    let keys: Vec<_> = (0..SENDERS).map(|n| testkit::key("amazon-us", &order(n))).collect();
    let invocation = deployment.invocation();
    deployment.memory.catch_up().await;
    let answers = senders.iter().zip(&keys).map(|(sender, key)| sender.answer(key, &invocation));
    futures_util::future::join_all(answers).await;
    let times = times.borrow();
    assert!((4..=6).contains(&times.len()), "within two seconds, at 1.8 a second: {times:?}");
    for pair in times.windows(2) {
        let apart = pair[1].since(pair[0]);
        assert!(apart >= SignedDuration::from_millis(500), "{apart} apart");
    }
}
