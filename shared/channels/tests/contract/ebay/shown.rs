//! What eBay shows of an order beside its fulfilments, and when it is asked for that.

use super::given::{EBAY_ORDER, ebay, ebay_submission};
use crate::given::{at, item, json_answer, shown as request_shown};
use channels::{Answer, Ebay, Marketplace};
use domain::{OrderShown, Reading, Submission};
use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

const LINE: &str = "10000000000001";
const SECOND: &str = "10000000000002";

fn submission() -> Submission {
    Submission { items: vec![item(LINE, 2), item(SECOND, 1)], ..ebay_submission() }
}

fn nothing() -> Answer {
    json_answer(200, &json!({ "fulfillments": [], "total": 0 }))
}

fn line(id: &str, ship_by: &Value) -> Value {
    json!({ "lineItemId": id, "lineItemFulfillmentInstructions": { "shipByDate": ship_by } })
}

fn order(lines: &[Value], cancel_status: &Value) -> Value {
    json!({ "orderId": EBAY_ORDER, "lineItems": lines, "cancelStatus": cancel_status })
}

fn shown(order: &Value) -> OrderShown {
    Ebay::shown(&[nothing(), json_answer(200, order)], &submission())
}

#[rstest]
#[case::the_earlier_of_two(&[line(LINE, &json!("2026-11-26T07:59:59.000Z")), line(SECOND, &json!("2026-11-25T07:59:59.000Z"))], Some("2026-11-25T07:59:59Z"))]
#[case::not_another_packages(&[line(LINE, &json!("2026-11-26T07:59:59.000Z")), line("10000000000003", &json!("2026-11-25T07:59:59.000Z"))], Some("2026-11-26T07:59:59Z"))]
#[case::beside_one_of_no_kind(&[line(LINE, &json!(7)), line(SECOND, &json!("2026-11-25T07:59:59.000Z"))], Some("2026-11-25T07:59:59Z"))]
#[case::of_no_kind(&[line(LINE, &json!("soon")), json!(7), line(SECOND, &json!(null))], None)]
#[case::of_no_line(&[], None)]
fn s1_the_ship_by_is_that_of_the_packages_lines(
    #[case] lines: &[Value],
    #[case] ship_by: Option<&str>,
) {
    let ship_by = ship_by.map(|ship_by| ship_by.parse().unwrap());
    assert_eq!(shown(&order(lines, &json!(null))), OrderShown { ship_by, ..OrderShown::default() });
}

fn request(state: &str, initiator: &str) -> Value {
    json!({ "cancelState": "IN_PROGRESS", "cancelRequests": [
        { "cancelRequestId": "5000", "cancelRequestState": state, "cancelInitiator": initiator },
    ] })
}

#[rstest]
#[case::nobody_asks(json!({ "cancelState": "NONE_REQUESTED", "cancelRequests": [] }), (false, false))]
#[case::a_buyer_asks(request("REQUESTED", "Buyer"), (true, false))]
#[case::a_seller_cancels(request("REQUESTED", "Seller"), (false, false))]
#[case::a_request_that_was_declined(request("REJECTED", "Buyer"), (false, false))]
#[case::cancelled(json!({ "cancelState": "CANCELED", "cancelRequests": [{ "cancelRequestState": "COMPLETED", "cancelInitiator": "Buyer" }] }), (false, true))]
#[case::a_word_nobody_listed(json!({ "cancelState": "UNDONE", "cancelRequests": 7 }), (false, false))]
#[case::of_no_kind(json!("CANCELED"), (false, false))]
fn s7_a_wish_and_a_cancellation_are_told(#[case] status: Value, #[case] told: (bool, bool)) {
    let shown = shown(&order(&[], &status));
    assert_eq!((shown.is_wished, shown.is_cancelled), told);
}

#[test]
fn an_order_of_another_number_shows_nothing() {
    let mut order = order(&[], &json!({ "cancelState": "CANCELED" }));
    order["orderId"] = json!("01-00000-00000");
    assert_eq!(shown(&order), OrderShown::default());
}

/// Whatever the second answer is, it says nothing of the number.
#[rstest]
#[case::an_order(json_answer(200, &order(&[], &json!(null))))]
#[case::a_refusal(json_answer(500, &json!({ "errors": [{ "errorId": 30500 }] })))]
#[case::a_page(crate::given::answer(200, "<html></html>"))]
fn the_order_costs_no_reading(#[case] order: Answer) {
    assert_eq!(Ebay::found(&[nothing(), order], &submission()), Reading::Absent);
}

#[test]
fn the_order_is_asked_for_where_nothing_of_ours_is_there() {
    let (partner, submission) = (ebay(), submission());
    let request = Ebay::read(at(&partner), &submission, &[nothing()]).unwrap();
    assert_snapshot!(request_shown(&request));
    assert!(Ebay::read(at(&partner), &submission, &[nothing(), nothing()]).is_none());
}

#[test]
fn what_ends_the_matter_asks_no_more() {
    let lines = [json!({ "lineItemId": LINE }), json!({ "lineItemId": SECOND })];
    for number in [submission().tracking.as_str(), "9405509699937003457459"] {
        let held = json!({ "shipmentTrackingNumber": number, "lineItems": lines });
        let answer = json_answer(200, &json!({ "fulfillments": [held], "total": 1 }));
        assert!(Ebay::read(at(&ebay()), &submission(), &[answer]).is_none(), "{number}");
    }
}
