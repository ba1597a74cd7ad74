//! The marketplaces' controls over HTTP, for a person with curl or another process. The same as the handles have; the
//! routes are listed in the crate's documentation and at `GET /_admin`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::amazon::{Amazon, AmazonOrder, is_order_id};
use crate::back_market::{BackMarket, BackMarketOrder};
use crate::fault::{Fault, Operation, Target, Times};

/// What `GET /_admin` answers: each route with what it is for.
const ROUTES: [(&str, &str); 15] = [
    ("GET    /_admin", "this list"),
    ("GET    /_admin/amazon/orders", "orders, packages and submissions"),
    ("POST   /_admin/amazon/orders", "adds an order"),
    ("GET    /_admin/amazon/orders/{order_id}", "one order's packages and submissions"),
    ("GET    /_admin/amazon/requests", "how many requests have arrived"),
    ("POST   /_admin/amazon/faults", "sets a fault"),
    ("DELETE /_admin/amazon/faults", "forgets the faults"),
    ("POST   /_admin/amazon/tokens/expire", "expires all access tokens"),
    ("GET    /_admin/back_market/orders", "orders, shipments and submissions"),
    ("POST   /_admin/back_market/orders", "adds an order"),
    ("GET    /_admin/back_market/orders/{order_id}", "one order's shipment and submissions"),
    ("POST   /_admin/back_market/orders/{order_id}/accept", "accepts its lines"),
    ("GET    /_admin/back_market/requests", "how many requests have arrived"),
    ("POST   /_admin/back_market/faults", "sets a fault"),
    ("DELETE /_admin/back_market/faults", "forgets the faults"),
];

/// The body that sets a fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    /// Absent: any order.
    #[serde(default)]
    order: Option<OrderName>,
    operation: Operation,
    #[serde(default)]
    times: Times,
    fault: Fault,
}

/// An order as a channel names it: text at Amazon, a number at Back Market.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OrderName {
    Text(String),
    Number(u64),
}

impl FaultBody {
    fn target(&self) -> Target {
        match &self.order {
            None => Target::Any,
            Some(OrderName::Text(text)) => Target::Order(text.clone()),
            Some(OrderName::Number(number)) => Target::from(*number),
        }
    }
}

pub(crate) fn routes(amazon: Amazon, back_market: BackMarket) -> Router {
    let amazon = Router::new()
        .route("/orders", get(amazon_orders).post(add_amazon_order))
        .route("/orders/{order_id}", get(amazon_order))
        .route("/requests", get(amazon_requests))
        .route("/faults", post(fault_amazon).delete(clear_amazon))
        .route("/tokens/expire", post(expire_tokens))
        .with_state(amazon);
    let back_market = Router::new()
        .route("/orders", get(back_market_orders).post(add_back_market_order))
        .route("/orders/{order_id}", get(back_market_order))
        .route("/orders/{order_id}/accept", post(accept))
        .route("/requests", get(back_market_requests))
        .route("/faults", post(fault_back_market).delete(clear_back_market))
        .with_state(back_market);
    Router::new().route("/", get(list)).nest("/amazon", amazon).nest("/back_market", back_market)
}

async fn list() -> Json<Value> {
    let routes: Vec<Value> = ROUTES
        .iter()
        .map(|(route, purpose)| json!({ "route": route, "purpose": purpose }))
        .collect();
    Json(json!({ "routes": routes }))
}

async fn amazon_orders(State(amazon): State<Amazon>) -> Json<Value> {
    let mut ids: Vec<String> = amazon.orders().into_iter().map(|order| order.id).collect();
    ids.extend(amazon.submitted_orders());
    ids.sort();
    ids.dedup();
    let shown: Vec<Value> = ids.iter().map(|id| show_amazon(&amazon, id)).collect();
    Json(json!({ "orders": shown }))
}

async fn amazon_order(State(amazon): State<Amazon>, Path(order_id): Path<String>) -> Json<Value> {
    Json(show_amazon(&amazon, &order_id))
}

/// `order` is null for an order that was only mentioned.
fn show_amazon(amazon: &Amazon, order_id: &str) -> Value {
    let order = amazon.orders().into_iter().find(|order| order.id == order_id);
    json!({
        "id": order_id,
        "order": order,
        "packages": amazon.packages(order_id),
        "submissions": amazon.submissions(order_id),
    })
}

async fn add_amazon_order(
    State(amazon): State<Amazon>,
    Json(order): Json<AmazonOrder>,
) -> impl IntoResponse {
    if !is_order_id(&order.id) {
        let why = format!("id {} must be in 3-7-7 format", order.id);
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": why })));
    }
    let id = order.id.clone();
    amazon.add_order(order);
    (StatusCode::CREATED, Json(show_amazon(&amazon, &id)))
}

async fn amazon_requests(State(amazon): State<Amazon>) -> impl IntoResponse {
    Json(amazon.requests())
}

async fn fault_amazon(
    State(amazon): State<Amazon>,
    Json(body): Json<FaultBody>,
) -> impl IntoResponse {
    amazon.put_fault(body.target(), body.operation, body.times, body.fault);
    StatusCode::NO_CONTENT
}

async fn clear_amazon(State(amazon): State<Amazon>) -> impl IntoResponse {
    amazon.clear_faults();
    StatusCode::NO_CONTENT
}

async fn expire_tokens(State(amazon): State<Amazon>) -> impl IntoResponse {
    amazon.expire_tokens();
    StatusCode::NO_CONTENT
}

async fn back_market_orders(State(back_market): State<BackMarket>) -> Json<Value> {
    let mut ids: Vec<String> =
        back_market.orders().into_iter().map(|held| held.id.to_string()).collect();
    ids.extend(back_market.submitted_orders());
    ids.sort();
    ids.dedup();
    let shown: Vec<Value> = ids.iter().map(|id| show_back_market(&back_market, id)).collect();
    Json(json!({ "orders": shown }))
}

async fn back_market_order(
    State(back_market): State<BackMarket>,
    Path(order_id): Path<String>,
) -> Json<Value> {
    Json(show_back_market(&back_market, &order_id))
}

/// `held` is null for an order that was only mentioned.
fn show_back_market(back_market: &BackMarket, order_id: &str) -> Value {
    let held = order_id.parse().ok().and_then(|order_id| back_market.held(order_id));
    let imei_requests: Vec<Value> = held
        .iter()
        .flat_map(|held| &held.orderlines)
        .map(|line| json!({ "orderline": line.id, "requests": back_market.imei_requests(line.id) }))
        .collect();
    json!({
        "id": order_id,
        "held": held,
        "submissions": back_market.submissions_of(order_id),
        "imei_requests": imei_requests,
    })
}

async fn add_back_market_order(
    State(back_market): State<BackMarket>,
    Json(order): Json<BackMarketOrder>,
) -> impl IntoResponse {
    let id = order.id.to_string();
    back_market.add_order(order);
    (StatusCode::CREATED, Json(show_back_market(&back_market, &id)))
}

async fn accept(
    State(back_market): State<BackMarket>,
    Path(order_id): Path<u64>,
) -> impl IntoResponse {
    back_market.accept(order_id);
    StatusCode::NO_CONTENT
}

async fn back_market_requests(State(back_market): State<BackMarket>) -> impl IntoResponse {
    Json(back_market.requests())
}

async fn fault_back_market(
    State(back_market): State<BackMarket>,
    Json(body): Json<FaultBody>,
) -> impl IntoResponse {
    back_market.put_fault(body.target(), body.operation, body.times, body.fault);
    StatusCode::NO_CONTENT
}

async fn clear_back_market(State(back_market): State<BackMarket>) -> impl IntoResponse {
    back_market.clear_faults();
    StatusCode::NO_CONTENT
}
