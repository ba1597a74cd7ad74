//! How each marketplace says no.

use super::answer;
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

fn said(status: u16, code: &str, message: &str) -> Answer {
    answer(status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

/// The listed refusal that is for good; where a channel has none listed, an answer nobody has listed.
fn for_good(channel: Channel) -> Answer {
    match channel {
        Channel::Amazon => said(400, "InvalidInput", "the carrier is not valid"),
        Channel::Ebay => {
            answer(400, &json!({ "errors": [{ "errorId": 32_300, "message": "invalid carrier" }] }))
        }
        Channel::BackMarket => answer(400, &json!({ "message": "sku not found" })),
        Channel::Wish => answer(400, &json!({ "code": 4_000, "message": "bad provider" })),
        Channel::Groupon => answer(400, &json!({ "success": false, "reason": "bad carrier" })),
        Channel::UntilGone => answer(422, &json!({ "message": "unknown carrier" })),
    }
}

/// The words of an order that was shipped before; where a channel has none, an answer nobody has listed.
fn shipped(channel: Channel, lines: &[String]) -> Answer {
    match channel {
        Channel::Amazon => said(400, "InvalidInput", "the order is already fulfilled"),
        Channel::Ebay => {
            let words = "the tracking number already exists";
            answer(400, &json!({ "errors": [{ "errorId": 34_500, "message": words }] }))
        }
        Channel::BackMarket => answer(400, &json!({ "message": "the order is already shipped" })),
        Channel::Groupon => {
            answer(200, &json!({ "success": true, "data": { "non_open_ids": lines } }))
        }
        Channel::Wish | Channel::UntilGone => said(500, "Internal", "try again"),
    }
}

/// 503, and how long to wait, if it says so.
pub(super) fn away(retry_after_s: Option<u32>) -> Answer {
    let mut answer = said(503, "ServiceUnavailable", "temporarily away");
    if let Some(seconds) = retry_after_s {
        answer.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// How a marketplace answers in a fault's place.
pub fn refusal(channel: Channel, fault: Fault, lines: Option<&[String]>) -> Answer {
    match fault {
        Fault::TooMany | Fault::TooManyWithWait | Fault::Overstays => {
            let mut answer = said(429, "QuotaExceeded", "too many requests");
            if fault == Fault::TooManyWithWait {
                answer.headers.insert(RETRY_AFTER, HeaderValue::from_static("40"));
            }
            answer
        }
        Fault::Unauthorized => match channel {
            Channel::Wish => answer(401, &json!({ "code": 1_016, "message": "revoked" })),
            Channel::Amazon
            | Channel::Ebay
            | Channel::BackMarket
            | Channel::Groupon
            | Channel::UntilGone => said(401, "Unauthorized", "who are you"),
        },
        Fault::Final => for_good(channel),
        Fault::AlreadyShipped => shipped(channel, lines.unwrap_or_default()),
        Fault::Firewall => page(403),
        Fault::Malformed => match channel {
            // Whatever a receiver says with a 2xx is a yes.
            Channel::UntilGone => said(500, "Internal", "try again"),
            Channel::Amazon
            | Channel::Ebay
            | Channel::Wish
            | Channel::BackMarket
            | Channel::Groupon => Answer {
                status: 200,
                headers: HeaderMap::new(),
                body: b"<ok/>".to_vec(),
                is_whole: true,
            },
        },
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
