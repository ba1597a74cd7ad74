//! What Amazon shows of an order beside its packages.

use super::given::{AMAZON_ORDER, amazon_submission};
use crate::given::{answer, json_answer};
use channels::{Amazon, Marketplace};
use domain::{OrderShown, Reading};
use rstest::rstest;
use serde_json::{Value, json};

/// An order as A26 has it, without what we do not read.
fn order(status: &str, latest: &Value, items: &[Value]) -> Value {
    json!({ "order": {
        "orderId": AMAZON_ORDER,
        "fulfillment": {
            "fulfillmentStatus": status,
            "fulfilledBy": "MERCHANT",
            "shipByWindow": { "earliestDateTime": "2026-11-23T08:00:00Z", "latestDateTime": latest },
        },
        "orderItems": items,
        "packages": [],
    } })
}

fn item(cancellation: &Value) -> Value {
    json!({ "orderItemId": "79039765272157", "quantityOrdered": 1, "cancellation": cancellation })
}

fn shown(body: &Value) -> OrderShown {
    Amazon::shown(&[json_answer(200, body)], &amazon_submission())
}

fn by(ship_by: &str) -> OrderShown {
    OrderShown { ship_by: Some(ship_by.parse().unwrap()), ..OrderShown::default() }
}

#[test]
fn s7_the_ship_by_is_the_end_of_its_window() {
    let order = order("UNSHIPPED", &json!("2026-11-25T07:59:59Z"), &[item(&json!(null))]);
    assert_eq!(shown(&order), by("2026-11-25T07:59:59Z"));
}

#[rstest]
#[case::a_request(json!({ "cancellationRequest": { "requester": "BUYER", "cancelReason": "changed my mind" } }), true)]
#[case::somebody_elses(json!({ "cancellationRequest": { "requester": "MERCHANT" } }), false)]
#[case::an_item_that_was_cancelled(json!({ "cancellationExecution": { "cancelledBy": "MERCHANT" } }), false)]
#[case::nobodys(json!({ "cancellationRequest": {} }), false)]
#[case::no_text(json!({ "cancellationRequest": { "requester": 7 } }), false)]
#[case::none(json!({}), false)]
fn s7_a_wish_is_a_buyers_request(#[case] cancellation: Value, #[case] is_wished: bool) {
    let items = [item(&json!(null)), item(&cancellation)];
    let order = order("UNSHIPPED", &json!("2026-11-25T07:59:59Z"), &items);
    assert_eq!(shown(&order).is_wished, is_wished);
}

#[rstest]
#[case::cancelled("CANCELLED", true)]
#[case::unshipped("UNSHIPPED", false)]
#[case::unfulfillable("UNFULFILLABLE", false)]
#[case::a_word_nobody_listed("VOID", false)]
fn s7_a_cancelled_order_is_told_by_its_status(#[case] status: &str, #[case] is_cancelled: bool) {
    assert_eq!(shown(&order(status, &json!(null), &[])).is_cancelled, is_cancelled);
}

#[rstest]
#[case::no_moment(order("UNSHIPPED", &json!("soon"), &[]))]
#[case::a_number(order("UNSHIPPED", &json!(7), &[]))]
#[case::no_offset(order("UNSHIPPED", &json!("2026-11-25T07:59:59"), &[]))]
#[case::no_window(json!({ "order": { "orderId": AMAZON_ORDER, "fulfillment": "UNSHIPPED" } }))]
#[case::no_list_of_items(json!({ "order": { "orderId": AMAZON_ORDER, "fulfillment": {}, "programs": 7 } }))]
#[case::nothing_of_it(json!({ "order": { "orderId": AMAZON_ORDER } }))]
fn what_is_malformed_is_not_shown_and_costs_no_reading(#[case] body: Value) {
    assert_eq!(shown(&body), OrderShown::default());
    let reading = Amazon::found(&[json_answer(200, &body)], &amazon_submission());
    assert_eq!(reading, Reading::Absent);
}

#[test]
fn an_order_of_another_number_shows_nothing() {
    let mut order = order("CANCELLED", &json!("2026-11-25T07:59:59Z"), &[]);
    order["order"]["orderId"] = json!("902-0000000-0000000");
    assert_eq!(shown(&order), OrderShown::default());
}

#[rstest]
#[case::a_refusal(400, order("CANCELLED", &json!(null), &[]).to_string())]
#[case::a_page(200, "<html></html>".to_owned())]
fn what_is_no_order_shows_nothing(#[case] status: u16, #[case] body: String) {
    let shown = Amazon::shown(&[answer(status, body)], &amazon_submission());
    assert_eq!(shown, OrderShown::default());
    assert_eq!(Amazon::shown(&[], &amazon_submission()), OrderShown::default());
}
