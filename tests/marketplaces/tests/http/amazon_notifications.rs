//! Amazon: who may subscribe to notifications, to what, and how often.

use axum::http::Method;
use marketplaces::{AmazonAccount, AmazonSubscribed, Options, Rate};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{
    Caller, HttpAnswer, amazon_headers, form, form_headers, replaced, start, start_with, with,
    without,
};

const DESTINATIONS: &str = "/amazon/notifications/v1/destinations";
const SUBSCRIPTIONS: &str = "/amazon/notifications/v1/subscriptions/ORDER_CHANGE";
const ARN: &str = "arn:aws:sqs:us-east-1:123456789012:changes";

impl Caller {
    async fn application_login(&self, scope: &str) -> HttpAnswer {
        let account = AmazonAccount::named(marketplaces::DEMO_ACCOUNT);
        let form = form(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_id", &account.client_id),
            ("client_secret", &account.client_secret),
        ]);
        let path = "/amazon/auth/o2/token";
        self.send(Method::POST, path, &form_headers(), form).await.expect("an answer")
    }

    async fn grantless(&self) -> String {
        let answered = self.application_login("sellingpartnerapi::notifications").await;
        answered.json()["access_token"].as_str().expect("a token").to_owned()
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> HttpAnswer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &amazon_headers(token), body).await.expect("an answer")
    }

    /// Makes a destination, and returns its id.
    async fn destination(&self, token: &str) -> String {
        let made = self.ask(Method::POST, DESTINATIONS, token, &destination()).await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json()["payload"]["destinationId"].as_str().expect("an id").to_owned()
    }
}

fn destination() -> Value {
    json!({ "name": "changes", "resourceSpecification": { "sqs": { "arn": ARN } } })
}

fn subscription(destination: &str) -> Value {
    let filter = json!({ "eventFilterType": "ORDER_CHANGE",
        "orderChangeTypes": ["BuyerRequestedChange", "OrderStatusChange"] });
    json!({ "payloadVersion": "1.0", "destinationId": destination,
        "processingDirective": { "eventFilter": filter } })
}

#[tokio::test]
async fn an_account_subscribes_once_and_ends_it() {
    let (marketplaces, caller) = start().await;
    let (application, account) = (caller.grantless().await, caller.login().await);
    let id = caller.destination(&application).await;
    let listed = caller.ask(Method::GET, DESTINATIONS, &application, &Value::Null).await;
    assert_eq!(listed.json()["payload"][0]["resource"]["sqs"]["arn"], ARN);
    let again = caller.ask(Method::POST, DESTINATIONS, &application, &destination()).await;
    assert_eq!(
        (again.status, again.json()["errors"][0]["code"].clone()),
        (409, json!("StateConflict"))
    );

    let none = caller.ask(Method::GET, SUBSCRIPTIONS, &account, &Value::Null).await;
    assert_eq!(none.status, 404);
    let body = subscription(&id);
    let made = caller.ask(Method::POST, SUBSCRIPTIONS, &account, &body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let shown = caller.ask(Method::GET, SUBSCRIPTIONS, &account, &Value::Null).await;
    assert_eq!(shown.json(), made.json());
    let subscribed =
        AmazonSubscribed { account: "demo".to_owned(), queue: ARN.to_owned(), body: body.clone() };
    assert_eq!(marketplaces.amazon().subscriptions(), [subscribed]);
    let second = caller.ask(Method::POST, SUBSCRIPTIONS, &account, &body).await;
    assert_eq!(
        (second.status, second.json()["errors"][0]["code"].clone()),
        (409, json!("StateConflict"))
    );

    let id = made.json()["payload"]["subscriptionId"].as_str().unwrap().to_owned();
    let path = format!("{SUBSCRIPTIONS}/{id}");
    let ended = caller.ask(Method::DELETE, &path, &application, &Value::Null).await;
    assert_eq!((ended.status, ended.json()), (200, json!({})));
    let gone = caller.ask(Method::DELETE, &path, &application, &Value::Null).await;
    assert_eq!(gone.status, 404);
    assert_eq!(marketplaces.amazon().subscriptions(), []);
    assert_eq!(marketplaces.amazon().requests().notifications, 9);
}

#[rstest]
#[case::another_payload("/payloadVersion", json!("2.0"))]
#[case::no_payload_version("/payloadVersion", Value::Null)]
#[case::a_number_as_version("/payloadVersion", json!(1.0))]
#[case::no_destination("/destinationId", Value::Null)]
#[case::no_filter("/processingDirective", Value::Null)]
#[case::an_empty_directive("/processingDirective", json!({}))]
#[case::a_filter_of_another_type("/processingDirective/eventFilter/eventFilterType", json!("ANY_OFFER_CHANGED"))]
#[case::a_change_nobody_knows("/processingDirective/eventFilter/orderChangeTypes", json!(["Tip"]))]
#[case::no_changes("/processingDirective/eventFilter/orderChangeTypes", json!([]))]
#[case::marketplaces("/processingDirective/eventFilter/marketplaceIds", json!(["ATVPDKIKX0DER"]))]
#[case::another_field("/queue", json!("x"))]
#[tokio::test]
async fn a_wrong_subscription_is_refused(#[case] place: &str, #[case] value: Value) {
    let (marketplaces, caller) = start().await;
    let id = caller.destination(&caller.grantless().await).await;
    let body = with(subscription(&id), place, value);
    let refused = caller.ask(Method::POST, SUBSCRIPTIONS, &caller.login().await, &body).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["code"], "InvalidInput");
    assert_eq!(marketplaces.amazon().subscriptions(), []);
}

#[tokio::test]
async fn an_unknown_type_or_destination_is_refused() {
    let (_marketplaces, caller) = start().await;
    let token = caller.login().await;
    let removed = "/amazon/notifications/v1/subscriptions/ORDER_STATUS_CHANGE";
    for method in [Method::GET, Method::POST] {
        let refused = caller.ask(method, removed, &token, &subscription("d")).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    let refused = caller.ask(Method::POST, SUBSCRIPTIONS, &token, &subscription("d")).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
}

#[rstest]
#[case::no_name(with(destination(), "/name", Value::Null))]
#[case::no_resource(with(destination(), "/resourceSpecification", json!({})))]
#[case::two_resources(with(destination(), "/resourceSpecification/eventBridge", json!({ "accountId": "1", "region": "r" })))]
#[case::a_queues_address(with(destination(), "/resourceSpecification/sqs/arn", json!("https://sqs.us-east-1.amazonaws.com/1/q")))]
#[tokio::test]
async fn a_wrong_destination_is_refused(#[case] body: Value) {
    let (_marketplaces, caller) = start().await;
    let token = caller.grantless().await;
    let refused = caller.ask(Method::POST, DESTINATIONS, &token, &body).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
}

/// What is grantless is refused to an account's token, and the other way round.
#[tokio::test]
async fn each_operation_takes_one_kind_of_token() {
    let (_marketplaces, caller) = start().await;
    let (application, account) = (caller.grantless().await, caller.login().await);
    for (method, path, wrong) in [
        (Method::GET, DESTINATIONS, &account),
        (Method::POST, DESTINATIONS, &account),
        (Method::GET, SUBSCRIPTIONS, &application),
        (Method::POST, SUBSCRIPTIONS, &application),
    ] {
        let refused = caller.ask(method.clone(), path, wrong, &destination()).await;
        assert_eq!(refused.status, 403, "{method} {path}");
    }
    let ended = format!("{SUBSCRIPTIONS}/s");
    assert_eq!(caller.ask(Method::DELETE, &ended, &account, &Value::Null).await.status, 403);
    assert_eq!(caller.ask(Method::GET, DESTINATIONS, "x", &Value::Null).await.status, 401);
    assert_eq!(caller.ask(Method::GET, DESTINATIONS, "Atc|x", &Value::Null).await.status, 403);
    let other = caller.application_login("sellingpartnerapi::migration").await;
    assert_eq!(other.json()["error"], "invalid_scope");
}

#[tokio::test]
async fn bad_requests_are_refused_before_they_are_read() {
    let (_marketplaces, caller) = start().await;
    let token = caller.grantless().await;
    let headers = replaced(amazon_headers(&token), "content-type", "text/plain");
    let body = destination().to_string();
    let refused = caller.send(Method::POST, DESTINATIONS, &headers, body.clone()).await.unwrap();
    assert_eq!(refused.status, 415);
    let headers = without(amazon_headers(&token), "user-agent");
    let refused = caller.send(Method::POST, DESTINATIONS, &headers, body).await.unwrap();
    assert_eq!(refused.status, 400);
    let refused =
        caller.send(Method::POST, DESTINATIONS, &amazon_headers(&token), "{").await.unwrap();
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn each_operation_has_its_own_limit() {
    let mut options = Options::demo();
    options.amazon.notifications_rate = Rate { per_1000_s: 1, burst: 1 };
    let (_marketplaces, caller) = start_with(options).await;
    let token = caller.grantless().await;
    let ask = async |method, body| caller.ask(method, DESTINATIONS, &token, &body).await.status;
    assert_eq!(ask(Method::GET, Value::Null).await, 200);
    assert_eq!(ask(Method::GET, Value::Null).await, 429);
    assert_eq!(ask(Method::POST, destination()).await, 200);
}
