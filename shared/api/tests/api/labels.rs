//! What is doubtful of a label is shown, and a person says which one is right; a parcel is found by any of its numbers.

use domain::{Channel, Timing};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, NUMBER, label, partner_of, seller, under};

const OTHER: &str = "9400136999231104560125";

/// Of one label two tellings came that contradict each other.
async fn disputed_order() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    let other = amazon_label().with("tracking_number", OTHER).with("carrier", "USPS");
    // Both are there before anything is sent.
    deployment.put_event(&amazon_label());
    deployment.put_event(&other);
    deployment.until_quiet().await;
    deployment
}

fn tellings(order: &Value) -> [Value; 2] {
    let told = |path: &str| order.pointer(path).cloned().expect("it is shown");
    [told("/packages/0/label"), told("/packages/0/label/disputed")]
}

#[rstest]
#[case::one(NUMBER)]
#[case::the_other(OTHER)]
#[tokio::test(start_paused = true)]
async fn a_person_says_which_telling_is_right(#[case] right: &str) {
    let mut deployment = disputed_order().await;
    let (user, act) = (ApiUser::of(&deployment), format!("{}/{ACT}", order_path()));
    let (_, order) = user.get(&order_path()).await;
    let package = &order["packages"][0];
    assert_eq!(
        (&package["state"], &package["detail"]["reason"]),
        (&json!("held"), &json!("label_disputed"))
    );
    assert_eq!(package["attention"][0]["reason"], "label_disputed");
    let chosen = tellings(&order).into_iter().find(|telling| telling["tracking_number"] == right);
    let chosen = chosen.expect("both are shown");
    let mut body = json!({ "package_id": "1", "action": "use_label", "label_id": "lbl_81",
        "event_id": "none", "reason": "it is on the parcel" });
    body["label_id"] = "lbl_none".into();
    let (status, problem) = user.post(&act, body.clone()).await;
    assert_eq!((status, &problem["field"]), (409, &json!("label_id")), "{problem}");
    body["label_id"] = order["packages"][0]["label"]["label_id"].clone();
    assert_eq!(problem["allowed"], json!([body["label_id"]]));
    let (status, problem) = user.post(&act, body.clone()).await;
    assert_eq!((status, &problem["field"]), (409, &json!("event_id")), "{problem}");
    assert_eq!(problem["allowed"].as_array().map(Vec::len), Some(2), "{problem}");
    body["event_id"] = chosen["event_id"].clone();
    let (status, order) = user.post(&act, body).await;
    assert_eq!((status, &order["packages"][0]["state"]), (200, &json!("ready")), "{order}");
    assert_eq!(order["packages"][0]["chosen"]["reason"], "it is on the parcel");
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied().len(), 1);
    let (_, order) = user.get(&order_path()).await;
    assert_eq!(order["packages"][0]["sent"]["tracking_number"], right, "{order:#}");
    let timeline = order["timeline"].to_string();
    assert!(timeline.contains("use_label by ann@acme.example: it is on the parcel"), "{timeline}");
}

/// No path names a package: its source's own name may hold anything that can be seen (rule L12).
#[rstest]
#[case::with_what_divides_a_path("2/3#a?b%2F")]
#[case::in_another_script("Kiste 2 小包")]
#[case::that_begins_with_a_dot(".2")]
#[tokio::test(start_paused = true)]
async fn a_package_is_named_as_its_source_does(#[case] package: &str) {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label().with("package_id", package));
    deployment.until_quiet().await;
    let (user, act) = (ApiUser::of(&deployment), format!("{}/{ACT}", order_path()));
    let hold = json!({ "package_id": package, "action": "hold", "reason": "stock check" });
    let (status, order) = user.post(&act, hold).await;
    assert_eq!((status, &order["packages"][0]["package_id"]), (200, &json!(package)), "{order}");
    assert_eq!(order["packages"][0]["state"], "held");
    let other = json!({ "package_id": "another", "action": "hold", "reason": "stock check" });
    assert_eq!(user.post(&act, other).await.0, 404);
    let named = json!({ "partner_id": "amazon-us", "order_id": testkit::AMAZON_ORDER, "package_id": package });
    let (status, done) = user
        .post(
            "/attention/actions",
            json!({ "action": "retry", "packages": [named], "reason": "x" }),
        )
        .await;
    assert_eq!((status, &done["results"][0]["package_id"]), (200, &json!(package)), "{done}");
    let former = format!("{}/packages/1/actions", order_path());
    assert_eq!(user.post(&former, json!({})).await.0, 404, "there is no such path any more");
}

#[rstest]
#[case::its_number(OTHER)]
#[case::in_groups("9400%201369%209923%201104%205601%2025")]
#[case::with_dashes("9400-1369-9923-1104-5601-25")]
#[case::its_barcode("420100019400136999231104560125")]
#[case::its_barcode_with_zip_plus_4("420%2010001%201234%209400%201369%209923%201104%205601%2025")]
#[case::a_further_number("1z999aa10123456784")]
#[case::a_further_number_with_signs("1Z-999-AA1-01-2345-6784*")]
#[tokio::test(start_paused = true)]
async fn a_parcel_is_found_by_any_of_its_numbers(#[case] written: &str) {
    let mut deployment = deployment_under(MOVES);
    let label = amazon_label().with("tracking_number", OTHER).with("carrier", "USPS");
    deployment.put_event(&label.with("also_known_as", json!(["1Z999AA10123456784"])));
    deployment.put_event(&amazon_label_of("902-2", "9400136999231104560194"));
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    for path in [format!("/orders?search={written}"), format!("/trackings/{written}")] {
        let (status, found) = user.get(&path).await;
        let ids: Vec<_> =
            found["orders"].as_array().unwrap().iter().map(|one| &one["order_id"]).collect();
        assert_eq!((status, ids), (200, vec![&json!(testkit::AMAZON_ORDER)]), "{path}: {found}");
    }
}

#[rstest]
#[case::a_word("UNTRACKED")]
#[case::too_short("1234")]
#[case::two("9400136999231104560125%209400136999231104560194")]
#[tokio::test(start_paused = true)]
async fn what_is_no_number_is_refused_by_name(#[case] written: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (status, problem) = user.get(&format!("/trackings/{written}")).await;
    assert_eq!((status, &problem["field"]), (400, &json!("number")), "{problem}");
    assert!(!problem["detail"].as_str().unwrap().contains("is is"), "{problem}");
    assert_eq!(user.get(&format!("/orders?search={written}")).await.1["orders"], json!([]));
}

/// A number with a slash in it comes in several segments, because the gateway decodes the path.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_number_with_a_slash_is_found() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label().with("tracking_number", "AB12/3456/7"));
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    for written in ["AB12/3456/7", "AB12%2F3456%2F7", "ab1234567"] {
        let (status, found) = user.get(&format!("/trackings/{written}")).await;
        assert_eq!((status, &found["tracking_number"]), (200, &json!("AB1234567")), "{written}");
    }
}

/// Rules N6 and K3.
#[rstest]
#[case::nothing_to_say(Timing::WhenTrackingShowsMovement, ("USPS", OTHER), &[])]
#[case::a_wrong_check_digit(Timing::WhenTrackingShowsMovement, ("USPS", "9400136999231104560126"), &["check_digit_wrong"])]
#[case::the_number_of_another(Timing::WhenTrackingShowsMovement, ("FedEx", "1Z999AA10123456784"), &["number_of_another_carrier"])]
#[case::a_carrier_that_is_not_listed(Timing::WhenTrackingShowsMovement, ("Pigeon Post", "PP12345678"), &["carrier_not_listed"])]
#[tokio::test(start_paused = true)]
async fn what_is_odd_of_number_and_carrier_is_hinted_at(
    #[case] timing: Timing,
    #[case] (carrier, number): (&str, &str),
    #[case] expected: &[&str],
) {
    let mut deployment = deployment_under(timing);
    let label = amazon_label().with("tracking_number", number).with("carrier", carrier);
    deployment.put_event(&label.with("service", Value::Null));
    deployment.until_quiet().await;
    let (_, order) = ApiUser::of(&deployment).get(&order_path()).await;
    let hints = order["packages"][0]["hints"].as_array().expect("hints are shown").clone();
    let named: Vec<&str> = hints.iter().filter_map(|hint| hint["hint"].as_str()).collect();
    assert_eq!(named, expected, "{hints:?}");
}

/// Rule K3: the registry knows the carrier, the channel may not list it, and what the channel would be told is said.
#[rstest]
#[case::listed_at_amazon(Channel::Amazon, "Amazon Logistics", None)]
#[case::known_and_not_listed_at_amazon(
    Channel::Amazon,
    "An Post",
    Some("It is told Other, with the carrier's name.")
)]
#[case::unknown_at_amazon(
    Channel::Amazon,
    "Pigeon Post",
    Some("It is told Other, with the carrier's name.")
)]
#[case::listed_at_ebay(Channel::Ebay, "OnTrac", None)]
#[case::known_and_not_listed_at_ebay(Channel::Ebay, "Amazon Logistics", Some("It is told Other."))]
#[case::listed_at_wish(Channel::Wish, "OnTrac", None)]
#[case::known_and_not_listed_at_wish(
    Channel::Wish,
    "Amazon Logistics",
    Some("refused before it is sent")
)]
#[case::listed_at_back_market(Channel::BackMarket, "TNT", None)]
#[case::known_and_not_listed_at_back_market(
    Channel::BackMarket,
    "OnTrac",
    Some("It is told Other.")
)]
#[case::listed_at_groupon(Channel::Groupon, "OnTrac", None)]
#[case::known_and_not_listed_at_groupon(Channel::Groupon, "TNT", Some("refused before it is sent"))]
#[case::until_gone_has_no_list(Channel::UntilGone, "Pigeon Post", None)]
#[tokio::test(start_paused = true)]
async fn k3_a_carrier_that_the_channel_does_not_list_is_hinted_at(
    #[case] channel: Channel,
    #[case] carrier: &str,
    #[case] expected: Option<&str>,
) {
    let mut deployment = Deployment::new();
    deployment.memory.register(&under(MOVES, partner_of(&seller(), "shop", channel)));
    let label = label("shop", "700009").with("carrier", carrier).with("service", Value::Null);
    deployment.put_event(&label.with("tracking_number", "PP12345678"));
    deployment.run_for(minutes(1)).await;
    let (_, order) = ApiUser::of(&deployment).get("/partners/shop/orders/700009").await;
    let hints = order["packages"][0]["hints"].as_array().expect("hints are shown").clone();
    let found = hints.iter().find(|hint| hint["hint"] == "carrier_not_listed");
    let says = found.and_then(|hint| hint["says"].as_str());
    match expected {
        None => assert_eq!(says, None, "{hints:?}"),
        Some(words) => {
            let says = says.unwrap_or_default();
            let begins = format!("{} lists no carrier {carrier}", channel.shown());
            assert!(says.starts_with(&begins) && says.contains(words), "{hints:?}");
        }
    }
}
