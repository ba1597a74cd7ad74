//! The rules of `confirmShipment` that concern the request alone and no order. The vendor's prose states them. What the
//! vendor's model states is in `schema`.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::numbers::fits;
use super::wording::{
    CARRIER_CODES, CARRIER_OTHER, INVALID_ITEM, INVALID_REFERENCE, MARKETPLACE_JP, Refusal,
};

/// How far a ship date may be ahead of our clock. A caller in a virtual machine has a clock of its own.
const SHIP_DATE_AHEAD_MAX: SignedDuration = SignedDuration::from_secs(5);

/// `ConfirmShipmentRequest`. Source: ordersV0.json.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfirmShipment {
    pub(super) marketplace_id: String,
    pub(super) cod_collection_method: Option<String>,
    pub(super) package_detail: PackageDetail,
}

/// `PackageDetail`. Source: ordersV0.json.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageDetail {
    pub(super) package_reference_id: String,
    pub(super) carrier_code: String,
    pub(super) carrier_name: Option<String>,
    pub(super) shipping_method: Option<String>,
    pub(super) tracking_number: String,
    pub(super) ship_date: String,
    pub(super) order_items: Vec<ConfirmedItem>,
}

/// `ConfirmShipmentOrderItem`. Source: ordersV0.json.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfirmedItem {
    pub(super) order_item_id: String,
    pub(super) quantity: i64,
    #[serde(default)]
    pub(super) transparency_codes: Vec<String>,
}

/// Whether a text has the 3-7-7 format of an order id. Source: ordersV0.json.
pub(crate) fn is_order_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([3, 7, 7])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Checks what the schema cannot. A wording that has no source in `wording` is unverified.
pub(super) fn check(request: &ConfirmShipment, now: Timestamp) -> Result<(), Refusal> {
    let package = &request.package_detail;
    let refuse = |message: String| Err(Refusal::input(message));
    if request.cod_collection_method.is_some() && request.marketplace_id != MARKETPLACE_JP {
        return refuse("codCollectionMethod is only supported in the JP marketplace".to_owned());
    }
    if !is_positive_number(&package.package_reference_id) {
        return refuse(INVALID_REFERENCE.to_owned());
    }
    if !CARRIER_CODES.contains(&package.carrier_code) {
        return refuse(format!("CarrierCode: {} is invalid", package.carrier_code));
    }
    let name = package.carrier_name.as_deref().unwrap_or_default();
    if package.carrier_code == CARRIER_OTHER && name.trim().is_empty() {
        return refuse(format!("CarrierName is required when CarrierCode is {CARRIER_OTHER}"));
    }
    if package.tracking_number.trim().is_empty() {
        return refuse("TrackingNumber is required".to_owned());
    }
    if !fits(&package.carrier_code, &package.tracking_number) {
        let (number, carrier) = (&package.tracking_number, &package.carrier_code);
        return refuse(format!("TrackingNumber {number} is invalid for CarrierCode {carrier}"));
    }
    check_ship_date(&package.ship_date, now)?;
    if package.order_items.is_empty() {
        return refuse(INVALID_ITEM.to_owned());
    }
    match package.order_items.iter().find(|item| item.quantity < 1) {
        Some(item) => refuse(format!(
            "Quantity {} of OrderItemId {} is invalid, must be at least 1",
            item.quantity, item.order_item_id
        )),
        None => Ok(()),
    }
}

fn check_ship_date(text: &str, now: Timestamp) -> Result<(), Refusal> {
    let ship_date: Timestamp = text
        .parse()
        .map_err(|error| Refusal::input(format!("ShipDate {text} is invalid: {error}")))?;
    if ship_date.duration_since(now) > SHIP_DATE_AHEAD_MAX {
        return Err(Refusal::input(format!(
            "ShipDate {text} is invalid, must not be in the future"
        )));
    }
    Ok(())
}

/// Whether a package reference is allowed: "Only positive numeric values are supported." Source: ordersV0.json.
fn is_positive_number(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'0')
}
