//! What we ask of Wish: an order to be shipped by our number, and the order itself.

use super::Wish;
use super::settings::CountryCode;
use crate::marketplace::{Destination, Marketplace as _, Unbuildable};
use crate::wire::{self, JSON, unbuildable};
use domain::{Channel, OrderId, Submission};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use serde::Serialize;

/// Source: W, servers.
const HOST: &str = "https://merchant.wish.com";

/// Who we are. Wish does not ask for it; that a firewall may turn away callers without a name is inferred.
pub(super) const AGENT: &str = concat!("Shipconfirm/", env!("CARGO_PKG_VERSION"));

/// Digits of a BSON object id, hexadecimal. Source: W, pagination.
const OBJECT_ID_DIGITS: usize = 24;

/// `UpdateTracking`. Source: W: these three are required. `ship_note` is left out: labels do not say it. A third party's
/// client sends them in the query, too; W knows none there.
#[derive(Serialize)]
struct UpdateTracking<'a> {
    origin_country: &'a str,
    shipping_provider: &'a str,
    tracking_number: &'a str,
}

/// Where the API is.
pub(super) fn base(destination: Destination<'_>) -> String {
    format!("{}/api/v3", wire::base(destination.endpoint, Channel::Wish, HOST))
}

fn origin_country(destination: Destination<'_>) -> Result<CountryCode, Unbuildable> {
    Ok(destination.settings::<Wish>()?.origin_country)
}

/// An order's id. Nothing else may get into a path. Source: W, `order_id` is an object id, and all ids are "either
/// integer or BSON object ID - a hex number".
fn order_id(order: &OrderId) -> Result<&str, Unbuildable> {
    let id = order.as_str();
    let is_integer = id.bytes().all(|byte| byte.is_ascii_digit());
    let is_object_id =
        id.len() == OBJECT_ID_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_integer || is_object_id {
        return Ok(id);
    }
    let why = format!("`{order}` is not Wish's; allowed: 24 hexadecimal digits, or a number");
    Err(unbuildable("order_id", why))
}

/// `PUT /api/v3/orders/{id}/tracking`. Source: W. It overrides whatever number is there.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let origin_country = origin_country(destination)?;
    let order = order_id(&submission.order)?;
    let body = UpdateTracking {
        origin_country: origin_country.as_str(),
        shipping_provider: Wish::told(destination, submission)?.carrier,
        tracking_number: submission.tracking.as_str(),
    };
    let address = format!("{}/orders/{order}/tracking", base(destination));
    let headers = [(ACCEPT, JSON), (CONTENT_TYPE, JSON), (USER_AGENT, AGENT)];
    wire::request(Method::PUT, &address, &headers, wire::json(&body)?)
}

/// `GET /api/v3/orders/{id}`. Source: W.
pub(super) fn read(
    destination: Destination<'_>,
    order: &OrderId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    origin_country(destination)?;
    let address = format!("{}/orders/{}", base(destination), order_id(order)?);
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}

/// `GET /api/v3/orders`: the first page of the merchant's orders. No parameter is given, because a wrong one would be refused, and
/// say nothing (from memory: unverified).
pub(super) fn account(destination: Destination<'_>) -> Result<Request<Vec<u8>>, Unbuildable> {
    origin_country(destination)?;
    let address = format!("{}/orders", base(destination));
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}
