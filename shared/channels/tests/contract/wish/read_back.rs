//! What Wish holds, case by case.

use super::given::{WISH_ORDER, wish_submission};
use crate::given::{answer, json_answer, text, with};
use channels::{Answer, Marketplace, Wish};
use domain::{Reading, Submission};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OURS: &str = "1Z999AA10123456784";

fn done(data: &Value) -> Answer {
    json_answer(200, &json!({ "message": "", "code": 0, "data": data }))
}

fn found(data: &Value) -> Reading {
    Wish::found(&[done(data)], &wish_submission())
}

fn other(number: &str) -> Reading {
    Reading::Other(text(number))
}

fn former(number: &str) -> Reading {
    Reading::Former(text(number))
}

fn untold() -> Reading {
    Reading::Unclear(text("the order is shipped, by no tracking number"))
}

fn order(state: &str, numbers: &[Value]) -> Value {
    let entries: Vec<Value> = numbers
        .iter()
        .map(|number| {
            json!({
                "tracking_number": number,
                "origin_country": "US",
                "shipping_provider": { "name": "UPS" },
            })
        })
        .collect();
    json!({ "id": WISH_ORDER, "state": state, "tracking_information": entries })
}

fn processed(status: &Value, mut order: Value) -> Value {
    order["processing_source"] = json!("UPDATE_TRACKING");
    order["processing_status"] = status.clone();
    order
}

#[rstest]
#[case::nothing(order("APPROVED", &[]), Reading::Absent)]
#[case::nothing_in_small_letters(order("approved", &[]), Reading::Absent)]
#[case::no_list(json!({ "id": WISH_ORDER, "state": "APPROVED" }), Reading::Absent)]
#[case::null_for_a_list(json!({ "id": WISH_ORDER, "state": "APPROVED", "tracking_information": null }), Reading::Absent)]
#[case::nothing_in_an_order_without_its_id(json!({ "state": "APPROVED" }), Reading::Absent)]
#[case::an_update_that_failed(processed(&json!("FAILED"), order("APPROVED", &[])), Reading::Absent)]
#[case::an_update_that_is_done(processed(&json!("SUCCEEDED"), order("APPROVED", &[])), Reading::Absent)]
#[case::no_update(processed(&json!(null), order("APPROVED", &[])), Reading::Absent)]
#[case::s7_refunded_by_nothing(order("REFUNDED", &[]), Reading::Absent)]
#[case::an_empty_update(processed(&json!(""), order("APPROVED", &[])), Reading::Absent)]
#[case::ours(order("SHIPPED", &[json!(OURS)]), Reading::OURS)]
#[case::ours_in_small_letters(order("SHIPPED", &[json!(" 1z999aa1 0123456784")]), Reading::OURS)]
#[case::ours_before_it_shipped(order("APPROVED", &[json!(OURS)]), Reading::OURS)]
#[case::ours_in_no_state(json!({ "tracking_information": [{ "tracking_number": OURS }] }), Reading::OURS)]
#[case::ours_refunded(order("REFUNDED", &[json!(OURS)]), Reading::OURS)]
#[case::ours_newer_than_another(order("SHIPPED", &[json!(OURS), json!("999999")]), Reading::OURS)]
#[case::ours_older_than_another(order("SHIPPED", &[json!("999999"), json!(OURS)]), Reading::OURS)]
#[case::ours_and_the_update_failed(processed(&json!("FAILED"), order("APPROVED", &[json!(OURS)])), former(OURS))]
#[case::ours_and_the_update_failed_beside_an_older_one(processed(&json!("FAILED"), order("APPROVED", &[json!(OURS), json!("999999")])), former(OURS))]
#[case::ours_failed_and_shipped_all_the_same(processed(&json!("failed"), order("SHIPPED", &[json!(OURS)])), Reading::OURS)]
#[case::ours_carried_out(processed(&json!("SUCCEEDED"), order("APPROVED", &[json!(OURS)])), Reading::OURS)]
#[case::ours_while_at_work(processed(&json!("IN_PROGRESS"), order("SHIPPED", &[json!(OURS)])), Reading::OURS)]
#[case::another(order("SHIPPED", &[json!("999999")]), other("999999"))]
#[case::the_newest_of_others(order("SHIPPED", &[json!("999999"), json!("888888")]), other("999999"))]
#[case::of_a_former_shipment(order("APPROVED", &[json!("999999")]), former("999999"))]
#[case::of_a_former_shipment_in_small_letters(order(" approved ", &[json!("999999")]), former("999999"))]
#[case::the_newest_of_former_shipments(order("APPROVED", &[json!("999999"), json!("888888")]), former("999999"))]
#[case::of_a_former_shipment_after_an_update_failed(processed(&json!("FAILED"), order("APPROVED", &[json!("999999")])), former("999999"))]
#[case::another_in_no_state(json!({ "tracking_information": [{ "tracking_number": "999999" }] }), other("999999"))]
#[case::another_refunded(order("REFUNDED", &[json!("999999")]), other("999999"))]
#[case::another_in_a_state_of_no_name(order("ON_HOLD", &[json!("999999")]), other("999999"))]
#[case::another_that_is_a_number(order("SHIPPED", &[json!(999_999)]), other("999999"))]
#[case::another_beside_an_empty_one(order("SHIPPED", &[json!(null), json!("999999")]), other("999999"))]
#[case::a_number_of_no_shape(order("SHIPPED", &[json!("see note!")]), other("see note!"))]
#[case::n1_ours_and_what_nobody_sees(order("SHIPPED", &[json!(format!("{OURS}\u{200b}"))]), Reading::OURS)]
#[case::beginning_alike(order("SHIPPED", &[json!("1Z999AA1012345678")]), other("1Z999AA1012345678"))]
#[case::another_after_an_update_failed(processed(&json!("FAILED"), order("SHIPPED", &[json!("999999")])), other("999999"))]
#[case::shipped_by_nothing(order("SHIPPED", &[]), untold())]
#[case::shipped_by_an_empty_number(order("SHIPPED", &[json!(" ")]), untold())]
#[case::shipped_without_a_list(json!({ "id": WISH_ORDER, "state": "SHIPPED" }), untold())]
fn wish_holds(#[case] data: Value, #[case] reading: Reading) {
    assert_eq!(found(&data), reading);
}

#[test]
fn a_number_of_another_package_is_in_our_place_too() {
    let siblings = BTreeSet::from(["1Z999AA10123456785".parse().unwrap()]);
    let submission = Submission { siblings, ..wish_submission() };
    let answer = done(&order("SHIPPED", &[json!("1Z999AA10123456785")]));
    assert_eq!(Wish::found(&[answer], &submission), other("1Z999AA10123456785"));
}

#[test]
fn an_order_that_has_a_number_for_an_id_is_read() {
    let submission = Submission { order: "4711".parse().unwrap(), ..wish_submission() };
    let read = |id: Value| {
        let answer = done(&json!({ "id": id, "state": "APPROVED" }));
        Wish::found(&[answer], &submission)
    };
    assert_eq!((read(json!(4711)), read(json!("4711"))), (Reading::Absent, Reading::Absent));
    assert!(matches!(read(json!(4712)), Reading::Unreadable(_)));
}

fn reason(reading: &Reading) -> String {
    let Reading::Unreadable(why) = reading else { panic!("it was read: {reading:?}") };
    why.reason.to_string()
}

#[rstest]
#[case::at_work(processed(&json!("IN_PROGRESS"), order("APPROVED", &[])), "200: Wish is still at work on the order")]
#[case::at_work_over_another(
    processed(&json!("IN_PROGRESS"), order("SHIPPED", &[json!("999999")])),
    "200: Wish is still at work on the order"
)]
#[case::at_work_over_a_former_one(
    processed(&json!("IN_PROGRESS"), order("APPROVED", &[json!("999999")])),
    "200: Wish is still at work on the order"
)]
#[case::at_work_on_a_shipped_one(
    processed(&json!("IN_PROGRESS"), order("SHIPPED", &[])),
    "200: Wish is still at work on the order"
)]
#[case::in_no_known_way(processed(&json!("QUEUED"), order("APPROVED", &[])), "200: Wish is still at work on the order")]
#[case::an_empty_number(
    order("APPROVED", &[json!("")]),
    "200: a shipment is there, without a tracking number so far"
)]
#[case::a_number_of_another_kind(
    order("APPROVED", &[json!({ "x": 1 })]),
    "200: a shipment is there, without a tracking number so far"
)]
#[case::refunded_of_no_id(json!({ "state": "REFUNDED" }), "200: the order is in state REFUNDED, not to be shipped")]
#[case::refunded_by_no_number(order("REFUNDED", &[json!("")]), "200: a shipment is there, without a tracking number so far")]
#[case::refunded_while_at_work(
    processed(&json!("IN_PROGRESS"), order("REFUNDED", &[])),
    "200: Wish is still at work on the order"
)]
#[case::under_review(order("REQUIRE_REVIEW", &[]), "200: the order is in state REQUIRE_REVIEW, not to be shipped")]
#[case::a_state_nobody_listed(order("ON_HOLD", &[]), "200: the order is in state ON_HOLD, not to be shipped")]
#[case::a_state_of_no_name(order("Jane Doe", &[]), "200: the answer does not say where the order stands")]
#[case::no_state(json!({ "id": WISH_ORDER }), "200: the answer does not say where the order stands")]
#[case::nothing_at_all(json!({}), "200: the answer does not say where the order stands")]
#[case::another_order(
    json!({ "id": "5d30f60e0a6fc464f4f376b1", "tracking_information": [{ "tracking_number": OURS }] }),
    "200: the answer is about another order"
)]
#[case::an_id_of_another_kind(json!({ "id": ["1"] }), "200: the answer is about another order")]
#[case::a_list(json!([order("APPROVED", &[])]), "200: the answer is not an order")]
#[case::an_empty_list(json!([]), "200: the answer is not an order")]
#[case::null(json!(null), "200: the answer is not an order")]
#[case::numbers_of_another_kind(
    json!({ "id": WISH_ORDER, "state": "APPROVED", "tracking_information": {} }),
    "200: the answer is not an order"
)]
#[case::a_state_of_another_kind(json!({ "id": WISH_ORDER, "state": 1 }), "200: the answer is not an order")]
fn what_does_not_tell_is_read_again(#[case] data: Value, #[case] expected: &str) {
    assert_eq!(reason(&found(&data)), expected);
}

#[rstest]
#[case::a_page(200, "<html></html>", "200: the answer has no code")]
#[case::no_code(200, r#"{"data":{"state":"APPROVED"}}"#, "200: the answer has no code")]
#[case::refused_with_a_200(
    200,
    r#"{"code":1100,"message":"no","data":{"state":"APPROVED"}}"#,
    "1100: refused, by a code nobody has listed"
)]
#[case::refused(
    400,
    r#"{"code":1100,"message":"We could not find an order"}"#,
    "1100: We could not find an order"
)]
#[case::an_order_with_a_400(
    400,
    r#"{"code":0,"message":"no","data":{"state":"APPROVED"}}"#,
    "0: no"
)]
#[case::another_success(202, r#"{"code":0,"data":{"state":"APPROVED"}}"#, "202: Accepted")]
#[case::no_content(204, "", "204: No Content")]
#[case::moved(302, "", "302: Found")]
#[case::no_valid_token(
    400,
    r#"{"code":1008,"message":"no"}"#,
    "1008: the access token is not accepted"
)]
#[case::unavailable(503, "", "503: Service Unavailable")]
fn what_cannot_be_read_proves_nothing(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    assert_eq!(reason(&Wish::found(&[answer(status, body)], &wish_submission())), expected);
}

#[test]
fn what_was_not_asked_proves_nothing() {
    assert_eq!(reason(&Wish::found(&[], &wish_submission())), "the channel was not asked");
}

#[test]
fn a_read_that_came_too_soon_waits_as_asked() {
    let answer = with(answer(429, ""), "wish-rate-limit-reset", "30");
    let Reading::Unreadable(why) = Wish::found(&[answer], &wish_submission()) else {
        panic!("it was read");
    };
    assert_eq!(why.retry_after, Some(SignedDuration::from_secs(30)));
}
