//! Back Market: who may call, which updates it accepts, and what a seller can register only once.

use axum::http::Method;
use marketplaces::{
    Answered, BackMarketOrder, ImeiOfSeveral, LineState, Options, ShippedElsewhere, UnknownOrders,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{
    IMEI, OTHER_IMEI, back_market_headers, high_limit_options, replaced, shipment, start,
    start_with, with, without,
};

const ID: u64 = 4_711;

#[tokio::test]
async fn a_valid_update_ships_every_line_and_answers_with_the_order() {
    let (marketplaces, caller) = start().await;
    let back_market = marketplaces.back_market();
    back_market.add_order(BackMarketOrder::accepted(ID, &[(1, 1), (2, 3)]));
    let answered = caller.update(ID, &shipment(ID)).await.unwrap();
    assert_eq!(answered.status, 200);
    let order = answered.json();
    assert_eq!((&order["order_id"], &order["state"]), (&json!(ID), &json!(3)));
    assert_eq!(order["tracking_number"], "1Z999AA10123456784");
    assert_eq!((&order["shipper"], &order["shipper_display"]), (&json!("UPS"), &json!("UPS")));
    assert_eq!(order["date_shipping"], "2026-02-11T01:00:00Z");
    assert_eq!(order["is_backship"], false);
    assert_eq!(
        (&order["orderlines"][0]["state"], &order["orderlines"][1]["state"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(caller.read(ID).await.json(), order);

    let held = back_market.held(ID).unwrap();
    assert_eq!(held.shipment.unwrap().shipper, "UPS");
    let submissions = back_market.submissions(ID);
    assert_eq!(submissions.len(), 1);
    assert_eq!(submissions[0].body, shipment(ID));
    assert_eq!(submissions[0].answered, Answered::Status(200));
    assert!(submissions[0].applied);
    assert_eq!((back_market.requests().update, back_market.requests().get_order), (1, 1));
}

#[rstest]
#[case::other_order("/order_id", json!(4712), "is not the order of the URL")]
#[case::order_as_text("/order_id", json!("4711"), "is not an integer")]
#[case::no_order("/order_id", Value::Null, "order_id is required")]
#[case::no_state("/new_state", Value::Null, "new_state is required")]
#[case::state_as_text("/new_state", json!("3"), "is not an integer")]
#[case::order_state_nine("/new_state", json!(9), "new_state 9 must be in 2,3,4,5,6")]
#[case::state_one("/new_state", json!(1), "new_state 1 must be in 2,3,4,5,6")]
#[case::accepting_without_sku("/new_state", json!(2), "sku not found")]
#[case::no_tracking("/tracking_number", Value::Null, "tracking_number is required")]
#[case::blank_tracking("/tracking_number", json!(""), "tracking_number may not be blank")]
#[case::long_tracking("/tracking_number", json!("1".repeat(201)), "longer than 200")]
#[case::bad_url("/tracking_url", json!("ups.com"), "not a valid URL")]
#[case::long_url("/tracking_url", json!(format!("https://{}", "x".repeat(300))), "longer than 300")]
#[case::no_shipper("/shipper", Value::Null, "shipper is required")]
#[case::long_shipper("/shipper", json!("x".repeat(201)), "longer than 200")]
#[case::not_a_date("/date_shipping", json!("2026-02-11"), "date_shipping")]
#[case::short_imei("/imei", json!("49015420323751"), "not a valid IMEI")]
#[case::wrong_check_digit("/imei", json!("490154203237519"), "not a valid IMEI")]
#[case::long_imei("/imei", json!("4901542032375180"), "longer than 15")]
#[case::a_serial_number_as_an_imei("/imei", json!("C02XK1ABJG5J"), "not a valid IMEI")]
#[case::an_imei_as_a_serial_number("/serial_number", json!(IMEI), "is an IMEI")]
#[case::a_long_serial_number("/serial_number", json!("9".repeat(51)), "longer than 50")]
#[case::imei_as_number("/imei", json!(490_154_203_237_518_u64), "is not a string")]
#[case::long_serial("/serial_number", json!("x".repeat(51)), "longer than 50")]
#[case::bad_vat_type("/vat_type", json!("NONE"), "REGULAR or MARGINAL")]
#[tokio::test]
async fn a_bad_update_is_refused_and_recorded(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    let back_market = marketplaces.back_market();
    back_market.add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    let answered = caller.update(ID, &with(shipment(ID), pointer, value)).await.unwrap();
    assert_eq!(answered.status, 400);
    let error = answered.json();
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.contains(words), "{message}");
    assert_eq!(back_market.held(ID).unwrap().shipment, None);
    let submissions = back_market.submissions(ID);
    assert_eq!((submissions[0].status(), submissions[0].applied), (Some(400), false));
}

#[rstest]
#[case::tracking(199, 200)]
#[case::tracking_at_its_limit(200, 200)]
#[tokio::test]
async fn a_text_may_be_as_long_as_its_limit(#[case] length: usize, #[case] status: u16) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    let body = with(shipment(ID), "/tracking_number", json!("1".repeat(length)));
    assert_eq!(caller.update(ID, &body).await.unwrap().status, status);
}

#[rstest]
#[case::not_accepted(LineState::Paid, "from state 1 to state 3 is not allowed (allowed: 2,4)")]
#[case::shipped(LineState::Shipped, "from state 3 to state 3 is not allowed (allowed: 6)")]
#[case::refused(LineState::Refused, "no orderline that can be shipped")]
#[tokio::test]
async fn a_line_goes_only_where_the_state_machine_says(
    #[case] state: LineState,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::in_state(ID, state, &[(1, 1)]));
    let answered = caller.update(ID, &shipment(ID)).await.unwrap();
    assert_eq!(answered.status, 400);
    assert!(answered.text.contains(words), "{}", answered.text);
}

#[tokio::test]
async fn a_repeat_is_refused_and_the_first_number_stays() {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);
    let second = with(shipment(ID), "/tracking_number", json!("OTHER"));
    assert_eq!(caller.update(ID, &second).await.unwrap().status, 400);
    assert_eq!(caller.read(ID).await.json()["tracking_number"], "1Z999AA10123456784");
    assert_eq!(marketplaces.back_market().submissions(ID).len(), 2);
}

#[tokio::test]
async fn a_line_is_accepted_by_its_sku_and_shipped_after() {
    let (marketplaces, caller) = start().await;
    let order = BackMarketOrder::in_state(ID, LineState::Paid, &[(1, 1)]);
    marketplaces.back_market().add_order(order);
    assert_eq!(caller.read(ID).await.json()["state"], 1);
    let acceptance = json!({ "order_id": ID, "new_state": 2, "sku": "SKU-1" });
    assert_eq!(caller.update(ID, &acceptance).await.unwrap().status, 200);
    assert_eq!(caller.read(ID).await.json()["state"], 3);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);
}

#[tokio::test]
async fn an_order_accepted_by_hand_can_be_shipped() {
    let (marketplaces, caller) = start().await;
    let order = BackMarketOrder::in_state(ID, LineState::Paid, &[(1, 1)]);
    marketplaces.back_market().add_order(order);
    marketplaces.back_market().accept(ID);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);
}

#[tokio::test]
async fn an_order_with_somebody_elses_label_is_refused() {
    let (marketplaces, caller) = start().await;
    let elsewhere =
        ShippedElsewhere { tracking_number: "FOREIGN".to_owned(), carrier: "DHL".to_owned() };
    let accepted = BackMarketOrder::accepted(ID, &[(1, 1)]);
    let backship = BackMarketOrder { is_backship: true, ..accepted.clone() };
    marketplaces.back_market().add_order(backship);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 400);
    let by_hand = BackMarketOrder { shipped_elsewhere: Some(elsewhere), ..accepted };
    marketplaces.back_market().add_order(by_hand);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 400);
    assert_eq!(caller.read(ID).await.json()["tracking_number"], "FOREIGN");
}

#[tokio::test]
async fn an_update_registers_the_imei_of_a_single_piece() {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    let answered = caller.update(ID, &with(shipment(ID), "/imei", json!(IMEI))).await.unwrap();
    assert_eq!(answered.json()["orderlines"][0]["imei"], IMEI);
    let held = marketplaces.back_market().held(ID).unwrap();
    assert_eq!(held.orderlines[0].imei.as_deref(), Some(IMEI));
}

#[rstest]
#[case::two_lines(&[(1, 1), (2, 1)])]
#[case::two_pieces(&[(1, 2)])]
#[tokio::test]
async fn an_update_with_an_imei_of_several_pieces_is_refused(#[case] lines: &[(u64, u32)]) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, lines));
    let answered = caller.update(ID, &with(shipment(ID), "/imei", json!(IMEI))).await.unwrap();
    assert_eq!(answered.status, 400);
    assert!(answered.text.contains("exactly one orderline with quantity 1"));
}

/// In the other reading of the vendor's words, Back Market applies the update and drops its IMEI.
#[rstest]
#[case::two_lines(&[(1, 1), (2, 1)])]
#[case::two_pieces(&[(1, 2)])]
#[tokio::test]
async fn an_imei_of_several_pieces_is_ignored_if_the_options_say_so(#[case] lines: &[(u64, u32)]) {
    let mut options = high_limit_options();
    options.back_market.imei_of_several = ImeiOfSeveral::Ignore;
    let (marketplaces, caller) = start_with(options).await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, lines));
    let body = with(with(shipment(ID), "/imei", json!(IMEI)), "/serial_number", json!("S1"));
    let answered = caller.update(ID, &body).await.unwrap();
    assert_eq!((answered.status, &answered.json()["state"]), (200, &json!(3)));
    assert_eq!(answered.json()["tracking_number"], "1Z999AA10123456784");
    let held = marketplaces.back_market().held(ID).unwrap();
    for line in &held.orderlines {
        assert_eq!(
            (line.state, &line.imei, &line.serial_number),
            (LineState::Shipped, &None, &None)
        );
    }
    assert_eq!(caller.read(ID).await.json(), answered.json());
}

#[tokio::test]
async fn an_imei_of_a_single_piece_is_registered_under_both_readings() {
    let mut options = high_limit_options();
    options.back_market.imei_of_several = ImeiOfSeveral::Ignore;
    let (marketplaces, caller) = start_with(options).await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    let answered = caller.update(ID, &with(shipment(ID), "/imei", json!(IMEI))).await.unwrap();
    assert_eq!(answered.json()["orderlines"][0]["imei"], IMEI);
}

#[tokio::test]
async fn an_imei_is_registered_once_and_never_changes() {
    let (marketplaces, caller) = start().await;
    let back_market = marketplaces.back_market();
    back_market.add_order(BackMarketOrder::accepted(ID, &[(1, 1), (2, 1)]));
    let answered = caller.register(1, &json!({ "imei": IMEI })).await.unwrap();
    assert_eq!((answered.status, &answered.json()["imei"]), (200, &json!(IMEI)));
    for imei in [IMEI, OTHER_IMEI] {
        assert_eq!(caller.register(1, &json!({ "imei": imei })).await.unwrap().status, 422);
    }
    let serial = caller.register(1, &json!({ "serial_number": "S1" })).await.unwrap();
    assert_eq!(serial.json(), json!({ "imei": IMEI, "serial_number": "S1" }));
    let lines = back_market.held(ID).unwrap().orderlines;
    assert_eq!((lines[0].imei.as_deref(), lines[1].imei.as_deref()), (Some(IMEI), None));
    let applied: Vec<bool> =
        back_market.imei_requests(1).iter().map(|request| request.applied).collect();
    assert_eq!(applied, [true, false, false, true]);
    assert_eq!(back_market.requests().imei, 4);
}

#[rstest]
#[case::nothing(1, json!({}), 422)]
#[case::no_luhn(1, json!({"imei": "490154203237519"}), 422)]
#[case::too_long(1, json!({"serial_number": "x".repeat(51)}), 422)]
#[case::an_imei_as_a_serial_number(1, json!({"serial_number": IMEI}), 422)]
#[case::a_serial_number_as_an_imei(1, json!({"imei": "C02XK1ABJG5J"}), 422)]
#[case::two_pieces(2, json!({"imei": IMEI}), 422)]
#[case::unknown_line(3, json!({"imei": IMEI}), 404)]
#[tokio::test]
async fn a_bad_registration_is_refused(
    #[case] line: u64,
    #[case] body: Value,
    #[case] status: u16,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1), (2, 2)]));
    assert_eq!(caller.register(line, &body).await.unwrap().status, status);
    assert_eq!(marketplaces.back_market().imei_requests(line).len(), 1);
}

/// A device without an IMEI is told by its serial number. The order may go without; what is said of the device must have it.
#[tokio::test]
async fn a_line_that_wants_a_serial_number_takes_nothing_less() {
    let (marketplaces, caller) = start().await;
    let mut order = BackMarketOrder::accepted(ID, &[(1, 1)]);
    order.orderlines[0].wants_serial = true;
    marketplaces.back_market().add_order(order);
    let alone = caller.update(ID, &with(shipment(ID), "/imei", json!(IMEI))).await.unwrap();
    assert_eq!(alone.status, 400);
    assert!(alone.json().to_string().contains("serial_number is required"), "{}", alone.json());
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);
    assert_eq!(caller.register(1, &json!({ "imei": IMEI })).await.unwrap().status, 422);
    let both = json!({ "imei": IMEI, "serial_number": "C02XK1ABJG5J" });
    assert_eq!(caller.register(1, &both).await.unwrap().json(), both);
    assert_eq!(
        caller.register(1, &json!({ "serial_number": "C02XK1ABJG5K" })).await.unwrap().status,
        422
    );
}

#[rstest]
#[case::no_user_agent("user-agent", None, 403)]
#[case::unnamed_user_agent("user-agent", Some("curl/8.0"), 403)]
#[case::no_token("authorization", None, 401)]
#[case::wrong_token("authorization", Some("Basic x"), 401)]
#[case::bearer("authorization", Some("Bearer ZGVtbzpkZW1v"), 401)]
#[case::no_accept("accept", None, 400)]
#[case::any_accept("accept", Some("*/*"), 400)]
#[case::no_content_type("content-type", None, 400)]
#[case::no_language("accept-language", None, 400)]
#[tokio::test]
async fn a_header_that_is_missing_or_wrong_is_refused(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] status: u16,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    let headers = match value {
        None => without(back_market_headers(), name),
        Some(value) => replaced(back_market_headers(), name, value),
    };
    let path = format!("/back_market/ws/orders/{ID}");
    let body = shipment(ID).to_string();
    let posted = caller.send(Method::POST, &path, &headers, body).await.unwrap();
    let read = caller.send(Method::GET, &path, &headers, "").await.unwrap();
    assert_eq!((posted.status, read.status), (status, status));
    let is_page = posted.header("content-type").unwrap().starts_with("text/html");
    assert_eq!((is_page, posted.header("cf-ray").is_some()), (status == 403, status == 403));
    assert_eq!(marketplaces.back_market().held(ID).unwrap().shipment, None);
}

#[rstest]
#[case::unknown("4712")]
#[case::not_a_number("4711x")]
#[tokio::test]
async fn an_unknown_or_malformed_order_id_is_refused(#[case] order_id: &str) {
    let (_marketplaces, caller) = start().await;
    let path = format!("/back_market/ws/orders/{order_id}");
    let headers = back_market_headers();
    let body = shipment(4_712).to_string();
    assert_eq!(caller.send(Method::POST, &path, &headers, body).await.unwrap().status, 404);
    assert_eq!(caller.send(Method::GET, &path, &headers, "").await.unwrap().status, 404);
}

#[tokio::test]
async fn the_two_hundred_and_first_request_in_ten_seconds_is_too_many() {
    let (marketplaces, caller) = start_with(Options::demo()).await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    for _ in 0..200 {
        assert_eq!(caller.read(ID).await.status, 200);
    }
    let answered = caller.read(ID).await;
    assert_eq!(answered.status, 429);
    assert!(answered.header("cf-ray").is_some());
    assert_eq!(answered.header("retry-after"), None);
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let mut options = high_limit_options();
    options.unknown_orders = UnknownOrders::Accept;
    let (_marketplaces, caller) = start_with(options).await;
    assert_eq!(caller.read(ID).await.status, 404);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 400);
    assert_eq!(caller.register(9, &json!({ "imei": IMEI })).await.unwrap().status, 200);
    assert_eq!(caller.register(9, &json!({ "imei": IMEI })).await.unwrap().status, 422);
}
