//! What is put as a channel's settings: parsed at the border, and what is wrong is named.

use domain::{Channel, ChannelSettings, CountryCode, WebhookUrl};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[case::amazon(json!({"channel": "amazon", "region": "eu", "marketplace_id": "A1PA6795UKMFR9"}), Channel::Amazon)]
#[case::ebay(json!({"channel": "ebay"}), Channel::Ebay)]
#[case::wish(json!({"channel": "wish", "origin_country": "US"}), Channel::Wish)]
#[case::groupon_v2(json!({"channel": "groupon", "supplier_id": "42", "api_version": "v2"}), Channel::Groupon)]
#[case::groupon_v4(json!({"channel": "groupon", "supplier_id": "42", "api_version": "v4"}), Channel::Groupon)]
#[case::until_gone(
    json!({"channel": "until_gone", "url": "https://hooks.untilgone.example/ship", "receiver_dedupes": true}),
    Channel::UntilGone
)]
fn settings_are_read_and_written_alike(#[case] json: Value, #[case] channel: Channel) {
    let settings: ChannelSettings = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(settings.channel(), channel);
    assert_eq!(serde_json::to_value(settings).unwrap(), json);
}

#[rstest]
#[case::an_unknown_region(json!({"channel": "amazon", "region": "us", "marketplace_id": "A"}), "unknown variant `us`, expected one of `na`, `eu`, `fe`")]
#[case::an_unknown_version(json!({"channel": "groupon", "supplier_id": "42", "api_version": "v3"}), "unknown variant `v3`, expected `v2` or `v4`")]
#[case::no_country(json!({"channel": "wish"}), "missing field `origin_country`")]
#[case::a_country_in_words(json!({"channel": "wish", "origin_country": "Germany"}), "`Germany` is not a country code; allowed: two capital letters, such as US")]
#[case::an_unknown_channel(json!({"channel": "etsy"}), "unknown variant `etsy`, expected one of `amazon`, `ebay`, `wish`, `back_market`, `groupon`, `until_gone`")]
fn what_is_wrong_is_named(#[case] json: Value, #[case] expected: &str) {
    assert_eq!(serde_json::from_value::<ChannelSettings>(json).unwrap_err().to_string(), expected);
}

#[rstest]
#[case::capitals("DE", true)]
#[case::small("de", false)]
#[case::three("DEU", false)]
#[case::none("", false)]
#[case::digits("D1", false)]
fn a_country_has_two_capital_letters(#[case] text: &str, #[case] is_one: bool) {
    let country = CountryCode::try_from(text.to_owned());
    assert_eq!(country.is_ok_and(|country| country.as_str() == text), is_one);
}

#[rstest]
#[case::a_name("https://hooks.untilgone.example/ship")]
#[case::with_a_port("https://hooks.untilgone.example:8443/ship?account=7")]
#[case::no_path("https://untilgone.example")]
#[case::in_capitals("https://HOOKS.UntilGone.example/")]
#[case::with_the_roots_dot("https://untilgone.example./ship")]
#[case::digits_in_a_name("https://1.2.3.4.example/ship")]
#[case::punycode("https://xn--bcher-kva.example/ship")]
fn a_webhook_may_go_to(#[case] url: &str) {
    let address = WebhookUrl::try_from(url.to_owned()).unwrap();
    assert_eq!((address.as_str(), address.to_string().as_str()), (url, url));
}

#[rstest]
#[case::not_encrypted("http://untilgone.example/ship", "it does not begin with https://")]
#[case::another_scheme("ftp://untilgone.example/ship", "it does not begin with https://")]
#[case::no_scheme("untilgone.example/ship", "it cannot be read")]
#[case::no_host("https:///ship", "it cannot be read")]
#[case::a_user("https://ann:secret@untilgone.example/", "it names a user")]
#[case::a_user_that_looks_like_a_host("https://untilgone.example@127.0.0.1/", "it names a user")]
#[case::a_fragment("https://untilgone.example/#x", "it has a fragment")]
#[case::this_machine("https://localhost/ship", "its host has no dot, so it is no public name")]
#[case::version_4("https://127.0.0.1/ship", "its host is an address, not a name")]
#[case::short_version_4("https://127.1/ship", "its host is an address, not a name")]
#[case::hexadecimal_in_capitals("https://127.0X1/ship", "its host is an address, not a name")]
#[case::without_a_letter_in_its_last_part(
    "https://2.1-4/ship",
    "its host is an address, not a name"
)]
#[case::hexadecimal("https://0x7f.0x1/ship", "its host is an address, not a name")]
#[case::version_4_with_the_roots_dot(
    "https://127.0.0.1./ship",
    "its host is an address, not a name"
)]
#[case::version_6("https://[::1]/ship", "its host has no dot, so it is no public name")]
#[case::version_4_in_6("https://[::ffff:127.0.0.1]/ship", "its host is not a name")]
#[case::an_underscore("https://a_b.example/", "its host is not a name")]
#[case::an_empty_label("https://a..example/", "its host is not a name")]
#[case::a_hyphen_at_the_end("https://a-.example/", "its host is not a name")]
#[case::port_zero("https://untilgone.example:0/", "its port is not one")]
#[case::no_port("https://untilgone.example:/", "its port is not one")]
#[case::a_blank("https://untilgone.example/a b", "it cannot be read")]
fn a_webhook_may_not_go_to(#[case] url: &str, #[case] why: &str) {
    let expected = format!(
        "`{url}` is not an address for a webhook: {why}; allowed: https://<host name>/<path>"
    );
    assert_eq!(WebhookUrl::try_from(url.to_owned()).unwrap_err().to_string(), expected);
}

#[rstest]
fn an_address_is_at_most_200_characters() {
    let of = |length: usize| {
        let start = "https://untilgone.example/";
        WebhookUrl::try_from(format!("{start}{}", "a".repeat(length - start.len())))
    };
    assert!(of(200).is_ok());
    assert!(of(201).unwrap_err().to_string().contains("more than 200 characters"));
}
