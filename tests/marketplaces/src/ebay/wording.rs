//! eBay's words: carrier codes, error ids and messages, and the answers that faults ask for. They stand in tables, so
//! that a correction changes one line.

use serde_json::json;

use super::login;
use crate::carrier_codes::CarrierCodes;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The carrier codes that the fake eBay takes. That letter case matters is inferred.
pub(crate) const CARRIER_CODES: CarrierCodes = CarrierCodes::of(include_str!("carrier_codes.txt"));

/// An error that eBay's description lists.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListedError {
    status: u16,
    /// The error's id. `None` means that the answer has no body.
    id: Option<u32>,
    domain: &'static str,
    category: &'static str,
    message: &'static str,
}

const fn request_error(status: u16, id: u32, message: &'static str) -> ListedError {
    ListedError { status, id: Some(id), domain: "API_FULFILLMENT", category: "REQUEST", message }
}

const fn access_error(
    status: u16,
    id: u32,
    domain: &'static str,
    message: &'static str,
) -> ListedError {
    ListedError { status, id: Some(id), domain, category: "REQUEST", message }
}

/// eBay answers this error for an unknown order, not 404.
///
/// Source of the ids and messages from here to `SYSTEM_ERROR`: the vendor's description of `createShippingFulfillment`.
/// Where an id's message does not tell in which case eBay sends it, our use is inferred, and a comment there says so.
pub(super) const INVALID_ORDER: ListedError = request_error(400, 32100, "Invalid Order Id");
pub(super) const INVALID_LINE_ITEM: ListedError = request_error(400, 32200, "Invalid line item id");
pub(super) const DUPLICATE_LINE_ITEM: ListedError =
    request_error(400, 32210, "Duplicate line item in the request");
pub(super) const INVALID_TRACKING: ListedError =
    request_error(400, 32300, "Invalid shipment tracking number or carrier");
pub(super) const INVALID_DATE: ListedError = request_error(400, 32500, "Invalid shipped date");
pub(super) const INVALID_INPUT: ListedError = request_error(400, 32600, "Invalid input data");
pub(super) const ALL_SHIPPED: ListedError =
    request_error(400, 34500, "Please use PUT operation for updating shipping fulfillment");
const SYSTEM_ERROR: ListedError = ListedError {
    status: 500,
    id: Some(30500),
    domain: "API_FULFILLMENT",
    category: "APPLICATION",
    message: "System error",
};

/// An error without a body and an id. Source: the vendor's description, which has neither.
pub(super) const CONFLICT: ListedError =
    ListedError { status: 409, id: None, domain: "", category: "", message: "Conflict" };

/// All of eBay's REST APIs answer this error and the next four. Their ids and messages are from memory.
pub(super) const INVALID_TOKEN: ListedError =
    access_error(401, 1001, "OAuth", "Invalid access token");
pub(super) const NO_TOKEN: ListedError = access_error(401, 1002, "OAuth", "Missing access token");
pub(super) const TOO_MANY_REQUESTS: ListedError =
    access_error(429, 2001, "ACCESS", "Too many requests");
pub(super) const NOT_FOUND: ListedError = access_error(404, 2002, "ACCESS", "Resource not found");
const UNAVAILABLE: ListedError = access_error(503, 2003, "ACCESS", "Service unavailable");

/// A refusal, in the shape of the vendor's `Error`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    listed: &'static ListedError,
    detail: String,
}

impl Refusal {
    pub(super) fn new(listed: &'static ListedError, detail: &str) -> Self {
        Self { listed, detail: detail.to_owned() }
    }

    /// The refusal as an answer. Source of the fields: the vendor's `Error`. The list `errors` around it is from
    /// memory.
    pub(super) fn reply(&self) -> Reply {
        let ListedError { status, id, domain, category, message } = *self.listed;
        let long_message = if self.detail.is_empty() {
            message.to_owned()
        } else {
            format!("{message}: {}", self.detail)
        };
        let Some(id) = id else { return Reply::empty(status).with_refusal(long_message) };
        let error = json!({
            "errorId": id,
            "domain": domain,
            "category": category,
            "message": message,
            "longMessage": long_message,
        });
        Reply::json(status, json!({ "errors": [error] }))
            .with_refusal(format!("{id}: {long_message}"))
    }
}

/// The address of a new fulfilment. Source: the vendor's description, response header `Location`.
pub(super) fn location(order_id: &str, fulfillment_id: &str) -> String {
    format!(
        "https://api.ebay.com/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment/{fulfillment_id}"
    )
}

/// The answer that a fault asks for.
pub(super) fn fault_answer(operation: Operation, answer: &Answer) -> Outcome {
    if operation == Operation::Token
        && let Some(reply) = login_fault_answer(answer)
    {
        return Outcome::Reply(reply);
    }
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => return Outcome::Reply(Reply::html(200, PAGE_MAINTENANCE)),
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Firewall => return Outcome::Reply(Reply::html(403, PAGE_FORBIDDEN)),
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::TooManyRequests { retry_after_s } => {
            let reply = Refusal::new(&TOO_MANY_REQUESTS, "").reply();
            return Outcome::Reply(match retry_after_s {
                Some(seconds) => reply.header("retry-after", seconds.to_string()),
                None => reply,
            });
        }
        Answer::ServerError => Refusal::new(&SYSTEM_ERROR, ""),
        Answer::Unavailable => Refusal::new(&UNAVAILABLE, ""),
        Answer::AlreadyShipped => Refusal::new(&ALL_SHIPPED, ""),
        // eBay has no such state, so we made this wording up.
        Answer::NotReady => Refusal::new(&INVALID_INPUT, "the order cannot be shipped yet"),
        Answer::Unauthorized => Refusal::new(&INVALID_TOKEN, ""),
        Answer::TokenExpired => Refusal::new(&INVALID_TOKEN, "it has expired"),
    };
    Outcome::Reply(refusal.reply())
}

/// The answer that a fault asks for at the login. `None` if the login answers as the API does.
fn login_fault_answer(answer: &Answer) -> Option<Reply> {
    match answer {
        Answer::ServerError => Some(login::refusal(500, "server_error", "")),
        Answer::Unavailable => Some(login::refusal(503, "temporarily_unavailable", "")),
        Answer::Unauthorized => {
            Some(login::refusal(401, "invalid_client", "client authentication failed"))
        }
        Answer::TokenExpired | Answer::AlreadyShipped | Answer::NotReady => {
            let why = "the provided authorization refresh token is invalid or was issued to another client";
            Some(login::refusal(400, "invalid_grant", why))
        }
        Answer::HangUp
        | Answer::TooManyRequests { .. }
        | Answer::NotJson
        | Answer::WrongJson
        | Answer::Firewall
        | Answer::Custom { .. } => None,
    }
}

/// The page of a marketplace in trouble. A program can only see that it is not JSON.
const PAGE_MAINTENANCE: &str =
    "<!DOCTYPE html><html><body><h1>We'll be back soon</h1></body></html>";

/// The page of a firewall in front of the API.
const PAGE_FORBIDDEN: &str =
    "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>";
