//! Rules S2, S7 and S8: looks, as a sender makes them.

use channels::Amazon;
use domain::{Deadline, DeadlineAction, Evidence, Input, Mark, Moment, Partner, Stage, Work, work};
use flows::Handled;
use flows::ports::Clock as _;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Deployment, Fault, NUMBER, Port, Turn, amazon, answer, at, under, update,
};

/// The usual order at Amazon, taken and to be verified.
async fn taken() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.memory.register(&under(ASSIGNED, amazon()));
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    deployment.ports.take_calls();
    deployment
}

async fn ring(deployment: &mut Deployment) -> Handled {
    ring_at::<Amazon>(deployment, &amazon_key()).await
}

fn evidence(deployment: &Deployment) -> Option<Evidence> {
    let stored = deployment.memory.stored(&amazon_key())?;
    match stored.order.packages.values().next()?.state.stage()? {
        Stage::Confirmed { by, .. } => Some(*by),
        Stage::Open(_)
        | Stage::Conflict { .. }
        | Stage::Unresolved { .. }
        | Stage::Closed { .. } => None,
    }
}

/// When the package is to be looked at next, in seconds after the start.
fn next_look(deployment: &Deployment) -> Option<i64> {
    let stored = deployment.memory.stored(&amazon_key())?;
    let at_next: Moment = stored.order.look_at(&"1".parse().expect("a package"))?;
    Some(at_next.since(at(0)).as_secs())
}

/// Amazon shows nothing of what it took.
fn shows_nothing(deployment: &Deployment) {
    let shops = deployment.memory.shops().clone();
    deployment.memory.serve(move |request| {
        if request.method() == "GET" {
            let order = json!({ "orderId": AMAZON_ORDER, "packages": [] });
            return Ok(answer(200, &json!({ "order": order })));
        }
        shops.answer(request)
    });
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s8_what_amazon_took_is_verified_by_one_look() {
    let mut deployment = taken().await;
    deployment.run_for(minutes(9)).await;
    assert_eq!(evidence(&deployment), Some(Evidence::Accepted));
    deployment.ports.take_calls();
    deployment.run_for(minutes(2)).await;
    assert_eq!(evidence(&deployment), Some(Evidence::ReadBack));
    let calls = deployment.ports.take_calls();
    let count = |port: Port| calls.iter().filter(|call| **call == port).count();
    assert_eq!((count(Port::Save), count(Port::Http), count(Port::Book)), (1, 1, 0), "{calls:?}");
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.stored(&amazon_key()).expect("stored").order.due_at, None);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s8_what_it_does_not_show_is_shown_after_the_last_look() {
    let mut deployment = taken().await;
    shows_nothing(&deployment);
    deployment.run_for(minutes(5 * 60)).await;
    let marks = |deployment: &Deployment| deployment.shown(&amazon_key());
    assert_eq!(marks(&deployment), format!("1: confirmed {NUMBER}"));
    deployment.run_for(minutes(62)).await;
    let mark = Mark::NotShown.name();
    assert_eq!(marks(&deployment), format!("1: confirmed {NUMBER} +{mark}; needs attention"));
    let told = published(&deployment).into_iter();
    let not_shown = told.filter(|kind| *kind == domain::NoticeKind::ConfirmationNotShown);
    assert_eq!(not_shown.count(), 1);
    let reads = deployment.memory.sent().iter().filter(|sent| sent.method() == "GET").count();
    assert_eq!(reads, 3, "after ten minutes, an hour and six hours");
    assert_eq!(deployment.memory.shops().applied().len(), 1, "nothing is repeated");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_a_look_asks_nothing_but_its_order() {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    deployment.ports.take_calls();
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let calls = deployment.ports.take_calls();
    let expected = [Port::Order, Port::Partner, Port::Secret, Port::Http, Port::Http, Port::Save];
    assert_eq!(calls, expected, "the second is the token of a new sandbox");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_it_is_made_again_when_it_could_not_be_read() {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    let shops = deployment.memory.shops().clone();
    deployment.memory.serve(move |request| match request.method().as_str() {
        "GET" => Ok(answer(503, &Value::Null)),
        _ => shops.answer(request),
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(evidence(&deployment), Some(Evidence::Accepted));
    assert_eq!(next_look(&deployment), Some(630), "thirty seconds after it was due");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_without_a_secret_it_is_made_again() {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    deployment.ports.fail_next(Port::Secret, Fault::Before);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(next_look(&deployment), Some(630));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_a_stopped_partner_parks_it() {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    deployment.memory.put_secret(&testkit::secret_name(&amazon()), None);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(next_look(&deployment), Some(900), "five minutes later");
    let stopped = deployment.memory.partner_now(&amazon()).and_then(|partner| partner.stopped);
    assert!(stopped.is_some());
    deployment.run_for(minutes(180)).await;
    let stored = deployment.memory.stored(&amazon_key()).expect("stored");
    let looks = &stored.order.packages.values().next().expect("a package").looks;
    assert_eq!(looks.dropped, None, "time under a stop does not count");
}

/// A partner whose reads are booked until so many milliseconds from now.
fn booked(deployment: &Deployment, milliseconds: i64) -> Partner {
    let go = deployment.memory.now().plus(SignedDuration::from_millis(milliseconds));
    let lane = domain::Lane { go: Some(go), back: None };
    let pace = domain::Pace { submit: lane, read: lane };
    Partner { pace, ..under(ASSIGNED, amazon()) }
}

#[rstest]
#[case::a_place_is_booked_ahead(1, false)]
#[case::the_last_place_is_just_over(0, true)]
#[tokio::test(start_paused = true)]
async fn s7_it_goes_where_no_place_is_booked_ahead(#[case] ahead_ms: i64, #[case] goes: bool) {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    deployment.memory.register(&booked(&deployment, ahead_ms));
    deployment.ports.take_calls();
    let asked = deployment.memory.sent().len();
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let is_shown = evidence(&deployment) == Some(Evidence::ReadBack);
    assert_eq!(is_shown, goes, "{:?}", deployment.ports.take_calls());
    let is_asked = deployment.memory.sent().iter().skip(asked).any(|sent| sent.method() == "GET");
    assert_eq!(is_asked, goes);
    if !goes {
        assert!(next_look(&deployment).is_some_and(|at| at >= 600), "it comes back");
        deployment.run_for(minutes(2)).await;
        assert_eq!(evidence(&deployment), Some(Evidence::ReadBack));
    }
}

/// Of a busy partner a look takes two places, so that looks leave half of the rate to others.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_it_books_two_places() {
    let mut deployment = taken().await;
    deployment.memory.advance(minutes(10));
    deployment.memory.register(&booked(&deployment, 0));
    let now = deployment.memory.now();
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let pace = deployment.memory.partner_now(&amazon()).expect("a partner").pace;
    let lane = [pace.submit.go, pace.read.go].into_iter().flatten().max().expect("a place");
    let gap = lane.since(now);
    let limits = <Amazon as channels::Marketplace>::LIMITS;
    let rate = limits.read.unwrap_or(limits.submit).per_1000_s;
    let one = 1_000_000 * 100 / (i64::from(rate) * 90) + 1;
    assert_eq!(gap, SignedDuration::from_millis(2 * one));
}

/// A label under movement timing whose partner sends at its deadline, looked at and due.
async fn due_by_deadline() -> Deployment {
    let mut deployment = deployment_under(MOVES);
    let deadline = Deadline::new(4, DeadlineAction::Send).expect("hours that may be set");
    deployment.memory.register(&Partner { deadline, verify: false, ..under(MOVES, amazon()) });
    let by = at(10 * 3_600).to_string();
    deployment.put_event(&amazon_label().with("ship_by", by));
    deployment.deliver().await;
    deployment
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s2_it_is_sent_before_its_ship_by_after_a_look() {
    let mut deployment = due_by_deadline().await;
    deployment.run_for(minutes(6 * 60 - 1)).await;
    assert_eq!(deployment.memory.shops().applied(), []);
    deployment.run_for(minutes(3)).await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    let methods: Vec<String> = deployment
        .memory
        .sent()
        .iter()
        .filter(|sent| sent.uri().path().contains("/orders/"))
        .map(|sent| sent.method().to_string())
        .collect();
    assert_eq!(methods, ["GET", "POST"]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s2_the_partner_is_read_right_before_the_claim() {
    let mut deployment = due_by_deadline().await;
    deployment.memory.advance(minutes(6 * 60));
    let shops = deployment.memory.shops().clone();
    let memory = deployment.memory.clone();
    deployment.memory.serve(move |request| {
        // It is switched off while the channel is looked at.
        memory.register(&Partner { verify: false, ..under(MOVES, amazon()) });
        shops.answer(request)
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(deployment.memory.shops().applied(), []);
    let stored = deployment.memory.stored(&amazon_key()).expect("stored");
    let label = stored.order.packages.values().next().and_then(|package| package.label.clone());
    assert!(label.expect("a label").stays, "{}", deployment.shown(&amazon_key()));
    deployment.run_for(minutes(60)).await;
    assert_eq!(deployment.memory.shops().applied(), [], "whatever is set later");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s5_what_somebody_else_shipped_is_found() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    let shops = deployment.memory.shops().clone();
    deployment.memory.serve(move |request| match request.method().as_str() {
        "GET" => {
            let package = json!({ "packageReferenceId": "7", "trackingNumber": "1Z999OTHERS" });
            let order = json!({ "orderId": AMAZON_ORDER, "packages": [package] });
            Ok(answer(200, &json!({ "order": order })))
        }
        _ => shops.answer(request),
    });
    let told = domain::BusEvent::parse(
        &update("amazon-us", AMAZON_ORDER).with("cancel_requested", false).body(),
        deployment.memory.now(),
    );
    let domain::Fact::OrderUpdated(told) = told.expect("an update").fact else {
        panic!("an update")
    };
    let updated_at = deployment.memory.now();
    let told = domain::OrderUpdated { shipped: true, updated_at, ..told };
    deployment.memory.change(&amazon_key(), &Input::Updated(told));
    let stored = deployment.memory.stored(&amazon_key()).expect("stored");
    let now = deployment.memory.now();
    assert_eq!(work(&stored.order, now), [Work::Look("1".parse().expect("a package"))]);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let shown = deployment.shown(&amazon_key());
    assert!(shown.contains("conflict"), "{shown}");
    assert!(shown.contains("1Z999OTHERS"), "{shown}");
}

/// A submission goes before a look, and its turn is its own.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s7_a_submission_goes_before_a_look() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([Turn::NoConnection]);
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let asked_for = Input::Operator {
        package: "1".parse().expect("a package"),
        action: domain::Action::Look,
        person: domain::Person {
            by: testkit::text("ann"),
            reason: testkit::text("to see"),
            evidence: None,
            at: deployment.memory.now(),
        },
    };
    deployment.memory.change(&amazon_key(), &asked_for);
    deployment.memory.advance(SignedDuration::from_secs(5));
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    let methods: Vec<String> = deployment
        .memory
        .sent()
        .iter()
        .filter(|sent| sent.uri().path().contains("/orders/"))
        .map(|sent| sent.method().to_string())
        .collect();
    assert_eq!(methods, ["POST", "POST", "GET"]);
    assert_eq!(evidence(&deployment), Some(Evidence::ReadBack));
}
