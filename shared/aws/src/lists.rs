//! The `DynamoDB` calls of the settings API: lists over the indexes, and the orders they name. An index holds keys only,
//! so the orders are read beside it, and consistently.

use super::item::{
    ATTENTION, ATTENTION_SINCE, Item, ORDER_SK, attention_of, key_of, order_from, order_pk,
    partner_from, partner_key, partner_of,
};
use super::store::{number, text, unavailable};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use domain::{Moment, OrderKey, Partner, PartnerId, SellerId};
use flows::ports::{AttentionPlace, SeenPlace, StoreError, Stored};
use std::collections::HashMap;

/// The index of a partner's orders by when they were first heard of.
const BY_PARTNER: &str = "by_partner";

/// Most items of one batch. Source: `DynamoDB` API reference, `BatchGetItem`.
const BATCH_MAX: usize = 100;

/// How often what a batch left over is asked for again; throttling is what leaves something over.
const BATCH_TRIES: usize = 8;

fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

fn moment_of(item: &Item, name: &str) -> Option<Moment> {
    item.get(name)?.as_n().ok()?.parse().ok().map(Moment::from_millis)
}

pub(super) async fn partners(
    client: &Client,
    table: &str,
    seller: &SellerId,
) -> Result<Vec<Partner>, StoreError> {
    let (mut partners, mut start) = (Vec::new(), None);
    loop {
        let query = client
            .query()
            .table_name(table)
            .consistent_read(true)
            .key_condition_expression("pk = :seller AND begins_with(sk, :partner)")
            .expression_attribute_values(":seller", text(attention_of(seller)))
            .expression_attribute_values(":partner", text(PARTNER_PREFIX))
            .set_exclusive_start_key(start);
        let page = query.send().await.map_err(|error| unavailable(&error))?;
        for item in page.items.unwrap_or_default() {
            let id = text_of(&item, "sk")
                .and_then(|sk| sk.strip_prefix(PARTNER_PREFIX)?.parse::<PartnerId>().ok());
            if let Some(id) = id {
                partners.extend(readable(partner_from(item, seller, &id))?);
            }
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return Ok(partners);
        }
    }
}

const PARTNER_PREFIX: &str = "PARTNER#";

pub(super) async fn newest(
    client: &Client,
    table: &str,
    (seller, partner): (&SellerId, &PartnerId),
    after: Option<SeenPlace>,
    count: u16,
) -> Result<(Vec<SeenPlace>, bool), StoreError> {
    let of_partner = partner_of(seller, partner);
    let start = after.map(|place| {
        let key = OrderKey { seller: seller.clone(), partner: partner.clone(), order: place.order };
        HashMap::from([
            ("pk".to_owned(), text(order_pk(&key))),
            ("sk".to_owned(), text(ORDER_SK)),
            ("partner".to_owned(), text(of_partner.clone())),
            ("seen_at".to_owned(), number(place.seen_at.as_millis())),
        ])
    });
    let query = client
        .query()
        .table_name(table)
        .index_name(BY_PARTNER)
        .key_condition_expression("partner = :partner")
        .expression_attribute_values(":partner", text(of_partner))
        .scan_index_forward(false)
        .limit(i32::from(count))
        .set_exclusive_start_key(start);
    let page = query.send().await.map_err(|error| unavailable(&error))?;
    let place = |item: &Item| {
        let order = key_of(text_of(item, "pk")?)?.order;
        Some(SeenPlace { seen_at: moment_of(item, "seen_at")?, order })
    };
    let places = page.items().iter().filter_map(place).collect();
    Ok((places, page.last_evaluated_key.is_some()))
}

pub(super) async fn attention(
    client: &Client,
    table: &str,
    seller: &SellerId,
    after: Option<AttentionPlace>,
    count: u16,
) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
    let start = after.map(|place| start_of(seller, place));
    let query = client
        .query()
        .table_name(table)
        .index_name(ATTENTION)
        .key_condition_expression("attention = :seller")
        .expression_attribute_values(":seller", text(attention_of(seller)))
        .limit(i32::from(count))
        .set_exclusive_start_key(start);
    let page = query.send().await.map_err(|error| unavailable(&error))?;
    let place = |item: &Item| {
        let since = moment_of(item, ATTENTION_SINCE)?;
        if let Some(partner) = text_of(item, "sk")?.strip_prefix(PARTNER_PREFIX) {
            return Some(AttentionPlace { since, partner: partner.parse().ok()?, order: None });
        }
        let key = key_of(text_of(item, "pk")?)?;
        Some(AttentionPlace { since, partner: key.partner, order: Some(key.order) })
    };
    let places = page.items().iter().filter_map(place).collect();
    Ok((places, page.last_evaluated_key.is_some()))
}

fn start_of(seller: &SellerId, place: AttentionPlace) -> HashMap<String, AttributeValue> {
    let (pk, sk) = match place.order {
        Some(order) => {
            let key = OrderKey { seller: seller.clone(), partner: place.partner, order };
            (order_pk(&key), ORDER_SK.to_owned())
        }
        None => partner_key(seller, &place.partner),
    };
    HashMap::from([
        ("pk".to_owned(), text(pk)),
        ("sk".to_owned(), text(sk)),
        (ATTENTION.to_owned(), text(attention_of(seller))),
        (ATTENTION_SINCE.to_owned(), number(place.since.as_millis())),
    ])
}

/// Orders in the order of their keys.
pub(super) async fn orders(
    client: &Client,
    table: &str,
    keys: Vec<OrderKey>,
) -> Result<Vec<Stored>, StoreError> {
    let mut items: HashMap<String, Item> = HashMap::new();
    for some in keys.chunks(BATCH_MAX) {
        items.extend(batch(client, table, some).await?);
    }
    let found = keys.iter().filter_map(|key| Some((items.remove(&order_pk(key))?, key)));
    let read = found.map(|(item, key)| readable(order_from(item, key)));
    read.filter_map(Result::transpose).collect()
}

/// One item that cannot be read must not hide all others of a list.
fn readable<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(item) => Ok(Some(item)),
        Err(error @ StoreError::Malformed { .. }) => {
            tracing::error!(%error, "left out of a list");
            Ok(None)
        }
        Err(error @ (StoreError::Unavailable(_) | StoreError::Newer { .. })) => Err(error),
    }
}

async fn batch(
    client: &Client,
    table: &str,
    keys: &[OrderKey],
) -> Result<HashMap<String, Item>, StoreError> {
    let key = |key: &OrderKey| {
        HashMap::from([("pk".to_owned(), text(order_pk(key))), ("sk".to_owned(), text(ORDER_SK))])
    };
    let mut left: Vec<HashMap<String, AttributeValue>> = keys.iter().map(key).collect();
    let mut items = HashMap::new();
    for _ in 0..BATCH_TRIES {
        if left.is_empty() {
            break;
        }
        let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
        let asked = asked.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let answer = client.batch_get_item().request_items(table, asked).send().await;
        let answer = answer.map_err(|error| unavailable(&error))?;
        let found = answer.responses.unwrap_or_default().remove(table).unwrap_or_default();
        items.extend(
            found.into_iter().filter_map(|item| Some((text_of(&item, "pk")?.to_owned(), item))),
        );
        let unprocessed = answer.unprocessed_keys.unwrap_or_default().remove(table);
        left = unprocessed.map(|left| left.keys).unwrap_or_default();
    }
    if left.is_empty() {
        Ok(items)
    } else {
        Err(StoreError::Unavailable("the table is throttled".to_owned()))
    }
}
