//! The answer of `getOrder` (Orders API 2026-01-01): an order in the shape of the vendor's model, with those data sets
//! only that the caller asked for.

use serde_json::{Value, json};

use super::orders::{AmazonPackage, Record};
use super::wording::Refusal;
use crate::clock::iso;

/// The data sets that a caller may ask for. Source: `orders_2026-01-01.json`, `includedData`.
const INCLUDED_DATA: [&str; 11] = [
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
];

/// The data sets that a query asks for. They are separated by commas (the model's default), or each has a parameter of
/// its own.
pub(super) fn included_data(query: &str) -> Result<Vec<&'static str>, Refusal> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "includedData")
        .flat_map(|(_, value)| value.split(',').map(str::to_owned).collect::<Vec<_>>())
        .map(|name| {
            INCLUDED_DATA
                .into_iter()
                .find(|known| *known == name)
                .ok_or_else(|| Refusal::input(format!("includedData {name} is invalid")))
        })
        .collect()
}

/// How many orders a search asks for at most. Source: orders_2026-01-01.json, `searchOrders`, which needs a moment to begin with.
pub(super) fn search(query: &str) -> Result<usize, Refusal> {
    let parameter = |wanted: &str| {
        let mut all = form_urlencoded::parse(query.as_bytes());
        all.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let since = parameter("createdAfter").or_else(|| parameter("lastUpdatedAfter"));
    if since.is_none_or(|since| since.parse::<jiff::Timestamp>().is_err()) {
        return Err(Refusal::input("createdAfter or lastUpdatedAfter is required"));
    }
    match parameter("maxResultsPerPage").map_or(Ok(100), |most| most.parse()) {
        Ok(most) if (1..=100).contains(&most) => Ok(most),
        _ => Err(Refusal::input("maxResultsPerPage must be between 1 and 100")),
    }
}

/// Makes a `GetOrderResponse`.
pub(super) fn order(record: &Record, included: &[&str]) -> Value {
    let with_fulfillment = included.contains(&"FULFILLMENT");
    let with_cancellation = included.contains(&"CANCELLATION") && record.order.standing.is_wished;
    let items: Vec<Value> = record
        .order
        .items
        .iter()
        .map(|item| {
            let mut shown = json!({
                "orderItemId": item.order_item_id,
                "quantityOrdered": item.quantity,
                "product": { "sellerSku": item.order_item_id },
            });
            if with_fulfillment && let Some(fields) = shown.as_object_mut() {
                let shipped = record.shipped(&item.order_item_id, None);
                let open = item.quantity.saturating_sub(shipped);
                let fulfilled =
                    json!({ "quantityFulfilled": shipped, "quantityUnfulfilled": open });
                fields.insert("fulfillment".to_owned(), fulfilled);
            }
            if with_cancellation && let Some(fields) = shown.as_object_mut() {
                let request = json!({ "requester": "BUYER", "cancelReason": "Ordered by mistake" });
                let cancellation = json!({ "cancellationRequest": request });
                fields.insert("cancellation".to_owned(), cancellation);
            }
            shown
        })
        .collect();
    let mut order = json!({
        "orderId": record.order.id,
        "createdTime": iso(record.created_ms),
        "lastUpdatedTime": iso(record.updated_ms),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": record.order.marketplace_id,
        },
        "orderItems": items,
    });
    if let Some(fields) = order.as_object_mut() {
        if with_fulfillment {
            fields.insert("fulfillment".to_owned(), fulfillment(record));
        }
        if included.contains(&"PACKAGES") {
            let packages: Vec<Value> = record.packages.iter().map(package).collect();
            fields.insert("packages".to_owned(), Value::Array(packages));
        }
    }
    json!({ "order": order })
}

/// Makes an `OrderFulfillment`.
fn fulfillment(record: &Record) -> Value {
    let status = fulfillment_status(record);
    let mut shown = json!({ "fulfillmentStatus": status, "fulfilledBy": "MERCHANT" });
    if let (Some(ship_by), Some(fields)) = (&record.order.standing.ship_by, shown.as_object_mut()) {
        let window =
            json!({ "earliestDateTime": iso(record.created_ms), "latestDateTime": ship_by });
        fields.insert("shipByWindow".to_owned(), window);
    }
    shown
}

fn fulfillment_status(record: &Record) -> &'static str {
    let open = |item: &super::AmazonItem| record.shipped(&item.order_item_id, None) < item.quantity;
    if record.order.standing.is_cancelled {
        "CANCELLED"
    } else if record.packages.is_empty() {
        "UNSHIPPED"
    } else if record.order.items.iter().any(open) {
        "PARTIALLY_SHIPPED"
    } else {
        "SHIPPED"
    }
}

/// Makes a package of the answer. The status of a package right after its confirmation is unverified.
fn package(package: &AmazonPackage) -> Value {
    let items: Vec<Value> = package
        .items
        .iter()
        .map(|item| json!({ "orderItemId": item.order_item_id, "quantity": item.quantity }))
        .collect();
    let mut shown = json!({
        "packageReferenceId": package.package_reference_id,
        "createdTime": iso(package.created_ms),
        "packageStatus": { "status": "SHIPPED" },
        "carrier": package.carrier(),
        "shipTime": package.ship_date,
        "trackingNumber": package.tracking_number,
        "packageItems": items,
    });
    if let (Some(method), Some(fields)) = (&package.shipping_method, shown.as_object_mut()) {
        fields.insert("shippingService".to_owned(), Value::String(method.clone()));
    }
    shown
}
