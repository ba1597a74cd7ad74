//! The fake receiver's one HTTP route. It counts and records the webhook, takes its fault if one waits, and answers.
//! All accounts use this route: the signature says whose webhook it is.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::post;

use super::UntilGone;
use super::body::order_id_of;
use super::webhook::WebhookRequest;
use crate::fault::Operation;
use crate::request::answer;

pub(super) fn routes(until_gone: UntilGone) -> Router {
    Router::new().route("/", post(receive)).with_state(until_gone)
}

async fn receive(
    State(until_gone): State<UntilGone>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let order_id = order_id_of(&body);
    let fault = until_gone.shared().count_and_take_fault(Operation::Submit, Some(&order_id));
    let submission = until_gone.shared().lock().submissions.add(&order_id, &body);
    until_gone.keep(&order_id, &headers, &body);
    let request = WebhookRequest {
        until_gone: until_gone.clone(),
        order_id,
        headers,
        body,
        submission: submission.clone(),
    };
    let outcome = answer(fault, Arc::new(request)).await;
    until_gone.shared().lock().submissions.set_answered(&submission, &outcome);
    outcome
}
