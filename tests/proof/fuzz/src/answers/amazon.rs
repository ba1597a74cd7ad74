//! Amazon's answers.

use super::encoding::{RETRY, is_json, read, seed, seeds, with};
use super::submissions::Submissions;
use super::{Known, tried};
use crate::Target;
use crate::orders::item;
use channels::{Amazon, Answer, Class};
use domain::Channel;
use serde_json::Value;

const ORDER: &str = "902-1106328-1059050";

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::Amazon,
    target: Target { name: "amazon", check, seeds: all_seeds, words: WORDS },
    order: ORDER,
    alone,
    has_ours: |held, numbers| {
        let is_of = |held: &Value| numbers.is_of_lines(held, "packageItems", "orderItemId");
        numbers.has(held, "/order/packages", &is_of, "trackingNumber")
    },
};

/// What a status alone means at this channel.
const fn alone(status: u16) -> Option<Class> {
    match status {
        204 => Some(Class::Accepted),
        _ => None,
    }
}

const WORDS: &[&str] = &[
    "\"errors\":[{",
    "\"code\":\"InvalidInput\"",
    "\"code\":\"Unauthorized\"",
    "\"message\":\"",
    "\"details\":\"",
    "PackageToUpdateNotFound",
    "already fulfilled",
    "expired",
    "denied",
    "signature",
    "\"order\":{",
    "\"orderId\":\"902-1106328-1059050\"",
    "\"orderItems\":[",
    "\"orderItemId\":\"7001\"",
    "\"quantityOrdered\":1",
    "\"packages\":[{",
    "\"packageReferenceId\":\"483920175\"",
    "\"trackingNumber\":\"1Z999AA10123456784\"",
    "\"packageItems\":[{",
    "\"quantity\":1",
    "\"access_token\":\"S3CR3T\"",
    "\"expires_in\":3600",
    "invalid_grant",
    "490154203237518",
    "4901\\u00015420",
    "\\u0031",
    "null",
    "<title>",
    "</title>",
    "18446744073709551615",
    "\\ud800",
    "\\u00e4",
    "\\u0000",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let error = |code: &str, message: &str| {
        format!(
            r#"{{"errors":[{{"code":"{code}","message":"{message}","details":"{message} 490154203237518"}}]}}"#
        )
    };
    let order = |packages: &str| {
        format!(
            r#"{{"order":{{"orderId":"{ORDER}","orderItems":[{{"orderItemId":"7001","quantityOrdered":3}}],"packages":{packages}}}}}"#
        )
    };
    let package = |reference: &str, number: &str| {
        order(&format!(
            r#"[{{"packageReferenceId":"{reference}","trackingNumber":"{number}","packageItems":[{{"orderItemId":"7001","quantity":1}}]}}]"#
        ))
    };
    let answers = [
        seed(200, "{\"access_token\":\"S3CR3T\u{e4}\",\"expires_in\":3600}"),
        seed(204, ""),
        seed(400, &error("InvalidInput", "Order already fulfilled")),
        seed(400, &error("InvalidInput", "PackageToUpdateNotFound")),
        seed(400, &error("Invalid Input", "no")),
        seed(400, &error("Other", "no")),
        seed(403, &error("Unauthorized", "Access to requested resource is denied.")),
        seed(403, "<html><head><title>Forbidden</title></head></html>"),
        seed(404, ""),
        with(429, RETRY, "120", &error("QuotaExceeded", "too many")),
        seed(503, ""),
        seed(200, &package("483920175", "1Z999AA10123456784")),
        seed(200, &package("483920175", "1Z9")),
        seed(200, &package("1", "1z-999 aa10123456784")),
        seed(200, &package("1", "OTHER12345")),
        seed(200, &package("1", "1Z999AA1\u{7f}0123456784")),
        seed(200, &order("null")),
        seed(200, &order(r#"[{"packageReferenceId":"1"}]"#)),
        seed(200, r#"{"access_token":" ","expires_in":3600}"#),
        seed(200, r#"{"access_token":"Atza|S3CR3T","token_type":"bearer","expires_in":3600}"#),
        seed(
            400,
            r#"{"error":"invalid_grant","error_description":"The request has an invalid grant parameter"}"#,
        ),
    ];
    seeds(&answers, 2)
}

/// What an answer may mean. Source: the marketplace's own list, in the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        204 => &[Class::Accepted],
        400 => &[Class::AlreadyShipped, Class::Final, Class::Unknown],
        401 => &[Class::Unauthorized],
        403 => &[Class::Unauthorized, Class::Passing],
        404 if is_json(answer) => &[Class::Final],
        404 | 429 => &[Class::Passing],
        _ => &[Class::Unknown],
    }
}

thread_local! {
    static SUBMISSIONS: Submissions =
        Submissions::new(Channel::Amazon, ORDER, &[&[item("7001", 1)], &[item("7001", 2), item("7002", 1)]]);
}

/// Target: Amazon's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| tried::<Amazon>(&read(bytes), submissions, classes));
}
