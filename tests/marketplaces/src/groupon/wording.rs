//! Groupon's words: its answers to notifications, its refusals, and the answers that faults ask for.
//!
//! The shapes are those of third parties' clients and samples. We made up every reason and every status but 200.

use serde_json::{Value, json};

use super::body::LineId;
use crate::fault::Answer;
use crate::reply::{Outcome, Reply};

/// A refusal of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    reason: String,
}

impl Refusal {
    /// A refusal with status 200. That Groupon sends this status is inferred: clients look at `success` alone.
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self::with(200, reason)
    }

    fn with(status: u16, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    /// The supplier is unknown, or the token is not the supplier's.
    pub(super) fn unauthorized() -> Self {
        Self::new("Invalid supplier_id or token")
    }

    pub(super) fn too_many_requests() -> Self {
        Self::with(429, "Too many requests")
    }

    pub(super) fn unknown_path() -> Self {
        Self::with(404, "Not found")
    }

    /// The line is unknown. That Groupon refuses the notification, instead of listing the line as not open, is
    /// unverified.
    pub(super) fn unknown_line(line: &LineId) -> Self {
        Self::new(format!("Line item {} not found", line.text()))
    }

    pub(super) fn too_many(line: &LineId, quantity: u32, left: u32) -> Self {
        Self::new(format!("Quantity {quantity} of line item {} is more than {left}", line.text()))
    }

    pub(super) fn number_of_another(tracking: &str, order: &str) -> Self {
        Self::new(format!("Tracking {tracking} is used by order {order} with another address"))
    }

    pub(super) fn reply(&self) -> Reply {
        let body = json!({ "success": false, "reason": self.reason });
        Reply::json(self.status, body).with_refusal(self.reason.as_str())
    }
}

/// The answer of a success, which lists the lines that Groupon did not save because they are not open. Source: the
/// vendor's sample in a plugin for plentymarkets (a third party: unverified). That an empty list is there too is
/// unverified.
pub(super) fn saved(not_open: &[LineId]) -> Reply {
    let ids: Vec<Value> = not_open.iter().map(LineId::json).collect();
    let reply = Reply::json(200, json!({ "success": true, "data": { "non_open_ids": ids } }));
    if not_open.is_empty() {
        return reply;
    }
    let names: Vec<String> = not_open.iter().map(LineId::text).collect();
    reply.with_refusal(format!("not open: {}", names.join(", ")))
}

/// The answer that a fault asks for, to a request that names these lines.
pub(super) fn fault_answer(lines: &[LineId], answer: &Answer) -> Outcome {
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => {
            let page = "<!DOCTYPE html><html><body><h1>We will be right back</h1></body></html>";
            return Outcome::Reply(Reply::html(200, page));
        }
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Firewall => return Outcome::Reply(Reply::html(403, PAGE_FORBIDDEN)),
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::AlreadyShipped => return Outcome::Reply(saved(lines)),
        Answer::TooManyRequests { retry_after_s } => {
            let reply = Refusal::too_many_requests().reply();
            return Outcome::Reply(match retry_after_s {
                Some(seconds) => reply.header("retry-after", seconds.to_string()),
                None => reply,
            });
        }
        Answer::ServerError => Refusal::with(500, "Something went wrong"),
        Answer::Unavailable => Refusal::with(503, "Service unavailable"),
        Answer::NotReady => Refusal::new("The line items cannot be shipped yet"),
        Answer::Unauthorized | Answer::TokenExpired => Refusal::unauthorized(),
    };
    Outcome::Reply(refusal.reply())
}

/// The page of a firewall in front of the API.
const PAGE_FORBIDDEN: &str =
    "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>";
