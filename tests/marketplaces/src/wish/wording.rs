//! Wish's words: codes and messages, and the answers that faults ask for. Where no source is named, they are made up.

use serde_json::{Value, json};

use super::login::REFRESH_REFUSED;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The providers this Wish knows. Spelled from memory; the real list is longer, and differs by country.
pub(super) const PROVIDERS: [&str; 5] = ["DHL", "FedEx", "ONTRAC", "UPS", "USPS"];

/// A code, the status it comes with, and its message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: &'static str,
}

const fn listed(status: u16, code: i64, message: &'static str) -> Listed {
    Listed { status, code, message }
}

/// Source: api-evangelist/wish, seen live.
pub(super) const NO_TOKEN: Listed = listed(401, 1012, "Access token is missing");
/// Source of these three: W, `oauth/test`.
pub(super) const UNKNOWN_TOKEN: Listed = listed(400, 1006, "No access token found");
pub(super) const EXPIRED_TOKEN: Listed = listed(400, 1007, "The access token has expired");
pub(super) const REVOKED_TOKEN: Listed = listed(400, 1008, "The access token has been revoked");
/// Source: W, `oauth/refresh_token`.
pub(super) const INVALID: Listed = listed(400, 1001, "Invalid parameter");
pub(super) const UNKNOWN_ORDER: Listed = listed(404, 91_004, "Order not found");
pub(super) const NOT_SHIPPABLE: Listed = listed(400, 91_005, "Order cannot be shipped");
pub(super) const TOO_MANY: Listed = listed(429, 91_020, "Rate limit exceeded");
const NOT_FOUND: Listed = listed(404, 91_003, "Not found");
const INTERNAL: Listed = listed(500, 91_100, "Internal server error");
const UNAVAILABLE: Listed = listed(503, 91_101, "Service unavailable");
const ALREADY: Listed = listed(400, 91_006, "Order was already shipped");

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    listed: &'static Listed,
    detail: String,
}

impl Refusal {
    pub(super) fn new(listed: &'static Listed, detail: &str) -> Self {
        Self { listed, detail: detail.to_owned() }
    }

    pub(super) fn not_found() -> Self {
        Self::new(&NOT_FOUND, "")
    }

    pub(super) fn reply(&self) -> Reply {
        let Listed { status, code, message } = *self.listed;
        let message = match self.detail.as_str() {
            "" => message.to_owned(),
            detail => format!("{message}: {detail}"),
        };
        let body = json!({ "code": code, "message": message, "data": {} });
        Reply::json(status, body).because(format!("{code}: {message}"))
    }
}

/// A success. Source of the envelope: W.
pub(super) fn success(data: &Value) -> Reply {
    Reply::json(200, json!({ "code": 0, "message": "", "data": data }))
}

/// The answer a fault asked for.
pub(super) fn say(operation: Operation, answer: &Answer) -> Outcome {
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => return Outcome::Reply(Reply::html(200, PAGE_MAINTENANCE)),
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Firewall => return Outcome::Reply(Reply::html(403, PAGE_FORBIDDEN)),
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::TooManyRequests { retry_after_s } => {
            let reply = Refusal::new(&TOO_MANY, "").reply();
            return Outcome::Reply(match retry_after_s {
                Some(seconds) => reply.header("wish-rate-limit-reset", seconds.to_string()),
                None => reply,
            });
        }
        Answer::ServerError => Refusal::new(&INTERNAL, ""),
        Answer::Unavailable => Refusal::new(&UNAVAILABLE, ""),
        Answer::AlreadyShipped => Refusal::new(&ALREADY, ""),
        Answer::NotReady => Refusal::new(&NOT_SHIPPABLE, "it is not approved yet"),
        Answer::Unauthorized | Answer::TokenExpired if operation == Operation::Token => {
            Refusal::new(&REFRESH_REFUSED, "")
        }
        Answer::Unauthorized => Refusal::new(&UNKNOWN_TOKEN, ""),
        Answer::TokenExpired => Refusal::new(&EXPIRED_TOKEN, ""),
    };
    Outcome::Reply(refusal.reply())
}

/// What a page of a marketplace in trouble looks like to a program: not JSON.
const PAGE_MAINTENANCE: &str =
    "<!DOCTYPE html><html><body><h1>Wish is down for maintenance</h1></body></html>";

/// A refusal by something in front of the API.
const PAGE_FORBIDDEN: &str =
    "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>";
