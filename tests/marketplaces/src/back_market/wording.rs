//! Back Market's words: error envelopes, pages of its firewall, and the answers that faults ask for.
//!
//! The envelope `{error: {code, message}, requestId}` is one of four that the vendor describes. Unverified are: which
//! of them an operation uses, the codes, and all messages that have no source here.

use serde_json::json;

use super::orders::LineState;
use crate::fault::Answer;
use crate::reply::{Outcome, Reply};

/// A refusal of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) format: RefusalFormat,
}

/// The format of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalFormat {
    /// The API's JSON envelope.
    Envelope,
    /// An HTML page of the firewall in front of the API.
    Page,
}

impl Refusal {
    pub(super) fn invalid(status: u16, message: impl Into<String>) -> Self {
        Self::new(status, "invalid_request", message)
    }

    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), format: RefusalFormat::Envelope }
    }

    pub(super) fn page(status: u16, message: impl Into<String>) -> Self {
        Self { format: RefusalFormat::Page, ..Self::new(status, "blocked", message) }
    }

    pub(super) fn unknown_order(order_id: &str) -> Self {
        Self::new(404, "not_found", format!("order {order_id} not found"))
    }

    pub(super) fn unknown_line(orderline_id: &str) -> Self {
        Self::new(404, "not_found", format!("orderline {orderline_id} not found"))
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "unauthorized", "Invalid authentication credentials")
    }

    /// 429 for a caller who passes the rate limit. Source: the vendor's rate limits. That the answer is a page of
    /// Cloudflare is unverified.
    pub(super) fn too_many_requests() -> Self {
        Self::page(429, "error code: 1015")
    }

    /// 403 of the firewall. Source: the vendor's description, for 403 with HTML.
    pub(super) fn firewall() -> Self {
        Self::page(403, "Attention Required! | Cloudflare")
    }

    pub(super) fn reply(&self) -> Reply {
        let reply = match self.format {
            RefusalFormat::Envelope => {
                let error = json!({ "code": self.code, "message": self.message });
                Reply::json(self.status, json!({ "error": error, "requestId": REQUEST_ID }))
            }
            RefusalFormat::Page => {
                let title = &self.message;
                let page = format!(
                    "<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
                );
                Reply::html(self.status, page)
                    .header("cf-ray", CF_RAY)
                    .header("server", "cloudflare")
            }
        };
        reply.with_refusal(format!("{}: {}", self.code, self.message))
    }
}

/// The id by which the vendor's support finds a request. We made it up.
const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

/// Cloudflare's id of a request. We made it up in Cloudflare's shape.
const CF_RAY: &str = "8f0a1b2c3d4e5f60-FRA";

/// The message for a step that the state machine does not have. That it names the states is inferred.
pub(super) fn transition_refused(orderline_id: u64, from: LineState, to: LineState) -> String {
    let allowed: Vec<String> = from.next().iter().map(|state| state.number().to_string()).collect();
    let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(",") };
    format!(
        "orderline {orderline_id}: transition from state {} to state {} is not allowed (allowed: {allowed})",
        from.number(),
        to.number()
    )
}

/// The answer that a fault asks for.
pub(super) fn fault_answer(line_or_order_id: u64, answer: &Answer) -> Outcome {
    let refusal = match answer {
        Answer::HangUp => return Outcome::HangUp,
        Answer::NotJson => {
            let page =
                "<!DOCTYPE html><html><body><h1>Back Market is being repaired</h1></body></html>";
            return Outcome::Reply(Reply::html(200, page));
        }
        Answer::WrongJson => return Outcome::Reply(Reply::json(200, json!({ "ok": true }))),
        Answer::Custom { status, body } => return Outcome::Reply(Reply::custom(*status, body)),
        Answer::TooManyRequests { retry_after_s } => {
            let reply = Refusal::too_many_requests().reply();
            return Outcome::Reply(match retry_after_s {
                Some(seconds) => reply.header("retry-after", seconds.to_string()),
                None => reply,
            });
        }
        Answer::ServerError => Refusal::new(500, "internal_error", "Internal server error"),
        Answer::Unavailable => Refusal::new(503, "unavailable", "Service unavailable"),
        Answer::AlreadyShipped => Refusal::invalid(
            400,
            transition_refused(line_or_order_id, LineState::Shipped, LineState::Shipped),
        ),
        Answer::NotReady => Refusal::invalid(
            400,
            transition_refused(line_or_order_id, LineState::Paid, LineState::Shipped),
        ),
        Answer::Unauthorized | Answer::TokenExpired => Refusal::unauthorized(),
        Answer::Firewall => Refusal::firewall(),
    };
    Outcome::Reply(refusal.reply())
}
