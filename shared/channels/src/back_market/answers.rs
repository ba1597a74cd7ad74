//! What Back Market's answers mean.

use super::read_back::{self, HeldLine};
use crate::answer::{self, text, unquoted_verdict};
use crate::answer_rows::Provenance::{Inferred, ThirdParty, Vendor};
use crate::answer_rows::Says::{Anything, Json, Words};
use crate::answer_rows::{self, Row, row};
use crate::marketplace::{Answer, Class, Verdict};
use domain::{Device, Reading, ShownImei, Submission};
use http::header::HeaderName;
use jiff::SignedDuration;

/// How long too many requests are blocked. Source: B, rate limits: "more than 200 requests in 10 s: blocked 10 s". A
/// shorter wait would only prolong it.
const BLOCKED: SignedDuration = SignedDuration::from_secs(10);

/// The header by which Back Market's support finds a request. Source: B.
const RAY: HeaderName = HeaderName::from_static("cf-ray");

const GATE: &str = "refused before the API";
const ONCE: &str = "B: what is registered cannot be corrected; the wording is unverified";
const STEPS: &str = "B, transitions of order lines; the wording is unverified";

/// The answers to a confirmation, the first row that fits decides. A 200 is looked at by [`confirmed`].
///
/// - What a 400 says of an order that has shipped already, or is not accepted yet, is published nowhere. Words that
///   sound like the former come first and are read back. **A 400 that no row lists is unknown**, and read back as well:
///   it may be the answer to a repeat of what was applied before.
/// - 401, 403 and 429 are refused at the gate: certainly not applied. A 403 in JSON is the API's own, about the token;
///   one that is a page, or asks for a challenge, is the firewall's and must not stop the partner. That it names a
///   `cf-ray` proves nothing: every answer passes there.
/// - 5xx are not listed: nothing says that nothing was applied. A 404 is no better: B says that it means "Webservices
///   unavailable" wherever orders are read, so it is an outage as likely as an order that is not there, and is read back.
///   One that is a page never reached the API.
/// - What a 400 says of an IMEI or a serial number comes first, whatever else is in its words: the confirmation then goes out
///   without (rule I7).
pub(super) const CONFIRM: &[Row] = &[
    row(400, Words("imei"), Class::Final, Inferred("B: must be valid; the wording is unverified")),
    row(400, Words("serial"), Class::Final, Inferred("as for an IMEI; the wording is unverified")),
    row(400, Words("already"), Class::AlreadyShipped, Inferred(STEPS)),
    row(400, Words("from state 3 to"), Class::AlreadyShipped, Inferred(STEPS)),
    row(400, Words("from state 1 to"), Class::Passing, Inferred(STEPS)),
    row(400, Words("orderline is not accepted"), Class::Passing, Inferred(STEPS)),
    row(400, Words("order is not accepted"), Class::Passing, Inferred(STEPS)),
    row(400, Words("lines are not accepted"), Class::Passing, Inferred(STEPS)),
    row(400, Words("must be accepted"), Class::Passing, Inferred(STEPS)),
    row(400, Words("must be in 2,3,4,5,6"), Class::Final, ThirdParty("P: new_state 9")),
    row(400, Words("sku not found"), Class::Final, ThirdParty("P: state 2 without a sku")),
    row(401, Anything, Class::Unauthorized, Inferred("not in B; what the status means")),
    row(403, Words("bot-need-challenge"), Class::Passing, Vendor("B, errors")),
    row(403, Json, Class::Unauthorized, Vendor("B, errors")),
    row(403, Anything, Class::Passing, Vendor("B, errors: HTML of Cloudflare")),
    row(404, Json, Class::Unknown, Vendor("B, responses, and the table of status codes")),
    row(404, Anything, Class::Passing, Inferred(GATE)),
    row(429, Anything, Class::Passing, Vendor("B, rate limits")),
];

/// The answers to the registration of an IMEI or a serial number. A 200 is looked at by [`device_registered`]. A line that has
/// one already may have it from an earlier try: it is read back.
pub(super) const DEVICE: &[Row] = &[
    row(422, Words("already"), Class::AlreadyShipped, Inferred(ONCE)),
    row(422, Anything, Class::Final, Vendor("B, responses")),
    row(400, Words("already"), Class::AlreadyShipped, Inferred(ONCE)),
    row(400, Json, Class::Final, Inferred("not in B; nothing else can be wrong with it")),
    row(400, Anything, Class::Passing, Inferred(GATE)),
    row(401, Anything, Class::Unauthorized, Inferred("not in B; what the status means")),
    row(403, Words("bot-need-challenge"), Class::Passing, Vendor("B, errors")),
    row(403, Json, Class::Unauthorized, Vendor("B, errors")),
    row(403, Anything, Class::Passing, Inferred(GATE)),
    row(404, Words("unavailable"), Class::Unknown, Vendor("B, the table of status codes")),
    row(404, Json, Class::Final, Inferred("no such line")),
    row(404, Anything, Class::Passing, Inferred(GATE)),
    row(429, Anything, Class::Passing, Vendor("B, rate limits")),
];

/// What the answer to a confirmation means. A 200 counts only with the order in it, and our number there: what is
/// answered to a repeat is published nowhere, and may be the order as it was.
pub(super) fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
    if answer.status != 200 {
        return verdict(CONFIRM, answer, submission.devices.values().cloned());
    }
    match read_back::found(answer, submission) {
        Reading::Ours(imeis) => {
            Verdict { imeis, ..unquoted_verdict(answer, Class::Accepted, "OK") }
        }
        Reading::Other(found) | Reading::Former(found) => unquoted_verdict(
            answer,
            Class::Unknown,
            &format!("the answer's order has the number {found}"),
        ),
        Reading::Absent => {
            unquoted_verdict(answer, Class::Unknown, "the answer's order has no number")
        }
        Reading::Unclear(why) => unquoted_verdict(answer, Class::Unknown, why.as_str()),
        Reading::Unreadable(why) => unquoted_verdict(answer, Class::Unknown, why.reason.as_str()),
    }
}

/// What the answer to the registration of an IMEI, a serial number or both means. A 200 counts only with all of it in it.
pub(super) fn device_registered(answer: &Answer, device: &Device) -> Verdict {
    if answer.status != 200 {
        return verdict(DEVICE, answer, [device.clone()]);
    }
    let held = answer::body::<HeldLine>(answer);
    match held.and_then(|held| held.shows(Some(device))) {
        Some(ShownImei::Ours) => unquoted_verdict(answer, Class::Accepted, "OK"),
        Some(ShownImei::Another) => {
            unquoted_verdict(answer, Class::Unknown, "the answer has another IMEI or serial number")
        }
        Some(ShownImei::OnlyImei) => {
            unquoted_verdict(answer, Class::Unknown, "the answer has no serial number")
        }
        Some(ShownImei::OnlySerial) => {
            unquoted_verdict(answer, Class::Unknown, "the answer has no IMEI")
        }
        None => {
            unquoted_verdict(answer, Class::Unknown, "the answer has no IMEI and no serial number")
        }
    }
}

/// How long the answer asks to wait.
pub(super) fn wait(answer: &Answer) -> Option<SignedDuration> {
    let asked = answer::retry_after(answer);
    if answer.status == 429 { Some(asked.unwrap_or(BLOCKED).max(BLOCKED)) } else { asked }
}

/// What an answer means by rows alone, with the firewall's words and waits. The serial numbers of these devices are masked in its
/// words, as any IMEI is: nothing else tells a serial number from other words (rule I8).
pub(super) fn verdict(
    rows: &[Row],
    answer: &Answer,
    devices: impl IntoIterator<Item = Device>,
) -> Verdict {
    let mut verdict = answer_rows::verdict(rows, answer);
    verdict.retry_after = wait(answer);
    for serial in devices.into_iter().filter_map(|device| device.serial) {
        verdict.code = serial.hidden_in(&verdict.code);
        verdict.message = serial.hidden_in(&verdict.message);
    }
    let is_page = answer::body::<serde::de::IgnoredAny>(answer).is_none();
    if is_page && let Some(ray) = answer::header(&answer.headers, &RAY) {
        verdict.message = text(&format!("cf-ray {ray}: {}", verdict.message));
    }
    verdict
}
