//! A partner's own pairs of words and codes (rule K2), and carriers that its channel does not list (rule K3).

use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, partner_of, seller};

const PATH: &str = "/partners/amazon-us/carriers";

fn pairs(pairs: &Value) -> Value {
    json!({ "pairs": pairs })
}

async fn put(user: &ApiUser, version: u64, given: Value) -> (u16, Value) {
    user.put(PATH, &[("if-match", &format!("\"{version}\""))], pairs(&given)).await
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn pairs_are_put_as_a_whole_on_the_version_that_was_read() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (status, none) = user.get(PATH).await;
    assert_eq!((status, &none["pairs"], &none["version"]), (200, &json!([]), &json!(0)));
    let both = json!([{ "carrier": "Kestrel Couriers", "code": "OnTrac" },
        { "carrier": "UPS", "service": "Sure Post", "code": "USPS" }]);
    let (status, kept) = put(&user, 0, both.clone()).await;
    assert_eq!((status, &kept["pairs"], &kept["version"]), (200, &both, &json!(1)));
    assert_eq!(kept["changed_by"], "ann@acme.example");
    let (status, problem) = put(&user, 0, json!([])).await;
    assert_eq!(status, 412, "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains("changed by ann@acme.example"));
    let (status, problem) = user.put(PATH, &[], pairs(&json!([]))).await;
    assert_eq!((status, &problem["field"]), (428, &json!("If-Match")));
    let (status, emptied) = put(&user, 1, json!([])).await;
    assert_eq!((status, &emptied["pairs"], &emptied["version"]), (200, &json!([]), &json!(2)));
    assert_eq!(user.get("/partners/nobody/carriers").await.0, 404);
    assert_eq!(user.of_seller("globex").get(PATH).await.0, 404);
}

#[rstest]
#[case::no_code(json!([{ "carrier": "A" }]), "pairs[0].code", "is missing")]
#[case::no_letters(json!([{ "carrier": "A", "code": "x" }, { "carrier": "--", "code": "x" }]), "pairs[1].carrier", "neither a letter nor a digit")]
#[case::a_service_of_signs(json!([{ "carrier": "A", "service": "!", "code": "x" }]), "pairs[0].service", "neither a letter nor a digit")]
#[case::an_empty_service(json!([{ "carrier": "A", "service": " ", "code": "x" }]), "pairs[0].service", "is empty")]
#[case::twice(json!([{ "carrier": "UPS", "code": "x" }, { "carrier": "B", "code": "x" }, { "carrier": "u.p.s", "code": "y" }]), "pairs[2].carrier", "pairs[0]")]
#[case::twice_with_service(json!([{ "carrier": "UPS", "service": "Sure Post", "code": "x" }, { "carrier": "UPS", "service": "SUREPOST", "code": "y" }]), "pairs[1].carrier", "pairs[0]")]
#[case::another_field(json!([{ "carrier": "UPS", "code": "x", "to": "y" }]), "pairs[0].to", "is not a field")]
#[case::no_object(json!(["UPS"]), "pairs[0]", "must be an object")]
#[case::no_text(json!([{ "carrier": 7, "code": "x" }]), "pairs[0].carrier", "must be a text")]
#[case::too_long(json!([{ "carrier": "UPS", "code": "x".repeat(201) }]), "pairs[0].code", "is too long")]
#[case::too_many(json!(vec![json!({ "carrier": "UPS", "code": "x" }); 201]), "pairs", "too few or too many")]
#[tokio::test(start_paused = true)]
async fn a_pair_that_cannot_be_is_refused_by_its_place(
    #[case] given: Value,
    #[case] field: &str,
    #[case] why: &str,
) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (status, problem) = put(&user, 0, given).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains(why), "{problem}");
    assert_eq!(user.get(PATH).await.1["version"], 0, "nothing is kept");
}

/// 200 pairs are taken.
#[rstest]
#[tokio::test(start_paused = true)]
async fn as_many_pairs_as_are_allowed_are_kept() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let all: Vec<Value> =
        (0..200).map(|n| json!({ "carrier": format!("Carrier {n}"), "code": "OnTrac" })).collect();
    let (status, kept) = put(&user, 0, json!(all)).await;
    assert_eq!((status, kept["pairs"].as_array().map(Vec::len)), (200, Some(200)));
}

#[rstest]
#[case::ebay("ebay", "FedEx", true)]
#[case::ebay_of_27("ebay", "AustrianPostInternationalXY", true)]
#[case::ebay_takes_no_blank("ebay", "Fed Ex", false)]
#[case::ebay_takes_no_sign("ebay", "Fed-Ex", false)]
#[case::ebay_takes_no_umlaut("ebay", "Österreich", false)]
#[case::ebay_too_long("ebay", "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJX", false)]
#[case::amazon_takes_a_name("amazon", "Kestrel & Söhne (Leeds)", true)]
#[case::amazon_takes_no_signs_alone("amazon", "&&&", false)]
#[case::wish("wish", "DHL eCommerce_(US)", true)]
#[case::wish_takes_no_slash("wish", "DHL/US", false)]
#[case::groupon("groupon", "i-parcel", true)]
#[case::groupon_takes_no_blank("groupon", "i parcel", false)]
#[case::back_market("back_market", "ColisPrivé", true)]
#[case::until_gone("until_gone", "Whatever they agreed on", true)]
#[tokio::test(start_paused = true)]
async fn a_code_has_the_form_of_its_channel(
    #[case] channel: &str,
    #[case] code: &str,
    #[case] is_right: bool,
) {
    let deployment = deployment_under(MOVES);
    let channel = channel.parse().expect("a channel");
    deployment.memory.register(&partner_of(&seller(), "shop", channel));
    let body = pairs(&json!([{ "carrier": "Kestrel", "code": code }]));
    let (status, reply) = ApiUser::of(&deployment)
        .put("/partners/shop/carriers", &[("if-match", "\"0\"")], body)
        .await;
    assert_eq!(status, if is_right { 200 } else { 400 }, "{reply}");
    if !is_right {
        assert_eq!(reply["field"], "pairs[0].code");
        assert!(reply["allowed"].as_array().is_some_and(|allowed| !allowed.is_empty()), "{reply}");
    }
}

/// Two labels by a carrier that Amazon does not list.
async fn unlisted() -> Deployment {
    let mut deployment = deployment_under(MOVES);
    for label in [amazon_label(), amazon_label_of(OTHER_ORDER, "KC12345678")] {
        deployment.put_event(&label.with("carrier", "Kestrel Couriers"));
        deployment.until_quiet().await;
    }
    deployment
}

async fn rows(user: &ApiUser) -> Value {
    user.get("/orders?attention=true").await.1.get("carriers").cloned().unwrap_or_default()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_carrier_that_is_not_listed_is_one_row_until_there_is_a_pair() {
    let mut deployment = unlisted().await;
    let user = ApiUser::of(&deployment);
    let listed = rows(&user).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let row = &listed[0];
    assert_eq!(
        (&row["partner_id"], &row["carrier"]),
        (&json!("amazon-us"), &json!("Kestrel Couriers"))
    );
    assert_eq!((&row["labels"], &row["is_more"]), (&json!(2), &json!(false)));
    assert_eq!(user.get(PATH).await.1["unlisted"], listed);
    // A pair for one of its services ends the row, too; a label that no pair is for begins it anew.
    let given = json!([{ "carrier": "KESTREL-couriers", "service": "Night", "code": "OnTrac" }]);
    let (status, kept) = put(&user, 0, given).await;
    assert_eq!((status, &kept["unlisted"]), (200, &json!([])), "{kept}");
    assert_eq!(rows(&user).await, json!([]));
    let label = amazon_label_of("902-3", "KC12345679").with("carrier", "Kestrel Couriers");
    deployment.put_event(&label.clone().with("service", "Night"));
    deployment.until_quiet().await;
    assert_eq!(rows(&user).await, json!([]));
    deployment
        .put_event(&amazon_label_of("902-4", "KC12345671").with("carrier", "Kestrel Couriers"));
    deployment.until_quiet().await;
    assert_eq!(rows(&user).await[0]["labels"], 1);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_carrier_that_is_put_aside_stays_so() {
    let mut deployment = unlisted().await;
    let (user, aside) = (ApiUser::of(&deployment), format!("{PATH}/aside"));
    let (status, problem) = user.post(&aside, json!({ "carrier": "Falcon" })).await;
    assert_eq!(status, 404, "{problem}");
    let (status, kept) = user.post(&aside, json!({ "carrier": "kestrel couriers" })).await;
    assert_eq!((status, &kept["unlisted"][0]["since"]), (200, &Value::Null), "{kept}");
    assert_eq!(rows(&user).await, json!([]));
    deployment
        .put_event(&amazon_label_of("902-5", "KC12345675").with("carrier", "Kestrel Couriers"));
    deployment.until_quiet().await;
    assert_eq!(rows(&user).await, json!([]));
    assert_eq!(user.of_seller("globex").post(&aside, json!({ "carrier": "x" })).await.0, 404);
}

/// The row and its orders are pages of one list.
#[rstest]
#[tokio::test(start_paused = true)]
async fn the_attention_list_goes_on_after_a_carrier() {
    let mut deployment = unlisted().await;
    deployment.put_event(&amazon_label_of("902-6", "DA12345675").with("carrier", "Falcon~Line 7"));
    deployment.until_quiet().await;
    let user = ApiUser::of(&deployment);
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    for _ in 0..2 {
        let (status, page) = user.get(&format!("/orders?attention=true&limit=1{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        seen.push(page["carriers"][0]["carrier"].as_str().unwrap_or_default().to_owned());
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap_or_default());
    }
    seen.sort();
    assert_eq!(seen, ["Falcon~Line 7", "Kestrel Couriers"]);
}

/// While nothing is claimed the order says what a pair would tell the channel.
#[rstest]
#[tokio::test(start_paused = true)]
async fn the_order_says_what_a_pair_tells_the_channel() {
    let user = ApiUser::of(&unlisted().await);
    let hint = async || {
        let (_, order) = user.get(&order_path()).await;
        order["packages"][0]["hints"]
            .as_array()
            .and_then(|all| all.last())
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(hint().await["hint"], "carrier_not_listed");
    put(&user, 0, json!([{ "carrier": "Kestrel Couriers", "code": "OnTrac" }])).await;
    let hint = hint().await;
    assert_eq!(hint["hint"], "own_carrier_code");
    assert!(hint["says"].as_str().unwrap_or_default().contains("OnTrac"), "{hint}");
}
