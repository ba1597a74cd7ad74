//! What Wish's answers mean: its envelope `{message, code, data}`, its codes, its waits.

use super::read_back;
use crate::answer::{self, header, retry_after, unquoted_verdict};
use crate::answer_rows::Provenance::{self, Inferred, ThirdParty, Vendor};
use crate::answer_rows::Says::{Anything, Json};
use crate::answer_rows::{self, Row, row};
use crate::marketplace::{Answer, Class, Verdict};
use domain::{Reading, Submission, Text};
use http::header::{DATE, HeaderMap, HeaderName};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// When the calls are counted anew. Source: W, rate-limiting, with each 429: "the time the rate-limiter will reset". In
/// which form is unverified.
const RESET: HeaderName = HeaderName::from_static("wish-rate-limit-reset");

/// The code of a success. Source: W, response schema.
const SUCCESS: i64 = 0;

/// From here on a number is a point in time, not a span: 2001-09-09, and 31 years as a span. Unit: seconds.
const EPOCH_FROM_S: i64 = 1_000_000_000;

/// From here on a point in time is in milliseconds: the year 5138 in seconds, 1973 in milliseconds.
const EPOCH_FROM_MS: i64 = 100_000_000_000;

/// The codes that say the token is not valid (any more), or not allowed to call at all: refused at the gate, certainly
/// not applied, whatever the status.
pub(super) const TOKEN_CODES: &[(i64, Provenance)] = &[
    (1002, Vendor("W, oauth/test: the account is disabled")),
    (1006, Vendor("W, oauth/test: no access token found, or the app does not exist")),
    (1007, Vendor("W, oauth/test: the access token has expired")),
    (1008, Vendor("W, oauth/test: the access token has been revoked")),
    (1009, ThirdParty("P: refreshes the token")),
    (1012, ThirdParty("api-evangelist/wish, seen live with a 401: no access token in the header")),
    (1016, ThirdParty("P: refreshes the token; csdn 108681131: it has been revoked")),
];

const NOT_APPLIED_401: &str = "RFC 9110, section 15.5.2: not applied for want of valid credentials";

/// The answers to a confirmation by their status, the first row that fits decides. A 200 and [`TOKEN_CODES`] are looked
/// at by [`confirmed`]. W lists no refusal of an update, so that a 400, 404 or 5xx proves nothing, and neither does a
/// redirect, which is not followed.
pub(super) const CONFIRM: &[Row] = &[
    row(401, Anything, Class::Unauthorized, Inferred(NOT_APPLIED_401)),
    row(403, Json, Class::Unknown, Inferred("the API itself, with a code nobody has listed")),
    row(403, Anything, Class::Passing, Inferred("a firewall's page: refused before the API")),
    row(429, Anything, Class::Passing, Vendor("W, rate-limiting")),
];

/// The envelope's code, a number or (as in W's examples) a text of digits; `None` when there is no envelope.
pub(super) fn code(answer: &Answer) -> Option<i64> {
    match answer::body::<Value>(answer)?.get("code")? {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => digits.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a success holds; `Null` when it holds nothing.
pub(super) fn data(answer: &Answer) -> Option<Value> {
    if answer.status != 200 || code(answer) != Some(SUCCESS) {
        return None;
    }
    let mut envelope: Value = answer::body(answer)?;
    Some(envelope.get_mut("data").map(Value::take).unwrap_or_default())
}

fn is_token_code(code: i64) -> bool {
    TOKEN_CODES.iter().any(|(known, _)| *known == code)
}

/// Whether the answer is about the token. A 403 is not: it is a firewall's, or has a code nobody knows.
pub(super) fn is_unauthorized(answer: &Answer) -> bool {
    answer.status == 401 || code(answer).is_some_and(is_token_code)
}

/// What the answer to a confirmation means. An update is carried out later, and may fail then (W, `processing_status`),
/// so that a success counts only if the order in it has our number; else it is read back.
pub(super) fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
    let Some(data) = data(answer) else { return verdict(CONFIRM, answer) };
    let unknown = |why: &str| unquoted_verdict(answer, Class::Unknown, why);
    match read_back::reading_of_update(answer, &data, submission) {
        Some(Reading::Ours(_)) => unquoted_verdict(answer, Class::Accepted, "OK"),
        None => unknown("a success, but the order is not in it"),
        Some(Reading::Other(found)) => {
            unknown(&format!("the answer's order has the number {found}"))
        }
        Some(Reading::Former(found)) => unknown(&format!(
            "the answer's order has the number {found}, and is still to be shipped"
        )),
        Some(Reading::Absent) => unknown("the answer's order has no tracking number so far"),
        Some(Reading::Unclear(why)) => unknown(why.as_str()),
        Some(Reading::Unreadable(why)) => unknown(why.reason.as_str()),
    }
}

/// What an answer means by its code and by rows. What Wish says of a token is not repeated: it may be the token. Nor is
/// what it says with a 200: that may be an order, with a buyer.
pub(super) fn verdict(rows: &[Row], answer: &Answer) -> Verdict {
    let code = code(answer);
    let mut verdict = match (answer.status, code) {
        (200, None) => unquoted_verdict(answer, Class::Unknown, "the answer has no code"),
        (200, Some(_)) => {
            unquoted_verdict(answer, Class::Unknown, "refused, by a code nobody has listed")
        }
        (_, _) => answer_rows::verdict(rows, answer),
    };
    if let Some(code) = code.filter(|code| *code != SUCCESS) {
        verdict.code = answer::text(&code.to_string());
    }
    if is_unauthorized(answer) {
        verdict.class = Class::Unauthorized;
        verdict.message = Text::cut("the access token is not accepted");
    }
    verdict.retry_after = wait(answer);
    verdict
}

/// How long Wish asks to wait: what HTTP has for it first, then what Wish has.
pub(super) fn wait(answer: &Answer) -> Option<SignedDuration> {
    let reset = || (answer.status == 429).then(|| reset(&answer.headers)).flatten();
    retry_after(answer).or_else(reset)
}

/// Unverified: a small number is taken for a span, a large one or a date for a point in time, which is held against the
/// answer's own `Date`, so that no clock of ours is needed.
fn reset(headers: &HeaderMap) -> Option<SignedDuration> {
    let until = match When::of(header(headers, &RESET)?)? {
        When::After(span) => return Some(span),
        When::At(until) => until,
    };
    let from = answer::date(header(headers, &DATE)?)?;
    Some(until.duration_since(from).max(SignedDuration::ZERO))
}

/// A time, in a form that Wish does not document.
pub(super) enum When {
    After(SignedDuration),
    At(Timestamp),
}

impl When {
    /// Digits, or a date and time with its offset. Source of the latter: W, date/time format.
    pub(super) fn of(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(number) => Self::of_number(number),
            Err(_not_a_number) => text.parse().ok().map(Self::At),
        }
    }

    pub(super) fn of_number(number: i64) -> Option<Self> {
        match number {
            ..0 => None,
            0..EPOCH_FROM_S => Some(Self::After(SignedDuration::from_secs(number))),
            EPOCH_FROM_S..EPOCH_FROM_MS => Timestamp::from_second(number).ok().map(Self::At),
            EPOCH_FROM_MS.. => Timestamp::from_millisecond(number).ok().map(Self::At),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::seconds("7", Some(7))]
    #[case::none_at_all("0", Some(0))]
    #[case::the_last_span("999999999", Some(999_999_999))]
    #[case::the_first_moment("1000000000", Some(0))]
    #[case::seconds_since_the_epoch("1795446660", Some(60))]
    #[case::the_last_in_seconds("99999999999", Some(98_204_553_399))]
    #[case::milliseconds_since_the_epoch("1795446660000", Some(60))]
    #[case::the_first_in_milliseconds("100000000000", Some(0))]
    #[case::a_date("2026-11-23T15:11:00.000+00:00", Some(60))]
    #[case::a_date_elsewhere("2026-11-23T10:11:00-05:00", Some(60))]
    #[case::a_date_past("2026-11-23T15:09:00Z", Some(0))]
    #[case::a_date_without_its_offset("2026-11-23T15:11:00", None)]
    #[case::negative("-1", None)]
    #[case::too_many_digits("99999999999999999999", None)]
    #[case::words("soon", None)]
    #[case::empty("", None)]
    fn a_reset_is_read_beside_the_answers_date(#[case] reset: &str, #[case] seconds: Option<i64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RESET, reset.parse().unwrap());
        headers.insert(DATE, "Mon, 23 Nov 2026 15:10:00 GMT".parse().unwrap());
        assert_eq!(super::reset(&headers), seconds.map(SignedDuration::from_secs));
    }

    #[test]
    fn a_moment_without_a_date_beside_it_says_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(RESET, "1795446660".parse().unwrap());
        assert_eq!(reset(&headers), None);
    }
}
