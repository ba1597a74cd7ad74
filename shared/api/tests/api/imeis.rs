//! IMEIs that people enter: the list of what lacks one is whole, and one phone for two orders is asked about.

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, IMEIS, label, phones};

const LACKING: &str = "/partners/back-market-us/orders?imeis=missing";

fn phone(order: &str, number: &str) -> testkit::Event {
    label("back-market-us", order).with("items", phones(&["11"])).with("tracking_number", number)
}

/// Three phones, each later than the one before, then more orders without any than a page has.
async fn busy_deployment() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    for (labeled_at_s, order) in [(0, "p3"), (60, "p1"), (120, "p2")] {
        deployment
            .put_event(&phone(order, &format!("BM{order}0000")).when("labeled_at", labeled_at_s));
        deployment.deliver().await;
        deployment.memory.advance(SignedDuration::from_secs(60));
    }
    for number in 0..150 {
        let plain = label("back-market-us", &format!("x{number}"));
        deployment.put_event(&plain.with("tracking_number", format!("BMX{number:05}")));
    }
    deployment.deliver().await;
    deployment
}

fn ids(page: &Value) -> Vec<&str> {
    let orders = page["orders"].as_array().expect("a list");
    orders.iter().filter_map(|order| order["order_id"].as_str()).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_lacks_an_imei_is_listed_whole_however_many_orders_came_after() {
    let deployment = busy_deployment().await;
    let user = ApiUser::of(&deployment);
    let (_, all) = user.get(&format!("{LACKING}&limit=100")).await;
    assert_eq!(
        (ids(&all), &all["cursor"]),
        (vec!["p3", "p1", "p2"], &Value::Null),
        "soonest first"
    );
    let (_, first) = user.get(&format!("{LACKING}&limit=2")).await;
    let cursor = first["cursor"].as_str().expect("there is more");
    let (_, second) = user.get(&format!("{LACKING}&limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&first), ids(&second)), (vec!["p3", "p1"], vec!["p2"]));
    // A place of one list is none of the other.
    let (status, problem) =
        user.get(&format!("/partners/back-market-us/orders?cursor={cursor}")).await;
    assert_eq!((status, &problem["field"]), (400, &json!("cursor")));
}

async fn enter(user: &ApiUser, order: &str, body: Value) -> (u16, Value) {
    user.put(&format!("/partners/back-market-us/orders/{order}/items/11/imeis"), &[], body).await
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn one_phone_for_two_orders_is_refused_unless_it_is_meant() {
    let mut deployment = deployment_under(MOVES);
    for order in ["p1", "p2"] {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    assert_eq!(enter(&user, "p1", json!({ "imeis": [IMEIS[0]] })).await.0, 200);
    let (status, problem) = enter(&user, "p2", json!({ "imeis": [IMEIS[0]] })).await;
    assert_eq!((status, &problem["field"]), (409, &json!("imeis")), "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("order `p1`") && detail.contains("ann@acme.example"), "{detail}");
    assert!(detail.contains("7518") && !problem.to_string().contains(IMEIS[0]), "{detail}");
    let (_, order) = user.get("/partners/back-market-us/orders/p2").await;
    assert_eq!(order["lines"][0]["is_missing"], true, "nothing was saved");
    let meant = json!({ "imeis": [IMEIS[0]], "is_meant": true });
    assert_eq!(enter(&user, "p2", meant).await.0, 200);
    let (status, problem) =
        enter(&user, "p2", json!({ "imeis": [IMEIS[1]], "is_meant": "x" })).await;
    assert_eq!((status, &problem["field"]), (400, &json!("is_meant")));
}

/// Where it was corrected the phone is free again; the same again for its own line is nothing new.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_phone_that_was_corrected_is_asked_about_no_more() {
    let mut deployment = deployment_under(MOVES);
    for order in ["p1", "p2"] {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    for imei in [IMEIS[0], IMEIS[0], IMEIS[1]] {
        assert_eq!(enter(&user, "p1", json!({ "imeis": [imei] })).await.0, 200);
    }
    assert_eq!(enter(&user, "p2", json!({ "imeis": [IMEIS[0]] })).await.0, 200);
    assert_eq!(enter(&user, "p2", json!({ "imeis": [IMEIS[1]] })).await.0, 409);
}

/// Two lines of one order are two phones.
#[rstest]
#[tokio::test(start_paused = true)]
async fn one_phone_for_two_lines_is_asked_about_too() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&label("back-market-us", "p1").with("items", phones(&["11", "12"])));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    assert_eq!(enter(&user, "p1", json!({ "imeis": [IMEIS[0]] })).await.0, 200);
    let second = "/partners/back-market-us/orders/p1/items/12/imeis";
    assert_eq!(user.put(second, &[], json!({ "imeis": [IMEIS[0]] })).await.0, 409);
    assert_eq!(user.put(second, &[], json!({ "imeis": [IMEIS[1]] })).await.0, 200);
}

/// What came by event is known to whoever enters it by hand; one that is marked for it is marked no more once it is meant.
#[rstest]
#[tokio::test(start_paused = true)]
async fn i9_a_person_is_asked_about_what_came_by_event() {
    let mut deployment = deployment_under(MOVES);
    for order in ["p1", "p2", "p3"] {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.put_event(&testkit::imeis("p1", "11", &[IMEIS[0]]));
    deployment.deliver().await;
    deployment.put_event(&testkit::imeis("p3", "11", &[IMEIS[0]]));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let reason = async || {
        let (_, order) = user.get("/partners/back-market-us/orders/p3").await;
        order["packages"][0]["attention"][0]["reason"].clone()
    };
    assert_eq!(reason().await, json!("imei_twice"));
    for order in ["p2", "p3"] {
        assert_eq!(enter(&user, order, json!({ "imeis": [IMEIS[0]] })).await.0, 409);
        let meant = json!({ "imeis": [IMEIS[0]], "is_meant": true });
        assert_eq!(enter(&user, order, meant).await.0, 200);
    }
    assert_eq!(reason().await, Value::Null, "it is meant");
}

/// Rules I10 and I11: both lists by one request, each by itself, masked in the answer.
#[rstest]
#[tokio::test(start_paused = true)]
async fn i11_serial_numbers_are_entered_beside_imeis() {
    let mut deployment = deployment_under(MOVES);
    let both =
        json!([{ "item_id": "11", "quantity": 1, "requires_imei": true, "requires_serial": true }]);
    deployment.put_event(&phone("p1", "BM0000p1").with("items", both));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let pair = format!("{} / {}", IMEIS[0], IMEIS[1]);
    let (status, order) = enter(&user, "p1", json!({ "imeis": [pair] })).await;
    assert_eq!((status, &order["lines"][0]["missing"]), (200, &json!(["serial"])), "{order}");
    let (status, order) = enter(&user, "p1", json!({ "serials": [" C02XK1ABJG5J\n"] })).await;
    assert_eq!((status, &order["lines"][0]["missing"]), (200, &json!([])), "{order}");
    assert_eq!(order["lines"][0]["imeis"], json!(["***********7518/***********3809"]));
    assert_eq!(order["lines"][0]["serials"], json!(["***********JG5J"]));
    for hidden in [IMEIS[0], IMEIS[1], "C02XK1ABJG5J"] {
        assert!(!order.to_string().contains(hidden), "{order}");
    }
    let (_, order) = enter(&user, "p1", json!({ "serials": [], "imeis": [IMEIS[2]] })).await;
    assert_eq!(order["lines"][0]["missing"], json!(["serial"]));
}

#[rstest]
#[case::neither(json!({}), 400, "imeis")]
#[case::one_imei_in_two_entries(json!({ "imeis": [IMEIS[0], format!("{}/{}", IMEIS[1], IMEIS[0])] }), 400, "imeis[1]")]
#[case::three_of_one_phone(json!({ "imeis": [IMEIS.join("/")] }), 400, "imeis[0]")]
#[case::a_serial_number_twice(json!({ "serials": ["A1", "A2", "A1"] }), 400, "serials[2]")]
#[case::an_imei_as_a_serial_number(json!({ "serials": [IMEIS[0]] }), 400, "serials[0]")]
#[case::a_serial_number_as_an_imei(json!({ "imeis": ["C02XK1ABJG5J"] }), 400, "imeis[0]")]
#[case::a_sign(json!({ "serials": ["C02XK1ABJG5J#"] }), 400, "serials[0]")]
#[case::many(json!({ "serials": vec!["A"; 21] }), 400, "serials")]
#[case::no_list(json!({ "serials": "C02XK1ABJG5J" }), 400, "serials")]
#[tokio::test(start_paused = true)]
async fn what_cannot_be_entered_is_named(
    #[case] body: Value,
    #[case] status: u16,
    #[case] field: &str,
) {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&phone("p1", "BM0000p1"));
    deployment.deliver().await;
    let (found, problem) = enter(&ApiUser::of(&deployment), "p1", body).await;
    assert_eq!((found, problem["field"].as_str()), (status, Some(field)), "{problem}");
    let said = problem.to_string();
    assert!(!said.contains("C02XK1") && !IMEIS.iter().any(|imei| said.contains(imei)), "{said}");
}

/// Rule I9 for a serial number, and for the second IMEI of a phone.
#[rstest]
#[case::a_serial_number(json!({ "serials": ["C02XK1ABJG5J"] }), json!({ "serials": ["C02XK1ABJG5J"] }), "serials", "JG5J")]
#[case::a_second_imei(json!({ "imeis": [format!("{}/{}", IMEIS[0], IMEIS[1])] }), json!({ "imeis": [IMEIS[1]] }), "imeis", "3809")]
#[case::of_a_phone_of_two(json!({ "imeis": [IMEIS[1]] }), json!({ "imeis": [format!("{}/{}", IMEIS[0], IMEIS[1])] }), "imeis", "3809")]
#[tokio::test(start_paused = true)]
async fn i9_a_person_is_asked_about_each(
    #[case] first: Value,
    #[case] mut second: Value,
    #[case] field: &str,
    #[case] ending: &str,
) {
    let mut deployment = deployment_under(MOVES);
    for order in ["p1", "p2"] {
        deployment.put_event(&phone(order, &format!("BM0000{order}")));
    }
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    assert_eq!(enter(&user, "p1", first).await.0, 200);
    let (status, problem) = enter(&user, "p2", second.clone()).await;
    assert_eq!((status, &problem["field"]), (409, &json!(field)), "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(ending) && detail.contains("order `p1`"), "{detail}");
    second["is_meant"] = json!(true);
    assert_eq!(enter(&user, "p2", second).await.0, 200);
}
