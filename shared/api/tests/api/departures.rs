//! A partner is deleted: it is said before, nothing of it goes out from then on, and all that is its own is deleted in the end.

use domain::{Channel, Partner, Stopped};
use flows::ports::{Clock as _, Secrets as _};
use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, Turn, amazon, at, scan, secret_name, text};

const PATH: &str = "/partners/amazon-us";
const DELETION: &str = "/partners/amazon-us/deletion";

async fn delete(user: &ApiUser, version: u64) -> (u16, Value) {
    let tag = format!("\"{version}\"");
    let call = user.ask(Method::DELETE, PATH, &[("if-match", &tag)], "");
    let (status, body, _) = user.call(call).await;
    (status, body)
}

/// Goes on until it is done. Returns the last answer.
async fn until_done(deployment: &Deployment, user: &ApiUser) -> Value {
    for _ in 0..100 {
        let (status, progress) = user.post(DELETION, json!({})).await;
        assert_eq!(status, 200, "{progress}");
        if progress["done_at"].is_string() {
            return progress;
        }
        deployment.memory.advance(SignedDuration::from_secs(10));
    }
    panic!("it is never done");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_deleted_partner_leaves_nothing() {
    let mut deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    let (status, before) = user.get(DELETION).await;
    assert_eq!(
        (status, &before["orders"], &before["packages_unsent"]),
        (200, &json!(1), &json!(1))
    );
    assert!(before["warnings"].as_array().is_some_and(|all| all.len() > 2), "{before}");
    assert_eq!(user.post(DELETION, json!({})).await.0, 409, "it is not begun");
    assert_eq!(delete(&user, 7).await.0, 412);

    let (status, begun) = delete(&user, 1).await;
    assert_eq!((status, &begun["begun_by"]), (202, &json!("ann@acme.example")), "{begun}");
    assert_eq!(user.get(PATH).await.0, 404);
    let (_, partners) = user.get("/partners").await;
    assert_eq!(partners["leaving"][0]["partner_id"], "amazon-us", "{partners}");
    // The parcel moves, and a label is told: nothing goes out, and the label is refused.
    deployment.put_event(&scan(testkit::NUMBER));
    deployment.put_event(&amazon_label_of(OTHER_ORDER, "1Z999AA10123456784"));
    deployment.run_for(minutes(10)).await;
    assert!(deployment.memory.shops().applied().is_empty(), "something was sent");
    assert!(deployment.memory.stored(&other_key()).is_none());

    let done = until_done(&deployment, &user).await;
    assert_eq!(done["orders_deleted"], 1, "{done}");
    assert!(deployment.memory.stored(&amazon_key()).is_none());
    assert_eq!(deployment.memory.secret(&secret_name(&amazon())).await, Ok(None));
    assert_eq!(user.get("/partners").await.1["leaving"], json!([]));
    assert_eq!(user.get(DELETION).await.1["done_at"], done["done_at"], "it says so later, too");
    let (_, log) = user.get("/partners/amazon-us/changes").await;
    assert_eq!(
        log["changes"][0]["fields"][0]["field"], "partner",
        "who deleted it is known: {log}"
    );
}

/// Labels that are told again would be confirmed again under the same id.
#[rstest]
#[tokio::test(start_paused = true)]
async fn its_id_is_taken_for_half_a_year() {
    let deployment = waiting_order().await;
    let user = ApiUser::of(&deployment);
    assert_eq!(delete(&user, 1).await.0, 202);
    let body = json!({ "channel": "amazon", "name": "Amazon", "settings": { "region": "na", "marketplace_id": "A1" },
        "credentials": { "client_id": "c", "client_secret": "s", "refresh_token": "r" } });
    let register = async || user.put(PATH, &[("if-none-match", "*")], body.clone()).await;
    let (status, problem) = register().await;
    assert_eq!((status, &problem["field"]), (409, &json!("partner")), "{problem}");
    until_done(&deployment, &user).await;
    for (days, expected) in [(179, 409), (1, 201)] {
        deployment.memory.advance(SignedDuration::from_hours(24 * days));
        let (status, problem) = register().await;
        assert_eq!(status, expected, "{problem}");
    }
}

/// What was submitted and is not known to be applied must be settled first. Where the partner is stopped nobody can.
#[rstest]
#[case::goes_on(false, 409)]
#[case::stopped(true, 202)]
#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_settled_first(#[case] is_stopped: bool, #[case] expected: u16) {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.shops().next([Turn::LoseAnswer]);
    let answered = ring_at::<channels::Amazon>(&mut deployment, &amazon_key()).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: in_doubt 1Z999AA10123456784", "{answered:?}");
    if is_stopped {
        let stopped = Stopped { at: at(1), reason: text("refused"), secret: "v".to_owned() };
        deployment.memory.register(&Partner { stopped: Some(stopped), ..amazon() });
    }
    let user = ApiUser::of(&deployment);
    assert_eq!(user.get(DELETION).await.1["packages_under_way"], 1);
    let (status, answer) = delete(&user, 1).await;
    assert_eq!(status, expected, "{answer}");
    if expected == 409 {
        assert!(answer["detail"].as_str().unwrap_or_default().contains("in doubt"), "{answer}");
        assert_eq!(user.get(PATH).await.0, 200);
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn only_its_own_is_deleted() {
    let mut deployment = waiting_order().await;
    deployment.put_event(&phone_label());
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    assert_eq!(ApiUser::of(&deployment).of_seller("globex").get(DELETION).await.0, 404);
    assert_eq!(delete(&user, 1).await.0, 202);
    until_done(&deployment, &user).await;
    assert!(deployment.memory.stored(&back_market_key()).is_some());
    let (_, partners) = user.get("/partners").await;
    let channels = partners["partners"].as_array().expect("a list");
    assert!(channels.iter().any(|one| one["channel"] == Channel::BackMarket.name()), "{partners}");
    assert!(deployment.memory.now() > at(0));
}
