//! eBay: who may call, and how often.

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use marketplaces::{Options, Shop as _, set_clock};
use rstest::rstest;
use serde_json::json;

use crate::caller::{high_limit_options, replaced, start, start_with, without};
use crate::ebay::{
    ORDER, error, headers, login, login_fields, login_headers, login_with, order, path, read, ship,
    shipment,
};

fn now() -> Timestamp {
    "2026-11-23T15:10:00Z".parse().expect("a moment")
}

#[tokio::test]
async fn a_refresh_token_gives_another_access_token_each_time() {
    let (_marketplaces, caller) = start().await;
    let answered = login_with(&caller, &login_headers(), &login_fields()).await;
    assert_eq!(answered.status, 200);
    assert_eq!(answered.json()["token_type"], "User Access Token");
    assert_eq!(answered.json()["expires_in"], 7_200);
    assert!(answered.json().get("refresh_token").is_none());
    assert_ne!(answered.json()["access_token"], login(&caller).await);
}

#[rstest]
#[case::other_refresh_token("refresh_token", Some("v^1.1#x"), 400, "invalid_grant")]
#[case::no_refresh_token("refresh_token", None, 400, "invalid_grant")]
#[case::other_grant("grant_type", Some("client_credentials"), 400, "unsupported_grant_type")]
#[case::no_grant("grant_type", None, 400, "unsupported_grant_type")]
#[case::other_scope(
    "scope",
    Some("https://api.ebay.com/oauth/api_scope/sell.account"),
    400,
    "invalid_scope"
)]
#[case::empty_scope("scope", Some(""), 400, "invalid_scope")]
#[tokio::test]
async fn a_login_with_a_wrong_field_is_refused(
    #[case] field: &'static str,
    #[case] value: Option<&str>,
    #[case] status: u16,
    #[case] words: &str,
) {
    let (_marketplaces, caller) = start().await;
    let mut fields = login_fields();
    fields.retain(|(name, _)| *name != field);
    fields.extend(value.map(|value| (field, value.to_owned())));
    let answered = login_with(&caller, &login_headers(), &fields).await;
    assert_eq!((answered.status, answered.json()["error"].as_str()), (status, Some(words)));
}

#[tokio::test]
async fn a_scope_is_not_needed() {
    let (_marketplaces, caller) = start().await;
    let mut fields = login_fields();
    fields.retain(|(name, _)| *name != "scope");
    assert_eq!(login_with(&caller, &login_headers(), &fields).await.status, 200);
}

#[rstest]
#[case::other_client("authorization", Some("Basic eDp5"), 401, "invalid_client")]
#[case::not_encoded(
    "authorization",
    Some("Basic Demo-Shipconf-PRD-demo:PRD-demo"),
    401,
    "invalid_client"
)]
#[case::no_client("authorization", None, 401, "invalid_client")]
#[case::in_json("content-type", Some("application/json"), 400, "invalid_request")]
#[tokio::test]
async fn a_login_with_a_wrong_header_is_refused(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] status: u16,
    #[case] words: &str,
) {
    let (_marketplaces, caller) = start().await;
    let headers = match value {
        None => without(login_headers(), name),
        Some(value) => replaced(login_headers(), name, value),
    };
    let answered = login_with(&caller, &headers, &login_fields()).await;
    assert_eq!((answered.status, answered.json()["error"].as_str()), (status, Some(words)));
}

#[rstest]
#[case::missing(None, 1002)]
#[case::of_another_scheme(Some("Basic eDp5"), 1002)]
#[case::unknown(Some("Bearer v^1.1#x"), 1001)]
#[tokio::test]
async fn a_bad_access_token_is_refused(#[case] value: Option<&str>, #[case] id: u32) {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let headers = match value {
        None => without(headers(""), "authorization"),
        Some(value) => replaced(headers(""), "authorization", value),
    };
    let body = shipment().to_string();
    let shipped = caller.send(Method::POST, &path(ORDER), &headers, body).await.unwrap();
    let read = caller.send(Method::GET, &path(ORDER), &headers, "").await.unwrap();
    for answered in [shipped, read] {
        assert_eq!((answered.status, &error(&answered)["errorId"]), (401, &json!(id)));
    }
    assert_eq!(marketplaces.ebay().submissions_of(ORDER)[0].account, None);
}

#[tokio::test]
async fn access_tokens_expire_on_demand_and_after_the_lifetime_of_the_options() {
    let (marketplaces, caller) = start().await;
    let token = login(&caller).await;
    marketplaces.ebay().expire_tokens();
    let answered = ship(&caller, &token, &shipment()).await;
    assert_eq!(answered.status, 401);
    assert_eq!(error(&answered)["longMessage"], "Invalid access token: it has expired");

    let mut options = high_limit_options();
    options.ebay.token_life_s = 0;
    let (_marketplaces, caller) = start_with(options).await;
    assert_eq!(read(&caller, &login(&caller).await).await.status, 401);
}

#[rstest]
#[case::other(Some("text/plain"), 400)]
#[case::none(None, 400)]
#[case::with_a_character_set(Some("application/json; charset=utf-8"), 201)]
#[tokio::test]
async fn a_fulfilment_needs_the_content_type_of_json(
    #[case] content_type: Option<&str>,
    #[case] status: u16,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let headers = headers(&login(&caller).await);
    let headers = match content_type {
        None => without(headers, "content-type"),
        Some(value) => replaced(headers, "content-type", value),
    };
    let body = shipment().to_string();
    let answered = caller.send(Method::POST, &path(ORDER), &headers, body).await.unwrap();
    assert_eq!(answered.status, status);
}

#[tokio::test]
async fn the_eleventh_request_at_once_is_too_many_whether_it_submits_or_reads() {
    set_clock(now());
    let (marketplaces, caller) = start_with(Options::demo()).await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 201);
    for _ in 0..9 {
        assert_eq!(read(&caller, &token).await.status, 200);
    }
    let refused = read(&caller, &token).await;
    assert_eq!((refused.status, &error(&refused)["errorId"]), (429, &json!(2001)));
    assert_eq!(refused.header("retry-after"), None);
    assert_eq!(ship(&caller, &token, &shipment()).await.status, 429);
    // A login does not count. Its new token does not help, because the rate belongs to the account.
    assert_eq!(read(&caller, &login(&caller).await).await.status, 429);
    set_clock(now() + SignedDuration::from_millis(200));
    assert_eq!(read(&caller, &token).await.status, 200);
    assert_eq!(read(&caller, &token).await.status, 429);
}

#[rstest]
#[case::in_its_last_second(7_199, 200)]
#[case::after_its_last_second(7_200, 401)]
#[tokio::test]
async fn an_access_token_lives_two_hours(#[case] seconds: i64, #[case] status: u16) {
    set_clock(now());
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().add_order(order());
    let token = login(&caller).await;
    set_clock(now() + SignedDuration::from_secs(seconds));
    assert_eq!(read(&caller, &token).await.status, status);
}
