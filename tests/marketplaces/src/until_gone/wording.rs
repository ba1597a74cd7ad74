//! The receiver's words: refusals in JSON, and the answers that faults ask for. The status codes are our contract's; the
//! codes and the messages are made up.

use serde_json::json;

use crate::fault::Answer;
use crate::reply::{Outcome, Reply};

/// How long a receiver asks to wait when it does not know better. Unit: seconds.
const WAIT_S: u32 = 1;

/// How long one asks to wait whose order is not ready to be shipped. Unit: seconds.
const NOT_READY_WAIT_S: u32 = 60;

/// Why a webhook is refused.
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

    /// Not signed by anybody who may tell us something, or not now.
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

    /// Not as our contract has it; says which field.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    pub(super) fn unknown_order(order_id: &str) -> Self {
        Self::new(404, "unknown_order", format!("there is no order {order_id}"))
    }

    /// The same id was taken before: for the sender that is as good as a success.
    pub(super) fn duplicate(webhook_id: &str) -> Self {
        Self::new(409, "duplicate", format!("{webhook_id} was taken before"))
    }

    /// The id was taken before, but for something else: 409 would say that this was taken, too.
    pub(super) fn id_reused(webhook_id: &str) -> Self {
        Self::new(422, "id_reused", format!("{webhook_id} was taken before, with another body"))
    }

    /// What was told once stays.
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
            .because(format!("{}: {}", self.code, self.message));
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

/// The answer a fault asked for.
pub(super) fn say(order_id: &str, answer: &Answer) -> Outcome {
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => return Outcome::Reply(page(200, "Being repaired")),
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Firewall => {
            let reply = page(403, "Request blocked").because("blocked: by the firewall");
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
        // There are no tokens to expire.
        Answer::Unauthorized | Answer::TokenExpired => {
            Refusal::unsigned("webhook-signature: is not of a secret that is known here")
        }
    };
    Outcome::Reply(refusal.reply())
}
