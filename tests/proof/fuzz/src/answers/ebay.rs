//! eBay's answers.

use super::encoding::{RETRY, is_json, read, seed, seeds, with};
use super::submissions::Submissions;
use super::{Known, tried};
use crate::Target;
use crate::orders::item;
use channels::{Answer, Class, Ebay};
use domain::Channel;
use serde_json::Value;

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::Ebay,
    target: Target { name: "ebay", check, seeds: all_seeds, words: WORDS },
    order: "01-03955-36441",
    alone,
    has_ours: |held, numbers| {
        let is_of = |held: &Value| numbers.is_of_lines(held, "lineItems", "lineItemId");
        numbers.has(held, "/fulfillments", &is_of, "shipmentTrackingNumber")
    },
};

/// What a status alone means at this channel.
const fn alone(status: u16) -> Option<Class> {
    match status {
        201 => Some(Class::Accepted),
        409 => Some(Class::AlreadyShipped),
        _ => None,
    }
}

const WORDS: &[&str] = &[
    "\"errors\":[{",
    "\"errorId\":34500",
    "\"errorId\":32600",
    "\"errorId\":32100",
    "\"message\":\"",
    "\"longMessage\":\"",
    "already exist",
    "\"fulfillments\":[{",
    "\"fulfillmentId\":\"9\"",
    "\"lineItems\":[{",
    "\"lineItemId\":\"7001\"",
    "\"shipmentTrackingNumber\":\"1Z999AA10123456784\"",
    "SIBLING001",
    "\"total\":0",
    "\"total\":1",
    "\"warnings\":[]",
    "\"access_token\":\"S3CR3T\"",
    "\"expires_in\":7200",
    "invalid_client",
    "490154203237518",
    "4901\\u00015420",
    "\\u0031",
    "null",
    "<title>",
    "18446744073709551615",
    "\\ud800",
    "\\u00e4",
    "\\u0000",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let error = |id: u32, message: &str| {
        format!(
            r#"{{"errors":[{{"errorId":{id},"message":"{message}","longMessage":"{message}: 490154203237518"}}]}}"#
        )
    };
    let held = |number: &str, line: &str| {
        format!(
            r#"{{"fulfillments":[{{"fulfillmentId":"9","lineItems":[{{"lineItemId":"{line}"}}],"shipmentTrackingNumber":"{number}"}}],"total":1}}"#
        )
    };
    let answers = [
        seed(200, "{\"access_token\":\"S3CR3T\u{e4}\",\"expires_in\":7200}"),
        seed(201, ""),
        seed(400, &error(34_500, "no such PUT")),
        seed(400, &error(32_600, "Invalid input data")),
        seed(400, &error(32_300, "Invalid tracking number")),
        seed(400, &error(1, "The number already exists")),
        seed(403, &error(1100, "Access denied")),
        seed(403, "<html>no</html>"),
        seed(409, ""),
        with(429, RETRY, "Mon, 23 Nov 2026 15:20:00 GMT", ""),
        seed(500, &error(30_500, "System error")),
        seed(200, &held("1Z999AA10123456784", "7001")),
        seed(200, &held("SIBLING001", "7001")),
        seed(200, &held("OTHER12345", "7002")),
        seed(200, r#"{"total":0}"#),
        seed(200, r#"{"fulfillments":[],"total":3,"warnings":[{"errorId":1}]}"#),
        seed(
            200,
            r#"{"access_token":"v^1.1#S3CR3T","expires_in":7200,"token_type":"User Access Token"}"#,
        ),
        seed(
            401,
            r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
        ),
    ];
    seeds(&answers, 2)
}

/// What an answer may mean. Source: the marketplace's own list, in the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        201 => &[Class::Accepted],
        400 if is_json(answer) => {
            &[Class::AlreadyShipped, Class::Final, Class::Unauthorized, Class::Unknown]
        }
        401 => &[Class::Unauthorized],
        403 if is_json(answer) => &[Class::Unauthorized, Class::Passing],
        403 | 429 => &[Class::Passing],
        409 => &[Class::AlreadyShipped],
        _ => &[Class::Unknown],
    }
}

thread_local! {
    static SUBMISSIONS: Submissions =
        Submissions::new(Channel::Ebay, KNOWN.order, &[&[item("7001", 1)], &[item("7001", 1), item("7002", 2)]]);
}

/// Target: eBay's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| tried::<Ebay>(&read(bytes), submissions, classes));
}
