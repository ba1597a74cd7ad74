//! The fake eBay's HTTP routes. Each counts and records the request, takes its fault if one waits, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::Ebay;
use super::requests::{OrdersRequest, ReadRequest, ShipRequest, TokenRequest};
use super::wording::{NOT_FOUND, Refusal};
use crate::fault::Operation;
use crate::request::answer;

pub(super) fn routes(ebay: Ebay) -> Router {
    Router::new()
        .route("/identity/v1/oauth2/token", post(token))
        .route("/sell/fulfillment/v1/order", get(orders))
        .route("/sell/fulfillment/v1/order/{order_id}", get(order))
        .route("/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment", get(read).post(ship))
        .fallback(unknown_path)
        .with_state(ebay)
}

/// The control that only some marketplaces have.
pub(super) fn controls(ebay: Ebay) -> Router {
    Router::new().route("/_admin/ebay/tokens/expire", post(expire_tokens)).with_state(ebay)
}

async fn token(State(ebay): State<Ebay>, headers: HeaderMap, form: Bytes) -> impl IntoResponse {
    let fault = ebay.shared().count_and_take_fault(Operation::Token, None);
    answer(fault, Arc::new(TokenRequest { ebay, headers, form })).await
}

async fn ship(
    State(ebay): State<Ebay>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let fault = ebay.shared().count_and_take_fault(Operation::Submit, Some(&order_id));
    let submission = ebay.shared().lock().submissions.add(&order_id, &body);
    let request =
        ShipRequest { ebay: ebay.clone(), order_id, headers, body, submission: submission.clone() };
    let outcome = answer(fault, Arc::new(request)).await;
    ebay.shared().lock().submissions.set_answered(&submission, &outcome);
    outcome
}

async fn read(
    State(ebay): State<Ebay>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    read_by(Operation::ReadBack, ebay, order_id, headers).await
}

async fn order(
    State(ebay): State<Ebay>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    read_by(Operation::ReadOrder, ebay, order_id, headers).await
}

/// Answers a read of an order.
async fn read_by(
    operation: Operation,
    ebay: Ebay,
    order_id: String,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = ebay.shared().count_and_take_fault(operation, Some(&order_id));
    answer(fault, Arc::new(ReadRequest { ebay, order_id, headers, operation })).await
}

async fn orders(
    State(ebay): State<Ebay>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = ebay.shared().count_and_take_fault(Operation::Account, None);
    let query = query.unwrap_or_default();
    answer(fault, Arc::new(OrdersRequest { ebay, headers, query })).await
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::new(&NOT_FOUND, "").reply()
}

async fn expire_tokens(State(ebay): State<Ebay>) -> impl IntoResponse {
    ebay.expire_tokens();
    StatusCode::NO_CONTENT
}
