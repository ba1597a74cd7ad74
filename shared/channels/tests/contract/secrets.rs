//! Secrets are seen nowhere: not in what credentials print, not in what is wrong with them.

use crate::amazon::given::amazon_submission;
use crate::back_market::given::{back_market, back_market_submission};
use crate::ebay::given::{ebay, ebay_submission};
use crate::given::{NOW, answer, at, json_answer, text};
use crate::groupon::given::{groupon, groupon_submission};
use crate::until_gone::given::{until_gone, until_gone_submission};
use crate::wish::given::{wish, wish_submission};
use channels::GrouponApi;
use channels::about::example_secret;
use channels::{
    Amazon, AmazonCredentials, Answer, BackMarket, BackMarketCredentials, Ebay, EbayCredentials,
    Groupon, GrouponCredentials, Marketplace, Token, UntilGone, UntilGoneCredentials, Visitor,
    Wish, WishCredentials, visit,
};
use domain::Channel;
use jiff::SignedDuration;
use rstest::rstest;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const AMAZON: &str = r#"{"client_id":"s3cret","client_secret":"s3cret","refresh_token":"s3cret"}"#;
const EBAY: &str = AMAZON;
const BACK_MARKET: &str = r#"{"token":"s3cret","note":"ignored"}"#;
const GROUPON: &str = r#"{"token":"s3cret","note":"ignored"}"#;

/// A channel's credentials, read from what a secret may hold.
struct Printed<'a>(&'a str);

impl Visitor for Printed<'_> {
    type Output = String;

    fn visit<M: Marketplace>(self) -> String {
        format!("{:#?}", serde_json::from_str::<M::Credentials>(self.0).unwrap())
    }
}

#[test]
fn credentials_do_not_print_themselves() {
    for channel in Channel::ALL {
        // What an example is too short for must not be in the type's name either.
        let secret = |(name, example): (String, Value)| {
            let is_shaped = example.as_str().unwrap().len() > 20;
            (name, if is_shaped { example } else { "s3cret".into() })
        };
        let given: Map<String, Value> = example_secret(channel).into_iter().map(secret).collect();
        let shown = visit(channel, Printed(&Value::Object(given.clone()).to_string()));
        for value in given.values() {
            assert!(!shown.contains(value.as_str().unwrap()), "{channel}: {shown}");
        }
        assert_eq!(shown.matches("(secret)").count(), given.len(), "{channel}: {shown}");
    }
}

/// What becomes of a channel's secret when an answer brings tokens.
struct Renewed<'a>(&'a Answer);

impl Visitor for Renewed<'_> {
    type Output = bool;

    fn visit<M: Marketplace>(self) -> bool {
        let secret = Value::Object(example_secret(M::CHANNEL)).to_string();
        M::KEEPS_TOKENS || M::renewed(&secret, self.0, NOW).is_none()
    }
}

#[test]
fn no_secret_is_written_where_an_answer_changes_none() {
    let answer = json_answer(200, &json!({ "access_token": "s3cret", "refresh_token": "s3cret" }));
    for channel in Channel::ALL {
        assert!(visit(channel, Renewed(&answer)), "{channel}");
    }
}

#[test]
fn authorized_requests_do_not_print_their_secret() {
    let mut request = Amazon::confirm(
        at(&crate::amazon::given::amazon()),
        &amazon_submission(),
        Some(&text("123456789")),
    )
    .unwrap();
    let token = Token { value: "s3cret".to_owned(), lives: SignedDuration::from_hours(1) };
    let credentials = serde_json::from_str(AMAZON).unwrap();
    Amazon::authorize(&mut request, &credentials, Some(&token), NOW).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));

    let partner = back_market();
    let mut request = BackMarket::confirm(at(&partner), &back_market_submission(), None).unwrap();
    let credentials = serde_json::from_str(BACK_MARKET).unwrap();
    BackMarket::authorize(&mut request, &credentials, None, NOW).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));
}

#[test]
fn groupons_credentials_do_not_print_themselves() {
    let credentials: GrouponCredentials = serde_json::from_str(GROUPON).unwrap();
    assert!(!format!("{credentials:?}").contains("s3cret"));
}

#[test]
fn groupons_token_is_in_a_request_only_once_it_is_authorized() {
    let partner = groupon(GrouponApi::V2);
    let site = at(&partner);
    let credentials = serde_json::from_str(GROUPON).unwrap();
    for mut request in [
        Groupon::confirm(site, &groupon_submission(), None).unwrap(),
        Groupon::read(site, &groupon_submission(), &[]).unwrap(),
    ] {
        let is_in = |request: &http::Request<Vec<u8>>| {
            let whole = format!("{request:?} {}", String::from_utf8_lossy(request.body()));
            whole.contains("s3cret") || whole.contains("token=")
        };
        assert!(!is_in(&request));
        Groupon::authorize(&mut request, &credentials, None, NOW).unwrap();
        assert!(is_in(&request));
    }
}

#[test]
fn a_token_too_long_for_an_address_is_not_repeated() {
    let mut request =
        Groupon::read(at(&groupon(GrouponApi::V2)), &groupon_submission(), &[]).unwrap();
    let token = "s3cret".repeat(20_000);
    let credentials = serde_json::from_value(json!({ "token": token })).unwrap();
    let why = Groupon::authorize(&mut request, &credentials, None, NOW).unwrap_err();
    assert_eq!(why.to_string(), "token: is too long for an address");
}

#[rstest]
#[case::a_reason(200, json!({"success": false, "reason": "Invalid token s3cret"}))]
#[case::a_refusal(401, json!({"error": "bad token s3cret", "reason": "s3cret"}))]
#[case::an_echo(500, json!({"parameters": {"supplier_id": "1", "token": "s3cret"}}))]
#[case::a_code(403, json!({"code": "s3cret", "message": "no such Token"}))]
fn groupons_words_about_a_token_are_not_repeated(#[case] status: u16, #[case] body: Value) {
    let answer = json_answer(status, &body);
    let verdict = Groupon::confirmed(&answer, &groupon_submission());
    let found = Groupon::found(&[Groupon::page(answer)], &groupon_submission());
    assert!(!format!("{verdict:?} {found:?}").contains("s3cret"), "{verdict:?} {found:?}");
}

#[test]
fn a_token_that_cannot_be_sent_is_not_repeated() {
    let mut request =
        BackMarket::confirm(at(&back_market()), &back_market_submission(), None).unwrap();
    let credentials = serde_json::from_str(r#"{"token":"s3cret\nX-Evil: 1"}"#).unwrap();
    let why = BackMarket::authorize(&mut request, &credentials, None, NOW).unwrap_err();
    assert!(why.to_string().starts_with("token: ") && !why.to_string().contains("s3cret"));
}

#[test]
fn ebays_secrets_are_seen_nowhere() {
    let credentials: EbayCredentials = serde_json::from_str(EBAY).unwrap();
    assert!(!format!("{credentials:?}").contains("s3cret"));
    let partner = ebay();
    let login = Ebay::token_request(at(&partner), &credentials).unwrap();
    let basic = login.headers()["authorization"].to_str().unwrap();
    assert!(!format!("{:?}", login.headers()).contains(basic));

    let mut request = Ebay::confirm(at(&partner), &ebay_submission(), None).unwrap();
    let token =
        |value: &str| Token { value: value.to_owned(), lives: SignedDuration::from_hours(2) };
    Ebay::authorize(&mut request, &credentials, Some(&token("s3cret")), NOW).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));
    let odd = token("s3cret\nX-Evil: 1");
    let why = Ebay::authorize(&mut request, &credentials, Some(&odd), NOW).unwrap_err();
    assert!(why.to_string().starts_with("access token: ") && !why.to_string().contains("s3cret"));
}

#[test]
fn what_is_wrong_with_ebays_credentials_is_named_and_not_repeated() {
    let why = refused::<EbayCredentials>(r#"{"client_id":"a","client_secret":314159}"#);
    assert_eq!(why, "client_secret: must be a text that is not empty");
    let why = refused::<EbayCredentials>(r#"{"client_id":"a","client_secret":"b"}"#);
    assert_eq!(why, "refresh_token: must be a text that is not empty");
    for json in [r#""314159""#, r#"["314159"]"#, r#"{"client_id":314159"#] {
        assert!(!refused::<EbayCredentials>(json).contains("314159"));
    }
}

/// Why a channel's credentials cannot be read.
struct Refused<'a>(&'a str);

impl Visitor for Refused<'_> {
    type Output = String;

    fn visit<M: Marketplace>(self) -> String {
        refused::<M::Credentials>(self.0)
    }
}

fn refused<T: DeserializeOwned>(json: &str) -> String {
    serde_json::from_str::<T>(json).err().unwrap().to_string()
}

#[rstest]
#[case::missing(r#"{"note":"314159"}"#)]
#[case::a_number(r#"{"token":314159,"client_id":314159}"#)]
#[case::empty(r#"{"token":" ","client_id":"","note":"314159"}"#)]
#[case::a_text(r#""314159""#)]
#[case::a_list(r#"["314159"]"#)]
#[case::not_json(r#"{"token":314159"#)]
fn what_is_wrong_with_credentials_does_not_repeat_them(#[case] json: &str) {
    for channel in Channel::ALL {
        let why = visit(channel, Refused(json));
        assert!(!why.contains("314159"), "{channel}: {why}");
    }
}

/// The base64 of `s3cret s3cret s3cret s3cret`, 27 bytes.
const UNTIL_GONE: &str = r#"{"secret":"whsec_czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcmV0"}"#;

/// Neither as it is written nor as it is meant, neither as text nor as a list of bytes.
fn shows_the_webhook_secret(shown: &str) -> bool {
    ["czNjcmV0", "s3cret", "115, 51, 99"].iter().any(|secret| shown.contains(secret))
}

#[test]
fn a_webhook_secret_is_seen_nowhere() {
    let credentials: UntilGoneCredentials = serde_json::from_str(UNTIL_GONE).unwrap();
    assert_eq!(format!("{credentials:?}"), "Credentials { secret: (secret) }");
    assert!(!shows_the_webhook_secret(&format!("{credentials:#?}")));
    let partner = until_gone();
    let id = text("msg_1");
    let mut request =
        UntilGone::confirm(at(&partner), &until_gone_submission(), Some(&id)).unwrap();
    UntilGone::authorize(&mut request, &credentials, None, NOW).unwrap();
    let signature = request.headers()["webhook-signature"].to_str().unwrap().to_owned();
    let shown = format!("{request:?} {:?}", request.headers());
    assert!(!shows_the_webhook_secret(&shown) && !shown.contains(&signature));
}

#[rstest]
#[case::missing(r#"{"note":"czNjcmV0"}"#, "must be a text that is not empty")]
#[case::a_number(r#"{"secret":314159}"#, "must be a text that is not empty")]
#[case::empty(r#"{"secret":" "}"#, "must be a text that is not empty")]
#[case::no_prefix(r#"{"secret":"czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcmV0"}"#, "whsec_")]
#[case::another_prefix(r#"{"secret":"whsk_czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcmV0"}"#, "whsec_")]
#[case::not_base64(r#"{"secret":"whsec_czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcmV!"}"#, "base64")]
#[case::base64_of_the_web(r#"{"secret":"whsec_czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcm-_"}"#, "base64")]
#[case::without_its_padding(
    r#"{"secret":"whsec_czNjcmV0IHMzY3JldCBzM2NyZXQgczNjcmV0czNjcmV0cw"}"#,
    "base64"
)]
#[case::too_short(r#"{"secret":"whsec_czNjcmV0"}"#, "24 to 64 bytes")]
#[case::nothing(r#"{"secret":"whsec_"}"#, "24 to 64 bytes")]
fn what_is_wrong_with_a_webhook_secret_is_said_without_it(
    #[case] json: &str,
    #[case] allowed: &str,
) {
    let why = refused::<UntilGoneCredentials>(json);
    assert!(why.starts_with("secret: ") && why.contains(allowed), "{why}");
    assert!(!shows_the_webhook_secret(&why) && !why.contains("314159"), "{why}");
}

#[rstest]
#[case::one_too_few(23, false)]
#[case::the_fewest(24, true)]
#[case::padded_once(32, true)]
#[case::padded_twice(31, true)]
#[case::the_most(64, true)]
#[case::one_too_many(65, false)]
fn a_webhook_secret_has_its_length(#[case] bytes: usize, #[case] is_one: bool) {
    // All zeros: three bytes are four letters `A`, and what is left over is padded.
    let letters = bytes * 4_usize;
    let base64 = "A".repeat(letters.div_ceil(3)) + "=".repeat((3 - bytes % 3) % 3).as_str();
    let json = json!({ "secret": format!("whsec_{base64}") });
    assert_eq!(serde_json::from_value::<UntilGoneCredentials>(json).is_ok(), is_one);
}

#[test]
fn what_is_missing_is_named() {
    let why = refused::<AmazonCredentials>(r#"{"client_id":"a","client_secret":"b"}"#);
    assert_eq!(why, "refresh_token: must be a text that is not empty");
    assert_eq!(refused::<BackMarketCredentials>("{}"), "token: must be a text that is not empty");
    assert_eq!(refused::<GrouponCredentials>("{}"), "token: must be a text that is not empty");
}

/// An answer may repeat the address it was asked at, which has the secrets.
#[rstest]
#[case::with_its_address("GET /wish/api/v3/oauth/refresh_token?client_secret=s3cret")]
#[case::with_the_token(r#"{"code":1008,"message":"The token s3cret has been revoked"}"#)]
#[case::with_another_code(r#"{"code":5,"message":"no such application: s3cret"}"#)]
#[case::of_another_kind(r#"{"code":0,"data":{"token":"s3cret"}}"#)]
fn what_is_answered_to_wishs_token_request_is_not_repeated(#[case] body: &str) {
    for status in [200, 302, 400, 401, 403, 414, 429, 500] {
        let verdict = Wish::token(&answer(status, body), NOW).err().unwrap();
        assert!(!format!("{verdict:?}").contains("s3cret"), "{verdict:?}");
    }
}

#[test]
fn wishs_secrets_are_seen_nowhere_but_in_the_address_that_needs_them() {
    let json = r#"{"client_id":"s3cret","client_secret":"s3cret","refresh_token":"s3cret","access_token":"s3cret","access_token_expires_at":"2027-01-01T00:00:00Z"}"#;
    let credentials: WishCredentials = serde_json::from_str(json).unwrap();
    assert!(!format!("{credentials:?}").contains("s3cret"));
    let partner = wish();
    let login = Wish::token_request(at(&partner), &credentials).unwrap();
    assert!(!format!("{:?}", login.headers()).contains("s3cret"));
    assert_eq!(login.uri().query().unwrap().matches("s3cret").count(), 3);

    let mut request = Wish::confirm(at(&partner), &wish_submission(), None).unwrap();
    let token = Token { value: "s3cret".to_owned(), lives: SignedDuration::from_hours(2) };
    Wish::authorize(&mut request, &credentials, Some(&token), NOW).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));
    assert_eq!(refused::<WishCredentials>("{}"), "client_id: must be a text that is not empty");
}
