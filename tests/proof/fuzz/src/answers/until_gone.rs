//! The answers of a webhook's receiver.

use super::encoding::{HTML, RETRY, read, seed, seeds, with};
use super::submissions::Submissions;
use super::{Known, tried};
use crate::Target;
use crate::orders::item;
use channels::{Answer, Class, UntilGone};
use domain::Channel;

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::UntilGone,
    target: Target { name: "until_gone", check, seeds: all_seeds, words: WORDS },
    order: "UG-100042",
    alone,
    has_ours: |_, _| false,
};

/// What a status alone means at this channel.
const fn alone(status: u16) -> Option<Class> {
    match status {
        200..=299 | 409 => Some(Class::Accepted),
        410 => Some(Class::Unauthorized),
        425 => Some(Class::Passing),
        413 | 414 | 431 => Some(Class::Final),
        _ => None,
    }
}

const WORDS: &[&str] = &[
    "<html>",
    "<title>",
    "</title>",
    "\"error\":{",
    "\"errors\":[",
    "\"code\":\"",
    "\"message\":\"",
    "\"detail\":\"",
    "490154203237518",
    "4901\u{1}5420",
    "4901\\u00015420",
    "\\ud800",
    "null",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let answers = [
        seed(200, ""),
        seed(202, "ok"),
        seed(299, "<p>thanks</p>"),
        seed(409, r#"{"error":"known"}"#),
        seed(400, r#"{"error":{"code":"bad","message":"no such order 490154203237518"}}"#),
        seed(401, ""),
        with(403, HTML, "", "<html><title>Attention Required!</title></html>"),
        seed(403, "  <html>"),
        seed(403, r#"{"detail":"not yours"}"#),
        seed(408, ""),
        seed(425, ""),
        with(429, RETRY, "99999999999999999999", ""),
        seed(499, ""),
        seed(503, ""),
        seed(302, ""),
    ];
    seeds(&answers, 1)
}

/// What an answer may mean. Source: our contract, in the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        200..=299 | 409 => &[Class::Accepted],
        401 | 410 => &[Class::Unauthorized],
        425 | 429 => &[Class::Passing],
        408 | 499 => &[Class::Unknown],
        413 | 414 | 431 => &[Class::Final],
        400..=499 => &[Class::Passing, Class::Final],
        _ => &[Class::Unknown],
    }
}

thread_local! {
    static SUBMISSIONS: Submissions = Submissions::new(Channel::UntilGone, KNOWN.order, &[&[item("7001", 1)]]);
}

/// Target: A receiver's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| tried::<UntilGone>(&read(bytes), submissions, classes));
}
