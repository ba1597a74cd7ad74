//! Who may call Groupon and how often. Every request has the supplier's id and its token as parameters.

use axum::http::{HeaderMap, header};

use super::Groupon;
use super::body::Form;
use super::wording::Refusal;
use crate::clock;
use crate::rate::Bucket;

impl Groupon {
    /// Checks the supplier and its token, and then the rate. Returns the index of the caller's account.
    pub(super) fn admit(&self, form: &Form) -> Result<usize, Refusal> {
        let (supplier_id, token) = (form.required("supplier_id")?, form.required("token")?);
        let account = self
            .inner
            .options
            .accounts
            .iter()
            .position(|account| account.supplier_id == supplier_id && account.token == token)
            .ok_or_else(Refusal::unauthorized)?;
        let now_ms = clock::now_ms();
        let rate = self.inner.options.rate;
        let mut state = self.shared().lock();
        let bucket =
            state.channel.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(Refusal::too_many_requests()) }
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

/// Whether the body is a URL-encoded form. Real clients also send `multipart/form-data`. Our client never does, so the
/// fake refuses it.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.unwrap_or_default().split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
