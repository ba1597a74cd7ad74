//! The marketplaces' controls over HTTP, for a person with curl or another process. The same as the handles have; the
//! routes are listed in the crate's documentation and at `GET /_admin`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::amazon::Amazon;
use crate::back_market::BackMarket;
use crate::fault::{Fault, Operation, Target, Times};
use crate::options::ImeiOfSeveral;
use crate::shop::Shop;

/// What `GET /_admin` answers: each route with what it is for.
const ROUTES: [(&str, &str); 12] = [
    ("GET    /_admin", "this list"),
    ("GET    /_admin/{channel}/orders", "orders, what is held of them, submissions"),
    ("POST   /_admin/{channel}/orders", "adds an order"),
    ("GET    /_admin/{channel}/orders/{order_id}", "one order"),
    ("GET    /_admin/{channel}/requests", "how many requests have arrived"),
    ("POST   /_admin/{channel}/faults", "sets a fault"),
    ("DELETE /_admin/{channel}/faults", "forgets the faults"),
    ("POST   /_admin/amazon/tokens/expire", "expires all access tokens"),
    ("POST   /_admin/ebay/tokens/expire", "expires all access tokens"),
    ("POST   /_admin/wish/tokens/expire", "expires all access tokens"),
    ("POST   /_admin/back_market/orders/{order_id}/accept", "accepts its lines"),
    (
        "PUT    /_admin/back_market/imei_of_several",
        "what becomes of an IMEI in an update of several pieces: \"refuse\" or \"ignore\"",
    ),
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

/// The controls of every shop, and those only one has.
pub(crate) fn routes(
    shops: &[Arc<dyn Shop>],
    (amazon, back_market): (Amazon, BackMarket),
) -> Router {
    let own =
        Router::new().route("/amazon/tokens/expire", post(expire_tokens)).with_state(amazon).merge(
            Router::new()
                .route("/back_market/orders/{order_id}/accept", post(accept))
                .route("/back_market/imei_of_several", put(put_imei_of_several))
                .with_state(back_market),
        );
    shops.iter().fold(own.route("/", get(list)), |router, shop| {
        let controls = Router::new()
            .route("/orders", get(orders).post(add))
            .route("/orders/{order_id}", get(order))
            .route("/requests", get(requests))
            .route("/faults", post(put_fault).delete(clear_faults))
            .with_state(Arc::clone(shop));
        router.nest(&format!("/{}", shop.name()), controls)
    })
}

async fn list() -> Json<Value> {
    let routes: Vec<Value> = ROUTES
        .iter()
        .map(|(route, purpose)| json!({ "route": route, "purpose": purpose }))
        .collect();
    Json(json!({ "routes": routes }))
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

async fn expire_tokens(State(amazon): State<Amazon>) -> impl IntoResponse {
    amazon.expire_tokens();
    StatusCode::NO_CONTENT
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
