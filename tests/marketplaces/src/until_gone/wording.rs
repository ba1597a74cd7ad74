//! The receiver's words: refusals in JSON, and the answers that faults ask for. The HTTP status codes are those of our
//! contract. We made up the error codes and the messages.

use serde_json::json;

use crate::fault::Answer;
use crate::reply::{Outcome, Reply};

/// How long a sender who passes the rate limit should wait. Unit: seconds.
const WAIT_S: u32 = 1;

/// How long a sender should wait whose order cannot be shipped yet. Unit: seconds.
const NOT_READY_WAIT_S: u32 = 60;

/// A refusal of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    code: &'static str,
    message: String,
    retry_after_s: Option<u32>,
}

impl Refusal {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after_s: None }
    }

    /// No known account signed the webhook, or its time is too far from the receiver's.
    pub(super) fn unsigned(message: impl Into<String>) -> Self {
        Self::new(401, "not_signed", message)
    }

    pub(super) fn too_many_requests() -> Self {
        let refusal =
            Self::new(429, "too_many_requests", "more webhooks than the account may send");
        Self { retry_after_s: Some(WAIT_S), ..refusal }
    }

    pub(super) fn content_type() -> Self {
        Self::new(415, "content_type", "content-type: must be application/json")
    }

    /// The body breaks our contract. The message names the field.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    pub(super) fn unknown_order(order_id: &str) -> Self {
        Self::new(404, "unknown_order", format!("there is no order {order_id}"))
    }

    /// The receiver accepted this webhook before. The sender may treat this refusal as a success.
    pub(super) fn duplicate(webhook_id: &str) -> Self {
        Self::new(409, "duplicate", format!("{webhook_id} was taken before"))
    }

    /// The receiver accepted a webhook with this id before, and its body was another one. With 409 the sender would
    /// believe that this body was accepted too.
    pub(super) fn id_reused(webhook_id: &str) -> Self {
        Self::new(422, "id_reused", format!("{webhook_id} was taken before, with another body"))
    }

    /// The package has already shipped under another webhook. The receiver never changes a shipment.
    pub(super) fn locked(order_id: &str, package_id: &str, number: &str) -> Self {
        let message = format!("order {order_id}, package {package_id}: has shipped as {number}");
        Self::new(422, "locked", message)
    }

    pub(super) fn unknown_item(order_id: &str, item_id: &str) -> Self {
        Self::new(422, "unknown_item", format!("order {order_id} has no line {item_id}"))
    }

    pub(super) fn quantity(order_id: &str, item_id: &str, left: u32) -> Self {
        let message = format!("order {order_id}, line {item_id}: only {left} have not shipped");
        Self::new(422, "quantity", message)
    }

    fn not_ready(order_id: &str) -> Self {
        let refusal =
            Self::new(429, "not_ready", format!("order {order_id} cannot be shipped yet"));
        Self { retry_after_s: Some(NOT_READY_WAIT_S), ..refusal }
    }

    pub(super) fn reply(&self) -> Reply {
        let error = json!({ "code": self.code, "message": self.message });
        let reply = Reply::json(self.status, json!({ "error": error }))
            .with_refusal(format!("{}: {}", self.code, self.message));
        match self.retry_after_s {
            Some(seconds) => reply.header("retry-after", seconds.to_string()),
            None => reply,
        }
    }
}

fn page(status: u16, title: &str) -> Reply {
    let page = format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    );
    Reply::html(status, page)
}

/// The answer that a fault asks for.
pub(super) fn fault_answer(order_id: &str, answer: &Answer) -> Outcome {
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => return Outcome::Reply(page(200, "Being repaired")),
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Firewall => {
            let reply = page(403, "Request blocked").with_refusal("blocked: by the firewall");
            return Outcome::Reply(reply);
        }
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::TooManyRequests { retry_after_s } => {
            Refusal { retry_after_s: *retry_after_s, ..Refusal::too_many_requests() }
        }
        Answer::ServerError => Refusal::new(500, "internal", "something went wrong"),
        Answer::Unavailable => Refusal::new(503, "unavailable", "closed for repairs"),
        Answer::AlreadyShipped => Refusal::locked(order_id, "1", "another number"),
        Answer::NotReady => Refusal::not_ready(order_id),
        // The receiver has no tokens that could expire.
        Answer::Unauthorized | Answer::TokenExpired => {
            Refusal::unsigned("webhook-signature: is not of a secret that is known here")
        }
    };
    Outcome::Reply(refusal.reply())
}
