//! Who may call eBay: an access token that is still good, and how often.

use axum::http::{HeaderMap, HeaderName, header};

use super::Ebay;
use super::wording::{INVALID_TOKEN, NO_TOKEN, Refusal, TOO_MANY_REQUESTS};
use crate::clock;
use crate::rate::Bucket;
use crate::tokens::Standing;

impl Ebay {
    /// Lets a caller in, or says why not: the token, then the rate.
    pub(super) fn gate(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        let token = text(headers, &header::AUTHORIZATION)
            .strip_prefix("Bearer ")
            .ok_or_else(|| Refusal::new(&NO_TOKEN, ""))?;
        let now_ms = clock::now_ms();
        let mut kept = self.desk().open();
        let account = match kept.own.tokens.standing(token, now_ms) {
            Standing::Good { account } => account,
            Standing::Expired => return Err(Refusal::new(&INVALID_TOKEN, "it has expired")),
            Standing::Revoked | Standing::Unknown => return Err(Refusal::new(&INVALID_TOKEN, "")),
        };
        let rate = self.inner.options.rate;
        let bucket = kept.own.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(Refusal::new(&TOO_MANY_REQUESTS, "")) }
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The media type of the body without its parameters, such as a character set.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = text(headers, &header::CONTENT_TYPE);
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
