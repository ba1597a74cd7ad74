//! A partner's time zone (rule L10): taken by its name, kept where nobody speaks of it, and taken away by an empty text.

use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;

const PATH: &str = "/partners/amazon-us";

async fn put(user: &ApiUser, zone: Option<Value>) -> (u16, Value) {
    let (_, before) = user.get(PATH).await;
    let of = |field: &str| before.get(field).cloned().unwrap_or_default();
    let mut body = json!({ "channel": "amazon", "name": "Amazon US", "settings": of("settings") });
    if let (Some(zone), Some(fields)) = (zone, body.as_object_mut()) {
        fields.insert("time_zone".to_owned(), zone);
    }
    user.put(PATH, &[("if-match", &format!("\"{}\"", of("version")))], body).await
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_time_zone_is_kept_until_it_is_taken_away() {
    let user = ApiUser::of(&deployment_under(MOVES));
    assert_eq!(user.get(PATH).await.1["time_zone"], Value::Null);
    let (status, kept) = put(&user, Some(json!("America/Chicago"))).await;
    assert_eq!((status, &kept["time_zone"]), (200, &json!("America/Chicago")), "{kept}");
    assert_eq!(put(&user, None).await.1["time_zone"], "America/Chicago");
    assert_eq!(user.get(PATH).await.1["time_zone"], "America/Chicago");
    assert_eq!(put(&user, Some(json!(""))).await.1["time_zone"], Value::Null);
}

#[rstest]
#[case::an_abbreviation(json!("CEST"), "such as America/Chicago")]
#[case::another_case(json!("america/chicago"), "America/Chicago")]
#[case::an_offset(json!("+01:00"), "such as America/Chicago")]
#[case::a_blank(json!(" "), "such as America/Chicago")]
#[case::a_path(json!("../../etc/passwd"), "such as America/Chicago")]
#[case::a_number(json!(5), "must be a text")]
#[tokio::test(start_paused = true)]
async fn what_is_no_time_zone_is_refused_by_name(#[case] zone: Value, #[case] says: &str) {
    let user = ApiUser::of(&deployment_under(MOVES));
    let (status, problem) = put(&user, Some(zone)).await;
    assert_eq!((status, &problem["field"]), (400, &json!("time_zone")), "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains(says), "{problem}");
    assert_eq!(user.get(PATH).await.1["version"], 1, "nothing is changed");
}
