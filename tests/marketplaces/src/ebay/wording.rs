//! eBay's words: carrier codes, error ids and messages, and the answers that faults ask for. Tables only: a correction
//! is one line.

use serde_json::json;

use super::login;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The carrier codes this eBay knows, compared as they are; that letter case matters is inferred.
///
/// Source: Trading's `ShippingCarrierCodeType` as a third-party client has it. The real list is longer, and differs by
/// site.
pub(super) const CARRIER_CODES: [&str; 14] = [
    "UPS",
    "UPSMailInnovations",
    "USPS",
    "USPSCeP",
    "USPSPMI",
    "FedEx",
    "FedExSmartPost",
    "DHL",
    "DHLEXPRESS",
    "DHLGlobalMail",
    "ONTRACK",
    "GLS",
    "DPD",
    "Other",
];

/// An error as eBay lists it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    status: u16,
    /// `None`: an answer without a body.
    id: Option<u32>,
    domain: &'static str,
    category: &'static str,
    message: &'static str,
}

const fn request(status: u16, id: u32, message: &'static str) -> Listed {
    Listed { status, id: Some(id), domain: "API_FULFILLMENT", category: "REQUEST", message }
}

const fn access(status: u16, id: u32, domain: &'static str, message: &'static str) -> Listed {
    Listed { status, id: Some(id), domain, category: "REQUEST", message }
}

/// Source of the ids and messages: the vendor's description of `createShippingFulfillment`. For an order it does not
/// know it has no 404, but this. What an id is used for beyond its message is inferred, and said where it is used.
pub(super) const INVALID_ORDER: Listed = request(400, 32100, "Invalid Order Id");
pub(super) const INVALID_LINE_ITEM: Listed = request(400, 32200, "Invalid line item id");
pub(super) const DUPLICATE_LINE_ITEM: Listed =
    request(400, 32210, "Duplicate line item in the request");
pub(super) const INVALID_TRACKING: Listed =
    request(400, 32300, "Invalid shipment tracking number or carrier");
pub(super) const INVALID_DATE: Listed = request(400, 32500, "Invalid shipped date");
pub(super) const INVALID_INPUT: Listed = request(400, 32600, "Invalid input data");
pub(super) const ALL_SHIPPED: Listed =
    request(400, 34500, "Please use PUT operation for updating shipping fulfillment");
const SYSTEM_ERROR: Listed = Listed {
    status: 500,
    id: Some(30500),
    domain: "API_FULFILLMENT",
    category: "APPLICATION",
    message: "System error",
};

/// Source: the vendor's description, which has neither a body nor an id for it.
pub(super) const CONFLICT: Listed =
    Listed { status: 409, id: None, domain: "", category: "", message: "Conflict" };

/// From memory, ids and words: what all of eBay's REST APIs answer at the gate.
pub(super) const INVALID_TOKEN: Listed = access(401, 1001, "OAuth", "Invalid access token");
pub(super) const NO_TOKEN: Listed = access(401, 1002, "OAuth", "Missing access token");
pub(super) const TOO_MANY_REQUESTS: Listed = access(429, 2001, "ACCESS", "Too many requests");
pub(super) const NOT_FOUND: Listed = access(404, 2002, "ACCESS", "Resource not found");
const UNAVAILABLE: Listed = access(503, 2003, "ACCESS", "Service unavailable");

/// Why a request is refused, in the shape of the vendor's `Error`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    listed: &'static Listed,
    detail: String,
}

impl Refusal {
    pub(super) fn new(listed: &'static Listed, detail: &str) -> Self {
        Self { listed, detail: detail.to_owned() }
    }

    /// Source of the fields: the vendor's `Error`. That errors come in `errors` is from memory.
    pub(super) fn reply(&self) -> Reply {
        let Listed { status, id, domain, category, message } = *self.listed;
        let long = if self.detail.is_empty() {
            message.to_owned()
        } else {
            format!("{message}: {}", self.detail)
        };
        let Some(id) = id else { return Reply::empty(status).because(long) };
        let error = json!({
            "errorId": id,
            "domain": domain,
            "category": category,
            "message": message,
            "longMessage": long,
        });
        Reply::json(status, json!({ "errors": [error] })).because(format!("{id}: {long}"))
    }
}

/// Where a new fulfilment is. Source: the vendor's description, response header `Location`.
pub(super) fn location(order_id: &str, fulfillment_id: &str) -> String {
    format!(
        "https://api.ebay.com/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment/{fulfillment_id}"
    )
}

/// The answer a fault asked for.
pub(super) fn say(operation: Operation, answer: &Answer) -> Outcome {
    if operation == Operation::Token
        && let Some(reply) = say_at_login(answer)
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
        // eBay has no such state, and so no words for it.
        Answer::NotReady => Refusal::new(&INVALID_INPUT, "the order cannot be shipped yet"),
        Answer::Unauthorized => Refusal::new(&INVALID_TOKEN, ""),
        Answer::TokenExpired => Refusal::new(&INVALID_TOKEN, "it has expired"),
    };
    Outcome::Reply(refusal.reply())
}

/// The same answers in the login's own shape, where it has one.
fn say_at_login(answer: &Answer) -> Option<Reply> {
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

/// What a page of a marketplace in trouble looks like to a program: not JSON.
const PAGE_MAINTENANCE: &str =
    "<!DOCTYPE html><html><body><h1>We'll be back soon</h1></body></html>";

/// A refusal by something in front of the API.
const PAGE_FORBIDDEN: &str =
    "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>";
