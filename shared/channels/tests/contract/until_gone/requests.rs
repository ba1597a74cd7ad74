//! The signed webhook, held against our own contract and the specification's known signature.

use super::given::{SHIPMENT_CONFIRMED, until_gone, until_gone_at, until_gone_submission};
use crate::amazon::given::amazon;
use crate::given::{IMEI, NOW, at, body, device, item, key, near, shown, text};
use channels::{Marketplace, UntilGone, UntilGoneCredentials, seal};
use domain::{Moment, Submission, Text};
use http::Request;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

/// The specification's own example of a secret.
fn credentials() -> UntilGoneCredentials {
    let secret = json!({ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
    serde_json::from_value(secret).unwrap()
}

fn id(submission: &Submission) -> Text {
    UntilGone::reference(&key(), submission).unwrap()
}

fn confirm(submission: &Submission) -> Request<Vec<u8>> {
    UntilGone::confirm(at(&until_gone()), submission, Some(&id(submission))).unwrap()
}

fn signed(mut request: Request<Vec<u8>>, now: Moment) -> Request<Vec<u8>> {
    UntilGone::authorize(&mut request, &credentials(), None, now).unwrap();
    request
}

/// As little as a label says.
fn bare() -> Submission {
    Submission {
        carrier: text("Zażółć \"& Sons\""),
        tracking_url: None,
        ship_date: "2026-11-23T15:04:05Z".parse().unwrap(),
        items: vec![item("7002", 1)],
        ..until_gone_submission()
    }
}

fn header<'a>(request: &'a Request<Vec<u8>>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

#[test]
fn a_shipment_is_told_and_signed() {
    assert_snapshot!(shown(&signed(confirm(&until_gone_submission()), NOW)));
}

#[test]
fn what_a_label_does_not_say_is_left_out() {
    assert_snapshot!(shown(&confirm(&bare())));
}

#[test]
fn everything_can_be_called_elsewhere() {
    let submission = until_gone_submission();
    let partner = until_gone();
    let request = UntilGone::confirm(near(&partner), &submission, Some(&id(&submission))).unwrap();
    assert_snapshot!(shown(&request));
}

/// The signature itself is no secret to a test.
#[test]
fn the_bytes_are_signed_as_they_go_out() {
    let request = signed(confirm(&until_gone_submission()), NOW);
    let body = String::from_utf8(request.body().clone()).unwrap();
    assert_snapshot!(format!("{}\n{body}", header(&request, "webhook-signature")));
}

/// Source: the example of the specification's own libraries.
#[test]
fn the_specifications_example_has_its_signature() {
    let body = br#"{"test": 2432232314}"#.to_vec();
    let request =
        Request::builder().header("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek").body(body).unwrap();
    let request = signed(request, Moment::from_millis(1_614_265_330_999));
    assert_eq!(header(&request, "webhook-timestamp"), "1614265330");
    assert_eq!(
        header(&request, "webhook-signature"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

#[test]
fn a_repeat_is_signed_anew_and_otherwise_the_same_to_the_byte() {
    let first = signed(confirm(&until_gone_submission()), NOW);
    let mut second = signed(confirm(&until_gone_submission()), NOW);
    second = signed(second, NOW.plus(SignedDuration::from_secs(30)));
    assert_eq!(first.body(), second.body());
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(seal(&first), seal(&second));
    for name in ["webhook-timestamp", "webhook-signature"] {
        assert_ne!(header(&first, name), header(&second, name));
        assert_eq!(second.headers().get_all(name).iter().count(), 1);
    }
}

#[rstest]
#[case::whole(until_gone_submission())]
#[case::bare(bare())]
#[case::long(Submission {
    order: "o".repeat(64).parse().unwrap(),
    tracking: "9".repeat(40).parse().unwrap(),
    carrier: text(&"ż".repeat(300)),
    tracking_url: Some(text(&format!("http://{}", "x".repeat(193)))),
    items: (0..100).map(|line| item(&line.to_string(), 9_999)).collect(),
    ..until_gone_submission()
})]
fn bodies_keep_to_our_contract(#[case] submission: Submission) {
    let schema: Value = serde_json::from_str(SHIPMENT_CONFIRMED).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let body = body(&confirm(&submission));
    let errors: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(body["timestamp"], body["data"]["shipped_at"]);
}

#[test]
fn an_imei_is_never_told() {
    let request = confirm(&until_gone_submission());
    assert!(!String::from_utf8(request.into_body()).unwrap().contains(IMEI));
}

#[test]
fn an_id_stays_with_its_number() {
    let submission = until_gone_submission();
    // A changed derivation would have packages in doubt taken twice.
    assert_eq!(id(&submission), text("msg_1851a7df0645246f2de60cf9"));
    let again =
        Submission { carrier: text("DHL"), items: vec![item("1", 1)], ..submission.clone() };
    assert_eq!(id(&again), id(&submission));
    let relabelled =
        Submission { tracking: "1Z999AA10123456785".parse().unwrap(), ..submission.clone() };
    let beside = Submission { package: "2".parse().unwrap(), ..submission.clone() };
    let elsewhere = domain::OrderKey { order: "UG-100043".parse().unwrap(), ..key() };
    let mut ids = vec![
        id(&submission),
        id(&relabelled),
        id(&beside),
        UntilGone::reference(&elsewhere, &submission).unwrap(),
    ];
    assert!(ids.iter().all(|id| {
        let digits = id.as_str().strip_prefix("msg_").unwrap();
        digits.len() == 24 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    }));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn what_cannot_be_built_says_why() {
    let submission = until_gone_submission();
    let without_items = Submission { items: Vec::new(), ..submission.clone() };
    let why = |partner, submission: &Submission, id: Option<&Text>| {
        UntilGone::confirm(at(&partner), submission, id).unwrap_err().to_string()
    };
    let id = text("msg_1");
    let mut without_id = Request::new(b"{}".to_vec());
    let mut not_text = confirm(&submission);
    *not_text.body_mut() = vec![0xff];
    let unsigned = |request: &mut Request<Vec<u8>>| {
        UntilGone::authorize(request, &credentials(), None, NOW).unwrap_err().to_string()
    };
    assert_snapshot!(
        [
            why(until_gone(), &without_items, Some(&id)),
            why(until_gone(), &submission, None),
            why(amazon(), &submission, Some(&id)),
            why(until_gone(), &submission, Some(&text("msg_ż"))),
            unsigned(&mut without_id),
            unsigned(&mut not_text),
        ]
        .join("\n")
    );
}

#[test]
fn the_partner_says_whether_its_receiver_drops_repeats() {
    let url = "https://hooks.untilgone.example/shipments";
    assert!(UntilGone::is_deduped(at(&until_gone_at(url, true))));
    assert!(!UntilGone::is_deduped(at(&until_gone_at(url, false))));
    assert!(!UntilGone::is_deduped(at(&amazon())));
}

#[test]
fn until_gone_has_neither_tokens_nor_imeis() {
    assert!(UntilGone::token_request(at(&until_gone()), &credentials()).is_none());
    let imei = device(IMEI);
    assert!(
        UntilGone::register_device(at(&until_gone()), &crate::given::line("1"), &imei).is_none()
    );
}
