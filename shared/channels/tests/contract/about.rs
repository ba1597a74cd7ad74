//! What a person fills in, checked field by field, and what they are told before they choose a timing.

use crate::given::{at, partner, submission, text};
use channels::about::{
    Field, Shape, about, credentials, example_secret, example_settings, meaning, settings, warnings,
};
use channels::{Marketplace, Unbuildable, Visitor, merchant_account, visit};
use domain::{Channel, ChannelSettings, Partner, Timing};
use rstest::rstest;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn good_settings(channel: Channel) -> Map<String, Value> {
    example_settings(channel).fields().clone()
}

fn good_credentials(channel: Channel) -> Map<String, Value> {
    example_secret(channel)
}

/// What the channel's own types have to say of fields, whatever a person was shown of them.
struct Types<'a>(&'a Map<String, Value>, &'a Map<String, Value>);

impl Visitor for Types<'_> {
    type Output = (bool, bool);

    fn visit<M: Marketplace>(self) -> (bool, bool) {
        (M::Settings::deserialize(self.0).is_ok(), M::Credentials::deserialize(self.1).is_ok())
    }
}

#[test]
fn what_is_whole_is_taken() {
    for channel in Channel::ALL {
        let made = settings(channel, &good_settings(channel)).expect("they are whole");
        assert_eq!(made, example_settings(channel));
        assert_eq!(made.channel(), channel);
        assert_eq!(credentials(channel, &good_credentials(channel)), Ok(()));
    }
}

#[test]
fn each_field_is_needed() {
    for channel in Channel::ALL {
        let is_needed = |field: &&Field| field.shape != Shape::Optional;
        for field in about(channel).settings.iter().filter(is_needed) {
            let mut given = good_settings(channel);
            given.remove(field.name);
            let unfit = settings(channel, &given).expect_err("a field is missing");
            assert_eq!(unfit.field, format!("settings.{}", field.name));
            assert!(unfit.problem.starts_with("is missing"), "{unfit}");
            let (is_whole, _) = visit(channel, Types(&given, &good_credentials(channel)));
            assert!(
                !is_whole,
                "{channel}: a person is asked for `{}`, which no type has",
                field.name
            );
        }
        for field in about(channel).credentials {
            let mut given = good_credentials(channel);
            given.remove(field.name);
            let unfit = credentials(channel, &given).expect_err("a field is missing");
            assert_eq!(unfit.field, format!("credentials.{}", field.name));
            let (_, is_whole) = visit(channel, Types(&good_settings(channel), &given));
            assert!(
                !is_whole,
                "{channel}: a person is asked for `{}`, which no type has",
                field.name
            );
        }
    }
}

/// Rule S6: a partner need not name its merchant. A blank field of a form is none.
#[rstest]
#[case::left_out(None, None)]
#[case::blank(Some("  "), None)]
#[case::named(Some(" A3TH9S8BH6GOGM "), Some("A3TH9S8BH6GOGM"))]
fn s6_what_may_be_left_out_may_be_blank(
    #[case] given: Option<&str>,
    #[case] expected: Option<&str>,
) {
    let mut fields = good_settings(Channel::Amazon);
    fields.extend(given.map(|given| ("merchant_id".to_owned(), json!(given))));
    let made = settings(Channel::Amazon, &fields).expect("they are whole");
    let kept = made.fields().get("merchant_id").and_then(Value::as_str);
    assert_eq!(kept, expected);
    let account = merchant_account(&made);
    let merchant = account.as_ref().map(|account| account.merchant.as_str());
    assert_eq!(merchant, expected);
    let others = [Channel::Ebay, Channel::Wish];
    assert!(others.iter().all(|other| merchant_account(&example_settings(*other)).is_none()));
}

#[rustfmt::skip]
#[rstest]
#[case::a_merchant_of_another_form(Channel::Amazon, "merchant_id", json!("A1#B"), "settings.merchant_id: not an id of 1 to 64 letters, digits, `-`, `_` or `.`")]
#[case::a_merchant_that_cannot_be_read(Channel::Amazon, "merchant_id", json!("Ü"), "settings.merchant_id: must be a text of visible ASCII characters, or left out")]
#[case::a_merchant_that_is_a_number(Channel::Amazon, "merchant_id", json!(7), "settings.merchant_id: must be a text")]
#[case::an_unknown_name(Channel::Ebay, "region", json!("na"), "settings.region: eBay has no such field")]
#[case::not_one_of_the_values(Channel::Amazon, "region", json!("us"), "settings.region: is not one of its values; allowed: na, eu, fe")]
#[case::another_type(Channel::Amazon, "region", json!(1), "settings.region: is not one of its values; allowed: na, eu, fe")]
#[case::empty(Channel::Amazon, "marketplace_id", json!("  "), "settings.marketplace_id: must be a text of 1 to 200 visible ASCII characters")]
#[case::too_long(Channel::Amazon, "marketplace_id", json!("x".repeat(201)), "settings.marketplace_id: must be a text of 1 to 200 visible ASCII characters")]
#[case::not_for_a_header(Channel::BackMarket, "company", json!("Müller"), "settings.company: must be a text of 1 to 200 visible ASCII characters")]
#[case::a_line_break(Channel::BackMarket, "contact", json!("a\r\nX-Evil: 1"), "settings.contact: must be a text of 1 to 200 visible ASCII characters")]
#[case::no_country(Channel::Wish, "origin_country", json!("usa"), "settings.origin_country: `usa` is not a country code; allowed: two capital letters, such as US")]
#[case::no_text(Channel::Wish, "origin_country", json!(7), "settings.origin_country: must be a text")]
#[case::not_encrypted(Channel::UntilGone, "url", json!("http://hooks.example.com"), "settings.url: `http://hooks.example.com` is not an address for a webhook: it does not begin with https://; allowed: https://<host name>/<path>")]
#[case::an_address(Channel::UntilGone, "url", json!("https://127.0.0.1/"), "settings.url: `https://127.0.0.1/` is not an address for a webhook: its host is an address, not a name; allowed: https://<host name>/<path>")]
#[case::no_flag(Channel::UntilGone, "receiver_dedupes", json!("yes"), "settings.receiver_dedupes: must be true or false; allowed: true, false")]
fn a_wrong_setting_is_named(#[case] channel: Channel, #[case] field: &str, #[case] value: Value, #[case] expected: &str) {
    let mut given = good_settings(channel);
    given.insert(field.to_owned(), value);
    assert_eq!(settings(channel, &given).expect_err("it is wrong").to_string(), expected);
}

/// A confirmation of a partner whose kept settings are these.
struct Confirm(ChannelSettings);

impl Visitor for Confirm {
    type Output = Result<(), Unbuildable>;

    fn visit<M: Marketplace>(self) -> Result<(), Unbuildable> {
        let partner = Partner { settings: self.0, ..partner("p", M::CHANNEL) };
        let submission = submission(M::CHANNEL, "1");
        M::confirm(at(&partner), &submission, Some(&text("1"))).map(drop)
    }
}

/// Kept settings were checked when they were put. Where they are wrong all the same nothing is sent, and it says why.
#[rustfmt::skip]
#[rstest]
#[case::an_unknown_region(Channel::Amazon, json!({"region": "us", "marketplace_id": "A"}), "unknown variant `us`, expected one of `na`, `eu`, `fe`")]
#[case::an_unknown_version(Channel::Groupon, json!({"supplier_id": "42", "api_version": "v3"}), "unknown variant `v3`, expected `v2` or `v4`")]
#[case::no_country(Channel::Wish, json!({}), "missing field `origin_country`")]
#[case::a_country_in_words(Channel::Wish, json!({"origin_country": "Germany"}), "`Germany` is not a country code; allowed: two capital letters, such as US")]
fn nothing_is_sent_by_kept_settings_that_are_wrong(#[case] channel: Channel, #[case] kept: Value, #[case] why: &str) {
    let settings = ChannelSettings::new(channel, fields(&kept));
    let refused = visit(channel, Confirm(settings)).expect_err("they are wrong");
    assert_eq!(refused.to_string(), format!("the partner's settings: {why}"));
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
    let mut given = good_credentials(channel);
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
    assert_eq!(made.fields()["marketplace_id"], "ATVPDKIKX0DER");
}

#[rstest]
fn a_person_is_warned_before_choosing() {
    let warned = |channel, timing| warnings(channel, timing).join(" ");
    let assigned = Timing::WhenTrackingIsAssigned;
    assert!(about(Channel::Groupon).late.contains("5 PM Central"));
    assert!(about(Channel::Wish).late.contains("refunded"));
    assert!(warned(Channel::Groupon, assigned).contains("picked the parcel up"));
    assert!(warned(Channel::BackMarket, assigned).contains("outside business hours"));
    assert!(warned(Channel::Amazon, Timing::Never).contains("releases none"));
    assert!(meaning(Channel::BackMarket, assigned, 45).contains("45 minutes after the label"));
    for channel in Channel::ALL {
        assert!(!about(channel).lock.is_empty());
        assert!(!about(channel).late.is_empty(), "{channel}: when an order is late there");
        let offered: Vec<Timing> =
            about(channel).choices.iter().map(|choice| choice.timing).collect();
        assert_eq!(offered, channel.timings(), "{channel}: each timing has its words");
        for timing in channel.timings() {
            assert!(!meaning(channel, *timing, 60).is_empty());
            assert!(!warnings(channel, *timing).is_empty(), "{channel} {timing}");
        }
        let is_secret = |field: &Field| field.shape == Shape::Secret;
        assert!(about(channel).credentials.iter().all(is_secret));
    }
}
