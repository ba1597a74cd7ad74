//! Wish: which requests it accepts and refuses, and what a PUT overrides.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::Bytes;
use axum::http::{Request, Response};
use marketplaces::{
    Answer, DEMO_ACCOUNT, Fault, Marketplaces, Operation, Options, Rotation, Shop as _,
    UnknownOrders, Wish, WishOrder, WishState, credentials,
};
use rstest::rstest;
use serde_json::{Value, json};

const ORDER: &str = "5f0000000000000000000001";

struct Caller {
    marketplaces: Marketplaces,
    token: String,
}

fn parsed(response: &Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or_default()
}

impl Caller {
    async fn new(options: Options) -> Self {
        let marketplaces = Marketplaces::unplugged(options).unwrap();
        marketplaces.wish().add_order(WishOrder::new(ORDER, &[("6f01", 1)]));
        let login = Self { marketplaces, token: String::new() };
        let renewed = login.renew(&credentials("wish", DEMO_ACCOUNT)).await;
        let token = renewed["data"]["access_token"].as_str().unwrap().to_owned();
        Self { token, ..login }
    }

    fn wish(&self) -> Wish {
        self.marketplaces.wish()
    }

    async fn call(&self, request: Request<Vec<u8>>) -> Option<Response<Vec<u8>>> {
        self.marketplaces.answer(request).await
    }

    async fn renew(&self, secret: &Value) -> Value {
        let field = |name: &str| secret[name].as_str().unwrap().to_owned();
        let query = format!(
            "client_id={}&client_secret={}&refresh_token={}&grant_type=refresh_token",
            field("client_id"),
            field("client_secret"),
            field("refresh_token"),
        );
        let address = format!("/wish/api/v3/oauth/refresh_token?{query}");
        parsed(&self.call(Request::get(address).body(Vec::new()).unwrap()).await.unwrap())
    }

    fn put(&self, path: &str, body: &Value) -> Request<Vec<u8>> {
        Request::put(format!("/wish/api/v3/orders/{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()).to_vec())
            .unwrap()
    }

    async fn ship(&self, number: &str) -> (u16, Value) {
        let body = json!({ "origin_country": "US", "shipping_provider": "UPS", "tracking_number": number });
        self.answered(self.put(&format!("{ORDER}/tracking"), &body)).await
    }

    async fn answered(&self, request: Request<Vec<u8>>) -> (u16, Value) {
        let response = self.call(request).await.unwrap();
        (response.status().as_u16(), parsed(&response))
    }

    async fn read(&self, order: &str) -> (u16, Value) {
        let request = Request::get(format!("/wish/api/v3/orders/{order}"))
            .header("authorization", format!("Bearer {}", self.token));
        self.answered(request.body(Vec::new()).unwrap()).await
    }
}

#[tokio::test]
async fn an_order_is_shipped_and_read() {
    let caller = Caller::new(Options::demo()).await;
    let before = caller.read(ORDER).await.1;
    assert_eq!(before["data"]["state"], "APPROVED");
    assert_eq!(before["data"]["tracking_information"], json!([]));
    assert_eq!(caller.ship("1Z999AA1").await.0, 200);
    let after = caller.read(ORDER).await.1;
    assert_eq!(after["data"]["state"], "SHIPPED");
    let held = &after["data"]["tracking_information"][0];
    assert_eq!(
        (&held["tracking_number"], &held["shipping_provider"]["name"]),
        (&json!("1Z999AA1"), &json!("UPS"))
    );
    assert_eq!(caller.wish().numbers(ORDER), ["1Z999AA1"]);
    let submissions = caller.wish().submissions_of(ORDER);
    assert_eq!(
        (submissions.len(), submissions[0].applied, submissions[0].account.as_deref()),
        (1, true, Some("demo"))
    );
}

#[tokio::test]
async fn a_put_overrides_the_former_number_and_the_fake_records_it() {
    let caller = Caller::new(Options::demo()).await;
    caller.ship("1Z999AA1").await;
    caller.ship("1Z999AA1").await;
    assert_eq!(caller.wish().overridden(ORDER), []);
    caller.ship("1Z999AA2").await;
    let expected = [("1Z999AA1".to_owned(), "1Z999AA2".to_owned())];
    assert_eq!(caller.wish().overridden(ORDER), expected);
}

#[tokio::test]
async fn a_number_shows_after_the_processing_time() {
    marketplaces::set_clock("2026-11-23T15:00:00Z".parse().unwrap());
    let mut options = Options::demo();
    options.wish.processing_ms = 2_000;
    let caller = Caller::new(options).await;
    let (status, taken) = caller.ship("1Z999AA1").await;
    assert_eq!((status, &taken["code"]), (200, &json!(0)));
    assert_eq!(taken["data"]["state"], "APPROVED");
    assert_eq!(taken["data"]["processing_status"], "IN_PROGRESS");
    assert_eq!(caller.wish().numbers(ORDER), [""; 0]);
    marketplaces::set_clock("2026-11-23T15:00:02Z".parse().unwrap());
    let done = caller.read(ORDER).await.1;
    assert_eq!(done["data"]["processing_status"], "SUCCEEDED");
    assert_eq!(done["data"]["state"], "SHIPPED");
    assert_eq!(caller.wish().numbers(ORDER), ["1Z999AA1"]);
}

#[tokio::test]
async fn a_renewal_revokes_the_former_access_tokens() {
    let mut options = Options::demo();
    options.wish.rotation = Rotation::Never;
    let caller = Caller::new(options).await;
    assert_eq!(caller.read(ORDER).await.0, 200);
    caller.renew(&credentials("wish", DEMO_ACCOUNT)).await;
    let (status, said) = caller.read(ORDER).await;
    assert_eq!((status, &said["code"]), (400, &json!(1008)));
}

#[test]
fn an_order_with_a_malformed_id_cannot_be_sold() {
    let wish = Marketplaces::unplugged(Options::demo()).unwrap().wish();
    for order in ["", "W-1", "5f00000000000000000000"] {
        assert!(wish.sell(order, &[("6f01", 1)]).unwrap_err().contains("24 hexadecimal digits"));
    }
    assert_eq!(wish.sell("4711", &[("6f01", 1)]), Ok(()));
}

#[tokio::test]
async fn a_refresh_token_can_be_used_only_once() {
    let caller = Caller::new(Options::demo()).await;
    let mut secret = credentials("wish", DEMO_ACCOUNT);
    let refused = caller.renew(&secret).await;
    assert_eq!(refused["code"], 10_001, "{refused}");
    secret["refresh_token"] = json!("refresh-demo.0.0");
    assert_eq!(caller.renew(&secret).await["code"], 10_001);
}

#[tokio::test]
async fn each_renewal_gives_the_next_refresh_token() {
    let marketplaces = Marketplaces::unplugged(Options::demo()).unwrap();
    let caller = Caller { marketplaces, token: String::new() };
    let mut secret = credentials("wish", DEMO_ACCOUNT);
    for _ in 0..3 {
        let renewed = caller.renew(&secret).await;
        assert_eq!(renewed["code"], 0);
        secret["refresh_token"] = renewed["data"]["refresh_token"].clone();
    }
    assert_eq!(caller.wish().renewals(DEMO_ACCOUNT), 3);
}

#[tokio::test]
async fn a_refresh_token_may_stay_valid_if_the_options_say_so() {
    let mut options = Options::demo();
    options.wish.rotation = Rotation::Never;
    let caller = Caller::new(options).await;
    assert_eq!(caller.renew(&credentials("wish", DEMO_ACCOUNT)).await["code"], 0);
}

#[rstest]
#[case::a_secret("client_secret", "wrong")]
#[case::a_client("client_id", "wrong")]
#[case::a_token("refresh_token", "wrong")]
#[tokio::test]
async fn a_wrong_login_is_refused(#[case] field: &str, #[case] value: &str) {
    let marketplaces = Marketplaces::unplugged(Options::demo()).unwrap();
    let caller = Caller { marketplaces, token: String::new() };
    let mut secret = credentials("wish", DEMO_ACCOUNT);
    secret[field] = json!(value);
    assert_eq!(caller.renew(&secret).await["code"], 10_001);
}

#[rstest]
#[case::a_country(json!({ "origin_country": "us", "shipping_provider": "UPS", "tracking_number": "1Z999" }), "origin_country")]
#[case::a_provider(json!({ "origin_country": "US", "shipping_provider": "Other", "tracking_number": "1Z999" }), "shipping_provider")]
#[case::a_number(json!({ "origin_country": "US", "shipping_provider": "UPS", "tracking_number": "1Z 99" }), "tracking_number")]
#[case::a_field_too_few(json!({ "origin_country": "US", "shipping_provider": "UPS" }), "tracking_number")]
#[case::a_field_too_many(json!({ "origin_country": "US", "shipping_provider": "UPS", "tracking_number": "1Z999", "note": "" }), "note")]
#[tokio::test]
async fn a_wrong_body_is_refused(#[case] body: Value, #[case] field: &str) {
    let caller = Caller::new(Options::demo()).await;
    let (status, said) = caller.answered(caller.put(&format!("{ORDER}/tracking"), &body)).await;
    assert_eq!((status, &said["code"]), (400, &json!(1001)));
    assert!(said["message"].as_str().unwrap().contains(field), "{said}");
    assert_eq!(caller.wish().numbers(ORDER), [""; 0]);
}

#[tokio::test]
async fn a_request_with_a_wrong_header_query_token_or_order_is_refused() {
    let caller = Caller::new(Options::demo()).await;
    let body =
        json!({ "origin_country": "US", "shipping_provider": "UPS", "tracking_number": "1Z999" });
    let path = format!("{ORDER}/tracking");
    let mut no_type = caller.put(&path, &body);
    no_type.headers_mut().remove("content-type");
    assert_eq!(caller.answered(no_type).await.0, 400);
    let in_query = caller.put(&format!("{path}?tracking_number=1Z999"), &body);
    assert_eq!(caller.answered(in_query).await.0, 400);
    let mut no_token = caller.put(&path, &body);
    no_token.headers_mut().remove("authorization");
    let (status, said) = caller.answered(no_token).await;
    assert_eq!((status, &said["code"]), (401, &json!(1012)));
    let unknown = caller.put("5f0000000000000000000009/tracking", &body);
    assert_eq!(caller.answered(unknown).await.0, 404);
    assert_eq!(caller.read("5f0000000000000000000009").await.0, 404);
    caller.wish().expire_tokens();
    let (status, said) = caller.answered(caller.put(&path, &body)).await;
    assert_eq!((status, &said["code"]), (400, &json!(1007)));
    assert_eq!(caller.wish().numbers(ORDER), [""; 0]);
}

#[rstest]
#[case::refunded(WishState::Refunded)]
#[case::under_review(WishState::RequireReview)]
#[case::declined(WishState::Declined)]
#[tokio::test]
async fn an_order_in_another_state_cannot_be_shipped(#[case] state: WishState) {
    let caller = Caller::new(Options::demo()).await;
    caller.wish().add_order(WishOrder { state, ..WishOrder::new(ORDER, &[("6f01", 1)]) });
    let (status, said) = caller.ship("1Z999AA1").await;
    assert_eq!((status, &said["code"]), (400, &json!(91_005)));
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let options = Options { unknown_orders: UnknownOrders::Accept, ..Options::demo() };
    let caller = Caller::new(options).await;
    assert_eq!(caller.read("5f0000000000000000000009").await.1["data"]["state"], "APPROVED");
}

#[tokio::test]
async fn the_eleventh_request_at_once_is_too_many() {
    marketplaces::set_clock("2026-11-23T15:00:00Z".parse().unwrap());
    let caller = Caller::new(Options::demo()).await;
    for _ in 0..10 {
        assert_eq!(caller.read(ORDER).await.0, 200);
    }
    assert_eq!(caller.read(ORDER).await.0, 429);
    marketplaces::set_clock("2026-11-23T15:00:01Z".parse().unwrap());
    assert_eq!(caller.read(ORDER).await.0, 200);
}

#[tokio::test]
async fn faults_answer_in_wishs_words() {
    let caller = Caller::new(Options::demo()).await;
    let fault = |fault| caller.wish().fault(ORDER, Operation::Submit, fault);
    fault(Fault::not_applied(Answer::TooManyRequests { retry_after_s: Some(3) }));
    let request = caller.put(&format!("{ORDER}/tracking"), &json!({}));
    let refused = caller.call(request).await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["wish-rate-limit-reset"], "3");
    fault(Fault::not_applied(Answer::Firewall));
    assert_eq!(caller.ship("1Z999AA1").await.0, 403);
    fault(Fault::applied(Answer::ServerError));
    assert_eq!(caller.ship("1Z999AA1").await.0, 500);
    assert_eq!(caller.wish().numbers(ORDER), ["1Z999AA1"]);
    fault(Fault::hang_up());
    let body =
        json!({ "origin_country": "US", "shipping_provider": "UPS", "tracking_number": "1Z999" });
    assert!(caller.call(caller.put(&format!("{ORDER}/tracking"), &body)).await.is_none());
    fault(Fault::ShippedElsewhere { tracking_number: "OTHER1".to_owned() });
    caller.ship("1Z999AA1").await;
    assert_eq!(caller.wish().overridden(ORDER), [("OTHER1".to_owned(), "1Z999AA1".to_owned())]);
}

#[tokio::test]
async fn the_controls_show_an_order() {
    let caller = Caller::new(Options::demo()).await;
    caller.ship("1Z999AA1").await;
    let request = Request::get(format!("/_admin/wish/orders/{ORDER}")).body(Vec::new()).unwrap();
    let (status, shown) = caller.answered(request).await;
    assert_eq!((status, &shown["order"]["tracking"]["tracking_number"]), (200, &json!("1Z999AA1")));
    let request = Request::get("/_admin/wish/requests").body(Vec::new()).unwrap();
    assert_eq!(caller.answered(request).await.1, json!({ "token": 1, "submit": 1 }));
}
