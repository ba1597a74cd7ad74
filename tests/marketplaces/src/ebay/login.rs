//! eBay's OAuth: it exchanges a refresh token for an access token.
//!
//! The error names are those of RFC 6749, section 5.2. The descriptions are unverified.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::access::{media_type, text};
use super::options::{EbayAccount, EbayOptions};
use crate::reply::Reply;
use crate::tokens::Tokens;

/// The beginning of every access token, from memory.
const ACCESS_TOKEN_PREFIX: &str = "v^1.1#i^1#";

/// The scope that every account granted. Source: the vendor's description, security.
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope/sell.fulfillment";

/// The answer to a token request.
pub(super) fn exchange(
    tokens: &mut Tokens,
    (headers, form): (&HeaderMap, &[u8]),
    options: &EbayOptions,
    now_ms: i64,
) -> Reply {
    match authorised(headers, form, &options.accounts) {
        Ok(account) => {
            let life_s = options.token_life_s;
            let body = json!({
                "access_token": tokens.issue(ACCESS_TOKEN_PREFIX, account, life_s, now_ms),
                "token_type": "User Access Token",
                "expires_in": life_s,
            });
            Reply::json(200, body)
        }
        Err(refusal) => refusal,
    }
}

fn authorised(headers: &HeaderMap, form: &[u8], accounts: &[EbayAccount]) -> Result<usize, Reply> {
    if media_type(headers) != "application/x-www-form-urlencoded" {
        let why = "the content type must be application/x-www-form-urlencoded";
        return Err(refusal(400, "invalid_request", why));
    }
    let client = text(headers, &header::AUTHORIZATION);
    let is_client = |account: &EbayAccount| client == basic(account);
    if !accounts.iter().any(is_client) {
        return Err(refusal(401, "invalid_client", "client authentication failed"));
    }
    let form: BTreeMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if field("grant_type") != "refresh_token" {
        let why = "specified grant type in request is not supported";
        return Err(refusal(400, "unsupported_grant_type", why));
    }
    // A request without a scope gets a token for every scope that was granted. Source: RFC 6749, section 6.
    if form.contains_key("scope") && field("scope").split(' ').any(|scope| scope != SCOPE) {
        let why = "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client";
        return Err(refusal(400, "invalid_scope", why));
    }
    accounts
        .iter()
        .position(|account| is_client(account) && account.refresh_token == field("refresh_token"))
        .ok_or_else(|| {
            let why = "the provided authorization refresh token is invalid or was issued to another client";
            refusal(400, "invalid_grant", why)
        })
}

/// The `Authorization` header of an account's application: `Basic` and the base64 of `id:secret`. Source:
/// developer.ebay.com, OAuth.
fn basic(account: &EbayAccount) -> String {
    let client = format!("{}:{}", account.client_id, account.client_secret);
    format!("Basic {}", STANDARD.encode(client))
}

/// A refusal in the login's shape. The API has another one.
pub(super) fn refusal(status: u16, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    Reply::json(status, body).with_refusal(format!("{error}: {description}"))
}
