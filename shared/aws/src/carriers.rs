//! The `DynamoDB` calls about partners' own pairs of words and codes, and about carriers that are not listed. They are items beside
//! the partner's, whose own item only says that there may be pairs.

use super::item::{
    ATTENTION, ATTENTION_SINCE, URGENCY, attention_of, label_digest, paired_expiry,
    pairs_change_value, pairs_from, pairs_item, pairs_key, partner_key, readable, unlisted_from,
    unlisted_key, unlisted_of,
};
use super::table::{Table, number, store_error, text, updated};
use crate::WRITES;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    CarrierPairs, Moment, Partner, PartnerId, SellerId, UNLISTED_LABELS_MAX, UnlistedCarrier,
    UnlistedEnd, UnlistedKey, UnlistedLabel,
};
use flows::ports::{SaveError, StoreError, Urgency};

/// Reads a partner's pairs consistently.
pub(super) async fn pairs(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
) -> Result<CarrierPairs, StoreError> {
    let key = pairs_key(seller, partner);
    match table.get(key.clone()).await? {
        Some(item) => pairs_from(item, &key),
        None => Ok(CarrierPairs::default()),
    }
}

/// Notes with a partner that it may have pairs.
pub(super) async fn expect_pairs(table: &Table, partner: &Partner) -> Result<(), StoreError> {
    let expect = table
        .update(partner_key(&partner.seller, &partner.id))
        .update_expression("SET pairs = :yes")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":yes", AttributeValue::Bool(true));
    updated(expect).await.map(drop)
}

/// Saves a partner's pairs on the condition that they still have the version before.
pub(super) async fn put_pairs(
    table: &Table,
    partner: &Partner,
    pairs: &CarrierPairs,
) -> Result<(), SaveError> {
    let put = table.put(pairs_item(partner, pairs)?);
    let put = match pairs.version.saturating_sub(1) {
        0 => put.condition_expression("attribute_not_exists(pk)"),
        read => {
            put.condition_expression("v = :read").expression_attribute_values(":read", number(read))
        }
    };
    let Err(error) = put.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(_)) => Err(SaveError::Stale(None)),
        Some(_) | None => Err(store_error(error).into()),
    }
}

/// Notes that a label names a carrier which is not listed. A person who put the carrier aside has done so for good.
pub(super) async fn note(table: &Table, label: &UnlistedLabel) -> Result<(), StoreError> {
    let name = label_digest(&label.label);
    let note = table
        .update(unlisted_key(&label.key))
        .update_expression(
            "ADD labels :one SET #format = :format, carrier = if_not_exists(carrier, :carrier), \
             #attention = :seller, #since = if_not_exists(#since, :now), \
             #urgency = if_not_exists(#urgency, :urgency) REMOVE expires_at",
        )
        .condition_expression(
            "attribute_not_exists(aside) AND (attribute_not_exists(labels) OR \
             (size(labels) < :most AND NOT contains(labels, :name)))",
        )
        .expression_attribute_names("#format", "format")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#since", ATTENTION_SINCE)
        .expression_attribute_names("#urgency", URGENCY)
        .expression_attribute_values(":one", AttributeValue::Ss(vec![name.clone()]))
        .expression_attribute_values(":name", text(name))
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":carrier", text(label.carrier.as_str()))
        .expression_attribute_values(":seller", text(attention_of(&label.key.seller)))
        .expression_attribute_values(":now", number(label.at.as_millis()))
        .expression_attribute_values(":urgency", number(Urgency::of_unlisted(label.at).as_number()))
        .expression_attribute_values(":most", number(UNLISTED_LABELS_MAX));
    updated(note).await.map(drop)
}

/// Takes a carrier off the attention list. One that a person put aside stays known as such; of one that has a pair nothing is
/// kept for long.
pub(super) async fn end(
    table: &Table,
    key: &UnlistedKey,
    end: &UnlistedEnd,
    now: Moment,
) -> Result<(), StoreError> {
    let update = table
        .update(unlisted_key(key))
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#since", ATTENTION_SINCE)
        .expression_attribute_names("#urgency", URGENCY);
    let update = match end {
        UnlistedEnd::Paired => update
            .update_expression(
                "SET expires_at = :until REMOVE labels, aside, #attention, #since, #urgency",
            )
            .expression_attribute_values(":until", number(paired_expiry(now))),
        UnlistedEnd::PutAside(change) => update
            .update_expression("SET aside = :aside REMOVE #attention, #since, #urgency")
            .expression_attribute_values(":aside", pairs_change_value(change)?),
    };
    updated(update).await.map(drop)
}

/// Reads the carriers consistently that a partner's channel does not list.
pub(super) async fn unlisted(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
) -> Result<Vec<UnlistedCarrier>, StoreError> {
    let mut carriers = Vec::new();
    for item in table.all_beginning(attention_of(seller), &unlisted_of(partner)).await? {
        carriers.extend(readable(unlisted_from(item, seller))?.flatten());
    }
    Ok(carriers)
}
