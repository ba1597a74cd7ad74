//! Answers read from bytes and written as bytes, and answers looked at apart from the product.

use super::tracking_numbers::is_same;
use crate::bytes::{Bytes, text};
use channels::Answer;
use domain::TrackingNumber;
use http::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde::de::IgnoredAny;
use serde_json::Value;

/// The byte between two answers, and between an answer's header and its body. No text has this byte.
const BETWEEN: u8 = 0xff;
const BODY: u8 = 0xfe;

/// The statuses that mean something at some channel.
const STATUSES: [u16; 32] = [
    200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 413,
    415, 422, 425, 429, 499, 500, 502, 503, 504, 299, 300, 100, 599,
];

/// The question that is asked about an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    Confirmed,
    Found,
    Token,
    Refused,
}

/// An input, as it is read.
pub(super) struct Read {
    pub(super) question: Question,
    /// The index of the submission.
    pub(super) choice: u8,
    pub(super) answers: Vec<Answer>,
}

/// Reads an input. The first byte chooses the question and the submission.
pub(super) fn read(bytes: &[u8]) -> Read {
    let mut bytes = Bytes(bytes);
    let first = bytes.byte();
    let question = match first & 3 {
        0 => Question::Confirmed,
        1 => Question::Found,
        2 => Question::Token,
        _ => Question::Refused,
    };
    let parts = bytes.0.split(|byte| *byte == BETWEEN);
    Read { question, choice: first >> 2, answers: parts.map(answer).collect() }
}

/// Reads an answer: a status, a byte that says which headers there are and whether the body broke off, the text of one of the
/// headers, and the body.
fn answer(bytes: &[u8]) -> Answer {
    let mut bytes = Bytes(bytes);
    let status = bytes.byte();
    let status = match STATUSES.get(usize::from(status)) {
        Some(status) => *status,
        None => 100 + u16::from(status) * 3,
    };
    let which = bytes.byte();
    let value = if which & 0x1f > 0 { bytes.until(BODY) } else { &[] };
    let is_whole = which & CUT == 0;
    Answer { status, headers: headers(which, text(value)), body: bytes.0.to_vec(), is_whole }
}

fn headers(which: u8, value: &str) -> HeaderMap {
    let names = [
        RETRY_AFTER,
        DATE,
        CONTENT_TYPE,
        HeaderName::from_static("cf-ray"),
        HeaderName::from_static("wish-rate-limit-reset"),
    ];
    let mut headers = HeaderMap::new();
    if which & 0x20 > 0 {
        headers.insert(DATE, HeaderValue::from_static("Mon, 23 Nov 2026 15:10:00 GMT"));
    }
    if which & 0x40 > 0 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    }
    for (place, name) in names.into_iter().enumerate() {
        if which >> place & 1 > 0
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    }
    headers
}

/// The bytes of an answer in a seed.
pub(super) fn seed(status: u16, body: &str) -> Vec<u8> {
    with(status, 0, "", body)
}

/// The bytes of an answer with headers.
pub(super) fn with(status: u16, which: u8, value: &str, body: &str) -> Vec<u8> {
    let place = STATUSES.iter().position(|known| *known == status).expect("a status of the list");
    let mut bytes = vec![u8::try_from(place).expect("it is a short list"), which];
    if which & 0x1f > 0 {
        bytes.extend_from_slice(value.as_bytes());
        bytes.push(BODY);
    }
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

/// The bytes of an answer whose body broke off at its end. Nobody knows whether such a body is whole.
fn cut(answer: &[u8]) -> Vec<u8> {
    let mut bytes = answer.to_vec();
    bytes.iter_mut().skip(1).take(1).for_each(|which| *which |= CUT);
    bytes
}

/// Seeds: each answer, whole and cut, with every question, for each of this many submissions. Then all answers as the answers
/// to one read, once with the last one cut.
pub(super) fn seeds(answers: &[Vec<u8>], submissions: u8) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let cuts: Vec<_> = answers.iter().map(|answer| cut(answer)).collect();
    for answer in answers.iter().chain(&cuts) {
        for question in 0..4 {
            for choice in 0..submissions {
                seeds.push([&[question | choice << 2], answer.as_slice()].concat());
            }
        }
    }
    let all = answers.join(&BETWEEN);
    seeds.push([&[1], all.as_slice()].concat());
    if let (Some((_, whole)), Some(last)) = (answers.split_last(), cuts.last()) {
        seeds.push([&[1], whole.join(&BETWEEN).as_slice(), &[BETWEEN], last].concat());
    }
    seeds
}

/// The header that several answers of one kind share.
pub(super) const RETRY: u8 = 1;
pub(super) const CF_RAY: u8 = 8;
pub(super) const RESET: u8 = 16;
pub(super) const DATED: u8 = 0x20;
pub(super) const HTML: u8 = 0x40;

/// The bit that says that the body broke off.
const CUT: u8 = 0x80;

/// Whether an answer's body is JSON.
pub(super) fn is_json(answer: &Answer) -> bool {
    serde_json::from_slice::<Value>(&answer.body).is_ok()
}

/// Whether the body has the form of JSON, whatever its texts and numbers are. A reader of some fields does not read the
/// others.
pub(super) fn has_json_form(answer: &Answer) -> bool {
    serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok()
}

/// The body's JSON written anew, without escapes that are not needed.
pub(super) fn json_text(answer: &Answer) -> Option<String> {
    serde_json::from_slice::<Value>(&answer.body).ok().map(|body| body.to_string())
}

/// Whether a text or a number anywhere in the body is this tracking number. `None` when the body cannot be read.
pub(super) fn holds_number(answer: &Answer, number: &TrackingNumber) -> Option<bool> {
    holds(answer, &|text| is_same(text, number))
}

/// Whether a text or a number anywhere in the body fits.
pub(super) fn holds(answer: &Answer, is_it: &dyn Fn(&str) -> bool) -> Option<bool> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(within(&body, is_it))
}

fn within(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_it(text),
        Value::Number(number) => is_it(&number.to_string()),
        Value::Array(values) => values.iter().any(|value| within(value, is_it)),
        Value::Object(fields) => fields.values().any(|value| within(value, is_it)),
        Value::Null | Value::Bool(_) => false,
    }
}
