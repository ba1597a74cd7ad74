//! Who may call Groupon: a supplier with its token, both parameters of every call, and how often.

use axum::http::{HeaderMap, header};

use super::Groupon;
use super::body::Form;
use super::wording::Refusal;
use crate::clock;
use crate::rate::Bucket;

impl Groupon {
    /// Lets a caller in, or says why not: the token, then the rate.
    pub(super) fn gate(&self, form: &Form) -> Result<usize, Refusal> {
        let (supplier_id, token) = (form.need("supplier_id")?, form.need("token")?);
        let account = self
            .inner
            .options
            .accounts
            .iter()
            .position(|account| account.supplier_id == supplier_id && account.token == token)
            .ok_or_else(Refusal::unauthorized)?;
        let now_ms = clock::now_ms();
        let rate = self.inner.options.rate;
        let mut kept = self.desk().open();
        let bucket = kept.own.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(account) } else { Err(Refusal::too_many_requests()) }
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

/// Whether the body is a form. Real clients send `multipart/form-data`, too; ours does not.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.unwrap_or_default().split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
