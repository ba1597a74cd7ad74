//! The checks of a response: what it must be, and what it must not have.

use super::requests::Asked;
use crate::world::{KEPT_SECRET, ONLY, SELLERS};
use api::{Content, Reply};
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use testkit::IMEIS;

/// A text in sent credentials that no response may repeat.
const SENT_SECRET: &str = "S3CR3T";

pub(super) fn answered(asked: &Asked<'_>, reply: &Reply) {
    let Reply { status, headers, body } = reply;
    assert!((200..500).contains(status), "{reply:?}");
    for (name, value) in headers {
        assert!(HeaderName::from_bytes(name.as_bytes()).is_ok(), "{name}");
        assert!(HeaderValue::from_str(value).is_ok(), "{name}: {value:?}");
    }
    let header = |name: &str| {
        headers.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    };
    let Content::Text(body) = body else { return };
    let content_type = header("content-type").unwrap_or_default();
    if *status >= 400 {
        assert_eq!(content_type, "application/problem+json");
        problem(*status, body);
        assert_eq!(*status == 405, header("allow").is_some(), "{reply:?}");
    } else if content_type == "application/json" && !body.is_empty() {
        assert!(serde_json::from_str::<Value>(body).is_ok_and(|body| body.is_object()), "{body}");
    }
    nothing_gets_out(asked, body);
}

/// Checks a problem, by RFC 9457 and by our document.
fn problem(status: u16, body: &str) {
    let problem: Map<String, Value> = serde_json::from_str(body).expect("a problem is an object");
    let is_text =
        |name: &str| problem.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    assert!(["type", "title", "detail"].into_iter().all(is_text), "{body}");
    assert_eq!(problem.get("status"), Some(&json!(status)), "{body}");
    if matches!(status, 400 | 409 | 412 | 413 | 415 | 428) {
        assert!(problem.get("field").is_some_and(Value::is_string), "it names a field: {body}");
    }
    if let Some(allowed) = problem.get("allowed") {
        let all_texts = allowed.as_array().is_some_and(|all| all.iter().all(Value::is_string));
        assert!(all_texts, "{body}");
    }
    let known = ["type", "title", "status", "detail", "field", "allowed"];
    assert!(problem.keys().all(|name| known.contains(&name.as_str())), "{body}");
}

fn nothing_gets_out(asked: &Asked<'_>, body: &str) {
    assert!(!body.contains(KEPT_SECRET) || asked.says(KEPT_SECRET), "a kept secret: {body}");
    for imei in IMEIS {
        assert!(!body.contains(imei) || asked.says(imei), "rule I8: {body}");
    }
    for seller in SELLERS {
        let theirs = format!("{seller}{ONLY}");
        let is_mine = asked.seller() == Some(seller);
        assert!(is_mine || !body.contains(&theirs) || asked.says(ONLY), "another seller's: {body}");
    }
    if body.contains(SENT_SECRET) || IMEIS.iter().any(|imei| body.contains(imei)) {
        not_of_the_body(asked, body);
    }
}

/// Checks that a response repeats no credential and no IMEI of its request.
fn not_of_the_body(asked: &Asked<'_>, reply: &str) {
    let Ok(Value::Object(sent)) = serde_json::from_slice(asked.body) else { return };
    let credentials = sent.get("credentials").and_then(Value::as_object);
    let credentials = credentials.into_iter().flat_map(|given| given.values());
    let imeis = sent.get("imeis").and_then(Value::as_array).into_iter().flatten();
    let secrets: Vec<&str> = credentials.chain(imeis).filter_map(Value::as_str).collect();
    let is_telling = |text: &str| text.contains(SENT_SECRET) || IMEIS.contains(&text);
    for secret in secrets.into_iter().filter(|text| is_telling(text)) {
        let elsewhere = asked.says_beside_its_body(secret);
        let whole = String::from_utf8_lossy(asked.body);
        let is_once = whole.matches(secret).count() == 1;
        assert!(elsewhere || !is_once || !reply.contains(secret), "{secret} is repeated: {reply}");
    }
}
