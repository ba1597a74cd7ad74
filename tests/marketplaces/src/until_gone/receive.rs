//! What becomes of a webhook: who sent it, how often, what it tells, and whether it was told before.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::options::Repeats;
use super::orders::Told;
use super::signature::Sealed;
use super::wording::{self, Refusal};
use super::{UntilGone, UntilGoneWebhook};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::play::Scene;
use crate::rate::Bucket;
use crate::reply::{Outcome, Reply};
use crate::shop::Shop;
use crate::submission::Receipt;

/// A webhook as it came.
pub(super) struct WebhookScene {
    pub(super) until_gone: UntilGone,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) receipt: Receipt,
}

impl Scene for WebhookScene {
    fn handle(&self) -> Reply {
        match self.receive() {
            Ok(()) => Reply::empty(204),
            Err(refusal) => refusal.reply(),
        }
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(&self.order_id, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.until_gone, &self.order_id, tracking_number);
    }
}

impl WebhookScene {
    fn receive(&self) -> Result<(), Refusal> {
        let until_gone = &self.until_gone;
        let sealed = Sealed::read(&self.headers, clock::now().as_second())?;
        let account = until_gone.signer(&sealed, &self.body)?;
        until_gone.let_in(account, &self.receipt)?;
        if media_type(&self.headers) != "application/json" {
            return Err(Refusal::content_type());
        }
        let webhook = until_gone.inner.contract.parse(&self.body)?;
        let told = Told { webhook_id: sealed.id, body: &self.body };
        let mut kept = until_gone.desk().open();
        if until_gone.inner.unknown_orders == UnknownOrders::Accept {
            kept.own.orders.believe(&webhook.data);
        }
        kept.own.orders.take(&told, &webhook.data, until_gone.repeats(account))?;
        kept.book.applied(&self.receipt);
        Ok(())
    }
}

impl UntilGone {
    /// Keeps a webhook as it came.
    pub(super) fn keep(&self, order_id: &str, headers: &HeaderMap, body: &[u8]) {
        let signed = headers.iter().filter(|(name, _)| name.as_str().starts_with("webhook-"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let webhook = UntilGoneWebhook {
            headers: signed
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(body),
        };
        let mut kept = self.desk().open();
        kept.own.webhooks.entry(order_id.to_owned()).or_default().push(webhook);
    }

    /// Whose secret has signed it.
    fn signer(&self, sealed: &Sealed<'_>, body: &[u8]) -> Result<usize, Refusal> {
        let has_signed = self.inner.keys.iter().position(|key| key.has_signed(sealed, body));
        has_signed.ok_or_else(|| {
            Refusal::unsigned("webhook-signature: is not of a secret that is known here")
        })
    }

    /// Notes whose it is, and whether that account may send it now.
    fn let_in(&self, account: usize, receipt: &Receipt) -> Result<(), Refusal> {
        let name = self.inner.options.accounts.get(account).map_or("", |account| &account.name);
        let rate = self.inner.options.rate;
        let now_ms = clock::now_ms();
        let mut kept = self.desk().open();
        kept.book.let_in(receipt, name);
        let bucket = kept.own.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(()) } else { Err(Refusal::too_many_requests()) }
    }

    fn repeats(&self, account: usize) -> Repeats {
        self.inner.options.accounts.get(account).map_or(Repeats::Drop, |account| account.repeats)
    }
}

/// The media type without its parameters, such as a character set.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
