//! The settings beside the timing (rules S2, S4, S8, S9, S10, S11): taken, kept where nobody speaks of them, and refused with the field, what
//! came, and what is right.

use domain::Channel;
use rstest::rstest;
use serde_json::{Map, Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{amazon, partner_of, seller, text, under};

const PATH: &str = "/partners/amazon-us/settings";

/// A user whose partner at Amazon is in this zone.
fn user_in(zone: Option<&str>) -> ApiUser {
    let deployment = deployment_under(ASSIGNED);
    let partner = domain::Partner { time_zone: zone.map(text), ..under(ASSIGNED, amazon()) };
    deployment.memory.register(&partner);
    ApiUser::of(&deployment)
}

/// A user whose partner `shop` is at this channel.
fn user_at(channel: Channel) -> ApiUser {
    let deployment = deployment_under(ASSIGNED);
    deployment.memory.register(&partner_of(&seller(), "shop", channel));
    ApiUser::of(&deployment)
}

const SHOP: &str = "/partners/shop/settings";

async fn put(user: &ApiUser, change: Value) -> (u16, Value) {
    put_at(user, PATH, change).await
}

async fn put_at(user: &ApiUser, path: &str, change: Value) -> (u16, Value) {
    let (_, before) = user.get(path).await;
    let version = before.get("version").expect("settings have a version");
    let timing = ("timing".to_owned(), json!("when_tracking_is_assigned"));
    let fields = change.as_object().expect("fields").clone().into_iter();
    let body: Map<String, Value> = [timing].into_iter().chain(fields).collect();
    user.put(path, &[("if-match", &format!("\"{version}\""))], Value::Object(body)).await
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
#[case::s2_send(json!({ "deadline": { "warn_hours": 2, "action": "send" } }), "deadline", json!({ "warn_hours": 2, "action": "send" }))]
#[case::s11_the_least(json!({ "or_after_hours": 1 }), "or_after_hours", json!(1))]
#[case::s11_the_most(json!({ "or_after_hours": 240 }), "or_after_hours", json!(240))]
#[case::s11_off(json!({ "or_after_hours": "off" }), "or_after_hours", json!("off"))]
#[case::s8_off(json!({ "verify": false }), "verify", json!(false))]
#[case::s8_on(json!({ "verify": true }), "verify", json!(true))]
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
#[case::s2_another_action(json!({ "deadline": { "action": "sent" } }), "deadline.action", "`sent` is not one of its values", "warn, send, off")]
#[case::s2_an_action_as_a_flag(json!({ "deadline": { "action": true } }), "deadline.action", "is true", "warn, send, off")]
#[case::s11_no_hour(json!({ "or_after_hours": 0 }), "or_after_hours", "is 0", "from 1 to 240, off")]
#[case::s11_more_than_ten_days(json!({ "or_after_hours": 241 }), "or_after_hours", "is 241", "from 1 to 240, off")]
#[case::s11_another_word(json!({ "or_after_hours": "never" }), "or_after_hours", "is \"never\"", "from 1 to 240, off")]
#[case::s8_a_word(json!({ "verify": "yes" }), "verify", "is \"yes\"", "true, false")]
#[case::s9_at_amazon(json!({ "sla_days": 2 }), "sla_days", "is not available for amazon", "no such field")]
#[case::s9_closed_days_at_amazon(json!({ "closed_days": [] }), "closed_days", "is not available for amazon", "no such field")]
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
        let parts = [
            "late",
            "deadline",
            "silent_hours",
            "send_after",
            "or_after_hours",
            "without_movement",
            "cost",
        ];
        for part in parts {
            assert!(
                channel["watch"][part].as_str().is_some_and(|said| said.len() > 20),
                "{channel}"
            );
        }
    }
}

#[rustfmt::skip]
#[rstest]
#[case::groupons_rule(Channel::Groupon, json!({ "deadline": { "action": "send" } }), "deadline.action", "no number before the carrier has the parcel", "warn, off")]
#[case::until_gones_lock(Channel::UntilGone, json!({ "deadline": { "action": "send" } }), "deadline.action", "tells no deadline", "warn, off")]
#[case::s11_at_groupon(Channel::Groupon, json!({ "or_after_hours": 24 }), "or_after_hours", "no number before the carrier has the parcel", "off")]
#[case::s11_at_until_gone(Channel::UntilGone, json!({ "or_after_hours": 24 }), "or_after_hours", "locked", "off")]
#[case::s8_at_ebay(Channel::Ebay, json!({ "verify": true }), "verify", "is not available for ebay", "no such field")]
#[case::s9_no_day(Channel::Groupon, json!({ "sla_days": 0 }), "sla_days", "is 0", "from 1 to 20")]
#[case::s9_too_many_days(Channel::Groupon, json!({ "sla_days": 21 }), "sla_days", "is 21", "from 1 to 20")]
#[case::s9_days_in_words(Channel::Groupon, json!({ "sla_days": "2" }), "sla_days", "is \"2\"", "from 1 to 20")]
#[case::s9_no_list(Channel::Groupon, json!({ "closed_days": "2026-12-24" }), "closed_days", "is \"2026-12-24\"", "a list of at most 20 days")]
#[case::s9_no_day_of_the_calendar(Channel::Groupon, json!({ "closed_days": ["2026-02-30"] }), "closed_days", "is \"2026-02-30\"", "such as 2026-12-24")]
#[case::s9_a_time(Channel::Groupon, json!({ "closed_days": ["2026-12-24T00:00:00"] }), "closed_days", "is \"2026-12-24T00:00:00\"", "such as 2026-12-24")]
#[case::s9_21_closed_days(Channel::Groupon, json!({ "closed_days": december(21) }), "closed_days", "has 21 days", "at most 20 days")]
#[tokio::test(start_paused = true)]
async fn what_a_channel_does_not_have_is_refused_with_its_reason(
    #[case] channel: Channel, #[case] change: Value, #[case] field: &str, #[case] came: &str, #[case] right: &str,
) {
    let user = user_at(channel);
    let (status, problem) = put_at(&user, SHOP, change).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(came) && detail.contains(right), "{detail}");
    assert_eq!(user.get(SHOP).await.1["version"], 1, "nothing is changed");
}

/// The first days of a December.
fn december(days: u32) -> Value {
    (1..=days).map(|day| json!(format!("2026-12-{day:02}"))).collect()
}

#[rstest]
#[case::s9_the_most(json!({ "sla_days": 20 }), "sla_days", json!(20))]
#[case::s9_20_closed_days(json!({ "closed_days": december(20) }), "closed_days", december(20))]
#[case::s9_a_day_twice(json!({ "closed_days": ["2026-12-31", "2026-12-24", "2026-12-31"] }), "closed_days", json!(["2026-12-24", "2026-12-31"]))]
#[case::s9_none(json!({ "closed_days": [] }), "closed_days", json!([]))]
#[case::s2_a_warning(json!({ "deadline": { "warn_hours": 2 } }), "deadline", json!({ "warn_hours": 2, "action": "warn" }))]
#[tokio::test(start_paused = true)]
async fn groupons_business_days_are_taken_and_stay(
    #[case] change: Value,
    #[case] field: &str,
    #[case] expected: Value,
) {
    let user = user_at(Channel::Groupon);
    let (status, answer) = put_at(&user, SHOP, change).await;
    assert_eq!((status, &answer[field]), (200, &expected), "{answer}");
    assert_eq!(put_at(&user, SHOP, json!({})).await.1[field], expected, "what is left out stays");
}

#[rstest]
#[case::amazon(Channel::Amazon, &["verify"])]
#[case::groupon(Channel::Groupon, &["sla_days", "closed_days"])]
#[case::ebay(Channel::Ebay, &[])]
#[tokio::test(start_paused = true)]
async fn only_what_a_channel_has_is_shown(#[case] channel: Channel, #[case] own: &[&str]) {
    let (_, settings) = user_at(channel).get(SHOP).await;
    assert_eq!(settings["or_after_hours"], "off");
    for field in ["verify", "sla_days", "closed_days"] {
        assert_eq!(settings.get(field).is_some(), own.contains(&field), "{field}");
    }
}
