//! The HTTP face of the fake eBay: counts and records a request, plays its fault if there is one, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::Ebay;
use super::scenes::{ReadScene, ShipScene, TokenScene};
use super::wording::{NOT_FOUND, Refusal};
use crate::fault::Operation;
use crate::play::play;

pub(super) fn routes(ebay: Ebay) -> Router {
    Router::new()
        .route("/identity/v1/oauth2/token", post(token))
        .route("/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment", get(read).post(ship))
        .fallback(unknown_path)
        .with_state(ebay)
}

/// The controls that not every shop has.
pub(super) fn controls(ebay: Ebay) -> Router {
    Router::new().route("/_admin/ebay/tokens/expire", post(expire_tokens)).with_state(ebay)
}

async fn token(State(ebay): State<Ebay>, headers: HeaderMap, form: Bytes) -> impl IntoResponse {
    let fault = ebay.desk().arrived(Operation::Token, None);
    play(fault, Arc::new(TokenScene { ebay, headers, form })).await
}

async fn ship(
    State(ebay): State<Ebay>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let fault = ebay.desk().arrived(Operation::Submit, Some(&order_id));
    let receipt = ebay.desk().open().book.arrived(&order_id, &body);
    let scene = ShipScene { ebay: ebay.clone(), order_id, headers, body, receipt: receipt.clone() };
    let outcome = play(fault, Arc::new(scene)).await;
    ebay.desk().open().book.answered(&receipt, &outcome);
    outcome
}

async fn read(
    State(ebay): State<Ebay>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = ebay.desk().arrived(Operation::ReadBack, Some(&order_id));
    play(fault, Arc::new(ReadScene { ebay, order_id, headers })).await
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::new(&NOT_FOUND, "").reply()
}

async fn expire_tokens(State(ebay): State<Ebay>) -> impl IntoResponse {
    ebay.expire_tokens();
    StatusCode::NO_CONTENT
}
