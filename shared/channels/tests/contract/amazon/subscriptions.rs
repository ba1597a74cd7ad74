//! What is asked of Amazon to subscribe, and what is made of its answers.

use super::given::amazon;
use crate::given::json_answer;
use channels::{AmazonCredentials, AmazonSubscriptions, Destination, read_credentials};
use http::Request;
use jsonschema::is_valid;
use serde_json::{Value, json};

const DESTINATION: &str =
    include_str!("../../../../../tests/contracts/amazon/create-destination.schema.json");
const SUBSCRIPTION: &str =
    include_str!("../../../../../tests/contracts/amazon/create-subscription.schema.json");
const ARN: &str = "arn:aws:sqs:eu-west-1:123456789012:shipconfirm-amazon-order-change";

fn asked(make: impl FnOnce(AmazonSubscriptions<'_>) -> Request<Vec<u8>>) -> (String, Value) {
    let partner = amazon();
    let request = make(AmazonSubscriptions(Destination { partner: &partner, endpoint: None }));
    let body = serde_json::from_slice(request.body()).unwrap_or_default();
    assert!(request.headers().contains_key("user-agent"));
    (format!("{} {}", request.method(), request.uri()), body)
}

#[test]
fn what_is_asked_fits_the_vendors_model() {
    let base = "https://sellingpartnerapi-na.amazon.com/notifications/v1";
    let (line, _) = asked(|api| api.destinations().unwrap());
    assert_eq!(line, format!("GET {base}/destinations"));
    let (line, body) = asked(|api| api.create_destination("shipconfirm", ARN).unwrap());
    assert_eq!(line, format!("POST {base}/destinations"));
    assert!(is_valid(&serde_json::from_str(DESTINATION).unwrap(), &body), "{body}");
    let (line, _) = asked(|api| api.subscription().unwrap());
    assert_eq!(line, format!("GET {base}/subscriptions/ORDER_CHANGE"));
    let (line, body) = asked(|api| api.subscribe("d1").unwrap());
    assert_eq!(line, format!("POST {base}/subscriptions/ORDER_CHANGE"));
    assert!(is_valid(&serde_json::from_str(SUBSCRIPTION).unwrap(), &body), "{body}");
    let (line, _) = asked(|api| api.end("s1").unwrap());
    assert_eq!(line, format!("DELETE {base}/subscriptions/ORDER_CHANGE/s1"));
}

#[test]
fn a_grantless_token_is_asked_for_with_the_scope_of_notifications() {
    let credentials: AmazonCredentials = read_credentials(
        &json!({ "client_id": "id", "client_secret": "s", "refresh_token": "r" }).to_string(),
    )
    .unwrap();
    let partner = amazon();
    let api = AmazonSubscriptions(Destination { partner: &partner, endpoint: None });
    let request = api.grantless_token(&credentials).unwrap();
    assert_eq!(request.uri(), "https://api.amazon.com/auth/o2/token");
    let body = String::from_utf8(request.into_body()).unwrap();
    let scope = "scope=sellingpartnerapi%3A%3Anotifications";
    assert_eq!(body, format!("grant_type=client_credentials&{scope}&client_id=id&client_secret=s"));
}

#[test]
fn answers_are_read() {
    let other = json!({ "destinationId": "d0", "name": "x", "resource": { "eventBridge": {} } });
    let ours = json!({ "destinationId": "d1", "name": "x", "resource": { "sqs": { "arn": ARN } } });
    let all = json_answer(200, &json!({ "payload": [other, ours] }));
    let found = AmazonSubscriptions::destination_of(&all, ARN);
    assert_eq!(found, Ok(Some("d1".to_owned())));
    assert_eq!(AmazonSubscriptions::destination_of(&all, "arn:else"), Ok(None));
    let made = json_answer(200, &json!({ "payload": ours }));
    assert_eq!(AmazonSubscriptions::created_destination(&made), Ok("d1".to_owned()));

    let subscription =
        json!({ "subscriptionId": "s1", "payloadVersion": "1.0", "destinationId": "d1" });
    let known = json_answer(200, &json!({ "payload": subscription }));
    let known = AmazonSubscriptions::subscribed(&known).unwrap().unwrap();
    assert_eq!((known.id.as_str(), known.destination_id.as_str()), ("s1", "d1"));
    let none = json_answer(404, &json!({ "errors": [{ "code": "NotFound", "message": "no" }] }));
    assert_eq!(AmazonSubscriptions::subscribed(&none), Ok(None));
    assert_eq!(AmazonSubscriptions::ended(&none), Ok(()));
    assert_eq!(AmazonSubscriptions::ended(&json_answer(200, &json!({}))), Ok(()));
}

#[test]
fn a_refusal_is_shown_in_amazons_words() {
    let error = json!({ "code": "StateConflict", "message": "conflicts with the current state" });
    let answer = json_answer(409, &json!({ "errors": [error] }));
    let words = "409 StateConflict: conflicts with the current state";
    assert_eq!(AmazonSubscriptions::subscribed(&answer).unwrap_err().as_str(), words);
    assert_eq!(AmazonSubscriptions::ended(&answer).unwrap_err().as_str(), words);
    let odd = json_answer(200, &json!({ "payload": {} }));
    assert_eq!(
        AmazonSubscriptions::created_destination(&odd).unwrap_err().as_str(),
        "the answer cannot be read"
    );
}
