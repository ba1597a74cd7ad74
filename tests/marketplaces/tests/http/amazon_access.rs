//! Amazon: who may call, and how often.

use axum::http::Method;
use marketplaces::{AmazonAccount, Options};
use rstest::rstest;

use crate::caller::{
    ORDER, amazon_headers, amazon_order, confirm_path, confirmation, form, form_headers,
    high_limit_options, login_form, replaced, start, start_with, without,
};

#[tokio::test]
async fn a_refresh_token_gives_another_access_token_each_time() {
    let (marketplaces, caller) = start().await;
    let path = "/amazon/auth/o2/token";
    let answered = caller.send(Method::POST, path, &form_headers(), login_form()).await.unwrap();
    assert_eq!(answered.status, 200);
    assert_eq!(answered.json()["token_type"], "bearer");
    assert_eq!(answered.json()["expires_in"], 3_600);
    assert_ne!(answered.json()["access_token"], caller.login().await);
    assert_eq!(marketplaces.amazon().requests().token, 2);
}

#[rstest]
#[case::wrong_secret("client_secret", "x", 401, "invalid_client")]
#[case::wrong_client("client_id", "x", 401, "invalid_client")]
#[case::wrong_refresh_token("refresh_token", "Atzr|x", 400, "invalid_grant")]
#[case::empty_refresh_token("refresh_token", "", 400, "invalid_request")]
#[case::other_grant("grant_type", "password", 400, "unsupported_grant_type")]
#[case::a_grant_without_its_scope("grant_type", "client_credentials", 400, "invalid_scope")]
#[tokio::test]
async fn a_wrong_login_is_refused(
    #[case] field: &str,
    #[case] value: &str,
    #[case] status: u16,
    #[case] error: &str,
) {
    let (_marketplaces, caller) = start().await;
    let account = AmazonAccount::named(marketplaces::DEMO_ACCOUNT);
    let mut fields = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", &account.refresh_token),
        ("client_id", &account.client_id),
        ("client_secret", &account.client_secret),
    ];
    fields.retain(|(name, _)| *name != field);
    fields.push((field, value));
    let path = "/amazon/auth/o2/token";
    let answered = caller.send(Method::POST, path, &form_headers(), form(&fields)).await.unwrap();
    assert_eq!((answered.status, answered.json()["error"].as_str()), (status, Some(error)));
}

#[tokio::test]
async fn a_login_in_json_is_refused() {
    let (_marketplaces, caller) = start().await;
    let headers = vec![("content-type", "application/json".to_owned())];
    let path = "/amazon/auth/o2/token";
    let answered = caller.send(Method::POST, path, &headers, login_form()).await.unwrap();
    assert_eq!((answered.status, &answered.json()["error"]), (400, &"invalid_request".into()));
}

#[rstest]
#[case::missing(None, 401)]
#[case::malformed(Some("Bearer x"), 401)]
#[case::unknown(Some("Atza|x"), 403)]
#[tokio::test]
async fn a_bad_access_token_is_refused(#[case] token: Option<&'static str>, #[case] status: u16) {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let headers = match token {
        None => without(amazon_headers(""), "x-amz-access-token"),
        Some(token) => amazon_headers(token),
    };
    let body = confirmation().to_string();
    let answered = caller.send(Method::POST, &confirm_path(ORDER), &headers, body).await.unwrap();
    assert_eq!(answered.status, status);
    assert_eq!(answered.json()["errors"][0]["code"], "Unauthorized");
    assert_eq!(marketplaces.amazon().submissions(ORDER)[0].account, None);
}

#[tokio::test]
async fn an_expired_access_token_is_refused_as_expired() {
    let (marketplaces, caller) = start().await;
    let token = caller.login().await;
    marketplaces.amazon().expire_tokens();
    let answered = caller.confirm(&token, &confirmation()).await.unwrap();
    assert_eq!(answered.status, 403);
    let details = &answered.json()["errors"][0]["details"];
    assert_eq!(details, "The access token you provided has expired.");
}

#[tokio::test]
async fn access_tokens_expire_after_the_lifetime_of_the_options() {
    let mut options = high_limit_options();
    options.amazon.token_life_s = 0;
    let (_marketplaces, caller) = start_with(options).await;
    let token = caller.login().await;
    assert_eq!(caller.get_order(&token, "").await.status, 403);
}

#[tokio::test]
async fn a_request_without_a_user_agent_is_refused() {
    let (_marketplaces, caller) = start().await;
    let headers = without(amazon_headers(&caller.login().await), "user-agent");
    let body = confirmation().to_string();
    let answered = caller.send(Method::POST, &confirm_path(ORDER), &headers, body).await.unwrap();
    assert_eq!(answered.status, 400);
}

#[tokio::test]
async fn a_confirmation_with_another_content_type_is_refused() {
    let (_marketplaces, caller) = start().await;
    let headers = amazon_headers(&caller.login().await);
    let headers = replaced(headers, "content-type", "text/plain");
    let body = confirmation().to_string();
    let answered = caller.send(Method::POST, &confirm_path(ORDER), &headers, body).await.unwrap();
    assert_eq!(answered.status, 400);
}

#[tokio::test]
async fn the_eleventh_confirmation_at_once_is_too_many() {
    let (marketplaces, caller) = start_with(Options::demo()).await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    for _ in 0..10 {
        assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
    }
    let answered = caller.confirm(&token, &confirmation()).await.unwrap();
    assert_eq!(answered.status, 429);
    assert_eq!(answered.json()["errors"][0]["code"], "QuotaExceeded");
    assert_eq!(answered.header("retry-after"), None);
    assert_eq!(answered.header("x-amzn-ratelimit-limit"), None);
    // Reads have a limit of their own.
    assert_eq!(caller.get_order(&token, "").await.status, 200);
}

#[tokio::test]
async fn the_thirty_first_read_at_once_is_too_many() {
    let (marketplaces, caller) = start_with(Options::demo()).await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    for _ in 0..30 {
        assert_eq!(caller.get_order(&token, "").await.status, 200);
    }
    assert_eq!(caller.get_order(&token, "").await.status, 429);
    assert_eq!(marketplaces.amazon().requests().get_order, 31);
}
