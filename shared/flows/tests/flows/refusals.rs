//! One refusal is one order's (rule D5): the account is read before a second refusal of credentials stops a partner.

use channels::Answer;
use domain::{Partner, Stopped};
use flows::ports::HttpError;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::fixtures::*;
use testkit::{BACK_MARKET_ORDER, Deployment, NUMBER, Turn, amazon, answer, back_market, label};

fn refusal() -> Answer {
    answer(403, &json!({ "errors": [{ "code": "Unauthorized", "message": "Access is denied." }] }))
}

fn stopped(deployment: &Deployment, partner: &Partner) -> Option<Stopped> {
    deployment.memory.partner_now(partner)?.stopped
}

fn refused(deployment: &Deployment) -> Vec<String> {
    let partner = deployment.memory.partner_now(&amazon()).expect("it is registered");
    partner.refused.iter().map(ToString::to_string).collect()
}

/// Refuses the submissions of these orders for good, and nothing else.
fn refuse(deployment: &Deployment, orders: &[&str]) {
    let (shops, orders) = (deployment.memory.shops().clone(), orders.join(" "));
    deployment.memory.serve(move |request| {
        let order = request.uri().path().split('/').nth(5).unwrap_or_default().to_owned();
        let is_submission = request.method() == Method::POST && !order.is_empty();
        if is_submission && orders.contains(&order) { Ok(refusal()) } else { shops.answer(request) }
    });
}

async fn labels(deployment: &mut Deployment, orders: &[&str]) {
    for order in orders {
        let number = format!("1Z999{}", order.replace('-', ""));
        deployment.put_event(&label("amazon-us", order).with("tracking_number", number));
        deployment.until_quiet().await;
    }
}

const FIRST: &str = "902-1106328-6100001";
const SECOND: &str = "902-1106328-6100002";
const THIRD: &str = "902-1106328-6100003";
const GOOD: &str = "902-1106328-6100009";

/// The order is rejected with the channel's words, and the account goes on.
#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_that_alone_is_refused_is_rejected() {
    let mut deployment = deployment_under(ASSIGNED);
    refuse(&deployment, &[FIRST]);
    labels(&mut deployment, &[FIRST, GOOD]).await;
    let shown = deployment.shown(&testkit::key("amazon-us", FIRST));
    assert!(shown.contains("rejected"), "{shown}");
    assert_eq!(stopped(&deployment, &amazon()), None);
    let good = deployment.shown(&testkit::key("amazon-us", GOOD));
    assert!(good.contains("confirmed"), "{good}");
    let stored = deployment.memory.stored(&testkit::key("amazon-us", FIRST)).expect("it is there");
    let view = domain::order_view(&stored.order, stored.version.0);
    assert!(view.to_string().contains("Access is denied."), "{view:#}");
}

/// What the account says decides.
#[rstest]
#[case::refused(Some(refusal()), "ready", true)]
#[case::refused_as_401(Some(answer(401, &json!({}))), "ready", true)]
#[case::taken(None, "rejected", false)]
#[case::unavailable(Some(answer(503, &json!({}))), "ready", false)]
#[case::too_many(Some(answer(429, &json!({}))), "ready", false)]
#[case::another_shape(Some(answer(200, &json!({ "payload": {} }))), "ready", false)]
#[case::a_page(Some(page(200)), "ready", false)]
#[case::a_firewall(Some(page(403)), "ready", false)]
#[case::cut(Some(Answer { is_whole: false, ..answer(200, &json!({ "orders": [] })) }), "ready", false)]
#[tokio::test(start_paused = true)]
async fn the_accounts_answer_decides(
    #[case] account: Option<Answer>,
    #[case] state: &str,
    #[case] is_stopped: bool,
) {
    let mut deployment = deployment_with_ready_order().await;
    refuse(&deployment, &[testkit::AMAZON_ORDER]);
    deployment.memory.shops().answer_account(account);
    deployment.run_for(minutes(3)).await;
    let shown = deployment.shown(&amazon_key());
    assert!(shown.contains(state), "{shown}");
    assert_eq!(stopped(&deployment, &amazon()).is_some(), is_stopped);
    assert_eq!(refused(&deployment).len(), usize::from(state == "rejected"));
}

fn page(status: u16) -> Answer {
    Answer { body: b"<html>busy</html>".to_vec(), ..answer(status, &Value::Null) }
}

/// Three different orders in a row stop the partner: it may read, and not submit. They can be tried again together.
#[rstest]
#[tokio::test(start_paused = true)]
async fn three_orders_in_a_row_stop_the_partner() {
    let mut deployment = deployment_under(ASSIGNED);
    refuse(&deployment, &[FIRST, SECOND, THIRD]);
    labels(&mut deployment, &[FIRST, SECOND]).await;
    assert_eq!((refused(&deployment).len(), stopped(&deployment, &amazon())), (2, None));
    labels(&mut deployment, &[THIRD]).await;
    let stop = stopped(&deployment, &amazon()).expect("it is stopped");
    let reason = stop.reason.as_str();
    assert!(reason.starts_with("the account may read, and not submit"), "{reason}");
    assert!([FIRST, SECOND, THIRD].iter().all(|order| reason.contains(order)), "{reason}");
    let user = testkit::api_user::ApiUser::of(&deployment);
    let (_, retries) = user.get("/attention/actions?action=retry").await;
    assert_eq!(retries["does"].as_array().map(Vec::len), Some(3), "{retries:#}");
    assert_eq!(
        user.get("/partners/amazon-us").await.1["refused_orders"],
        json!([FIRST, SECOND, THIRD])
    );
}

/// The same order counts once, and a confirmation clears the count.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_confirmation_clears_the_count() {
    let mut deployment = deployment_under(ASSIGNED);
    refuse(&deployment, &[FIRST, SECOND, THIRD]);
    labels(&mut deployment, &[FIRST, SECOND]).await;
    let user = testkit::api_user::ApiUser::of(&deployment);
    let again = json!({ "package_id": "1", "action": "retry", "reason": "again" });
    let (status, order) =
        user.post(&format!("/partners/amazon-us/orders/{SECOND}/actions"), again).await;
    assert_eq!(status, 200, "{order}");
    deployment.until_quiet().await;
    assert_eq!((refused(&deployment).len(), stopped(&deployment, &amazon())), (2, None));
    labels(&mut deployment, &[GOOD]).await;
    assert_eq!(refused(&deployment), [""; 0]);
    labels(&mut deployment, &[THIRD]).await;
    assert_eq!((refused(&deployment).len(), stopped(&deployment, &amazon())), (1, None));
}

/// A refused read of one order leaves that order in doubt, and its partner goes on.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_refused_read_of_one_order_leaves_it_in_doubt() {
    let mut deployment = deployment_with_ready_order().await;
    let shops = deployment.memory.shops().clone();
    deployment.memory.serve(move |request| {
        let path = request.uri().path().to_owned();
        let is_read = path.contains("2026-01-01") && !path.ends_with("/orders");
        match path.ends_with("shipmentConfirmation") {
            true => Err(HttpError::Unknown("connection reset".to_owned())),
            false if is_read => Ok(refusal()),
            false => shops.answer(request),
        }
    });
    deployment.run_for(minutes(30)).await;
    let shown = deployment.shown(&amazon_key());
    assert!(shown.contains("in_doubt") || shown.contains("in doubt"), "{shown}");
    assert_eq!(stopped(&deployment, &amazon()), None);
    assert_eq!(refused(&deployment), [""; 0]);
}

/// Where the channel keeps its token in no secret, the same holds.
#[rstest]
#[case::of_the_order(None, "rejected", false)]
#[case::of_the_account(Some(answer(401, &json!({}))), "ready", true)]
#[tokio::test(start_paused = true)]
async fn at_back_market_the_account_is_read_too(
    #[case] account: Option<Answer>,
    #[case] state: &str,
    #[case] is_stopped: bool,
) {
    let mut deployment = deployment_under(ASSIGNED);
    let turn = || Turn::Answer(answer(401, &json!({ "message": "who are you" })));
    deployment.memory.shops().next([turn(), turn()]);
    deployment.memory.shops().answer_account(account);
    let items = json!([{ "item_id": "11", "quantity": 1, "requires_imei": false }]);
    deployment.put_event(&label("back-market-us", BACK_MARKET_ORDER).with("items", items));
    deployment.run_for(minutes(3)).await;
    let shown = deployment.shown(&back_market_key());
    assert!(shown.contains(state), "{shown} {NUMBER}");
    assert_eq!(stopped(&deployment, &back_market()).is_some(), is_stopped);
}
