//! The HTTP face of the fake receiver: counts and records a webhook, plays its fault if there is one, and answers. There
//! is one address; whose webhook it is, its signature says.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::post;

use super::UntilGone;
use super::body::order_of;
use super::receive::WebhookScene;
use crate::fault::Operation;
use crate::play::play;

pub(super) fn routes(until_gone: UntilGone) -> Router {
    Router::new().route("/", post(receive)).with_state(until_gone)
}

async fn receive(
    State(until_gone): State<UntilGone>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let order_id = order_of(&body);
    let fault = until_gone.desk().arrived(Operation::Submit, Some(&order_id));
    let receipt = until_gone.desk().open().book.arrived(&order_id, &body);
    until_gone.keep(&order_id, &headers, &body);
    let scene = WebhookScene {
        until_gone: until_gone.clone(),
        order_id,
        headers,
        body,
        receipt: receipt.clone(),
    };
    let outcome = play(fault, Arc::new(scene)).await;
    until_gone.desk().open().book.answered(&receipt, &outcome);
    outcome
}
