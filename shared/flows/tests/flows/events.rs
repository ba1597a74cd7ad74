//! Batches of events about orders: what is saved and rung once, what fails alone, and what comes again.

use domain::{Channel, EventKind, Input};
use flows::Handled;
use jiff::SignedDuration;
use rstest::rstest;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, BACK_MARKET_ORDER, Deployment, Event, Fault, IMEIS, NUMBER, Port, cancel, imeis,
    label, scan, serials, take_events, take_shared_events, void,
};

async fn handle(deployment: &mut Deployment, kind: EventKind, bodies: &[String]) -> Vec<Handled> {
    let invocation = deployment.invocation();
    take_events(&*deployment.ports, bodies, kind, &invocation).await
}

async fn labels(deployment: &mut Deployment, events: &[Event]) -> Vec<Handled> {
    let bodies: Vec<String> = events.iter().map(Event::body).collect();
    handle(deployment, EventKind::LabelCreated, &bodies).await
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
    let mut deployment = deployment_under(ASSIGNED);
    let of = |package: &str| {
        amazon_label()
            .with("package_id", package)
            .with("tracking_number", format!("1Z999{package}"))
    };
    let handled = labels(&mut deployment, &[of("1"), of("2"), of("3"), of("1")]).await;
    assert_eq!(handled, vec![Handled::Done; 4]);
    let calls = deployment.ports.take_calls();
    assert_eq!(calls.iter().filter(|port| **port == Port::Save).count(), 1);
    assert_eq!(calls.iter().filter(|port| **port == Port::Ring).count(), 1);
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_usual_label_costs_its_partner_its_save_and_its_number() {
    let mut deployment = deployment_under(MOVES);
    labels(&mut deployment, &[amazon_label()]).await;
    assert_eq!(deployment.ports.take_calls(), [Port::Partner, Port::Save, Port::AddToTracking]);
}

#[rstest]
#[case::not_json("{", "body: ")]
#[case::no_event("{}", "id: is missing")]
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_fails_alone(#[case] body: &str, #[case] expected: &str) {
    let mut deployment = deployment_under(MOVES);
    let bodies = [amazon_label().body(), body.to_owned(), phone_label().body()];
    let handled = handle(&mut deployment, EventKind::LabelCreated, &bodies).await;
    assert!(reason(&handled[1]).starts_with(expected), "{handled:?}");
    assert_eq!((&handled[0], &handled[2]), (&Handled::Done, &Handled::Done));
    assert_eq!(deployment.memory.all_orders().len(), 2);
}

#[rstest]
#[case::another_functions_event(
    EventKind::LabelCreated,
    cancel("amazon-us", AMAZON_ORDER),
    "detail-type: OrderCancelled is not for this function; allowed: LabelCreated"
)]
#[case::a_scan_among_labels(
    EventKind::LabelCreated,
    scan(NUMBER),
    "detail-type: CarrierScan is not for this function; allowed: LabelCreated"
)]
#[case::a_partner_nobody_registered(
    EventKind::LabelCreated, amazon_label().with("partner_id", "nobody"),
    "detail.partner_id: seller acme has no partner nobody; allowed: a partner that is registered"
)]
#[case::t3_of_an_order_nobody_knows(
    EventKind::LabelVoided,
    void("nobody", AMAZON_ORDER, "lbl-1"),
    "detail.partner_id: seller acme has no partner nobody; allowed: a partner that is registered"
)]
#[case::i1_imeis_for_another_channel(
    EventKind::ImeiUpdated, imeis(AMAZON_ORDER, "11", &[IMEIS[0]]).with("partner_id", "amazon-us"),
    "detail.partner_id: its channel amazon takes no IMEIs; allowed: a partner at back_market"
)]
#[tokio::test(start_paused = true)]
async fn d4_refused(#[case] kind: EventKind, #[case] event: Event, #[case] expected: &str) {
    let mut deployment = deployment_under(MOVES);
    let handled = handle(&mut deployment, kind, &[event.body()]).await;
    assert_eq!(reason(&handled[0]), expected);
    assert_eq!(deployment.memory.all_orders().len(), 0);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_lost_race_is_stepped_again_on_what_is_there() {
    let mut deployment = deployment_under(ASSIGNED);
    labels(&mut deployment, &[amazon_label()]).await;
    let cancelled = Input::Cancel(domain::OrderCancelled {
        seller_id: amazon_key().seller,
        partner_id: amazon_key().partner,
        order_id: amazon_key().order,
        cancelled_at: testkit::at(0),
        items: None,
    });
    let memory = deployment.memory.clone();
    let mut races = 3;
    deployment.ports.plan(move |call| {
        if call.port == Port::Save && races > 0 {
            races -= 1;
            memory.change(&amazon_key(), &cancelled);
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let handled = handle(&mut deployment, EventKind::LabelVoided, &[voided]).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting label; cancelled");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_race_that_is_lost_for_ever_comes_again() {
    let mut deployment = deployment_under(ASSIGNED);
    labels(&mut deployment, &[amazon_label()]).await;
    let memory = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        if call.port == Port::Save {
            memory.change(&amazon_key(), &Input::Tick);
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let handled = handle(&mut deployment, EventKind::LabelVoided, &[voided]).await;
    let expected = format!("order {} changed 8 times while it was to be saved", amazon_key());
    assert_eq!(handled, [Handled::Retry(expected)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_that_died_meanwhile_comes_again_and_is_new() {
    let mut deployment = deployment_under(ASSIGNED);
    labels(&mut deployment, &[amazon_label()]).await;
    let memory = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        if call.port == Port::Save {
            memory.forget(&amazon_key());
        }
        None
    });
    let voided = void("amazon-us", AMAZON_ORDER, "lbl-1").body();
    let bodies = [voided];
    let handled = handle(&mut deployment, EventKind::LabelVoided, &bodies).await;
    assert_eq!(handled, [Handled::Retry(format!("there is no order {}", amazon_key()))]);
    deployment.ports.heal();
    assert_eq!(handle(&mut deployment, EventKind::LabelVoided, &bodies).await, [Handled::Done]);
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting label");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_save_whose_answer_was_lost_is_made_once() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.ports.fail_next(Port::Save, Fault::After);
    assert!(matches!(labels(&mut deployment, &[amazon_label()]).await[0], Handled::Retry(_)));
    assert_eq!(bells(&deployment), []);
    let before = deployment.memory.stored(&amazon_key());
    assert_eq!(labels(&mut deployment, &[amazon_label()]).await, [Handled::Done]);
    assert_eq!(deployment.memory.stored(&amazon_key()), before);
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_doorbell_that_could_not_be_rung_is_rung_by_the_redelivery() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.ports.fail_next(Port::Ring, Fault::Before);
    let handled = labels(
        &mut deployment,
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
    let handled = labels(&mut deployment, &[amazon_label()]).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_the_bus_did_not_take_is_published_by_the_sweep() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.memory.shops().open(BACK_MARKET_ORDER, &["11", "12"]);
    deployment.ports.fail_all(Port::Publish, Fault::Before);
    deployment.put_event(&phone_label());
    deployment.run_for(minutes(70)).await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(BACK_MARKET_ORDER)]);
    assert_eq!(published(&deployment), []);
    deployment.ports.heal();
    // A notice that is over 21 minutes old is tried again after an hour.
    deployment.run_for(minutes(61)).await;
    let mut kinds: Vec<&str> =
        published(&deployment).into_iter().map(domain::NoticeKind::name).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["ConfirmationAccepted", "ImeiDueSoon", "ImeiMissing"]);
    deployment.run_for(SignedDuration::from_hours(24)).await;
    assert_eq!(published(&deployment).len(), 3);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_redelivered_label_writes_nothing() {
    let mut deployment = deployment_under(MOVES);
    labels(&mut deployment, &[amazon_label()]).await;
    let before = deployment.memory.stored(&amazon_key());
    deployment.memory.advance(minutes(5));
    assert_eq!(labels(&mut deployment, &[amazon_label()]).await, [Handled::Done]);
    assert_eq!(deployment.memory.stored(&amazon_key()), before);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn packages_sent_in_one_visit_ring_no_more() {
    let mut deployment = deployment_under(ASSIGNED);
    let of = |package: &str| {
        let label = amazon_label().with("package_id", package);
        label.with("tracking_number", format!("1Z999{package}"))
    };
    labels(&mut deployment, &[of("1"), of("2"), of("3")]).await;
    deployment.ports.take_calls();
    deployment.deliver().await;
    assert_eq!(
        deployment.shown(&amazon_key()),
        "1: confirmed 1Z9991; 2: confirmed 1Z9992; 3: confirmed 1Z9993"
    );
    let rung = deployment.ports.take_calls().into_iter().filter(|port| *port == Port::Ring).count();
    assert_eq!(rung, 0, "what was due at once was done");
}

fn phone(order: &str, number: &str) -> Event {
    let label = label("back-market-us", order).with("items", testkit::phones(&["11"]));
    label.with("tracking_number", number)
}

fn phone_key(order: &str) -> domain::OrderKey {
    domain::OrderKey { order: order.parse().expect("an id"), ..back_market_key() }
}

/// What a person reads of why they must look at an order.
fn reasons_of(deployment: &Deployment, order: &str) -> Vec<String> {
    let stored = deployment.memory.stored(&phone_key(order)).expect("it is there").order;
    let view = domain::order_view(&stored, 1);
    let all = view.pointer("/packages/0/attention").and_then(serde_json::Value::as_array);
    let says = |one: &serde_json::Value| Some(one.get("says")?.as_str()?.to_owned());
    all.into_iter().flatten().filter_map(says).collect()
}

const TWICE_P1: &str =
    "An IMEI or serial number of it was entered for order p1 of back-market-us, too.";

/// Rule I9: an event cannot be asked whether it is meant, so the later order is marked; whichever goes out does.
#[rstest]
#[case::both_labelled(&["p1", "p2"], &[])]
#[case::imeis_first(&[], &["p1", "p2"])]
#[tokio::test(start_paused = true)]
async fn i9_one_phone_that_comes_for_two_orders_is_marked_at_the_second(
    #[case] before: &[&str],
    #[case] after: &[&str],
) {
    let mut deployment = deployment_under(ASSIGNED);
    for order in before {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    for order in ["p1", "p2"] {
        let handled = handle(
            &mut deployment,
            EventKind::ImeiUpdated,
            &[imeis(order, "11", &[IMEIS[0]]).body()],
        )
        .await;
        assert_eq!(handled, [Handled::Done]);
    }
    for order in after {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    assert_eq!(reasons_of(&deployment, "p1"), [""; 0]);
    assert_eq!(reasons_of(&deployment, "p2"), [TWICE_P1]);
    for order in ["p1", "p2"] {
        let shown = deployment.shown(&phone_key(order));
        assert!(shown.contains("ready"), "nothing waits for it: {order} {shown}");
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i9_the_mark_goes_with_the_list_and_comes_again_with_none() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&phone("p1", "BM0000p1"));
    deployment.put_event(&phone("p2", "BM0000p2"));
    deployment.deliver().await;
    let first = imeis("p1", "11", &[IMEIS[0]]).body();
    let second = imeis("p2", "11", &[IMEIS[0]]).body();
    for body in [&first, &second, &second] {
        handle(&mut deployment, EventKind::ImeiUpdated, std::slice::from_ref(body)).await;
    }
    assert_eq!(reasons_of(&deployment, "p2"), [TWICE_P1], "a repeated event changes nothing");
    let another = imeis("p2", "11", &[IMEIS[1]]).when("updated_at", 60).body();
    handle(&mut deployment, EventKind::ImeiUpdated, &[another]).await;
    assert_eq!(reasons_of(&deployment, "p2"), [""; 0]);
    // Nor is the first's phone another's any more; and a list that was replaced says nothing when its event is repeated.
    for body in [first, second] {
        handle(&mut deployment, EventKind::ImeiUpdated, &[body]).await;
    }
    assert_eq!(
        [reasons_of(&deployment, "p1"), reasons_of(&deployment, "p2")],
        [vec![""; 0], vec![]]
    );
}

/// Two at once, each saved before either looks: the later one sees the other, whatever died between.
#[rstest]
#[tokio::test(start_paused = true)]
async fn i9_of_two_at_once_one_is_marked_at_least() {
    for died in [None, Some(Port::NoteDevice), Some(Port::Order)] {
        let mut deployment = deployment_under(ASSIGNED);
        deployment.put_event(&phone("p1", "BM0000p1"));
        deployment.put_event(&phone("p2", "BM0000p2"));
        deployment.deliver().await;
        if let Some(port) = died {
            deployment.ports.fail_next(port, Fault::Before);
        }
        let bodies = ["p1", "p2"].map(|order| imeis(order, "11", &[IMEIS[0]]).body());
        let mut left = bodies.to_vec();
        while !left.is_empty() {
            let handled = handle(&mut deployment, EventKind::ImeiUpdated, &left).await;
            let again = left.iter().zip(&handled).filter(|(_, one)| **one != Handled::Done);
            left = again.map(|(body, _)| body.clone()).collect();
        }
        let marked = ["p1", "p2"].map(|order| reasons_of(&deployment, order).len());
        assert_ne!(marked, [0, 0], "{died:?}");
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i10_two_lines_of_one_order_are_two_phones() {
    let mut deployment = deployment_under(ASSIGNED);
    let two = label("back-market-us", "p1").with("items", testkit::phones(&["11", "12"]));
    deployment.put_event(&two.with("tracking_number", "BM0000p1"));
    deployment.deliver().await;
    let bodies = ["11", "12"].map(|line| imeis("p1", line, &[IMEIS[0]]).body());
    handle(&mut deployment, EventKind::ImeiUpdated, &bodies).await;
    let said = reasons_of(&deployment, "p1");
    let [said] = said.as_slice() else { panic!("{said:?}") };
    assert!(said.starts_with("Two devices or one?"), "{said}");
}

/// Rules I9 to I11: each IMEI of a phone is looked for, and so is a serial number.
#[rstest]
#[case::the_second_of_a_phone(imeis, &["490154203237518/356938035643809"], &["353879234252633/356938035643809"])]
#[case::the_second_is_the_firsts_first(imeis, &["356938035643809/490154203237518"], &["356938035643809"])]
#[case::a_serial_number(serials, &["C02XK1ABJG5J"], &["C02XK1ABJG5J"])]
#[case::one_of_several_serial_numbers(serials, &["C02XK1ABJG5J"], &["R52K901", "C02XK1ABJG5J"])]
#[tokio::test(start_paused = true)]
async fn i9_what_two_orders_have_is_marked_at_the_second(
    #[case] entered: fn(&str, &str, &[&str]) -> Event,
    #[case] first: &[&str],
    #[case] second: &[&str],
) {
    let mut deployment = deployment_under(MOVES);
    for order in ["p1", "p2"] {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    for event in [entered("p1", "11", first), entered("p2", "11", second)] {
        handle(&mut deployment, EventKind::ImeiUpdated, &[event.body()]).await;
    }
    assert_eq!(reasons_of(&deployment, "p1"), [""; 0]);
    assert!(reasons_of(&deployment, "p2").contains(&TWICE_P1.to_owned()));
}

/// A buyer cancels, and the phone goes to another: that is no slip.
#[rstest]
#[tokio::test(start_paused = true)]
async fn i9_an_order_that_was_cancelled_unsent_has_no_phone() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&phone("p1", "BM0000p1"));
    deployment.put_event(&phone("p2", "BM0000p2"));
    deployment.put_event(&cancel("back-market-us", "p1"));
    deployment.deliver().await;
    for order in ["p1", "p2"] {
        handle(&mut deployment, EventKind::ImeiUpdated, &[imeis(order, "11", &[IMEIS[0]]).body()])
            .await;
    }
    assert_eq!(reasons_of(&deployment, "p2"), [""; 0]);
}

const A_WORD: &str = "PENDING";

fn bad_label() -> Event {
    amazon_label().with("tracking_number", A_WORD)
}

/// The reasons of the refused labels of the usual order that need a person.
fn refused_labels(deployment: &Deployment) -> Vec<String> {
    let order =
        deployment.memory.all_orders().into_iter().find(|stored| stored.order.key == amazon_key());
    let labels = order.into_iter().flat_map(|stored| stored.order.refused);
    labels.filter(|label| !label.is_over).map(|label| label.reason.to_string()).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn l15_a_refused_label_is_kept_for_its_seller() {
    let mut deployment = deployment_under(ASSIGNED);
    let handled = labels(&mut deployment, &[bad_label()]).await;
    let why = reason(&handled[0]);
    assert!(why.starts_with("detail.tracking_number: "), "{why}");
    assert_eq!(deployment.ports.take_calls(), [Port::Partner, Port::Publish, Port::Save]);
    let kept = refused_labels(&deployment);
    assert!(kept.len() == 1 && why.starts_with(&kept[0]), "{kept:?}");
    assert_eq!(labels(&mut deployment, &[bad_label()]).await, handled, "it is refused again");
    assert_eq!(
        deployment.ports.take_calls(),
        [Port::Partner, Port::Publish, Port::Save],
        "its save is stale"
    );
    assert_eq!(refused_labels(&deployment).len(), 1);
    labels(&mut deployment, &[amazon_label()]).await;
    assert_eq!(refused_labels(&deployment), Vec::<String>::new());
}

#[rstest]
#[case::the_refused_one_first(&[bad_label(), amazon_label()], 0)]
#[case::the_refused_one_last(&[amazon_label(), bad_label()], 1)]
#[case::of_another_package(&[bad_label(), amazon_label().with("package_id", "2")], 1)]
#[tokio::test(start_paused = true)]
async fn l15_a_batch_is_told_in_its_order(#[case] events: &[Event], #[case] open: usize) {
    let mut deployment = deployment_under(ASSIGNED);
    let handled = labels(&mut deployment, events).await;
    let refused = |handled: &&Handled| matches!(handled, Handled::Refused(_));
    assert_eq!(handled.iter().filter(refused).count(), 1, "{handled:?}");
    assert_eq!(refused_labels(&deployment).len(), open);
    assert_eq!(bells(&deployment), [(Channel::Amazon, amazon_key())], "the good one goes on");
}

/// What cannot be led to an order costs nothing.
#[rstest]
#[case::of_no_seller(bad_label().with("seller_id", "a#b"), &[])]
#[case::of_no_order(bad_label().with("order_id", 7), &[])]
#[case::of_no_partner(bad_label().with("partner_id", serde_json::Value::Null), &[])]
#[case::of_a_partner_nobody_registered(bad_label().with("partner_id", "nobody"), &[Port::Partner])]
#[tokio::test(start_paused = true)]
async fn l15_a_label_that_leads_to_no_order(#[case] event: Event, #[case] calls: &[Port]) {
    let mut deployment = deployment_under(ASSIGNED);
    let handled = labels(&mut deployment, &[event]).await;
    assert!(!reason(&handled[0]).contains("nobody"), "its own reason: {handled:?}");
    assert_eq!(deployment.ports.take_calls(), calls);
    assert_eq!(deployment.memory.all_orders().len(), 0);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn l15_a_refused_label_waits_for_the_table() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.ports.fail_next(Port::Save, Fault::Before);
    let handled = labels(&mut deployment, &[bad_label()]).await;
    assert!(matches!(handled[0], Handled::Retry(_)), "{handled:?}");
    let handled = labels(&mut deployment, &[bad_label()]).await;
    assert!(matches!(handled[0], Handled::Refused(_)), "{handled:?}");
    assert_eq!(refused_labels(&deployment).len(), 1);
}

/// On a bus that others share, events of other marketplaces and of sellers that are not here are for somebody else.
#[rstest]
#[case::a_label(EventKind::LabelCreated, label("another-shop", AMAZON_ORDER))]
#[case::a_void(EventKind::LabelVoided, void("another-shop", AMAZON_ORDER, "lbl_81"))]
#[case::a_cancellation(EventKind::OrderCancelled, cancel("another-shop", AMAZON_ORDER))]
#[tokio::test(start_paused = true)]
async fn an_event_of_an_unknown_partner_is_refused_or_ignored_as_the_deployment_says(
    #[case] kind: EventKind,
    #[case] event: Event,
) {
    let mut deployment = deployment_under(ASSIGNED);
    let bodies = [event.body()];
    let handled = handle(&mut deployment, kind, &bodies).await;
    let expected = "detail.partner_id: seller acme has no partner another-shop; allowed: a partner that is registered";
    assert_eq!(reason(&handled[0]), expected);
    let invocation = deployment.invocation();
    let handled = take_shared_events(&*deployment.ports, &bodies, kind, &invocation).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(deployment.memory.all_orders().len(), 0);
}

/// Nor is a label that cannot be read our business, where its partner is not here. One of a partner that is here stays refused.
#[rstest]
#[case::here("amazon-us", false)]
#[case::not_here("another-shop", true)]
#[tokio::test(start_paused = true)]
async fn on_a_shared_bus_a_label_that_cannot_be_read_is_refused_for_partners_that_are_here(
    #[case] partner: &str,
    #[case] is_ignored: bool,
) {
    let mut deployment = deployment_under(ASSIGNED);
    let bodies = [
        label(partner, AMAZON_ORDER).with("tracking_number", "").body(),
        label("amazon-us", OTHER_ORDER).body(),
    ];
    let invocation = deployment.invocation();
    let kind = EventKind::LabelCreated;
    let handled = take_shared_events(&*deployment.ports, &bodies, kind, &invocation).await;
    assert_eq!(handled[0] == Handled::Done, is_ignored, "{handled:?}");
    assert_eq!(handled[1], Handled::Done);
}
