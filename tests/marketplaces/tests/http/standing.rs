//! Where an order stands beside its shipments: what a read shows of that, what cannot be shipped any more, and a confirmation that
//! is taken and not kept.

use axum::http::Method;
use marketplaces::{
    BackMarketOrder, Fault, Marketplaces, Operation, Standing, WishOrder, WishState,
};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

use crate::caller::{ORDER, amazon_order, confirmation, shipment, start};
use crate::ebay;

const SHIP_BY: &str = "2126-11-25T07:59:59Z";
const BACK_MARKET_ORDER: u64 = 4_711;
const WISH_ORDER: &str = "5f0000000000000000000001";
const EVERYTHING: &str = "?includedData=PACKAGES,FULFILLMENT,CANCELLATION";

fn stand(marketplaces: &Marketplaces, channel: &str, order: &str, standing: Standing) {
    let shop = marketplaces.shop(channel).expect("every channel has a fake");
    shop.set_standing(order, standing).expect("it can stand so");
}

#[tokio::test]
async fn amazon_shows_it_to_a_caller_who_asks_for_it() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let standing = Standing { is_wished: true, ..Standing::due(SHIP_BY) };
    stand(&marketplaces, "amazon", ORDER, standing);
    let token = caller.login().await;
    let full = caller.get_order(&token, EVERYTHING).await.json();
    assert_eq!(full["order"]["fulfillment"]["shipByWindow"]["latestDateTime"], SHIP_BY);
    let cancellation = &full["order"]["orderItems"][0]["cancellation"];
    assert_eq!(cancellation["cancellationRequest"]["requester"], "BUYER");
    let packages = caller.get_order(&token, "?includedData=PACKAGES").await.json();
    assert!(packages["order"].get("fulfillment").is_none());
    assert!(packages["order"]["orderItems"][0].get("cancellation").is_none());
}

#[tokio::test]
async fn a_cancelled_order_of_amazons_is_refused() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    stand(&marketplaces, "amazon", ORDER, Standing::cancelled());
    let token = caller.login().await;
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 400);
    let read = caller.get_order(&token, EVERYTHING).await.json();
    assert_eq!(read["order"]["fulfillment"]["fulfillmentStatus"], "CANCELLED");
    assert_eq!(read["order"]["packages"], json!([]));
}

#[tokio::test]
async fn what_amazon_takes_may_show_late_or_never() {
    let (marketplaces, caller) = start().await;
    let amazon = marketplaces.amazon();
    amazon.add_order(amazon_order());
    let token = caller.login().await;
    let confirm_with = |fault| {
        amazon.fault(ORDER, Operation::Submit, fault);
        async { caller.confirm(&token, &confirmation()).await.unwrap() }
    };
    let answered = confirm_with(Fault::taken_and_lost()).await;
    assert_eq!((answered.status, answered.text.as_str()), (204, ""));
    assert_eq!(amazon.packages(ORDER), []);
    let answered = confirm_with(Fault::taken_and_late(50)).await;
    assert_eq!((answered.status, amazon.packages(ORDER).len()), (204, 0));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(amazon.packages(ORDER).len(), 1);
    assert_eq!(amazon.submissions(ORDER).len(), 2);
}

/// eBay's order, as a caller with a token reads it.
async fn ebay_order(caller: &crate::caller::Caller) -> Value {
    let token = ebay::login(caller).await;
    let path = ebay::path(ebay::ORDER);
    let path = path.strip_suffix("/shipping_fulfillment").expect("the order is above it");
    let read = caller.send(Method::GET, path, &ebay::headers(&token), "").await;
    read.expect("an answer").json()
}

#[tokio::test]
async fn ebay_shows_it_in_the_order_itself() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(ebay::order());
    let before = ebay_order(&caller).await;
    assert_eq!(before["cancelStatus"]["cancelState"], "NONE_REQUESTED");
    assert_eq!(before["lineItems"][0].get("lineItemFulfillmentInstructions"), None);
    let standing = Standing { is_wished: true, ..Standing::due(SHIP_BY) };
    stand(&marketplaces, "ebay", ebay::ORDER, standing);
    let order = ebay_order(&caller).await;
    for line in order["lineItems"].as_array().unwrap() {
        assert_eq!(line["lineItemFulfillmentInstructions"]["shipByDate"], SHIP_BY);
    }
    assert_eq!(order["cancelStatus"]["cancelRequests"][0]["cancelRequestState"], "REQUESTED");
    assert_eq!(order["orderFulfillmentStatus"], "NOT_STARTED");
}

#[tokio::test]
async fn a_cancelled_order_of_ebays_is_refused() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(ebay::order());
    stand(&marketplaces, "ebay", ebay::ORDER, Standing::cancelled());
    let token = ebay::login(&caller).await;
    assert_eq!(ebay::ship(&caller, &token, &ebay::shipment()).await.status, 400);
    assert_eq!(ebay_order(&caller).await["cancelStatus"]["cancelState"], "CANCELED");
    assert_eq!(marketplaces.ebay().fulfillments(ebay::ORDER), []);
}

#[tokio::test]
async fn back_market_shows_a_ship_by_until_the_order_has_shipped() {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(BACK_MARKET_ORDER, &[(1, 1)]));
    let order = BACK_MARKET_ORDER.to_string();
    stand(&marketplaces, "back_market", &order, Standing::due(SHIP_BY));
    let dispatch = |read: Value| read["expected_dispatch_date"].clone();
    assert_eq!(dispatch(caller.read(BACK_MARKET_ORDER).await.json()), SHIP_BY);
    let shipped = caller.update(BACK_MARKET_ORDER, &shipment(BACK_MARKET_ORDER)).await.unwrap();
    assert_eq!((shipped.status, dispatch(shipped.json())), (200, Value::Null));
}

#[tokio::test]
async fn a_cancelled_order_of_back_markets_is_refused() {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(BACK_MARKET_ORDER, &[(1, 1)]));
    let order = BACK_MARKET_ORDER.to_string();
    stand(&marketplaces, "back_market", &order, Standing::cancelled());
    let shipped = caller.update(BACK_MARKET_ORDER, &shipment(BACK_MARKET_ORDER)).await.unwrap();
    assert_eq!(shipped.status, 400);
    assert_eq!(caller.read(BACK_MARKET_ORDER).await.json()["orderlines"][0]["state"], 5);
}

#[tokio::test]
async fn wish_refunds_an_order_that_is_cancelled() {
    let (marketplaces, _caller) = start().await;
    let wish = marketplaces.wish();
    wish.add_order(WishOrder::new(WISH_ORDER, &[("6f01", 1)]));
    stand(&marketplaces, "wish", WISH_ORDER, Standing::due(SHIP_BY));
    let order = wish.order(WISH_ORDER).unwrap();
    assert_eq!((order.state, order.ship_by.as_deref()), (WishState::Approved, Some(SHIP_BY)));
    stand(&marketplaces, "wish", WISH_ORDER, Standing::cancelled());
    assert_eq!(wish.order(WISH_ORDER).unwrap().state, WishState::Refunded);
}

#[rstest]
#[case::no_such_order("amazon", ORDER, Standing::default(), "is not known")]
#[case::wish_has_no_wish("wish", WISH_ORDER, Standing::wished(), "tells no wish")]
#[case::nor_has_back_market("back_market", "4711", Standing::wished(), "tells no wish")]
#[case::groupon_shows_nothing("groupon", "1", Standing::default(), "tells neither")]
#[case::nor_does_until_gone("until_gone", "1", Standing::default(), "tells neither")]
#[tokio::test]
async fn what_a_marketplace_cannot_show_is_refused(
    #[case] channel: &str,
    #[case] order: &str,
    #[case] standing: Standing,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    let body = serde_json::to_string(&standing).unwrap();
    let why = marketplaces.shop(channel).unwrap().set_standing(order, standing).unwrap_err();
    assert!(why.contains(words), "{why}");
    let headers = vec![("content-type", "application/json".to_owned())];
    let path = format!("/_admin/{channel}/orders/{order}/standing");
    let answered = caller.send(Method::PUT, &path, &headers, body).await.unwrap();
    assert_eq!(answered.status, 400);
}

#[tokio::test]
async fn it_is_set_over_http_too() {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let headers = vec![("content-type", "application/json".to_owned())];
    let path = format!("/_admin/amazon/orders/{ORDER}/standing");
    let body = json!({ "ship_by": SHIP_BY }).to_string();
    let shown = caller.send(Method::PUT, &path, &headers, body).await.unwrap();
    assert_eq!(shown.json()["order"]["standing"], json!({ "ship_by": SHIP_BY }));
    let odd = caller.send(Method::PUT, &path, &headers, r#"{"shipBy":1}"#).await.unwrap();
    assert_eq!(odd.status, 422);
}
