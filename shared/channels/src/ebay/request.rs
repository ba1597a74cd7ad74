//! What we ask of eBay: a shipping fulfilment to be added to an order, all that the order has, and the order itself.

use super::Ebay;
use super::settings::Settings;
use crate::marketplace::{Destination, Marketplace as _, Unbuildable};
use crate::wire::{self, JSON, unbuildable};
use domain::{Channel, Moment, OrderId, Submission};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use serde::Serialize;

/// Where the API and its tokens are, for every site of eBay. Source: E, servers.
const HOST: &str = "https://api.ebay.com";

/// Who we are. eBay does not ask for it; that a firewall may turn away callers without a name is inferred.
pub(super) const AGENT: &str = concat!("Shipconfirm/", env!("CARGO_PKG_VERSION"));

/// `ShippingFulfillmentDetails`. Source: E, which requires none of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    line_items: Vec<LineItem<'a>>,
    shipped_date: String,
    /// Needed with a number, as the number is with it. Source: E.
    shipping_carrier_code: &'a str,
    /// Letters and digits only. Source: E. What is read back has another name: `shipmentTrackingNumber`.
    tracking_number: &'a str,
}

/// `LineItemReference`. Source: E.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineItem<'a> {
    line_item_id: &'a str,
    quantity: u32,
}

/// Where eBay is called for this partner.
pub(super) fn base(destination: Destination<'_>) -> Result<String, Unbuildable> {
    let Settings {} = destination.settings::<Ebay>()?;
    Ok(wire::base(destination.endpoint, Channel::Ebay, HOST))
}

/// A date and time. Shape: `YYYY-MM-DDThh:mm:ss.sssZ`. Source: E, `shippedDate`.
fn iso(at: Moment) -> String {
    format!("{:.3}", at.timestamp())
}

/// `/order/{orderId}`. Nothing an id can have needs to be escaped in a path, but two ids would lead out of it. What an
/// order's id looks like, E does not say.
fn address(destination: Destination<'_>, order: &OrderId) -> Result<String, Unbuildable> {
    let base = base(destination)?;
    if matches!(order.as_str(), "." | "..") {
        let why = format!(
            "`{order}` is not an eBay order; allowed: letters, digits, `-`, `_`, and `.` among them"
        );
        return Err(unbuildable("order_id", why));
    }
    Ok(format!("{base}/sell/fulfillment/v1/order/{order}"))
}

/// `POST /sell/fulfillment/v1/order/{orderId}/shipping_fulfillment`. Source: E.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let address = format!("{}/shipping_fulfillment", address(destination, &submission.order)?);
    if submission.items.is_empty() {
        // E does not say whether none would mean all.
        return Err(unbuildable("items", "there are none; eBay needs at least one"));
    }
    // eBay takes letters and digits only.
    let number = submission.tracking.key();
    let body = Details {
        line_items: submission
            .items
            .iter()
            .map(|item| LineItem { line_item_id: item.item_id.as_str(), quantity: item.quantity })
            .collect(),
        shipped_date: iso(submission.ship_date),
        shipping_carrier_code: Ebay::told(destination, submission)?.carrier,
        tracking_number: number.as_str(),
    };
    let headers = [(ACCEPT, JSON), (CONTENT_TYPE, JSON), (USER_AGENT, AGENT)];
    wire::request(Method::POST, &address, &headers, wire::json(&body)?)
}

/// `GET /sell/fulfillment/v1/order/{orderId}/shipping_fulfillment`. Source: E.
pub(super) fn read(
    destination: Destination<'_>,
    order: &OrderId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let address = format!("{}/shipping_fulfillment", address(destination, order)?);
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}

/// `GET /sell/fulfillment/v1/order/{orderId}`. Source: E, `getOrder`.
pub(super) fn read_order(
    destination: Destination<'_>,
    order: &OrderId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let headers = [(ACCEPT, JSON), (USER_AGENT, AGENT)];
    wire::request(Method::GET, &address(destination, order)?, &headers, Vec::new())
}

/// `GET /sell/fulfillment/v1/order`: at most one order. Source: E, `getOrders`.
pub(super) fn account(destination: Destination<'_>) -> Result<Request<Vec<u8>>, Unbuildable> {
    let address = format!("{}/sell/fulfillment/v1/order?limit=1", base(destination)?);
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}
