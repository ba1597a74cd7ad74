//! What needs a person, in groups, and one action for all of a group.

use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, label};

/// More than one page of a list has.
const MANY: usize = 130;

/// Orders that wait for a scan, and whose ship-by was told as a day: it is over at its end at most.
async fn late_orders(
    partner: &str,
    orders: impl Iterator<Item = usize>,
    day: &str,
    to: &mut Deployment,
) {
    for order in orders {
        let told = label(partner, &format!("902-{order}"))
            .with("tracking_number", format!("1Z999AA1{order:07}"))
            .with("ship_by", day);
        to.put_event(&told);
    }
    to.deliver().await;
}

async fn stage() -> Deployment {
    let mut deployment = deployment_under(MOVES);
    late_orders("amazon-us", 0..MANY, "2026-11-22", &mut deployment).await;
    late_orders("back-market-us", 500..503, "2026-11-22", &mut deployment).await;
    late_orders("amazon-us", 600..602, "2026-11-21", &mut deployment).await;
    deployment
}

fn rows(body: &Value) -> Vec<(String, String, String, u64)> {
    let groups = body["groups"].as_array().expect("a list");
    let text = |group: &Value, field: &str| group[field].as_str().unwrap_or_default().to_owned();
    let row = |group: &Value| {
        let count = group["count"].as_u64().unwrap_or_default();
        (text(group, "partner_id"), text(group, "reason"), text(group, "day"), count)
    };
    groups.iter().map(row).collect()
}

fn row(partner: &str, reason: &str, day: &str, count: u64) -> (String, String, String, u64) {
    (partner.to_owned(), reason.to_owned(), day.to_owned(), count)
}

const GROUP: &str = "partner_id=amazon-us&reason=ship_by_passed&day=2026-11-22";

#[tokio::test(start_paused = true)]
async fn thousands_of_orders_are_a_handful_of_rows() {
    let deployment = stage().await;
    let user = ApiUser::of(&deployment);
    let (status, body) = user.get("/attention").await;
    assert_eq!((status, &body["is_complete"]), (200, &json!(true)));
    assert_eq!(
        rows(&body),
        [
            row("amazon-us", "ship_by_passed", "2026-11-21", 2),
            row("amazon-us", "ship_by_passed", "2026-11-22", 130),
            row("back-market-us", "ship_by_passed", "2026-11-22", 3),
        ]
    );
    assert_eq!(body["groups"][0]["first_at"], "2026-11-21T09:59:59.999Z", "the ship-by itself");
    let other = user.of_seller("other");
    assert_eq!(
        other.get("/attention").await.1,
        json!({ "groups": [], "quiet_feed": null, "is_complete": true })
    );
}

/// The orders of a group come page by page, and those of no other group.
#[tokio::test(start_paused = true)]
async fn a_group_is_listed_by_itself() {
    let deployment = stage().await;
    let user = ApiUser::of(&deployment);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let target = format!("/orders?attention=true&limit=60&{GROUP}{cursor}");
        let (status, page) = user.get(&target).await;
        assert_eq!(status, 200, "{page}");
        let orders = page["orders"].as_array().unwrap();
        found.extend(orders.iter().map(|order| order["order_id"].as_str().unwrap().to_owned()));
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), MANY);
    assert!(found.iter().all(|order| order.len() < "902-1000".len()), "{found:?}");
}

/// What is done to a group leaves out what changed meanwhile, and every other group.
#[tokio::test(start_paused = true)]
async fn one_word_sends_a_group() {
    let mut deployment = stage().await;
    let user = ApiUser::of(&deployment);
    let target = "/attention/actions?action=send_now&partner_id=back-market-us&reason=ship_by_passed&day=2026-11-22";
    let (status, preview) = user.get(target).await;
    assert_eq!((status, preview["does"].as_array().map(Vec::len)), (200, Some(3)), "{preview:#}");
    assert_eq!(preview["does"][0]["then"], "ready");
    assert!(preview["warning"].as_str().unwrap().contains("cannot be taken back"));
    deployment.put_event(&testkit::cancel("back-market-us", "902-501"));
    deployment.deliver().await;
    let packages: Vec<Value> = preview["does"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({ "partner_id": one["partner_id"], "order_id": one["order_id"], "package_id": one["package_id"], "version": one["version"] }))
        .collect();
    let body =
        json!({ "action": "send_now", "packages": packages, "reason": "they are on their way" });
    let (status, done) = user.post("/attention/actions", body).await;
    let is_done: Vec<&Value> =
        done["results"].as_array().unwrap().iter().map(|one| &one["is_done"]).collect();
    assert_eq!(
        (status, is_done),
        (200, vec![&json!(true), &json!(false), &json!(true)]),
        "{done:#}"
    );
    deployment.until_quiet().await;
    let (_, body) = user.get("/attention").await;
    let expected = [
        // The marketplace does not know these lines.
        row("back-market-us", "rejected", "2026-11-23", 2),
        row("amazon-us", "ship_by_passed", "2026-11-21", 2),
        row("amazon-us", "ship_by_passed", "2026-11-22", 130),
    ];
    assert_eq!(rows(&body), expected);
}

/// To put a group aside sends nothing, and ends its rows.
#[tokio::test(start_paused = true)]
async fn one_word_puts_a_group_aside() {
    let mut deployment = stage().await;
    let user = ApiUser::of(&deployment);
    let target = "/attention/actions?action=put_aside&partner_id=amazon-us&reason=ship_by_passed&day=2026-11-21";
    let (_, preview) = user.get(target).await;
    assert_eq!(
        (preview["does"].as_array().map(Vec::len), &preview["warning"]),
        (Some(2), &Value::Null)
    );
    let packages: Vec<Value> = preview["does"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({ "partner_id": one["partner_id"], "order_id": one["order_id"], "package_id": one["package_id"] }))
        .collect();
    let body =
        json!({ "action": "put_aside", "packages": packages, "reason": "the pick-up was late" });
    assert_eq!(user.post("/attention/actions", body).await.0, 200);
    deployment.until_quiet().await;
    let (_, body) = user.get("/attention").await;
    assert_eq!(rows(&body).iter().map(|row| row.3).collect::<Vec<_>>(), [130, 3]);
    assert!(deployment.memory.shops().applied().is_empty());
}

#[rstest]
#[case::no_action(
    "/attention/actions",
    "action: is missing; allowed: retry, send_now, release, put_aside"
)]
#[case::no_such_action(
    "/attention/actions?action=hold",
    "action: `hold` is not one of its values; allowed: retry, send_now, release, put_aside"
)]
#[case::a_part_of_a_group(
    "/orders?attention=true&partner_id=amazon-us&day=2026-11-22",
    "reason: is missing: a group is named by all three; allowed: partner_id, reason, day"
)]
#[case::no_day(
    "/orders?attention=true&partner_id=amazon-us&reason=rejected&day=22.11.2026",
    "day: `22.11.2026` is no day; allowed: a day of UTC, such as `2026-11-30`"
)]
#[case::a_cursor_of_another_list(
    "/orders?attention=true&partner_id=amazon-us&reason=rejected&day=2026-11-22&cursor=0~0~",
    "cursor: is not one of this list; allowed: `cursor` of the page before"
)]
#[case::a_group_of_a_search(
    "/orders?search=9&partner_id=amazon-us&reason=rejected&day=2026-11-22",
    "partner_id: is not for a search; allowed: only with attention=true"
)]
#[tokio::test(start_paused = true)]
async fn what_names_no_group_is_refused(#[case] target: &str, #[case] expected: &str) {
    let deployment = deployment_under(MOVES);
    let (status, problem) = ApiUser::of(&deployment).get(target).await;
    assert_eq!((status, problem["detail"].as_str()), (400, Some(expected)), "{problem:#}");
}
