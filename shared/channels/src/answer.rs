//! Reads an answer with tolerance: error envelopes of several kinds, pages of firewalls, waits. A [`Text`] is masked first,
//! since a channel may repeat an IMEI. Only refusals are quoted: an order has a buyer.

use crate::marketplace::{Answer, Class, Verdict};
use domain::guard::{Guard, guarded};
use domain::{Moment, NotApplied, Reading, ShownImeis, Text};
use http::StatusCode;
use http::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Digits in a row that may be an IMEI: 15, or more when something stands right before it. Source: 3GPP TS 23.003.
const PERSONAL_DIGITS_MIN: usize = 15;

/// Digits of a masked number that stay readable. Source: rule I8.
const DIGITS_SHOWN: usize = 4;

/// The words for an answer whose body did not come whole: half a page and half an error look alike.
pub(crate) const CUT: &str = "the answer broke off";

/// The first status code that refuses.
const REFUSALS_FROM: u16 = 400;

/// One error as a channel puts it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Error {
    code: Option<String>,
    message: Option<String>,
    details: Option<String>,
}

/// The words of an answer that refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorWords {
    /// Whether the body is JSON: then the API itself has spoken.
    pub(crate) is_json: bool,
    errors: Vec<Error>,
    /// The body in words, where no error was recognised in it.
    rest: String,
}

impl ErrorWords {
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().filter_map(|error| error.code.as_deref())
    }

    /// Whether an error in JSON has these words, whatever their letter case.
    pub(crate) fn has_words(&self, words: &str) -> bool {
        let words = words.to_ascii_lowercase();
        let said =
            self.errors.iter().flat_map(|error| [&error.code, &error.message, &error.details]);
        let said = said.flatten().map(String::as_str);
        self.is_json
            && said
                .chain([self.rest.as_str()])
                .any(|said| said.to_ascii_lowercase().contains(&words))
    }

    pub(crate) fn verdict(&self, answer: &Answer, class: Class) -> Verdict {
        let message = self
            .errors
            .iter()
            .find_map(|error| match (&error.message, &error.details) {
                (Some(message), Some(details)) if details.starts_with(message.as_str()) => {
                    Some(details.clone())
                }
                (Some(message), Some(details)) => Some(format!("{message} {details}")),
                (message, details) => message.clone().or_else(|| details.clone()),
            })
            .or_else(|| Some(self.rest.clone()).filter(|rest| !rest.is_empty()))
            .unwrap_or_else(|| reason(answer.status).to_owned());
        Verdict {
            class,
            code: self.codes().next().map_or_else(|| status(answer), text),
            message: text(&message),
            retry_after: retry_after(answer),
            imeis: ShownImeis::new(),
        }
    }
}

/// Whether an answer is a success that has a list of this name.
pub(crate) fn has_list(answer: &Answer, name: &str) -> bool {
    let body = || body::<Map<String, Value>>(answer);
    answer.status == 200 && body().is_some_and(|body| body.get(name).is_some_and(Value::is_array))
}

/// The words of an answer, if it refuses. The body of any other answer is data.
pub(crate) fn error_words(answer: &Answer) -> ErrorWords {
    if answer.status < REFUSALS_FROM {
        return ErrorWords::default();
    }
    if !answer.is_whole && guarded(Guard::CutBodyIsUnread) {
        return ErrorWords { rest: CUT.to_owned(), ..ErrorWords::default() };
    }
    match serde_json::from_slice::<Value>(&answer.body) {
        Ok(Value::Object(body)) => {
            let errors: Vec<Error> = errors(&body).into_iter().filter(is_not_empty).collect();
            let rest =
                if errors.is_empty() { Value::Object(body).to_string() } else { String::new() };
            ErrorWords { is_json: true, errors, rest }
        }
        Ok(other) => ErrorWords { is_json: true, errors: Vec::new(), rest: other.to_string() },
        Err(_not_json) => ErrorWords { rest: words_of_page(&answer.body), ..ErrorWords::default() },
    }
}

/// The envelopes seen so far.
///
/// Source: `{"errors":[…]}` is SP-API's [V: ordersV0.json] and one of Back Market's; `{"error":{…}}` and an object like
/// RFC 7807's are Back Market's [V: its `OpenAPI` 0.1.1]; `{"error":"…","error_description":"…"}` is RFC 6749's. eBay's
/// errors have an `errorId`, a number, and repeat their `message` in a `longMessage` [V: E; that they are in `errors` M].
fn errors(body: &Map<String, Value>) -> Vec<Error> {
    match (body.get("errors"), body.get("error")) {
        (Some(Value::Array(errors)), _) => errors.iter().map(error).collect(),
        (Some(one), _) => vec![error(one)],
        (None, Some(nested @ Value::Object(_))) => vec![error(nested)],
        (None, _) => vec![error_of(body)],
    }
}

fn error(value: &Value) -> Error {
    match value {
        Value::Object(fields) => error_of(fields),
        Value::String(message) => Error { message: Some(message.clone()), ..Error::default() },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            Error { message: Some(value.to_string()), ..Error::default() }
        }
    }
}

fn error_of(fields: &Map<String, Value>) -> Error {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| match fields.get(*name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        })
    };
    Error {
        code: first(&["code", "errorId", "error"]),
        message: first(&["message", "detail", "error_description", "description", "title"]),
        details: first(&["details", "longMessage"]),
    }
}

fn is_not_empty(error: &Error) -> bool {
    *error != Error::default()
}

/// A page's title, or its words without the tags.
fn words_of_page(body: &[u8]) -> String {
    let page = String::from_utf8_lossy(body);
    let title = page
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map(|(title, _)| title.trim());
    let mut words = String::new();
    for part in title.filter(|title| !title.is_empty()).unwrap_or(&page).split('<') {
        let outside = part.split_once('>').map_or(part, |(_tag, outside)| outside);
        for word in outside.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
    words
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("no words")
}

fn status(answer: &Answer) -> Text {
    Text::cut(&answer.status.to_string())
}

/// A verdict in our own words. The answer is not quoted: nobody knows what its body holds.
pub(crate) fn unquoted_verdict(answer: &Answer, class: Class, why: &str) -> Verdict {
    let retry_after = retry_after(answer);
    let imeis = ShownImeis::new();
    Verdict { class, code: status(answer), message: text(why), retry_after, imeis }
}

/// The reading of the answer to a channel's first question.
pub(crate) fn of_first(answers: &[Answer], found: impl FnOnce(&Answer) -> Reading) -> Reading {
    if let [answer, ..] = answers {
        return found(answer);
    }
    let reason = Text::cut("the channel was not asked");
    Reading::Unreadable(NotApplied { reason, retry_after: None })
}

/// What a success says, to be looked into field by field: what is malformed in one of them costs no other.
pub(crate) fn said(answer: Option<&Answer>) -> Option<Value> {
    answer.filter(|answer| answer.status == 200).and_then(body)
}

/// A moment in one of its fields.
pub(crate) fn moment(said: &Value, field: &str) -> Option<Moment> {
    said.pointer(field)?.as_str()?.trim().parse().ok()
}

/// Whether one of its fields is this word, whatever its letter case.
pub(crate) fn is_word(said: &Value, field: &str, word: &str) -> bool {
    let held = said.pointer(field).and_then(Value::as_str);
    held.is_some_and(|held| held.trim().eq_ignore_ascii_case(word))
}

/// The entries of one of its lists.
pub(crate) fn entries<'a>(said: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    said.pointer(field).and_then(Value::as_array).into_iter().flatten()
}

/// The body, if it is what was asked for. The error is dropped: serde quotes the body in it.
pub(crate) fn body<T: DeserializeOwned>(answer: &Answer) -> Option<T> {
    let counts = answer.is_whole || !guarded(Guard::CutBodyIsUnread);
    counts.then(|| serde_json::from_slice(&answer.body).ok())?
}

/// A text of one of the answer's headers.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Words from outside, masked before they are cut: half an IMEI would not be recognised. Characters that a text does not keep
/// are left out first: between the digits of an IMEI they would hide it from us, and from nobody else.
pub(crate) fn text(words: &str) -> Text {
    Text::cut(&masked(words.chars().filter(|c| Text::keeps(*c))))
}

/// The words with every number that may be an IMEI hidden except its last four digits (rule I8). A long tracking number
/// is hidden with them: they look alike.
fn masked(words: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for c in words {
        if c.is_ascii_digit() {
            digits.push(c);
        } else {
            push_number(&mut shown, &mut digits);
            shown.push(c);
        }
    }
    push_number(&mut shown, &mut digits);
    shown
}

fn push_number(shown: &mut String, digits: &mut String) {
    let hidden = if digits.len() < PERSONAL_DIGITS_MIN {
        0
    } else {
        digits.len().saturating_sub(DIGITS_SHOWN)
    };
    shown.extend(digits.drain(..).enumerate().map(|(at, c)| if at < hidden { '*' } else { c }));
}

/// How long the answer asks to wait: `Retry-After` in seconds, or as a date beside the answer's own `Date`, so that no
/// clock of ours is needed. Source: RFC 9110, section 10.2.3.
pub(crate) fn retry_after(answer: &Answer) -> Option<SignedDuration> {
    let headers = &answer.headers;
    let asked = header(headers, &RETRY_AFTER)?;
    if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(SignedDuration::from_secs(asked.parse().unwrap_or(i64::MAX)));
    }
    let until = date(asked)?;
    let from = date(header(headers, &DATE)?)?;
    Some(until.duration_since(from).max(SignedDuration::ZERO))
}

/// A date in the form of HTTP.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::an_imei("imei 490154203237518 is known", "imei ***********7518 is known")]
    #[case::quoted(r#""490154203237518""#, r#""***********7518""#)]
    #[case::with_more_digits_before_it("%22490154203237518%22", "%*************7518%22")]
    #[case::at_the_end("490154203237518", "***********7518")]
    #[case::with_what_is_left_out("4901542\u{1}0323\u{ffff}7518", "***********7518")]
    #[case::fourteen_digits("52986411826454", "52986411826454")]
    #[case::an_order("902-1106328-1059050", "902-1106328-1059050")]
    fn what_may_be_an_imei_is_hidden(#[case] words: &str, #[case] shown: &str) {
        assert_eq!(text(words).as_str(), shown);
    }

    #[test]
    fn an_imei_at_the_cut_is_hidden_too() {
        let words = format!("{}490154203237518", "x ".repeat(93));
        assert!(!text(&words).as_str().contains("4901"));
    }

    #[rstest]
    #[case::seconds("120", None, Some(120))]
    #[case::none_at_all("0", None, Some(0))]
    #[case::too_many_to_count("99999999999999999999", None, Some(i64::MAX))]
    #[case::a_date(
        "Sun, 06 Nov 1994 08:50:37 GMT",
        Some("Sun, 06 Nov 1994 08:49:37 GMT"),
        Some(60)
    )]
    #[case::a_date_past(
        "Sun, 06 Nov 1994 08:49:37 GMT",
        Some("Sun, 06 Nov 1994 08:50:37 GMT"),
        Some(0)
    )]
    #[case::a_date_beside_none("Sun, 06 Nov 1994 08:50:37 GMT", None, None)]
    #[case::negative("-5", None, None)]
    #[case::words("soon", Some("Sun, 06 Nov 1994 08:49:37 GMT"), None)]
    #[case::empty("", None, None)]
    fn a_wait_is_read(
        #[case] asked: &str,
        #[case] now: Option<&str>,
        #[case] seconds: Option<i64>,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, asked.parse().unwrap());
        if let Some(now) = now {
            headers.insert(DATE, now.parse().unwrap());
        }
        let answer = Answer { status: 429, headers, body: Vec::new(), is_whole: true };
        assert_eq!(retry_after(&answer), seconds.map(SignedDuration::from_secs));
    }

    #[rstest]
    #[case::sp_api(
        r#"{"errors":[{"code":"InvalidInput","message":"no","details":"why"}]}"#,
        "InvalidInput",
        "no why"
    )]
    #[case::ebay(
        r#"{"errors":[{"errorId":32200,"message":"no","longMessage":"no: why","parameters":[]}]}"#,
        "32200",
        "no: why"
    )]
    #[case::nested(r#"{"error":{"code":"bad","message":"no"},"requestId":"1"}"#, "bad", "no")]
    #[case::rfc_7807(
        r#"{"type":"about:blank","title":"Bad","status":400,"detail":"no"}"#,
        "400",
        "no"
    )]
    #[case::rfc_6749(
        r#"{"error":"invalid_grant","error_description":"no"}"#,
        "invalid_grant",
        "no"
    )]
    #[case::errors_as_texts(r#"{"errors":["no"]}"#, "400", "no")]
    #[case::errors_of_another_kind(r#"{"errors":[7]}"#, "400", "7")]
    #[case::empty_texts_say_nothing(
        r#"{"code":"","errorId":7,"message":"","detail":"no","details":""}"#,
        "7",
        "no"
    )]
    #[case::by_field(r#"{"new_state":["no"]}"#, "400", r#"{"new_state":["no"]}"#)]
    #[case::empty_errors(r#"{"errors":[]}"#, "400", r#"{"errors":[]}"#)]
    #[case::a_text(r#""no""#, "400", r#""no""#)]
    #[case::a_page(
        "<html><head><title> No\n way </title></head><body>x</body></html>",
        "400",
        "No way"
    )]
    #[case::a_page_without_title("<html><body><h1>No</h1>way</body></html>", "400", "No way")]
    #[case::nothing("", "400", "Bad Request")]
    #[case::not_text("\u{1}", "400", "-")]
    fn envelopes_are_read(#[case] body: &str, #[case] code: &str, #[case] message: &str) {
        let answer = Answer {
            status: 400,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            is_whole: true,
        };
        let verdict = error_words(&answer).verdict(&answer, Class::Unknown);
        assert_eq!((verdict.code.as_str(), verdict.message.as_str()), (code, message));
    }

    #[test]
    fn what_does_not_refuse_is_not_quoted() {
        let body = br#"{"message":"Jane Doe, 1 Main Street"}"#.to_vec();
        let answer = Answer { status: 200, headers: HeaderMap::new(), body, is_whole: true };
        assert_eq!(error_words(&answer).verdict(&answer, Class::Unknown).message.as_str(), "OK");
    }
}
