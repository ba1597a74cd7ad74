//! Groupon's answers.

use super::encoding::{Question, RETRY, Read, is_json, json_text, read, seed, seeds, with};
use super::submissions::Submissions;
use super::{Known, SECRET, pages, speaks_of, tried};
use crate::Target;
use crate::orders::item;
use channels::{Answer, Class, Groupon, Marketplace as _};
use domain::{Channel, Reading};
use serde_json::Value;

/// The subject of a refusal that may repeat the token.
const TOKEN: &str = "token";

/// The words that stand in place of such a refusal's.
const NOT_REPEATED: &str = "the answer speaks of a token, so its words are not repeated";

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::Groupon,
    target: Target { name: "groupon", check, seeds: all_seeds, words: WORDS },
    order: "11561881-ABC",
    alone: |_| None,
    has_ours: |_, _| false,
};

const WORDS: &[&str] = &[
    "\"success\":true",
    "\"success\":false",
    "\"reason\":\"",
    "\"data\":{",
    "\"data\":[{",
    "\"non_open_ids\":[",
    "\"orderid\":\"11561881-ABC\"",
    "\"line_items\":[{",
    "\"ci_lineitemid\":7001",
    "\"fulfillment_lineitem_id\":\"7001\"",
    "\"status\":\"open\"",
    "\"status\":\"shipped\"",
    "\"quantity\":1",
    "\"meta\":{\"no_of_pages\":1}",
    "\"no_of_pages\":0",
    "invalid token",
    "token is not authorized",
    "\\u0074oken S3CR3T",
    "supplier not authorized",
    "S3CR3T",
    "7001",
    "7002",
    "490154203237518",
    "4901\\u00015420",
    "null",
    "<title>",
    "\\ud800",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let refused = |reason: &str| format!(r#"{{"success":false,"reason":"{reason}"}}"#);
    let saved = |data: &str| format!(r#"{{"success":true,"data":{data}}}"#);
    let page = |order: &str, id: &str, status: &str| {
        format!(
            r#"{{"success":true,"data":[{{"orderid":"{order}","line_items":[{{"ci_lineitemid":{id},"fulfillment_lineitem_id":"x","status":"{status}","quantity":1}}]}}],"meta":{{"no_of_pages":1}}}}"#
        )
    };
    let empty = saved("[]");
    let answers = [
        seed(200, &saved(r#"{"non_open_ids":[]}"#)),
        seed(200, &saved(r#"{"non_open_ids":[7001,"7002"]}"#)),
        seed(200, &saved(r#"{"non_open_ids":[7001]}"#)),
        seed(200, &saved("null")),
        seed(200, &refused("Invalid supplier")),
        seed(200, &refused("Invalid token S3CR3T")),
        seed(200, &refused("Invalid to\u{7f}ken S3CR3T")),
        seed(200, &refused("no")),
        seed(401, &refused("invalid access token S3CR3T")),
        seed(403, "<html><title>no</title></html>"),
        with(429, RETRY, "10", ""),
        seed(500, ""),
        seed(200, &page("11561881-ABC", "7001", "open")),
        seed(200, &page("11561881-ABC", "7001", "shipped")),
        seed(200, &page("another", "7001", "open")),
    ];
    let mut all = seeds(&answers, 2);
    // Every day, page by page, and more pages than the sender asks for.
    for count in [7, 45] {
        let pages: Vec<Vec<u8>> = vec![seed(200, &empty); count];
        all.push([&[1], pages.join(&0xff).as_slice()].concat());
    }
    all
}

/// What an answer may mean. Source: the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        200 if is_success(answer) => &[Class::Accepted, Class::AlreadyShipped, Class::Unknown],
        200 => &[Class::Unauthorized, Class::Unknown],
        401 => &[Class::Unauthorized],
        403 if is_json(answer) => &[Class::Unauthorized, Class::Passing],
        403 | 429 => &[Class::Passing],
        _ => &[Class::Unknown],
    }
}

/// Whether the answer says so in these words. An answer that cannot be read so does not.
fn is_success(answer: &Answer) -> bool {
    serde_json::from_slice::<Value>(&answer.body)
        .is_ok_and(|body| body.get("success") == Some(&Value::Bool(true)))
}

thread_local! {
    static SUBMISSIONS: Submissions =
        Submissions::new(Channel::Groupon, KNOWN.order, &[&[item("7001", 1)], &[item("7001", 1), item("7002", 2)]]);
}

/// Target: Groupon's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| {
        let read = read(bytes);
        tried::<Groupon>(&read, submissions, classes);
        no_number_is_shown(&read, submissions);
        no_token_is_repeated(&read, submissions);
    });
}

/// Groupon never says by which number an order shipped, so no reading may be ours or another's.
fn no_number_is_shown(read: &Read, submissions: &Submissions) {
    if let Question::Found = read.question {
        let found =
            Groupon::found(&pages::<Groupon>(&read.answers), submissions.submission(read.choice));
        assert!(!matches!(found, Reading::Ours(_) | Reading::Other(_)), "{found:?}");
    }
}

/// The token is a parameter of requests, and a refusal may name parameters.
fn no_token_is_repeated(read: &Read, submissions: &Submissions) {
    let (Question::Confirmed, [answer]) = (read.question, read.answers.as_slice()) else { return };
    let verdict = Groupon::confirmed(answer, submissions.submission(read.choice));
    let quotes =
        verdict.message.as_str().contains(SECRET) || verdict.code.as_str().contains(SECRET);
    assert!(!quotes || !speaks_of(answer, TOKEN), "its words are quoted: {verdict:?}");
    if json_text(answer).is_some() {
        let message = verdict.message.as_str();
        assert!(message == NOT_REPEATED || !message.to_lowercase().contains(TOKEN), "{message}");
    }
}
