//! The fake Wish's HTTP routes. Each counts and records the request, takes its fault if one waits, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};

use super::Wish;
use super::requests::{OrdersRequest, ReadRequest, ShipRequest, TokenRequest};
use super::wording::Refusal;
use crate::fault::Operation;
use crate::request::answer;

pub(super) fn routes(wish: Wish) -> Router {
    Router::new()
        .route("/api/v3/oauth/refresh_token", get(token))
        .route("/api/v3/orders", get(orders))
        .route("/api/v3/orders/{order_id}", get(read))
        .route("/api/v3/orders/{order_id}/tracking", put(ship))
        .fallback(unknown_path)
        .with_state(wish)
}

/// The control that only some marketplaces have.
pub(super) fn controls(wish: Wish) -> Router {
    Router::new().route("/_admin/wish/tokens/expire", post(expire_tokens)).with_state(wish)
}

async fn token(State(wish): State<Wish>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let fault = wish.shared().count_and_take_fault(Operation::Token, None);
    answer(fault, Arc::new(TokenRequest { wish, query: query.unwrap_or_default() })).await
}

async fn ship(
    State(wish): State<Wish>,
    Path(order_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let fault = wish.shared().count_and_take_fault(Operation::Submit, Some(&order_id));
    let submission = wish.shared().lock().submissions.add(&order_id, &body);
    let request = ShipRequest {
        wish: wish.clone(),
        order_id,
        query: query.unwrap_or_default(),
        headers,
        body,
        submission: submission.clone(),
    };
    let outcome = answer(fault, Arc::new(request)).await;
    wish.shared().lock().submissions.set_answered(&submission, &outcome);
    outcome
}

async fn read(
    State(wish): State<Wish>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = wish.shared().count_and_take_fault(Operation::ReadBack, Some(&order_id));
    answer(fault, Arc::new(ReadRequest { wish, order_id, headers })).await
}

async fn orders(State(wish): State<Wish>, headers: HeaderMap) -> impl IntoResponse {
    let fault = wish.shared().count_and_take_fault(Operation::Account, None);
    answer(fault, Arc::new(OrdersRequest { wish, headers })).await
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::not_found().reply()
}

async fn expire_tokens(State(wish): State<Wish>) -> impl IntoResponse {
    wish.expire_tokens();
    StatusCode::NO_CONTENT
}
