//! What we send to the receiver of a webhook: `shipment.confirmed`, a JSON of ours.
//!
//! Source: our contract, `tests/contracts/until_gone/shipment.confirmed.schema.json`. The receiver knows the account by
//! its address and its secret, so neither seller nor partner is named. A device's number never leaves here.

use super::UntilGone;
use super::settings::Settings;
use crate::marketplace::{Destination, Marketplace as _, Unbuildable, short_hex};
use crate::wire::{self, JSON, unbuildable};
use domain::{Channel, Moment, OrderKey, Submission, Text};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{Method, Request};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The header of the webhook's id. Source: Standard Webhooks specification 1.0.0, "Webhook headers".
pub(super) const ID: HeaderName = HeaderName::from_static("webhook-id");

/// Who we are.
const AGENT: &str = concat!("Shipconfirm/", env!("CARGO_PKG_VERSION"));

/// The only type of webhook there is so far. Source: the same, "Event types".
const SHIPMENT_CONFIRMED: &str = "shipment.confirmed";

/// The body. Source: the same, "Payload structure": `type`, `timestamp` and `data`.
#[derive(Serialize)]
struct Webhook<'a> {
    r#type: &'static str,
    /// When it happened, not when it is sent: every try of a submission has the same bytes.
    timestamp: &'a str,
    data: Shipment<'a>,
}

/// A parcel that has shipped.
#[derive(Serialize)]
struct Shipment<'a> {
    order_id: &'a str,
    package_id: &'a str,
    tracking_number: &'a str,
    /// In the label's words, or by the partner's own pair: our contract has no list of carriers.
    carrier: &'a str,
    /// In the label's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_url: Option<&'a str>,
    shipped_at: &'a str,
    items: Vec<Line<'a>>,
}

/// A line of the order, as far as it is in this parcel.
#[derive(Serialize)]
struct Line<'a> {
    item_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
    quantity: u32,
}

/// The webhook's id: the same for every try of a number, another for another number.
///
/// Shape: `msg_` and 24 hexadecimal digits out of a SHA-256. Source: the same, "Signature
/// scheme": no full stop.
pub(super) fn id(key: &OrderKey, submission: &Submission) -> Text {
    // Nothing here has a slash, so no two are written alike.
    let of = format!("{key}/{}/{}", submission.package, submission.tracking);
    Text::cut(&format!("msg_{}", short_hex(&Sha256::digest(of))))
}

/// RFC 3339 in UTC, to the millisecond.
fn time(at: Moment) -> String {
    format!("{:.3}", at.timestamp())
}

/// `POST` to the partner's address.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
    id: &Text,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let Settings { url, .. } = destination.settings::<UntilGone>()?;
    if submission.items.is_empty() {
        return Err(unbuildable("items", "there are none; a webhook needs at least one"));
    }
    let shipped_at = time(submission.ship_date);
    let body = Webhook {
        r#type: SHIPMENT_CONFIRMED,
        timestamp: &shipped_at,
        data: Shipment {
            order_id: submission.order.as_str(),
            package_id: submission.package.as_str(),
            tracking_number: submission.tracking.as_str(),
            carrier: UntilGone::told(destination, submission)?.carrier,
            service: submission.service.as_ref().map(Text::as_str),
            tracking_url: submission.tracking_url.as_ref().map(Text::as_str),
            shipped_at: &shipped_at,
            items: submission
                .items
                .iter()
                .map(|item| Line {
                    item_id: item.item_id.as_str(),
                    sku: item.sku.as_ref().map(Text::as_str),
                    quantity: item.quantity,
                })
                .collect(),
        },
    };
    let address = wire::base(destination.endpoint, Channel::UntilGone, url.as_str());
    let headers = [(ACCEPT, JSON), (CONTENT_TYPE, JSON), (USER_AGENT, AGENT), (ID, id.as_str())];
    wire::request(Method::POST, &address, &headers, wire::json(&body)?)
}
