//! Wish's OAuth: it exchanges a refresh token, which the caller sends in the query, for an access token and another
//! refresh token. Wish refuses the used refresh token from then on. The real Wish may issue another refresh token. The
//! fake one always does, which is stricter.

use std::collections::BTreeMap;

use serde_json::json;

use super::ChannelState;
use super::options::{Rotation, WishOptions};
use super::wording::{INVALID, ListedError, Refusal, success};
use crate::clock;
use crate::reply::Reply;

/// The refusal of a refresh token. Source of status and code: W, `oauth/refresh_token`.
pub(super) const REFRESH_REFUSED: ListedError =
    ListedError { status: 400, code: 10_001, message: "Incorrect credentials" };

/// The answer to `GET /oauth/refresh_token` with the query `query`.
pub(super) fn exchange(
    state: &mut ChannelState,
    query: &str,
    options: &WishOptions,
    now_ms: i64,
) -> Result<Reply, Refusal> {
    let fields: BTreeMap<String, String> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| {
        let value = fields.get(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::new(&INVALID, &format!("{name} is required")))
    };
    if field("grant_type")? != "refresh_token" {
        return Err(Refusal::new(&INVALID, "grant_type must be refresh_token"));
    }
    let (client_id, client_secret) = (field("client_id")?, field("client_secret")?);
    let refresh_token = field("refresh_token")?;
    let refused = || Refusal::new(&REFRESH_REFUSED, "");
    let (index, account) = options
        .accounts
        .iter()
        .enumerate()
        .find(|(index, account)| {
            let current = state.refresh_tokens.get(index).unwrap_or(&account.refresh_token);
            account.client_id == *client_id
                && account.client_secret == *client_secret
                && current == refresh_token
        })
        .ok_or_else(refused)?;
    // Source: W, "Existing access tokens will be revoked after calling this API."
    state.tokens.revoke(index);
    let access_token = state.tokens.issue("", index, options.token_life_s, now_ms);
    let renewals = state.renewals.entry(index).or_default();
    *renewals += 1;
    let next = match options.rotation {
        Rotation::EachTime => format!("{}.{now_ms}.{renewals}", account.refresh_token),
        Rotation::Never => refresh_token.clone(),
    };
    state.refresh_tokens.insert(index, next.clone());
    let expiry = clock::iso(now_ms + i64::from(options.token_life_s) * 1_000);
    Ok(success(&json!({
        "access_token": access_token,
        "refresh_token": next,
        "expiry_time": expiry,
        "merchant_id": account.name,
    })))
}
