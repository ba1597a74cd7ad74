//! What people do about orders by the API: they find them, act on packages, enter IMEIs, and try again what was
//! rejected; what comes of it at the marketplace.

use domain::{Input, OrderShown, Reading, Timing};
use flows::ports::Clock as _;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, BACK_MARKET_ORDER, Deployment, IMEIS, NUMBER, amazon, imeis, label, phones, scan,
    under,
};

fn phone_path() -> String {
    format!("/partners/back-market-us/orders/{BACK_MARKET_ORDER}")
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_person_sends_now_and_the_marketplace_has_it() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let (_, order) = user.get(&order_path()).await;
    let offered = order["packages"][0]["actions"][0].clone();
    assert_eq!((&offered["action"], &offered["sends"]), (&json!("send_now"), &json!(true)));
    assert!(offered["warning"].as_str().unwrap().contains("cannot be taken back"));
    let (status, order) = user
        .post(
            &format!("{}/{ACT}", order_path()),
            json!({ "package_id": "1", "action": "send_now", "reason": "the buyer asked" }),
        )
        .await;
    assert_eq!((status, &order["packages"][0]["state"]), (200, &json!("ready")));
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    let (_, order) = user.get(&order_path()).await;
    assert_eq!(order["packages"][0]["proof"]["by"], "ann@acme.example");
    let timeline = order["timeline"].to_string();
    assert!(timeline.contains("send_now by ann@acme.example: the buyer asked"), "{timeline}");
}

/// What `never` stopped goes on by a person's release, under the timing its label had; under `never` it does not.
#[rstest]
#[case::left(MOVES, "confirmed", 1)]
#[case::in_force_still(Timing::Never, "withheld", 0)]
#[tokio::test(start_paused = true)]
async fn a_person_releases_what_never_stopped(
    #[case] by_then: Timing,
    #[case] expected: &str,
    #[case] sent: usize,
) {
    let mut deployment = waiting_order().await;
    let (user, path) = (ApiUser::of(&deployment), format!("{}/{ACT}", order_path()));
    let release = json!({ "package_id": "1", "action": "release", "reason": "it was a mistake" });
    assert_eq!(
        user.post(&path, release.clone()).await.0,
        409,
        "there is nothing to be released from"
    );
    deployment.memory.register(&under(Timing::Never, amazon()));
    deployment.put_event(&scan(NUMBER));
    deployment.until_quiet().await;
    let stopped = "1: withheld never +withheld_moved; needs attention";
    assert_eq!(deployment.shown(&amazon_key()), stopped);
    deployment.run_for(minutes(1)).await;
    let never = domain::NeverSpans::kept(Vec::new(), Some(deployment.memory.now()));
    let left = domain::Partner { never, ..under(by_then, amazon()) };
    deployment.memory.register(&left);
    deployment.run_for(minutes(1)).await;
    let (_, order) = user.get(&order_path()).await;
    let package = &order["packages"][0];
    assert_eq!(package["marks"], json!(["withheld_moved"]));
    let actions = package["actions"].to_string();
    assert!(actions.contains("Release from Never"), "{actions}");
    assert!(
        actions.contains("at its parcel's first movement, or at once if it has moved"),
        "{actions}"
    );
    let (status, order) = user.post(&path, release).await;
    let shown = if sent == 0 { "withheld" } else { "ready" };
    assert_eq!((status, &order["packages"][0]["state"]), (200, &json!(shown)));
    deployment.until_quiet().await;
    let (_, order) = user.get(&order_path()).await;
    assert_eq!(order["packages"][0]["state"], expected);
    assert_eq!(deployment.memory.shops().applied().len(), sent);
}

#[rustfmt::skip]
#[rstest]
#[case::not_now(json!({ "package_id": "1", "action":"retry","reason":"x"}), 409, "action")]
#[case::no_such_action(json!({ "package_id": "1", "action":"resend","reason":"x"}), 400, "action")]
#[case::no_reason(json!({ "package_id": "1", "action":"hold"}), 400, "reason")]
#[case::a_blank_reason(json!({ "package_id": "1", "action":"hold","reason":" "}), 400, "reason")]
#[case::a_long_reason(json!({ "package_id": "1", "action":"hold","reason":"x".repeat(121)}), 400, "reason")]
#[case::without_a_resolution(json!({ "package_id": "1", "action":"resolve","reason":"x","evidence":"y"}), 400, "resolution")]
#[case::without_evidence(json!({ "package_id": "1", "action":"resolve","reason":"x","resolution":"closed"}), 400, "evidence")]
#[case::no_package(json!({"action":"hold","reason":"x"}), 400, "package_id")]
#[case::a_package_that_is_nothing(json!({"package_id":" ","action":"hold","reason":"x"}), 400, "package_id")]
#[case::a_package_that_cannot_be_seen(json!({"package_id":"1\u{200b}","action":"hold","reason":"x"}), 400, "package_id")]
#[case::a_package_of_65_characters(json!({"package_id":"1".repeat(65),"action":"hold","reason":"x"}), 400, "package_id")]
#[case::a_label_for_a_hold(json!({"package_id":"1","action":"hold","reason":"x","label_id":"lbl_1"}), 400, "label_id")]
#[case::an_event_for_a_resolution(json!({"package_id":"1","action":"resolve","resolution":"closed","evidence":"y","reason":"x","event_id":"e"}), 400, "event_id")]
#[case::a_resolution_for_a_label(json!({"package_id":"1","action":"use_label","label_id":"lbl_1","event_id":"e","resolution":"closed","reason":"x"}), 400, "resolution")]
#[case::no_label(json!({"package_id":"1","action":"use_label","event_id":"e","reason":"x"}), 400, "label_id")]
#[case::no_event(json!({"package_id":"1","action":"use_label","label_id":"lbl_1","reason":"x"}), 400, "event_id")]
#[case::no_label_is_doubtful(json!({"package_id":"1","action":"use_label","label_id":"lbl_1","event_id":"e","reason":"x"}), 409, "action")]
#[case::a_package_for_a_refused_label(json!({"package_id":"1","action":"put_aside","event_id":"e","reason":"x"}), 400, "package_id")]
#[case::no_event_of_a_refused_label(json!({"action":"put_aside","reason":"x"}), 400, "event_id")]
#[case::no_refused_label(json!({"action":"put_aside","event_id":"e","reason":"x"}), 409, "event_id")]
#[case::evidence_for_a_hold(json!({ "package_id": "1", "action":"hold","reason":"x","evidence":"y"}), 400, "evidence")]
#[tokio::test(start_paused = true)]
async fn a_wrong_action_is_refused(#[case] body: Value, #[case] status: u16, #[case] field: &str) {
    let deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let (found, problem) = user.post(&format!("{}/{ACT}", order_path()), body).await;
    assert_eq!((found, &problem["field"]), (status, &json!(field)), "{problem}");
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
}

/// Rule L15: a label that was refused is in the attention list until a person puts it aside.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_person_puts_a_refused_label_aside() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    deployment
        .put_event(&amazon_label().with("package_id", "2").with("tracking_number", "PENDING"));
    deployment.deliver().await;
    let (_, listed) = user.get("/orders?attention=true").await;
    let label = listed["orders"][0]["refused_labels"][0].clone();
    assert_eq!((&label["package_id"], &label["is_open"]), (&json!("2"), &json!(true)), "{listed}");
    let action = &label["actions"][0];
    let body = json!({ "action": action["action"], "event_id": action["event_id"],
        "reason": "it was a test" });
    let path = format!("{}/{ACT}", order_path());
    let (status, order) = user.post(&path, body.clone()).await;
    assert_eq!((status, &order["refused_labels"][0]["is_open"]), (200, &json!(false)), "{order}");
    assert_eq!(order["attention_since"], Value::Null);
    let timeline = order["timeline"].to_string();
    assert!(timeline.contains("by ann@acme.example: it was a test"), "{timeline}");
    assert_eq!(user.post(&path, body).await.0, 409, "it is put aside already");
    let (_, listed) = user.get("/orders?attention=true").await;
    assert_eq!(listed["orders"], json!([]));
}

/// What was sent may be applied until then, whatever a person saw.
#[rstest]
#[tokio::test(start_paused = true)]
async fn nothing_there_is_refused_with_the_moment_from_which_it_is_possible() {
    let deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let path = format!("{}/{ACT}", order_path());
    user.post(
        &path,
        json!({ "package_id": "1", "action": "send_now", "reason": "the buyer asked" }),
    )
    .await;
    let reading = Reading::Unclear(testkit::text("nobody knows"));
    let (package, tracking) = (testkit::parsed("1"), testkit::parsed(NUMBER));
    let (shown, asked_at) = (OrderShown::default(), deployment.memory.now());
    let read = Input::Preflight { package, tracking, reading, shown, asked_at };
    deployment.memory.change(&amazon_key(), &read);
    let act = json!({ "package_id": "1", "action": "resolve", "resolution": "nothing_there", "reason": "x", "evidence": "y" });
    let (status, problem) = user.post(&path, act.clone()).await;
    assert_eq!((status, &problem["field"]), (409, &json!("action")), "{problem}");
    let from = problem["allowed"][0].as_str().unwrap().strip_prefix("nothing_there from ").unwrap();
    let from = from.strip_suffix(" on").unwrap();
    let (_, order) = user.get(&order_path()).await;
    let actions = order["packages"][0]["actions"].to_string();
    assert!(actions.contains(&format!("Possible from {from} on")), "{actions}");
    deployment.memory.advance(SignedDuration::from_mins(15));
    let (status, order) = user.post(&path, act).await;
    assert_eq!((status, &order["packages"][0]["state"]), (200, &json!("ready")), "{order}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_imei_entered_in_time_goes_out_with_the_order() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.memory.shops().open(BACK_MARKET_ORDER, &["11"]);
    deployment
        .put_event(&label("back-market-us", BACK_MARKET_ORDER).with("items", phones(&["11"])));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let (_, found) = user.get("/partners/back-market-us/orders?imeis=missing").await;
    let waiting = &found["orders"][0];
    assert_eq!(
        (&waiting["order_id"], &waiting["lines"][0]["is_missing"]),
        (&json!(BACK_MARKET_ORDER), &json!(true))
    );
    assert!(waiting["imei_deadline"].is_string(), "{waiting}");
    let path = format!("{}/items/11/imeis", phone_path());
    let (status, order) = user.put(&path, &[], json!({ "imeis": [IMEIS[0]] })).await;
    assert_eq!((status, &order["packages"][0]["state"]), (200, &json!("ready")));
    assert_eq!(order["lines"][0]["imeis"][0], "***********7518");
    assert!(!order.to_string().contains(IMEIS[0]));
    deployment.until_quiet().await;
    assert!(
        deployment.shown(&back_market_key()).starts_with("1: confirmed"),
        "{}",
        deployment.shown(&back_market_key())
    );
    let sent = deployment.memory.sent();
    assert!(sent.iter().any(|request| String::from_utf8_lossy(request.body()).contains(IMEIS[0])));
    assert_eq!(
        user.get("/partners/back-market-us/orders?imeis=missing").await.1["orders"],
        json!([])
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_persons_imei_is_newer_than_one_of_a_clock_that_is_ahead() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]).when("updated_at", 3_000));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let path = format!("{}/items/11/imeis", phone_path());
    let (_, order) = user.put(&path, &[], json!({ "imeis": [IMEIS[1]] })).await;
    assert_eq!(order["imeis"][0]["imeis"], json!(["***********3809"]));
    let (_, order) = user.put(&path, &[], json!({ "imeis": [] })).await;
    assert_eq!(order["imeis"][0]["imeis"], json!([]));
}

#[rustfmt::skip]
#[rstest]
#[case::a_wrong_digit("back-market-us", json!({"imeis":["490154203237519"]}), 400, "imeis[0]")]
#[case::too_short("back-market-us", json!({"imeis":["4901542032375"]}), 400, "imeis[0]")]
#[case::a_number("back-market-us", json!({"imeis":[490_154_203_237_518_u64]}), 400, "imeis[0]")]
#[case::twice("back-market-us", json!({"imeis":[IMEIS[0], IMEIS[0]]}), 400, "imeis[1]")]
#[case::too_many("back-market-us", json!({"imeis":vec![IMEIS[0]; 21]}), 400, "imeis")]
#[case::elsewhere("amazon-us", json!({"imeis":[IMEIS[0]]}), 409, "partner")]
#[tokio::test(start_paused = true)]
async fn a_wrong_imei_is_refused_and_never_repeated(#[case] partner: &str, #[case] body: Value, #[case] status: u16, #[case] field: &str) {
    let user = ApiUser::of(&deployment_under(ASSIGNED));
    let (found, problem) = user.put(&format!("/partners/{partner}/orders/7/items/i1/imeis"), &[], body).await;
    assert_eq!((found, &problem["field"]), (status, &json!(field)), "{problem}");
    assert!(!problem.to_string().contains("4901542"), "{problem}");
}

async fn rejected_order() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    let reply = testkit::answer(
        400,
        &json!({ "errors": [{ "code": "InvalidInput", "message": "no such carrier" }] }),
    );
    serve_submissions(&deployment, reply);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment
}

/// Lets Amazon answer submissions so, and give out tokens.
fn serve_submissions(deployment: &Deployment, reply: channels::Answer) {
    deployment.memory.serve(move |request| {
        if request.uri().path().contains("token") {
            return Ok(testkit::answer(200, &json!({ "access_token": "t", "expires_in": 3600 })));
        }
        Ok(reply.clone())
    });
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn rejected_confirmations_are_tried_again_together() {
    let mut deployment = rejected_order().await;
    assert!(
        deployment.shown(&amazon_key()).starts_with("1: rejected"),
        "{}",
        deployment.shown(&amazon_key())
    );
    deployment.put_event(&amazon_label_of("902-2", "1Z999AA1000002"));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let (status, preview) = user.get("/retries").await;
    assert_eq!((status, preview["retry"].as_array().unwrap().len()), (200, 2), "{preview}");
    assert!(preview["warning"].as_str().unwrap().contains("cannot be taken back"));
    serve_submissions(&deployment, testkit::answer(204, &Value::Null));
    let named =
        |order: &str| json!({ "partner_id": "amazon-us", "order_id": order, "package_id": "1" });
    let body = json!({ "packages": [named(AMAZON_ORDER), named("902-none")], "reason": "the carrier is known now" });
    let (status, done) = user.post("/retries", body).await;
    assert_eq!((status, &done["results"][0]["is_retried"]), (200, &json!(true)));
    assert_eq!(
        (&done["results"][1]["is_retried"], &done["results"][1]["why_not"]),
        (&json!(false), &json!("you have no order `902-none`"))
    );
    deployment.until_quiet().await;
    assert!(
        deployment.shown(&amazon_key()).starts_with("1: confirmed"),
        "{}",
        deployment.shown(&amazon_key())
    );
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_preview_leaves_out_what_would_not_be_sent_or_would_override() {
    let mut deployment = rejected_order().await;
    deployment.put_event(&testkit::cancel("amazon-us", AMAZON_ORDER));
    deployment.put_event(&amazon_label_of("902-2", "1Z999AA1000002"));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let hold = json!({ "package_id": "1", "action": "hold", "reason": "x" });
    deployment.put_event(&label("back-market-us", "7").with("tracking_number", "1Z999AA1000003"));
    deployment.deliver().await;
    assert_eq!(
        user.post("/partners/back-market-us/orders/7/actions", hold).await.0,
        409,
        "it was sent"
    );
    let (_, preview) = user.get("/retries").await;
    let left: Vec<&str> = preview["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|left| left["order_id"].as_str())
        .collect();
    assert_eq!(left, [AMAZON_ORDER], "{preview:#}");
    assert_eq!(preview["left_out"][0]["why"], "it would not be sent, but be withheld");
    assert_eq!(preview["retry"][0]["order_id"], "902-2");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn orders_are_listed_searched_and_paged() {
    let mut deployment = deployment_under(MOVES);
    for number in 0..3 {
        deployment.put_event(&amazon_label_of(
            &format!("902-{number}"),
            &format!("1Z999AA100000{number}"),
        ));
        deployment.deliver().await;
        deployment.memory.advance(SignedDuration::from_secs(1));
    }
    let user = ApiUser::of(&deployment);
    let (_, first) = user.get("/partners/amazon-us/orders?limit=2").await;
    let ids = |page: &Value| {
        page["orders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|order| order["order_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), ["902-2", "902-1"]);
    let cursor = first["cursor"].as_str().unwrap();
    let (_, second) =
        user.get(&format!("/partners/amazon-us/orders?limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&second), second["cursor"].is_null()), (vec!["902-0".to_owned()], true));
    for search in ["902-1", "1Z999AA1000001", "1z999%20aa-1000001"] {
        let (status, found) = user.get(&format!("/orders?search={search}")).await;
        assert_eq!((status, ids(&found)), (200, vec!["902-1".to_owned()]), "{search}");
    }
    assert_eq!(user.get("/orders?search=nothing%20like%20it").await.1["orders"], json!([]));
    let (status, tracking) = user.get("/trackings/1Z999AA1000001").await;
    assert_eq!((status, ids(&tracking)), (200, vec!["902-1".to_owned()]));
    assert_eq!(user.get("/trackings/1Z999AA9999999").await.0, 404);
}

#[rustfmt::skip]
#[rstest]
#[case::a_forged_cursor("/partners/amazon-us/orders?cursor=S%23other%23P%23x", 400, "cursor")]
#[case::a_cursor_of_another_list("/orders?attention=true&cursor=1~902-1", 400, "cursor")]
#[case::a_cursor_for_a_search("/orders?search=x&cursor=1~a~b", 400, "cursor")]
#[case::too_long_a_page("/partners/amazon-us/orders?limit=101", 400, "limit")]
#[case::no_page("/partners/amazon-us/orders?limit=0", 400, "limit")]
#[case::a_signed_page("/partners/amazon-us/orders?limit=%2B5", 400, "limit")]
#[case::no_such_parameter("/partners/amazon-us/orders?curser=1", 400, "curser")]
#[case::a_parameter_twice("/partners/amazon-us/orders?limit=1&limit=2", 400, "limit")]
#[case::neither("/orders", 400, "attention")]
#[case::both("/orders?attention=true&search=x", 400, "attention")]
#[case::attention_of_another_kind("/orders?attention=false", 400, "attention")]
#[case::other_imeis("/partners/amazon-us/orders?imeis=there", 400, "imeis")]
#[case::no_timing("/partners/amazon-us/settings/effect", 400, "timing")]
#[case::no_id("/partners/a%20b", 400, "partner")]
#[case::a_dot("/partners/.a", 400, "partner")]
#[case::no_number("/trackings/123", 400, "number")]
#[tokio::test(start_paused = true)]
async fn a_wrong_question_is_refused(#[case] target: &str, #[case] status: u16, #[case] field: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (found, problem) = user.get(target).await;
    assert_eq!((found, &problem["field"]), (status, &json!(field)), "{problem}");
    assert!(problem["type"].as_str().unwrap().starts_with("urn:shipconfirm:problem:"));
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(field)));
}
