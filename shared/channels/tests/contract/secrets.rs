//! Secrets are seen nowhere: not in what credentials print, not in what is wrong with them.

use crate::given::{amazon_submission, at, back_market, back_market_submission, text};
use channels::{Amazon, AmazonCredentials, BackMarket, BackMarketCredentials, Marketplace, Token};
use jiff::SignedDuration;
use rstest::rstest;
use serde::de::DeserializeOwned;

const AMAZON: &str = r#"{"client_id":"s3cret","client_secret":"s3cret","refresh_token":"s3cret"}"#;
const BACK_MARKET: &str = r#"{"token":"s3cret","note":"ignored"}"#;

#[test]
fn credentials_do_not_print_themselves() {
    let amazon: AmazonCredentials = serde_json::from_str(AMAZON).unwrap();
    let back_market: BackMarketCredentials = serde_json::from_str(BACK_MARKET).unwrap();
    assert!(!format!("{amazon:?} {back_market:?}").contains("s3cret"));
}

#[test]
fn authorized_requests_do_not_print_their_secret() {
    let mut request = Amazon::confirm(
        at(&crate::given::amazon()),
        &amazon_submission(),
        Some(&text("123456789")),
    )
    .unwrap();
    let token = Token { value: "s3cret".to_owned(), lives: SignedDuration::from_hours(1) };
    let credentials = serde_json::from_str(AMAZON).unwrap();
    Amazon::authorize(&mut request, &credentials, Some(&token)).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));

    let partner = back_market();
    let mut request = BackMarket::confirm(at(&partner), &back_market_submission(), None).unwrap();
    let credentials = serde_json::from_str(BACK_MARKET).unwrap();
    BackMarket::authorize(&mut request, &credentials, None).unwrap();
    assert!(!format!("{:?}", request.headers()).contains("s3cret"));
}

#[test]
fn a_token_that_cannot_be_sent_is_not_repeated() {
    let mut request =
        BackMarket::confirm(at(&back_market()), &back_market_submission(), None).unwrap();
    let credentials = serde_json::from_str(r#"{"token":"s3cret\nX-Evil: 1"}"#).unwrap();
    let why = BackMarket::authorize(&mut request, &credentials, None).unwrap_err();
    assert!(why.to_string().starts_with("token: ") && !why.to_string().contains("s3cret"));
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
    let (amazon, back_market) =
        (refused::<AmazonCredentials>(json), refused::<BackMarketCredentials>(json));
    assert!(!amazon.contains("314159") && !back_market.contains("314159"));
}

#[test]
fn what_is_missing_is_named() {
    let why = refused::<AmazonCredentials>(r#"{"client_id":"a","client_secret":"b"}"#);
    assert_eq!(why, "refresh_token: must be a text that is not empty");
    assert_eq!(refused::<BackMarketCredentials>("{}"), "token: must be a text that is not empty");
}
