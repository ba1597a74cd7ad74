//! What Amazon holds, case by case.

use super::given::{AMAZON_ORDER, amazon_submission};
use crate::given::{answer, item, json_answer, text, with};
use channels::{Amazon, Marketplace};
use domain::{Reading, Submission};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const OURS: &str = "123456789";
const ITEM: &str = "79039765272157";

fn submission() -> Submission {
    Submission { reference: Some(text(OURS)), ..amazon_submission() }
}

fn package(reference: &str, number: Option<&str>, items: &[(&str, u64)]) -> Value {
    let items: Vec<Value> = items
        .iter()
        .map(|(id, quantity)| json!({ "orderItemId": id, "quantity": quantity }))
        .collect();
    json!({ "packageReferenceId": reference, "trackingNumber": number, "packageItems": items })
}

fn cancelled(mut package: Value) -> Value {
    package["packageStatus"] = json!({ "status": "CANCELLED" });
    package
}

fn order(ordered: u64, packages: &[Value]) -> Value {
    let items = json!([
        { "orderItemId": ITEM, "quantityOrdered": ordered, "product": {} },
        { "orderItemId": "2", "quantityOrdered": 1, "product": {} },
    ]);
    json!({ "order": { "orderId": AMAZON_ORDER, "orderItems": items, "packages": packages } })
}

fn found(body: &Value) -> Reading {
    Amazon::found(&[json_answer(200, body)], &submission())
}

fn other(number: &str) -> Reading {
    Reading::Other(text(number))
}

#[rstest]
#[case::nothing(1, &[], Reading::Absent)]
#[case::ours(1, &[package(OURS, Some("112345678"), &[(ITEM, 1)])], Reading::OURS)]
#[case::ours_with_blanks(1, &[package(OURS, Some(" 1123-45678"), &[(ITEM, 1)])], Reading::OURS)]
#[case::ours_beside_others(
    1,
    &[package("1", Some("999999"), &[("2", 1)]), package(OURS, Some("112345678"), &[(ITEM, 1)])],
    Reading::OURS
)]
#[case::our_reference_edited(1, &[package(OURS, Some("999999"), &[(ITEM, 1)])], other("999999"))]
#[case::entered_by_a_person(1, &[package("1", Some("112345678"), &[(ITEM, 1)])], Reading::OURS)]
#[case::our_number_on_other_items(2, &[package("1", Some("112345678"), &[("2", 1)])], Reading::Absent)]
#[case::another_number(1, &[package("1", Some("999999"), &[(ITEM, 1)])], other("999999"))]
#[case::a_number_of_no_shape(1, &[package("1", Some("see note!"), &[(ITEM, 1)])], other("see note!"))]
#[case::n1_ours_and_what_nobody_sees(1, &[package("1", Some("1123\u{7f}45678"), &[(ITEM, 1)])], Reading::OURS)]
#[case::ours_and_a_word_far_away(
    1, &[package("1", Some(&format!("112345678{:200}old", "")), &[(ITEM, 1)])], other("112345678 old")
)]
#[case::n1_ours_with_a_sign_after_it(
    1, &[package("1", Some(&format!("112345678{:200}!", "")), &[(ITEM, 1)])], Reading::OURS
)]
#[case::no_number(1, &[package("1", None, &[(ITEM, 1)])], other("a package without a tracking number"))]
#[case::an_empty_number(1, &[package("1", Some(" "), &[(ITEM, 1)])], other("a package without a tracking number"))]
#[case::other_items(1, &[package("1", Some("999999"), &[("2", 1)])], Reading::Absent)]
#[case::another_parcel_of_the_line(2, &[package("1", Some("999999"), &[(ITEM, 1)])], Reading::Absent)]
#[case::all_of_the_line(2, &[package("1", Some("999999"), &[(ITEM, 2)])], other("999999"))]
#[case::a_cancelled_one_is_no_rival(1, &[cancelled(package("1", Some("999999"), &[(ITEM, 1)]))], Reading::Absent)]
#[case::nor_is_its_number_ours(1, &[cancelled(package("1", Some("112345678"), &[(ITEM, 1)]))], Reading::Absent)]
#[case::it_takes_no_room(2, &[cancelled(package("1", Some("9"), &[(ITEM, 1)])), package("2", Some("999999"), &[(ITEM, 1)])], Reading::Absent)]
#[case::ours_cancelled(1, &[cancelled(package(OURS, Some("112345678"), &[(ITEM, 1)]))], Reading::Unclear(text("our package is there, and was cancelled at Amazon")))]
#[case::an_item_nobody_ordered(0, &[package("1", Some("999999"), &[(ITEM, 1)])], other("999999"))]
fn amazon_holds(#[case] ordered: u64, #[case] packages: &[Value], #[case] reading: Reading) {
    assert_eq!(found(&order(ordered, packages)), reading);
}

#[test]
fn a_package_that_does_not_say_what_is_in_it_may_hold_ours() {
    let package = json!({ "packageReferenceId": "1", "trackingNumber": "999999" });
    assert_eq!(found(&order(2, &[package])), other("999999"));
}

#[test]
fn an_order_without_packages_or_items_holds_nothing() {
    let order = json!({ "order": { "orderId": AMAZON_ORDER } });
    assert_eq!(found(&order), Reading::Absent);
}

#[test]
fn without_an_order_line_there_is_no_room() {
    let packages = [package("1", Some("999999"), &[(ITEM, 1)])];
    let order = json!({ "order": { "orderId": AMAZON_ORDER, "packages": packages } });
    assert_eq!(found(&order), other("999999"));
}

#[test]
fn a_line_listed_twice_needs_room_twice() {
    let packages = [package("1", Some("999999"), &[(ITEM, 1)])];
    let submission = Submission { items: vec![item(ITEM, 1), item(ITEM, 1)], ..submission() };
    let answer = json_answer(200, &order(2, &packages));
    assert_eq!(Amazon::found(std::slice::from_ref(&answer), &submission), other("999999"));
}

#[rstest]
#[case::our_package_without_a_number(
    200, order(1, &[package(OURS, None, &[(ITEM, 1)])]).to_string(),
    "200: our package is there, without a tracking number so far"
)]
#[case::another_order(
    200, json!({"order": {"orderId": "171-9876543-2109876"}}).to_string(),
    "200: the answer is about another order"
)]
#[case::not_an_order(200, json!({"payload": {}}).to_string(), "200: the answer is not an order")]
#[case::packages_of_another_kind(
    200, json!({"order": {"orderId": AMAZON_ORDER, "packages": {}}}).to_string(),
    "200: the answer is not an order"
)]
#[case::a_page(200, "<html>we are sorry</html>".to_owned(), "200: the answer is not an order")]
#[case::no_content(204, String::new(), "204: No Content")]
#[case::no_such_order(
    404, json!({"errors": [{"code": "NotFound", "message": "no"}]}).to_string(), "NotFound: no"
)]
#[case::unavailable(503, String::new(), "503: Service Unavailable")]
fn what_cannot_be_read_proves_nothing(
    #[case] status: u16,
    #[case] body: String,
    #[case] reason: &str,
) {
    let Reading::Unreadable(why) = Amazon::found(&[answer(status, body)], &submission()) else {
        panic!("it was read");
    };
    assert_eq!((why.reason.as_str(), why.retry_after), (reason, None));
}

#[test]
fn a_read_that_came_too_soon_waits_as_asked() {
    let answer = with(answer(429, ""), "retry-after", "30");
    let Reading::Unreadable(why) = Amazon::found(std::slice::from_ref(&answer), &submission())
    else {
        panic!("it was read");
    };
    assert_eq!(why.retry_after, Some(SignedDuration::from_secs(30)));
}

/// Whatever an order has beside what we read is passed over.
#[rstest]
#[case::with_a_package("with_a_package")]
#[case::without_packages("without_packages")]
fn an_order_with_all_kinds_of_fields_is_read(#[case] which: &str) {
    const ORDERS: &str = include_str!("../../../../../tests/contracts/amazon/orders.json");
    let orders: Value = serde_json::from_str(ORDERS).unwrap();
    let body = &orders[which];
    let order = body["order"]["orderId"].as_str().unwrap();
    let submission = Submission { order: order.parse().unwrap(), ..submission() };
    assert_eq!(Amazon::found(&[json_answer(200, body)], &submission), Reading::Absent);
}
