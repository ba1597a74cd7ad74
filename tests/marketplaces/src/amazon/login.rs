//! Login with Amazon: it exchanges a refresh token for an access token, and an application's own credentials for a grantless one.
//!
//! The error names are those of RFC 6749, section 5.2. The descriptions are unverified.

use std::collections::BTreeMap;

use serde_json::json;

use super::options::{AmazonAccount, AmazonOptions};
use super::state::State;
use crate::reply::Reply;

/// The beginning of every access token. Source: developer-docs.amazon.com, "Connect to the SP-API".
pub(super) const ACCESS_TOKEN_PREFIX: &str = "Atza|";

/// The beginning of every grantless token. It is unverified.
pub(super) const GRANTLESS_TOKEN_PREFIX: &str = "Atc|";

/// The scope of a grantless token for notifications. Source: developer-docs.amazon.com, "Grantless operations".
const NOTIFICATIONS_SCOPE: &str = "sellingpartnerapi::notifications";

/// The answer to a token request whose body is `form`.
pub(super) fn exchange(
    state: &mut State,
    form: &[u8],
    options: &AmazonOptions,
    now_ms: i64,
) -> Reply {
    let form: BTreeMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
    if form.get("grant_type").is_some_and(|grant| grant == "client_credentials") {
        return grantless(state, &form, options, now_ms);
    }
    match authorised(&form, &options.accounts) {
        Ok((account, refresh_token)) => {
            let life_s = options.token_life_s;
            let body = json!({
                "access_token": state.tokens.issue(ACCESS_TOKEN_PREFIX, account, life_s, now_ms),
                "refresh_token": refresh_token,
                "token_type": "bearer",
                "expires_in": life_s,
            });
            Reply::json(200, body).header("cache-control", "no-store")
        }
        Err(refusal) => refusal,
    }
}

/// A token of the application alone, for the operations that need no account. Source: developer-docs.amazon.com, "Grantless
/// operations".
fn grantless(
    state: &mut State,
    form: &BTreeMap<String, String>,
    options: &AmazonOptions,
    now_ms: i64,
) -> Reply {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let is_client = |account: &AmazonAccount| {
        account.client_id == field("client_id") && account.client_secret == field("client_secret")
    };
    let Some(account) = options.accounts.iter().position(is_client) else {
        return refusal(401, "invalid_client", "Client authentication failed");
    };
    if field("scope") != NOTIFICATIONS_SCOPE {
        return refusal(400, "invalid_scope", "The requested scope is invalid");
    }
    let life_s = options.token_life_s;
    let token = state.grantless_tokens.issue(GRANTLESS_TOKEN_PREFIX, account, life_s, now_ms);
    let body = json!({
        "access_token": token,
        "scope": NOTIFICATIONS_SCOPE,
        "token_type": "bearer",
        "expires_in": life_s,
    });
    Reply::json(200, body).header("cache-control", "no-store")
}

fn authorised<'a>(
    form: &BTreeMap<String, String>,
    accounts: &'a [AmazonAccount],
) -> Result<(usize, &'a str), Reply> {
    let field = |name: &str| {
        form.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let why = format!("The request is missing a required parameter : {name}");
            refusal(400, "invalid_request", &why)
        })
    };
    if field("grant_type")? != "refresh_token" {
        let why = "The authorization grant type is not supported by the authorization server";
        return Err(refusal(400, "unsupported_grant_type", why));
    }
    let (refresh_token, client_id, secret) =
        (field("refresh_token")?, field("client_id")?, field("client_secret")?);
    let client = |account: &&AmazonAccount| {
        account.client_id == *client_id && account.client_secret == *secret
    };
    if !accounts.iter().any(|account| client(&account)) {
        return Err(refusal(401, "invalid_client", "Client authentication failed"));
    }
    accounts
        .iter()
        .enumerate()
        .find(|(_, account)| client(account) && account.refresh_token == *refresh_token)
        .map(|(index, account)| (index, account.refresh_token.as_str()))
        .ok_or_else(|| {
            let why = "The request has an invalid grant parameter : refresh_token";
            refusal(400, "invalid_grant", why)
        })
}

/// A refusal in Login with Amazon's shape. The Selling Partner API has another one.
pub(super) fn refusal(status: u16, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    Reply::json(status, body).with_refusal(format!("{error}: {description}"))
}
