//! Wish's words: codes and messages, and the answers that faults ask for. We made up what has no source.

use serde_json::{Value, json};

use super::login::REFRESH_REFUSED;
use crate::carrier_codes::CarrierCodes;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The shipping providers that the fake Wish takes.
pub(crate) const PROVIDERS: CarrierCodes = CarrierCodes::of(include_str!("carrier_codes.txt"));

/// An error: its HTTP status, its code and its message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListedError {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: &'static str,
}

const fn listed_error(status: u16, code: i64, message: &'static str) -> ListedError {
    ListedError { status, code, message }
}

/// Source: api-evangelist/wish, which saw this answer live.
pub(super) const NO_TOKEN: ListedError = listed_error(401, 1012, "Access token is missing");
/// Source of this error and the next two: W, `oauth/test`.
pub(super) const UNKNOWN_TOKEN: ListedError = listed_error(400, 1006, "No access token found");
pub(super) const EXPIRED_TOKEN: ListedError =
    listed_error(400, 1007, "The access token has expired");
pub(super) const REVOKED_TOKEN: ListedError =
    listed_error(400, 1008, "The access token has been revoked");
/// Source: W, `oauth/refresh_token`.
pub(super) const INVALID: ListedError = listed_error(400, 1001, "Invalid parameter");
pub(super) const UNKNOWN_ORDER: ListedError = listed_error(404, 91_004, "Order not found");
pub(super) const NOT_SHIPPABLE: ListedError = listed_error(400, 91_005, "Order cannot be shipped");
pub(super) const TOO_MANY: ListedError = listed_error(429, 91_020, "Rate limit exceeded");
const NOT_FOUND: ListedError = listed_error(404, 91_003, "Not found");
const INTERNAL: ListedError = listed_error(500, 91_100, "Internal server error");
const UNAVAILABLE: ListedError = listed_error(503, 91_101, "Service unavailable");
const ALREADY_SHIPPED: ListedError = listed_error(400, 91_006, "Order was already shipped");

/// A refusal: an error, and what is wrong with this request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    listed: &'static ListedError,
    detail: String,
}

impl Refusal {
    pub(super) fn new(listed: &'static ListedError, detail: &str) -> Self {
        Self { listed, detail: detail.to_owned() }
    }

    pub(super) fn not_found() -> Self {
        Self::new(&NOT_FOUND, "")
    }

    pub(super) fn reply(&self) -> Reply {
        let ListedError { status, code, message } = *self.listed;
        let message = match self.detail.as_str() {
            "" => message.to_owned(),
            detail => format!("{message}: {detail}"),
        };
        let body = json!({ "code": code, "message": message, "data": {} });
        Reply::json(status, body).with_refusal(format!("{code}: {message}"))
    }
}

/// The answer of a success. Source of the envelope: W.
pub(super) fn success(data: &Value) -> Reply {
    Reply::json(200, json!({ "code": 0, "message": "", "data": data }))
}

/// The answer that a fault asks for.
pub(super) fn fault_answer(operation: Operation, answer: &Answer) -> Outcome {
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
        Answer::AlreadyShipped => Refusal::new(&ALREADY_SHIPPED, ""),
        Answer::NotReady => Refusal::new(&NOT_SHIPPABLE, "it is not approved yet"),
        Answer::Unauthorized | Answer::TokenExpired if operation == Operation::Token => {
            Refusal::new(&REFRESH_REFUSED, "")
        }
        Answer::Unauthorized => Refusal::new(&UNKNOWN_TOKEN, ""),
        Answer::TokenExpired => Refusal::new(&EXPIRED_TOKEN, ""),
    };
    Outcome::Reply(refusal.reply())
}

/// The page of a marketplace in trouble. A program can only see that it is not JSON.
const PAGE_MAINTENANCE: &str =
    "<!DOCTYPE html><html><body><h1>Wish is down for maintenance</h1></body></html>";

/// The page of a firewall in front of the API.
const PAGE_FORBIDDEN: &str =
    "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>";
