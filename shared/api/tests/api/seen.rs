//! A person's word is about what they have seen: a change that names a version is made to that version, or not at all.

use domain::Input;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{AMAZON_ORDER, BACK_MARKET_ORDER, Deployment, IMEIS, label, phones};

const IMEIS_PATH: &str = "items/11/imeis";

fn phone_path() -> String {
    format!("/partners/back-market-us/orders/{BACK_MARKET_ORDER}")
}

async fn waiting_phone() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    deployment
        .put_event(&label("back-market-us", BACK_MARKET_ORDER).with("items", phones(&["11"])));
    deployment.deliver().await;
    deployment
}

/// The `ETag` of an order, as a proxy may hand it on.
async fn etag(user: &ApiUser, path: &str) -> String {
    let (_, _, reply) = user.call(user.ask(Method::GET, path, &[], "")).await;
    reply.headers.iter().find(|(name, _)| *name == "etag").expect("it has one").1.clone()
}

async fn sends(
    user: &ApiUser,
    (method, target): (Method, &str),
    seen: &str,
    body: Value,
) -> (u16, Value) {
    let call = user.ask(method, target, &[("if-match", seen)], &body.to_string());
    let (status, body, _) = user.call(call).await;
    (status, body)
}

fn send_now() -> Value {
    json!({ "package_id": "1", "action": "send_now", "reason": "the buyer asked" })
}

/// The page said "with 112345678"; a new label came before the button was pressed.
#[rstest]
#[tokio::test(start_paused = true)]
async fn what_a_dialog_showed_is_sent_or_nothing() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let (path, act) = (order_path(), format!("{}/{ACT}", order_path()));
    let seen = etag(&user, &path).await;
    let relabelled =
        amazon_label().with("label_id", json!("lbl_2")).with("tracking_number", "SWAPB0000002");
    deployment.put_event(&relabelled.when("labeled_at", 60));
    deployment.deliver().await;
    let (status, problem) = sends(&user, (Method::POST, &act), &seen, send_now()).await;
    assert_eq!((status, &problem["field"]), (412, &json!("If-Match")), "{problem}");
    assert_eq!(problem["type"], "urn:shipconfirm:problem:lost-update");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("by now") && detail.contains("read it again"), "{detail}");
    deployment.until_quiet().await;
    assert!(deployment.memory.shops().applied().is_empty(), "nobody agreed to the new number");
    let seen = etag(&user, &path).await;
    assert_eq!(sends(&user, (Method::POST, &act), &seen, send_now()).await.0, 200);
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), 1);
}

#[rstest]
#[case::as_it_was_read(|tag: &str| tag.to_owned())]
#[case::as_a_proxy_weakens_it(|tag: &str| format!("W/{tag}"))]
#[case::whatever_is_there(|_: &str| "*".to_owned())]
#[tokio::test(start_paused = true)]
async fn the_version_that_is_there_is_changed(#[case] said: fn(&str) -> String) {
    let deployment = waiting_phone().await;
    let user = ApiUser::of(&deployment);
    let seen = said(&etag(&user, &phone_path()).await);
    let put = (Method::PUT, &*format!("{}/{IMEIS_PATH}", phone_path()));
    let (status, order) = sends(&user, put, &seen, json!({ "imeis": [IMEIS[0]] })).await;
    assert_eq!(
        (status, &order["lines"][0]["imeis"][0]),
        (200, &json!("***********7518")),
        "{order}"
    );
}

#[rstest]
#[case::no_version("x")]
#[case::a_bare_number("3")]
#[case::several("\"1\", \"2\"")]
#[case::a_sign("\"+1\"")]
#[case::nothing("")]
#[case::weak_alone("W/")]
#[tokio::test(start_paused = true)]
async fn what_is_no_etag_is_refused_by_name(#[case] said: &str) {
    let deployment = waiting_phone().await;
    let user = ApiUser::of(&deployment);
    for (method, path, body) in
        [(Method::PUT, IMEIS_PATH, json!({ "imeis": [IMEIS[0]] })), (Method::POST, ACT, send_now())]
    {
        let target = format!("{}/{path}", phone_path());
        let (status, problem) = sends(&user, (method, &target), said, body).await;
        assert_eq!((status, &problem["field"]), (400, &json!("If-Match")), "{problem}");
    }
    assert_eq!(user.get(&phone_path()).await.1["version"], 1, "nothing was done");
}

#[rstest]
#[case::a_version("\"1\"")]
#[case::any("*")]
#[tokio::test(start_paused = true)]
async fn what_was_seen_and_is_gone_is_not_made_anew(#[case] said: &str) {
    let user = ApiUser::of(&deployment_under(ASSIGNED));
    let put = (Method::PUT, "/partners/back-market-us/orders/none/items/11/imeis");
    let (status, problem) = sends(&user, put, said, json!({ "imeis": [IMEIS[0]] })).await;
    assert_eq!(status, 412, "{problem}");
    assert_eq!(user.get("/partners/back-market-us/orders/none").await.0, 404);
}

/// Both have read the same version before either saves: the save's own condition tells them apart.
#[rstest]
#[tokio::test(start_paused = true)]
async fn of_two_who_save_at_once_one_is_told() {
    let deployment = waiting_phone().await;
    let user = ApiUser::of(&deployment);
    let seen = etag(&user, &phone_path()).await;
    let path = format!("{}/{IMEIS_PATH}", phone_path());
    let put = |imei: &str| sends(&user, (Method::PUT, &path), &seen, json!({ "imeis": [imei] }));
    let (one, other) = futures_util::join!(put(IMEIS[0]), put(IMEIS[1]));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let kept = if one.0 == 200 { "***********7518" } else { "***********3809" };
    assert_eq!(user.get(&phone_path()).await.1["lines"][0]["imeis"], json!([kept]));
}

/// An order that goes on by itself between the read and the save is not what was seen either.
#[rstest]
#[tokio::test(start_paused = true)]
async fn an_event_that_comes_first_makes_it_stale() {
    let deployment = waiting_phone().await;
    let user = ApiUser::of(&deployment);
    let seen = etag(&user, &phone_path()).await;
    let key = back_market_key();
    let person = domain::Person {
        by: testkit::text("bob"),
        reason: testkit::text("stock check"),
        evidence: None,
        at: testkit::at(0),
    };
    let package = testkit::parsed("1");
    deployment
        .memory
        .change(&key, &Input::Operator { package, action: domain::Action::Hold, person });
    let put = (Method::PUT, &*format!("{}/{IMEIS_PATH}", phone_path()));
    assert_eq!(sends(&user, put, &seen, json!({ "imeis": [IMEIS[0]] })).await.0, 412);
    let post = (Method::POST, &*format!("{}/{ACT}", phone_path()));
    assert_eq!(sends(&user, post, &seen, send_now()).await.0, 412);
}

/// A retry of many names what was seen of each; the others go on.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_retry_leaves_alone_what_changed_since_its_preview() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.memory.serve(|request| {
        if request.uri().path().contains("token") {
            return Ok(testkit::answer(200, &json!({ "access_token": "t", "expires_in": 3600 })));
        }
        let error = json!({ "errors": [{ "code": "InvalidInput", "message": "no such carrier" }] });
        Ok(testkit::answer(400, &error))
    });
    deployment.put_event(&amazon_label());
    deployment.put_event(&amazon_label_of("902-2", "1Z999AA1000002"));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let (_, preview) = user.get("/attention/actions?action=retry").await;
    let named: Vec<Value> = preview["does"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!({ "partner_id": one["partner_id"], "order_id": one["order_id"],
            "package_id": one["package_id"], "version": one["version"] })
        })
        .collect();
    assert_eq!(named.len(), 2, "{preview}");
    deployment.put_event(&testkit::cancel("amazon-us", AMAZON_ORDER));
    deployment.deliver().await;
    let (status, done) = user
        .post("/attention/actions", json!({ "action": "retry", "packages": named, "reason": "x" }))
        .await;
    let of = |order: &str| {
        done["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["order_id"] == order)
            .cloned()
            .unwrap()
    };
    assert_eq!((status, &of("902-2")["is_done"]), (200, &json!(true)), "{done}");
    assert_eq!(of(AMAZON_ORDER)["why_not"], "it changed since it was looked at: look again");
    let bad = json!({ "action": "retry", "packages": [{ "partner_id": "amazon-us", "order_id": "902-2",
        "package_id": "1", "version": "3" }], "reason": "x" });
    let (status, problem) = user.post("/attention/actions", bad).await;
    assert_eq!((status, &problem["field"]), (400, &json!("packages[0].version")));
}
