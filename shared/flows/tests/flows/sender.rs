//! The sender: what it does before it claims, what it makes of answers, and what it leaves alone.

use channels::{Amazon, BackMarket};
use domain::{Channel, Input, Partner};
use flows::ports::Clock as _;
use flows::{Handled, Sender};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Applied, Deployment, Fault, FaultyPorts, Memory, NUMBER, Port, Turn, amazon,
    answer, at, scan, take_doorbell,
};

fn sender(deployment: &Deployment) -> Sender<Amazon, FaultyPorts<Memory>> {
    sender_of::<Amazon>(deployment)
}

async fn ring_with(deployment: &mut Deployment, left: SignedDuration) -> Handled {
    ring_within::<Amazon>(deployment, &amazon_key(), left).await
}

async fn ring(deployment: &mut Deployment) -> Handled {
    ring_with(deployment, minutes(1)).await
}

fn version(deployment: &Deployment) -> Option<u64> {
    deployment.memory.stored(&amazon_key()).map(|stored| stored.version.0)
}

fn paths(deployment: &Deployment) -> Vec<String> {
    deployment.memory.sent().iter().map(|sent| sent.uri().path().to_owned()).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn claims_submits_and_records() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.ports.take_calls();
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    let expected = [
        Port::Order,
        Port::Partner,
        Port::Secret,
        Port::Http,
        Port::Save,
        Port::Http,
        Port::Publish,
        Port::Save,
    ];
    assert_eq!(deployment.ports.take_calls(), expected);
}

#[rstest]
#[case::not_json("{", "not a doorbell")]
#[case::a_later_version(
    r#"{"v":2,"seller":"acme","partner":"amazon-us","order":"9"}"#,
    "v: 2 is not a known doorbell version; known is 1"
)]
#[tokio::test(start_paused = true)]
async fn what_is_no_doorbell_is_refused(#[case] body: &str, #[case] expected: &str) {
    let mut deployment = deployment_with_ready_order().await;
    let (sender, invocation) = (sender(&deployment), deployment.invocation());
    let handled = take_doorbell(&sender, body, &invocation).await;
    let Handled::Refused(reason) = handled else { panic!("{handled:?}") };
    assert!(reason.starts_with(expected), "{reason}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_doorbell_of_an_order_nobody_knows_is_acknowledged() {
    let mut deployment = deployment_under(MOVES);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(bells(&deployment), []);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_doorbell_that_finds_nothing_to_claim_is_acknowledged_and_not_rung_again() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.take_calls();
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(deployment.ports.take_calls(), [Port::Order]);
    assert_eq!(bells(&deployment), []);
}

#[rstest]
#[case::just_enough(25, 3)]
#[case::not_enough(24, 1)]
#[tokio::test(start_paused = true)]
async fn rings_again_when_there_is_not_enough_time(#[case] left_s: i64, #[case] expected: u64) {
    let mut deployment = deployment_with_ready_order().await;
    let handled = ring_with(&mut deployment, SignedDuration::from_secs(left_s)).await;
    assert_eq!(handled, Handled::Done);
    assert_eq!(version(&deployment), Some(expected));
    let is_rung_again = bells(&deployment) == [(Channel::Amazon, amazon_key())];
    assert_eq!(is_rung_again, expected == 1);
    assert_eq!(deployment.memory.shops().applied().is_empty(), expected == 1);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn time_may_run_out_while_the_token_is_asked_for() {
    let mut deployment = deployment_with_ready_order().await;
    let (memory, shops) = (deployment.memory.clone(), deployment.memory.shops().clone());
    let slow = memory.clone();
    memory.serve(move |request| {
        slow.advance(SignedDuration::from_secs(14));
        shops.answer(request)
    });
    assert_eq!(ring_with(&mut deployment, SignedDuration::from_secs(30)).await, Handled::Done);
    assert_eq!(version(&deployment), Some(1), "nothing is claimed with less than 25 seconds left");
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[case::the_secret_store(Port::Secret)]
#[case::the_token(Port::Http)]
#[tokio::test(start_paused = true)]
async fn what_cannot_even_be_tried_says_why_and_waits(#[case] port: Port) {
    let mut deployment = deployment_with_ready_order().await;
    deployment.ports.fail_next(port, Fault::Before);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let order = deployment.memory.stored(&amazon_key()).map(|stored| stored.order);
    let package = order.and_then(|order| order.packages.into_values().next());
    let package = package.expect("the order has a package");
    let failures = package.state.tries().and_then(|tries| tries.failures.as_ref());
    assert!(failures.is_some() && package.lock().is_none());
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())]);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_the_channel_cannot_take_is_rejected_without_a_request() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&amazon_label().with("order_id", "not-an-amazon-order"));
    deployment.until_quiet().await;
    let key = testkit::key("amazon-us", "not-an-amazon-order");
    assert_eq!(deployment.shown(&key), "1: rejected not_possible_there; needs attention");
    let expected = vec!["/amazon/auth/o2/token".to_owned(); paths(&deployment).len()];
    assert_eq!(paths(&deployment), expected, "nothing but a token was asked for");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_claim_that_lost_its_race_is_prepared_anew() {
    let mut deployment = deployment_with_ready_order().await;
    let (memory, replaced) = (deployment.memory.clone(), "REPLACED12345");
    let label = domain::BusEvent::parse(
        &amazon_label()
            .with("label_id", "lbl-2")
            .with("tracking_number", replaced)
            .when("labeled_at", 1)
            .body(),
        at(60),
    );
    let Ok(domain::BusEvent { id, fact: domain::Fact::LabelCreated(event) }) = label else {
        panic!("a label")
    };
    let terms = domain::Terms::unwatched(ASSIGNED, None);
    let input = Input::Label { event, terms, id };
    let mut is_left = true;
    deployment.ports.plan(move |call| {
        if call.port == Port::Save && std::mem::take(&mut is_left) {
            memory.change(&amazon_key(), &input);
        }
        None
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {replaced}"));
    let number = replaced.to_owned();
    let applied = Applied::Number { order: AMAZON_ORDER.to_owned(), number, imei: None };
    assert_eq!(deployment.memory.shops().applied(), [applied]);
}

/// A repeat that is not identical any more is not claimed, and its order goes back to `in_doubt`: the doorbell of its next
/// read is among the effects of that claim, and nothing else rings it before the sweep does.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_repeat_that_is_no_longer_identical_is_read_when_that_is_due() {
    let mut deployment = deployment_with_ready_order().await;
    let too_many = Turn::Answer(answer(429, &Value::Null));
    deployment.memory.shops().next([Turn::LoseRequest, too_many]);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let in_doubt = format!("1: in_doubt {NUMBER}");
    assert_eq!(deployment.shown(&amazon_key()), in_doubt);
    deployment.memory.advance(SignedDuration::from_secs(31));
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(
        deployment.shown(&amazon_key()),
        format!("1: ready {NUMBER}"),
        "the repeat is put off"
    );
    let edited = amazon().settings.with("marketplace_id", "A2EUQ1WTGCTBG2");
    let edited = Partner { version: 2, settings: edited, ..testkit::under(ASSIGNED, amazon()) };
    deployment.memory.register(&edited);
    deployment.memory.advance(SignedDuration::from_secs(10));
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(deployment.shown(&amazon_key()), in_doubt, "the request would be another one");
    let read_at = deployment.memory.now().plus(SignedDuration::from_secs(30));
    let under_way: Vec<_> =
        deployment.memory.bells().into_iter().map(|(at, bell)| (at, bell.key)).collect();
    assert_eq!(under_way, [(read_at, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn l3_what_happens_during_the_request_is_kept() {
    let mut deployment = deployment_with_ready_order().await;
    let (memory, shops) = (deployment.memory.clone(), deployment.memory.shops().clone());
    let cancelled = Input::Cancel(domain::OrderCancelled {
        seller_id: amazon_key().seller,
        partner_id: amazon_key().partner,
        order_id: amazon_key().order,
        cancelled_at: at(0),
        items: None,
    });
    let other = memory.clone();
    memory.serve(move |request| {
        if request.uri().path().ends_with("shipmentConfirmation") {
            other.change(&amazon_key(), &cancelled);
        }
        shops.answer(request)
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let expected = format!("1: confirmed {NUMBER} +cancelled_late; cancelled; needs attention");
    assert_eq!(deployment.shown(&amazon_key()), expected);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn two_senders_at_once_submit_once() {
    let mut deployment = deployment_with_ready_order().await;
    let (sender, other) = (sender(&deployment), sender(&deployment));
    let (invocation, another) = (deployment.invocation(), deployment.invocation());
    let order = amazon_key();
    let both = futures_util::future::join(
        sender.answer(&order, &invocation),
        other.answer(&order, &another),
    );
    assert_eq!(both.await, (Handled::Done, Handled::Done));
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[case::accepted_but_not_heard(Turn::LoseAnswer, 1)]
#[case::not_received(Turn::LoseRequest, 1)]
#[case::no_connection(Turn::NoConnection, 1)]
#[case::too_many(Turn::Answer(answer(429, &Value::Null)), 1)]
#[case::down(Turn::Answer(answer(503, &Value::Null)), 1)]
#[case::a_firewall(Turn::Answer(answer(403, &Value::Null)), 1)]
#[case::fulfilled_already_it_says(
    Turn::Answer(answer(400, &json!({ "errors": [{ "code": "InvalidInput", "message": "PackageToUpdateNotFound" }] }))), 1
)]
#[case::a_refusal(Turn::Answer(answer(400, &json!({ "errors": [{ "code": "InvalidInput" }] }))), 0)]
#[tokio::test(start_paused = true)]
async fn d1_whatever_the_answer_it_is_applied_at_most_once(
    #[case] turn: Turn,
    #[case] applied: usize,
) {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([turn]);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), vec![number_of(AMAZON_ORDER); applied]);
    let expected = if applied == 1 { "confirmed" } else { "rejected" };
    assert!(deployment.shown(&amazon_key()).starts_with(&format!("1: {expected}")));
}

#[rstest]
#[case::asked_before_the_quarantine_ends(890, "1: in_doubt")]
#[case::asked_after_it(901, "1: confirmed")]
#[tokio::test(start_paused = true)]
async fn a_slow_read_counts_as_of_when_it_was_asked(#[case] asked_s: i64, #[case] expected: &str) {
    let mut deployment = deployment_under(ASSIGNED);
    enter_imeis(&mut deployment);
    deployment.put_event(&phone_label());
    deployment.memory.shops().next([Turn::LoseRequest]);
    deployment.run_for(minutes(6)).await;
    deployment.memory.advance_to(at(asked_s));
    let (slow, shops) = (deployment.memory.clone(), deployment.memory.shops().clone());
    deployment.memory.serve(move |request| {
        if request.method() == http::Method::GET {
            slow.advance(SignedDuration::from_secs(14));
        }
        shops.answer(request)
    });
    let handled = ring_at::<BackMarket>(&mut deployment, &back_market_key()).await;
    assert_eq!(handled, Handled::Done);
    let shown = deployment.shown(&back_market_key());
    assert!(shown.starts_with(expected), "{shown}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_waits_longer_than_a_message_can_is_rung_by_the_sweep() {
    let mut deployment = deployment_with_ready_order().await;
    let mut wait = answer(429, &Value::Null);
    wait.headers.insert("retry-after", http::HeaderValue::from_static("7200"));
    deployment.memory.shops().next([Turn::Answer(wait)]);
    deployment.deliver().await;
    assert_eq!(bells(&deployment), []);
    deployment.run_for(minutes(119)).await;
    assert_eq!(deployment.memory.shops().applied(), []);
    deployment.run_for(minutes(3)).await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_of_a_partner_that_is_gone_is_left() {
    let mut deployment = deployment_with_ready_order().await;
    let channel = Partner { settings: testkit::back_market().settings, ..amazon() };
    deployment.memory.register(&channel);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!((version(&deployment), deployment.memory.sent().len()), (Some(1), 0));
    assert_eq!(bells(&deployment), []);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn warming_up_may_fail() {
    let deployment = deployment_under(MOVES);
    deployment.ports.fail_all(Port::Http, Fault::Before);
    sender(&deployment).warm_up().await;
    assert_eq!(deployment.ports.take_calls(), [Port::Http]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_scan_that_comes_while_it_is_sent_rings_no_second_submission() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    for _ in 0..3 {
        deployment.put_event(&scan(NUMBER));
    }
    deployment.put_event(&scan(NUMBER).when("occurred_at", 120));
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

/// A known outcome is never lost to a failed save: there is time to try it again, and it is worth it.
#[rstest]
#[case::once(1, "confirmed")]
#[case::several_times(6, "confirmed")]
#[case::until_the_end(usize::MAX, "sending")]
#[tokio::test(start_paused = true)]
async fn a_known_outcome_is_saved_again(#[case] failures: usize, #[case] expected: &str) {
    let mut deployment = deployment_with_ready_order().await;
    let (mut is_sent, mut left) = (false, failures);
    let sent = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        is_sent |= !sent.shops().applied().is_empty();
        let fails = is_sent && call.port == Port::Save && left > 0;
        left = left.saturating_sub(usize::from(fails));
        fails.then_some(Fault::Before)
    });
    let began = deployment.memory.now_seconds();
    let handled = ring_at::<Amazon>(&mut deployment, &amazon_key()).await;
    assert_eq!(handled == Handled::Done, expected == "confirmed", "{handled:?}");
    assert!(
        deployment.shown(&amazon_key()).contains(expected),
        "{}",
        deployment.shown(&amazon_key())
    );
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    // It ends with its invocation, not killed by its end.
    assert!(deployment.memory.now_seconds() - began < 60);
}
