//! The fake Amazon's HTTP routes. Each counts and records the request, takes its fault if one waits, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};

use super::Amazon;
use super::notifications::Asked;
use super::requests::{ConfirmRequest, ReadRequest, SearchRequest, TokenRequest};
use super::wording::Refusal;
use crate::fault::Operation;
use crate::reply::Outcome;
use crate::request::answer;

pub(super) fn routes(amazon: Amazon) -> Router {
    Router::new()
        .route("/auth/o2/token", post(token))
        .route("/orders/v0/orders/{order_id}/shipmentConfirmation", post(confirm))
        .route("/orders/2026-01-01/orders", get(search))
        .route("/orders/2026-01-01/orders/{order_id}", get(get_order))
        .route("/notifications/v1/destinations", get(destinations).post(create_destination))
        .route(
            "/notifications/v1/subscriptions/{kind}",
            get(subscription).post(create_subscription),
        )
        .route("/notifications/v1/subscriptions/{kind}/{id}", delete(end_subscription))
        .fallback(unknown_path)
        .with_state(amazon)
}

/// The controls that not every shop has.
pub(super) fn controls(amazon: Amazon) -> Router {
    Router::new().route("/_admin/amazon/tokens/expire", post(expire_tokens)).with_state(amazon)
}

async fn token(State(amazon): State<Amazon>, headers: HeaderMap, form: Bytes) -> impl IntoResponse {
    let (fault, number) = {
        let mut state = amazon.state();
        state.requests.token += 1;
        (state.faults.take(Operation::Token, None), state.requests.total())
    };
    with_request_id(answer(fault, Arc::new(TokenRequest { amazon, headers, form })).await, number)
}

async fn confirm(
    State(amazon): State<Amazon>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let (fault, submission, number) = {
        let mut state = amazon.state();
        state.requests.confirm += 1;
        let submission = state.submissions.add(&order_id, &body);
        let fault = state.faults.take(Operation::Submit, Some(&order_id));
        (fault, submission, state.requests.total())
    };
    let request = ConfirmRequest {
        amazon: amazon.clone(),
        order_id,
        headers,
        body,
        submission: submission.clone(),
    };
    let outcome = answer(fault, Arc::new(request)).await;
    amazon.state().submissions.set_answered(&submission, &outcome);
    with_request_id(outcome, number)
}

async fn get_order(
    State(amazon): State<Amazon>,
    Path(order_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> impl IntoResponse {
    let (fault, number) = {
        let mut state = amazon.state();
        state.requests.get_order += 1;
        (state.faults.take(Operation::ReadBack, Some(&order_id)), state.requests.total())
    };
    let query = query.unwrap_or_default();
    with_request_id(
        answer(fault, Arc::new(ReadRequest { amazon, order_id, headers, query })).await,
        number,
    )
}

async fn search(
    State(amazon): State<Amazon>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> impl IntoResponse {
    let (fault, number) = {
        let mut state = amazon.state();
        state.requests.search += 1;
        (state.faults.take(Operation::Account, None), state.requests.total())
    };
    let query = query.unwrap_or_default();
    with_request_id(answer(fault, Arc::new(SearchRequest { amazon, headers, query })).await, number)
}

fn about_notifications(
    amazon: &Amazon,
    asked: Asked,
    headers: &HeaderMap,
    body: &Bytes,
) -> Outcome {
    let number = {
        let mut state = amazon.state();
        state.requests.notifications += 1;
        state.requests.total()
    };
    with_request_id(Outcome::Reply(amazon.notified(asked, headers, body)), number)
}

async fn destinations(State(amazon): State<Amazon>, headers: HeaderMap) -> impl IntoResponse {
    about_notifications(&amazon, Asked::Destinations, &headers, &Bytes::new())
}

async fn create_destination(
    State(amazon): State<Amazon>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    about_notifications(&amazon, Asked::CreateDestination, &headers, &body)
}

async fn subscription(
    State(amazon): State<Amazon>,
    Path(kind): Path<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    about_notifications(&amazon, Asked::Subscription(kind), &headers, &Bytes::new())
}

async fn create_subscription(
    State(amazon): State<Amazon>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    about_notifications(&amazon, Asked::Subscribe(kind), &headers, &body)
}

async fn end_subscription(
    State(amazon): State<Amazon>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> impl IntoResponse {
    about_notifications(&amazon, Asked::End(kind, id), &headers, &Bytes::new())
}

async fn unknown_path() -> impl IntoResponse {
    // This wording is unverified.
    Refusal::new(404, "NotFound", "The requested resource is not found", "").reply()
}

/// Adds the id of the request, which every answer of Amazon has. Source: ordersV0.json, `x-amzn-RequestId`.
fn with_request_id(outcome: Outcome, number: u64) -> Outcome {
    match outcome {
        Outcome::Reply(reply) => Outcome::Reply(
            reply.header("x-amzn-requestid", format!("00000000-0000-4000-8000-{number:012x}")),
        ),
        Outcome::HangUp => Outcome::HangUp,
    }
}

async fn expire_tokens(State(amazon): State<Amazon>) -> impl IntoResponse {
    amazon.expire_tokens();
    StatusCode::NO_CONTENT
}
