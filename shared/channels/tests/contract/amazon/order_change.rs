//! What becomes of `ORDER_CHANGE` (rule S6): a body is read into our events, or refused with the field that is wrong.

use channels::OrderChange;
use domain::{BusEvent, CHANNELS_SOURCE, EventKind, Moment, PartnerId, Relayed, SellerId};
use jsonschema::Validator;
use rstest::rstest;
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../../../../../tests/contracts/amazon/order-change.json");
const SCHEMA: &str = include_str!("../../../../../tests/contracts/amazon/order-change.schema.json");

const CHANGE: &str = "/Payload/OrderChangeNotification";
const SUMMARY: &str = "/Payload/OrderChangeNotification/Summary";

fn sample() -> Value {
    serde_json::from_str(SAMPLE).unwrap()
}

fn now() -> Moment {
    "2026-11-23T15:31:00Z".parse().unwrap()
}

/// The sample with another value in one place.
fn with(mut body: Value, place: &str, value: Value) -> Value {
    let (of, name) = place.rsplit_once('/').unwrap();
    body.pointer_mut(of).unwrap()[name] = value;
    body
}

fn without(mut body: Value, place: &str) -> Value {
    let (of, name) = place.rsplit_once('/').unwrap();
    body.pointer_mut(of).unwrap().as_object_mut().unwrap().remove(name);
    body
}

fn with_status(status: &str) -> Value {
    with(sample(), &format!("{SUMMARY}/OrderStatus"), json!(status))
}

fn of_change(kind: &str) -> Value {
    with(sample(), &format!("{CHANGE}/OrderChangeType"), json!(kind))
}

fn with_lines(body: Value, lines: Value) -> Value {
    with(body, &format!("{SUMMARY}/OrderItems"), lines)
}

fn line(item: &str, quantity: u64, shipped: u64) -> Value {
    json!({ "OrderItemId": item, "SellerSKU": "X", "Quantity": quantity, "QuantityShipped": shipped,
        "IsBuyerRequestedCancel": false })
}

fn read(body: &Value) -> OrderChange {
    OrderChange::read(&body.to_string(), now()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The details of the events that come of a body, each with its kind.
fn told(body: &Value) -> Vec<(EventKind, Value)> {
    let (seller, partner): (SellerId, PartnerId) =
        ("acme".parse().unwrap(), "amazon-us".parse().unwrap());
    let change = read(body);
    let events = change.events(&seller, &partner);
    assert_eq!(change.decides(), !events.is_empty());
    events.iter().map(|event| (event.kind(), detail(event))).collect()
}

fn detail(event: &Relayed) -> Value {
    serde_json::from_str(&event.detail()).unwrap()
}

fn update(said: Value) -> Vec<(EventKind, Value)> {
    vec![(EventKind::OrderUpdated, of_order("updated_at", said))]
}

fn of_order(time: &str, said: Value) -> Value {
    let mut detail = said;
    detail["seller_id"] = json!("acme");
    detail["partner_id"] = json!("amazon-us");
    detail["order_id"] = json!("902-1106328-1059050");
    detail[time] = json!("2026-11-23T15:30:00.25Z");
    detail
}

const SHIP_BY: &str = "2026-11-25T07:59:59Z";

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn our_sample_is_of_the_vendors_shape() {
    let errors: Vec<String> =
        validator(SCHEMA).iter_errors(&sample()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn s6_a_buyers_request_is_a_wish_with_the_ship_by() {
    let change = read(&sample());
    assert_eq!(change.account.merchant.as_str(), "A1OURSELLER77");
    assert_eq!(change.account.marketplace.as_str(), "ATVPDKIKX0DER");
    assert_eq!(change.application.as_str(), "amzn1.sp.solution.demo");
    assert!(change.is_sellers_to_ship);
    assert_eq!(told(&sample()), update(json!({ "ship_by": SHIP_BY, "cancel_requested": true })));
}

/// A change of another kind repeats an old wish. A person may have refused it since, so it is no news (rule S5).
#[test]
fn s6_a_wish_is_told_by_the_buyers_request_alone() {
    assert_eq!(told(&of_change("OrderStatusChange")), update(json!({ "ship_by": SHIP_BY })));
    assert_eq!(told(&of_change("SomeNewChange")), update(json!({ "ship_by": SHIP_BY })));
}

#[test]
fn s6_a_wish_is_never_taken_back() {
    let lines = json!([line("52986411826454", 1, 0)]);
    assert_eq!(told(&with_lines(sample(), lines)), update(json!({ "ship_by": SHIP_BY })));
}

#[test]
fn s6_an_order_that_was_cancelled_is_cancelled_whatever_else_it_says() {
    let all = with_status("Canceled");
    let bare = without(
        without(all.clone(), &format!("{SUMMARY}/OrderItems")),
        &format!("{SUMMARY}/LatestShipDate"),
    );
    let odd = with(
        with_lines(all.clone(), json!("none")),
        &format!("{SUMMARY}/LatestShipDate"),
        json!(7),
    );
    for body in [all, bare, odd] {
        let cancelled = of_order("cancelled_at", json!({}));
        assert_eq!(told(&body), [(EventKind::OrderCancelled, cancelled)]);
    }
}

#[test]
fn s6_lines_of_which_nothing_is_left_are_cancelled() {
    let lines = json!([line("11", 0, 0), line("12", 2, 0), line("13", 0, 1), line("14", 0, 0)]);
    let gone = json!({ "items": [
        { "item_id": "11", "remaining": 0 }, { "item_id": "14", "remaining": 0 },
    ] });
    let mut expected = vec![(EventKind::OrderCancelled, of_order("cancelled_at", gone))];
    expected.extend(update(json!({ "ship_by": SHIP_BY })));
    assert_eq!(told(&with_lines(sample(), lines.clone())), expected);
    // What nobody paid yet has no pieces yet.
    for status in ["Pending", "PendingAvailability", "InvoiceUnconfirmed"] {
        let pending = with_lines(with_status(status), lines.clone());
        assert_eq!(told(&pending), update(json!({ "ship_by": SHIP_BY })), "{status}");
    }
}

#[test]
fn s6_more_lines_than_one_event_has_go_in_several() {
    let lines: Vec<Value> = (0..150).map(|number| line(&format!("{number}"), 0, 0)).collect();
    let told = told(&with_lines(sample(), json!(lines)));
    let counts: Vec<usize> =
        told.iter().filter_map(|(_, detail)| Some(detail["items"].as_array()?.len())).collect();
    assert_eq!((counts, told.len()), (vec![100, 50], 3));
}

#[test]
fn s6_an_order_that_has_shipped_is_to_be_looked_at() {
    assert_eq!(told(&with_status("Shipped")), update(json!({ "shipped": {} })));
    assert_eq!(
        told(&with_status("PartiallyShipped")),
        update(json!({ "ship_by": SHIP_BY, "cancel_requested": true }))
    );
}

#[test]
fn s6_what_says_nothing_is_no_event() {
    let latest = format!("{SUMMARY}/LatestShipDate");
    for body in [without(sample(), &latest), with(sample(), &latest, Value::Null)] {
        let silent = with(body, &format!("{CHANGE}/OrderChangeType"), json!("DeliveryTipChange"));
        assert_eq!(told(&silent), []);
    }
}

/// `OrderItemLevel` has one line of several, and lacks what is null.
#[test]
fn s6_a_notification_may_have_one_line_of_several() {
    let body = with(sample(), &format!("{CHANGE}/NotificationLevel"), json!("OrderItemLevel"));
    let body = with_lines(
        body,
        json!([{ "OrderItemId": "11", "Quantity": null, "IsBuyerRequestedCancel": true }]),
    );
    let wished = json!({ "ship_by": SHIP_BY, "cancel_requested": true });
    assert_eq!(told(&body), update(wished));
}

#[rstest]
#[case::by_amazon(json!("AFN"), false)]
#[case::by_the_seller(json!("MFN"), true)]
#[case::by_somebody_new(json!("XFN"), false)]
fn s6_who_ships_is_read(#[case] by: Value, #[case] is_sellers: bool) {
    let body = with(sample(), &format!("{SUMMARY}/FulfillmentType"), by);
    assert_eq!(read(&body).is_sellers_to_ship, is_sellers);
}

/// Rule D4: the field is named, and nothing of what came is repeated.
#[rustfmt::skip]
#[rstest]
#[case::no_json("body", Value::String("{".to_owned()))]
#[case::nothing("NotificationType", json!({}))]
#[case::a_list("NotificationType", json!([]))]
#[case::another_type("NotificationType", with(sample(), "/NotificationType", json!("ANY_OFFER_CHANGED")))]
#[case::another_payload("PayloadVersion", with(sample(), "/PayloadVersion", json!("2.0")))]
#[case::no_time("EventTime", without(sample(), "/EventTime"))]
#[case::a_time_without_an_offset("EventTime", with(sample(), "/EventTime", json!("2026-11-23T15:30:00")))]
#[case::a_time_to_come("EventTime", with(sample(), "/EventTime", json!("2026-11-23T15:41:01Z")))]
#[case::no_application("NotificationMetadata.ApplicationId", without(sample(), "/NotificationMetadata/ApplicationId"))]
#[case::no_metadata("NotificationMetadata.ApplicationId", without(sample(), "/NotificationMetadata"))]
#[case::no_merchant("Payload.OrderChangeNotification.SellerId", with(sample(), &format!("{CHANGE}/SellerId"), Value::Null))]
#[case::a_merchant_of_another_form("Payload.OrderChangeNotification.SellerId", with(sample(), &format!("{CHANGE}/SellerId"), json!("A1#B2")))]
#[case::no_order("Payload.OrderChangeNotification.AmazonOrderId", without(sample(), &format!("{CHANGE}/AmazonOrderId")))]
#[case::no_marketplace("Payload.OrderChangeNotification.Summary.MarketplaceId", without(sample(), &format!("{SUMMARY}/MarketplaceId")))]
#[case::nobody_who_ships("Payload.OrderChangeNotification.Summary.FulfillmentType", without(sample(), &format!("{SUMMARY}/FulfillmentType")))]
#[case::no_status("Payload.OrderChangeNotification.Summary.OrderStatus", without(sample(), &format!("{SUMMARY}/OrderStatus")))]
#[case::a_status_nobody_knows("Payload.OrderChangeNotification.Summary.OrderStatus", with_status("Lost"))]
#[case::no_kind_of_change("Payload.OrderChangeNotification.OrderChangeType", without(sample(), &format!("{CHANGE}/OrderChangeType")))]
#[case::a_ship_by_that_is_none("Payload.OrderChangeNotification.Summary.LatestShipDate", with(sample(), &format!("{SUMMARY}/LatestShipDate"), json!("soon")))]
#[case::lines_that_are_none("Payload.OrderChangeNotification.Summary.OrderItems", with_lines(sample(), json!({})))]
#[case::a_line_without_its_id("Payload.OrderChangeNotification.Summary.OrderItems.0.OrderItemId", with_lines(sample(), json!([{}])))]
#[case::pieces_that_are_none("Payload.OrderChangeNotification.Summary.OrderItems.0.Quantity", with_lines(sample(), json!([{ "OrderItemId": "11", "Quantity": "1" }])))]
#[case::a_wish_that_is_none("Payload.OrderChangeNotification.Summary.OrderItems.0.IsBuyerRequestedCancel", with_lines(sample(), json!([{ "OrderItemId": "11", "IsBuyerRequestedCancel": "yes" }])))]
fn s6_what_cannot_be_read_is_refused_by_its_field(#[case] field: &str, #[case] body: Value) {
    let text = match body {
        Value::String(text) => text,
        body @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => body.to_string(),
    };
    let fault = OrderChange::read(&text, now()).unwrap_err();
    assert_eq!(fault.field, field, "{fault}");
    for came in ["A1#B2", "soon", "Lost", "yes"] {
        assert!(!fault.to_string().contains(came), "{fault}");
    }
}

#[test]
fn a_time_at_the_edge_of_ten_minutes_is_taken() {
    let edge = with(sample(), "/EventTime", json!("2026-11-23T15:41:00Z"));
    assert_eq!(read(&edge).at, "2026-11-23T15:41:00Z".parse().unwrap());
}

/// What is relayed is what the events' own schemas and the border take, as the channel's (rule S6).
#[rstest]
#[case::a_wish(sample())]
#[case::a_cancellation(with_status("Canceled"))]
#[case::lines(with_lines(sample(), json!([line("11", 0, 0)])))]
#[case::shipped(with_status("Shipped"))]
fn s6_what_is_relayed_is_taken(#[case] body: Value) {
    const UPDATED: &str = include_str!("../../../../../functions/order-updated/event.schema.json");
    const CANCELLED: &str =
        include_str!("../../../../../functions/order-cancelled/event.schema.json");
    for (kind, detail) in told(&body) {
        let schema = if kind == EventKind::OrderUpdated { UPDATED } else { CANCELLED };
        let errors: Vec<String> =
            validator(schema).iter_errors(&detail).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{detail}: {errors:?}");
        let event = json!({ "id": "1", "detail-type": kind.name(), "source": CHANNELS_SOURCE,
            "detail": detail });
        let event = BusEvent::parse(&event.to_string(), now()).unwrap();
        assert_eq!(event.fact.kind(), kind);
    }
}
