//! What we ask of Amazon: `confirmShipment`, and the order with its packages.

use super::Amazon;
use super::settings::{Region, Settings};
use crate::marketplace::{Destination, Marketplace as _, Unbuildable};
use crate::wire::{self, JSON, unbuildable};
use domain::{
    Channel, Moment, OrderId, OrderKey, PackageId, Submission, SupplySourceId, Text,
    TransparencyCode,
};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use jiff::SignedDuration;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Who we are, in the shape SP-API asks for: `application/version (Language=…)`.
///
/// Source: developer-docs.amazon.com, "Include a User-Agent header in all requests".
pub(super) const AGENT: &str =
    concat!("Shipconfirm/", env!("CARGO_PKG_VERSION"), " (Language=Rust)");

/// The smallest reference, and how many there are: nine digits, which no person types by hand.
const REFERENCE_MIN: u64 = 100_000_000;
const REFERENCES: u64 = 900_000_000;

/// `ConfirmShipmentRequest`. Source: A0. `codCollectionMethod` (Japan only) is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConfirmShipment<'a> {
    marketplace_id: &'a str,
    package_detail: PackageDetail<'a>,
}

/// `PackageDetail`. Source: A0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PackageDetail<'a> {
    /// A positive number as a quoted text: a JSON number is refused since 2026. Source: A0 and issue 5094.
    package_reference_id: &'a str,
    carrier_code: &'a str,
    /// Required with `Other`.
    carrier_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_method: Option<&'a str>,
    tracking_number: &'a str,
    ship_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_from_supply_source_id: Option<&'a str>,
    order_items: Vec<OrderItem<'a>>,
}

/// `ConfirmShipmentOrderItem`. Source: A0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderItem<'a> {
    #[expect(clippy::struct_field_names, reason = "Amazon's name")]
    order_item_id: &'a str,
    quantity: u32,
    /// As many as pieces, where the item is enrolled in Transparency (rule L13). Source: A0, `IsTransparency`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transparency_codes: Vec<&'a str>,
}

/// The package's reference: the same for every try, so that a repeat edits the package and adds none.
///
/// Shape: nine digits out of a SHA-256 of the keys. Two packages of one order share one with a chance of one in 900
/// million; other orders do not matter. Source: A0, "uniquely identifies a package within the scope of an order".
pub(super) fn reference(key: &OrderKey, package: &PackageId) -> Text {
    // No id has a slash, so no two keys are written alike.
    let digest = Sha256::digest(format!("{key}/{package}"));
    let first_bits = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    Text::cut(&(REFERENCE_MIN + first_bits % REFERENCES).to_string())
}

/// Where SP-API is. Source: A0, `host`, for `na`; the others by saleweaver/python-amazon-sp-api (a third party).
pub(super) const fn host(region: Region) -> &'static str {
    match region {
        Region::Na => "https://sellingpartnerapi-na.amazon.com",
        Region::Eu => "https://sellingpartnerapi-eu.amazon.com",
        Region::Fe => "https://sellingpartnerapi-fe.amazon.com",
    }
}

/// An order's number in 3-7-7 digits. Source: A0, `orderId`.
fn order_number(order: &OrderId) -> Result<&str, Unbuildable> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part.len());
    if order.as_str().split('-').map(digits).eq([Some(3), Some(7), Some(7)]) {
        Ok(order.as_str())
    } else {
        let why = format!("`{order}` is not an Amazon order; allowed: digits as 3-7-7");
        Err(unbuildable("order_id", why))
    }
}

/// A date and time. Shape: `YYYY-MM-DDThh:mm:ss.sssZ`, as in A0's sandbox.
fn iso(at: Moment) -> String {
    format!("{:.3}", at.timestamp())
}

/// `POST /orders/v0/orders/{orderId}/shipmentConfirmation`. Source: A0.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
    reference: &Text,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let Settings { region, marketplace_id, .. } = destination.settings::<Amazon>()?;
    let order = order_number(&submission.order)?;
    if submission.items.is_empty() {
        return Err(unbuildable("items", "there are none; Amazon needs at least one"));
    }
    let told = Amazon::told(destination, submission)?;
    let body = ConfirmShipment {
        marketplace_id: marketplace_id.as_str(),
        package_detail: PackageDetail {
            package_reference_id: reference.as_str(),
            carrier_code: told.carrier,
            carrier_name: told.name.unwrap_or(told.carrier),
            shipping_method: submission.service.as_ref().map(Text::as_str),
            tracking_number: submission.tracking.as_str(),
            ship_date: iso(submission.ship_date),
            ship_from_supply_source_id: submission
                .supply_source_id
                .as_ref()
                .map(SupplySourceId::as_str),
            order_items: submission
                .items
                .iter()
                .map(|item| OrderItem {
                    order_item_id: item.item_id.as_str(),
                    quantity: item.quantity,
                    transparency_codes: item
                        .transparency_codes
                        .iter()
                        .map(TransparencyCode::as_str)
                        .collect(),
                })
                .collect(),
        },
    };
    let base = wire::base(destination.endpoint, Channel::Amazon, host(region));
    let address = format!("{base}/orders/v0/orders/{order}/shipmentConfirmation");
    let headers = [(ACCEPT, JSON), (CONTENT_TYPE, JSON), (USER_AGENT, AGENT)];
    wire::request(Method::POST, &address, &headers, wire::json(&body)?)
}

/// `GET /orders/2026-01-01/orders/{orderId}` with its packages, its ship-by and its cancellations. More sets of data cost no
/// more. Source: A26, `includedData`.
pub(super) fn read(
    destination: Destination<'_>,
    order: &OrderId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let Settings { region, .. } = destination.settings::<Amazon>()?;
    let order = order_number(order)?;
    let base = wire::base(destination.endpoint, Channel::Amazon, host(region));
    let address = format!("{base}/orders/2026-01-01/orders/{order}?includedData={INCLUDED}");
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}

/// The sets of data that we read of. Source: A26, `includedData`.
const INCLUDED: &str = "PACKAGES,FULFILLMENT,CANCELLATION";

/// How far back the account's orders are asked for. How many there are does not matter.
const ACCOUNT_SINCE: SignedDuration = SignedDuration::from_hours(24);

/// `GET /orders/2026-01-01/orders`: at most one order of the partner's own marketplace. Source: A26, `searchOrders`.
pub(super) fn account(
    destination: Destination<'_>,
    now: Moment,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let Settings { region, marketplace_id, .. } = destination.settings::<Amazon>()?;
    let base = wire::base(destination.endpoint, Channel::Amazon, host(region));
    let since = format!("{:.0}", now.minus(ACCOUNT_SINCE).timestamp());
    let address = format!(
        "{base}/orders/2026-01-01/orders?createdAfter={since}&marketplaceIds={}&maxResultsPerPage=1",
        marketplace_id.as_str()
    );
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}
