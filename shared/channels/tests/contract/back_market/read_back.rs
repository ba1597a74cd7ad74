//! What Back Market holds, case by case.

use super::given::back_market_submission;
use crate::given::{
    IMEI, OTHER_IMEI, SERIAL, answer, device, json_answer, line, text, with_serial,
};
use channels::{BackMarket, Marketplace};
use domain::{Device, Outcome, Reading, Serial, ShownImei, ShownImeis, Submission};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const OURS: &str = "1Z999AA10123456784";

fn order(number: Option<&str>, states: &[u8]) -> Value {
    let lines: Vec<Value> =
        states.iter().enumerate().map(|(id, state)| json!({ "id": id, "state": state })).collect();
    json!({ "order_id": 65443, "state": 3, "tracking_number": number, "orderlines": lines })
}

fn backship(mut order: Value) -> Value {
    order["is_backship"] = json!(true);
    order
}

fn found(body: &Value) -> Reading {
    BackMarket::found(&[json_answer(200, body)], &back_market_submission())
}

fn reason(reading: &Reading) -> String {
    let Reading::Unreadable(why) = reading else { panic!("it was read: {reading:?}") };
    why.reason.to_string()
}

#[rstest]
#[case::nothing(order(None, &[2]), Reading::Absent)]
#[case::an_empty_number(order(Some(""), &[2]), Reading::Absent)]
#[case::a_blank_number(order(Some(" "), &[2]), Reading::Absent)]
#[case::not_accepted(order(None, &[1]), Reading::Absent)]
#[case::all_refused(order(None, &[4, 5]), Reading::Absent)]
#[case::no_number_field(json!({"order_id": 65443}), Reading::Absent)]
#[case::ours(order(Some(OURS), &[3]), Reading::OURS)]
#[case::ours_in_small_letters(order(Some("1z999aa1 0123456784"), &[3]), Reading::OURS)]
#[case::ours_beside_a_refused_line(order(Some(OURS), &[4, 3]), Reading::OURS)]
#[case::ours_come_back(order(Some(OURS), &[6]), Reading::OURS)]
#[case::its_own_label_before_it_shipped(backship(order(Some("999999"), &[2])), Reading::Absent)]
#[case::also_with_our_number(backship(order(Some(OURS), &[2])), Reading::Absent)]
#[case::its_own_label_shipped(backship(order(Some("999999"), &[3])), Reading::Other(text("999999")))]
#[case::ours_shipped_by_it(backship(order(Some(OURS), &[3])), Reading::OURS)]
#[case::of_lines_that_say_nothing(backship(json!({"order_id": 65443, "tracking_number": "999999"})), Reading::Other(text("999999")))]
#[case::ours_without_lines(json!({"order_id": 65443, "tracking_number": OURS}), Reading::OURS)]
#[case::another(order(Some("999999"), &[3]), Reading::Other(text("999999")))]
#[case::another_before_it_shipped(order(Some("999999"), &[2]), Reading::Other(text("999999")))]
#[case::a_number_of_no_shape(order(Some("by hand!"), &[3]), Reading::Other(text("by hand!")))]
#[case::n1_ours_and_what_nobody_sees(
    order(Some(&format!("{OURS}\u{7f}")), &[3]), Reading::OURS
)]
fn back_market_holds(#[case] body: Value, #[case] reading: Reading) {
    assert_eq!(found(&body), reading);
}

#[rstest]
#[case::our_number_on_lines_not_shipped(
    order(Some(OURS), &[2]), "200: our tracking number is there, but no line is shipped so far"
)]
#[case::shipped_without_a_number(
    order(None, &[3]), "200: a line is shipped, without a tracking number so far"
)]
#[case::another_order(
    json!({"order_id": 1, "tracking_number": OURS}), "200: the answer is about another order"
)]
#[case::not_an_order(json!({"ok": true}), "200: the answer is not an order")]
fn what_does_not_agree_is_read_again(#[case] body: Value, #[case] expected: &str) {
    assert_eq!(reason(&found(&body)), expected);
}

#[rstest]
#[case::a_page(200, "<html></html>", "200: the answer is not an order")]
#[case::no_such_order(404, r#"{"error":{"code":"not_found","message":"no"}}"#, "not_found: no")]
#[case::unavailable(503, "", "503: Service Unavailable")]
fn what_cannot_be_read_proves_nothing(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    let (answer, imei) = (answer(status, body), device(IMEI));
    assert_eq!(
        reason(&BackMarket::found(std::slice::from_ref(&answer), &back_market_submission())),
        expected
    );
    assert_eq!(
        reason(&BackMarket::device_found(std::slice::from_ref(&answer), &line("7001"), &imei)),
        expected
    );
}

#[test]
fn a_read_that_came_too_soon_waits_ten_seconds() {
    let reading = BackMarket::found(&[answer(429, "")], &back_market_submission());
    let Reading::Unreadable(why) = reading else { panic!("it was read") };
    assert_eq!(why.retry_after, Some(SignedDuration::from_secs(10)));
}

#[rstest]
#[case::none(json!(null), Reading::Absent)]
#[case::empty(json!(""), Reading::Absent)]
#[case::ours(json!(IMEI), Reading::OURS)]
#[case::ours_in_groups(json!("49-015420-323751-8"), Reading::OURS)]
#[case::another(json!(OTHER_IMEI), Reading::Other(text("***********3809")))]
#[case::not_an_imei(json!("4901542032375"), Reading::Other(text("*********2375")))]
fn a_lines_imei_is(#[case] held: Value, #[case] reading: Reading) {
    let lines = json!([{ "id": 7001, "imei": OTHER_IMEI }, { "id": 7002, "imei": held }]);
    let body = json!({ "order_id": 65443, "orderlines": lines });
    let imei = device(IMEI);
    assert_eq!(BackMarket::device_found(&[json_answer(200, &body)], &line("7002"), &imei), reading);
}

#[test]
fn a_line_that_is_not_there_proves_nothing() {
    let reading = BackMarket::device_found(
        &[json_answer(200, &order(None, &[3]))],
        &line("7002"),
        &device(IMEI),
    );
    assert_eq!(reason(&reading), "200: the answer's order has no such line");
}

/// Rule I7: whatever the confirmation carried, what is at the lines is compared.
#[rstest]
#[case::ours(json!(IMEI), Some(ShownImei::Ours))]
#[case::ours_in_groups(json!("49-015420-323751-8"), Some(ShownImei::Ours))]
#[case::another(json!(OTHER_IMEI), Some(ShownImei::Another))]
#[case::what_is_no_imei(json!("n/a"), Some(ShownImei::Another))]
#[case::none(Value::Null, None)]
#[case::an_empty_one(json!(" "), None)]
fn the_imeis_of_an_order_are_shown(#[case] held: Value, #[case] expected: Option<ShownImei>) {
    let submission = back_market_submission();
    let (line, _) = submission.devices.first_key_value().expect("it carries an IMEI");
    let id: u64 = line.as_str().parse().expect("Back Market's lines are numbers");
    let body = json!({ "order_id": 65443, "tracking_number": OURS, "orderlines": [
        { "id": id + 1, "state": 4, "imei": null }, { "id": id, "state": 3, "imei": held } ] });
    let shown: ShownImeis = expected.map(|shown| (line.clone(), shown)).into_iter().collect();
    assert_eq!(found(&body), Reading::Ours(shown.clone()));
    let answer = json_answer(200, &body);
    assert_eq!(BackMarket::confirmed(&answer, &submission).outcome(), Outcome::Accepted(shown));
}

fn serial() -> Device {
    Device::from(SERIAL.parse::<Serial>().unwrap())
}

/// Rule I11: the IMEI and the serial number are compared each by itself. What we do not send of the two is none of ours.
#[rstest]
#[case::both(with_serial(IMEI, SERIAL), json!(IMEI), json!(SERIAL), Some(ShownImei::Ours))]
#[case::both_with_blanks(with_serial(IMEI, SERIAL), json!(IMEI), json!("c02x k1ab jg5j"), Some(ShownImei::Ours))]
#[case::the_imei_alone(with_serial(IMEI, SERIAL), json!(IMEI), json!(null), Some(ShownImei::OnlyImei))]
#[case::the_serial_number_alone(with_serial(IMEI, SERIAL), json!(" "), json!(SERIAL), Some(ShownImei::OnlySerial))]
#[case::another_imei(with_serial(IMEI, SERIAL), json!(OTHER_IMEI), json!(SERIAL), Some(ShownImei::Another))]
#[case::another_serial_number(with_serial(IMEI, SERIAL), json!(IMEI), json!("C02XK1ABJG5K"), Some(ShownImei::Another))]
#[case::each_in_the_others_place(with_serial(IMEI, SERIAL), json!(SERIAL), json!(IMEI), Some(ShownImei::Another))]
#[case::neither(with_serial(IMEI, SERIAL), json!(null), json!(null), None)]
#[case::our_serial_number(serial(), json!(null), json!(SERIAL), Some(ShownImei::Ours))]
#[case::our_serial_number_beside_its_imei(serial(), json!(IMEI), json!(SERIAL), Some(ShownImei::Ours))]
#[case::an_imei_and_no_serial_number(serial(), json!(IMEI), json!(null), None)]
#[case::our_imei_beside_its_serial_number(device(IMEI), json!(IMEI), json!(SERIAL), Some(ShownImei::Ours))]
fn a_lines_imei_and_serial_number_are_shown(
    #[case] ours: Device,
    #[case] imei: Value,
    #[case] serial: Value,
    #[case] expected: Option<ShownImei>,
) {
    let body = json!({ "order_id": 65443, "tracking_number": OURS, "orderlines": [
        { "id": 7001, "state": 3, "imei": imei, "serial_number": serial } ] });
    let devices = [(line("7001"), ours.clone())].into();
    let submission = Submission { devices, ..back_market_submission() };
    let shown: ShownImeis = expected.map(|shown| (line("7001"), shown)).into_iter().collect();
    let answer = json_answer(200, &body);
    assert_eq!(
        BackMarket::found(std::slice::from_ref(&answer), &submission),
        Reading::Ours(shown.clone())
    );
    let of_line = BackMarket::device_found(&[answer], &line("7001"), &ours);
    match (expected, of_line) {
        (None, Reading::Absent) | (Some(ShownImei::Another), Reading::Other(_)) => {}
        (Some(ShownImei::Ours), Reading::Ours(of_line)) => assert!(of_line.is_empty()),
        (Some(_), Reading::Ours(of_line)) => assert_eq!(of_line, shown),
        (expected, of_line) => panic!("{expected:?}: {of_line:?}"),
    }
}

#[rstest]
#[case::another_serial_number(json!({ "imei": IMEI, "serial_number": "AB-1234567" }), "******4567")]
#[case::another_imei(json!({ "imei": OTHER_IMEI, "serial_number": SERIAL }), "***********3809")]
fn i8_what_is_in_the_place_of_ours_is_masked(#[case] mut held: Value, #[case] shown: &str) {
    held["id"] = json!(7001);
    let body = json!({ "order_id": 65443, "orderlines": [held] });
    let ours = with_serial(IMEI, SERIAL);
    let found = BackMarket::device_found(&[json_answer(200, &body)], &line("7001"), &ours);
    assert_eq!(found, Reading::Other(text(shown)));
}
