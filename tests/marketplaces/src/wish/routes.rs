//! The HTTP face of the fake Wish: counts and records a request, plays its fault if there is one, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};

use super::Wish;
use super::scenes::{ReadScene, ShipScene, TokenScene};
use super::wording::Refusal;
use crate::fault::Operation;
use crate::play::play;

pub(super) fn routes(wish: Wish) -> Router {
    Router::new()
        .route("/api/v3/oauth/refresh_token", get(token))
        .route("/api/v3/orders/{order_id}", get(read))
        .route("/api/v3/orders/{order_id}/tracking", put(ship))
        .fallback(unknown_path)
        .with_state(wish)
}

/// The controls that not every shop has.
pub(super) fn controls(wish: Wish) -> Router {
    Router::new().route("/_admin/wish/tokens/expire", post(expire_tokens)).with_state(wish)
}

async fn token(State(wish): State<Wish>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let fault = wish.desk().arrived(Operation::Token, None);
    play(fault, Arc::new(TokenScene { wish, query: query.unwrap_or_default() })).await
}

async fn ship(
    State(wish): State<Wish>,
    Path(order_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let fault = wish.desk().arrived(Operation::Submit, Some(&order_id));
    let receipt = wish.desk().open().book.arrived(&order_id, &body);
    let scene = ShipScene {
        wish: wish.clone(),
        order_id,
        query: query.unwrap_or_default(),
        headers,
        body,
        receipt: receipt.clone(),
    };
    let outcome = play(fault, Arc::new(scene)).await;
    wish.desk().open().book.answered(&receipt, &outcome);
    outcome
}

async fn read(
    State(wish): State<Wish>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = wish.desk().arrived(Operation::ReadBack, Some(&order_id));
    play(fault, Arc::new(ReadScene { wish, order_id, headers })).await
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::not_found().reply()
}

async fn expire_tokens(State(wish): State<Wish>) -> impl IntoResponse {
    wish.expire_tokens();
    StatusCode::NO_CONTENT
}
