//! eBay: which fulfilments it accepts, what it then holds, and what a read shows.

use axum::http::Method;
use marketplaces::{
    Answered, EbayAccount, EbayOrder, Fault, Operation, ShippedElsewhere, Shop as _, UnknownOrders,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{
    Caller, Headers, HttpAnswer, form, high_limit_options, start, start_with, with,
};

pub(crate) const ORDER: &str = "01-03955-36441";
pub(crate) const LINE: &str = "10000000000001";
pub(crate) const SECOND: &str = "10000000000002";
pub(crate) const NUMBER: &str = "1Z999AA10123456784";
pub(crate) const LOGIN: &str = "/ebay/identity/v1/oauth2/token";
pub(crate) const SCOPE: &str = "https://api.ebay.com/oauth/api_scope/sell.fulfillment";
/// The header of the demo account's application. Source: the output of
/// `printf '%s' 'Demo-Shipconf-PRD-demo:PRD-demo' | base64`.
pub(crate) const BASIC: &str = "Basic RGVtby1TaGlwY29uZi1QUkQtZGVtbzpQUkQtZGVtbw==";

pub(crate) fn path(order_id: &str) -> String {
    format!("/ebay/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment")
}

pub(crate) fn order() -> EbayOrder {
    EbayOrder::new(ORDER, &[(LINE, 2), (SECOND, 1)])
}

/// A body that ships the whole order in one package.
pub(crate) fn shipment() -> Value {
    json!({
        "lineItems": [
            { "lineItemId": LINE, "quantity": 2 },
            { "lineItemId": SECOND, "quantity": 1 },
        ],
        "shippedDate": "2026-02-11T01:00:00.000Z",
        "shippingCarrierCode": "UPS",
        "trackingNumber": NUMBER,
    })
}

pub(crate) fn package(number: &str, lines: &[(&str, u32)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(line, quantity)| json!({ "lineItemId": line, "quantity": quantity }))
        .collect();
    let body = with(shipment(), "/trackingNumber", json!(number));
    with(body, "/lineItems", json!(lines))
}

pub(crate) fn headers(token: &str) -> Headers {
    vec![
        ("authorization", format!("Bearer {token}")),
        ("content-type", "application/json".to_owned()),
    ]
}

pub(crate) fn login_headers() -> Headers {
    vec![
        ("authorization", BASIC.to_owned()),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ]
}

pub(crate) fn login_fields() -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "refresh_token".to_owned()),
        ("refresh_token", EbayAccount::named(marketplaces::DEMO_ACCOUNT).refresh_token),
        ("scope", SCOPE.to_owned()),
    ]
}

pub(crate) async fn login_with(
    caller: &Caller,
    headers: &Headers,
    fields: &[(&str, String)],
) -> HttpAnswer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    caller.send(Method::POST, LOGIN, headers, form(&fields)).await.expect("an answer")
}

pub(crate) async fn login(caller: &Caller) -> String {
    let answered = login_with(caller, &login_headers(), &login_fields()).await;
    answered.json()["access_token"].as_str().expect("a token").to_owned()
}

pub(crate) async fn ship(caller: &Caller, token: &str, body: &Value) -> HttpAnswer {
    caller
        .send(Method::POST, &path(ORDER), &headers(token), body.to_string())
        .await
        .expect("an answer")
}

pub(crate) async fn read(caller: &Caller, token: &str) -> HttpAnswer {
    caller.send(Method::GET, &path(ORDER), &headers(token), "").await.expect("an answer")
}

pub(crate) fn error(answered: &HttpAnswer) -> Value {
    answered.json()["errors"][0].clone()
}

#[tokio::test]
async fn a_valid_fulfilment_is_stored_and_answered_with_its_address() {
    let (marketplaces, caller) = start().await;
    let ebay = marketplaces.ebay();
    ebay.add_order(order());
    let token = login(&caller).await;
    let answered = ship(&caller, &token, &shipment()).await;
    assert_eq!((answered.status, answered.json()), (201, json!({})));
    let location = format!(
        "https://api.ebay.com/sell/fulfillment/v1/order/{ORDER}/shipping_fulfillment/{NUMBER}"
    );
    assert_eq!(answered.header("location"), Some(location.as_str()));

    let held = ebay.fulfillments(ORDER);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].line_items, order().line_items);
    assert_eq!(ebay.numbers(ORDER), [NUMBER]);
    let submissions = ebay.submissions_of(ORDER);
    assert_eq!(submissions.len(), 1);
    assert_eq!(submissions[0].body, shipment());
    assert_eq!(submissions[0].raw_body, shipment().to_string().into_bytes());
    assert_eq!(submissions[0].answered, Answered::Status(201));
    assert_eq!(submissions[0].account.as_deref(), Some("demo"));
    assert!(submissions[0].applied);
    assert_eq!(ebay.counts(), json!({ "token": 1, "submit": 1 }));
}

#[tokio::test]
async fn a_read_has_another_name_for_the_tracking_number_than_a_submission() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    assert_eq!(read(&caller, &token).await.json(), json!({ "fulfillments": [], "total": 0 }));
    ship(&caller, &token, &shipment()).await;
    let held = json!({
        "fulfillmentId": NUMBER,
        "lineItems": shipment()["lineItems"],
        "shipmentTrackingNumber": NUMBER,
        "shippingCarrierCode": "UPS",
        "shippedDate": "2026-02-11T01:00:00.000Z",
    });
    let answered = read(&caller, &token).await;
    assert_eq!(answered.status, 200);
    assert_eq!(answered.json(), json!({ "fulfillments": [held], "total": 1 }));
}

#[tokio::test]
async fn a_missing_field_has_a_default() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    let body = json!({ "lineItems": [{ "lineItemId": LINE }] });
    let answered = ship(&caller, &token, &body).await;
    assert_eq!(answered.status, 201);
    assert!(answered.header("location").unwrap().ends_with("/999"));
    let held = read(&caller, &token).await.json()["fulfillments"][0].clone();
    assert_eq!(held["fulfillmentId"], "999");
    assert_eq!(held["lineItems"], json!([{ "lineItemId": LINE, "quantity": 1 }]));
    assert!(held["shippedDate"].is_string());
    assert!(held.get("shipmentTrackingNumber").is_none());
    assert!(ship(&caller, &token, &body).await.header("location").unwrap().ends_with("/1000"));
}

#[rstest]
#[case::no_lines("/lineItems", Value::Null, 32600, "lineItems")]
#[case::empty_lines("/lineItems", json!([]), 32600, "at least one")]
#[case::bare_line("/lineItems", json!({"lineItemId": LINE, "quantity": 1}), 32600, "must be an array")]
#[case::line_as_text("/lineItems", json!([LINE]), 32600, "must be an object")]
#[case::no_line_id("/lineItems", json!([{"quantity": 1}]), 32600, "lineItemId is required")]
#[case::blank_line_id("/lineItems", json!([{"lineItemId": " "}]), 32600, "lineItemId is required")]
#[case::numeric_line_id("/lineItems", json!([{"lineItemId": 1}]), 32600, "lineItemId must be a string")]
#[case::amazons_line("/lineItems", json!([{"orderItemId": LINE}]), 32600, "orderItemId is not a field")]
#[case::zero_quantity("/lineItems", json!([{"lineItemId": LINE, "quantity": 0}]), 32600, "above 0")]
#[case::negative_quantity("/lineItems", json!([{"lineItemId": LINE, "quantity": -1}]), 32600, "above 0")]
#[case::half_a_piece("/lineItems", json!([{"lineItemId": LINE, "quantity": 1.5}]), 32600, "above 0")]
#[case::quantity_as_text("/lineItems", json!([{"lineItemId": LINE, "quantity": "1"}]), 32600, "above 0")]
#[case::too_large_a_quantity("/lineItems", json!([{"lineItemId": LINE, "quantity": 2_147_483_648_u64}]), 32600, "above 0")]
#[case::largest_quantity("/lineItems", json!([{"lineItemId": LINE, "quantity": 2_147_483_647}]), 32600, "2 to be shipped")]
#[case::too_many("/lineItems", json!([{"lineItemId": LINE, "quantity": 3}]), 32600, "2 to be shipped")]
#[case::foreign_line("/lineItems", json!([{"lineItemId": "1"}]), 32200, "Invalid line item id: 1")]
#[case::line_twice("/lineItems", json!([{"lineItemId": LINE}, {"lineItemId": LINE}]), 32210, LINE)]
#[case::no_carrier("/shippingCarrierCode", Value::Null, 32300, "needs a shippingCarrierCode")]
#[case::unknown_carrier("/shippingCarrierCode", json!("Amazon"), 32300, "no carrier Amazon")]
#[case::carrier_by_its_name("/shippingCarrierCode", json!("OnTrac"), 32300, "no carrier OnTrac")]
#[case::carrier_in_capitals("/shippingCarrierCode", json!("FEDEX"), 32300, "no carrier FEDEX")]
#[case::carrier_as_number("/shippingCarrierCode", json!(1), 32600, "shippingCarrierCode must be a string")]
#[case::no_number("/trackingNumber", Value::Null, 32300, "needs a trackingNumber")]
#[case::empty_number("/trackingNumber", json!(""), 32300, "alphanumeric")]
#[case::number_with_blanks("/trackingNumber", json!("1Z 999"), 32300, "alphanumeric")]
#[case::number_with_hyphens("/trackingNumber", json!("1Z-999"), 32300, "alphanumeric")]
#[case::number_as_number("/trackingNumber", json!(999_999), 32600, "trackingNumber must be a string")]
#[case::day_alone("/shippedDate", json!("2026-02-11"), 32500, "YYYY-MM-DD")]
#[case::without_milliseconds("/shippedDate", json!("2026-02-11T01:00:00Z"), 32500, "YYYY-MM-DD")]
#[case::with_an_offset("/shippedDate", json!("2026-02-11T01:00:00.000+00:00"), 32500, "YYYY-MM-DD")]
#[case::no_such_day("/shippedDate", json!("2026-02-30T01:00:00.000Z"), 32500, "YYYY-MM-DD")]
#[case::future("/shippedDate", json!("2126-02-11T01:00:00.000Z"), 32500, "in the future")]
#[case::date_as_number("/shippedDate", json!(1_770_771_600), 32600, "shippedDate must be a string")]
#[case::unknown_field("/shipmentTrackingNumber", json!(NUMBER), 32600, "shipmentTrackingNumber is not a field")]
#[tokio::test]
async fn a_bad_fulfilment_is_refused_and_recorded(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] id: u32,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    let ebay = marketplaces.ebay();
    ebay.add_order(order());
    let body = with(shipment(), pointer, value);
    let answered = ship(&caller, &login(&caller).await, &body).await;
    let error = error(&answered);
    assert_eq!((answered.status, &error["errorId"]), (400, &json!(id)));
    assert_eq!(
        (&error["domain"], &error["category"]),
        (&json!("API_FULFILLMENT"), &json!("REQUEST"))
    );
    let message = error["longMessage"].as_str().unwrap();
    assert!(message.starts_with(error["message"].as_str().unwrap()), "{message}");
    assert!(message.contains(words), "{message}");

    assert_eq!(ebay.fulfillments(ORDER), []);
    let submissions = ebay.submissions_of(ORDER);
    assert_eq!((submissions[0].status(), submissions[0].applied), (Some(400), false));
    assert!(submissions[0].refusal.as_ref().unwrap().contains(words));
}

#[rstest]
#[case::not_json("{", 32600)]
#[case::not_an_object("[]", 32600)]
#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused(#[case] body: &'static str, #[case] id: u32) {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let headers = headers(&login(&caller).await);
    let answered = caller.send(Method::POST, &path(ORDER), &headers, body).await.unwrap();
    assert_eq!((answered.status, &error(&answered)["errorId"]), (400, &json!(id)));
}

#[tokio::test]
async fn an_unknown_order_is_refused() {
    let (marketplaces, caller) = start().await;
    let token = login(&caller).await;
    let (shipped, read) = (ship(&caller, &token, &shipment()).await, read(&caller, &token).await);
    for answered in [shipped, read] {
        assert_eq!((answered.status, &error(&answered)["errorId"]), (400, &json!(32100)));
    }
    assert_eq!(marketplaces.ebay().submissions_of(ORDER).len(), 1);
}

#[tokio::test]
async fn a_repeat_is_a_conflict_and_adds_nothing() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    let half = package(NUMBER, &[(LINE, 1)]);
    assert_eq!(ship(&caller, &token, &half).await.status, 201);
    let answered = ship(&caller, &token, &half).await;
    assert_eq!((answered.status, answered.text.as_str()), (409, ""));
    assert_eq!(marketplaces.ebay().fulfillments(ORDER).len(), 1);
    assert!(!marketplaces.ebay().submissions_of(ORDER)[1].applied);
}

#[tokio::test]
async fn another_number_for_a_shipped_order_is_refused_and_the_first_stays() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 201);
    let another = with(shipment(), "/trackingNumber", json!("OTHER"));
    let answered = ship(&caller, &token, &another).await;
    assert_eq!((answered.status, &error(&answered)["errorId"]), (400, &json!(34500)));
    assert_eq!(marketplaces.ebay().numbers(ORDER), [NUMBER]);
}

#[tokio::test]
async fn an_order_ships_in_several_packages_until_nothing_is_left() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    let first = package("FIRST1", &[(LINE, 1)]);
    let too_much = package("SECOND", &[(LINE, 2), (SECOND, 1)]);
    let second = package("SECOND", &[(LINE, 1), (SECOND, 1)]);
    assert_eq!(ship(&caller, &token, &first).await.status, 201);
    let answered = ship(&caller, &token, &too_much).await;
    assert_eq!((answered.status, &error(&answered)["errorId"]), (400, &json!(32600)));
    assert_eq!(ship(&caller, &token, &second).await.status, 201);
    assert_eq!(marketplaces.ebay().numbers(ORDER), ["FIRST1", "SECOND"]);
}

#[tokio::test]
async fn an_order_shipped_by_hand_shows_the_foreign_number() {
    let (marketplaces, caller) = start().await;
    let elsewhere =
        ShippedElsewhere { tracking_number: "FOREIGN".to_owned(), carrier: "USPS".to_owned() };
    marketplaces.ebay().add_order(EbayOrder { shipped_elsewhere: Some(elsewhere), ..order() });
    let token = login(&caller).await;
    let answered = ship(&caller, &token, &shipment()).await;
    assert_eq!(error(&answered)["errorId"], 34500);
    let held = read(&caller, &token).await.json()["fulfillments"][0].clone();
    assert_eq!(held["shipmentTrackingNumber"], "FOREIGN");
    assert_eq!(held["lineItems"], shipment()["lineItems"]);
}

#[tokio::test]
async fn somebody_else_may_ship_the_rest_of_an_order_first() {
    let (marketplaces, caller) = start().await;
    let ebay = marketplaces.ebay();
    ebay.add_order(order());
    let token = login(&caller).await;
    assert_eq!(ship(&caller, &token, &package("FIRST1", &[(LINE, 1)])).await.status, 201);
    let fault = Fault::ShippedElsewhere { tracking_number: "FOREIGN".to_owned() };
    ebay.fault(ORDER, Operation::Submit, fault);
    let answered = ship(&caller, &token, &package("SECOND", &[(SECOND, 1)])).await;
    assert_eq!(error(&answered)["errorId"], 34500);
    assert_eq!(ebay.numbers(ORDER), ["FIRST1", "FOREIGN"]);
    assert_eq!(ebay.fulfillments(ORDER)[1].line_items[0].quantity, 1);
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let mut options = high_limit_options();
    options.unknown_orders = UnknownOrders::Accept;
    let (marketplaces, caller) = start_with(options).await;
    let token = login(&caller).await;
    assert_eq!(read(&caller, &token).await.status, 400);
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 201);
    assert_eq!(marketplaces.ebay().order(ORDER), Some(order()));
    let another = with(shipment(), "/trackingNumber", json!("OTHER"));
    assert_eq!(error(&ship(&caller, &token, &another).await)["errorId"], 34500);
    assert_eq!(ship(&caller, &token, &package("THIRD1", &[("3", 3)])).await.status, 201);
}

#[tokio::test]
async fn an_unknown_path_is_refused_in_ebays_shape() {
    let (_marketplaces, caller) = start().await;
    let path = format!("{}/{NUMBER}", path(ORDER));
    let answered = caller.send(Method::PUT, &path, &headers(""), "").await.unwrap();
    assert_eq!((answered.status, &error(&answered)["errorId"]), (404, &json!(2002)));
}

async fn admin(caller: &Caller, method: Method, path: &str, body: &Value) -> HttpAnswer {
    let headers = vec![("content-type", "application/json".to_owned())];
    let path = format!("/_admin{path}");
    caller.send(method, &path, &headers, body.to_string()).await.expect("an answer")
}

#[tokio::test]
async fn the_controls_over_http_add_disturb_and_show_an_order() {
    let (marketplaces, caller) = start().await;
    let added = json!({
        "id": ORDER,
        "line_items": [{ "line_item_id": LINE, "quantity": 2 }, { "line_item_id": SECOND, "quantity": 1 }],
    });
    assert_eq!(admin(&caller, Method::POST, "/ebay/orders", &added).await.status, 201);
    assert_eq!(marketplaces.ebay().order(ORDER), Some(order()));
    let fault = json!({
        "order": ORDER,
        "operation": "submit",
        "fault": { "kind": "not_applied", "answer": "already_shipped" },
    });
    assert_eq!(admin(&caller, Method::POST, "/ebay/faults", &fault).await.status, 204);
    let token = login(&caller).await;
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 400);
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 201);

    let shown = admin(&caller, Method::GET, &format!("/ebay/orders/{ORDER}"), &Value::Null).await;
    let shown = shown.json();
    assert_eq!(shown["order"]["line_items"], added["line_items"]);
    assert_eq!(shown["fulfillments"][0]["tracking_number"], NUMBER);
    assert_eq!(shown["submissions"][0]["answered"], json!({ "status": 400 }));
    let all = admin(&caller, Method::GET, "/ebay/orders", &Value::Null).await.json();
    assert_eq!(all["orders"], json!([shown]));
    let requests = admin(&caller, Method::GET, "/ebay/requests", &Value::Null).await.json();
    assert_eq!(requests, json!({ "token": 1, "submit": 2 }));

    let expired = admin(&caller, Method::POST, "/ebay/tokens/expire", &Value::Null).await;
    assert_eq!((expired.status, read(&caller, &token).await.status), (204, 401));
}

#[rstest]
#[case::no_id(json!({ "id": " ", "line_items": [{ "line_item_id": LINE, "quantity": 1 }] }))]
#[case::no_lines(json!({ "id": ORDER, "line_items": [] }))]
#[case::no_quantity(json!({ "id": ORDER, "line_items": [{ "line_item_id": LINE, "quantity": 0 }] }))]
#[case::no_line_id(json!({ "id": ORDER, "line_items": [{ "line_item_id": "", "quantity": 1 }] }))]
#[case::a_line_twice(json!({ "id": ORDER, "line_items": [
    { "line_item_id": LINE, "quantity": 1 }, { "line_item_id": LINE, "quantity": 1 },
] }))]
#[case::unknown_field(json!({ "id": ORDER, "line_items": [], "state": 1 }))]
#[tokio::test]
async fn an_impossible_order_is_not_added(#[case] added: Value) {
    let (marketplaces, caller) = start().await;
    assert_eq!(admin(&caller, Method::POST, "/ebay/orders", &added).await.status, 400);
    assert_eq!(marketplaces.ebay().orders(), Vec::<String>::new());
}

#[tokio::test]
async fn ebay_sells_and_shows_orders_through_the_trait_shop() {
    let (marketplaces, caller) = start().await;
    let shop = marketplaces.shop("ebay").unwrap();
    shop.sell(ORDER, &[(LINE, 2), (SECOND, 1)]).unwrap();
    shop.sell(ORDER, &[]).unwrap_err();
    assert_eq!(ship(&caller, &login(&caller).await, &shipment()).await.status, 201);
    assert_eq!(shop.numbers(ORDER), [NUMBER]);
    assert_eq!(shop.show("nobody")["order"], Value::Null);
}
