//! The API on ports in memory: who may ask for what, what is refused and by which words, and that partners and
//! settings are never lost or revealed.

use api::SignIn;
use api::{Caller, Content};
use domain::{Channel, Partner, Stopped, Text, Timing};
use flows::Writer;
use flows::ports::Secrets as _;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{AMAZON_ORDER, NUMBER, at, label, scan, text};

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_setting_is_read_with_its_version() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let call = user.ask(Method::GET, "/partners/amazon-us/settings", &[], "");
    let (status, body, reply) = user.call(call).await;
    assert_eq!((status, &body["timing"]), (200, &json!("when_tracking_shows_movement")));
    assert_eq!(body["shown"], "When tracking shows movement.");
    assert!(reply.headers.contains(&("etag", "\"1\"".to_owned())), "{reply:?}");
    assert!(reply.headers.contains(&("cache-control", "no-store".to_owned())));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_changed_setting_applies_to_later_labels_and_says_what_stays() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let (status, effect) =
        user.get("/partners/amazon-us/settings/effect?timing=when_tracking_is_assigned").await;
    assert_eq!((status, &effect["keep_former_timing"]["packages"]), (200, &json!(1)));
    let change = json!({ "timing": "when_tracking_is_assigned" });
    let (status, body) =
        user.put("/partners/amazon-us/settings", &[("if-match", "\"1\"")], change).await;
    assert_eq!((status, &body["version"]), (200, &json!(2)));
    assert_eq!(body["effect"]["keep_former_timing"]["in_words"], "1");
    assert_eq!(body["changed_by"], "ann@acme.example");
    deployment.until_quiet().await;
    assert_eq!(
        deployment.shown(&amazon_key()),
        "1: waiting movement",
        "a change alone sends nothing (T4)"
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn never_stops_what_waits_and_says_how_many() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let never = json!({ "timing": "never" });
    let (status, body) =
        user.put("/partners/amazon-us/settings", &[("if-match", "\"1\"")], never).await;
    assert_eq!((status, &body["effect"]["stopped_by_never"]["packages"]), (200, &json!(1)));
    deployment.put_event(&scan(NUMBER));
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), []);
    let (_, order) = user.get(&order_path()).await;
    assert_eq!(
        (&order["packages"][0]["state"], &order["packages"][0]["detail"]["reason"]),
        (&json!("withheld"), &json!("never"))
    );
}

/// A later change of something else hides neither who set `never` nor who left it, on the partner and on each package.
#[rstest]
#[tokio::test(start_paused = true)]
async fn who_set_never_and_who_left_it_stays_to_be_read() {
    let deployment = waiting_order().await;
    let ann = ApiUser::of(&deployment);
    let bob = ApiUser::of(&deployment).by_person("bob@acme.example");
    let eve = ApiUser::of(&deployment).by_person("eve@acme.example");
    let settings = "/partners/amazon-us/settings";
    let put = async |user: &ApiUser, version: u32, timing: &str| {
        let tag = format!("\"{version}\"");
        user.put(settings, &[("if-match", &tag)], json!({ "timing": timing })).await
    };
    assert_eq!(ann.get(settings).await.1["never"], Value::Null);
    deployment.memory.advance_to(at(60));
    let (status, body) = put(&ann, 1, "never").await;
    let set = json!({ "at": at(60).to_string(), "by": "ann@acme.example" });
    assert_eq!((status, &body["never"]["set"], &body["never"]["left"]), (200, &set, &Value::Null));
    let (_, order) = ann.get(&order_path()).await;
    assert_eq!(order["packages"][0]["detail"]["never"], body["never"]);
    deployment.memory.advance_to(at(120));
    put(&bob, 2, "when_tracking_shows_movement").await;
    deployment.memory.advance_to(at(180));
    let (status, body) = put(&eve, 3, "when_tracking_is_assigned").await;
    assert_eq!((status, &body["changed_by"]), (200, &json!("eve@acme.example")));
    let left = json!({ "at": at(120).to_string(), "by": "bob@acme.example" });
    let in_words =
        format!("ann@acme.example set Never ({}); bob@acme.example left it ({})", at(60), at(120));
    let never = json!({ "set": set, "left": left, "in_words": in_words });
    assert_eq!(body["never"], never);
    assert_eq!(eve.get("/partners/amazon-us").await.1["never"], never);
    let (_, order) = eve.get(&order_path()).await;
    assert_eq!(order["packages"][0]["detail"], json!({ "reason": "never", "never": never }));
    for list in [
        "/partners/amazon-us/orders",
        &format!("/orders?search={AMAZON_ORDER}"),
        &format!("/trackings/{NUMBER}"),
    ] {
        let (_, body) = eve.get(list).await;
        assert_eq!(body["orders"][0]["packages"][0]["detail"]["never"], never, "{list}");
    }
}

/// Going back releases none of them, so it is a number that is agreed to; fewer are within what was agreed.
#[rstest]
#[tokio::test(start_paused = true)]
async fn never_stops_no_more_than_was_agreed_to() {
    let mut deployment = waiting_order().await;
    deployment.put_event(&amazon_label_of("902-2", "1Z999AA1000002"));
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    let put =
        |body: Value| user.put("/partners/amazon-us/settings", &[("if-match", "\"1\"")], body);
    let (status, problem) = put(json!({ "timing": "never", "stops": 1 })).await;
    assert_eq!((status, &problem["field"]), (409, &json!("stops")), "{problem}");
    assert_eq!(problem["allowed"], json!(["2"]));
    let (status, problem) = put(json!({ "timing": "when_tracking_is_assigned", "stops": 2 })).await;
    assert_eq!((status, &problem["field"]), (400, &json!("stops")), "{problem}");
    let (status, problem) = put(json!({ "timing": "never", "stops": "2" })).await;
    assert_eq!((status, &problem["field"]), (400, &json!("stops")), "{problem}");
    assert_eq!(user.get("/partners/amazon-us/settings").await.1["version"], 1, "nothing changed");
    let (status, body) = put(json!({ "timing": "never", "stops": 2 })).await;
    assert_eq!((status, &body["effect"]["stopped_by_never"]["packages"]), (200, &json!(2)));
    assert_eq!(
        body["effect"]["in_words"][0],
        "It applies to labels made from now on, and to all that is not sent yet."
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_partner_of_more_than_a_thousand_orders_says_or_more() {
    let mut deployment = deployment_under(MOVES);
    for number in 0..1_005 {
        let tracking = format!("1Z999AA1{number:06}");
        deployment.put_event(
            &label("amazon-us", &format!("902-{number}")).with("tracking_number", tracking),
        );
    }
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    let (_, effect) = user.get("/partners/amazon-us/settings/effect?timing=never").await;
    assert_eq!(effect["stopped_by_never"]["in_words"], "1,000 or more");
    assert_eq!(
        (&effect["orders_counted"], &effect["stopped_by_never"]["is_complete"]),
        (&json!(1_000), &json!(false))
    );
    assert_eq!(
        effect["in_words"][1],
        "1,000 or more packages not sent yet: stopped. Going back releases none of them."
    );
}

#[rustfmt::skip]
#[rstest]
#[case::never_elsewhere("back-market-us", json!({"timing":"never"}), "timing", "timing: `never` is not available for back_market; allowed: when_tracking_shows_movement, when_tracking_is_assigned")]
#[case::no_such_timing("amazon-us", json!({"timing":"later"}), "timing", "timing: `later` is not one of its values; allowed: when_tracking_shows_movement, when_tracking_is_assigned, never")]
#[case::no_such_policy("back-market-us", json!({"timing":"when_tracking_is_assigned","missing_imei":"wait"}), "missing_imei", "missing_imei: `wait` is not one of its values; allowed: send_without, hold")]
#[case::null_is_no_policy("back-market-us", json!({"timing":"when_tracking_is_assigned","missing_imei":null}), "missing_imei", "missing_imei: must be a text")]
#[case::a_misspelt_field("amazon-us", json!({"timming":"never"}), "timming", "timming: is not a field of this; allowed: timing, mode, missing_imei, deadline, silent_hours, send_after, or_after_hours, verify, sla_days, closed_days, stops")]
#[case::nothing("amazon-us", json!({}), "timing", "timing: is missing")]
#[case::no_object("amazon-us", json!(["never"]), "body", "body: is not an object; allowed: one JSON object, each field once")]
#[case::no_object_but_an_imei("amazon-us", json!("490154203237518"), "body", "body: is not an object; allowed: one JSON object, each field once")]
#[tokio::test(start_paused = true)]
async fn a_wrong_setting_is_refused(#[case] partner: &str, #[case] body: Value, #[case] field: &str, #[case] detail: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let path = format!("/partners/{partner}/settings");
    let (status, problem) = user.put(&path, &[("if-match", "\"1\"")], body).await;
    assert_eq!(status, 400, "{problem}");
    assert_eq!((problem["field"].as_str(), problem["detail"].as_str()), (Some(field), Some(detail)));
    assert_eq!(user.get(&path).await.1["version"], 1, "nothing changed");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_lost_update_is_refused_and_says_who_was_faster() {
    let deployment = deployment_under(MOVES);
    let (ann, bob) = (ApiUser::of(&deployment), ApiUser::of(&deployment));
    let to = |timing: &str| json!({ "timing": timing });
    let tag: &[(&'static str, &str)] = &[("if-match", "\"1\"")];
    assert_eq!(ann.put("/partners/amazon-us/settings", tag, to("never")).await.0, 200);
    let (status, problem) =
        bob.put("/partners/amazon-us/settings", tag, to("when_tracking_is_assigned")).await;
    assert_eq!((status, &problem["type"]), (412, &json!("urn:shipconfirm:problem:lost-update")));
    assert!(
        problem["detail"].as_str().unwrap().contains("changed by ann@acme.example"),
        "{problem}"
    );
    assert_eq!(ann.get("/partners/amazon-us/settings").await.1["timing"], "never");
    let (status, problem) = bob.put("/partners/amazon-us/settings", &[], to("never")).await;
    assert_eq!((status, &problem["field"]), (428, &json!("If-Match")));
    let (status, _) =
        bob.put("/partners/amazon-us/settings", &[("if-match", "*")], to("never")).await;
    assert_eq!(status, 400);
}

fn new_partner() -> Value {
    json!({ "channel": "ebay", "name": "eBay US", "settings": {},
        "credentials": { "client_id": "id", "client_secret": "s3cret", "refresh_token": "r3fresh" } })
}

const REGISTER: &[(&str, &str)] = &[("if-none-match", "*")];

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_partner_is_registered_with_the_standard_settings_and_its_secret() {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let (status, body) = user.put("/partners/ebay-us", REGISTER, new_partner()).await;
    assert_eq!((status, &body["timing"]), (201, &json!("when_tracking_shows_movement")));
    assert_eq!(body["credentials"]["client_secret"], "********");
    assert!(!body.to_string().contains("s3cret"));
    let secret = deployment.memory.secret("shipconfirm/ebay/acme/ebay-us").await;
    assert!(secret.unwrap().unwrap().text.contains("s3cret"));
    let (status, problem) = user.put("/partners/ebay-us", REGISTER, new_partner()).await;
    assert_eq!((status, &problem["title"]), (412, &json!("It has changed since it was read")));
    let (_, all) = user.get("/partners").await;
    assert_eq!(all["partners"].as_array().unwrap().len(), 3);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_registration_in_vain_replaces_no_secret() {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let name = testkit::secret_name(&testkit::amazon());
    let before = deployment.memory.secret(&name).await;
    let put = json!({ "channel": "amazon", "name": "x", "settings": { "region": "na", "marketplace_id": "A" },
        "credentials": { "client_id": "x", "client_secret": "x", "refresh_token": "x" } });
    assert_eq!(user.put("/partners/amazon-us", REGISTER, put.clone()).await.0, 412);
    assert_eq!(user.put("/partners/amazon-us", &[("if-match", "\"7\"")], put).await.0, 412);
    assert_eq!(deployment.memory.secret(&name).await, before);
}

#[rustfmt::skip]
#[rstest]
#[case::no_header(&[], new_partner(), 428, "If-Match")]
#[case::both_headers(&[("if-none-match", "*"), ("if-match", "\"1\"")], new_partner(), 400, "If-None-Match")]
#[case::another_none_match(&[("if-none-match", "\"1\"")], new_partner(), 400, "If-None-Match")]
#[case::no_credentials(REGISTER, json!({"channel":"ebay","name":"x","settings":{}}), 400, "credentials")]
#[case::another_marketplace(REGISTER, json!({"channel":"etsy","name":"x"}), 400, "channel")]
#[case::a_blank_name(REGISTER, json!({"channel":"ebay","name":"  "}), 400, "name")]
#[case::a_long_name(REGISTER, json!({"channel":"ebay","name":"x".repeat(201)}), 400, "name")]
#[case::a_wrong_credential(REGISTER, json!({"channel":"ebay","name":"x","credentials":{"client_id":"id","client_secret":"","refresh_token":"r"}}), 400, "credentials.client_secret")]
#[case::one_too_many(REGISTER, json!({"channel":"ebay","name":"x","credentials":{"token":"t"}}), 400, "credentials.token")]
#[tokio::test(start_paused = true)]
async fn a_wrong_registration_is_refused(#[case] headers: &[(&'static str, &str)], #[case] body: Value, #[case] status: u16, #[case] field: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (found, problem) = user.put("/partners/ebay-us", headers, body).await;
    assert_eq!((found, &problem["field"]), (status, &json!(field)), "{problem}");
    assert_eq!(user.get("/partners/ebay-us").await.0, 404);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn put_credentials_clear_a_stop() {
    let deployment = deployment_under(MOVES);
    let stopped = Stopped { at: at(1), reason: text("invalid_grant"), secret: "v1".to_owned() };
    deployment.memory.register(&Partner { stopped: Some(stopped), ..testkit::amazon() });
    let user = ApiUser::of(&deployment);
    let (_, found) = user.get("/orders?attention=true").await;
    assert_eq!(found["partners"][0]["stopped"]["reason"], "invalid_grant");
    let mut put = json!({ "channel": "amazon", "name": "Amazon", "settings": { "region": "eu", "marketplace_id": "A1" } });
    let (status, body) =
        user.put("/partners/amazon-us", &[("if-match", "\"1\"")], put.clone()).await;
    assert_eq!((status, body["stopped"].is_null()), (200, false), "its credentials are the same");
    put["credentials"] =
        json!({ "client_id": "new", "client_secret": "new", "refresh_token": "new" });
    let (status, body) =
        user.put("/partners/amazon-us", &[("if-match", "\"2\"")], put.clone()).await;
    assert_eq!((status, body["stopped"].is_null()), (200, true));
    assert_eq!(body["settings"], json!({ "region": "eu", "marketplace_id": "A1" }));
    assert_eq!(user.get("/orders?attention=true").await.1["partners"], json!([]));
    put["channel"] = json!("ebay");
    put["settings"] = json!({});
    let (status, problem) = user.put("/partners/amazon-us", &[("if-match", "\"3\"")], put).await;
    assert_eq!((status, &problem["field"]), (409, &json!("channel")));
}

#[rstest]
#[case::no_such_path("/orders/902-1", 404)]
#[case::no_such_partner("/partners/nobody", 404)]
#[case::no_such_order("/partners/amazon-us/orders/none", 404)]
#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_not_found(#[case] target: &str, #[case] status: u16) {
    assert_eq!(ApiUser::of(&deployment_under(MOVES)).get(target).await.0, status);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn another_seller_finds_nothing_of_it() {
    let deployment = waiting_order().await;
    let user = ApiUser::of(&deployment).of_seller("other");
    for target in [
        "/partners/amazon-us".to_owned(),
        "/partners/amazon-us/settings".to_owned(),
        "/partners/amazon-us/settings/effect?timing=never".to_owned(),
        "/partners/amazon-us/orders".to_owned(),
        order_path(),
        format!("/trackings/{NUMBER}"),
    ] {
        assert_eq!(user.get(&target).await.0, 404, "{target}");
    }
    assert_eq!(user.get("/partners").await.1["partners"], json!([]));
    assert_eq!(user.get(&format!("/orders?search={AMAZON_ORDER}")).await.1["orders"], json!([]));
    assert_eq!(user.get("/attention/actions?action=retry").await.1["does"], json!([]));
    let act = json!({ "package_id": "1", "action": "send_now", "reason": "x" });
    assert_eq!(user.post(&format!("{}/{ACT}", order_path()), act).await.0, 404);
    let put = json!({ "imeis": [] });
    assert_eq!(user.put(&format!("{}/items/i1/imeis", order_path()), &[], put).await.0, 404);
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn without_a_seller_nothing_is_answered_but_the_page_and_the_document() {
    let deployment = deployment_under(MOVES);
    let user = ApiUser { caller: None, ..ApiUser::of(&deployment) };
    assert_eq!(user.get("/partners").await.0, 403);
    assert_eq!(user.get("/openapi.json").await.0, 200);
    assert_eq!(user.call(user.ask(Method::GET, "/", &[], "")).await.0, 200);
}

/// Some issuers take addresses only as the names of claims of one's own.
#[rstest]
#[case::an_address("https://acme.example/seller_id", Some("acme"))]
#[case::another("custom:seller_id", None)]
fn the_sellers_claim_has_the_name_it_is_given(#[case] claim: &str, #[case] expected: Option<&str>) {
    let claims = [("https://acme.example/seller_id", "acme"), ("sub", "1234")];
    let claims = claims.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let seller = Caller::of(&claims, claim).map(|caller| caller.seller.to_string());
    assert_eq!(seller.as_deref(), expected);
}

#[rstest]
#[case::a_seller_and_a_mail(&[("custom:seller_id", "acme"), ("email", "ann@acme.example")], Some(("acme", "ann@acme.example")))]
#[case::no_mail(&[("custom:seller_id", "acme"), ("sub", "1234")], Some(("acme", "1234")))]
#[case::no_seller(&[("email", "ann@acme.example")], None)]
#[case::a_seller_that_is_none(&[("custom:seller_id", "a#b"), ("email", "ann")], None)]
#[case::nobody(&[("custom:seller_id", "acme")], None)]
#[case::a_blank_name(&[("custom:seller_id", "acme"), ("email", "  ")], None)]
fn a_caller_is_who_the_token_says(
    #[case] claims: &[(&str, &str)],
    #[case] expected: Option<(&str, &str)>,
) {
    let claims = claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let expected = expected.map(|(seller, person)| Caller {
        seller: testkit::parsed(seller),
        person: Text::cut(person),
        signed_in_at: None,
    });
    assert_eq!(Caller::of(&claims.collect(), SELLER_CLAIM), expected);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn another_method_is_told_which_there_are() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (status, _, reply) =
        user.call(user.ask(Method::POST, "/partners/amazon-us", &[], "")).await;
    assert_eq!(status, 405);
    assert!(reply.headers.contains(&("allow", "GET, PUT, DELETE".to_owned())), "{reply:?}");
}

#[rstest]
#[case::another_type(&[("content-type", "text/plain")], "{}".to_owned(), 415, "content-type: `text/plain` is no type of a body; allowed: application/json")]
#[case::with_a_charset(&[("content-type", "application/json; charset=utf-8")], "{}".to_owned(), 400, "timing: is missing")]
#[case::too_large(&[], format!("{{\"timing\":\"{}\"}}", "x".repeat(70_000)), 413, "allowed: at most 65536 bytes")]
#[case::no_json(&[], "{".to_owned(), 400, "body: is not JSON (EOF while parsing an object)")]
#[case::empty(&[], String::new(), 400, "body: is empty")]
#[case::more_than_one(&[], "{\"timing\":\"never\"} {}".to_owned(), 400, "body: is not JSON (trailing characters)")]
#[case::twice(&[], "{\"timing\":\"never\",\"timing\":\"never\"}".to_owned(), 400, "body: a field is there twice")]
#[tokio::test(start_paused = true)]
async fn a_body_that_is_none_is_refused(
    #[case] headers: &[(&'static str, &str)],
    #[case] body: String,
    #[case] expected: u16,
    #[case] said: &str,
) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let mut headers = headers.to_vec();
    headers.push(("if-match", "\"1\""));
    let call = user.ask(Method::PUT, "/partners/amazon-us/settings", &headers, &body);
    let (status, problem, _) = user.call(call).await;
    assert_eq!(status, expected);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.starts_with(said)), "{problem}");
    assert_eq!(user.get("/partners/amazon-us/settings").await.1["version"], 1);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn channels_say_what_they_offer() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (_, body) = user.get("/channels").await;
    let all = body["channels"].as_array().unwrap();
    let with_never = |channel: &&Value| channel["timings"].to_string().contains("\"never\"");
    let named: Vec<_> =
        all.iter().filter(with_never).map(|channel| channel["channel"].as_str().unwrap()).collect();
    assert_eq!((all.len(), named), (Channel::ALL.len(), vec!["amazon"]));
    assert_eq!(all[0]["timings"][2]["shown"], Timing::Never.shown());
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn the_page_runs_its_own_script_alone_and_comes_small_or_whole() {
    let sign_in = SignIn {
        authorize_url: "https://login.example.com/oauth2/authorize".to_owned(),
        token_url: "https://login.example.com/oauth2/token".to_owned(),
        client_id: "console".to_owned(),
        logout_url: Some("https://login.example.com/logout".to_owned()),
    };
    let user = ApiUser::signing_in(&deployment_under(MOVES), Some(sign_in));
    let (_, _, reply) = user.call(user.ask(Method::GET, "/", &[], "")).await;
    assert_eq!(reply.body, Content::Text("<p>".to_owned()));
    let headers: Vec<String> =
        reply.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    insta::assert_snapshot!(headers.join("\n"));
    let call = user.ask(Method::GET, "/", &[("accept-encoding", "br, gzip")], "");
    let small = user.api.answer(&call, &Writer::new("x")).await;
    assert!(small.headers.contains(&("content-encoding", "gzip".to_owned())));
    assert!(matches!(&small.body, Content::Bytes(bytes) if bytes.starts_with(&[0x1f, 0x8b])));
    let (_, told) = user.get("/sign-in").await;
    assert_eq!(told["sign_in"]["client_id"], "console");
    assert_eq!(told["sign_in"]["logout_url"], "https://login.example.com/logout");
    assert_eq!(told["seller_claim"], SELLER_CLAIM);
    assert_eq!(
        ApiUser::of(&deployment_under(MOVES)).get("/sign-in").await.1["sign_in"],
        Value::Null
    );
}
