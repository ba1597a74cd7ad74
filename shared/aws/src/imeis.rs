//! The `DynamoDB` calls about IMEIs: the orders that lack one, and the orders that one was entered for. Nothing here is
//! told by its IMEI: no key, no error and no log has one.

use super::chain;
use super::item::{
    IMEI_SK, Item, ORDER_SK, imei_expiry, imei_pk, key_of, order_name, order_pk, partner_of,
};
use super::store::{number, text, unavailable};
use crate::WRITES;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Imei, Moment, OrderKey, PartnerId, SellerId};
use flows::ports::{ImeiPlace, StoreError};
use std::collections::HashMap;

/// The index of a partner's orders that lack an IMEI, by deadline.
const LACKING: &str = "imeis";

/// Most orders that are remembered of one IMEI: a phone that is sold and comes back is another order each time.
const ORDERS_MAX: usize = 50;

pub(super) async fn lacking(
    client: &Client,
    table: &str,
    (seller, partner): (&SellerId, &PartnerId),
    after: Option<ImeiPlace>,
    count: u16,
) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
    let of_partner = partner_of(seller, partner);
    let start = after.map(|place| {
        let key = OrderKey { seller: seller.clone(), partner: partner.clone(), order: place.order };
        HashMap::from([
            ("pk".to_owned(), text(order_pk(&key))),
            ("sk".to_owned(), text(ORDER_SK)),
            ("partner".to_owned(), text(of_partner.clone())),
            ("imei_at".to_owned(), number(place.at.as_millis())),
        ])
    });
    let query = client
        .query()
        .table_name(table)
        .index_name(LACKING)
        .key_condition_expression("partner = :partner")
        .expression_attribute_values(":partner", text(of_partner))
        .limit(i32::from(count))
        .set_exclusive_start_key(start);
    let page = query.send().await.map_err(|error| unavailable(&error))?;
    let place = |item: &Item| {
        let order = key_of(item.get("pk")?.as_s().ok()?)?.order;
        let at = item.get("imei_at")?.as_n().ok()?.parse().ok()?;
        Some(ImeiPlace { at: Moment::from_millis(at), order })
    };
    let places = page.items().iter().filter_map(place).collect();
    Ok((places, page.last_evaluated_key.is_some()))
}

pub(super) async fn note(
    client: &Client,
    table: &str,
    (key, imei): (&OrderKey, &Imei),
    now: Moment,
) -> Result<Vec<OrderKey>, StoreError> {
    let name = order_name(key);
    let answer = client
        .update_item()
        .table_name(table)
        .key("pk", text(imei_pk(&key.seller, imei)))
        .key("sk", text(IMEI_SK))
        .update_expression("ADD orders :one SET #format = :format, expires_at = :until")
        .condition_expression(
            "attribute_not_exists(orders) OR size(orders) < :most OR contains(orders, :name)",
        )
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":one", AttributeValue::Ss(vec![name.clone()]))
        .expression_attribute_values(":name", text(name))
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":most", number(ORDERS_MAX))
        .expression_attribute_values(":until", number(imei_expiry(now)))
        .return_values(ReturnValue::AllNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await;
    match answer {
        Ok(output) => Ok(orders_of(&key.seller, output.attributes.as_ref())),
        Err(error) => match error.as_service_error() {
            // It is full: those it has are asked about all the same.
            Some(UpdateItemError::ConditionalCheckFailedException(full)) => {
                tracing::warn!(error = chain(&error), "an IMEI was entered for too many orders");
                Ok(orders_of(&key.seller, full.item()))
            }
            Some(_) | None => Err(unavailable(&error)),
        },
    }
}

fn orders_of(seller: &SellerId, item: Option<&Item>) -> Vec<OrderKey> {
    let names = item.and_then(|item| item.get("orders")?.as_ss().ok());
    let key = |name: &String| {
        let (partner, order) = name.split_once('#')?;
        let (partner, order) = (partner.parse().ok()?, order.parse().ok()?);
        Some(OrderKey { seller: seller.clone(), partner, order })
    };
    names.into_iter().flatten().filter_map(key).collect()
}
