//! Amazon's words: carrier codes, error codes and messages, and the answers that faults ask for. Tables only: a
//! correction is one line.

use serde_json::{Value, json};

use super::tokens;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The carrier codes this Amazon knows, case-sensitive.
///
/// Source: the feed enumeration as a third-party client has it (unverified); `FedEx` is in the vendor's sandbox sample.
pub(super) const CARRIER_CODES: [&str; 16] = [
    "USPS",
    "UPS",
    "UPSMI",
    "FedEx",
    "DHL",
    "OnTrac",
    "DHL Global Mail",
    "UPS Mail Innovations",
    "FedEx SmartPost",
    "Newgistics",
    "GLS",
    "DPD",
    "Royal Mail",
    "Canada Post",
    "Aramex",
    CARRIER_OTHER,
];

/// The carrier code that needs a carrier name. Source: ordersV0.json.
pub(super) const CARRIER_OTHER: &str = "Other";

/// The only marketplace (Japan) that takes `codCollectionMethod`. Source: ordersV0.json; the identifier: the vendor's list.
pub(super) const MARKETPLACE_JP: &str = "A1VC38T7YXB528";

/// The code of nearly every 400. Source: amzn/selling-partner-api-models, issues 5037 and 5094.
pub(super) const INVALID_INPUT: &str = "InvalidInput";

/// The code and the message of the sandbox for a date that is none, with the space. Source: ordersV0.json.
pub(super) const INVALID_INPUT_SANDBOX: &str = "Invalid Input";

/// A JSON number for the package reference, among others. Source: issue 5094.
pub(super) const INVALID_TYPE: &str =
    "The input you have submitted is not valid. Please check the fields with invalid type";

/// A field that is not there. The wording is unverified.
pub(super) const MISSING_FIELD: &str =
    "The input you have submitted is not valid. Please check the missing required fields";

/// A reference that is text but not a positive number. Source: jlevers/selling-partner-api, issue 489.
pub(super) const INVALID_REFERENCE: &str =
    "PackageReferenceId: is invalid, must be a positive numeric value.";

/// Items that are not the order's, or not a list. Source: jlevers/selling-partner-api, issue 528, two spaces included.
pub(super) const INVALID_ITEM: &str = "OrderItemId  is invalid, please obtain the value through the getOrderItems API or \
                                       Manage Orders page";

/// The order is shipped already, under another reference. Source: issue 5037.
pub(super) fn package_not_found(order_id: &str) -> String {
    format!(
        "Failed to create package due to not reading a matching package or order already fulfilled.  \
         ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find package to update for order ({order_id}), \
         errorMetric=PackageToUpdateNotFound, packageIndex=null)"
    )
}

/// Why a request is refused, in the shape of the model's `Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Left out of the answer when `None`; the sandbox answers have none.
    pub(super) details: Option<String>,
}

impl Refusal {
    /// 400 with the usual code; production sends empty details.
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(400, INVALID_INPUT, message, "")
    }

    pub(super) fn new(
        status: u16,
        code: &'static str,
        message: impl Into<String>,
        details: &str,
    ) -> Self {
        Self { status, code, message: message.into(), details: Some(details.to_owned()) }
    }

    /// 404. The wording is unverified.
    pub(super) fn unknown_order(order_id: &str) -> Self {
        let message = format!("The requested order {order_id} is not found");
        Self::new(404, "NotFound", message, "")
    }

    pub(super) fn reply(&self) -> Reply {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(details), Some(fields)) = (&self.details, error.as_object_mut()) {
            fields.insert("details".to_owned(), Value::String(details.clone()));
        }
        let details = self.details.as_deref().unwrap_or_default();
        let reason = format!("{}: {} {details}", self.code, self.message);
        Reply::json(self.status, json!({ "errors": [error] })).because(reason.trim_end())
    }
}

/// No token, or a text that cannot be one: 401. Source: ordersV0.json for the status; the wording is unverified.
pub(super) fn token_malformed() -> Refusal {
    let details = "Access token is missing in the request header.";
    Refusal::new(401, "Unauthorized", ACCESS_DENIED, details)
}

/// A token that is not ours: 403. Source: ordersV0.json for the status; the wording is unverified.
pub(super) fn token_unknown() -> Refusal {
    let details = "The access token you provided is revoked, malformed or invalid.";
    Refusal::new(403, "Unauthorized", ACCESS_DENIED, details)
}

/// A token that has had its hour: 403. Source: ordersV0.json for the status; the wording is unverified.
pub(super) fn token_expired() -> Refusal {
    let details = "The access token you provided has expired.";
    Refusal::new(403, "Unauthorized", ACCESS_DENIED, details)
}

/// Unverified.
const ACCESS_DENIED: &str = "Access to requested resource is denied.";

/// More than the limit: 429. Source: ordersV0.json for the status; the wording is unverified.
pub(super) fn quota_exceeded() -> Refusal {
    Refusal::new(429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")
}

/// The answer a fault asked for. Wordings of 500, 503 and of an order that cannot be shipped yet are unverified.
pub(super) fn say(operation: Operation, order_id: &str, answer: &Answer) -> Outcome {
    if operation == Operation::Token
        && let Some(reply) = say_at_login(answer)
    {
        return Outcome::Reply(reply);
    }
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => return Outcome::Reply(Reply::html(200, PAGE_MAINTENANCE)),
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "payload": {} }))),
        Answer::Firewall => return Outcome::Reply(Reply::html(403, PAGE_FORBIDDEN)),
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::TooManyRequests { retry_after_s } => {
            let reply = quota_exceeded().reply();
            return Outcome::Reply(match retry_after_s {
                Some(seconds) => reply.header("retry-after", seconds.to_string()),
                None => reply,
            });
        }
        Answer::ServerError => Refusal::new(
            500,
            "InternalFailure",
            "We encountered an internal error. Please try again.",
            "",
        ),
        Answer::Unavailable => Refusal::new(
            503,
            "ServiceUnavailable",
            "Service is temporarily unavailable. Please try again.",
            "",
        ),
        Answer::AlreadyShipped => Refusal::input(package_not_found(order_id)),
        Answer::NotReady => {
            Refusal::input(format!("Order {order_id} is pending and cannot be confirmed"))
        }
        Answer::Unauthorized => token_malformed(),
        Answer::TokenExpired => token_expired(),
    };
    Outcome::Reply(refusal.reply())
}

/// The same answers in Login with Amazon's own shape, where it has one.
fn say_at_login(answer: &Answer) -> Option<Reply> {
    match answer {
        Answer::ServerError => Some(tokens::refusal(500, "server_error", "")),
        Answer::Unavailable => Some(tokens::refusal(503, "temporarily_unavailable", "")),
        Answer::Unauthorized => {
            Some(tokens::refusal(401, "invalid_client", "Client authentication failed"))
        }
        Answer::TokenExpired | Answer::AlreadyShipped | Answer::NotReady => {
            let why = "The request has an invalid grant parameter : refresh_token";
            Some(tokens::refusal(400, "invalid_grant", why))
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
    "<!DOCTYPE html><html><body><h1>We are sorry, something went wrong</h1></body></html>";

/// A refusal by something in front of the API.
const PAGE_FORBIDDEN: &str = "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>";
