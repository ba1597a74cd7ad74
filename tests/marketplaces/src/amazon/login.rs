//! Login with Amazon: it exchanges a refresh token for an access token.
//!
//! The error names are those of RFC 6749, section 5.2. The descriptions are unverified.

use std::collections::BTreeMap;

use serde_json::json;

use super::options::{AmazonAccount, AmazonOptions};
use crate::reply::Reply;
use crate::tokens::Tokens;

/// The beginning of every access token. Source: developer-docs.amazon.com, "Connect to the SP-API".
pub(super) const ACCESS_TOKEN_PREFIX: &str = "Atza|";

/// The answer to a token request whose body is `form`.
pub(super) fn exchange(
    tokens: &mut Tokens,
    form: &[u8],
    options: &AmazonOptions,
    now_ms: i64,
) -> Reply {
    let form: BTreeMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
    match authorised(&form, &options.accounts) {
        Ok((account, refresh_token)) => {
            let life_s = options.token_life_s;
            let body = json!({
                "access_token": tokens.issue(ACCESS_TOKEN_PREFIX, account, life_s, now_ms),
                "refresh_token": refresh_token,
                "token_type": "bearer",
                "expires_in": life_s,
            });
            Reply::json(200, body).header("cache-control", "no-store")
        }
        Err(refusal) => refusal,
    }
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
