//! Amazon's notifications. What is read becomes events that the border takes, about the order of the notification. What is refused
//! gets a reason that repeats nothing of it.

use crate::bytes::{is_plain, text};
use channels::OrderChange;
use domain::{BusEvent, CHANNELS_SOURCE, Moment};
use serde_json::{Value, json};
use testkit::{parsed, seller};

/// The longest refusal. It is an attribute of a message that is dead-lettered whole. Unit: characters.
const REASON_MAX: usize = 600;

const SAMPLE: &str = include_str!("../../../contracts/amazon/order-change.json");

pub(crate) const WORDS: &[&str] = &[
    "\"NotificationType\":\"ORDER_CHANGE\"",
    "\"PayloadVersion\":\"1.0\"",
    "\"EventTime\":\"",
    "\"Payload\":{\"OrderChangeNotification\":{",
    "\"SellerId\":\"",
    "\"AmazonOrderId\":\"",
    "\"OrderChangeType\":\"BuyerRequestedChange\"",
    "\"Summary\":{",
    "\"MarketplaceId\":\"",
    "\"OrderStatus\":\"",
    "Canceled",
    "Shipped",
    "Unshipped",
    "Pending",
    "\"FulfillmentType\":\"MFN\"",
    "\"LatestShipDate\":\"",
    "\"OrderItems\":[{",
    "\"OrderItemId\":\"",
    "\"Quantity\":0",
    "\"QuantityShipped\":1",
    "\"IsBuyerRequestedCancel\":true",
    "\"NotificationMetadata\":{\"ApplicationId\":\"",
    "2026-11-23T15:00:00Z",
    "null",
];

fn now() -> Moment {
    parsed("2026-11-23T15:31:00Z")
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let sample = || serde_json::from_str::<Value>(SAMPLE).expect("the sample is JSON");
    let with = |place: &str, value: Value| {
        let mut body = sample();
        *body.pointer_mut(place).expect("it has that") = value;
        body.to_string().into_bytes()
    };
    let summary = |name: &str| format!("/Payload/OrderChangeNotification/Summary/{name}");
    let line = |quantity: u64| json!([{ "OrderItemId": "11", "Quantity": quantity }]);
    vec![
        SAMPLE.as_bytes().to_vec(),
        with(&summary("OrderStatus"), json!("Canceled")),
        with(&summary("OrderStatus"), json!("Shipped")),
        with(&summary("FulfillmentType"), json!("AFN")),
        with(&summary("OrderItems"), line(0)),
        with(&summary("LatestShipDate"), json!("9999-12-31T23:59:59Z")),
        with("/PayloadVersion", json!("2.0")),
        with("/EventTime", json!("-009999-01-01T00:00:00Z")),
        b"[]".to_vec(),
        Vec::new(),
    ]
}

/// Target: the body of a notification, of any bytes.
pub fn notifications(bytes: &[u8]) {
    let body = text(bytes);
    let change = match OrderChange::read(body, now()) {
        Ok(change) => change,
        Err(fault) => {
            let reason = fault.to_string();
            assert!(is_plain(&reason) && reason.chars().count() <= REASON_MAX, "{reason}");
            return;
        }
    };
    let events = change.events(&seller(), &parsed("amazon-us"));
    assert_eq!(change.decides(), !events.is_empty());
    for event in events {
        let detail: Value = serde_json::from_str(&event.detail()).expect("a detail is JSON");
        let body = json!({ "id": "1", "detail-type": event.kind().name(), "source": CHANNELS_SOURCE,
            "detail": detail });
        let taken = BusEvent::parse(&body.to_string(), now());
        let taken = taken.unwrap_or_else(|fault| panic!("{body}: {fault}"));
        let order = taken.fact.order_key().expect("it is about an order").order;
        assert_eq!(order, change.order);
    }
}
