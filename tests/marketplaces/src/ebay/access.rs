//! Who may call eBay and how often: a caller needs an access token that has not expired.

use axum::http::{HeaderMap, HeaderName, header};

use super::Ebay;
use super::wording::{INVALID_TOKEN, NO_TOKEN, Refusal, TOO_MANY_REQUESTS};
use crate::clock;
use crate::rate::Bucket;
use crate::tokens::TokenStatus;

impl Ebay {
    /// Checks the access token and then the rate. Returns the index of the caller's account.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        let token = text(headers, &header::AUTHORIZATION)
            .strip_prefix("Bearer ")
            .ok_or_else(|| Refusal::new(&NO_TOKEN, ""))?;
        let now_ms = clock::now_ms();
        let mut state = self.shared().lock();
        let account = match state.channel.tokens.status(token, now_ms) {
            TokenStatus::Good { account } => account,
            TokenStatus::Expired => return Err(Refusal::new(&INVALID_TOKEN, "it has expired")),
            TokenStatus::Revoked | TokenStatus::Unknown => {
                return Err(Refusal::new(&INVALID_TOKEN, ""));
            }
        };
        let rate = self.inner.options.rate;
        let bucket =
            state.channel.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(Refusal::new(&TOO_MANY_REQUESTS, "")) }
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The body's media type without its parameters, such as a character set.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = text(headers, &header::CONTENT_TYPE);
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
