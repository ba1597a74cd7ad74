//! How the receiver handles a webhook. It checks who sent it, how often that account sends, what the webhook says, and
//! whether it is a repeat.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::options::Repeats;
use super::orders::Delivery;
use super::signature::SignedHeaders;
use super::wording::{self, Refusal};
use super::{UntilGone, UntilGoneWebhook};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::rate::Bucket;
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;

/// A request with a webhook.
pub(super) struct WebhookRequest {
    pub(super) until_gone: UntilGone,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

impl MarketplaceRequest for WebhookRequest {
    fn handle(&self) -> Reply {
        match self.receive() {
            Ok(()) => Reply::empty(204),
            Err(refusal) => refusal.reply(),
        }
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(&self.order_id, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.until_gone, &self.order_id, tracking_number);
    }
}

impl WebhookRequest {
    fn receive(&self) -> Result<(), Refusal> {
        let until_gone = &self.until_gone;
        let signed = SignedHeaders::read(&self.headers, clock::now().as_second())?;
        let account = until_gone.signer(&signed, &self.body)?;
        until_gone.admit(account, &self.submission)?;
        if media_type(&self.headers) != "application/json" {
            return Err(Refusal::content_type());
        }
        let webhook = until_gone.inner.contract.parse(&self.body)?;
        let delivery = Delivery { webhook_id: signed.id, body: &self.body };
        let mut state = until_gone.shared().lock();
        if until_gone.inner.unknown_orders == UnknownOrders::Accept {
            state.channel.orders.create_if_unknown(&webhook.data);
        }
        state.channel.orders.apply(&delivery, &webhook.data, until_gone.repeats(account))?;
        state.submissions.set_applied(&self.submission);
        Ok(())
    }
}

impl UntilGone {
    /// Stores a webhook as it arrived.
    pub(super) fn keep(&self, order_id: &str, headers: &HeaderMap, body: &[u8]) {
        let signed = headers.iter().filter(|(name, _)| name.as_str().starts_with("webhook-"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let webhook = UntilGoneWebhook {
            headers: signed
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(body),
        };
        let mut state = self.shared().lock();
        state.channel.webhooks.entry(order_id.to_owned()).or_default().push(webhook);
    }

    /// The index of the account whose secret signed the webhook.
    fn signer(&self, signed: &SignedHeaders<'_>, body: &[u8]) -> Result<usize, Refusal> {
        let account = self.inner.keys.iter().position(|key| key.has_signed(signed, body));
        account.ok_or_else(|| {
            Refusal::unsigned("webhook-signature: is not of a secret that is known here")
        })
    }

    /// Records the account of the webhook, and checks the account's rate.
    fn admit(&self, account: usize, submission: &SubmissionId) -> Result<(), Refusal> {
        let name = self.inner.options.accounts.get(account).map_or("", |account| &account.name);
        let rate = self.inner.options.rate;
        let now_ms = clock::now_ms();
        let mut state = self.shared().lock();
        state.submissions.set_account(submission, name);
        let bucket =
            state.channel.buckets.entry(account).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(()) } else { Err(Refusal::too_many_requests()) }
    }

    fn repeats(&self, account: usize) -> Repeats {
        self.inner.options.accounts.get(account).map_or(Repeats::Drop, |account| account.repeats)
    }
}

/// The body's media type without its parameters, such as a character set.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
