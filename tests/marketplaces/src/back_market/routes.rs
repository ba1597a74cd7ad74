//! The fake Back Market's HTTP routes. Each counts and records the request, takes its fault if one waits, and answers.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};

use super::requests::{ImeiRequest, OrdersRequest, ReadRequest, UpdateRequest};
use super::wording::Refusal;
use super::{BackMarket, ImeiOfSeveral};
use crate::fault::Operation;
use crate::request::answer;

pub(super) fn routes(back_market: BackMarket) -> Router {
    Router::new()
        .route("/ws/orders", get(orders))
        .route("/ws/orders/{order_id}", get(read).post(update))
        .route("/ws/orderlines/{orderline_id}", patch(register))
        .fallback(unknown_path)
        .with_state(back_market)
}

/// The controls that not every shop has.
pub(super) fn controls(back_market: BackMarket) -> Router {
    Router::new()
        .route("/_admin/back_market/orders/{order_id}/accept", post(accept))
        .route("/_admin/back_market/imei_of_several", put(put_imei_of_several))
        .with_state(back_market)
}

async fn update(
    State(back_market): State<BackMarket>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let (fault, submission) = {
        let mut state = back_market.state();
        state.requests.update += 1;
        let submission = state.submissions.add(&order_id, &body);
        (state.faults.take(Operation::Submit, Some(&order_id)), submission)
    };
    let request = UpdateRequest {
        back_market: back_market.clone(),
        order_id,
        headers,
        body,
        submission: submission.clone(),
    };
    let outcome = answer(fault, Arc::new(request)).await;
    back_market.state().submissions.set_answered(&submission, &outcome);
    outcome
}

async fn register(
    State(back_market): State<BackMarket>,
    Path(orderline_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let (fault, submission) = {
        let mut state = back_market.state();
        state.requests.imei += 1;
        let submission = state.imei_submissions.add(&orderline_id, &body);
        let order_id = orderline_id.parse().ok().and_then(|line| state.orders.order_of(line));
        let order_id = order_id.map(|order_id| order_id.to_string());
        (state.faults.take(Operation::Imei, order_id.as_deref()), submission)
    };
    let request = ImeiRequest {
        back_market: back_market.clone(),
        orderline_id,
        headers,
        body,
        submission: submission.clone(),
    };
    let outcome = answer(fault, Arc::new(request)).await;
    back_market.state().imei_submissions.set_answered(&submission, &outcome);
    outcome
}

async fn read(
    State(back_market): State<BackMarket>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let fault = {
        let mut state = back_market.state();
        state.requests.get_order += 1;
        state.faults.take(Operation::ReadBack, Some(&order_id))
    };
    answer(fault, Arc::new(ReadRequest { back_market, order_id, headers })).await
}

async fn orders(State(back_market): State<BackMarket>, headers: HeaderMap) -> impl IntoResponse {
    let fault = {
        let mut state = back_market.state();
        state.requests.orders += 1;
        state.faults.take(Operation::Account, None)
    };
    answer(fault, Arc::new(OrdersRequest { back_market, headers })).await
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::new(404, "not_found", "no such path").reply()
}

async fn accept(
    State(back_market): State<BackMarket>,
    Path(order_id): Path<u64>,
) -> impl IntoResponse {
    back_market.accept(order_id);
    StatusCode::NO_CONTENT
}

async fn put_imei_of_several(
    State(back_market): State<BackMarket>,
    Json(reading): Json<ImeiOfSeveral>,
) -> impl IntoResponse {
    back_market.set_imei_of_several(reading);
    StatusCode::NO_CONTENT
}
