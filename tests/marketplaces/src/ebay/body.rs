//! Parses the body of `createShippingFulfillment` and checks what concerns the body alone and no order.
//!
//! The vendor's schema requires no field. That eBay requires lines and refuses unknown fields is inferred.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::orders::EbayLineItem;
use super::wording::{
    CARRIER_CODES, DUPLICATE_LINE_ITEM, INVALID_DATE, INVALID_INPUT, INVALID_TRACKING, Refusal,
};

/// The fields of the body. Source: the vendor's description.
const FIELDS: [&str; 4] = ["lineItems", "shippedDate", "shippingCarrierCode", "trackingNumber"];
const LINE_ITEM_FIELDS: [&str; 2] = ["lineItemId", "quantity"];

/// Largest quantity, because the field is an `int32`. Source: the vendor's description.
const QUANTITY_MAX: u64 = 2_147_483_647;

/// How far a date may be ahead of our clock. A caller in a virtual machine has a clock of its own.
const SHIPPED_DATE_AHEAD_MAX: SignedDuration = SignedDuration::from_secs(5);

/// The shape `YYYY-MM-DDThh:mm:ss.sssZ`. Each 0 stands for any digit. Source: the vendor's description of
/// `shippedDate`.
const DATE_SHAPE: &[u8] = b"0000-00-00T00:00:00.000Z";

/// A checked `ShippingFulfillmentDetails`.
#[derive(Clone, Debug)]
pub(super) struct Shipment {
    pub(super) line_items: Vec<EbayLineItem>,
    /// The vendor says: "If omitted, it will default to the current date/time."
    pub(super) shipped_date: Option<String>,
    /// The tracking number and the carrier code, which the vendor calls "mutually dependent".
    pub(super) tracking: Option<(String, String)>,
}

impl Shipment {
    pub(super) fn parse(body: &[u8], now: Timestamp) -> Result<Self, Refusal> {
        let body: Value =
            serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
        let fields = object("body", &body, &FIELDS)?;
        let line_items = match fields.get("lineItems") {
            Some(Value::Array(lines)) if !lines.is_empty() => {
                lines.iter().map(line_item).collect::<Result<Vec<EbayLineItem>, Refusal>>()?
            }
            _ => return Err(invalid("lineItems must be an array of at least one")),
        };
        let shipped_date = text(fields, "shippedDate")?;
        let tracking =
            tracking(text(fields, "trackingNumber")?, text(fields, "shippingCarrierCode")?)?;
        if let Some(date) = shipped_date {
            check_date(date, now)?;
        }
        for (at, line) in line_items.iter().enumerate() {
            if line_items.iter().take(at).any(|before| before.line_item_id == line.line_item_id) {
                return Err(Refusal::new(&DUPLICATE_LINE_ITEM, &line.line_item_id));
            }
        }
        Ok(Self { line_items, shipped_date: shipped_date.map(str::to_owned), tracking })
    }
}

fn invalid(why: impl AsRef<str>) -> Refusal {
    Refusal::new(&INVALID_INPUT, why.as_ref())
}

fn object<'a>(
    name: &str,
    value: &'a Value,
    known: &[&str],
) -> Result<&'a Map<String, Value>, Refusal> {
    let fields = value.as_object().ok_or_else(|| invalid(format!("{name} must be an object")))?;
    match fields.keys().find(|field| !known.contains(&field.as_str())) {
        Some(field) => Err(invalid(format!("{field} is not a field"))),
        None => Ok(fields),
    }
}

/// Parses a `LineItemReference`. The quantity is a whole number greater than zero. Default: 1. Source: the vendor's
/// description.
fn line_item(value: &Value) -> Result<EbayLineItem, Refusal> {
    let fields = object("a line item", value, &LINE_ITEM_FIELDS)?;
    let line_item_id = text(fields, "lineItemId")?
        .filter(|id| !id.trim().is_empty())
        .ok_or_else(|| invalid("lineItemId is required"))?;
    let quantity = match fields.get("quantity") {
        None => Some(1),
        Some(quantity) => {
            let quantity =
                quantity.as_u64().filter(|quantity| (1..=QUANTITY_MAX).contains(quantity));
            quantity.and_then(|quantity| u32::try_from(quantity).ok())
        }
    };
    let quantity = quantity.ok_or_else(|| invalid("quantity must be a whole number above 0"))?;
    Ok(EbayLineItem { line_item_id: line_item_id.to_owned(), quantity })
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(format!("{name} must be a string"))),
    }
}

/// Checks the number and the carrier: "If you include one, you must also include the other", and "only alphanumeric
/// characters". Source: the vendor's description. That eBay refuses a carrier outside its list is inferred.
fn tracking(
    number: Option<&str>,
    carrier: Option<&str>,
) -> Result<Option<(String, String)>, Refusal> {
    let refuse = |why: &str| Err(Refusal::new(&INVALID_TRACKING, why));
    match (number, carrier) {
        (None, None) => Ok(None),
        (Some(_), None) => refuse("a trackingNumber needs a shippingCarrierCode"),
        (None, Some(_)) => refuse("a shippingCarrierCode needs a trackingNumber"),
        (Some(number), Some(carrier)) => {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return refuse("the trackingNumber must be alphanumeric");
            }
            if !CARRIER_CODES.contains(carrier) {
                return refuse(&format!("there is no carrier {carrier}"));
            }
            Ok(Some((number.to_owned(), carrier.to_owned())))
        }
    }
}

fn check_date(text: &str, now: Timestamp) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::new(&INVALID_DATE, &format!("{text} {why}")));
    let has_shape = text.len() == DATE_SHAPE.len()
        && text.bytes().zip(DATE_SHAPE).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            sign => byte == *sign,
        });
    match text.parse::<Timestamp>() {
        Ok(date) if has_shape && date.duration_since(now) <= SHIPPED_DATE_AHEAD_MAX => Ok(()),
        Ok(_) if has_shape => refuse("is in the future"),
        Ok(_) | Err(_) => refuse("is not YYYY-MM-DDThh:mm:ss.sssZ"),
    }
}
