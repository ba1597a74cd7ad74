//! The HTTP face of the fake Back Market: counts and records a request, plays its fault if there is one, and answers.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};

use super::scenes::{ImeiScene, ReadScene, UpdateScene};
use super::wording::Refusal;
use super::{BackMarket, ImeiOfSeveral};
use crate::fault::Operation;
use crate::play::play;

pub(super) fn routes(back_market: BackMarket) -> Router {
    Router::new()
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
    let (fault, receipt) = {
        let mut state = back_market.state();
        state.requests.update += 1;
        let receipt = state.book.arrived(&order_id, &body);
        (state.faults.take(Operation::Submit, Some(&order_id)), receipt)
    };
    let scene = UpdateScene {
        back_market: back_market.clone(),
        order_id,
        headers,
        body,
        receipt: receipt.clone(),
    };
    let outcome = play(fault, Arc::new(scene)).await;
    back_market.state().book.answered(&receipt, &outcome);
    outcome
}

async fn register(
    State(back_market): State<BackMarket>,
    Path(orderline_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let (fault, receipt) = {
        let mut state = back_market.state();
        state.requests.imei += 1;
        let receipt = state.imei_book.arrived(&orderline_id, &body);
        let order_id = orderline_id.parse().ok().and_then(|line| state.orders.order_of(line));
        let order_id = order_id.map(|order_id| order_id.to_string());
        (state.faults.take(Operation::Imei, order_id.as_deref()), receipt)
    };
    let scene = ImeiScene {
        back_market: back_market.clone(),
        orderline_id,
        headers,
        body,
        receipt: receipt.clone(),
    };
    let outcome = play(fault, Arc::new(scene)).await;
    back_market.state().imei_book.answered(&receipt, &outcome);
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
    play(fault, Arc::new(ReadScene { back_market, order_id, headers })).await
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
