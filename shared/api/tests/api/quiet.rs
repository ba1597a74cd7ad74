//! A feed of scans that is quiet is one row, in place of one for each parcel that is not scanned (rule S4).

use domain::{Channel, Partner, SellerId, SilentHours};
use flows::ports::Clock as _;
use rstest::rstest;
use serde_json::Value;
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, amazon, at, label, parsed, partner_of, scan, seller};

fn number(order: usize) -> String {
    format!("1Z999AA1{order:07}")
}

/// Labels of as many orders of a partner, made now.
async fn labelled(partner: &str, orders: std::ops::Range<usize>, deployment: &mut Deployment) {
    for order in orders {
        let told = label(partner, &format!("902-{order}")).with("tracking_number", number(order));
        deployment.put_event(&told);
    }
    deployment.deliver().await;
}

/// A seller whose partner has this many parcels that wait for their scan.
async fn waiting(count: usize) -> Deployment {
    let mut deployment = deployment_under(MOVES);
    deployment.memory.register(&amazon());
    labelled("amazon-us", 0..count, &mut deployment).await;
    deployment
}

async fn quiet(deployment: &Deployment) -> Value {
    let user = ApiUser::of(deployment);
    let (status, mut groups) = user.get("/attention").await;
    let (_, mut list) = user.get("/orders?attention=true").await;
    assert_eq!(status, 200, "{groups}");
    let (mut row, listed) = (groups["quiet_feed"].take(), list["quiet_feed"].take());
    if let Some(fields) = row.as_object_mut() {
        fields.remove("groups");
    }
    assert_eq!(row, listed, "both lists say the same");
    row
}

async fn scanned(order: usize, deployment: &mut Deployment) {
    let now = deployment.memory.now().to_string();
    deployment.put_event(&scan(&number(order)).with("occurred_at", now));
    deployment.deliver().await;
}

#[rstest]
#[case::none(0, false)]
#[case::too_few(19, false)]
#[case::enough(20, true)]
#[tokio::test(start_paused = true)]
async fn s4_a_feed_is_quiet_while_enough_wait(#[case] count: usize, #[case] expected: bool) {
    let mut deployment = waiting(count).await;
    deployment.run_for(minutes(23 * 60)).await;
    assert_eq!(quiet(&deployment).await, Value::Null, "not for a day yet");
    deployment.run_for(minutes(2 * 60)).await;
    let row = quiet(&deployment).await;
    assert_eq!(!row.is_null(), expected, "{row}");
    if expected {
        assert_eq!(row["last_moved_on"], Value::Null);
        assert!(row["says"].as_str().unwrap().contains("20 or more"), "{row}");
    }
}

/// Labels are made on Monday at 15:00, and one of the parcels is scanned then. Tuesday passes without a scan.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_a_feed_is_quiet_once_a_whole_day_has_passed() {
    let mut deployment = waiting(22).await;
    scanned(0, &mut deployment).await;
    deployment.run_for(minutes(33 * 60 - 1)).await;
    assert_eq!(quiet(&deployment).await, Value::Null, "Tuesday is not over");
    deployment.run_for(minutes(1)).await;
    assert_eq!(quiet(&deployment).await["last_moved_on"], "2026-11-23");
    scanned(1, &mut deployment).await;
    assert_eq!(quiet(&deployment).await, Value::Null, "a scan came");
}

/// What was to be told of each parcel is in the one row, and comes back when a scan shows that the feed is well.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_the_row_of_a_quiet_feed_is_in_place_of_the_others() {
    let mut deployment = waiting(25).await;
    deployment.run_for(minutes(97 * 60)).await;
    let late = label("amazon-us", "903-1").with("ship_by", "2026-11-20");
    deployment.put_event(&late.with("tracking_number", number(900)));
    deployment.deliver().await;
    let user = ApiUser::of(&deployment);
    let (_, groups) = user.get("/attention").await;
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(1), "{groups:#}");
    assert_eq!(groups["groups"][0]["reason"], "ship_by_passed");
    assert_eq!(groups["quiet_feed"]["groups"][0]["count"], 25, "{groups:#}");
    assert_eq!(all_listed(&user).await, ["903-1"]);
    let group = "partner_id=amazon-us&reason=no_movement&day=2026-11-27&limit=100";
    let (_, page) = user.get(&format!("/orders?attention=true&{group}")).await;
    assert_eq!(page["orders"].as_array().map(Vec::len), Some(25), "they are there to look at");
    scanned(0, &mut deployment).await;
    let (_, groups) = user.get("/attention").await;
    assert_eq!(groups["quiet_feed"], Value::Null);
    let listed = all_listed(&user).await;
    // That order went out, and Amazon has none of its name.
    assert_eq!(listed[..2], ["902-0", "903-1"]);
    assert_eq!(listed.len(), 2 + 24, "{listed:?}");
}

/// The orders of the list, a page of one at a time.
async fn all_listed(user: &ApiUser) -> Vec<String> {
    let (mut orders, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = user.get(&format!("/orders?attention=true&limit=1{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        let listed = page["orders"].as_array().into_iter().flatten();
        orders.extend(listed.map(|order| order["order_id"].as_str().unwrap().to_owned()));
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return orders,
        }
    }
}

/// A feed is a seller's: a scan of another seller says nothing of it, and one of any of its own partners does.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_a_feed_is_a_sellers() {
    let mut deployment = waiting(20).await;
    let other: SellerId = parsed("other");
    let moved = |partner| Partner { moved_on: Some(at(86_400).day()), ..partner };
    deployment.memory.register(&moved(partner_of(&other, "amazon-us", Channel::Amazon)));
    deployment.run_for(minutes(25 * 60)).await;
    assert!(!quiet(&deployment).await.is_null());
    let user = ApiUser::of(&deployment).of_seller("other");
    assert_eq!(user.get("/attention").await.1["quiet_feed"], Value::Null);
    deployment.memory.register(&moved(partner_of(&seller(), "ebay", Channel::Ebay)));
    assert_eq!(quiet(&deployment).await, Value::Null);
}

/// Who wants to be told of no silence, or waits for no scan, is not told of the feed.
#[rstest]
#[case::off(Partner { silent_hours: SilentHours::OFF, ..amazon() })]
#[case::assigned(testkit::under(ASSIGNED, amazon()))]
#[tokio::test(start_paused = true)]
async fn s4_who_waits_for_no_scan_is_not_told(#[case] partner: Partner) {
    let mut deployment = waiting(20).await;
    deployment.run_for(minutes(25 * 60)).await;
    deployment.memory.register(&partner);
    assert_eq!(quiet(&deployment).await, Value::Null);
}

/// Orders of several partners count together, and one that was made ahead waits from its day on.
#[rstest]
#[case::both(None, true)]
#[case::one_ahead(Some("2026-11-24T15:00:00Z"), false)]
#[tokio::test(start_paused = true)]
async fn s4_partners_count_together(#[case] ships_on: Option<&str>, #[case] expected: bool) {
    let mut deployment = waiting(10).await;
    deployment.memory.register(&partner_of(&seller(), "ebay", Channel::Ebay));
    labelled("ebay", 100..109, &mut deployment).await;
    let last = label("ebay", "902-200").with("tracking_number", number(200));
    let last = match ships_on {
        Some(on) => last.with("ships_on", on),
        None => last,
    };
    deployment.put_event(&last);
    deployment.deliver().await;
    deployment.run_for(minutes(25 * 60)).await;
    assert_eq!(!quiet(&deployment).await.is_null(), expected);
}
