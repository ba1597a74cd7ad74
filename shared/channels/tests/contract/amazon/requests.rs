//! Amazon's requests, held against the vendor's own model.

use super::given::{AMAZON_ORDER, CONFIRM_SHIPMENT, SANDBOX, amazon, amazon_submission};
use crate::back_market::given::back_market;
use crate::given::{NOW, at, body, item, key, near, shown, text};
use channels::{Amazon, AmazonCredentials, Marketplace, Token, seal};
use domain::{PackageId, Submission, Text};
use http::Request;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

fn package(id: &str) -> PackageId {
    id.parse().unwrap()
}

fn credentials() -> AmazonCredentials {
    let credentials = json!({
        "client_id": "amzn1.application-oa2-client.id",
        "client_secret": "amzn1.oa2-cs.v1.s&cret=+/ %",
        "refresh_token": "Atzr|IwEB refresh",
    });
    serde_json::from_value(credentials).unwrap()
}

fn confirm(submission: &Submission) -> Request<Vec<u8>> {
    let reference = Amazon::reference(&key(), submission);
    Amazon::confirm(at(&amazon()), submission, reference.as_ref()).unwrap()
}

fn refused(submission: &Submission) -> String {
    Amazon::confirm(at(&amazon()), submission, Some(&text("123456789"))).unwrap_err().to_string()
}

fn other_carrier() -> Submission {
    Submission {
        carrier: text("Kestrel Couriers"),
        service: Some(text("Next Day \"Signed\"")),
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![item("52986411826454", 2), item("52986411826455", 1)],
        ..amazon_submission()
    }
}

#[test]
fn the_sandbox_order_is_confirmed() {
    let mut request = confirm(&amazon_submission());
    let token = Token { value: "Atza|access".to_owned(), lives: SignedDuration::from_hours(1) };
    Amazon::authorize(&mut request, &credentials(), Some(&token), NOW).unwrap();
    assert_eq!(request.headers()["x-amz-access-token"], "Atza|access");
    assert_snapshot!(shown(&request));
}

#[test]
fn a_carrier_without_a_code_goes_by_its_name() {
    assert_snapshot!(shown(&confirm(&other_carrier())));
}

#[test]
fn an_order_is_read_with_its_packages() {
    let request = Amazon::read(at(&amazon()), &amazon_submission(), &[]).unwrap();
    assert_snapshot!(shown(&request));
}

#[test]
fn a_token_is_asked_for_by_form() {
    let request = Amazon::token_request(at(&amazon()), &credentials()).unwrap();
    let form: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(field, _)| field == name).unwrap().1.clone();
    assert_eq!(field("client_secret"), "amzn1.oa2-cs.v1.s&cret=+/ %");
    assert_eq!(field("refresh_token"), "Atzr|IwEB refresh");
    let shown = shown(&request)
        .replace("amzn1.oa2-cs.v1.s%26cret%3D%2B%2F+%25", "(secret)")
        .replace("Atzr%7CIwEB+refresh", "(secret)");
    assert_snapshot!(shown);
}

#[test]
fn everything_can_be_called_elsewhere() {
    let partner = amazon();
    let confirm =
        Amazon::confirm(near(&partner), &amazon_submission(), Some(&text("123456789"))).unwrap();
    let read = Amazon::read(near(&partner), &amazon_submission(), &[]).unwrap();
    let token = Amazon::token_request(near(&partner), &credentials()).unwrap();
    let uris = [confirm.uri(), read.uri(), token.uri()].map(ToString::to_string);
    assert_snapshot!(uris.join("\n"));
}

#[test]
fn the_body_is_the_sandbox_body() {
    let sandbox: Value = serde_json::from_str(SANDBOX).unwrap();
    assert_eq!(sandbox["order"], AMAZON_ORDER);
    let mut sample = sandbox["taken"]["body"].clone();
    let mut ours = body(&confirm(&amazon_submission()));
    let take = |body: &mut Value| {
        body["packageDetail"].as_object_mut().unwrap().remove("packageReferenceId").unwrap()
    };
    let (theirs, reference) = (take(&mut sample), take(&mut ours));
    assert_eq!(ours, sample);
    assert!(theirs.is_string() && reference.is_string());
}

/// Rule L13: what a label does not say is not there, not even as an empty list.
#[test]
fn l13_no_codes_and_no_source() {
    let items = vec![item("79039765272157", 1)];
    let plain = Submission { items, supply_source_id: None, ..amazon_submission() };
    let body = body(&confirm(&plain));
    let package = body["packageDetail"].as_object().unwrap();
    assert!(!package.contains_key("shipFromSupplySourceId"), "{body:#}");
    assert_eq!(
        body["packageDetail"]["orderItems"],
        json!([{ "orderItemId": "79039765272157", "quantity": 1 }])
    );
    assert_ne!(
        seal(&confirm(&plain)),
        seal(&confirm(&amazon_submission())),
        "they are part of the request"
    );
}

#[rstest]
#[case::sandbox(amazon_submission())]
#[case::other_carrier(other_carrier())]
fn bodies_keep_to_the_schema(#[case] submission: Submission) {
    let schema: Value = serde_json::from_str(CONFIRM_SHIPMENT).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let body = body(&confirm(&submission));
    let errors: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    // The schema lets unknown fields pass, as Amazon's model does. We send none.
    let known = schema["$defs"]["package"]["properties"].as_object().unwrap();
    let detail = body["packageDetail"].as_object().unwrap();
    assert!(detail.keys().all(|field| known.contains_key(field)));
}

#[test]
fn a_reference_is_nine_digits_and_stays() {
    let reference = |id: &str| {
        let package = package(id);
        Amazon::reference(&key(), &Submission { package, ..amazon_submission() }).unwrap()
    };
    // A changed derivation would send packages in flight a second time.
    assert_eq!(reference("1"), text("711947897"));
    let mut references: Vec<Text> = (0..50).map(|id| reference(&id.to_string())).collect();
    assert!(references.iter().all(|reference| {
        let digits: u64 = reference.as_str().parse().unwrap();
        (100_000_000..=999_999_999).contains(&digits)
    }));
    references.sort();
    references.dedup();
    assert_eq!(references.len(), 50);
}

#[test]
fn a_repeat_is_the_same_to_the_byte() {
    let (first, second) = (confirm(&other_carrier()), confirm(&other_carrier()));
    assert_eq!(first.body(), second.body());
    assert_eq!(seal(&first), seal(&second));
    assert_ne!(seal(&first), seal(&confirm(&amazon_submission())));
}

#[rstest]
#[case::no_blocks("9021106328-1059050")]
#[case::short("902-1106328-105905")]
#[case::letters("902-1106328-105905A")]
#[case::four_blocks("902-1106328-1059050-1")]
#[case::a_path("..")]
fn an_order_that_is_not_amazons_is_refused_by_name(#[case] order: &str) {
    let order: domain::OrderId = order.parse().unwrap();
    let submission = Submission { order: order.clone(), ..amazon_submission() };
    let why = refused(&submission);
    assert_eq!(
        why,
        format!("order_id: `{order}` is not an Amazon order; allowed: digits as 3-7-7")
    );
    assert!(Amazon::read(at(&amazon()), &submission, &[]).is_none());
}

#[test]
fn what_cannot_be_built_says_why() {
    let without_items = Submission { items: Vec::new(), ..amazon_submission() };
    let partner = back_market();
    let elsewhere =
        Amazon::confirm(at(&partner), &amazon_submission(), Some(&text("123456789"))).unwrap_err();
    let without_reference = Amazon::confirm(at(&amazon()), &amazon_submission(), None).unwrap_err();
    let mut request = confirm(&amazon_submission());
    let without_token = Amazon::authorize(&mut request, &credentials(), None, NOW).unwrap_err();
    assert_snapshot!(
        [
            refused(&without_items),
            elsewhere.to_string(),
            without_reference.to_string(),
            without_token.to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn amazon_registers_no_imei() {
    let imei = crate::given::device(crate::given::IMEI);
    assert!(Amazon::register_device(at(&amazon()), &crate::given::line("1"), &imei).is_none());
}
