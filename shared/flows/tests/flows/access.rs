//! What requests are authorized with: got once, got anew when refused, and a partner whose credentials fail.

use channels::{Amazon, Answer};
use domain::{Channel, EventKind, Partner, Stopped};
use flows::{Handled, Sender};
use rstest::rstest;
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Deployment, Fault, FaultyPorts, Memory, NUMBER, Port, Turn, amazon, answer, at,
    key, label, secret, secret_name, take_events, text,
};

fn refusal() -> Answer {
    let errors = json!({ "errors": [{ "code": "Unauthorized", "message": "Access to requested resource is denied." }] });
    answer(403, &errors)
}

fn unauthorized() -> Turn {
    Turn::Answer(refusal())
}

fn stopped(deployment: &Deployment) -> Option<Stopped> {
    deployment.memory.partner_now(&amazon())?.stopped
}

/// The partner's credentials are put anew, by whatever means.
fn replace_credentials(deployment: &Deployment) {
    deployment.memory.put_secret(&secret_name(&amazon()), Some(secret(&amazon())));
}

async fn ring(deployment: &mut Deployment) -> Handled {
    ring_at::<Amazon>(deployment, &amazon_key()).await
}

/// A deployment whose partner was stopped by the secret it has.
async fn stopped_deployment() -> Deployment {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([unauthorized(), unauthorized()]);
    deployment.memory.shops().answer_account(Some(refusal()));
    deployment.run_for(minutes(1)).await;
    assert!(stopped(&deployment).is_some());
    deployment
}

#[rstest]
#[case::no_secret(None, "there is no secret shipconfirm/amazon/acme/amazon-us", "")]
#[case::no_json(
    Some("hush"),
    "secret shipconfirm/amazon/acme/amazon-us is not the JSON its channel needs",
    "v3"
)]
#[case::a_field_too_few(
    Some(r#"{"client_id":"c","client_secret":"hush"}"#),
    "secret shipconfirm/amazon/acme/amazon-us is not the JSON its channel needs",
    "v3"
)]
#[tokio::test(start_paused = true)]
async fn a_partner_without_credentials_is_stopped(
    #[case] secret: Option<&str>,
    #[case] expected: &str,
    #[case] version: &str,
) {
    let mut deployment = Deployment::new();
    deployment.memory.register(&testkit::under(ASSIGNED, amazon()));
    deployment.memory.put_secret(&secret_name(&amazon()), secret.map(str::to_owned));
    let version = secret.map_or(version, |_| version);
    deployment.put_event(&amazon_label());
    deployment.run_for(minutes(1)).await;
    let stopped = stopped(&deployment).expect("it is stopped");
    assert_eq!(stopped.reason, text(expected));
    assert_eq!(stopped.secret.is_empty(), version.is_empty());
    assert_eq!(deployment.memory.sent().len(), 0);
    assert_eq!(deployment.shown(&amazon_key()), "1: ready");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn credentials_that_are_put_meanwhile_are_not_stopped() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.put_secret(&secret_name(&amazon()), None);
    let memory = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        if call.port == Port::StopPartner {
            memory.register(&Partner { version: 2, ..amazon() });
        }
        None
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    assert_eq!(stopped(&deployment), None);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn unauthorized_once_is_tried_again_with_fresh_credentials() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([unauthorized()]);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    assert_eq!(deployment.memory.shops().tokens(), 2);
    assert_eq!(stopped(&deployment), None);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn unauthorized_twice_stops_the_partner() {
    let mut deployment = stopped_deployment().await;
    deployment.run_for(minutes(30)).await;
    assert_eq!(deployment.memory.shops().applied(), []);
    assert_eq!(deployment.memory.sent().len(), 5, "two tokens, two submissions, and the account");
    replace_credentials(&deployment);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    assert_eq!(stopped(&deployment), None, "it goes on by itself");
}

/// A token that was good for a while and is refused now and then is no wrong secret.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_refusal_long_after_the_last_one_is_the_first_again() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([unauthorized()]);
    deployment.until_quiet().await;
    for order in ["902-1106328-1000001", "902-1106328-1000002"] {
        deployment.memory.shops().next([unauthorized()]);
        deployment
            .put_event(&label("amazon-us", order).with("tracking_number", order.replace('-', "")));
        deployment.until_quiet().await;
    }
    assert_eq!(stopped(&deployment), None);
    assert_eq!(deployment.memory.shops().applied().len(), 3);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_once_for_a_batch() {
    let mut deployment = deployment_under(ASSIGNED);
    for order in 0..5 {
        let order = format!("902-1106328-100000{order}");
        let number = format!("1Z999BATCH{order}");
        deployment.put_event(&label("amazon-us", &order).with("tracking_number", number));
    }
    deployment.until_quiet().await;
    assert_eq!(
        (deployment.memory.shops().applied().len(), deployment.memory.shops().tokens()),
        (5, 1)
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_is_used_until_shortly_before_its_end() {
    let mut deployment = deployment_under(ASSIGNED);
    let mut tokens = Vec::new();
    for (order, pause) in [(1, 58), (2, 0), (3, 2), (4, 0)] {
        let order = format!("902-1106328-200000{order}");
        deployment
            .put_event(&label("amazon-us", &order).with("tracking_number", order.replace('-', "")));
        deployment.until_quiet().await;
        tokens.push(deployment.memory.shops().tokens());
        deployment.run_for(minutes(pause)).await;
    }
    assert_eq!(tokens, [1, 1, 1, 2], "a token of an hour is used for 59 minutes");
}

/// Each order of a stopped partner waits, and none of them is what a person must look at: the partner is.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stopped_partner_is_shown_once_not_once_per_order() {
    let mut deployment = stopped_deployment().await;
    let others: Vec<String> = (0..3).map(|n| format!("902-1106328-300000{n}")).collect();
    for order in &others {
        deployment
            .put_event(&label("amazon-us", order).with("tracking_number", order.replace('-', "")));
    }
    deployment.run_for(minutes(180)).await;
    for stored in deployment.memory.all_orders() {
        assert_eq!(stored.order.attention_since, None, "{}", stored.order.key);
    }
    assert_eq!(deployment.memory.sent().len(), 5, "nothing of it was sent");
    let before = deployment.memory.now_seconds();
    replace_credentials(&deployment);
    deployment.until_quiet().await;
    let waited = deployment.memory.now_seconds() - before;
    assert_eq!(deployment.memory.shops().applied().len(), 4);
    assert!(waited <= 6 * 60, "it went on after {waited} s");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn another_partner_goes_on() {
    let mut deployment = stopped_deployment().await;
    deployment.memory.register(&testkit::under(
        ASSIGNED,
        testkit::partner_of(&testkit::seller(), "amazon-ca", Channel::Amazon),
    ));
    deployment.put_event(&label("amazon-ca", "902-1106328-4000001"));
    deployment.run_for(minutes(5)).await;
    let shown = deployment.shown(&key("amazon-ca", "902-1106328-4000001"));
    assert_eq!(shown, format!("1: confirmed {NUMBER}"));
    assert!(stopped(&deployment).is_some());
}

/// The secret store is asked once a minute and sandbox, however many orders wait.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stopped_partners_secret_is_looked_at_once_a_minute() {
    let mut deployment = stopped_deployment().await;
    for n in 0..10 {
        let order = format!("902-1106328-500000{n}");
        deployment
            .put_event(&label("amazon-us", &order).with("tracking_number", order.replace('-', "")));
    }
    deployment.ports.take_calls();
    deployment.run_for(minutes(10)).await;
    let looks = deployment.ports.take_calls().iter().filter(|port| **port == Port::Secret).count();
    assert!(looks <= 4, "{looks} looks in ten minutes");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stop_that_is_there_keeps_its_time() {
    let deployment = stopped_deployment().await;
    let first = stopped(&deployment).expect("it is stopped");
    assert!(first.at < at(60));
}

/// Rule T5: a token that took long is no reason to miss `never`.
#[rstest]
#[tokio::test(start_paused = true)]
async fn never_is_read_after_a_token_that_took_long() {
    let mut deployment = deployment_with_ready_order().await;
    let memory = deployment.memory.clone();
    let mut is_first = true;
    deployment.ports.plan(move |call| {
        // The first request is for a token.
        if call.port == Port::Http && std::mem::take(&mut is_first) {
            let never = testkit::under(domain::Timing::Never, amazon());
            memory.register(&Partner { version: 2, ..never });
            memory.advance(jiff::SignedDuration::from_secs(14));
        }
        None
    });
    assert_eq!(ring(&mut deployment).await, Handled::Done);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), []);
    assert!(
        deployment.shown(&amazon_key()).contains("never"),
        "{}",
        deployment.shown(&amazon_key())
    );
}

/// A token endpoint hangs. Whoever waited behind the first request gets the answer that the first one got.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_is_asked_for_once() {
    let mut deployment = deployment_under(ASSIGNED);
    for order in 0..5 {
        deployment.put_event(&label("amazon-us", &format!("902-1106328-100000{order}")));
    }
    deployment.ports.fail_all(Port::Http, Fault::Hangs);
    deployment.ports.take_calls();
    let began = deployment.memory.now_seconds();
    deployment.deliver().await;
    let asked = deployment.ports.take_calls().iter().filter(|port| **port == Port::Http).count();
    assert_eq!(asked, 1, "each of the others would have waited as long again");
    assert!(deployment.memory.now_seconds() - began < 60, "the sender lives");
    deployment.ports.heal();
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), 5);
}

const FIRST: &str = "902-1106328-6000001";
const SECOND: &str = "902-1106328-6000002";
const THIRD: &str = "902-1106328-6000003";

/// An order of a partner is labelled, and a sandbox that lives on answers its doorbell.
async fn sends(
    (deployment, sender): (&mut Deployment, &Sender<Amazon, FaultyPorts<Memory>>),
    (partner, order): (&str, &str),
) -> Handled {
    let label = label(partner, order);
    let invocation = deployment.invocation();
    take_events(&*deployment.ports, &[label.body()], EventKind::LabelCreated, &invocation).await;
    let invocation = deployment.invocation_of(minutes(1));
    sender.answer(&key(partner, order), &invocation).await
}

fn register(deployment: &Deployment, partner: &str) {
    let partner = testkit::partner_of(&testkit::seller(), partner, Channel::Amazon);
    deployment.memory.register(&testkit::under(ASSIGNED, partner));
}

/// A sandbox may live for days, and see more partners than it has memory for.
#[rstest]
#[tokio::test(start_paused = true)]
async fn partners_that_nothing_is_to_be_remembered_of_are_forgotten() {
    let mut deployment = Deployment::new();
    let sender = sender_of::<Amazon>(&deployment);
    let mut most = 0;
    for n in 0..3_000 {
        let partner = format!("shop-{n}");
        register(&deployment, &partner);
        assert_eq!(sends((&mut deployment, &sender), (&partner, FIRST)).await, Handled::Done);
        most = most.max(sender.partners_remembered());
        // A token of an hour: some sixty of them are good at any time.
        deployment.memory.advance(minutes(1));
    }
    assert_eq!(deployment.memory.shops().applied().len(), 3_000);
    assert!(most < 1_000, "something of {most} partners is remembered");
    assert!(sender.partners_remembered() < 300, "{}", sender.partners_remembered());
}

/// When a thousand partners are forgotten, nothing is asked again of those whose token is good, who were told to wait, or
/// whose secret was just looked at; and one whose credentials were refused once is stopped the second time.
#[rstest]
#[tokio::test(start_paused = true)]
async fn what_is_of_use_is_not_forgotten() {
    let mut deployment = Deployment::new();
    let sender = sender_of::<Amazon>(&deployment);
    for n in 0..990 {
        register(&deployment, &format!("shop-{n}"));
        sends((&mut deployment, &sender), (&format!("shop-{n}"), FIRST)).await;
    }
    deployment.memory.advance(minutes(120));
    for partner in ["good", "waiting", "refused", "doubted"] {
        register(&deployment, partner);
    }
    deployment.memory.shops().answer_account(Some(refusal()));
    assert_eq!(sends((&mut deployment, &sender), ("good", FIRST)).await, Handled::Done);
    deployment.memory.shops().next([unauthorized()]);
    assert_eq!(sends((&mut deployment, &sender), ("doubted", FIRST)).await, Handled::Done);
    let (shops, answers) = (deployment.memory.shops().clone(), Rc::new(Cell::new(429)));
    let status = Rc::clone(&answers);
    deployment.memory.serve(move |request| {
        if status.get() == 200 || !request.uri().path().ends_with("/token") {
            return shops.answer(request);
        }
        let mut refused = answer(status.get(), &json!({ "error": "invalid_client" }));
        refused.headers.insert("retry-after", http::HeaderValue::from_static("7200"));
        Ok(refused)
    });
    assert_eq!(sends((&mut deployment, &sender), ("waiting", FIRST)).await, Handled::Done);
    answers.set(401);
    assert_eq!(sends((&mut deployment, &sender), ("refused", FIRST)).await, Handled::Done);
    // Its secret is looked at, and remembered to be for a minute.
    assert_eq!(sends((&mut deployment, &sender), ("refused", SECOND)).await, Handled::Done);
    answers.set(200);
    assert_eq!(sender.partners_remembered(), 994);
    // A failure is remembered for some seconds, unless it says how long.
    deployment.memory.advance(jiff::SignedDuration::from_secs(10));
    for n in 994..1_000 {
        register(&deployment, &format!("shop-{n}"));
        sends((&mut deployment, &sender), (&format!("shop-{n}"), FIRST)).await;
    }
    assert!(sender.partners_remembered() < 20, "{}", sender.partners_remembered());
    let asked = deployment.memory.sent().len();
    deployment.ports.take_calls();
    for (partner, requests) in [("good", 1), ("waiting", 0), ("refused", 0)] {
        let sent = deployment.memory.sent().len();
        assert_eq!(sends((&mut deployment, &sender), (partner, THIRD)).await, Handled::Done);
        let more = deployment.memory.sent().len() - sent;
        assert_eq!(more, requests, "{partner}: a token is asked for again");
    }
    assert_eq!(deployment.memory.sent().len(), asked + 1, "one confirmation");
    let looks =
        deployment.ports.take_calls().into_iter().filter(|port| *port == Port::Secret).count();
    assert_eq!(looks, 0, "a secret is read again");
    deployment.memory.shops().next([unauthorized()]);
    assert_eq!(sends((&mut deployment, &sender), ("doubted", SECOND)).await, Handled::Done);
    let doubted = testkit::partner_of(&testkit::seller(), "doubted", Channel::Amazon);
    let doubted = deployment.memory.partner_now(&doubted).expect("it is registered");
    assert!(doubted.stopped.is_some(), "its credentials were refused twice");
}
