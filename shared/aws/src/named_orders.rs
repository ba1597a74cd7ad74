//! The items that name orders. A tracking number names the orders that it belongs to, and an IMEI those that it was entered
//! for. No key, no error and no log here has an IMEI in it.

use super::item::{
    Item, device_key, imei_expiry, movements_value, named_order, order_name, orphan_expiry,
    tracking_expiry, tracking_from, tracking_key,
};
use super::table::{Key, Table, Updated, number, text, updated};
use crate::WRITES;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{DeviceId, Moment, Movement, NumberKey, ORDERS_MAX, OrderKey, SellerId, Tracking};
use flows::ports::{AddError, StoreError};

/// The most orders that are remembered of one IMEI. A phone that is sold and comes back is another order each time.
const ORDERS_OF_IMEI_MAX: usize = 50;

/// How many orders an item may name, and until when it is kept.
struct Bounds {
    most: usize,
    expires_at: i64,
}

/// Adds an order to those that an item names, unless it names too many.
fn add_order(
    table: &Table,
    key: Key,
    order: &OrderKey,
    Bounds { most, expires_at }: Bounds,
) -> UpdateItemFluentBuilder {
    let name = order_name(order);
    table
        .update(key)
        .update_expression("ADD orders :one SET #format = :format, expires_at = :until")
        .condition_expression(
            "attribute_not_exists(orders) OR size(orders) < :most OR contains(orders, :name)",
        )
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":one", AttributeValue::Ss(vec![name.clone()]))
        .expression_attribute_values(":name", text(name))
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":most", number(most))
        .expression_attribute_values(":until", number(expires_at))
        .return_values(ReturnValue::AllNew)
}

pub(super) async fn tracking(
    table: &Table,
    seller: &SellerId,
    number: &NumberKey,
) -> Result<Option<Tracking>, StoreError> {
    let item = table.get(tracking_key(seller, number)).await?;
    item.map(|item| tracking_from(item, seller, number)).transpose()
}

pub(super) async fn add_to_tracking(
    table: &Table,
    order: &OrderKey,
    tracking: &NumberKey,
    now: Moment,
) -> Result<Tracking, AddError> {
    let bounds = Bounds { most: ORDERS_MAX, expires_at: tracking_expiry(now) };
    let add = add_order(table, tracking_key(&order.seller, tracking), order, bounds);
    match updated(add).await? {
        Updated::Made(item) => {
            Ok(tracking_from(item.unwrap_or_default(), &order.seller, tracking)?)
        }
        Updated::NotMade(_) => Err(AddError::Full { number: tracking.clone() }),
    }
}

pub(super) async fn note_movements(
    table: &Table,
    before: &Tracking,
    movements: &[Movement],
    now: Moment,
) -> Result<bool, StoreError> {
    let note = table
        .update(tracking_key(&before.seller, &before.number))
        .update_expression("SET movements = :movements, #format = :format, expires_at = :until")
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":movements", movements_value(movements)?)
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":until", number(orphan_expiry(now)));
    let note = if before.movements.is_empty() {
        note.condition_expression(
            "attribute_not_exists(orders) AND attribute_not_exists(movements)",
        )
    } else {
        note.condition_expression("attribute_not_exists(orders) AND movements = :before")
            .expression_attribute_values(":before", movements_value(&before.movements)?)
    };
    Ok(matches!(updated(note).await?, Updated::Made(_)))
}

pub(super) async fn note_device(
    table: &Table,
    order: &OrderKey,
    id: &DeviceId,
    now: Moment,
) -> Result<Vec<OrderKey>, StoreError> {
    let bounds = Bounds { most: ORDERS_OF_IMEI_MAX, expires_at: imei_expiry(now) };
    let note = add_order(table, device_key(&order.seller, id), order, bounds)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    match updated(note).await? {
        Updated::Made(item) => Ok(orders_of(&order.seller, item.as_ref())),
        Updated::NotMade(item) => {
            // The item is full, and the orders that it names are still of use.
            tracing::warn!(
                "an IMEI or a serial number was entered for too many orders; this one is not noted"
            );
            Ok(orders_of(&order.seller, item.as_ref()))
        }
    }
}

fn orders_of(seller: &SellerId, item: Option<&Item>) -> Vec<OrderKey> {
    let names = item.and_then(|item| item.get("orders")?.as_ss().ok());
    let key = |name: &String| {
        let (partner, order) = named_order(name)?;
        Some(OrderKey { seller: seller.clone(), partner, order })
    };
    names.into_iter().flatten().filter_map(key).collect()
}
