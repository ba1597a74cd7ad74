//! The fake Groupon's HTTP routes. Each counts and records the request, takes its fault if one waits, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::Groupon;
use super::body::{Form, Version};
use super::get_orders::PageRequest;
use super::requests::{NotifyRequest, ReadRequest};
use super::wording::Refusal;
use crate::fault::{Fault, Operation};
use crate::reply::Outcome;
use crate::request::answer;

pub(super) fn routes(groupon: Groupon) -> Router {
    Router::new()
        .route("/api/v2/tracking_notification", post(notify_v2))
        .route("/api/v4/lineitem_tracking_notification", post(notify_v4))
        .route("/api/v2/get_orders", get(read))
        .route("/api/v4/get_orders", get(read))
        .fallback(unknown_path)
        .with_state(groupon)
}

async fn notify_v2(
    State(groupon): State<Groupon>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    notify(NotifyRequest::new(groupon, Version::V2, &headers, query, &body)).await
}

async fn notify_v4(
    State(groupon): State<Groupon>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    notify(NotifyRequest::new(groupon, Version::V4, &headers, query, &body)).await
}

async fn notify(request: NotifyRequest) -> Outcome {
    let (groupon, submission) = (request.groupon.clone(), request.submission.clone());
    let fault = groupon.shared().count_and_take_fault(Operation::Submit, Some(&request.order_id));
    let outcome = answer(fault, Arc::new(request)).await;
    groupon.shared().lock().submissions.set_answered(&submission, &outcome);
    outcome
}

async fn read(State(groupon): State<Groupon>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let fault = fault_of_read(&groupon, &query);
    answer(fault, Arc::new(ReadRequest { groupon, query })).await
}

/// Counts a read, and takes the fault that waits for it. A read matches every order of its window.
fn fault_of_read(groupon: &Groupon, query: &Form) -> Option<Fault> {
    let fault = groupon.shared().count_and_take_fault(Operation::ReadBack, None);
    if fault.is_some() {
        return fault;
    }
    let request = PageRequest::read(query).ok()?;
    let mut state = groupon.shared().lock();
    let records = state.channel.orders.between(request.start_ms, request.end_ms);
    let names: Vec<String> = records.iter().map(|record| record.order.id.clone()).collect();
    names.iter().find_map(|name| state.faults.take(Operation::ReadBack, Some(name)))
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::unknown_path().reply()
}
