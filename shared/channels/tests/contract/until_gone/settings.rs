//! What a person puts as the address of a webhook.

use channels::WebhookUrl;
use rstest::rstest;

#[rstest]
#[case::a_name("https://hooks.untilgone.example/ship")]
#[case::with_a_port("https://hooks.untilgone.example:8443/ship?account=7")]
#[case::with_its_own_port("https://hooks.untilgone.example:443/ship")]
#[case::with_the_first_free_port("https://hooks.untilgone.example:1024/ship")]
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
#[case::port_of_mail(
    "https://untilgone.example:25/",
    "its port is another service's: neither 443 nor above 1023"
)]
#[case::last_port_of_a_service(
    "https://untilgone.example:1023/",
    "its port is another service's: neither 443 nor above 1023"
)]
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
