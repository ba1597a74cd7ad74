//! Amazon's words: carrier codes, error codes and messages, and the answers that faults ask for. They stand in tables,
//! so that a correction changes one line.

use serde_json::{Value, json};

use super::login;
use crate::carrier_codes::CarrierCodes;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};

/// The carrier codes that the fake Amazon takes.
pub(crate) const CARRIER_CODES: CarrierCodes = CarrierCodes::of(include_str!("carrier_codes.txt"));

/// The carrier code that needs a carrier name. Source: ordersV0.json.
pub(super) const CARRIER_OTHER: &str = "Other";

/// Japan, the only marketplace that accepts `codCollectionMethod`. Source: ordersV0.json. Source of the identifier: the
/// vendor's list.
pub(super) const MARKETPLACE_JP: &str = "A1VC38T7YXB528";

/// The code of nearly every 400. Source: amzn/selling-partner-api-models, issues 5037 and 5094.
pub(super) const INVALID_INPUT: &str = "InvalidInput";

/// The sandbox's code and message for a text that is not a date. Both have the space. Source: ordersV0.json.
pub(super) const INVALID_INPUT_SANDBOX: &str = "Invalid Input";

/// The message for a field of the wrong JSON type, such as a number as package reference. Source: issue 5094.
pub(super) const INVALID_TYPE: &str =
    "The input you have submitted is not valid. Please check the fields with invalid type";

/// The message for a missing field. The wording is unverified.
pub(super) const MISSING_FIELD: &str =
    "The input you have submitted is not valid. Please check the missing required fields";

/// The message for a package reference that is text but not a positive number. Source: jlevers/selling-partner-api,
/// issue 489.
pub(super) const INVALID_REFERENCE: &str =
    "PackageReferenceId: is invalid, must be a positive numeric value.";

/// The message for items that the order does not have, or that are not a list. Source: jlevers/selling-partner-api,
/// issue 528, with the two spaces.
pub(super) const INVALID_ITEM: &str = "OrderItemId  is invalid, please obtain the value through the getOrderItems API or \
                                       Manage Orders page";

/// The message for an order that has already shipped under another reference. Source: issue 5037.
pub(super) fn package_not_found(order_id: &str) -> String {
    format!(
        "Failed to create package due to not reading a matching package or order already fulfilled.  \
         ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find package to update for order ({order_id}), \
         errorMetric=PackageToUpdateNotFound, packageIndex=null)"
    )
}

/// The message for an order that was cancelled. That Amazon refuses it so, and the wording, are unverified.
pub(super) fn order_cancelled(order_id: &str) -> String {
    format!("Order {order_id} was cancelled and cannot be confirmed")
}

/// The message for an item that is enrolled in Transparency and has not one code for each piece. The wording is unverified.
pub(super) fn codes_missing(order_item_id: &str, codes: usize, quantity: u32) -> String {
    format!(
        "TransparencyCodes of OrderItemId {order_item_id} are invalid, {codes} were given for a quantity of {quantity} of an \
         item that is enrolled in Transparency"
    )
}

/// A refusal, in the shape of the model's `Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// `None` leaves the field out of the answer, as the sandbox does.
    pub(super) details: Option<String>,
}

impl Refusal {
    /// 400 with the usual code. The details are empty, as in production.
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

    /// 404 for an unknown order. The wording is unverified.
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
        Reply::json(self.status, json!({ "errors": [error] })).with_refusal(reason.trim_end())
    }
}

/// 401 for a missing token, or for a text that cannot be one. Source of the status: ordersV0.json. The wording is
/// unverified.
pub(super) fn token_malformed() -> Refusal {
    let details = "Access token is missing in the request header.";
    Refusal::new(401, "Unauthorized", ACCESS_DENIED, details)
}

/// 403 for a token that this Amazon never issued. Source of the status: ordersV0.json. The wording is unverified.
pub(super) fn token_unknown() -> Refusal {
    let details = "The access token you provided is revoked, malformed or invalid.";
    Refusal::new(403, "Unauthorized", ACCESS_DENIED, details)
}

/// 403 for a token of an account where one of the application is asked for, or the other way round. The wording is unverified.
pub(super) fn token_of_another_kind() -> Refusal {
    let details = "The access token you provided is not authorized for this operation.";
    Refusal::new(403, "Unauthorized", ACCESS_DENIED, details)
}

/// 403 for an expired token. Source of the status: ordersV0.json. The wording is unverified.
pub(super) fn token_expired() -> Refusal {
    let details = "The access token you provided has expired.";
    Refusal::new(403, "Unauthorized", ACCESS_DENIED, details)
}

/// The message of 401 and 403. The wording is unverified.
const ACCESS_DENIED: &str = "Access to requested resource is denied.";

/// 429 for a caller who passes the rate limit. Source of the status: ordersV0.json. The wording is unverified.
pub(super) fn quota_exceeded() -> Refusal {
    Refusal::new(429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")
}

/// The answer that a fault asks for. The wordings of 500, of 503 and for an order that cannot be shipped yet are
/// unverified.
pub(super) fn fault_answer(operation: Operation, order_id: &str, answer: &Answer) -> Outcome {
    if operation == Operation::Token
        && let Some(reply) = login_fault_answer(answer)
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

/// The answer that a fault asks for at the login. `None` if the login answers as the Selling Partner API does.
fn login_fault_answer(answer: &Answer) -> Option<Reply> {
    match answer {
        Answer::ServerError => Some(login::refusal(500, "server_error", "")),
        Answer::Unavailable => Some(login::refusal(503, "temporarily_unavailable", "")),
        Answer::Unauthorized => {
            Some(login::refusal(401, "invalid_client", "Client authentication failed"))
        }
        Answer::TokenExpired | Answer::AlreadyShipped | Answer::NotReady => {
            let why = "The request has an invalid grant parameter : refresh_token";
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
    "<!DOCTYPE html><html><body><h1>We are sorry, something went wrong</h1></body></html>";

/// The page of a firewall in front of the API.
const PAGE_FORBIDDEN: &str = "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>";
