//! Wish's OAuth: a refresh token in the address, an access token out, and with it another refresh token, after which the
//! former is good for nothing. That it always changes is stricter than what was seen, which is that it may.

use std::collections::BTreeMap;

use serde_json::json;

use super::Own;
use super::options::{Rotation, WishOptions};
use super::wording::{INVALID, Listed, Refusal, success};
use crate::clock;
use crate::reply::Reply;

/// The refusal of a refresh. Source of status and code: W, `oauth/refresh_token`.
pub(super) const REFRESH_REFUSED: Listed =
    Listed { status: 400, code: 10_001, message: "Incorrect credentials" };

/// The answer to `GET /oauth/refresh_token` with this query.
pub(super) fn exchange(
    own: &mut Own,
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
    let (account, named) = options
        .accounts
        .iter()
        .enumerate()
        .find(|(place, account)| {
            let good = own.refresh_tokens.get(place).unwrap_or(&account.refresh_token);
            account.client_id == *client_id
                && account.client_secret == *client_secret
                && good == refresh_token
        })
        .ok_or_else(refused)?;
    // Source: W: "Existing access tokens will be revoked after calling this API."
    own.tokens.revoke(account);
    let access_token = own.tokens.give("", account, options.token_life_s, now_ms);
    let renewals = own.renewals.entry(account).or_default();
    *renewals += 1;
    let next = match options.rotation {
        Rotation::EachTime => format!("{}.{now_ms}.{renewals}", named.refresh_token),
        Rotation::Never => refresh_token.clone(),
    };
    own.refresh_tokens.insert(account, next.clone());
    let expiry = clock::iso(now_ms + i64::from(options.token_life_s) * 1_000);
    Ok(success(&json!({
        "access_token": access_token,
        "refresh_token": next,
        "expiry_time": expiry,
        "merchant_id": named.name,
    })))
}
