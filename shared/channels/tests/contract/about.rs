//! What a person fills in, checked field by field, and what they are told before they choose a timing.

use channels::about::{Shape, about, credentials, meaning, settings, warnings};
use domain::{Channel, ChannelSettings, Timing};
use rstest::rstest;
use serde_json::{Map, Value, json};

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn good_settings(channel: Channel) -> Value {
    match channel {
        Channel::Amazon => json!({ "region": "na", "marketplace_id": "ATVPDKIKX0DER" }),
        Channel::Ebay => json!({}),
        Channel::Wish => json!({ "origin_country": "US" }),
        Channel::BackMarket => json!({ "host": "www.backmarket.com", "language": "en-us",
            "company": "Acme", "integration": "Shipconfirm", "contact": "ops@acme.example" }),
        Channel::Groupon => json!({ "supplier_id": "s-1", "api_version": "v4" }),
        Channel::UntilGone => {
            json!({ "url": "https://hooks.example.com/x", "receiver_dedupes": false })
        }
    }
}

fn good_credentials(channel: Channel) -> Value {
    match channel {
        Channel::Amazon | Channel::Ebay | Channel::Wish => {
            json!({ "client_id": "id", "client_secret": "s3cret", "refresh_token": "r3fresh" })
        }
        Channel::BackMarket | Channel::Groupon => json!({ "token": "t0ken" }),
        Channel::UntilGone => json!({ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }),
    }
}

#[rstest]
fn what_is_whole_is_taken(#[values(0, 1, 2, 3, 4, 5)] place: usize) {
    let channel = Channel::ALL[place];
    let made = settings(channel, &fields(&good_settings(channel))).expect("they are whole");
    assert_eq!(made.channel(), channel);
    assert_eq!(credentials(channel, &fields(&good_credentials(channel))), Ok(()));
    // The names a person is shown are exactly the names that are taken.
    let names = |of: &Value| fields(of).keys().cloned().collect::<Vec<_>>();
    let listed = |all: &[channels::about::Field]| {
        let mut names: Vec<String> = all.iter().map(|field| field.name.to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&good_settings(channel)), listed(about(channel).settings));
    assert_eq!(names(&good_credentials(channel)), listed(about(channel).credentials));
}

#[rstest]
fn each_field_is_needed(#[values(0, 1, 2, 3, 4, 5)] place: usize) {
    let channel = Channel::ALL[place];
    for field in about(channel).settings {
        let mut given = fields(&good_settings(channel));
        given.remove(field.name);
        let unfit = settings(channel, &given).expect_err("a field is missing");
        assert_eq!(unfit.field, format!("settings.{}", field.name));
        assert!(unfit.problem.starts_with("is missing"), "{unfit}");
    }
    for field in about(channel).credentials {
        let mut given = fields(&good_credentials(channel));
        given.remove(field.name);
        let unfit = credentials(channel, &given).expect_err("a field is missing");
        assert_eq!(unfit.field, format!("credentials.{}", field.name));
    }
}

#[rustfmt::skip]
#[rstest]
#[case::an_unknown_name(Channel::Ebay, "region", json!("na"), "settings.region: eBay has no such field")]
#[case::not_one_of_the_values(Channel::Amazon, "region", json!("us"), "settings.region: is not one of its values")]
#[case::another_type(Channel::Amazon, "region", json!(1), "settings.region: is not one of its values")]
#[case::empty(Channel::Amazon, "marketplace_id", json!("  "), "settings.marketplace_id: must be a text of 1 to 200 visible ASCII characters")]
#[case::too_long(Channel::Amazon, "marketplace_id", json!("x".repeat(201)), "settings.marketplace_id: must be a text of 1 to 200 visible ASCII characters")]
#[case::not_for_a_header(Channel::BackMarket, "company", json!("Müller"), "settings.company: must be a text of 1 to 200 visible ASCII characters")]
#[case::a_line_break(Channel::BackMarket, "contact", json!("a\r\nX-Evil: 1"), "settings.contact: must be a text of 1 to 200 visible ASCII characters")]
#[case::no_country(Channel::Wish, "origin_country", json!("usa"), "settings.origin_country: `usa` is not a country code; allowed: two capital letters, such as US")]
#[case::no_text(Channel::Wish, "origin_country", json!(7), "settings.origin_country: must be a text")]
#[case::not_encrypted(Channel::UntilGone, "url", json!("http://hooks.example.com"), "settings.url: `http://hooks.example.com` is not an address for a webhook: it does not begin with https://; allowed: https://<host name>/<path>")]
#[case::an_address(Channel::UntilGone, "url", json!("https://127.0.0.1/"), "settings.url: `https://127.0.0.1/` is not an address for a webhook: its host is an address, not a name; allowed: https://<host name>/<path>")]
#[case::no_flag(Channel::UntilGone, "receiver_dedupes", json!("yes"), "settings.receiver_dedupes: must be true or false")]
fn a_wrong_setting_is_named(#[case] channel: Channel, #[case] field: &str, #[case] value: Value, #[case] expected: &str) {
    let mut given = fields(&good_settings(channel));
    given.insert(field.to_owned(), value);
    assert_eq!(settings(channel, &given).expect_err("it is wrong").to_string(), expected);
}

const VISIBLE: &str = "must be a text of 1 to 4,096 visible ASCII characters";

#[rustfmt::skip]
#[rstest]
#[case::empty(Channel::Amazon, "client_secret", json!(" "), VISIBLE)]
#[case::a_number(Channel::Amazon, "client_secret", json!(5_550_123), VISIBLE)]
#[case::too_long(Channel::Amazon, "client_secret", json!("5".repeat(4_097)), VISIBLE)]
#[case::inside(Channel::Groupon, "token", json!("5550\n123"), VISIBLE)]
#[case::not_a_signing_secret(Channel::UntilGone, "secret", json!("whsec_5550123"), "must be whsec_ and the base64 of 24 to 64 bytes")]
fn a_wrong_credential_is_named_and_never_repeated(#[case] channel: Channel, #[case] field: &str, #[case] value: Value, #[case] problem: &str) {
    let mut given = fields(&good_credentials(channel));
    given.insert(field.to_owned(), value);
    let unfit = credentials(channel, &given).expect_err("it is wrong");
    assert_eq!((unfit.field.as_str(), unfit.problem.as_str()), (format!("credentials.{field}").as_str(), problem));
    assert!(!unfit.to_string().contains("555"), "{unfit}");
}

#[rstest]
fn a_credential_may_be_as_long_as_any_token() {
    let given = json!({ "token": "5".repeat(4_096) });
    assert_eq!(credentials(Channel::Groupon, &fields(&given)), Ok(()));
}

#[rstest]
fn blanks_around_a_credential_are_no_part_of_it() {
    let given = json!({ "token": " t0ken\n" });
    assert_eq!(credentials(Channel::Groupon, &fields(&given)), Ok(()));
}

#[rstest]
fn blanks_around_a_setting_are_taken_away() {
    let given = json!({ "region": "na", "marketplace_id": " ATVPDKIKX0DER " });
    let made = settings(Channel::Amazon, &fields(&given)).expect("they are whole");
    let ChannelSettings::Amazon { marketplace_id, .. } = made else { panic!("another channel") };
    assert_eq!(marketplace_id.as_str(), "ATVPDKIKX0DER");
}

#[rstest]
fn a_person_is_warned_before_choosing() {
    let warned = |channel, timing| warnings(channel, timing).join(" ");
    let assigned = Timing::WhenTrackingIsAssigned;
    assert!(warned(Channel::Groupon, assigned).contains("picked the parcel up"));
    assert!(warned(Channel::BackMarket, assigned).contains("outside business hours"));
    assert!(warned(Channel::Amazon, Timing::Never).contains("releases none"));
    assert!(meaning(Channel::BackMarket, assigned, 45).contains("45 minutes after the label"));
    for channel in Channel::ALL {
        assert!(!about(channel).lock.is_empty());
        for timing in channel.timings() {
            assert!(!meaning(channel, *timing, 60).is_empty());
            assert!(!warnings(channel, *timing).is_empty(), "{channel} {timing}");
        }
        let is_secret = |field: &channels::about::Field| field.shape == Shape::Secret;
        assert!(about(channel).credentials.iter().all(is_secret));
    }
}
