//! Doorbells. A doorbell names its order, and is written again in equal bytes. Any other text is refused in few words.

use crate::bytes::{is_plain, text};
use domain::Doorbell;
use testkit::key;

/// The longest refusal. It is an attribute of a message that is dead-lettered whole. Unit: characters.
const REASON_MAX: usize = 600;

pub(crate) const WORDS: &[&str] = &[
    "\"v\":1",
    "\"v\"",
    "\"seller\":\"",
    "\"partner\":\"",
    "\"order\":\"",
    "acme",
    "amazon-us",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\\u0000",
    "\\uffff",
    "null",
    "true",
    "4294967296",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let bell = Doorbell::of(&key("amazon-us", "902-1106328-1059050")).body();
    let others = [
        r#"{"v":2,"seller":"acme","partner":"amazon-us","order":"9"}"#,
        r#"{"v":1,"seller":"a#b","partner":"amazon-us","order":"9"}"#,
        r#"{"v":1,"seller":"acme","partner":"amazon-us"}"#,
        r#"{"v":1,"seller":"acme","partner":"amazon-us","order":"9","at":[{"x":null}]}"#,
        r#"[1,"acme","amazon-us","9"]"#,
        "",
    ];
    std::iter::once(bell.into_bytes()).chain(others.map(|bell| bell.as_bytes().to_vec())).collect()
}

/// Target: a doorbell, of any bytes.
pub fn doorbells(bytes: &[u8]) {
    let body = text(bytes);
    match Doorbell::parse(body) {
        Ok(key) => {
            let again = Doorbell::of(&key).body();
            let read = Doorbell::parse(&again);
            assert_eq!(read.as_ref(), Ok(&key), "a doorbell names its order again");
            assert_eq!(Doorbell::of(&key).body(), again, "in the same bytes");
            assert!(body.trim_start().starts_with('{'), "a doorbell is an object: {body}");
        }
        Err(refusal) => {
            let reason = refusal.to_string();
            assert!(!reason.is_empty() && is_plain(&reason), "{reason:?}");
            assert!(reason.chars().count() <= REASON_MAX, "a refusal is short: {reason}");
        }
    }
}
