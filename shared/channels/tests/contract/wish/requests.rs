//! Wish's requests, and the tokens that are kept between them.

use super::given::{WISH_ORDER, wish, wish_submission};
use crate::amazon::given::amazon;
use crate::given::{NOW, at, json_answer, near, shown, text};
use channels::{Marketplace, Token, Wish, WishCredentials, seal};
use domain::{Submission, Text};
use http::Request;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

fn credentials() -> WishCredentials {
    serde_json::from_value(secret()).unwrap()
}

fn secret() -> Value {
    json!({
        "client_id": "5d30f60e0a6fc464f4f376b1",
        "client_secret": "s&cret=+/ %",
        "refresh_token": "refr#sh",
    })
}

fn confirm(submission: &Submission) -> Request<Vec<u8>> {
    Wish::confirm(at(&wish()), submission, None).unwrap()
}

fn refused(submission: &Submission) -> String {
    Wish::confirm(at(&wish()), submission, None).unwrap_err().to_string()
}

fn token() -> Token {
    Token { value: "7f801156e6d2458e".to_owned(), lives: SignedDuration::from_hours(1) }
}

#[test]
fn an_order_is_shipped_by_one_number() {
    let mut request = confirm(&wish_submission());
    Wish::authorize(&mut request, &credentials(), Some(&token()), NOW).unwrap();
    assert_eq!(request.headers()["authorization"], "Bearer 7f801156e6d2458e");
    assert_snapshot!(shown(&request));
}

#[test]
fn an_order_is_read() {
    let mut request = Wish::read(at(&wish()), &wish_submission(), &[]).unwrap();
    Wish::authorize(&mut request, &credentials(), Some(&token()), NOW).unwrap();
    assert_snapshot!(shown(&request));
}

#[test]
fn an_order_is_read_once() {
    let answer = json_answer(200, &json!({}));
    assert!(Wish::read(at(&wish()), &wish_submission(), &[answer]).is_none());
}

#[test]
fn a_token_is_asked_for_by_address() {
    let request = Wish::token_request(at(&wish()), &credentials()).unwrap();
    let query = request.uri().query().unwrap();
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).unwrap().1.clone();
    assert_eq!(field("client_secret"), "s&cret=+/ %");
    assert_eq!(field("refresh_token"), "refr#sh");
    let shown = shown(&request)
        .replace("s%26cret%3D%2B%2F+%25", "(secret)")
        .replace("refr%23sh", "(secret)");
    assert_snapshot!(shown);
}

#[test]
fn everything_can_be_called_elsewhere() {
    let partner = wish();
    let confirm = Wish::confirm(near(&partner), &wish_submission(), None).unwrap();
    let read = Wish::read(near(&partner), &wish_submission(), &[]).unwrap();
    let token = Wish::token_request(near(&partner), &credentials()).unwrap();
    let token = token.uri().to_string();
    let token = token.split('?').next().unwrap().to_owned();
    let uris = [confirm.uri().to_string(), read.uri().to_string(), token];
    assert_snapshot!(uris.join("\n"));
}

#[test]
fn a_repeat_is_the_same_to_the_byte() {
    let (first, second) = (confirm(&wish_submission()), confirm(&wish_submission()));
    assert_eq!(first.body(), second.body());
    assert_eq!(seal(&first), seal(&second));
    let other = Submission { carrier: text("USPS"), ..wish_submission() };
    assert_ne!(seal(&first), seal(&confirm(&other)));
}

#[rstest]
#[case::letters("5d30f60e0a6fc464f4f376bx")]
#[case::short("5d30f60e0a6fc464f4f376b")]
#[case::long("5d30f60e0a6fc464f4f376b00")]
#[case::a_path("..")]
#[case::signed("-5")]
fn an_order_that_is_not_wishs_is_refused_by_name(#[case] order: &str) {
    let submission = Submission { order: order.parse().unwrap(), ..wish_submission() };
    let why =
        format!("order_id: `{order}` is not Wish's; allowed: 24 hexadecimal digits, or a number");
    assert_eq!(refused(&submission), why);
    assert!(Wish::read(at(&wish()), &submission, &[]).is_none());
}

#[rstest]
#[case::an_object_id(WISH_ORDER)]
#[case::in_capitals("5D30F60E0A6FC464F4F376B0")]
#[case::a_number("4711")]
fn both_kinds_of_ids_are_taken(#[case] order: &str) {
    let submission = Submission { order: order.parse().unwrap(), ..wish_submission() };
    let uri = confirm(&submission).uri().to_string();
    assert_eq!(uri, format!("https://merchant.wish.com/api/v3/orders/{order}/tracking"));
}

#[test]
fn what_cannot_be_built_says_why() {
    let unknown_carrier = Submission { carrier: text("Kestrel Couriers"), ..wish_submission() };
    let elsewhere = Wish::confirm(at(&amazon()), &wish_submission(), None).unwrap_err();
    let mut request = confirm(&wish_submission());
    let without_token = Wish::authorize(&mut request, &credentials(), None, NOW).unwrap_err();
    let why =
        [refused(&unknown_carrier), elsewhere.to_string(), without_token.to_string()].join("\n");
    assert_snapshot!(why);
    assert!(Wish::read(at(&amazon()), &wish_submission(), &[]).is_none());
}

#[test]
fn the_longest_name_of_a_carrier_still_says_what_is_wrong() {
    let carrier = text(&"佐".repeat(200));
    let why = refused(&Submission { carrier, ..wish_submission() });
    assert!(why.starts_with("carrier: "));
    assert!(why.contains("allowed: UPS, USPS, FedEx, DHL, DHLeCommerce, DPD"), "{why}");
}

#[test]
fn wish_has_neither_references_nor_imeis() {
    assert_eq!(Wish::reference(&crate::given::key(), &wish_submission()), None::<Text>);
    let imei = crate::given::device(crate::given::IMEI);
    assert!(Wish::register_device(at(&wish()), &crate::given::line("1"), &imei).is_none());
}

fn kept(access_token: Value, expires_at: Value) -> Option<(String, i64)> {
    let mut secret = secret();
    secret["access_token"] = access_token;
    secret["access_token_expires_at"] = expires_at;
    let credentials: WishCredentials = serde_json::from_value(secret).unwrap();
    Wish::kept_token(&credentials, NOW).map(|token| (token.value, token.lives.as_secs()))
}

/// It is 15:10.
#[rstest]
#[case::good(json!("a"), json!("2026-11-23T15:11:00Z"), Some(60))]
#[case::good_elsewhere(json!("a"), json!("2026-11-23T10:11:00-05:00"), Some(60))]
#[case::the_last_second(json!("a"), json!("2026-11-23T15:10:01Z"), Some(1))]
#[case::over(json!("a"), json!("2026-11-23T15:10:00Z"), None)]
#[case::no_token(json!(null), json!("2026-11-23T15:11:00Z"), None)]
#[case::an_empty_token(json!(" "), json!("2026-11-23T15:11:00Z"), None)]
#[case::no_end(json!("a"), json!(null), None)]
#[case::an_end_of_another_kind(json!("a"), json!(1_795_446_660), None)]
#[case::an_end_in_words(json!("a"), json!("tomorrow"), None)]
fn a_kept_token_is_used_while_it_lives(
    #[case] access_token: Value,
    #[case] expires_at: Value,
    #[case] seconds: Option<i64>,
) {
    assert_eq!(kept(access_token, expires_at), seconds.map(|seconds| ("a".to_owned(), seconds)));
}

#[test]
fn a_secret_without_a_token_keeps_none() {
    assert!(Wish::kept_token(&credentials(), NOW).is_none());
}

fn renewed(secret: &Value, data: &Value) -> Option<Value> {
    let answer = json_answer(200, &json!({ "message": "", "code": 0, "data": data }));
    let renewed = Wish::renewed(&secret.to_string(), &answer, NOW)?;
    Some(serde_json::from_str(&renewed).unwrap())
}

#[test]
fn a_renewed_secret_has_both_tokens_and_everything_else_as_it_was() {
    let mut before = secret();
    before["access_token"] = json!("old");
    before["note"] = json!({ "of": ["the seller", 1.5, null] });
    let data = json!({
        "access_token": " new ",
        "refresh_token": "newer",
        "expiry_time": "2026-12-23T15:10:00.000+00:00",
        "merchant_id": "5d30f60e0a6fc464f4f376b2",
        "scopes": ["orders:read", "orders:write"],
    });
    let after = renewed(&before, &data).unwrap();
    let expected = json!({
        "client_id": "5d30f60e0a6fc464f4f376b1",
        "client_secret": "s&cret=+/ %",
        "refresh_token": "newer",
        "access_token": "new",
        "access_token_expires_at": "2026-12-23T15:10:00Z",
        "note": { "of": ["the seller", 1.5, null] },
    });
    assert_eq!(after, expected);
    let credentials: WishCredentials = serde_json::from_value(after).unwrap();
    let token = Wish::kept_token(&credentials, NOW).unwrap();
    assert_eq!((token.value.as_str(), token.lives), ("new", SignedDuration::from_hours(30 * 24)));
}

#[rstest]
#[case::none(json!({ "access_token": "new" }))]
#[case::null(json!({ "access_token": "new", "refresh_token": null }))]
#[case::empty(json!({ "access_token": "new", "refresh_token": " " }))]
fn a_refresh_token_that_does_not_change_stays(#[case] data: Value) {
    let after = renewed(&secret(), &data).unwrap();
    assert_eq!(
        (&after["refresh_token"], &after["access_token"]),
        (&json!("refr#sh"), &json!("new"))
    );
    assert_eq!(after["access_token_expires_at"], "2026-11-24T15:10:00Z");
}

#[test]
fn without_a_token_or_a_secret_nothing_is_renewed() {
    assert_eq!(renewed(&secret(), &json!({})), None);
    assert_eq!(renewed(&json!("no object"), &json!({ "access_token": "new" })), None);
    let answer = json_answer(200, &json!({ "code": 0, "data": { "access_token": "new" } }));
    assert_eq!(Wish::renewed("no JSON", &answer, NOW), None);
    let refused = json_answer(400, &json!({ "code": 1006, "data": { "access_token": "new" } }));
    assert_eq!(Wish::renewed(&secret().to_string(), &refused, NOW), None);
}
