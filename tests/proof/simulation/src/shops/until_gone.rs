//! A receiver of webhooks, as a sender sees it.

use super::requests::{
    Caller, Credentials, Question, ShopDevice, ShopRequest, Submission, ids, text,
};
use super::words::said;
use super::{Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, answer, refused, taken};
use channels::Answer;
use domain::{Channel, Moment};
use http::Request;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

/// A receiver of webhooks.
pub(super) struct UntilGone;

impl Manners for UntilGone {
    fn order(&self, n: usize) -> String {
        format!("UG-{}", 100_042 + n)
    }

    fn secret(&self, account: usize, generation: u32) -> Value {
        json!({ "secret": format!("whsec_{}", webhook_secret(account, generation)) })
    }

    /// Finds the account by the signature: whoever can sign a webhook is the account.
    fn parse_request(
        &self,
        request: &Request<Vec<u8>>,
        _: &[&str],
        shops: &Shops,
    ) -> Option<ShopRequest> {
        let header = |name| request.headers().get(name)?.to_str().ok();
        let (id, signature) = (header("webhook-id")?, header("webhook-signature")?);
        let time: i64 = header("webhook-timestamp")?.parse().ok()?;
        let is_its = |account: usize, generation: u32| {
            let signer = Webhook::new(&webhook_secret(account, generation)).ok();
            signer
                .and_then(|signer| signer.sign(id, time, request.body()).ok())
                .is_some_and(|signed| signed == signature)
        };
        let body: Value = serde_json::from_slice(request.body()).ok()?;
        let submission = Submission {
            order: text(&body, "/data/order_id"),
            number: text(&body, "/data/tracking_number"),
            reference: id.to_owned(),
            lines: ids(&body, "/data/items", "/item_id"),
            pieces: Vec::new(),
            codes: Vec::new(),
            device: ShopDevice::default(),
            body: request.body().clone(),
        };
        let accounts =
            shops.0.iter().enumerate().filter(|(_, shop)| shop.channel == Channel::UntilGone);
        let mut shown = accounts.flat_map(|(account, shop)| {
            (0..=shop.generation).rev().map(move |generation| (account, generation))
        });
        let (account, generation) =
            shown.find(|(account, generation)| is_its(*account, *generation))?;
        let caller = Caller { account, credentials: Credentials::Own(generation) };
        Some(ShopRequest::of(caller, Question::Submit(submission)))
    }

    /// Takes every webhook, and drops a repeat where the receiver does that.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        _: &Submission,
        arrival: Arrival,
    ) -> SubmissionResult {
        let is_repeat = held.webhooks.contains(&parcel.reference);
        if is_repeat && arrival.drops_repeats {
            return refused(409, &Value::Null);
        }
        held.webhooks.push(parcel.reference.clone());
        held.parcels.push(parcel);
        taken(204, &Value::Null)
    }

    fn shown(&self, _: &HeldOrder, _: &str, _: Moment) -> Value {
        Value::Null
    }

    fn for_good(&self) -> Answer {
        answer(422, &json!({ "message": "unknown carrier" }))
    }

    /// Every 2xx of a receiver says that the webhook was taken.
    fn malformed(&self) -> Answer {
        said(500, "Internal", "try again")
    }

    fn applies(&self, status: u16) -> bool {
        matches!(status, 200..=299 | 409)
    }
}

/// A secret of 24 bytes in base64, another for each account and each time it was replaced.
fn webhook_secret(account: usize, generation: u32) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    let generation = usize::try_from(generation).unwrap_or(0);
    let own: String =
        [account, account / 26, generation, generation / 26].map(letter).iter().collect();
    format!("{own}9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
}
