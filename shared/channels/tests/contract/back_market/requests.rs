//! Back Market's requests.

use super::given::{back_market, back_market_of, back_market_submission};
use crate::amazon::given::amazon;
use crate::given::{
    IMEI, NOW, OTHER_IMEI, SERIAL, at, body, device, item, line, near, phone, shown, text,
    with_serial,
};
use channels::{BackMarket, BackMarketCredentials, Marketplace};
use domain::{Device, Item, Serial, Submission};
use http::Request;
use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn credentials(token: &str) -> BackMarketCredentials {
    serde_json::from_value(json!({ "token": token })).unwrap()
}

fn confirm(submission: &Submission) -> Request<Vec<u8>> {
    BackMarket::confirm(at(&back_market()), submission, None).unwrap()
}

/// Two phones and a cable under one number.
fn several_lines() -> Submission {
    let imeis = [("7001", IMEI), ("7002", OTHER_IMEI)];
    Submission {
        items: vec![phone("7001", 1), phone("7002", 1), item("7003", 2)],
        carrier: text("OnTrac"),
        tracking_url: None,
        devices: imeis
            .map(|(id, imei)| (line(id), device(imei)))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        ..back_market_submission()
    }
}

#[test]
fn one_line_ships_with_its_imei() {
    let mut request = confirm(&back_market_submission());
    BackMarket::authorize(&mut request, &credentials("bXk6dG9rZW4="), None, NOW).unwrap();
    assert_eq!(request.headers()["authorization"], "Basic bXk6dG9rZW4=");
    assert_snapshot!(shown(&request));
}

#[test]
fn several_lines_ship_without_imeis() {
    assert_snapshot!(shown(&confirm(&several_lines())));
}

#[test]
fn a_lines_imei_is_registered_by_itself() {
    let imei = device(OTHER_IMEI);
    let request = BackMarket::register_device(at(&back_market()), &line("7002"), &imei).unwrap();
    assert_snapshot!(shown(&request));
}

/// A tablet to be shipped, with one of its numbers known or both.
fn tablet(device: Device) -> Submission {
    let item = Item { requires_serial: true, ..item("7001", 1) };
    let devices = BTreeMap::from([(line("7001"), device)]);
    Submission { items: vec![item], devices, ..back_market_submission() }
}

/// Rule I11: the serial number in its own field, in one request with the IMEI.
#[rstest]
#[case::a_serial_number_alone(Device::from(SERIAL.parse::<Serial>().unwrap()), json!({ "serial_number": SERIAL }))]
#[case::an_imei_alone(device(IMEI), json!({ "imei": IMEI }))]
#[case::both(with_serial(IMEI, SERIAL), json!({ "imei": IMEI, "serial_number": SERIAL }))]
#[case::in_its_own_case_and_with_signs(Device::from("r52-k/a.9b".parse::<Serial>().unwrap()), json!({ "serial_number": "r52-k/a.9b" }))]
#[case::as_long_as_can_be(Device::from("9".repeat(50).parse::<Serial>().unwrap()), json!({ "serial_number": "9".repeat(50) }))]
fn a_serial_number_goes_in_its_own_field(#[case] device: Device, #[case] fields: Value) {
    let confirmed = body(&confirm(&tablet(device.clone())));
    for name in ["imei", "serial_number"] {
        assert_eq!(confirmed.get(name), fields.get(name), "{name}");
    }
    let registered = BackMarket::register_device(at(&back_market()), &line("7001"), &device);
    assert_eq!(body(&registered.unwrap()), fields);
}

#[test]
fn an_order_is_read() {
    let request = BackMarket::read(at(&back_market()), &back_market_submission(), &[]).unwrap();
    assert_snapshot!(shown(&request));
}

#[test]
fn everything_can_be_called_elsewhere() {
    let partner = back_market();
    let confirm = BackMarket::confirm(near(&partner), &back_market_submission(), None).unwrap();
    let read = BackMarket::read(near(&partner), &back_market_submission(), &[]).unwrap();
    let imei = device(IMEI);
    let register = BackMarket::register_device(near(&partner), &line("7001"), &imei).unwrap();
    let uris = [confirm.uri(), read.uri(), register.uri()].map(ToString::to_string);
    assert_snapshot!(uris.join("\n"));
}

#[rstest]
#[case::two_of_one_line(vec![phone("7001", 2)])]
#[case::no_imei_needed(vec![item("7001", 1)])]
#[case::two_lines(vec![phone("7001", 1), item("7002", 1)])]
fn an_imei_goes_inside_for_one_line_of_one_piece_only(#[case] items: Vec<Item>) {
    let body = body(&confirm(&Submission { items, ..back_market_submission() }));
    assert!(body.get("imei").is_none());
}

#[rstest]
#[case::letters("65443A")]
#[case::a_path("..")]
#[case::signed("-5")]
#[case::too_large("18446744073709551616")]
fn an_order_that_is_no_number_is_refused_by_name(#[case] order: &str) {
    let order: domain::OrderId = order.parse().unwrap();
    let submission = Submission { order: order.clone(), ..back_market_submission() };
    let why = BackMarket::confirm(at(&back_market()), &submission, None).unwrap_err();
    assert_eq!(
        why.to_string(),
        format!("order_id: `{order}` is not Back Market's; allowed: a number")
    );
    assert!(BackMarket::read(at(&back_market()), &submission, &[]).is_none());
    let imei = device(IMEI);
    let line = line(order.as_str());
    assert!(BackMarket::register_device(at(&back_market()), &line, &imei).is_none());
}

#[test]
fn the_largest_number_is_taken() {
    let submission =
        Submission { order: "18446744073709551615".parse().unwrap(), ..back_market_submission() };
    assert_eq!(body(&confirm(&submission))["order_id"], u64::MAX);
}

#[test]
fn what_cannot_be_built_says_why() {
    let refused = |partner| {
        BackMarket::confirm(at(&partner), &back_market_submission(), None).unwrap_err().to_string()
    };
    let mut request = confirm(&back_market_submission());
    let token = credentials("se\u{301}cret");
    let token = BackMarket::authorize(&mut request, &token, None, NOW).unwrap_err().to_string();
    assert_snapshot!([refused(back_market_of("Zażółć")), refused(amazon()), token].join("\n"));
}

#[rstest]
#[case::as_it_is("bXk6dG9rZW4=")]
#[case::with_its_scheme("Basic bXk6dG9rZW4=")]
#[case::with_blanks(" Basic  bXk6dG9rZW4=\n")]
fn a_token_is_sent_as_it_is(#[case] token: &str) {
    let mut request = confirm(&back_market_submission());
    BackMarket::authorize(&mut request, &credentials(token), None, NOW).unwrap();
    assert_eq!(request.headers()["authorization"], "Basic bXk6dG9rZW4=");
}

#[test]
fn back_market_has_neither_references_nor_tokens_to_ask_for() {
    assert!(BackMarket::reference(&crate::given::key(), &back_market_submission()).is_none());
    assert!(BackMarket::token_request(at(&back_market()), &credentials("x")).is_none());
}
