//! The marketplaces' controls over HTTP, for another process or a person with curl. They do what the controls in Rust
//! do. The crate's documentation and `GET /_admin` list the routes.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Fault, Operation, Target, Times};
use crate::shop::Shop;
use crate::standing::Standing;

/// The answer of `GET /_admin`, before the controls that only some marketplaces have: each route and its purpose.
const ROUTES: [(&str, &str); 8] = [
    ("GET    /_admin", "this list"),
    (
        "GET    /_admin/{channel}/orders",
        "shows each order, what the marketplace holds for it, and its submissions",
    ),
    ("POST   /_admin/{channel}/orders", "adds an order"),
    ("GET    /_admin/{channel}/orders/{order_id}", "shows one order"),
    (
        "PUT    /_admin/{channel}/orders/{order_id}/standing",
        "sets what a read says of the order beside its shipments",
    ),
    ("GET    /_admin/{channel}/requests", "counts the requests that have arrived"),
    ("POST   /_admin/{channel}/faults", "sets a fault"),
    ("DELETE /_admin/{channel}/faults", "removes all faults"),
];

/// The body that sets a fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    /// The order whose requests go wrong. Default: every order.
    #[serde(default)]
    order: Option<OrderName>,
    operation: Operation,
    #[serde(default)]
    times: Times,
    fault: Fault,
}

/// An order's id as its channel writes it: a number at Back Market, text elsewhere.
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

/// The controls that every marketplace has, and the list of these and of those that only some have.
pub(crate) fn routes(
    shops: &[Arc<dyn Shop>],
    own: impl Iterator<Item = (&'static str, &'static str)>,
) -> Router {
    let listed: Value = ROUTES
        .into_iter()
        .chain(own)
        .map(|(route, purpose)| json!({ "route": route, "purpose": purpose }))
        .collect();
    let list = || async move { Json(json!({ "routes": listed })) };
    shops.iter().fold(Router::new().route("/", get(list)), |router, shop| {
        let controls = Router::new()
            .route("/orders", get(orders).post(add))
            .route("/orders/{order_id}", get(order))
            .route("/orders/{order_id}/standing", put(set_standing))
            .route("/requests", get(requests))
            .route("/faults", post(put_fault).delete(clear_faults))
            .with_state(Arc::clone(shop));
        router.nest(&format!("/{}", shop.name()), controls)
    })
}

async fn orders(State(shop): State<Arc<dyn Shop>>) -> Json<Value> {
    let mut names = shop.orders();
    names.sort();
    names.dedup();
    let shown: Vec<Value> = names.iter().map(|name| shop.show(name)).collect();
    Json(json!({ "orders": shown }))
}

async fn order(State(shop): State<Arc<dyn Shop>>, Path(order): Path<String>) -> Json<Value> {
    Json(shop.show(&order))
}

async fn add(State(shop): State<Arc<dyn Shop>>, Json(order): Json<Value>) -> impl IntoResponse {
    match shop.add(order) {
        Ok(name) => (StatusCode::CREATED, Json(shop.show(&name))),
        Err(why) => (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))),
    }
}

async fn set_standing(
    State(shop): State<Arc<dyn Shop>>,
    Path(order): Path<String>,
    Json(standing): Json<Standing>,
) -> impl IntoResponse {
    match shop.set_standing(&order, standing) {
        Ok(()) => (StatusCode::OK, Json(shop.show(&order))),
        Err(why) => (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))),
    }
}

async fn requests(State(shop): State<Arc<dyn Shop>>) -> Json<Value> {
    Json(shop.counts())
}

async fn put_fault(
    State(shop): State<Arc<dyn Shop>>,
    Json(body): Json<FaultBody>,
) -> impl IntoResponse {
    shop.put_fault(body.target(), body.operation, body.times, body.fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(shop): State<Arc<dyn Shop>>) -> impl IntoResponse {
    shop.clear_faults();
    StatusCode::NO_CONTENT
}
