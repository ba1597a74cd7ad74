//! Batches of events about orders: what is saved and rung once, what fails alone, and what comes again.

use domain::{Channel, Input};
use flows::{Handled, handle_events};
use jiff::SignedDuration;
use rstest::rstest;
use testkit::worlds::*;
use testkit::{
    AMAZON_ORDER, BACK_MARKET_ORDER, Event, Fault, IMEIS, NUMBER, Port, Town, cancel, imeis, label,
    scan, void,
};

async fn handle(town: &mut Town, kind: &'static str, bodies: &[String]) -> Vec<Handled> {
    let writer = town.writer();
    let until = (&writer, testkit::ENDLESS);
    handle_events(&*town.ports, bodies, (kind, Some(60)), until).await
}

async fn labels(town: &mut Town, events: &[Event]) -> Vec<Handled> {
    let bodies: Vec<String> = events.iter().map(Event::body).collect();
    handle(town, "LabelCreated", &bodies).await
}

fn reason(handled: &Handled) -> &str {
    match handled {
        Handled::Refused(reason) => reason,
        Handled::Done | Handled::Retry(_) => panic!("not refused: {handled:?}"),
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn records_of_one_order_are_saved_once_and_rung_once() {
    let mut town = town_under(ASSIGNED);
    let of = |package: &str| {
        amazon_label()
            .with("package_id", package)
            .with("tracking_number", format!("1Z999{package}"))
    };
    let handled = labels(&mut town, &[of("1"), of("2"), of("3"), of("1")]).await;
    assert_eq!(handled, vec![Handled::Done; 4]);
    let calls = town.ports.take_calls();
    assert_eq!(calls.iter().filter(|port| **port == Port::Save).count(), 1);
    assert_eq!(calls.iter().filter(|port| **port == Port::Ring).count(), 1);
    assert_eq!(bells(&town), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_usual_label_costs_its_partner_its_save_and_its_number() {
    let mut town = town_under(MOVES);
    labels(&mut town, &[amazon_label()]).await;
    assert_eq!(town.ports.take_calls(), [Port::Partner, Port::Save, Port::AddToTracking]);
}

#[rstest]
#[case::not_json("{", "body: ")]
#[case::no_event("{}", "id: is missing")]
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_fails_alone(#[case] body: &str, #[case] expected: &str) {
    let mut town = town_under(MOVES);
    let bodies = [amazon_label().body(), body.to_owned(), phone_label().body()];
    let handled = handle(&mut town, "LabelCreated", &bodies).await;
    assert!(reason(&handled[1]).starts_with(expected), "{handled:?}");
    assert_eq!((&handled[0], &handled[2]), (&Handled::Done, &Handled::Done));
    assert_eq!(town.memory.all_orders().len(), 2);
}

#[rstest]
#[case::another_functions_event(
    "LabelCreated",
    cancel("amazon-us", AMAZON_ORDER),
    "detail-type: OrderCancelled is not for this function; allowed: LabelCreated"
)]
#[case::a_scan_among_labels(
    "LabelCreated",
    scan(NUMBER),
    "detail-type: CarrierScan is not for this function; allowed: LabelCreated"
)]
#[case::a_partner_nobody_registered(
    "LabelCreated", amazon_label().with("partner_id", "nobody"),
    "detail.partner_id: seller acme has no partner nobody; allowed: a partner that is registered"
)]
#[case::t3_of_an_order_nobody_knows(
    "LabelVoided",
    void("nobody", AMAZON_ORDER, "lbl-1"),
    "detail.partner_id: seller acme has no partner nobody; allowed: a partner that is registered"
)]
#[case::i1_imeis_for_another_channel(
    "ImeiUpdated", imeis(AMAZON_ORDER, "11", &[IMEIS[0]]).with("partner_id", "amazon-us"),
    "detail.partner_id: its channel amazon takes no IMEIs; allowed: a partner at back_market"
)]
#[tokio::test(start_paused = true)]
async fn d4_refused(#[case] kind: &'static str, #[case] event: Event, #[case] expected: &str) {
    let mut town = town_under(MOVES);
    let handled = handle(&mut town, kind, &[event.body()]).await;
    assert_eq!(reason(&handled[0]), expected);
    assert_eq!(town.memory.all_orders().len(), 0);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_too_many_of_one_number_is_refused_and_said_so() {
    let mut town = town_under(MOVES);
    for order in 0..domain::ORDERS_MAX {
        town.tell(&label("amazon-us", &format!("902-1106328-10000{order:02}")));
    }
    town.deliver().await;
    assert_eq!(town.dead, []);
    let handled = labels(&mut town, &[label("amazon-us", OTHER_ORDER)]).await;
    assert_eq!(
        reason(&handled[0]),
        format!(
            "detail.tracking_number: {NUMBER} belongs to 50 orders already; allowed: a number of its own"
        )
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_lost_race_is_stepped_again_on_what_is_there() {
    let mut town = town_under(ASSIGNED);
    labels(&mut town, &[amazon_label()]).await;
    let cancelled = Input::Cancel(domain::OrderCancelled {
        seller_id: amazon_key().seller,
        partner_id: amazon_key().partner,
        order_id: amazon_key().order,
        cancelled_at: testkit::at(0),
    });
    let memory = town.memory.clone();
    let mut races = 3;
    town.ports.plan(move |call| {
        if call.port == Port::Save && races > 0 {
            races -= 1;
            memory.change(&amazon_key(), &cancelled);
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let handled = handle(&mut town, "LabelVoided", &[voided]).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(town.shown(&amazon_key()), "1: waiting label; cancelled");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_race_that_is_lost_for_ever_comes_again() {
    let mut town = town_under(ASSIGNED);
    labels(&mut town, &[amazon_label()]).await;
    let memory = town.memory.clone();
    town.ports.plan(move |call| {
        if call.port == Port::Save {
            memory.change(&amazon_key(), &Input::Tick);
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let handled = handle(&mut town, "LabelVoided", &[voided]).await;
    let expected = format!("order {} changed 8 times while it was to be saved", amazon_key());
    assert_eq!(handled, [Handled::Retry(expected)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_that_died_meanwhile_comes_again_and_is_new() {
    let mut town = town_under(ASSIGNED);
    labels(&mut town, &[amazon_label()]).await;
    let memory = town.memory.clone();
    town.ports.plan(move |call| {
        if call.port == Port::Save {
            memory.forget(&amazon_key());
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let bodies = [voided];
    let handled = handle(&mut town, "LabelVoided", &bodies).await;
    assert_eq!(handled, [Handled::Retry(format!("there is no order {}", amazon_key()))]);
    town.ports.heal();
    assert_eq!(handle(&mut town, "LabelVoided", &bodies).await, [Handled::Done]);
    assert_eq!(town.shown(&amazon_key()), "1: waiting label");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_save_whose_answer_was_lost_is_made_once() {
    let mut town = town_under(ASSIGNED);
    town.ports.fail_next(Port::Save, Fault::After);
    assert!(matches!(labels(&mut town, &[amazon_label()]).await[0], Handled::Retry(_)));
    assert_eq!(bells(&town), []);
    let before = town.memory.stored(&amazon_key());
    assert_eq!(labels(&mut town, &[amazon_label()]).await, [Handled::Done]);
    assert_eq!(town.memory.stored(&amazon_key()), before);
    assert_eq!(bells(&town), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_doorbell_that_could_not_be_rung_is_rung_by_the_redelivery() {
    let mut town = town_under(ASSIGNED);
    town.ports.fail_next(Port::Ring, Fault::Before);
    let handled = labels(
        &mut town,
        &[
            amazon_label(),
            phone_label().with(
                "items",
                serde_json::json!([{"item_id": "11", "quantity": 1, "requires_imei": false}]),
            ),
        ],
    )
    .await;
    assert!(matches!(handled[0], Handled::Retry(_)), "{handled:?}");
    assert!(matches!(handled[1], Handled::Retry(_)), "{handled:?}");
    let handled = labels(&mut town, &[amazon_label()]).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(bells(&town), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_the_bus_did_not_take_is_told_by_the_sweep() {
    let mut town = town_under(ASSIGNED);
    town.memory.shops().open(BACK_MARKET_ORDER, &["11", "12"]);
    town.ports.fail_all(Port::Publish, Fault::Before);
    town.tell(&phone_label());
    town.run_for(minutes(70)).await;
    assert_eq!(town.memory.shops().applied(), [number_of(BACK_MARKET_ORDER)]);
    assert_eq!(told(&town), []);
    town.ports.heal();
    // A notice that is over 21 minutes old is tried again after an hour.
    town.run_for(minutes(61)).await;
    let mut kinds: Vec<&str> = told(&town).into_iter().map(domain::NoticeKind::name).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["ConfirmationAccepted", "ImeiDueSoon", "ImeiMissing"]);
    town.run_for(SignedDuration::from_hours(24)).await;
    assert_eq!(told(&town).len(), 3);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_redelivered_label_writes_nothing() {
    let mut town = town_under(MOVES);
    labels(&mut town, &[amazon_label()]).await;
    let before = town.memory.stored(&amazon_key());
    town.memory.advance(minutes(5));
    assert_eq!(labels(&mut town, &[amazon_label()]).await, [Handled::Done]);
    assert_eq!(town.memory.stored(&amazon_key()), before);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn packages_sent_in_one_visit_ring_no_more() {
    let mut town = town_under(ASSIGNED);
    let of = |package: &str| {
        let label = amazon_label().with("package_id", package);
        label.with("tracking_number", format!("1Z999{package}"))
    };
    labels(&mut town, &[of("1"), of("2"), of("3")]).await;
    town.ports.take_calls();
    town.deliver().await;
    assert_eq!(
        town.shown(&amazon_key()),
        "1: confirmed 1Z9991; 2: confirmed 1Z9992; 3: confirmed 1Z9993"
    );
    let rung = town.ports.take_calls().into_iter().filter(|port| *port == Port::Ring).count();
    assert_eq!(rung, 0, "what was due at once was done");
}
