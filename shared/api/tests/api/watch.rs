//! The settings beside the timing (rules S2, S4, S10): taken, kept where nobody speaks of them, and refused with the field, what
//! came, and what is right.

use rstest::rstest;
use serde_json::{Map, Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{amazon, text, under};

const PATH: &str = "/partners/amazon-us/settings";

/// A user whose partner at Amazon is in this zone.
fn user_in(zone: Option<&str>) -> ApiUser {
    let deployment = deployment_under(ASSIGNED);
    let partner = domain::Partner { time_zone: zone.map(text), ..under(ASSIGNED, amazon()) };
    deployment.memory.register(&partner);
    ApiUser::of(&deployment)
}

async fn put(user: &ApiUser, change: Value) -> (u16, Value) {
    let (_, before) = user.get(PATH).await;
    let version = before.get("version").expect("settings have a version");
    let timing = ("timing".to_owned(), json!("when_tracking_is_assigned"));
    let fields = change.as_object().expect("fields").clone().into_iter();
    let body: Map<String, Value> = [timing].into_iter().chain(fields).collect();
    user.put(PATH, &[("if-match", &format!("\"{version}\""))], Value::Object(body)).await
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s2_a_new_partner_is_warned_four_hours_before_and_told_of_silence_after_96() {
    let (status, settings) = user_in(None).get(PATH).await;
    assert_eq!(status, 200);
    assert_eq!(settings["deadline"], json!({ "warn_hours": 4, "action": "warn" }));
    assert_eq!((&settings["silent_hours"], &settings["send_after"]), (&json!(96), &json!("off")));
}

#[rustfmt::skip]
#[rstest]
#[case::s2_hours_alone(json!({ "deadline": { "warn_hours": 72 } }), "deadline", json!({ "warn_hours": 72, "action": "warn" }))]
#[case::s2_off(json!({ "deadline": { "action": "off" } }), "deadline", json!({ "warn_hours": 4, "action": "off" }))]
#[case::s2_both(json!({ "deadline": { "warn_hours": 1, "action": "warn" } }), "deadline", json!({ "warn_hours": 1, "action": "warn" }))]
#[case::s2_nothing_of_it(json!({ "deadline": {} }), "deadline", json!({ "warn_hours": 4, "action": "warn" }))]
#[case::s4_the_least(json!({ "silent_hours": 6 }), "silent_hours", json!(6))]
#[case::s4_the_most(json!({ "silent_hours": 240 }), "silent_hours", json!(240))]
#[case::s4_off(json!({ "silent_hours": "off" }), "silent_hours", json!("off"))]
#[case::s10_hours(json!({ "send_after": { "hours": 120 } }), "send_after", json!({ "hours": 120, "earliest": null, "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] }))]
#[case::s10_a_time(json!({ "send_after": { "earliest": "09:30" } }), "send_after", json!({ "hours": 0, "earliest": "09:30", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] }))]
#[case::s10_days(json!({ "send_after": { "hours": 2, "days": ["fri", "mon"] } }), "send_after", json!({ "hours": 2, "earliest": null, "days": ["mon", "fri"] }))]
#[case::s10_off(json!({ "send_after": "off" }), "send_after", json!("off"))]
#[tokio::test(start_paused = true)]
async fn a_setting_is_taken_and_stays(#[case] change: Value, #[case] field: &str, #[case] expected: Value) {
    let user = user_in(Some("America/Chicago"));
    let (status, answer) = put(&user, change).await;
    assert_eq!((status, &answer[field]), (200, &expected), "{answer}");
    assert_eq!(put(&user, json!({})).await.1[field], expected, "what is left out stays");
    let (_, read) = user.get(PATH).await;
    let again = put(&user, json!({ field: without_null(read[field].clone()) })).await;
    assert_eq!((again.0, &again.1[field]), (200, &expected), "what is shown can be put");
}

/// The fields of an object that have a value.
fn without_null(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

const DAYS: &str = "a list of days: mon, tue, wed, thu, fri, sat, sun";

#[rustfmt::skip]
#[rstest]
#[case::s2_no_hour(json!({ "deadline": { "warn_hours": 0 } }), "deadline.warn_hours", "is 0", "from 1 to 72")]
#[case::s2_more_than_three_days(json!({ "deadline": { "warn_hours": 73 } }), "deadline.warn_hours", "is 73", "from 1 to 72")]
#[case::s2_hours_in_words(json!({ "deadline": { "warn_hours": "four" } }), "deadline.warn_hours", "is \"four\"", "a whole number of hours from 1 to 72")]
#[case::s2_half_an_hour(json!({ "deadline": { "warn_hours": 0.5 } }), "deadline.warn_hours", "is 0.5", "a whole number of hours from 1 to 72")]
#[case::s2_another_action(json!({ "deadline": { "action": "send" } }), "deadline.action", "`send` is not one of its values", "warn, off")]
#[case::s2_an_action_as_a_flag(json!({ "deadline": { "action": true } }), "deadline.action", "is true", "warn, off")]
#[case::s2_a_misspelt_field(json!({ "deadline": { "warn_hour": 4 } }), "deadline.warn_hour", "is not a field of this", "warn_hours, action")]
#[case::s2_no_object(json!({ "deadline": "off" }), "deadline", "is \"off\"", "an object")]
#[case::s4_five_hours(json!({ "silent_hours": 5 }), "silent_hours", "is 5", "from 6 to 240, off")]
#[case::s4_more_than_ten_days(json!({ "silent_hours": 241 }), "silent_hours", "is 241", "from 6 to 240, off")]
#[case::s4_another_word(json!({ "silent_hours": "never" }), "silent_hours", "is \"never\"", "from 6 to 240, off")]
#[case::s4_null(json!({ "silent_hours": null }), "silent_hours", "is null", "from 6 to 240, off")]
#[case::s10_more_than_five_days(json!({ "send_after": { "hours": 121 } }), "send_after.hours", "is 121", "from 0 to 120")]
#[case::s10_hours_in_words(json!({ "send_after": { "hours": "2" } }), "send_after.hours", "is \"2\"", "a whole number of hours from 0 to 120")]
#[case::s10_no_time(json!({ "send_after": { "earliest": "24:00" } }), "send_after.earliest", "`24:00` is not a time of the day", "00:00 to 23:59")]
#[case::s10_a_time_as_a_number(json!({ "send_after": { "earliest": 930 } }), "send_after.earliest", "is 930", "00:00 to 23:59")]
#[case::s10_no_day(json!({ "send_after": { "days": [] } }), "send_after.days", "names no day", "mon, tue, wed")]
#[case::s10_another_day(json!({ "send_after": { "days": ["monday"] } }), "send_after.days", "`monday` is not the name of a day", "mon, tue, wed")]
#[case::s10_a_day_as_a_number(json!({ "send_after": { "days": [1] } }), "send_after.days", "is 1", DAYS)]
#[case::s10_days_as_a_text(json!({ "send_after": { "days": "mon" } }), "send_after.days", "is \"mon\"", DAYS)]
#[case::s10_nothing(json!({ "send_after": {} }), "send_after", "waits for nothing", "hours from 1 to 120")]
#[case::s10_no_hours(json!({ "send_after": { "hours": 0 } }), "send_after", "waits for nothing", "hours from 1 to 120")]
#[case::s10_a_flag(json!({ "send_after": true }), "send_after", "is true", "an object, or off")]
#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_refused(#[case] change: Value, #[case] field: &str, #[case] came: &str, #[case] right: &str) {
    let user = user_in(Some("America/Chicago"));
    let (status, problem) = put(&user, change).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(came) && detail.contains(right), "{detail}");
    assert_eq!(user.get(PATH).await.1["version"], 1, "nothing is changed");
}

#[rstest]
#[case::a_time(json!({ "send_after": { "earliest": "09:30" } }), "send_after.earliest")]
#[case::days(json!({ "send_after": { "days": ["mon"] } }), "send_after.days")]
#[tokio::test(start_paused = true)]
async fn s10_a_time_of_the_day_needs_a_zone(#[case] change: Value, #[case] field: &str) {
    let user = user_in(None);
    let (status, problem) = put(&user, change).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains("time_zone"), "{problem}");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_change_of_another_version_is_lost() {
    let user = user_in(None);
    let body = json!({ "timing": "when_tracking_is_assigned", "silent_hours": "off" });
    let (status, _) = user.put(PATH, &[("if-match", "\"7\"")], body).await;
    assert_eq!(status, 412);
    assert_eq!(user.get(PATH).await.1["silent_hours"], 96);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn each_channel_says_when_an_order_is_late_and_what_watching_costs() {
    let (_, answer) = user_in(None).get("/channels").await;
    let channels = answer["channels"].as_array().cloned().unwrap_or_default();
    assert_eq!(channels.len(), 6);
    for channel in channels {
        for part in ["late", "deadline", "silent_hours", "send_after", "cost"] {
            assert!(
                channel["watch"][part].as_str().is_some_and(|said| said.len() > 20),
                "{channel}"
            );
        }
    }
}
