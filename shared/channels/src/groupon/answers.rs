//! What Groupon's answers mean. A success may have saved nothing: lines that it lists as not open were not saved.

use super::request::lines;
use crate::answer::{self, CUT, text, unquoted_verdict};
use crate::answer_rows::Provenance::{Inferred, Memory};
use crate::answer_rows::Says::{self, Anything, Json, Words};
use crate::answer_rows::{self, Row, row};
use crate::marketplace::{Answer, Class, Verdict};
use domain::{ItemId, Submission, Text};
use serde::Deserialize;
use serde_json::{Map, Value};

const GATE: &str = "refused before the API; no status is published";
const REASONS: &str = "no reason is published; these words can only mean the credentials";

/// The answers to a confirmation, the first row that fits decides. A 200 that says `success` is looked at by
/// [`confirmed`]; a row about a 200 is about the reason of one that says `"success": false`.
///
/// - **A reason that no row lists is unknown**: none is published, and it may be the answer to a repeat of what was
///   saved before.
/// - 401, 403 and 429 are refused at the gate: certainly not applied. A 403 that is a page is a firewall's and must not
///   stop the partner.
/// - No other status is listed, 5xx included: nothing says that nothing was applied.
pub(super) const CONFIRM: &[Row] = &[
    row(200, Words("invalid token"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("invalid access token"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("token is invalid"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("token is not valid"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("token is not authorized"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("token not authorized"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("invalid supplier"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("supplier is invalid"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("supplier is not authorized"), Class::Unauthorized, Inferred(REASONS)),
    row(200, Words("supplier not authorized"), Class::Unauthorized, Inferred(REASONS)),
    row(401, Anything, Class::Unauthorized, Inferred("what the status means")),
    row(403, Json, Class::Unauthorized, Inferred("what the status means, said by the API")),
    row(403, Anything, Class::Passing, Inferred(GATE)),
    row(429, Anything, Class::Passing, Memory("what the status means; no limit is published")),
];

/// Our words in place of words that may repeat the token.
const NOT_REPEATED: &str = "the answer speaks of a token, so its words are not repeated";

/// What the answer to a confirmation means.
pub(super) fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
    match success(answer) {
        Some(mut body) => {
            let data = body.remove(DATA).unwrap_or_default();
            saved(answer, &data, submission)
        }
        None => verdict(answer),
    }
}

/// What an answer means that does not say `success`.
pub(super) fn verdict(answer: &Answer) -> Verdict {
    let reason = reason(answer);
    let mut verdict = match (answer.status, &reason) {
        (200, Some(reason)) => unquoted_verdict(answer, class_of(reason), reason),
        (200, None) if !answer.is_whole => unquoted_verdict(answer, Class::Unknown, CUT),
        (200, None) => {
            unquoted_verdict(answer, Class::Unknown, "the answer is neither a success nor a reason")
        }
        _ => answer_rows::verdict(CONFIRM, answer),
    };
    if let Some(reason) = &reason {
        verdict.message = text(reason);
    }
    if may_repeat_token(answer) {
        verdict.code = Text::cut(&answer.status.to_string());
        verdict.message = Text::cut(NOT_REPEATED);
    }
    verdict
}

/// What the rows about a 200 make of its reason.
fn class_of(reason: &str) -> Class {
    let reason = reason.to_ascii_lowercase();
    let is_about = |says: Says| match says {
        Words(words) => reason.contains(words),
        Anything | Json | Says::Code(_) => false,
    };
    let row = CONFIRM.iter().find(|row| row.status == 200 && is_about(row.says));
    row.map_or(Class::Unknown, |row| row.class)
}

/// The token is a parameter, and a refusal may name its parameters. In JSON a letter can be written in other ways: what is
/// read from it counts, too. Of an answer that broke off nothing is quoted.
fn may_repeat_token(answer: &Answer) -> bool {
    let names_it = || names_token(&String::from_utf8_lossy(&answer.body));
    let speaks_of_it = || answer::body(answer).is_some_and(|read| speaks_of_token(&read));
    answer.is_whole && (names_it() || speaks_of_it())
}

fn speaks_of_token(value: &Value) -> bool {
    match value {
        Value::String(words) => names_token(words),
        Value::Array(values) => values.iter().any(speaks_of_token),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| names_token(name) || speaks_of_token(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether the words name one as they would be shown: what a [`Text`] leaves out may stand in the middle of it.
fn names_token(words: &str) -> bool {
    let shown: String = words.chars().filter(|c| Text::keeps(*c)).collect();
    shown.to_lowercase().contains("token")
}

/// What a success says of its request: null when it says nothing.
pub(super) const DATA: &str = "data";

/// The body of a 200 that says `"success": true` and gives no reason.
pub(super) fn success(answer: &Answer) -> Option<Map<String, Value>> {
    let body: Map<String, Value> = answer::body(answer)?;
    let says_why = !matches!(body.get("reason"), None | Some(Value::Null));
    let is_success = answer.status == 200 && body.get("success") == Some(&Value::Bool(true));
    (is_success && !says_why).then_some(body)
}

/// The part of a body that is looked at to see whether it is a refusal or a page.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    success: Value,
}

/// Whether the answer can only mean the credentials. A page of orders is long, and says so at a glance.
pub(super) fn is_unauthorized(answer: &Answer) -> bool {
    let head = serde_json::from_slice::<Head>(&answer.body);
    let is_page = answer.status == 200 && head.is_ok_and(|head| head.success != Value::Bool(false));
    !is_page && verdict(answer).class == Class::Unauthorized
}

/// Why it says `"success": false`. Only such an answer is quoted: another may have a buyer in it.
fn reason(answer: &Answer) -> Option<String> {
    let body: Map<String, Value> = answer::body(answer)?;
    if body.get("success") != Some(&Value::Bool(false)) {
        return None;
    }
    let reason = body.get("reason").and_then(Value::as_str).map(str::trim);
    let reason = reason.filter(|reason| !reason.is_empty());
    Some(reason.unwrap_or("it failed, without a reason").to_owned())
}

/// What a success means for our lines. The request named no others, so an id that is not ours cannot be understood: it
/// may be one of our lines by its other name.
fn saved(answer: &Answer, data: &Value, submission: &Submission) -> Verdict {
    let unknown = |why: &str| unquoted_verdict(answer, Class::Unknown, why);
    // The vendor's sample reads "saved, other than those in `non_open_ids`": without the list, nothing was left out. (P:
    // unverified.)
    let none = Vec::new();
    let left_out = match data.get("non_open_ids") {
        None | Some(Value::Null) if has_no_list(data) => &none,
        Some(Value::Array(ids)) => ids,
        _ => return unknown("non_open_ids is not a list"),
    };
    let Some(left_out) = left_out.iter().map(id).collect::<Option<Vec<String>>>() else {
        return unknown("non_open_ids has something that is no id");
    };
    let lines = lines(&submission.items);
    let foreign = left_out.iter().filter(|id| !lines.iter().any(|line| is(line, id))).count();
    if foreign > 0 {
        return unknown(&format!("non_open_ids has {foreign} that were not sent"));
    }
    let ours = lines.iter().filter(|line| left_out.iter().any(|id| is(line, id))).count();
    match (ours, lines.len()) {
        (0, _) => unquoted_verdict(answer, Class::Accepted, "OK"),
        (ours, all) if ours == all => {
            let why = format!("{all} of {all} lines are not open: shipped already, or cancelled");
            unquoted_verdict(answer, Class::AlreadyShipped, &why)
        }
        (ours, all) => unknown(&format!("{ours} of {all} lines were not saved: they are not open")),
    }
}

/// Whether `data` is one that may leave the list out; an empty map may come as an empty list.
fn has_no_list(data: &Value) -> bool {
    match data {
        Value::Null | Value::Object(_) => true,
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A line's id, which may come as a number or a text.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether an id is this line's.
pub(super) fn is(line: &ItemId, id: &str) -> bool {
    line.as_str() == id
}
