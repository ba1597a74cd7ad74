//! A receiver of signed webhooks: which bodies it accepts, and that it applies each webhook once.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use marketplaces::{
    Fault, Marketplaces, Operation, Options, Repeats, ShippedElsewhere, Shop as _, Target,
    UnknownOrders, UntilGoneAccount, UntilGoneOrder,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{self, Caller, Headers, high_limit_options, start, start_with, with};

pub(crate) const ORDER: &str = "UG-100042";
pub(crate) const NUMBER: &str = "1Z999AA10123456784";
pub(crate) const OTHER_NUMBER: &str = "1Z999AA10123456785";
pub(crate) const LINES: &[(&str, u32)] = &[("7001", 1), ("7002", 3)];

/// A secret that no account has.
pub(crate) const OTHER_SECRET: &str = "whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXIt";

pub(crate) fn webhook() -> Value {
    json!({
        "type": "shipment.confirmed",
        "timestamp": "2026-11-23T15:04:05.678Z",
        "data": {
            "order_id": ORDER,
            "package_id": "1",
            "tracking_number": NUMBER,
            "carrier": "UPS",
            "service": "Ground",
            "tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784",
            "shipped_at": "2026-11-23T15:04:05.678Z",
            "items": [{ "item_id": "7001", "sku": "PHONE", "quantity": 1 }, { "item_id": "7002", "quantity": 2 }],
        },
    })
}

/// A webhook that ships the rest of the order in another package.
pub(crate) fn second_package() -> Value {
    let body = with(webhook(), "/data/package_id", json!("2"));
    let body = with(body, "/data/tracking_number", json!(OTHER_NUMBER));
    with(body, "/data/items", json!([{ "item_id": "7002", "quantity": 1 }]))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the receiver reads its clock, and the time of a webhook must be near it"
)]
pub(crate) fn now_s() -> i64 {
    Timestamp::now().as_second()
}

pub(crate) fn signature(secret: &str, id: &str, time: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
    let mac = hmac_sha256::HMAC::mac(format!("{id}.{time}.{body}"), key);
    format!("v1,{}", STANDARD.encode(mac))
}

pub(crate) fn signed_at(time_s: i64, secret: &str, id: &str, body: &str) -> Headers {
    let time = time_s.to_string();
    let signature = signature(secret, id, &time, body);
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", time),
        ("webhook-signature", signature),
    ]
}

pub(crate) fn signed(id: &str, body: &Value) -> Headers {
    signed_at(
        now_s(),
        &UntilGoneAccount::named(marketplaces::DEMO_ACCOUNT).secret,
        id,
        &body.to_string(),
    )
}

pub(crate) async fn send(caller: &Caller, headers: &Headers, body: &Value) -> caller::HttpAnswer {
    let answered = caller.send(Method::POST, "/until_gone", headers, body.to_string()).await;
    answered.expect("an answer")
}

pub(crate) async fn send_signed(caller: &Caller, id: &str, body: &Value) -> caller::HttpAnswer {
    send(caller, &signed(id, body), body).await
}

pub(crate) async fn start_with_order() -> (Marketplaces, Caller) {
    start_with_order_and(high_limit_options()).await
}

pub(crate) async fn start_with_order_and(options: Options) -> (Marketplaces, Caller) {
    let (marketplaces, caller) = start_with(options).await;
    marketplaces.until_gone().sell(ORDER, LINES).expect("an order");
    (marketplaces, caller)
}

fn repeating_options() -> Options {
    let mut options = high_limit_options();
    for account in &mut options.until_gone.accounts {
        account.repeats = Repeats::Apply;
    }
    options
}

#[tokio::test]
async fn a_valid_webhook_is_accepted_and_stored() {
    let (marketplaces, caller) = start_with_order().await;
    let answered = send_signed(&caller, "msg_1", &webhook()).await;
    assert_eq!((answered.status, answered.text.as_str()), (204, ""));
    let until_gone = marketplaces.until_gone();
    assert_eq!(until_gone.numbers(ORDER), [NUMBER]);
    let held = until_gone.shipments(ORDER).remove(0);
    assert_eq!(held.webhook_id.as_deref(), Some("msg_1"));
    assert_eq!(held.package_id.as_deref(), Some("1"));
    assert_eq!((held.carrier.as_str(), held.service.as_deref()), ("UPS", Some("Ground")));
    assert_eq!(held.shipped_at, "2026-11-23T15:04:05.678Z");
    assert_eq!(held.items.iter().map(|item| item.quantity).collect::<Vec<_>>(), [1, 2]);
    assert!(!held.is_repeat);
    let submissions = until_gone.submissions_of(ORDER);
    assert_eq!(submissions.len(), 1);
    assert_eq!((submissions[0].status(), submissions[0].applied), (Some(204), true));
    assert_eq!(
        (submissions[0].account.as_deref(), &submissions[0].body),
        (Some("demo"), &webhook())
    );
    assert_eq!(submissions[0].raw_body, webhook().to_string().into_bytes());
    assert_eq!(until_gone.counts(), json!({ "submit": 1 }));
}

#[rstest]
#[case::no_type("/type", Value::Null, "type")]
#[case::another_type("/type", json!("shipment.voided"), "type: ")]
#[case::no_time("/timestamp", Value::Null, "timestamp")]
#[case::another_time("/timestamp", json!("2026-11-23T15:04:06.678Z"), "must be data.shipped_at")]
#[case::no_data("/data", Value::Null, "data")]
#[case::a_text_for_data("/data", json!("x"), "data: ")]
#[case::a_field_nobody_knows("/data/imei", json!("490154203237518"), "imei")]
#[case::a_field_beside("/seller_id", json!("acme"), "seller_id")]
#[case::no_order("/data/order_id", Value::Null, "order_id")]
#[case::an_order_as_number("/data/order_id", json!(100_042), "data.order_id: ")]
#[case::an_order_of_no_shape("/data/order_id", json!("UG/100042"), "data.order_id: ")]
#[case::no_package("/data/package_id", Value::Null, "package_id")]
#[case::no_number("/data/tracking_number", Value::Null, "tracking_number")]
#[case::a_number_with_blanks("/data/tracking_number", json!("1Z 999"), "data.tracking_number: ")]
#[case::a_short_number("/data/tracking_number", json!("1Z99"), "data.tracking_number: ")]
#[case::no_carrier("/data/carrier", Value::Null, "carrier")]
#[case::an_empty_carrier("/data/carrier", json!(""), "data.carrier: ")]
#[case::a_long_carrier("/data/carrier", json!("x".repeat(201)), "data.carrier: ")]
#[case::no_service("/data/service", Value::Null, "service")]
#[case::an_address_of_no_shape("/data/tracking_url", json!("ups.com"), "data.tracking_url: ")]
#[case::no_shipping_time("/data/shipped_at", Value::Null, "shipped_at")]
#[case::a_date("/data/shipped_at", json!("2026-11-23"), "data.shipped_at: ")]
#[case::a_local_time("/data/shipped_at", json!("2026-11-23T15:04:05+01:00"), "data.shipped_at: ")]
#[case::no_items("/data/items", Value::Null, "items")]
#[case::empty_items("/data/items", json!([]), "data.items: ")]
#[case::bare_items("/data/items", json!(["7001"]), "data.items.0: ")]
#[case::no_quantity("/data/items", json!([{"item_id": "7001"}]), "quantity")]
#[case::nothing_of_it("/data/items", json!([{"item_id": "7001", "quantity": 0}]), "data.items.0.quantity: ")]
#[case::a_part_of_it("/data/items", json!([{"item_id": "7001", "quantity": 0.5}]), "data.items.0.quantity: ")]
#[case::a_text_of_it("/data/items", json!([{"item_id": "7001", "quantity": "1"}]), "data.items.0.quantity: ")]
#[case::an_item_as_number("/data/items", json!([{"item_id": 7001, "quantity": 1}]), "data.items.0.item_id: ")]
#[case::a_line_twice(
    "/data/items", json!([{"item_id": "7002", "quantity": 1}, {"item_id": "7002", "quantity": 1}]), "listed twice"
)]
#[tokio::test]
async fn a_body_that_breaks_the_contract_is_refused_with_the_field(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start_with_order().await;
    let answered = send_signed(&caller, "msg_1", &with(webhook(), pointer, value)).await;
    assert_eq!(answered.status, 400);
    let message = answered.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(words), "{message}");
    assert!(marketplaces.until_gone().shipments(ORDER).is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_and_recorded() {
    let (marketplaces, caller) = start_with_order().await;
    let secret = UntilGoneAccount::named(marketplaces::DEMO_ACCOUNT).secret;
    let headers = signed_at(now_s(), &secret, "msg_1", "{");
    let answered = caller.send(Method::POST, "/until_gone", &headers, "{").await.unwrap();
    assert_eq!(answered.status, 400);
    assert_eq!(marketplaces.until_gone().submitted_orders(), [""]);
    assert_eq!(marketplaces.until_gone().submissions_of("")[0].raw_body, b"{");
}

#[rstest]
#[case::text_left_out("/data/tracking_url")]
#[case::items_without_sku("/data/items/0/sku")]
#[tokio::test]
async fn an_optional_field_may_be_missing(#[case] pointer: &str) {
    let (_marketplaces, caller) = start_with_order().await;
    let body = with(webhook(), pointer, Value::Null);
    assert_eq!(send_signed(&caller, "msg_1", &body).await.status, 204);
}

#[rstest]
#[case::unknown_order("/data/order_id", json!("UG-100043"), 404, "unknown_order")]
#[case::unknown_line("/data/items", json!([{"item_id": "7003", "quantity": 1}]), 422, "unknown_item")]
#[case::all_of_it("/data/items", json!([{"item_id": "7002", "quantity": 3}]), 204, "")]
#[case::too_many("/data/items", json!([{"item_id": "7002", "quantity": 4}]), 422, "quantity")]
#[tokio::test]
async fn only_lines_and_pieces_that_were_bought_can_ship(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (marketplaces, caller) = start_with_order().await;
    let answered = send_signed(&caller, "msg_1", &with(webhook(), pointer, value)).await;
    assert_eq!(answered.status, status);
    assert!(answered.text.contains(code), "{}", answered.text);
    assert_eq!(marketplaces.until_gone().numbers(ORDER).len(), usize::from(status == 204));
}

#[tokio::test]
async fn an_order_ships_in_several_packages_until_nothing_is_left() {
    let (marketplaces, caller) = start_with_order().await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_2", &second_package()).await.status, 204);
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER, OTHER_NUMBER]);
    let third = with(second_package(), "/data/package_id", json!("3"));
    let answered = send_signed(&caller, "msg_3", &third).await;
    assert_eq!((answered.status, &answered.json()["error"]["code"]), (422, &json!("quantity")));
}

#[tokio::test]
async fn a_repeat_is_dropped() {
    let (marketplaces, caller) = start_with_order().await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    for _ in 0..2 {
        let answered = send_signed(&caller, "msg_1", &webhook()).await;
        assert_eq!(
            (answered.status, &answered.json()["error"]["code"]),
            (409, &json!("duplicate"))
        );
    }
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER]);
    let applied: Vec<bool> = marketplaces
        .until_gone()
        .submissions_of(ORDER)
        .iter()
        .map(|submission| submission.applied)
        .collect();
    assert_eq!(applied, [true, false, false]);
}

#[tokio::test]
async fn a_receiver_that_drops_no_repeats_applies_them() {
    let (marketplaces, caller) = start_with_order_and(repeating_options()).await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    let until_gone = marketplaces.until_gone();
    assert_eq!(until_gone.numbers(ORDER), [NUMBER, NUMBER]);
    let repeats: Vec<bool> = until_gone.shipments(ORDER).iter().map(|one| one.is_repeat).collect();
    assert_eq!(repeats, [false, true]);
    assert!(until_gone.submissions_of(ORDER).iter().all(|submission| submission.applied));
    // Such a receiver also refuses another number for the package.
    let other = with(webhook(), "/data/tracking_number", json!(OTHER_NUMBER));
    assert_eq!(send_signed(&caller, "msg_2", &other).await.status, 422);
}

#[rstest]
#[case::dropping(high_limit_options())]
#[case::repeating(repeating_options())]
#[tokio::test]
async fn an_id_with_another_body_is_refused(#[case] options: Options) {
    let (marketplaces, caller) = start_with_order_and(options).await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    let answered = send_signed(&caller, "msg_1", &second_package()).await;
    assert_eq!((answered.status, &answered.json()["error"]["code"]), (422, &json!("id_reused")));
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER]);
}

#[rstest]
#[case::another_number(json!(OTHER_NUMBER))]
#[case::the_same_number(json!(NUMBER))]
#[tokio::test]
async fn a_package_ships_only_once(#[case] number: Value) {
    let (marketplaces, caller) = start_with_order().await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    let body = with(webhook(), "/data/tracking_number", number);
    let answered = send_signed(&caller, "msg_2", &body).await;
    assert_eq!((answered.status, &answered.json()["error"]["code"]), (422, &json!("locked")));
    assert!(answered.text.contains(NUMBER));
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER]);
    // The receiver did not accept the refused webhook, so its id can be used again.
    assert_eq!(send_signed(&caller, "msg_2", &second_package()).await.status, 204);
}

#[tokio::test]
async fn an_order_that_is_added_again_can_ship_again() {
    let (marketplaces, caller) = start_with_order().await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    marketplaces.until_gone().add_order(UntilGoneOrder::new(ORDER, LINES));
    assert!(marketplaces.until_gone().numbers(ORDER).is_empty());
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    assert_eq!(marketplaces.until_gone().submissions_of(ORDER).len(), 2);
}

#[tokio::test]
async fn an_order_that_somebody_else_shipped_cannot_ship_again() {
    let (marketplaces, caller) = start().await;
    let until_gone = marketplaces.until_gone();
    let elsewhere =
        ShippedElsewhere { tracking_number: "FOREIGN".to_owned(), carrier: "DHL".to_owned() };
    let order = UntilGoneOrder::new(ORDER, LINES);
    until_gone.add_order(UntilGoneOrder { shipped_elsewhere: Some(elsewhere), ..order });
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 422);
    assert_eq!(until_gone.numbers(ORDER), ["FOREIGN"]);

    until_gone.add_order(UntilGoneOrder::new(ORDER, LINES));
    let fault = Fault::ShippedElsewhere { tracking_number: "LATER".to_owned() };
    until_gone.fault(ORDER, Operation::Submit, fault.clone());
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 422);
    assert_eq!(until_gone.numbers(ORDER), ["LATER"]);

    until_gone.fault(Target::Any, Operation::Submit, fault);
    let unknown = with(webhook(), "/data/order_id", json!("UG-100043"));
    assert_eq!(send_signed(&caller, "msg_1", &unknown).await.status, 404);
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let mut options = high_limit_options();
    options.unknown_orders = UnknownOrders::Accept;
    let (marketplaces, caller) = start_with(options).await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_2", &second_package()).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 409);
    let other = with(webhook(), "/data/tracking_number", json!(OTHER_NUMBER));
    assert_eq!(send_signed(&caller, "msg_3", &other).await.status, 422);
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER, OTHER_NUMBER]);
}

#[rstest]
#[case::no_lines(json!({"id": ORDER, "items": []}))]
#[case::none_of_a_line(json!({"id": ORDER, "items": [{"item_id": "7001", "quantity": 0}]}))]
#[case::a_name_of_no_shape(json!({"id": "UG/1", "items": [{"item_id": "7001", "quantity": 1}]}))]
#[case::a_line_of_no_shape(json!({"id": ORDER, "items": [{"item_id": "", "quantity": 1}]}))]
#[case::a_field_nobody_knows(json!({"id": ORDER, "items": [], "state": 1}))]
#[tokio::test]
async fn an_impossible_order_is_refused(#[case] order: Value) {
    let (marketplaces, _caller) = start().await;
    assert!(marketplaces.until_gone().add(order).is_err());
    assert!(marketplaces.until_gone().orders().is_empty());
}
