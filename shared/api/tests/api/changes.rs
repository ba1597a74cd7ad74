//! The log of what people changed of a partner, and when its credentials end.

use domain::{Channel, Partner};
use flows::ports::Clock as _;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::partner_of;

const PATH: &str = "/partners/amazon-us/changes";

/// A registration at Amazon, and a change of it.
fn put(more: &Value) -> Value {
    let mut body = json!({ "channel": "amazon", "name": "Amazon US",
        "settings": { "region": "na", "marketplace_id": "ATVPDKIKX0DER" } });
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    body
}

fn secret() -> Value {
    json!({ "client_id": "amzn.S3CR3T", "client_secret": "S3CR3T", "refresh_token": "S3CR3T" })
}

/// The rows of a change: `field: from > to`.
fn rows(change: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        format!("{}: {} > {}", text(&row["field"]), text(&row["from"]), text(&row["to"]))
    };
    change["fields"].as_array().expect("a list").iter().map(row).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn who_changed_what_is_kept_and_no_secret() {
    let deployment = deployment_under(MOVES);
    let ann = ApiUser::of(&deployment);
    let path = "/partners/amazon-us";
    let later = || deployment.memory.advance(SignedDuration::from_secs(1));
    assert_eq!(ann.get(PATH).await.1["changes"], json!([]));
    let renamed = put(&json!({ "name": "Store", "credentials": secret() }));
    assert_eq!(ann.put(path, &[("if-match", "\"1\"")], renamed).await.0, 200);
    later();
    let bob = ApiUser::of(&deployment).by_person("bob");
    let settings = json!({ "timing": "never", "deadline": { "warn_hours": 12, "action": "warn" } });
    let settings_path = format!("{path}/settings");
    assert_eq!(bob.put(&settings_path, &[("if-match", "\"2\"")], settings).await.0, 200);
    assert_eq!(
        bob.put(&settings_path, &[("if-match", "\"2\"")], json!({ "timing": "never" })).await.0,
        412
    );
    later();
    let pairs = json!({ "pairs": [{ "carrier": "UPS", "service": "Ground", "code": "OnTrac" }] });
    assert_eq!(bob.put(&format!("{path}/carriers"), &[("if-match", "\"0\"")], pairs).await.0, 200);
    let (status, log) = ann.get(PATH).await;
    assert_eq!((status, &log["is_complete"]), (200, &json!(true)), "{log}");
    assert!(!log.to_string().contains("S3CR3T"), "{log}");
    let changes = log["changes"].as_array().expect("a list");
    let by: Vec<&Value> = changes.iter().map(|change| &change["by"]).collect();
    assert_eq!(by, ["bob", "bob", "ann@acme.example"], "what was refused is not there: {log}");
    assert_eq!(rows(&changes[0]), ["carriers: - > UPS, Ground: OnTrac"]);
    assert_eq!(
        rows(&changes[1]),
        ["deadline.warn_hours: 4 > 12", "timing: when_tracking_shows_movement > never"]
    );
    let first = rows(&changes[2]);
    assert!(
        first.contains(&"name: Amazon > Store".to_owned())
            || first.iter().any(|row| row.starts_with("name: ")),
        "{first:?}"
    );
    assert!(first.contains(&"credentials: - > -".to_owned()), "{first:?}");
    assert_eq!(ann.of_seller("globex").get(PATH).await.0, 404);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_registration_is_the_first_change() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let body =
        json!({ "channel": "ebay", "name": "eBay", "settings": {}, "credentials": secret() });
    assert_eq!(user.put("/partners/ebay-us", &[("if-none-match", "*")], body).await.0, 201);
    let (_, log) = user.get("/partners/ebay-us/changes").await;
    let rows = rows(&log["changes"][0]);
    for row in ["channel: - > ebay", "name: - > eBay", "credentials: - > -"] {
        assert!(rows.contains(&row.to_owned()), "{row} in {rows:?}");
    }
}

/// What ends of a partner: part, day, whether a person said so, whether it is near.
fn ends(partner: &Value) -> Vec<(String, String, bool, bool)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let end = |end: &Value| {
        (text(&end["part"]), text(&end["on"]), end["is_said"] == true, end["is_near"] == true)
    };
    partner["credential_ends"].as_array().expect("a list").iter().map(end).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_end_is_reckoned_from_when_the_credentials_were_put() {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let path = "/partners/store";
    let register = put(&json!({ "credentials": secret() }));
    let (_, partner) = user.put(path, &[("if-none-match", "*")], register).await;
    let on = |days: i64| {
        let at = deployment.memory.now().plus(SignedDuration::from_hours(24 * days)).to_string();
        at.split('T').next().unwrap_or_default().to_owned()
    };
    let (year, half) = (on(365), on(180));
    let expected = [("authorization", &year, false, false), ("client_secret", &half, false, false)];
    let expected = expected.map(|(part, on, said, near)| (part.to_owned(), on.clone(), said, near));
    assert_eq!(ends(&partner), expected);
    // A day before two weeks before it, and then.
    for (days, is_near) in [(165, false), (1, true)] {
        deployment.memory.advance(SignedDuration::from_hours(24 * days));
        let (_, partner) = user.get(path).await;
        assert_eq!(ends(&partner)[1].3, is_near, "{partner}");
        let (_, found) = user.get("/orders?attention=true").await;
        let ending = found["ending"].as_array().expect("a list");
        let of_store = ending.iter().filter(|one| one["partner_id"] == "store").count();
        assert_eq!(of_store, usize::from(is_near), "{found}");
    }
    // Other credentials begin anew.
    let replaced = put(&json!({ "credentials": secret() }));
    let (_, partner) = user.put(path, &[("if-match", "\"1\"")], replaced).await;
    assert!(ends(&partner).iter().all(|(_, _, _, is_near)| !is_near), "{partner}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_a_person_says_of_an_end_counts() {
    let user = ApiUser::of(&deployment_under(MOVES));
    let path = "/partners/amazon-us";
    let said = put(&json!({ "credential_ends": { "authorization": "2026-12-01" } }));
    let (status, partner) = user.put(path, &[("if-match", "\"1\"")], said).await;
    assert_eq!(status, 200, "{partner}");
    assert_eq!(
        ends(&partner)[0],
        ("authorization".to_owned(), "2026-12-01".to_owned(), true, true)
    );
    let (_, log) = user.get(PATH).await;
    assert!(
        rows(&log["changes"][0])
            .contains(&"credential_ends.authorization: - > 2026-12-01".to_owned()),
        "{log}"
    );
    let (_, partner) = user.put(path, &[("if-match", "\"2\"")], put(&json!({}))).await;
    assert!(ends(&partner)[0].2, "what is left out stays");
    let none = put(&json!({ "credential_ends": { "authorization": "" } }));
    let (_, partner) = user.put(path, &[("if-match", "\"3\"")], none).await;
    assert!(!ends(&partner)[0].2, "{partner}");
}

#[rstest]
#[case::no_day(json!({ "authorization": "soon" }), "credential_ends.authorization")]
#[case::a_time(json!({ "authorization": "2026-12-01T10:00:00Z" }), "credential_ends.authorization")]
#[case::a_number(json!({ "client_secret": 7 }), "credential_ends.client_secret")]
#[case::another_part(json!({ "password": "2026-12-01" }), "credential_ends.password")]
#[case::no_object(json!("2026-12-01"), "credential_ends")]
#[tokio::test(start_paused = true)]
async fn an_end_that_cannot_be_is_refused(#[case] ends: Value, #[case] field: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let body = put(&json!({ "credential_ends": ends }));
    let (status, problem) = user.put("/partners/amazon-us", &[("if-match", "\"1\"")], body).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
}

/// A partner that an older release registered: nobody knows when its credentials were put.
#[rstest]
#[tokio::test(start_paused = true)]
async fn of_what_was_not_kept_nothing_is_reckoned() {
    let deployment = deployment_under(MOVES);
    let seller = testkit::seller();
    let old = partner_of(&seller, "old", Channel::Ebay);
    deployment.memory.register(&Partner { credentials: domain::CredentialDates::default(), ..old });
    let (_, partner) = ApiUser::of(&deployment).get("/partners/old").await;
    assert_eq!(partner["credential_ends"], json!([]));
}
