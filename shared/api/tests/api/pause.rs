//! Rules A1 and A3: a person pauses and resumes what the seller has, and lets a partner observe; the deployment goes by it.

use domain::Channel;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{AMAZON_ORDER, Deployment, NUMBER, Turn, partner_of, seller, under};

const PARTNER: &str = "/partners/amazon-us";

async fn said(user: &ApiUser, path: &str, body: Value) -> Value {
    let (status, answer) = user.post(path, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// A ready order and one in doubt, at a partner that is paused before its sender comes.
async fn paused_with_two_orders() -> (Deployment, ApiUser) {
    let mut deployment = deployment_under(ASSIGNED);
    let user = ApiUser::of(&deployment);
    deployment.memory.shops().next([Turn::LoseAnswer]);
    deployment.put_event(&amazon_label_of(OTHER_ORDER, "112345694"));
    deployment.deliver().await;
    assert!(
        deployment.shown(&other_key()).contains("in_doubt"),
        "{}",
        deployment.shown(&other_key())
    );
    said(&user, &format!("{PARTNER}/pause"), json!({ "reason": "A wrong release." })).await;
    deployment.put_event(&amazon_label());
    (deployment, user)
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a1_nothing_leaves_while_it_lasts_and_all_goes_on_at_once() {
    let (mut deployment, user) = paused_with_two_orders().await;
    let sent = deployment.memory.sent().len();
    deployment.run_for(minutes(26 * 60)).await;
    assert_eq!(deployment.memory.sent().len(), sent, "nothing is sent, and nothing read");
    assert_eq!(deployment.shown(&amazon_key()).split(',').next(), Some("1: ready"));
    let (_, order) = user.get(&format!("{PARTNER}/orders/{AMAZON_ORDER}")).await;
    assert_eq!(order["packages"][0]["attention"], json!([]), "it is not late for it");
    said(&user, &format!("{PARTNER}/resume"), json!({})).await;
    deployment.run_for(minutes(2)).await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    assert_eq!(deployment.shown(&other_key()), "1: confirmed 112345694");
    assert_eq!(deployment.memory.shops().applied().len(), 2, "each once");
    assert!(deployment.dead.is_empty(), "{:?}", deployment.dead);
}

/// The message that a partner was resumed may be lost: then its work goes on within half an hour.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a1_it_goes_on_also_where_its_sender_does_not_hear_of_it() {
    let (mut deployment, user) = paused_with_two_orders().await;
    deployment.run_for(minutes(60)).await;
    said(&user, &format!("{PARTNER}/resume"), json!({})).await;
    deployment.memory.take_resume_bells();
    deployment.run_for(minutes(31)).await;
    assert_eq!(deployment.memory.shops().applied().len(), 2);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a1_who_why_and_since_when_is_shown_and_the_first_pause_stays() {
    let deployment = deployment_under(ASSIGNED);
    let user = ApiUser::of(&deployment);
    let path = format!("{PARTNER}/pause");
    let paused = said(&user, &path, json!({ "reason": "A wrong release." })).await;
    assert_eq!(paused["paused"]["by"], "ann@acme.example");
    assert_eq!(paused["paused"]["reason"], "A wrong release.");
    let again = said(&user, &path, json!({ "reason": "Another." })).await;
    assert_eq!(again["paused"], paused["paused"]);
    assert_eq!(again["version"], paused["version"], "nothing was changed");
    let (_, found) = user.get("/orders?attention=true").await;
    assert_eq!(found["partners"][0]["paused"]["reason"], "A wrong release.");
    let (_, groups) = user.get("/attention").await;
    assert_eq!(groups["groups"][0]["reason"], "partner_paused");
    let resumed = said(&user, &format!("{PARTNER}/resume"), json!({})).await;
    assert_eq!(resumed["paused"], Value::Null);
    assert_eq!(user.get("/orders?attention=true").await.1["partners"], json!([]));
}

#[rstest]
#[case::no_reason(json!({}), "reason")]
#[case::an_empty_one(json!({ "reason": " " }), "reason")]
#[case::too_long(json!({ "reason": "x".repeat(121) }), "reason")]
#[case::something_else(json!({ "reason": "x", "channel": "amazon" }), "channel")]
#[tokio::test(start_paused = true)]
async fn a_pause_has_a_reason(#[case] body: Value, #[case] field: &str) {
    let user = ApiUser::of(&deployment_under(ASSIGNED));
    let (status, problem) = user.post(&format!("{PARTNER}/pause"), body).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a1_a_channel_and_a_seller_are_paused_by_each_of_their_partners() {
    let deployment = deployment_under(ASSIGNED);
    let another = partner_of(&seller(), "amazon-ca", Channel::Amazon);
    deployment.memory.register(&under(ASSIGNED, another));
    let user = ApiUser::of(&deployment);
    said(&user, "/partners/amazon-ca/pause", json!({ "reason": "First." })).await;
    let of_amazon = json!({ "reason": "An incident there.", "channel": "amazon" });
    let paused = said(&user, "/pause", of_amazon).await;
    assert_eq!(paused["changed"], json!(["amazon-us"]), "the other one was so before");
    assert_eq!(paused["partners"].as_array().map(Vec::len), Some(2));
    let paused = said(&user, "/pause", json!({ "reason": "Everything." })).await;
    assert_eq!(paused["changed"], json!(["back-market-us"]));
    let resumed = said(&user, "/resume", json!({ "channel": "amazon" })).await;
    assert_eq!(resumed["changed"], json!(["amazon-ca", "amazon-us"]));
    let resumed = said(&user, "/resume", json!({})).await;
    assert_eq!(resumed["changed"], json!(["back-market-us"]));
    let (status, problem) = user.post("/resume", json!({ "channel": "etsy" })).await;
    assert_eq!((status, &problem["field"]), (400, &json!("channel")), "{problem}");
    let other = ApiUser::of(&deployment).of_seller("globex");
    assert_eq!(other.post("/pause", json!({ "reason": "x" })).await.0, 200);
    let (_, partners) = user.get("/partners").await;
    let all = partners["partners"].as_array().expect("there are some");
    assert!(all.iter().all(|partner| partner["paused"].is_null()), "{partners}");
}

/// Changes of settings are made as ever, and a pause stays through them.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a1_a_pause_stays_through_a_change_of_settings() {
    let deployment = deployment_under(ASSIGNED);
    let user = ApiUser::of(&deployment);
    let paused = said(&user, &format!("{PARTNER}/pause"), json!({ "reason": "A look." })).await;
    let tag = format!("\"{}\"", paused["version"]);
    let body = json!({ "timing": "when_tracking_shows_movement" });
    let (status, _) = user.put(&format!("{PARTNER}/settings"), &[("if-match", &tag)], body).await;
    assert_eq!(status, 200);
    assert_eq!(user.get(PARTNER).await.1["paused"], paused["paused"]);
}

async fn set_mode(user: &ApiUser, mode: &str) -> Value {
    let (_, partner) = user.get(PARTNER).await;
    let tag = format!("\"{}\"", partner["version"]);
    let body = json!({ "timing": "when_tracking_is_assigned", "mode": mode });
    let (status, answer) =
        user.put(&format!("{PARTNER}/settings"), &[("if-match", &tag)], body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a3_what_is_observed_is_shown_and_sent_by_a_person_alone() {
    let mut deployment = deployment_under(ASSIGNED);
    let user = ApiUser::of(&deployment);
    assert_eq!(user.get(PARTNER).await.1["mode"], "live", "that is the standard");
    assert_eq!(set_mode(&user, "observe").await["mode"], "observe");
    deployment.put_event(&amazon_label());
    deployment.run_for(minutes(60)).await;
    assert_eq!(deployment.memory.shops().applied(), []);
    let path = format!("{PARTNER}/orders/{AMAZON_ORDER}");
    let (_, order) = user.get(&path).await;
    let package = &order["packages"][0];
    assert_eq!((&package["state"], &package["is_sent"]), (&json!("observed"), &json!(false)));
    assert_eq!(package["observed"]["tracking_number"], NUMBER);
    assert_eq!(package["observed"]["proof"]["kind"], "label");
    assert_eq!((&package["sent"], &package["attention"]), (&Value::Null, &json!([])));
    let act = |action: &str| json!({ "package_id": "1", "action": action, "reason": "To see." });
    let (status, problem) = user.post(&format!("{path}/actions"), act("send_now")).await;
    assert_eq!(status, 409, "{problem}");
    let (status, _) = user.post(&format!("{path}/actions"), act("look")).await;
    assert_eq!(status, 200);
    deployment.run_for(minutes(1)).await;
    let (_, order) = user.get(&path).await;
    assert_eq!(order["packages"][0]["detail"]["shows"]["what"], "nothing");
    let (_, orders) = user.get(&format!("{PARTNER}/orders?state=observed")).await;
    assert_eq!(orders["orders"][0]["order_id"], AMAZON_ORDER);
    let left = set_mode(&user, "live").await;
    assert_eq!(left["effect"]["observed"]["packages"], 1);
    deployment.run_for(minutes(60)).await;
    assert_eq!(deployment.memory.shops().applied(), [], "leaving sends nothing");
    let (status, _) = user.post(&format!("{path}/actions"), act("send_now")).await;
    assert_eq!(status, 200);
    deployment.run_for(minutes(1)).await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    let (_, orders) = user.get(&format!("{PARTNER}/orders?state=observed")).await;
    assert_eq!(orders["orders"], json!([]));
}

#[rstest]
#[case::another_mode(json!({ "timing": "when_tracking_is_assigned", "mode": "off" }))]
#[tokio::test(start_paused = true)]
async fn a_wrong_mode_is_refused(#[case] body: Value) {
    let user = ApiUser::of(&deployment_under(ASSIGNED));
    let (status, problem) =
        user.put(&format!("{PARTNER}/settings"), &[("if-match", "\"1\"")], body).await;
    assert_eq!((status, &problem["field"]), (400, &json!("mode")), "{problem}");
    assert_eq!(problem["allowed"], json!(["live", "observe"]));
    let (status, problem) = user.get(&format!("{PARTNER}/orders?state=ready")).await;
    assert_eq!((status, &problem["field"]), (400, &json!("state")), "{problem}");
}
