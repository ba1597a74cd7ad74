//! Whose webhooks a receiver accepts, and how many: the signature must be of a known secret, and the time must be near.

use axum::http::Method;
use marketplaces::{Marketplaces, Options, Rate, Shop as _, UntilGoneAccount};
use rstest::rstest;
use serde_json::json;

use crate::caller::{replaced, with, without};
use crate::until_gone::{
    ORDER, OTHER_NUMBER, OTHER_SECRET, now_s, second_package, send, send_signed, signature, signed,
    signed_at, start_with_order, start_with_order_and, webhook,
};

#[rstest]
#[case::no_id("webhook-id", None, "webhook-id: is missing")]
#[case::no_time("webhook-timestamp", None, "webhook-timestamp: is missing")]
#[case::no_signature("webhook-signature", None, "webhook-signature: is missing")]
#[case::an_empty_id("webhook-id", Some(""), "webhook-id: must be a text")]
#[case::an_id_with_a_full_stop("webhook-id", Some("msg.1"), "full stop")]
#[case::another_id("webhook-id", Some("msg_2"), "not of a secret")]
#[case::a_time_of_another_kind("webhook-timestamp", Some("2026-11-23"), "a time in seconds")]
#[case::another_signature("webhook-signature", Some("v1,AAAA"), "not of a secret")]
#[case::no_version("webhook-signature", Some("AAAA"), "not of a secret")]
#[tokio::test]
async fn a_header_that_is_missing_or_wrong_is_refused(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start_with_order().await;
    let headers = match value {
        None => without(signed("msg_1", &webhook()), name),
        Some(value) => replaced(signed("msg_1", &webhook()), name, value),
    };
    let answered = send(&caller, &headers, &webhook()).await;
    assert_eq!(answered.status, 401);
    assert!(answered.text.contains(words), "{}", answered.text);
    assert!(marketplaces.until_gone().shipments(ORDER).is_empty());
    let submission = &marketplaces.until_gone().submissions_of(ORDER)[0];
    assert_eq!((submission.account.as_deref(), submission.applied), (None, false));
}

#[rstest]
#[case::old(-290, 204)]
#[case::too_old(-310, 401)]
#[case::ahead(290, 204)]
#[case::too_far_ahead(310, 401)]
#[tokio::test]
async fn the_time_of_a_webhook_must_be_near(#[case] seconds: i64, #[case] status: u16) {
    let (_marketplaces, caller) = start_with_order().await;
    let secret = UntilGoneAccount::named(marketplaces::DEMO_ACCOUNT).secret;
    let headers = signed_at(now_s() + seconds, &secret, "msg_1", &webhook().to_string());
    assert_eq!(send(&caller, &headers, &webhook()).await.status, status);
}

#[tokio::test]
async fn a_webhook_needs_an_accounts_signature_of_its_whole_content() {
    let (marketplaces, caller) = start_with_order().await;
    let body = webhook().to_string();
    let foreign = signed_at(now_s(), OTHER_SECRET, "msg_1", &body);
    assert_eq!(send(&caller, &foreign, &webhook()).await.status, 401);
    let changed = with(webhook(), "/data/tracking_number", json!(OTHER_NUMBER));
    assert_eq!(send(&caller, &signed("msg_1", &webhook()), &changed).await.status, 401);
    let mut twice = signed("msg_1", &webhook());
    twice.push(("webhook-id", "msg_1".to_owned()));
    assert_eq!(send(&caller, &twice, &webhook()).await.status, 401);
    assert!(marketplaces.until_gone().shipments(ORDER).is_empty());

    // While a secret is replaced, a webhook has a signature of the old secret and one of the new.
    let own = signed("msg_1", &webhook());
    let time = own[2].1.clone();
    let both = format!("{} {}", signature(OTHER_SECRET, "msg_1", &time, &body), own[3].1);
    let headers = replaced(own, "webhook-signature", &both);
    assert_eq!(send(&caller, &headers, &webhook()).await.status, 204);
}

#[rstest]
#[case::none(None, 415)]
#[case::a_form(Some("application/x-www-form-urlencoded"), 415)]
#[case::text(Some("text/plain"), 415)]
#[case::with_its_letters(Some("Application/JSON; charset=utf-8"), 204)]
#[tokio::test]
async fn a_webhook_needs_the_content_type_of_json(
    #[case] content_type: Option<&str>,
    #[case] status: u16,
) {
    let (_marketplaces, caller) = start_with_order().await;
    let headers = match content_type {
        None => without(signed("msg_1", &webhook()), "content-type"),
        Some(value) => replaced(signed("msg_1", &webhook()), "content-type", value),
    };
    assert_eq!(send(&caller, &headers, &webhook()).await.status, status);
}

#[tokio::test]
async fn each_account_has_its_own_secret_and_rate() {
    let mut options = Options::demo();
    assert_eq!(options.until_gone.rate, Rate { per_1000_s: 5_000, burst: 10 });
    // The rate is so low that the bucket regains no request while the test runs.
    options.until_gone.rate.per_1000_s = 1;
    let secret = OTHER_SECRET.to_owned();
    let other = UntilGoneAccount {
        name: "other".to_owned(),
        secret,
        ..UntilGoneAccount::named(marketplaces::DEMO_ACCOUNT)
    };
    options.until_gone.accounts.push(other);
    let (marketplaces, caller) = start_with_order_and(options).await;
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
    for _ in 1..10 {
        assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 409);
    }
    let answered = send_signed(&caller, "msg_1", &webhook()).await;
    assert_eq!((answered.status, answered.header("retry-after")), (429, Some("1")));
    let body = second_package();
    let headers = signed_at(now_s(), OTHER_SECRET, "msg_2", &body.to_string());
    assert_eq!(send(&caller, &headers, &body).await.status, 204);
    let submissions = marketplaces.until_gone().submissions_of(ORDER);
    assert_eq!(submissions.last().unwrap().account.as_deref(), Some("other"));
}

#[tokio::test]
async fn there_is_one_address_and_one_method() {
    let (_marketplaces, caller) = start_with_order().await;
    let headers = signed("msg_1", &webhook());
    let read = caller.send(Method::GET, "/until_gone", &headers, "").await.unwrap();
    assert_eq!(read.status, 405);
    let elsewhere = caller.send(Method::POST, "/until_gone/x", &headers, "{}").await.unwrap();
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn marketplaces_do_not_start_with_a_malformed_secret() {
    let mut options = Options::demo();
    options.until_gone.accounts[0].secret = "whsec_short".to_owned();
    let error = Marketplaces::unplugged(options).unwrap_err();
    assert!(!error.to_string().contains("short"));
}
