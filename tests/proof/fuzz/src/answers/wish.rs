//! Wish's answers.

use super::encoding::{
    DATED, Question, RESET, RETRY, Read, holds_number, is_json, read, seed, seeds, with,
};
use super::submissions::Submissions;
use super::{Known, NOW, SECRET, tried};
use crate::Target;
use crate::orders::item;
use channels::{Answer, Class, Marketplace as _, Wish};
use domain::Channel;
use serde_json::Value;
use testkit::{at, parsed};

const ORDER: &str = "5d30f60e0a6fc464f4f376b0";

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::Wish,
    target: Target { name: "wish", check, seeds: all_seeds, words: WORDS },
    order: ORDER,
    alone: |_| None,
    has_ours: |held, numbers| {
        numbers.has(held, "/data/tracking_information", &|_| true, "tracking_number")
    },
};

const WORDS: &[&str] = &[
    "\"code\":0",
    "\"code\":\"0\"",
    "\"code\":1016",
    "\"code\":10001",
    "\"message\":\"",
    "\"data\":{",
    "\"id\":\"5d30f60e0a6fc464f4f376b0\"",
    "\"state\":\"APPROVED\"",
    "\"state\":\"SHIPPED\"",
    "\"state\":\"REFUNDED\"",
    "\"tracking_information\":[{",
    "\"tracking_number\":\"1Z999AA10123456784\"",
    "\"tracking_number\":123456",
    "\"processing_status\":\"SUCCEEDED\"",
    "\"processing_status\":\"PENDING\"",
    "\"access_token\":\"S3CR3T\"",
    "\"refresh_token\":\"S3CR3T2\"",
    "\"expiry_time\":\"2026-12-23T15:00:00.000+00:00\"",
    "\"expiry_time\":1798000000",
    "\"expiry_time\":9223372036854775807",
    "490154203237518",
    "4901\\u00015420",
    "\\u0031",
    "null",
    "<title>",
    "\\ud800",
    "\\u00e4",
    "\\u0000",
    "1795446660000",
    "253402207200000",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let order = |rest: &str| {
        format!(r#"{{"message":"","code":0,"data":{{"id":"{ORDER}","state":"SHIPPED"{rest}}}}}"#)
    };
    let number = |number: &str| {
        order(&format!(
            r#","tracking_information":[{{"tracking_number":"{number}"}}],"processing_status":"SUCCEEDED""#
        ))
    };
    let answers = [
        seed(200, "{\"code\":0,\"data\":{\"access_token\":\"S3CR3T\u{e4}\"}}"),
        seed(400, r#"{"code":"490154203237518","message":"no"}"#),
        seed(200, &number("1Z999AA10123456784")),
        seed(200, &number("OTHER12345")),
        seed(200, &order("")),
        seed(200, &order("").replace("SHIPPED", "APPROVED")),
        seed(200, &order("").replace("SHIPPED", "REFUNDED")),
        seed(200, &order(r#","processing_status":"PENDING""#)),
        seed(200, r#"{"message":"the token S3CR3T has been revoked","code":1016}"#),
        seed(200, r#"{"message":"no","code":"1000"}"#),
        seed(200, r#"{"code":0,"data":{}}"#),
        seed(400, r#"{"message":"no 490154203237518","code":1000}"#),
        seed(401, r#"{"message":"no","code":1012}"#),
        seed(403, r#"{"message":"no","code":1}"#),
        seed(403, "<html><title>no</title></html>"),
        with(429, RESET | DATED, "1795446660", ""),
        with(429, RESET | DATED, "2026-11-23T15:11:00.000+00:00", ""),
        with(429, RETRY, "7", ""),
        seed(500, ""),
        seed(
            200,
            r#"{"code":0,"data":{"access_token":"S3CR3T","refresh_token":"S3CR3T2","expiry_time":"2026-12-23T15:00:00.000+00:00"}}"#,
        ),
        seed(200, r#"{"code":0,"data":{"access_token":"S3CR3T","expiry_time":1798000000}}"#),
        seed(400, r#"{"code":10001,"message":"client_secret S3CR3T is incorrect"}"#),
    ];
    seeds(&answers, 1)
}

/// What an answer may mean. Source: the marketplace's own list, in the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    let has_number = holds_number(answer, &parsed(testkit::NUMBER)) == Some(true);
    match answer.status {
        200 if has_number => &[Class::Accepted, Class::Unknown, Class::Unauthorized],
        401 => &[Class::Unauthorized],
        403 if is_json(answer) => &[Class::Unknown, Class::Unauthorized],
        429 if is_json(answer) => &[Class::Passing, Class::Unauthorized],
        403 | 429 => &[Class::Passing],
        _ if is_json(answer) => &[Class::Unknown, Class::Unauthorized],
        _ => &[Class::Unknown],
    }
}

thread_local! {
    static SUBMISSIONS: Submissions = Submissions::new(Channel::Wish, ORDER, &[&[item("7001", 1)]]);
}

/// Target: Wish's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| {
        let read = read(bytes);
        tried::<Wish>(&read, submissions, classes);
        if let (Question::Token, Some(answer)) = (read.question, read.answers.first()) {
            renewed(&read, submissions, answer);
        }
    });
}

/// Checks what is kept of a renewal: the new tokens, and all the rest of the secret.
fn renewed(_: &Read, submissions: &Submissions, answer: &Answer) {
    let secret = r#"{"client_id":"c","client_secret":"s","refresh_token":"r","of_theirs":[1]}"#;
    let renewed = Wish::renewed(secret, answer, at(NOW));
    let token = match Wish::token(answer, at(NOW)) {
        Ok(token) => token,
        Err(verdict) => {
            assert!(renewed.is_none(), "without a token nothing is kept");
            let quotes =
                verdict.message.as_str().contains(SECRET) || verdict.code.as_str().contains(SECRET);
            assert!(!quotes, "nothing of it is ever quoted: {verdict:?}");
            return;
        }
    };
    let renewed = renewed.expect("a token that came is kept");
    let kept: Value = serde_json::from_str(&renewed).expect("JSON");
    for (name, value) in [("client_id", "\"c\""), ("client_secret", "\"s\""), ("of_theirs", "[1]")]
    {
        assert_eq!(kept.get(name).map(ToString::to_string).as_deref(), Some(value), "{kept}");
    }
    assert!(
        kept.get("refresh_token")
            .and_then(Value::as_str)
            .is_some_and(|token| !token.trim().is_empty())
    );
    let read = serde_json::from_str(&renewed).expect("it can be read again");
    let again = Wish::kept_token(&read, at(NOW)).expect("it is still good");
    assert_eq!(again.value, token.value);
    assert!(submissions.partner.settings.channel() == Channel::Wish && again.lives.is_positive());
}
