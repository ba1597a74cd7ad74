//! The controls over HTTP, at Amazon and Back Market.

use axum::http::Method;
use serde_json::{Value, json};

use crate::caller::{
    Caller, HttpAnswer, IMEI, ITEM, MARKETPLACE, ORDER, confirmation, shipment, start, with,
};
use marketplaces::BackMarketOrder;

const ID: u64 = 4_711;

async fn admin(caller: &Caller, method: Method, path: &str, body: &Value) -> HttpAnswer {
    let headers = vec![("content-type", "application/json".to_owned())];
    let path = format!("/_admin{path}");
    caller.send(method, &path, &headers, body.to_string()).await.expect("an answer")
}

#[tokio::test]
async fn the_controls_add_disturb_and_show_an_amazon_order() {
    let (_marketplaces, caller) = start().await;
    let order = json!({
        "id": ORDER,
        "marketplace_id": MARKETPLACE,
        "items": [{ "order_item_id": ITEM, "quantity": 1 }],
    });
    assert_eq!(admin(&caller, Method::POST, "/amazon/orders", &order).await.status, 201);
    let fault = json!({
        "order": ORDER,
        "operation": "submit",
        "fault": { "kind": "applied", "answer": "hang_up" },
    });
    assert_eq!(admin(&caller, Method::POST, "/amazon/faults", &fault).await.status, 204);
    let token = caller.login().await;
    assert!(caller.confirm(&token, &confirmation()).await.is_err());
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);

    let path = format!("/amazon/orders/{ORDER}");
    let shown = admin(&caller, Method::GET, &path, &Value::Null).await.json();
    assert_eq!(shown["packages"][0]["tracking_number"], "112345678");
    assert_eq!(shown["packages"][0]["edits"], 1);
    assert_eq!(shown["submissions"][0]["answered"], "hung_up");
    assert_eq!(shown["submissions"][1]["answered"], json!({ "status": 204 }));
    let all = admin(&caller, Method::GET, "/amazon/orders", &Value::Null).await.json();
    assert_eq!(all["orders"], json!([shown]));
    let requests = admin(&caller, Method::GET, "/amazon/requests", &Value::Null).await.json();
    assert_eq!(
        requests,
        json!({ "token": 1, "confirm": 2, "get_order": 0, "search": 0,
        "notifications": 0 })
    );

    admin(&caller, Method::POST, "/amazon/tokens/expire", &Value::Null).await;
    assert_eq!(caller.get_order(&token, "").await.status, 403);
}

#[tokio::test]
async fn the_controls_add_accept_disturb_and_show_a_back_market_order() {
    let (_marketplaces, caller) = start().await;
    let order = json!({
        "id": ID,
        "orderlines": [{ "id": 1, "quantity": 1, "state": 1, "sku": "PHONE" }],
    });
    assert_eq!(admin(&caller, Method::POST, "/back_market/orders", &order).await.status, 201);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 400);
    let path = format!("/back_market/orders/{ID}/accept");
    assert_eq!(admin(&caller, Method::POST, &path, &Value::Null).await.status, 204);
    let fault = json!({
        "order": ID,
        "operation": "submit",
        "times": "forever",
        "fault": { "kind": "not_applied", "answer": { "too_many_requests": { "retry_after_s": 3 } } },
    });
    assert_eq!(admin(&caller, Method::POST, "/back_market/faults", &fault).await.status, 204);
    let refused = caller.update(ID, &shipment(ID)).await.unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("3")));
    admin(&caller, Method::DELETE, "/back_market/faults", &Value::Null).await;
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 200);

    let path = format!("/back_market/orders/{ID}");
    let shown = admin(&caller, Method::GET, &path, &Value::Null).await.json();
    assert_eq!(shown["held"]["shipment"]["tracking_number"], "1Z999AA10123456784");
    assert_eq!(shown["submissions"].as_array().unwrap().len(), 3);
    let requests = admin(&caller, Method::GET, "/back_market/requests", &Value::Null).await.json();
    assert_eq!(requests["update"], 3);
}

#[tokio::test]
async fn the_controls_set_what_happens_to_an_imei_of_several_pieces() {
    let (marketplaces, caller) = start().await;
    let body = with(shipment(ID), "/imei", json!(IMEI));
    let put = async |reading: Value| {
        admin(&caller, Method::PUT, "/back_market/imei_of_several", &reading).await.status
    };
    for (reading, status) in [("ignore", 200), ("refuse", 400)] {
        marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1), (2, 1)]));
        assert_eq!(put(json!(reading)).await, 204, "{reading}");
        assert_eq!(caller.update(ID, &body).await.unwrap().status, status, "{reading}");
    }
    assert_eq!(put(json!("forget")).await, 422);
}

#[tokio::test]
async fn the_controls_refuse_an_impossible_order_and_an_unknown_fault() {
    let (_marketplaces, caller) = start().await;
    let order = json!({ "id": "1-2-3", "marketplace_id": MARKETPLACE, "items": [] });
    assert_eq!(admin(&caller, Method::POST, "/amazon/orders", &order).await.status, 400);
    let fault = json!({ "operation": "submit", "fault": { "kind": "explode" } });
    assert_eq!(admin(&caller, Method::POST, "/amazon/faults", &fault).await.status, 422);
    let line = json!({ "id": 1, "quantity": 1, "state": 9, "sku": "PHONE" });
    let order = json!({ "id": ID, "orderlines": [line] });
    assert_eq!(admin(&caller, Method::POST, "/back_market/orders", &order).await.status, 400);
}

#[tokio::test]
async fn the_controls_list_their_routes() {
    let (_marketplaces, caller) = start().await;
    let list = admin(&caller, Method::GET, "", &Value::Null).await;
    assert_eq!(list.status, 200);
    assert!(list.text.contains("/_admin/{channel}/faults"));
}
