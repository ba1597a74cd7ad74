//! The `DynamoDB` calls. Reads are consistent, every save of an order is conditional, and nothing scans.

use super::chain;
use super::item::{
    Item, ORDER_SK, TRACKING_SK, key_of, movements_value, order_from, order_item, order_name,
    order_pk, orphan_expiry, tracking_expiry, tracking_from, tracking_pk,
};
use crate::WRITES;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Moment, Movement, ORDERS_MAX, Order, OrderKey, SellerId, Tracking, TrackingNumber};
use flows::ports::{AddError, DuePage, SaveError, StoreError, Stored, Version};
use std::collections::{BTreeMap, HashMap};

/// The index of orders with a timer running.
const DUE: &str = "due";

/// Orders of one page of the `due` index.
const DUE_PAGE: i32 = 500;

pub(super) fn unavailable<E, R>(error: &SdkError<E, R>) -> StoreError
where
    SdkError<E, R>: std::error::Error,
{
    StoreError::Unavailable(chain(error))
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(format!("{value}"))
}

/// A read of nothing, for its connection's sake.
pub(super) async fn warm_up(client: &Client, table: &str) {
    let answer =
        client.get_item().table_name(table).key("pk", text("-")).key("sk", text("-")).send().await;
    if let Err(error) = answer {
        tracing::warn!(error = chain(&error), "the table did not answer in init");
    }
}

pub(super) async fn get(
    client: &Client,
    table: &str,
    pk: String,
    sk: String,
) -> Result<Option<Item>, StoreError> {
    let answer = client
        .get_item()
        .table_name(table)
        .key("pk", text(pk))
        .key("sk", text(sk))
        .consistent_read(true)
        .send()
        .await;
    Ok(answer.map_err(|error| unavailable(&error))?.item)
}

pub(super) async fn order(
    client: &Client,
    table: &str,
    key: &OrderKey,
) -> Result<Option<Stored>, StoreError> {
    let item = get(client, table, order_pk(key), ORDER_SK.to_owned()).await?;
    item.map(|item| order_from(item, key)).transpose()
}

pub(super) async fn save(
    client: &Client,
    table: &str,
    (order, read): (&Order, Option<Version>),
    writer: &str,
    now: Moment,
) -> Result<Version, SaveError> {
    let version = Version(read.map_or(1, |version| version.0.saturating_add(1)));
    let put = client
        .put_item()
        .table_name(table)
        .set_item(Some(order_item(order, version, writer, now)?))
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
            // The SDK repeats a request whose answer was lost, so what beat us may be ourselves.
            if current.get("w") == Some(&text(writer)) {
                return Ok(version);
            }
            Err(SaveError::Stale(Some(Box::new(order_from(current, &order.key)?))))
        }
        Some(_) | None => Err(unavailable(&error).into()),
    }
}

pub(super) async fn tracking(
    client: &Client,
    table: &str,
    seller: &SellerId,
    number: &TrackingNumber,
) -> Result<Option<Tracking>, StoreError> {
    let item = get(client, table, tracking_pk(seller, number), TRACKING_SK.to_owned()).await?;
    item.map(|item| tracking_from(item, seller, number)).transpose()
}

pub(super) async fn add_to_tracking(
    client: &Client,
    table: &str,
    key: &OrderKey,
    tracking: &TrackingNumber,
    now: Moment,
) -> Result<Tracking, AddError> {
    let name = order_name(key);
    let answer = client
        .update_item()
        .table_name(table)
        .key("pk", text(tracking_pk(&key.seller, tracking)))
        .key("sk", text(TRACKING_SK))
        .update_expression("ADD orders :one SET #format = :format, expires_at = :until")
        .condition_expression(
            "attribute_not_exists(orders) OR size(orders) < :most OR contains(orders, :name)",
        )
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":one", AttributeValue::Ss(vec![name.clone()]))
        .expression_attribute_values(":name", text(name))
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":most", number(ORDERS_MAX))
        .expression_attribute_values(":until", number(tracking_expiry(now)))
        .return_values(ReturnValue::AllNew)
        .send()
        .await;
    match answer {
        Ok(output) => {
            Ok(tracking_from(output.attributes.unwrap_or_default(), &key.seller, tracking)?)
        }
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => {
                Err(AddError::Full { number: tracking.clone() })
            }
            Some(_) | None => Err(unavailable(&error).into()),
        },
    }
}

pub(super) async fn note_movements(
    client: &Client,
    table: &str,
    before: &Tracking,
    movements: &[Movement],
    now: Moment,
) -> Result<bool, StoreError> {
    let update = client
        .update_item()
        .table_name(table)
        .key("pk", text(tracking_pk(&before.seller, &before.number)))
        .key("sk", text(TRACKING_SK))
        .update_expression("SET movements = :movements, #format = :format, expires_at = :until")
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":movements", movements_value(movements)?)
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":until", number(orphan_expiry(now)));
    let update = if before.movements.is_empty() {
        update.condition_expression(
            "attribute_not_exists(orders) AND attribute_not_exists(movements)",
        )
    } else {
        update
            .condition_expression("attribute_not_exists(orders) AND movements = :before")
            .expression_attribute_values(":before", movements_value(&before.movements)?)
    };
    let Err(error) = update.send().await else { return Ok(true) };
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
        Some(_) | None => Err(unavailable(&error)),
    }
}

pub(super) async fn due(
    client: &Client,
    table: &str,
    (shard, until): (u8, Moment),
    after: Option<DuePage>,
) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
    let start = after.map(|DuePage(keys, at)| {
        let mut start: HashMap<String, AttributeValue> =
            keys.into_iter().map(|(name, value)| (name, text(value))).collect();
        start.insert("due_shard".to_owned(), number(shard));
        start.insert("due_at".to_owned(), number(at));
        start
    });
    let page = client
        .query()
        .table_name(table)
        .index_name(DUE)
        .key_condition_expression("due_shard = :shard AND due_at <= :until")
        .expression_attribute_values(":shard", number(shard))
        .expression_attribute_values(":until", number(until.as_millis()))
        .limit(DUE_PAGE)
        .set_exclusive_start_key(start)
        .send()
        .await
        .map_err(|error| unavailable(&error))?;
    let pk = |item: &Item| item.get("pk").and_then(|pk| pk.as_s().ok()).cloned();
    let keys = page.items().iter().filter_map(pk).filter_map(|pk| key_of(&pk)).collect();
    let next = page.last_evaluated_key().and_then(next_page);
    Ok((keys, next))
}

fn next_page(last: &Item) -> Option<DuePage> {
    let at = last.get("due_at")?.as_n().ok()?.parse().ok()?;
    let mut keys = BTreeMap::new();
    for name in ["pk", "sk"] {
        keys.insert(name.to_owned(), last.get(name)?.as_s().ok()?.clone());
    }
    Some(DuePage(keys, at))
}
