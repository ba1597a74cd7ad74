//! Amazon: which confirmations it accepts, what it then holds, and what a read shows.

use axum::http::Method;
use marketplaces::{AmazonOrder, Answered, ShippedElsewhere, UnknownOrders};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{
    ITEM, MARKETPLACE, ORDER, amazon_headers, amazon_order, confirm_path, confirmation,
    high_limit_options, start, start_with, with,
};

const SANDBOX: &str = include_str!("../../../contracts/amazon/sandbox.json");
const REFUSAL: &str = include_str!("../../../contracts/amazon/errors.schema.json");
const ORDER_READ: &str = include_str!("../../../contracts/amazon/order.schema.json");

#[tokio::test]
async fn a_valid_confirmation_is_stored_and_answered_with_an_empty_body() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let answered = caller.confirm(&caller.login().await, &confirmation()).await.unwrap();
    assert_eq!((answered.status, answered.text.as_str()), (204, ""));
    assert!(answered.header("x-amzn-requestid").is_some());
    assert_eq!(answered.header("x-amzn-ratelimit-limit"), Some("1000.0"));

    let packages = marketplaces.amazon().packages(ORDER);
    assert_eq!(packages.len(), 1);
    assert_eq!(packages[0].tracking_number, "112345678");
    let submissions = marketplaces.amazon().submissions(ORDER);
    assert_eq!(submissions.len(), 1);
    assert_eq!(submissions[0].body, confirmation());
    assert_eq!(submissions[0].raw_body, confirmation().to_string().into_bytes());
    assert_eq!(submissions[0].answered, Answered::Status(204));
    assert_eq!(submissions[0].account.as_deref(), Some("demo"));
    assert!(submissions[0].applied);
    assert_eq!(marketplaces.amazon().requests().confirm, 1);
}

#[tokio::test]
async fn the_sandboxs_requests_get_the_sandboxs_answers() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let sandbox: Value = serde_json::from_str(SANDBOX).unwrap();
    assert_eq!(sandbox["order"], ORDER);
    let token = caller.login().await;

    let (good, refused) = (sandbox["taken"]["body"].clone(), &sandbox["refused"]);
    let change = &refused["change"];
    let bad = with(good.clone(), change["at"].as_str().unwrap(), change["to"].clone());
    let answered = caller.confirm(&token, &bad).await.unwrap();
    assert_eq!(json!(answered.status), refused["status"]);
    assert_eq!(answered.json(), refused["answer"]);

    let answered = caller.confirm(&token, &good).await.unwrap();
    assert_eq!(json!(answered.status), sandbox["taken"]["status"]);
    assert_eq!(answered.text, "");
}

/// Rule L13: an item that is enrolled in Transparency ships with a code for each piece.
#[rstest]
#[case::a_code_for_each_piece(json!(["AZ:1", "AZ:2"]), 204)]
#[case::no_codes(Value::Null, 400)]
#[case::an_empty_list(json!([]), 400)]
#[case::too_few(json!(["AZ:1"]), 400)]
#[case::too_many(json!(["AZ:1", "AZ:2", "AZ:3"]), 400)]
#[case::one_twice(json!(["AZ:1", "AZ:1"]), 400)]
#[case::a_blank_one(json!(["AZ:1", " "]), 400)]
#[tokio::test]
async fn an_enrolled_item_needs_its_codes(#[case] codes: Value, #[case] status: u16) {
    let (marketplaces, caller) = start().await;
    let order = AmazonOrder::new(ORDER, MARKETPLACE, &[(ITEM, 2)]).enrolled(&[ITEM]);
    marketplaces.amazon().add_order(order);
    let items = json!([{ "orderItemId": ITEM, "quantity": 2, "transparencyCodes": codes }]);
    let items =
        if codes.is_null() { json!([{ "orderItemId": ITEM, "quantity": 2 }]) } else { items };
    let body = with(confirmation(), "/packageDetail/orderItems", items);
    let answered = caller.confirm(&caller.login().await, &body).await.unwrap();
    assert_eq!(answered.status, status, "{}", answered.text);
    if status != 204 {
        assert_eq!(answered.json()["errors"][0]["code"], "InvalidInput");
        assert!(!answered.text.contains("AZ:1"), "{}", answered.text);
    }
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), usize::from(status == 204));
}

#[rstest]
#[case::no_marketplace("/marketplaceId", Value::Null, "missing required fields")]
#[case::other_marketplace("/marketplaceId", json!("A1PA6795UKMFR9"), "MarketplaceId")]
#[case::cod_outside_japan("/codCollectionMethod", json!("DirectPayment"), "JP marketplace")]
#[case::unknown_cod("/codCollectionMethod", json!("Cash"), "[codCollectionMethod]")]
#[case::no_package("/packageDetail", Value::Null, "missing required fields")]
#[case::no_reference("/packageDetail/packageReferenceId", Value::Null, "packageReferenceId")]
#[case::numeric_reference("/packageDetail/packageReferenceId", json!(1), "fields with invalid type [packageDetail.packageReferenceId].")]
#[case::wordy_reference("/packageDetail/packageReferenceId", json!("PKG-1"), "must be a positive numeric value")]
#[case::zero_reference("/packageDetail/packageReferenceId", json!("000"), "must be a positive numeric value")]
#[case::negative_reference("/packageDetail/packageReferenceId", json!("-1"), "must be a positive numeric value")]
#[case::no_carrier("/packageDetail/carrierCode", Value::Null, "carrierCode")]
#[case::unknown_carrier("/packageDetail/carrierCode", json!("Amazon"), "CarrierCode: Amazon")]
#[case::carrier_in_capitals("/packageDetail/carrierCode", json!("FEDEX"), "CarrierCode: FEDEX")]
#[case::other_without_name("/packageDetail/carrierCode", json!("Other"), "CarrierName is required")]
#[case::no_tracking("/packageDetail/trackingNumber", Value::Null, "trackingNumber")]
#[case::blank_tracking("/packageDetail/trackingNumber", json!(" "), "TrackingNumber")]
#[case::number_of_another_carrier("/packageDetail/trackingNumber", json!("1Z12345E0205271688"), "is invalid for CarrierCode FedEx")]
#[case::no_ship_date("/packageDetail/shipDate", Value::Null, "shipDate")]
#[case::not_a_date("/packageDetail/shipDate", json!("2026-02-11"), "Invalid Input")]
#[case::future("/packageDetail/shipDate", json!("2126-02-11T01:00:00Z"), "must not be in the future")]
#[case::no_items("/packageDetail/orderItems", Value::Null, "orderItems")]
#[case::empty_items("/packageDetail/orderItems", json!([]), "OrderItemId  is invalid")]
#[case::bare_item("/packageDetail/orderItems", json!({"orderItemId": ITEM, "quantity": 1}), "OrderItemId  is invalid")]
#[case::numeric_item("/packageDetail/orderItems", json!([{"orderItemId": 1, "quantity": 1}]), "OrderItemId  is invalid")]
#[case::foreign_item("/packageDetail/orderItems", json!([{"orderItemId": "1", "quantity": 1}]), "OrderItemId  is invalid")]
#[case::no_quantity("/packageDetail/orderItems", json!([{"orderItemId": ITEM}]), "quantity")]
#[case::zero_quantity("/packageDetail/orderItems", json!([{"orderItemId": ITEM, "quantity": 0}]), "at least 1")]
#[case::too_many("/packageDetail/orderItems", json!([{"orderItemId": ITEM, "quantity": 2}]), "1 were ordered")]
#[case::too_many_in_two("/packageDetail/orderItems", json!([{"orderItemId": ITEM, "quantity": 1}, {"orderItemId": ITEM, "quantity": 1}]), "1 were ordered")]
#[tokio::test]
async fn a_bad_confirmation_is_refused_and_recorded(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let body = with(confirmation(), pointer, value);
    let answered = caller.confirm(&caller.login().await, &body).await.unwrap();
    assert_eq!(answered.status, 400);
    let errors = answered.json();
    let message = errors["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains(words), "{message}");
    assert_schema(REFUSAL, &errors);

    assert_eq!(marketplaces.amazon().packages(ORDER), []);
    let submissions = marketplaces.amazon().submissions(ORDER);
    assert_eq!(submissions.len(), 1);
    assert_eq!((submissions[0].status(), submissions[0].applied), (Some(400), false));
    assert!(submissions[0].refusal.as_ref().unwrap().contains(words));
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let (marketplaces, caller) = start().await;
    let headers = amazon_headers(&caller.login().await);
    let answered = caller.send(Method::POST, &confirm_path(ORDER), &headers, "{").await.unwrap();
    assert_eq!(answered.status, 400);
    assert_eq!(marketplaces.amazon().submissions(ORDER)[0].body, "{");
}

#[rstest]
#[case::unknown("902-1106328-1059051", 404)]
#[case::malformed("902-1106328-105905", 400)]
#[case::letters("902-1106328-105905x", 400)]
#[tokio::test]
async fn an_unknown_or_malformed_order_id_is_refused(#[case] order_id: &str, #[case] status: u16) {
    let (marketplaces, caller) = start().await;
    let headers = amazon_headers(&caller.login().await);
    let body = confirmation().to_string();
    let confirmed = caller.send(Method::POST, &confirm_path(order_id), &headers, body).await;
    assert_eq!(confirmed.unwrap().status, status);
    let path = format!("/amazon/orders/2026-01-01/orders/{order_id}");
    assert_eq!(caller.send(Method::GET, &path, &headers, "").await.unwrap().status, status);
    assert_eq!(marketplaces.amazon().submissions(order_id).len(), 1);
}

#[tokio::test]
async fn a_carrier_with_the_code_other_is_read_back_by_its_name() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    let body = with(confirmation(), "/packageDetail/carrierCode", json!("Other"));
    let body = with(body, "/packageDetail/carrierName", json!("Amazon Shipping"));
    assert_eq!(caller.confirm(&token, &body).await.unwrap().status, 204);
    let read = caller.get_order(&token, "?includedData=PACKAGES").await.json();
    assert_eq!(read["order"]["packages"][0]["carrier"], "Amazon Shipping");
}

#[tokio::test]
async fn a_known_reference_edits_its_package() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    let edited = with(confirmation(), "/packageDetail/trackingNumber", json!("112345679"));
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
    assert_eq!(caller.confirm(&token, &edited).await.unwrap().status, 204);
    let packages = marketplaces.amazon().packages(ORDER);
    assert_eq!(packages.len(), 1);
    assert_eq!((packages[0].tracking_number.as_str(), packages[0].edits), ("112345679", 1));
}

#[tokio::test]
async fn another_reference_for_shipped_items_is_refused_as_already_fulfilled() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    let another = with(confirmation(), "/packageDetail/packageReferenceId", json!("2"));
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
    let answered = caller.confirm(&token, &another).await.unwrap();
    assert_eq!(answered.status, 400);
    assert!(answered.text.contains("errorMetric=PackageToUpdateNotFound"));
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), 1);
}

#[tokio::test]
async fn an_order_shipped_by_hand_is_refused_and_shows_the_foreign_number() {
    let (marketplaces, caller) = start().await;
    let elsewhere =
        ShippedElsewhere { tracking_number: "FOREIGN".to_owned(), carrier: "USPS".to_owned() };
    let order = AmazonOrder { shipped_elsewhere: Some(elsewhere), ..amazon_order() };
    marketplaces.amazon().add_order(order);
    let token = caller.login().await;
    let answered = caller.confirm(&token, &confirmation()).await.unwrap();
    assert!(answered.text.contains("order already fulfilled"));
    let read = caller.get_order(&token, "?includedData=PACKAGES").await.json();
    assert_eq!(read["order"]["packages"][0]["trackingNumber"], "FOREIGN");
}

#[tokio::test]
async fn two_packages_share_an_order_up_to_what_was_ordered() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(AmazonOrder::new(ORDER, MARKETPLACE, &[(ITEM, 2)]));
    let token = caller.login().await;
    let query = "?includedData=PACKAGES,FULFILLMENT,CANCELLATION";
    let status = |read: Value| read["order"]["fulfillment"]["fulfillmentStatus"].clone();
    assert_eq!(status(caller.get_order(&token, query).await.json()), "UNSHIPPED");
    caller.confirm(&token, &confirmation()).await.unwrap();
    assert_eq!(status(caller.get_order(&token, query).await.json()), "PARTIALLY_SHIPPED");
    let second = with(confirmation(), "/packageDetail/packageReferenceId", json!("2"));
    assert_eq!(caller.confirm(&token, &second).await.unwrap().status, 204);
    let third = with(confirmation(), "/packageDetail/packageReferenceId", json!("3"));
    assert_eq!(caller.confirm(&token, &third).await.unwrap().status, 400);

    let read = caller.get_order(&token, query).await.json();
    assert_schema(ORDER_READ, &read);
    assert_eq!(read["order"]["packages"].as_array().unwrap().len(), 2);
    assert_eq!(status(read), "SHIPPED");
}

#[tokio::test]
async fn packages_are_shown_only_to_a_caller_who_asks_for_them() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    caller.confirm(&token, &confirmation()).await.unwrap();
    let bare = caller.get_order(&token, "").await;
    assert_schema(ORDER_READ, &bare.json());
    assert!(bare.json()["order"].get("packages").is_none());
    let full = caller.get_order(&token, "?includedData=PACKAGES").await;
    assert_eq!(full.json()["order"]["packages"][0]["packageReferenceId"], "123456789");
    assert_eq!(caller.get_order(&token, "?includedData=PARCELS").await.status, 400);
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let mut options = high_limit_options();
    options.unknown_orders = UnknownOrders::Accept;
    let (marketplaces, caller) = start_with(options).await;
    let token = caller.login().await;
    assert_eq!(caller.get_order(&token, "").await.status, 404);
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
    assert_eq!(marketplaces.amazon().orders(), [amazon_order()]);
    let another = with(confirmation(), "/packageDetail/packageReferenceId", json!("2"));
    assert_eq!(caller.confirm(&token, &another).await.unwrap().status, 400);
    let item = json!([{ "orderItemId": "2", "quantity": 3 }]);
    let another = with(another, "/packageDetail/orderItems", item);
    assert_eq!(caller.confirm(&token, &another).await.unwrap().status, 204);
}

#[tokio::test]
async fn an_unknown_path_is_refused_in_amazons_shape() {
    let (_marketplaces, caller) = start().await;
    let answered =
        caller.send(Method::GET, "/amazon/orders/v1", &amazon_headers(""), "").await.unwrap();
    assert_eq!(answered.status, 404);
    assert_eq!(answered.json()["errors"][0]["code"], "NotFound");
}

fn assert_schema(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(schema).expect("a schema");
    let validator =
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
