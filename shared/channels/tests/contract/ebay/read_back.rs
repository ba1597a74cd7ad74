//! What eBay holds, case by case.

use super::given::ebay_submission;
use crate::given::{answer, item, json_answer, text, with};
use channels::{Ebay, Marketplace};
use domain::{Reading, Submission};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const OURS: &str = "1Z999AA10123456784";
const SIBLING: &str = "1Z999AA10123456795";
const FOREIGN: &str = "9405509699937003457459";
const LINE: &str = "10000000000001";
const SECOND: &str = "10000000000002";
const THEIRS: &str = "10000000000003";

/// Two lines of the order.
fn submission() -> Submission {
    Submission {
        items: vec![item(LINE, 2), item(SECOND, 1)],
        siblings: [SIBLING.parse().unwrap()].into(),
        ..ebay_submission()
    }
}

/// A fulfilment as E has it.
fn held(number: &str, lines: &[&str]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|line| json!({ "lineItemId": line, "quantity": 1 })).collect();
    json!({
        "fulfillmentId": number,
        "lineItems": lines,
        "shipmentTrackingNumber": number,
        "shippingCarrierCode": "UPS",
        "shippedDate": "2026-11-23T15:04:05.678Z",
    })
}

fn unnumbered(lines: &[&str]) -> Value {
    let mut held = held("999", lines);
    held.as_object_mut().unwrap().remove("shipmentTrackingNumber").unwrap();
    held
}

fn bare(number: &str) -> Value {
    json!({ "shipmentTrackingNumber": number })
}

fn all(fulfilments: &[Value]) -> Value {
    json!({ "fulfillments": fulfilments, "total": fulfilments.len() })
}

fn found(body: &Value) -> Reading {
    Ebay::found(&[json_answer(200, body)], &submission())
}

fn other(words: &str) -> Reading {
    Reading::Other(text(words))
}

#[rstest]
#[case::nothing(&[], Reading::Absent)]
#[case::ours(&[held(OURS, &[LINE, SECOND])], Reading::OURS)]
#[case::ours_and_more(&[held(OURS, &[LINE, SECOND, THEIRS])], Reading::OURS)]
#[case::ours_as_it_may_be_written(&[held(" 1z999aa1-0123456784 ", &[LINE, SECOND])], Reading::OURS)]
#[case::ours_line_by_line(&[held(OURS, &[LINE]), held(OURS, &[SECOND])], Reading::OURS)]
#[case::ours_without_a_word_of_lines(&[bare(OURS)], Reading::OURS)]
#[case::ours_with_no_lines(&[held(OURS, &[])], Reading::OURS)]
#[case::ours_beside_another(&[held(FOREIGN, &[LINE]), held(OURS, &[LINE, SECOND])], Reading::OURS)]
#[case::ours_on_other_lines(&[held(OURS, &[THEIRS])], Reading::Absent)]
#[case::another(&[held(FOREIGN, &[LINE, SECOND])], other(FOREIGN))]
#[case::another_on_one_of_ours(&[held(FOREIGN, &[SECOND])], other(FOREIGN))]
#[case::another_on_other_lines(&[held(FOREIGN, &[THEIRS])], Reading::Absent)]
#[case::another_without_a_word_of_lines(&[bare(FOREIGN)], other(FOREIGN))]
#[case::another_that_is_no_number(&[held("see note!", &[LINE])], other("see note!"))]
#[case::n1_ours_and_what_nobody_sees(&[held(&format!("{OURS}\0"), &[LINE, SECOND])], Reading::OURS)]
#[case::no_number(&[unnumbered(&[LINE])], other("fulfilment 999 without a tracking number"))]
#[case::no_number_on_other_lines(&[unnumbered(&[THEIRS])], Reading::Absent)]
#[case::no_word_at_all(&[json!({})], other("a fulfilment without a tracking number"))]
#[case::an_empty_number(&[bare(" ")], other("a fulfilment without a tracking number"))]
#[case::our_number_as_an_id_alone(
    &[json!({ "fulfillmentId": OURS, "lineItems": [{ "lineItemId": LINE }] })],
    other("fulfilment 1Z999AA10123456784 without a tracking number")
)]
#[case::a_sibling(&[held(SIBLING, &[LINE, SECOND])], Reading::Absent)]
#[case::a_sibling_without_a_word_of_lines(&[bare(SIBLING)], Reading::Absent)]
#[case::a_sibling_beside_ours(&[held(SIBLING, &[LINE]), held(OURS, &[LINE, SECOND])], Reading::OURS)]
#[case::a_sibling_beside_another(&[held(SIBLING, &[LINE]), held(FOREIGN, &[LINE])], other(FOREIGN))]
fn ebay_holds(#[case] fulfilments: &[Value], #[case] reading: Reading) {
    assert_eq!(found(&all(fulfilments)), reading);
}

#[rstest]
#[case::a_list_without_a_count(json!({ "fulfillments": [] }), Reading::Absent)]
#[case::a_count_without_a_list(json!({ "total": 0 }), Reading::Absent)]
#[case::null_in_place_of_a_list(json!({ "fulfillments": null, "total": 0 }), Reading::Absent)]
#[case::no_warnings(json!({ "fulfillments": [], "total": 0, "warnings": [] }), Reading::Absent)]
#[case::more_than_is_known_of(json!({ "fulfillments": [], "total": 0, "href": "x", "next": null }), Reading::Absent)]
#[case::ours_among_fewer_than_counted(
    json!({ "fulfillments": [held(OURS, &[LINE, SECOND])], "total": 2 }), Reading::OURS
)]
#[case::ours_with_a_warning(
    json!({ "fulfillments": [held(OURS, &[LINE, SECOND])], "total": 1, "warnings": [{}] }),
    Reading::OURS
)]
fn an_answer_may_say_less_or_more(#[case] body: Value, #[case] reading: Reading) {
    assert_eq!(found(&body), reading);
}

/// One line is not all of ours, so our number there proves neither that it was applied nor that it was not.
#[rstest]
#[case::one_line(&[held(OURS, &[LINE])])]
#[case::beside_a_foreign_number(&[held(OURS, &[LINE]), held(FOREIGN, &[SECOND])])]
fn our_number_over_some_of_our_lines_is_read_again(#[case] fulfilments: &[Value]) {
    let words = "200: our tracking number is there, so far not over all our lines";
    assert_eq!(reason(&found(&all(fulfilments))), words);
}

#[test]
fn without_lines_of_ours_nothing_is_ours() {
    let submission = Submission { items: Vec::new(), ..submission() };
    let body = all(&[held(OURS, &[LINE])]);
    assert_eq!(Ebay::found(&[json_answer(200, &body)], &submission), Reading::Absent);
}

fn reason(reading: &Reading) -> String {
    let Reading::Unreadable(why) = reading else { panic!("it was read: {reading:?}") };
    why.reason.to_string()
}

#[rstest]
#[case::neither_list_nor_count(
    200,
    r#"{"ok":true}"#,
    "200: the answer has neither fulfillments nor a total of 0"
)]
#[case::a_count_alone(
    200,
    r#"{"total":1}"#,
    "200: the answer has neither fulfillments nor a total of 0"
)]
#[case::fewer_than_counted(
    200,
    r#"{"fulfillments":[],"total":1}"#,
    "200: the answer does not list as many as it counts"
)]
#[case::another_of_fewer_than_counted(
    200,
    r#"{"fulfillments":[{"shipmentTrackingNumber":"999999"}],"total":2}"#,
    "200: the answer does not list as many as it counts"
)]
#[case::warnings(
    200,
    r#"{"fulfillments":[],"total":0,"warnings":[{"errorId":1}]}"#,
    "200: the answer comes with warnings"
)]
#[case::a_list_of_another_kind(
    200,
    r#"{"fulfillments":{},"total":0}"#,
    "200: the answer is not a list of fulfilments"
)]
#[case::a_number_that_is_no_text(
    200,
    r#"{"fulfillments":[{"shipmentTrackingNumber":999999}]}"#,
    "200: the answer is not a list of fulfilments"
)]
#[case::a_line_without_an_id(
    200,
    r#"{"fulfillments":[{"lineItems":[{}]}]}"#,
    "200: the answer is not a list of fulfilments"
)]
#[case::a_bare_list(200, "[]", "200: the answer is not a list of fulfilments")]
#[case::a_page(200, "<html>Jane Doe</html>", "200: the answer is not a list of fulfilments")]
#[case::no_content(204, "", "204: No Content")]
#[case::moved(302, "", "302: Found")]
#[case::no_such_order(
    400,
    r#"{"errors":[{"errorId":32100,"message":"Invalid order ID: 1"}]}"#,
    "32100: Invalid order ID: 1"
)]
#[case::unavailable(503, "", "503: Service Unavailable")]
fn what_cannot_be_read_proves_nothing(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    assert_eq!(reason(&Ebay::found(&[answer(status, body)], &submission())), expected);
}

#[test]
fn what_was_not_asked_is_not_read() {
    assert_eq!(reason(&Ebay::found(&[], &submission())), "the channel was not asked");
}

#[test]
fn a_read_that_came_too_soon_waits_as_asked() {
    let reading = Ebay::found(&[with(answer(429, ""), "retry-after", "30")], &submission());
    let Reading::Unreadable(why) = reading else { panic!("it was read") };
    assert_eq!(why.retry_after, Some(SignedDuration::from_secs(30)));
}
