//! The words with which marketplaces refuse.

use super::{answer, manners};
use crate::fault::Fault;
use channels::Answer;
use domain::Channel;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use serde_json::json;

fn page(status: u16) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    Answer {
        status,
        headers,
        body: b"<html><title>Access denied</title></html>".to_vec(),
        is_whole: true,
    }
}

pub(super) fn said(status: u16, code: &str, message: &str) -> Answer {
    answer(status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

/// A 503, with a Retry-After if one is given.
pub(super) fn away(retry_after_s: Option<u32>) -> Answer {
    let mut answer = said(503, "ServiceUnavailable", "temporarily away");
    if let Some(seconds) = retry_after_s {
        answer.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The answer that a fault puts in the place of the marketplace's own.
pub fn refusal(channel: Channel, fault: Fault, lines: Option<&[String]>) -> Answer {
    let manners = manners(channel);
    match fault {
        Fault::TooMany | Fault::TooManyWithWait | Fault::Overstays => {
            let mut answer = said(429, "QuotaExceeded", "too many requests");
            if fault == Fault::TooManyWithWait {
                answer.headers.insert(RETRY_AFTER, HeaderValue::from_static("40"));
            }
            answer
        }
        Fault::Unauthorized => manners.unauthorized(),
        Fault::Final => manners.for_good(),
        Fault::AlreadyShipped => manners.shipped(lines.unwrap_or_default()),
        Fault::Firewall => page(403),
        Fault::Malformed => manners.malformed(),
        Fault::Refused
        | Fault::Lost
        | Fault::Repeated
        | Fault::Slow
        | Fault::CrashBefore
        | Fault::CrashAfter
        | Fault::IndexBehind
        | Fault::IndexAhead
        | Fault::BellLost
        | Fault::BellTwice
        | Fault::BellLate
        | Fault::ReceivedTwice
        | Fault::NoConnection
        | Fault::NoAnswer
        | Fault::AnswerLost
        | Fault::AppliedLate
        | Fault::Reset
        | Fault::ServerError
        | Fault::ServerErrorApplied
        | Fault::Cut
        | Fault::CutRefusal
        | Fault::SavesFail
        | Fault::ReadLag => said(500, "InternalFailure", "an unexpected condition"),
    }
}
