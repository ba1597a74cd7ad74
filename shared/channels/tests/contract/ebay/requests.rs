//! eBay's requests.

use super::given::{EBAY_ORDER, ebay, ebay_submission};
use crate::amazon::given::amazon;
use crate::given::{NOW, at, body, item, near, shown, text};
use channels::{Ebay, EbayCredentials, Marketplace, Token, seal};
use domain::Submission;
use http::Request;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

fn credentials() -> EbayCredentials {
    let credentials = json!({
        "client_id": "Acme-Shipconf-PRD-1",
        "client_secret": "PRD-s&cret=+/ %",
        "refresh_token": "v^1.1#i^1#r^1 refresh",
    });
    serde_json::from_value(credentials).unwrap()
}

fn confirm(submission: &Submission) -> Request<Vec<u8>> {
    Ebay::confirm(at(&ebay()), submission, None).unwrap()
}

fn refused(submission: &Submission) -> String {
    Ebay::confirm(at(&ebay()), submission, None).unwrap_err().to_string()
}

/// Two lines with a carrier that has no code.
fn several_lines() -> Submission {
    Submission {
        items: vec![item("10000000000001", 2), item("10000000000002", 1)],
        carrier: text("Kestrel Couriers"),
        service: Some(text("Next Day")),
        ship_date: "2026-11-23T15:04:05Z".parse().unwrap(),
        ..ebay_submission()
    }
}

#[test]
fn a_package_is_added_to_its_order() {
    let mut request = confirm(&ebay_submission());
    let token = Token { value: "v^1.1#access".to_owned(), lives: SignedDuration::from_hours(2) };
    Ebay::authorize(&mut request, &credentials(), Some(&token), NOW).unwrap();
    assert_eq!(request.headers()["authorization"], "Bearer v^1.1#access");
    assert_snapshot!(shown(&request));
}

#[test]
fn several_lines_ship_with_a_carrier_that_has_no_code() {
    assert_snapshot!(shown(&confirm(&several_lines())));
}

#[test]
fn an_orders_fulfilments_are_read() {
    let request = Ebay::read(at(&ebay()), &ebay_submission(), &[]).unwrap();
    assert_snapshot!(shown(&request));
}

#[test]
fn one_question_is_enough() {
    let answer = crate::given::answer(503, "");
    assert!(Ebay::read(at(&ebay()), &ebay_submission(), &[answer]).is_none());
}

#[test]
fn a_token_is_asked_for_by_form() {
    let request = Ebay::token_request(at(&ebay()), &credentials()).unwrap();
    let form: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(field, _)| field == name).unwrap().1.clone();
    assert_eq!(field("refresh_token"), "v^1.1#i^1#r^1 refresh");
    assert_eq!(field("scope"), "https://api.ebay.com/oauth/api_scope/sell.fulfillment");
    // What `printf '%s' 'Acme-Shipconf-PRD-1:PRD-s&cret=+/ %' | base64` says.
    let basic = "Basic QWNtZS1TaGlwY29uZi1QUkQtMTpQUkQtcyZjcmV0PSsvICU=";
    assert_eq!(request.headers()["authorization"], basic);
    let shown = shown(&request).replace("v%5E1.1%23i%5E1%23r%5E1+refresh", "(secret)");
    assert_snapshot!(shown);
}

#[test]
fn everything_can_be_called_elsewhere() {
    let partner = ebay();
    let confirm = Ebay::confirm(near(&partner), &ebay_submission(), None).unwrap();
    let read = Ebay::read(near(&partner), &ebay_submission(), &[]).unwrap();
    let token = Ebay::token_request(near(&partner), &credentials()).unwrap();
    let uris = [confirm.uri(), read.uri(), token.uri()].map(ToString::to_string);
    assert_snapshot!(uris.join("\n"));
}

/// E: "ISO 8601, which uses the 24-hour Universal Coordinated Time (UTC) clock", with three digits.
#[rstest]
#[case::whole_seconds("2026-11-23T15:04:05Z", "2026-11-23T15:04:05.000Z")]
#[case::milliseconds("2026-11-23T15:04:05.678Z", "2026-11-23T15:04:05.678Z")]
#[case::finer("2026-11-23T15:04:05.678999Z", "2026-11-23T15:04:05.678Z")]
#[case::elsewhere("2026-11-24T00:04:05.678+09:00", "2026-11-23T15:04:05.678Z")]
fn a_date_is_in_utc_with_milliseconds(#[case] date: &str, #[case] expected: &str) {
    let submission = Submission { ship_date: date.parse().unwrap(), ..ebay_submission() };
    assert_eq!(body(&confirm(&submission))["shippedDate"], expected);
}

#[test]
fn a_number_has_neither_blanks_nor_hyphens() {
    let submission = Submission { tracking: "1z-999 aa1".parse().unwrap(), ..ebay_submission() };
    assert_eq!(body(&confirm(&submission))["trackingNumber"], "1Z999AA1");
}

#[rstest]
#[case::of_today(EBAY_ORDER)]
#[case::of_old("110195284321-28112345678")]
#[case::dots_within("a..b")]
#[case::three_dots("...")]
#[case::every_sign("aZ09-_.")]
fn an_order_goes_into_the_path_as_it_is(#[case] order: &str) {
    let submission = Submission { order: order.parse().unwrap(), ..ebay_submission() };
    let path = format!("/sell/fulfillment/v1/order/{order}/shipping_fulfillment");
    assert_eq!(confirm(&submission).uri().path(), path);
    assert_eq!(Ebay::read(at(&ebay()), &submission, &[]).unwrap().uri().path(), path);
}

#[rstest]
#[case::here(".")]
#[case::up("..")]
fn an_order_that_would_lead_elsewhere_is_refused_by_name(#[case] order: &str) {
    let submission = Submission { order: order.parse().unwrap(), ..ebay_submission() };
    assert_eq!(
        refused(&submission),
        format!(
            "order_id: `{order}` is not an eBay order; allowed: letters, digits, `-`, `_`, and `.` among them"
        )
    );
    assert!(Ebay::read(at(&ebay()), &submission, &[]).is_none());
}

#[test]
fn a_repeat_is_the_same_to_the_byte() {
    let (first, second) = (confirm(&several_lines()), confirm(&several_lines()));
    assert_eq!(first.body(), second.body());
    assert_eq!(seal(&first), seal(&second));
    assert_ne!(seal(&first), seal(&confirm(&ebay_submission())));
}

#[test]
fn what_cannot_be_built_says_why() {
    let without_items = Submission { items: Vec::new(), ..ebay_submission() };
    let elsewhere = Ebay::confirm(at(&amazon()), &ebay_submission(), None).unwrap_err();
    let mut request = confirm(&ebay_submission());
    let mut refuse = |token: Option<&Token>| {
        Ebay::authorize(&mut request, &credentials(), token, NOW).unwrap_err().to_string()
    };
    let odd = Token { value: "se\u{301}cret".to_owned(), lives: SignedDuration::from_hours(2) };
    let (without_token, with_an_odd_one) = (refuse(None), refuse(Some(&odd)));
    assert_snapshot!(
        [refused(&without_items), elsewhere.to_string(), without_token, with_an_odd_one].join("\n")
    );
    assert!(Ebay::token_request(at(&amazon()), &credentials()).is_none());
}

#[test]
fn ebay_has_neither_references_nor_imeis() {
    assert!(Ebay::reference(&crate::given::key(), &ebay_submission()).is_none());
    let (line, imei) = (crate::given::line("1"), crate::given::device(crate::given::IMEI));
    assert!(Ebay::register_device(at(&ebay()), &line, &imei).is_none());
}
