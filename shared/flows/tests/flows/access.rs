//! What requests are authorized with: got once, got anew when refused, and a partner whose credentials fail.

use channels::Amazon;
use domain::{Channel, EventKind, Partner, Stopped};
use flows::{Handled, Sender};
use rstest::rstest;
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use testkit::worlds::*;
use testkit::{
    AMAZON_ORDER, Failing, Fault, Memory, NUMBER, Port, Town, Turn, amazon, answer, at, key, label,
    secret, secret_name, take_events, text,
};

fn unauthorized() -> Turn {
    let errors = json!({ "errors": [{ "code": "Unauthorized", "message": "Access to requested resource is denied." }] });
    Turn::Answer(answer(403, &errors))
}

fn stopped(town: &Town) -> Option<Stopped> {
    town.memory.partner_now(&amazon())?.stopped
}

/// The partner's credentials are put anew, by whatever means.
fn replace_credentials(town: &Town) {
    town.memory.put_secret(&secret_name(&amazon()), Some(secret(&amazon())));
}

async fn ring(town: &mut Town) -> Handled {
    ring_at::<Amazon>(town, &amazon_key()).await
}

/// A town whose partner was stopped by the secret it has.
async fn stopped_town() -> Town {
    let mut town = town_with_ready_order().await;
    town.memory.shops().next([unauthorized(), unauthorized()]);
    town.run_for(minutes(1)).await;
    assert!(stopped(&town).is_some());
    town
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
    let mut town = Town::new();
    town.memory.register(&testkit::under(ASSIGNED, amazon()));
    town.memory.put_secret(&secret_name(&amazon()), secret.map(str::to_owned));
    let version = secret.map_or(version, |_| version);
    town.tell(&amazon_label());
    town.run_for(minutes(1)).await;
    let stopped = stopped(&town).expect("it is stopped");
    assert_eq!(stopped.reason, text(expected));
    assert_eq!(stopped.secret.is_empty(), version.is_empty());
    assert_eq!(town.memory.sent().len(), 0);
    assert_eq!(town.shown(&amazon_key()), "1: ready");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn credentials_that_are_put_meanwhile_are_not_stopped() {
    let mut town = town_with_ready_order().await;
    town.memory.put_secret(&secret_name(&amazon()), None);
    let memory = town.memory.clone();
    town.ports.plan(move |call| {
        if call.port == Port::StopPartner {
            memory.register(&Partner { version: 2, ..amazon() });
        }
        None
    });
    assert_eq!(ring(&mut town).await, Handled::Done);
    assert_eq!(stopped(&town), None);
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn unauthorized_once_is_tried_again_with_fresh_credentials() {
    let mut town = town_with_ready_order().await;
    town.memory.shops().next([unauthorized()]);
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    assert_eq!(town.memory.shops().tokens(), 2);
    assert_eq!(stopped(&town), None);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn unauthorized_twice_stops_the_partner() {
    let mut town = stopped_town().await;
    town.run_for(minutes(30)).await;
    assert_eq!(town.memory.shops().applied(), []);
    assert_eq!(town.memory.sent().len(), 4, "two tokens and two submissions");
    replace_credentials(&town);
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    assert_eq!(stopped(&town), None, "it goes on by itself");
}

/// A token that was good for a while and is refused now and then is no wrong secret.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_refusal_long_after_the_last_one_is_the_first_again() {
    let mut town = town_with_ready_order().await;
    town.memory.shops().next([unauthorized()]);
    town.until_quiet().await;
    for order in ["902-1106328-1000001", "902-1106328-1000002"] {
        town.memory.shops().next([unauthorized()]);
        town.tell(&label("amazon-us", order).with("tracking_number", order.replace('-', "")));
        town.until_quiet().await;
    }
    assert_eq!(stopped(&town), None);
    assert_eq!(town.memory.shops().applied().len(), 3);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_once_for_a_batch() {
    let mut town = town_under(ASSIGNED);
    for order in 0..5 {
        let order = format!("902-1106328-100000{order}");
        let number = format!("1Z999BATCH{order}");
        town.tell(&label("amazon-us", &order).with("tracking_number", number));
    }
    town.until_quiet().await;
    assert_eq!((town.memory.shops().applied().len(), town.memory.shops().tokens()), (5, 1));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_is_used_until_shortly_before_its_end() {
    let mut town = town_under(ASSIGNED);
    let mut tokens = Vec::new();
    for (order, pause) in [(1, 58), (2, 0), (3, 2), (4, 0)] {
        let order = format!("902-1106328-200000{order}");
        town.tell(&label("amazon-us", &order).with("tracking_number", order.replace('-', "")));
        town.until_quiet().await;
        tokens.push(town.memory.shops().tokens());
        town.run_for(minutes(pause)).await;
    }
    assert_eq!(tokens, [1, 1, 1, 2], "a token of an hour is used for 59 minutes");
}

/// Each order of a stopped partner waits, and none of them is what a person must look at: the partner is.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stopped_partner_is_shown_once_not_once_per_order() {
    let mut town = stopped_town().await;
    let others: Vec<String> = (0..3).map(|n| format!("902-1106328-300000{n}")).collect();
    for order in &others {
        town.tell(&label("amazon-us", order).with("tracking_number", order.replace('-', "")));
    }
    town.run_for(minutes(180)).await;
    for stored in town.memory.all_orders() {
        assert_eq!(stored.order.attention_since, None, "{}", stored.order.key);
    }
    assert_eq!(town.memory.sent().len(), 4, "nothing of it was sent");
    let before = town.memory.now_seconds();
    replace_credentials(&town);
    town.until_quiet().await;
    let waited = town.memory.now_seconds() - before;
    assert_eq!(town.memory.shops().applied().len(), 4);
    assert!(waited <= 6 * 60, "it went on after {waited} s");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn another_partner_goes_on() {
    let mut town = stopped_town().await;
    town.memory.register(&testkit::under(
        ASSIGNED,
        testkit::partner_of(&testkit::seller(), "amazon-ca", Channel::Amazon),
    ));
    town.tell(&label("amazon-ca", "902-1106328-4000001"));
    town.run_for(minutes(5)).await;
    let shown = town.shown(&key("amazon-ca", "902-1106328-4000001"));
    assert_eq!(shown, format!("1: confirmed {NUMBER}"));
    assert!(stopped(&town).is_some());
}

/// The secret store is asked once a minute and sandbox, however many orders wait.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stopped_partners_secret_is_looked_at_once_a_minute() {
    let mut town = stopped_town().await;
    for n in 0..10 {
        let order = format!("902-1106328-500000{n}");
        town.tell(&label("amazon-us", &order).with("tracking_number", order.replace('-', "")));
    }
    town.ports.take_calls();
    town.run_for(minutes(10)).await;
    let looks = town.ports.take_calls().iter().filter(|port| **port == Port::Secret).count();
    assert!(looks <= 4, "{looks} looks in ten minutes");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_stop_that_is_there_keeps_its_time() {
    let town = stopped_town().await;
    let first = stopped(&town).expect("it is stopped");
    assert!(first.at < at(60));
}

/// Rule T5: a token that took long is no reason to miss `never`.
#[rstest]
#[tokio::test(start_paused = true)]
async fn never_is_read_after_a_token_that_took_long() {
    let mut town = town_with_ready_order().await;
    let memory = town.memory.clone();
    let mut is_first = true;
    town.ports.plan(move |call| {
        // The first request is for a token.
        if call.port == Port::Http && std::mem::take(&mut is_first) {
            let never = testkit::under(domain::Timing::Never, amazon());
            memory.register(&Partner { version: 2, ..never });
            memory.advance(jiff::SignedDuration::from_secs(14));
        }
        None
    });
    assert_eq!(ring(&mut town).await, Handled::Done);
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied(), []);
    assert!(town.shown(&amazon_key()).contains("never"), "{}", town.shown(&amazon_key()));
}

/// A token endpoint that hangs: who waited behind the first one is told what it was told.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_is_asked_for_once() {
    let mut town = town_under(ASSIGNED);
    for order in 0..5 {
        town.tell(&label("amazon-us", &format!("902-1106328-100000{order}")));
    }
    town.ports.fail_all(Port::Http, Fault::Hangs);
    town.ports.take_calls();
    let began = town.memory.now_seconds();
    town.deliver().await;
    let asked = town.ports.take_calls().iter().filter(|port| **port == Port::Http).count();
    assert_eq!(asked, 1, "each of the others would have waited as long again");
    assert!(town.memory.now_seconds() - began < 60, "the sender lives");
    town.ports.heal();
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied().len(), 5);
}

const FIRST: &str = "902-1106328-6000001";
const SECOND: &str = "902-1106328-6000002";
const THIRD: &str = "902-1106328-6000003";

/// An order of a partner is labelled, and a sandbox that lives on answers its doorbell.
async fn sends(
    (town, sender): (&mut Town, &Sender<Amazon, Failing<Memory>>),
    (partner, order): (&str, &str),
) -> Handled {
    let label = label(partner, order);
    let invocation = town.invocation();
    take_events(&*town.ports, &[label.body()], EventKind::LabelCreated, &invocation).await;
    let invocation = town.invocation_of(minutes(1));
    sender.answer(&key(partner, order), &invocation).await
}

fn register(town: &Town, partner: &str) {
    let partner = testkit::partner_of(&testkit::seller(), partner, Channel::Amazon);
    town.memory.register(&testkit::under(ASSIGNED, partner));
}

/// A sandbox may live for days, and see more partners than it has memory for.
#[rstest]
#[tokio::test(start_paused = true)]
async fn partners_that_nothing_is_to_be_remembered_of_are_forgotten() {
    let mut town = Town::new();
    let sender = sender_of::<Amazon>(&town);
    let mut most = 0;
    for n in 0..3_000 {
        let partner = format!("shop-{n}");
        register(&town, &partner);
        assert_eq!(sends((&mut town, &sender), (&partner, FIRST)).await, Handled::Done);
        most = most.max(sender.partners_remembered());
        // A token of an hour: some sixty of them are good at any time.
        town.memory.advance(minutes(1));
    }
    assert_eq!(town.memory.shops().applied().len(), 3_000);
    assert!(most < 1_000, "something of {most} partners is remembered");
    assert!(sender.partners_remembered() < 300, "{}", sender.partners_remembered());
}

/// When a thousand partners are forgotten, nothing is asked again of those whose token is good, who were told to wait, or
/// whose secret was just looked at; and one whose credentials were refused once is stopped the second time.
#[rstest]
#[tokio::test(start_paused = true)]
async fn what_is_of_use_is_not_forgotten() {
    let mut town = Town::new();
    let sender = sender_of::<Amazon>(&town);
    for n in 0..990 {
        register(&town, &format!("shop-{n}"));
        sends((&mut town, &sender), (&format!("shop-{n}"), FIRST)).await;
    }
    town.memory.advance(minutes(120));
    for partner in ["good", "waiting", "refused", "doubted"] {
        register(&town, partner);
    }
    assert_eq!(sends((&mut town, &sender), ("good", FIRST)).await, Handled::Done);
    town.memory.shops().next([unauthorized()]);
    assert_eq!(sends((&mut town, &sender), ("doubted", FIRST)).await, Handled::Done);
    let (shops, answers) = (town.memory.shops().clone(), Rc::new(Cell::new(429)));
    let status = Rc::clone(&answers);
    town.memory.serve(move |request| {
        if status.get() == 200 || !request.uri().path().ends_with("/token") {
            return shops.answer(request);
        }
        let mut refused = answer(status.get(), &json!({ "error": "invalid_client" }));
        refused.headers.insert("retry-after", http::HeaderValue::from_static("7200"));
        Ok(refused)
    });
    assert_eq!(sends((&mut town, &sender), ("waiting", FIRST)).await, Handled::Done);
    answers.set(401);
    assert_eq!(sends((&mut town, &sender), ("refused", FIRST)).await, Handled::Done);
    // Its secret is looked at, and remembered to be for a minute.
    assert_eq!(sends((&mut town, &sender), ("refused", SECOND)).await, Handled::Done);
    answers.set(200);
    assert_eq!(sender.partners_remembered(), 994);
    // A failure is remembered for some seconds, unless it says how long.
    town.memory.advance(jiff::SignedDuration::from_secs(10));
    for n in 994..1_000 {
        register(&town, &format!("shop-{n}"));
        sends((&mut town, &sender), (&format!("shop-{n}"), FIRST)).await;
    }
    assert!(sender.partners_remembered() < 20, "{}", sender.partners_remembered());
    let asked = town.memory.sent().len();
    town.ports.take_calls();
    for (partner, requests) in [("good", 1), ("waiting", 0), ("refused", 0)] {
        let sent = town.memory.sent().len();
        assert_eq!(sends((&mut town, &sender), (partner, THIRD)).await, Handled::Done);
        let more = town.memory.sent().len() - sent;
        assert_eq!(more, requests, "{partner}: a token is asked for again");
    }
    assert_eq!(town.memory.sent().len(), asked + 1, "one confirmation");
    let looks = town.ports.take_calls().into_iter().filter(|port| *port == Port::Secret).count();
    assert_eq!(looks, 0, "a secret is read again");
    town.memory.shops().next([unauthorized()]);
    assert_eq!(sends((&mut town, &sender), ("doubted", SECOND)).await, Handled::Done);
    let doubted = testkit::partner_of(&testkit::seller(), "doubted", Channel::Amazon);
    let doubted = town.memory.partner_now(&doubted).expect("it is registered");
    assert!(doubted.stopped.is_some(), "its credentials were refused twice");
}
