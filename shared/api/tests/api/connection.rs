//! The test of a partner's connection: the API asks its channel's sender, which reads the account (rule D5).

use channels::Answer;
use domain::Channel;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{amazon, answer, partner_of, secret_name, seller};

const PATH: &str = "/partners/amazon-us/test";

fn refusal() -> Answer {
    answer(403, &json!({ "errors": [{ "code": "Unauthorized", "message": "denied" }] }))
}

#[rstest]
#[case::taken(None, true, "taken")]
#[case::refused(Some(refusal()), true, "refused")]
#[case::refused_as_401(Some(answer(401, &Value::Null)), true, "refused")]
#[case::unavailable(Some(answer(503, &Value::Null)), true, "unclear")]
#[case::another_shape(Some(answer(200, &json!({ "ok": true }))), true, "unclear")]
#[case::no_secret(None, false, "refused")]
#[tokio::test(start_paused = true)]
async fn a_person_tests_a_connection(
    #[case] account: Option<Answer>,
    #[case] has_secret: bool,
    #[case] expected: &str,
) {
    let mut deployment = deployment_under(MOVES);
    deployment.memory.shops().answer_account(account);
    if !has_secret {
        deployment.memory.put_secret(&secret_name(&amazon()), None);
    }
    let user = ApiUser::of(&deployment);
    assert_eq!(user.get(PATH).await.0, 404, "nobody has asked");
    let (status, asked) = user.post(PATH, json!({})).await;
    assert_eq!((status, &asked["connection"]), (202, &Value::Null), "{asked}");
    assert_eq!(asked["asked_by"], "ann@acme.example");
    deployment.until_quiet().await;
    let (status, test) = user.get(PATH).await;
    assert_eq!((status, &test["connection"]), (200, &json!(expected)), "{test}");
    assert!(test["at"].is_string() && test["says"].is_string(), "{test}");
    let stopped = user.get("/partners/amazon-us").await.1["stopped"].clone();
    assert_eq!(stopped, Value::Null, "a test stops nobody");
    assert!(deployment.dead.is_empty(), "{:?}", deployment.dead);
    assert_eq!(user.of_seller("globex").post(PATH, json!({})).await.0, 404);
}

/// A secret that was replaced a moment ago is the one that is tested.
#[rstest]
#[tokio::test(start_paused = true)]
async fn credentials_that_are_saved_are_tested_at_once() {
    let mut deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    user.post(PATH, json!({})).await;
    deployment.until_quiet().await;
    let before = deployment.memory.shops().tokens();
    let (_, partner) = user.get("/partners/amazon-us").await;
    let body = json!({ "channel": "amazon", "name": "Amazon US", "settings": partner["settings"],
        "credentials": { "client_id": "c", "client_secret": "s", "refresh_token": "r2" } });
    let (status, saved) = user.put("/partners/amazon-us", &[("if-match", "\"1\"")], body).await;
    assert_eq!(status, 200, "{saved}");
    assert_eq!(user.get(PATH).await.1["connection"], Value::Null, "it is under way");
    deployment.until_quiet().await;
    assert_eq!(user.get(PATH).await.1["connection"], "taken");
    assert_eq!(deployment.memory.shops().tokens(), before + 1, "by a token of the new secret");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_says_so() {
    let mut deployment = deployment_under(MOVES);
    deployment.memory.register(&partner_of(&seller(), "shop", Channel::UntilGone));
    let user = ApiUser::of(&deployment);
    assert_eq!(user.post("/partners/shop/test", json!({})).await.0, 202);
    for partner in deployment.memory.take_test_bells() {
        let bell = domain::TestBell::of(&partner.seller, &partner.id);
        let sender = sender_of::<channels::UntilGone>(&deployment);
        let invocation = deployment.invocation();
        assert_eq!(sender.test(&bell, &invocation).await, flows::Handled::Done);
    }
    assert_eq!(user.get("/partners/shop/test").await.1["connection"], "untestable");
}
