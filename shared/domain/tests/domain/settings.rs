//! A channel's settings as data: read and written alike, by which channel they are of.

use domain::{Channel, ChannelSettings};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[case::amazon(json!({"channel": "amazon", "region": "eu", "marketplace_id": "A1PA6795UKMFR9"}), Channel::Amazon)]
#[case::ebay(json!({"channel": "ebay"}), Channel::Ebay)]
#[case::wish(json!({"channel": "wish", "origin_country": "US"}), Channel::Wish)]
#[case::groupon(json!({"channel": "groupon", "supplier_id": "42", "api_version": "v2"}), Channel::Groupon)]
#[case::until_gone(
    json!({"channel": "until_gone", "url": "https://hooks.untilgone.example/ship", "receiver_dedupes": true}),
    Channel::UntilGone
)]
fn settings_are_read_and_written_alike(#[case] json: Value, #[case] channel: Channel) {
    let settings: ChannelSettings = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(settings.channel(), channel);
    assert!(!settings.fields().contains_key("channel"));
    let fields = settings.fields().clone();
    assert_eq!(ChannelSettings::new(channel, fields), settings);
    assert_eq!(serde_json::to_value(settings).unwrap(), json);
}

#[test]
fn an_unknown_channel_is_named() {
    let why = serde_json::from_value::<ChannelSettings>(json!({"channel": "etsy"})).unwrap_err();
    let all = Channel::ALL.map(|channel| format!("`{channel}`")).join(", ");
    assert_eq!(why.to_string(), format!("unknown variant `etsy`, expected one of {all}"));
}

#[test]
fn another_value_of_a_field_changes_no_channel() {
    let json = json!({"channel": "groupon", "supplier_id": "42", "api_version": "v2"});
    let settings: ChannelSettings = serde_json::from_value(json).unwrap();
    let changed = settings.with("api_version", "v4").with("channel", "wish");
    let expected = json!({"channel": "groupon", "supplier_id": "42", "api_version": "v4"});
    assert_eq!(serde_json::to_value(changed).unwrap(), expected);
}
