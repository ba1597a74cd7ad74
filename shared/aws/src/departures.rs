//! The `DynamoDB` calls by which a partner and all that is its own are deleted. Only `settings-api` makes them.

use super::item::{
    DEPARTURE_PREFIX, attention_of, departure_from, departure_item, order_key, pairs_key,
    partner_key, readable, test_key, text_of, unlisted_of,
};
use super::table::{Key, Table, number, store_error};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use domain::{Departure, Partner, PartnerId, SellerId};
use flows::ports::{SaveError, StoreError, Stored};

/// Notes that a partner is being deleted, and deletes it on the condition that it still has the version that was read. Without its
/// item nothing of it is claimed any more.
pub(super) async fn begin(
    table: &Table,
    partner: &Partner,
    departure: &Departure,
) -> Result<(), SaveError> {
    save(table, departure).await?;
    let delete = table
        .delete(partner_key(&partner.seller, &partner.id))
        .condition_expression("v = :read")
        .expression_attribute_values(":read", number(partner.version));
    if is_deleted(delete).await? { Ok(()) } else { Err(SaveError::Stale(None)) }
}

/// Saves how far the deletion of a partner is.
pub(super) async fn save(table: &Table, departure: &Departure) -> Result<(), StoreError> {
    table.put(departure_item(departure)?).send().await.map(drop).map_err(store_error)
}

/// Reads the deletions of a seller's partners consistently, by the partners' ids.
pub(super) async fn of_seller(
    table: &Table,
    seller: &SellerId,
) -> Result<Vec<Departure>, StoreError> {
    let mut departures = Vec::new();
    for item in table.all_beginning(attention_of(seller), DEPARTURE_PREFIX).await? {
        let id = text_of(&item, "sk")
            .and_then(|sk| sk.strip_prefix(DEPARTURE_PREFIX)?.parse::<PartnerId>().ok());
        if let Some(id) = id {
            departures.extend(readable(departure_from(item, seller, &id))?);
        }
    }
    Ok(departures)
}

/// Deletes an order on the condition that it still has the version that was read. Returns whether the condition held.
pub(super) async fn delete_order(table: &Table, stored: &Stored) -> Result<bool, StoreError> {
    let delete = table
        .delete(order_key(&stored.order.key))
        .condition_expression("v = :read")
        .expression_attribute_values(":read", number(stored.version.0));
    is_deleted(delete).await
}

/// Deletes what lies beside a partner's item: its pairs, its test, and the carriers that are not listed.
pub(super) async fn delete_beside(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
) -> Result<(), StoreError> {
    let mut keys = vec![pairs_key(seller, partner), test_key(seller, partner)];
    let unlisted = table.all_beginning(attention_of(seller), &unlisted_of(partner)).await?;
    let named = unlisted.iter().filter_map(|item| text_of(item, "sk"));
    keys.extend(named.map(|sk| Key::new(attention_of(seller), sk)));
    for key in keys {
        table.delete(key).send().await.map_err(store_error)?;
    }
    Ok(())
}

/// Sends a conditional deletion. Returns whether its condition held.
async fn is_deleted(delete: DeleteItemFluentBuilder) -> Result<bool, StoreError> {
    let Err(error) = delete.send().await else { return Ok(true) };
    match error.as_service_error() {
        Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(false),
        Some(_) | None => Err(store_error(error)),
    }
}
