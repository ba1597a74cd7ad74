//! Orders in the table. Reads are consistent, every save is conditional, and nothing scans.

use super::item::{Item, order_from, order_item, order_key, order_pk, readable, text_of};
use super::table::{Table, number, store_error, text};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure,
};
use domain::{Moment, Order, OrderKey};
use flows::ports::{SaveError, StoreError, Stored, Version};
use std::collections::HashMap;
use std::time::Duration;

/// The most items of one batch. Source: `DynamoDB` API reference, `BatchGetItem`.
const BATCH_MAX: usize = 100;

/// How often a batch is asked for what it left over. It leaves something over when the table is throttled.
const BATCH_TRIES: u32 = 6;

/// How long a batch waits before it asks for what it left over. Each wait is twice as long as the one before, so that the table is let
/// alone for about a second and a half in all. Source: `DynamoDB` developer guide, "Error retries and exponential backoff".
const BATCH_WAIT: Duration = Duration::from_millis(50);

/// Reads an order consistently.
pub(super) async fn read(table: &Table, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
    let item = table.get(order_key(key)).await?;
    item.map(|item| order_from(item, key)).transpose()
}

/// Saves an order on the condition that it still has the version `read`, and that it is new where that is `None`.
pub(super) async fn save(
    table: &Table,
    order: &Order,
    read: Option<Version>,
    writer: &str,
    now: Moment,
) -> Result<Version, SaveError> {
    let version = Version(read.map_or(1, |version| version.0.saturating_add(1)));
    let put = table
        .put(order_item(order, version, writer, now, table.due_shards)?)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let put = match read {
        None => put.condition_expression("attribute_not_exists(pk)"),
        Some(read) => put
            .condition_expression("v = :read")
            .expression_attribute_values(":read", number(read.0)),
    };
    let Err(error) = put.send().await else { return Ok(version) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => {
            let Some(current) = failed.item().cloned() else { return Err(SaveError::Stale(None)) };
            // The SDK repeats a request whose answer was lost, so the save that was faster may be our own.
            if current.get("w") == Some(&text(writer)) {
                return Ok(version);
            }
            Err(SaveError::Stale(Some(Box::new(order_from(current, &order.key)?))))
        }
        Some(_) | None => Err(store_error(error).into()),
    }
}

/// Reads orders consistently, in the order of their keys. Orders that are gone are left out.
pub(super) async fn read_all(
    table: &Table,
    keys: Vec<OrderKey>,
) -> Result<Vec<Stored>, StoreError> {
    let mut items: HashMap<String, Item> = HashMap::new();
    for some in keys.chunks(BATCH_MAX) {
        items.extend(batch(table, some).await?);
    }
    let found = keys.iter().filter_map(|key| Some((items.remove(&order_pk(key))?, key)));
    let read = found.map(|(item, key)| readable(order_from(item, key)));
    read.filter_map(Result::transpose).collect()
}

async fn batch(table: &Table, keys: &[OrderKey]) -> Result<HashMap<String, Item>, StoreError> {
    let key = |key: &OrderKey| order_key(key).attributes();
    let mut left: Vec<HashMap<String, AttributeValue>> = keys.iter().map(key).collect();
    let mut items = HashMap::new();
    for tried in 0..BATCH_TRIES {
        if left.is_empty() {
            break;
        }
        if tried > 0 {
            tokio::time::sleep(BATCH_WAIT.saturating_mul(1 << (tried - 1))).await;
        }
        let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
        let asked = asked.map_err(|error| {
            store_error(SdkError::<BatchGetItemError>::construction_failure(error))
        })?;
        let answer = table.batch_get(asked).send().await;
        let answer = answer.map_err(store_error)?;
        let found = table.own(answer.responses).unwrap_or_default();
        items.extend(
            found.into_iter().filter_map(|item| Some((text_of(&item, "pk")?.to_owned(), item))),
        );
        left = table.own(answer.unprocessed_keys).map(|left| left.keys).unwrap_or_default();
    }
    if left.is_empty() { Ok(items) } else { Err(StoreError::passing("the table is throttled")) }
}
