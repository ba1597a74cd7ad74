//! The HTTP face of the fake Groupon: counts and records a request, plays its fault if there is one, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::Groupon;
use super::body::{Form, Version};
use super::read::Wanted;
use super::scenes::{NotifyScene, ReadScene};
use super::wording::Refusal;
use crate::fault::{Fault, Operation};
use crate::play::play;
use crate::reply::Outcome;

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
    notify(NotifyScene::new(groupon, Version::V2, &headers, query, &body)).await
}

async fn notify_v4(
    State(groupon): State<Groupon>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    notify(NotifyScene::new(groupon, Version::V4, &headers, query, &body)).await
}

async fn notify(scene: NotifyScene) -> Outcome {
    let (groupon, receipt) = (scene.groupon.clone(), scene.receipt.clone());
    let fault = groupon.desk().arrived(Operation::Submit, Some(&scene.order_id));
    let outcome = play(fault, Arc::new(scene)).await;
    groupon.desk().open().book.answered(&receipt, &outcome);
    outcome
}

async fn read(State(groupon): State<Groupon>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let fault = fault_of_read(&groupon, &query);
    play(fault, Arc::new(ReadScene { groupon, query })).await
}

/// A reading is about every order of its window.
fn fault_of_read(groupon: &Groupon, query: &Form) -> Option<Fault> {
    let fault = groupon.desk().arrived(Operation::ReadBack, None);
    if fault.is_some() {
        return fault;
    }
    let wanted = Wanted::read(query).ok()?;
    let mut kept = groupon.desk().open();
    let records = kept.own.orders.between(wanted.start_ms, wanted.end_ms);
    let names: Vec<String> = records.iter().map(|record| record.order.id.clone()).collect();
    names.iter().find_map(|name| kept.faults.take(Operation::ReadBack, Some(name)))
}

async fn unknown_path() -> impl IntoResponse {
    Refusal::unknown_path().reply()
}
