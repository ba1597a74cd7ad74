//! How orders, tracking numbers and partners are stored. There is one table; its keys and index keys are in `infra/README.md`,
//! "Data".

mod carriers;
mod changes;
mod connection;
mod departure;
mod merchant;
mod partner;

pub(super) use carriers::{
    label_digest, paired_expiry, pairs_change_value, pairs_from, pairs_item, pairs_key,
    unlisted_from, unlisted_key, unlisted_named, unlisted_of,
};
pub(super) use changes::{
    change_from, change_item, changes_of, sessions_end_value, sessions_from, sessions_key,
};
pub(super) use connection::{result_value, test_from, test_item, test_key};
pub(super) use departure::{DEPARTURE_PREFIX, departure_from, departure_item};
pub(super) use merchant::{link_from, link_item, link_key, links_of, links_pk};
pub(super) use partner::{
    hours_off_value, partner_from, partner_item, paused_value, stopped_value,
};

use super::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Change, Channel, DeviceId, ImeiList, ItemId, LabelId, Moment, Movement, NumberKey, Order,
    OrderId, OrderKey, Package, PackageId, PartnerId, RefusedLabel, SellerId, SerialList, ShipBy,
    Tracking, Unknown, Unpublished, Wish,
};
use flows::DUE_SHARDS;
use flows::ports::{ImeiPlace, StoreError, Stored, Urgency, Version};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An item, as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The format that this release writes.
///
/// `infra/README.md`, "Releases beside each other", says what a release may change about the stored form, and in which order. In
/// short: an attribute that older releases may ignore is simply added, because they carry it along. Whatever an older release
/// would misread raises the format, in two steps: first comes a release that reads it, then one that writes it.
pub const WRITES: u32 = 1;

/// The newest format that this release reads.
pub const READS: u32 = 1;

const _: () = assert!(WRITES <= READS, "a release reads what it writes");

/// How long an order is kept after its last change, unless a person must look at it.
const ORDER_LIVES: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How long a tracking number is kept after its last label.
const TRACKING_LIVES: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How long a movement, or what became of an order at its channel, waits for a label that may never come.
const ORPHAN_LIVES: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The sort key of the item of an IMEI or a serial number.
const IMEI_SK: &str = "IMEI";

/// The key of the item of an IMEI or a serial number. It has a digest of it (FNV-1a), because keys show in traces and audit logs,
/// where neither may be. Whoever reads the item looks at the orders that it names, so two with the same digest do no harm.
pub(super) fn device_key(seller: &SellerId, id: &DeviceId) -> Key {
    let digest = fnv(id.as_str());
    Key::new(format!("S#{seller}#I#{digest:016x}"), IMEI_SK)
}

/// The size of an item, as `DynamoDB` bills it. Unit: bytes.
pub type ItemSize = usize;

pub(super) fn order_pk(key: &OrderKey) -> String {
    format!("S#{}#P#{}#O#{}", key.seller, key.partner, key.order)
}

/// The partition key of the indexes of a partner's orders.
pub(super) fn partner_of(seller: &SellerId, partner: &PartnerId) -> String {
    format!("S#{seller}#P#{partner}")
}

const ORDER_SK: &str = "ORDER";
const TRACKING_SK: &str = "TRACKING";

/// The beginning of the sort key of a partner's item.
pub(super) const PARTNER_PREFIX: &str = "PARTNER#";

pub(super) fn order_key(key: &OrderKey) -> Key {
    Key::new(order_pk(key), ORDER_SK)
}

pub(super) fn tracking_key(seller: &SellerId, number: &NumberKey) -> Key {
    Key::new(format!("S#{seller}#T#{number}"), TRACKING_SK)
}

pub(super) fn partner_key(seller: &SellerId, partner: &PartnerId) -> Key {
    Key::new(format!("S#{seller}"), format!("{PARTNER_PREFIX}{partner}"))
}

/// The text of an attribute.
pub(super) fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The moment of an attribute.
pub(super) fn moment_of(item: &Item, name: &str) -> Option<Moment> {
    item.get(name)?.as_n().ok()?.parse().ok().map(Moment::from_millis)
}

/// An item of a list. An item that can never be read is left out, so that it does not hide all others.
pub(super) fn readable<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(item) => Ok(Some(item)),
        Err(error @ StoreError::Malformed { .. }) => {
            tracing::error!(%error, "an item cannot be read and was left out of a list");
            Ok(None)
        }
        Err(
            error @ (StoreError::Passing { .. }
            | StoreError::Refused { .. }
            | StoreError::Newer { .. }),
        ) => Err(error),
    }
}

/// The key of an order, from its partition key.
pub(super) fn key_of(pk: &str) -> Option<OrderKey> {
    let mut parts = pk.split('#');
    let mut after =
        |name: &str| parts.next().filter(|part| *part == name).and_then(|_| parts.next());
    let (seller, partner, order) = (after("S")?, after("P")?, after("O")?);
    Some(OrderKey {
        seller: seller.parse().ok()?,
        partner: partner.parse().ok()?,
        order: order.parse().ok()?,
    })
}

/// The shard of an order in the `due` index. It follows from the FNV-1a digest of the partition key. Where the number of shards
/// changes, an order moves at its next save, and until then the sweep finds it where it is.
fn shard(pk: &str, due_shards: u8) -> u8 {
    u8::try_from(fnv(pk) % u64::from(due_shards.max(1))).unwrap_or_default()
}

fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[derive(Debug, Serialize, Deserialize)]
struct OrderItem {
    pk: String,
    sk: String,
    format: u32,
    #[serde(rename = "v")]
    version: u64,
    #[serde(rename = "w")]
    writer: String,
    #[serde(rename = "ch")]
    channel: Channel,
    /// The partition key of the index of a partner's orders. An order that nobody knows but by what became of it at its channel is
    /// in no list (rule S5).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    partner: Option<String>,
    seen_at: Moment,
    #[serde(rename = "ret", skip_serializing_if = "BTreeSet::is_empty", default)]
    returns: BTreeSet<LabelId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cancelled: Option<Moment>,
    #[serde(rename = "rem", skip_serializing_if = "BTreeMap::is_empty", default)]
    remaining: BTreeMap<ItemId, u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ship_by: Option<ShipBy>,
    #[serde(rename = "ch_by", skip_serializing_if = "Option::is_none", default)]
    channel_ship_by: Option<ShipBy>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    shipped: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    wish: Option<Wish>,
    #[serde(rename = "ref", skip_serializing_if = "Vec::is_empty", default)]
    refused: Vec<RefusedLabel>,
    #[serde(rename = "pkg", skip_serializing_if = "BTreeMap::is_empty", default)]
    packages: BTreeMap<PackageId, Box<Package>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    imeis: BTreeMap<ItemId, ImeiList>,
    #[serde(rename = "sn", skip_serializing_if = "BTreeMap::is_empty", default)]
    serials: BTreeMap<ItemId, SerialList>,
    #[serde(rename = "tl", default)]
    timeline: Vec<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    untold: Vec<Unpublished>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    due_shard: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    due_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attention: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    urgency: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attention_since: Option<Moment>,
    /// The sort key of the `imeis` index. It is there only while the order lacks an IMEI, so most orders cost nothing for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    imei_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    expires_at: Option<i64>,
    #[serde(flatten)]
    unknown: Unknown,
}

fn expiry(now: Moment, lives: SignedDuration) -> i64 {
    now.plus(lives).as_millis() / 1_000
}

fn malformed(key: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Malformed { key: key.to_owned(), why: format!("{why}") }
}

fn checked<T: DeserializeOwned>(item: Item, key: &str) -> Result<T, StoreError> {
    let format =
        item.get("format").and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok());
    match format {
        Some(found) if found > READS => {
            Err(StoreError::Newer { key: key.to_owned(), found, known: READS })
        }
        Some(_) => serde_dynamo::from_item(serde_dynamo::Item::from(item))
            .map_err(|error| malformed(key, error)),
        None => Err(malformed(key, "it has no format")),
    }
}

fn to_item<T: Serialize>(value: &T, key: &str) -> Result<Item, StoreError> {
    serde_dynamo::to_item::<_, serde_dynamo::Item>(value)
        .map(Item::from)
        .map_err(|error| malformed(key, error))
}

/// An order as its item, in one of `due_shards` shards of the `due` index where it has a timer.
pub(super) fn order_item(
    order: &Order,
    version: Version,
    writer: &str,
    now: Moment,
    due_shards: u8,
) -> Result<Item, StoreError> {
    let pk = order_pk(&order.key);
    let needs_attention = order.attention_since.is_some();
    let is_only_updated = order.is_only_updated();
    let lives = if is_only_updated { ORPHAN_LIVES } else { ORDER_LIVES };
    let item = OrderItem {
        due_shard: order.due_at.map(|_| shard(&pk, due_shards)),
        sk: ORDER_SK.to_owned(),
        format: WRITES,
        version: version.0,
        writer: writer.to_owned(),
        channel: order.channel,
        partner: (!is_only_updated).then(|| partner_of(&order.key.seller, &order.key.partner)),
        seen_at: order.seen_at,
        returns: order.returns.clone(),
        cancelled: order.cancelled,
        remaining: order.remaining.clone(),
        ship_by: order.ship_by,
        channel_ship_by: order.channel_ship_by,
        shipped: order.shipped,
        wish: order.wish,
        refused: order.refused.clone(),
        packages: order.packages.clone(),
        imeis: order.imeis.clone(),
        serials: order.serials.clone(),
        timeline: order.timeline.clone(),
        untold: order.unpublished.clone(),
        due_at: order.due_at,
        attention: needs_attention.then(|| attention_of(&order.key.seller)),
        urgency: Urgency::of(order).map(Urgency::as_number),
        attention_since: order.attention_since,
        imei_at: ImeiPlace::of(order).map(|place| place.at),
        expires_at: (!needs_attention).then(|| expiry(now, lives)),
        unknown: order.unknown.clone(),
        pk,
    };
    to_item(&item, &item.pk)
}

/// An order from its item.
pub(super) fn order_from(item: Item, key: &OrderKey) -> Result<Stored, StoreError> {
    let item: OrderItem = checked(item, &order_pk(key))?;
    let order = Order {
        key: key.clone(),
        channel: item.channel,
        seen_at: item.seen_at,
        returns: item.returns,
        cancelled: item.cancelled,
        remaining: item.remaining,
        ship_by: item.ship_by,
        channel_ship_by: item.channel_ship_by,
        shipped: item.shipped,
        wish: item.wish,
        refused: item.refused,
        packages: item.packages,
        imeis: item.imeis,
        serials: item.serials,
        timeline: item.timeline,
        unpublished: item.untold,
        due_at: item.due_at,
        attention_since: item.attention_since,
        unknown: item.unknown,
    };
    Ok(Stored { order, version: Version(item.version) })
}

/// The size of an order's item.
///
/// # Errors
/// When the order cannot be stored at all.
pub fn order_item_size(
    order: &Order,
    version: Version,
    writer: &str,
    now: Moment,
) -> Result<ItemSize, StoreError> {
    let item = order_item(order, version, writer, now, DUE_SHARDS)?;
    Ok(item.iter().map(|(name, value)| name.len() + size_of(value)).sum())
}

/// The size of a value. Source: `DynamoDB` developer guide, "`DynamoDB` item sizes and formats".
fn size_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => {
            let digits = number.trim_start_matches('-').trim_matches('0').len();
            digits.div_ceil(2) + 1 + usize::from(number.starts_with('-'))
        }
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + size_of(value)).sum::<usize>(),
        AttributeValue::M(map) => {
            3 + map.iter().map(|(name, value)| 1 + name.len() + size_of(value)).sum::<usize>()
        }
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        // These are booleans and nulls. We store no other kinds.
        AttributeValue::Bool(_) | AttributeValue::Null(_) | _ => 1,
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct TrackingItem {
    format: u32,
    #[serde(default)]
    orders: Vec<String>,
    #[serde(default)]
    movements: Vec<Movement>,
}

/// The name of an order in an item that names orders.
pub(super) fn order_name(key: &OrderKey) -> String {
    format!("{}#{}", key.partner, key.order)
}

/// The partner and the id of the order that a name of [`order_name`] names.
pub(super) fn named_order(name: &str) -> Option<(PartnerId, OrderId)> {
    let (partner, order) = name.split_once('#')?;
    Some((partner.parse().ok()?, order.parse().ok()?))
}

/// A tracking number from its item.
pub(super) fn tracking_from(
    item: Item,
    seller: &SellerId,
    number: &NumberKey,
) -> Result<Tracking, StoreError> {
    let key = tracking_key(seller, number).pk;
    let item: TrackingItem = checked(item, &key)?;
    let mut orders = Vec::with_capacity(item.orders.len());
    for name in &item.orders {
        let named = named_order(name);
        orders.push(named.ok_or_else(|| malformed(&key, format!("`{name}` names no order")))?);
    }
    Ok(Tracking {
        seller: seller.clone(),
        number: number.clone(),
        orders,
        movements: item.movements,
    })
}

/// Movements as a list attribute.
pub(super) fn movements_value(movements: &[Movement]) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(movements)
        .map(AttributeValue::from)
        .map_err(|error| malformed("movements", error))
}

/// When the item of an IMEI expires: as the orders do that it was entered for. Unit: epoch seconds.
pub(super) fn imei_expiry(now: Moment) -> i64 {
    expiry(now, ORDER_LIVES)
}

/// When the item of a tracking number expires that belongs to an order. Unit: epoch seconds.
pub(super) fn tracking_expiry(now: Moment) -> i64 {
    expiry(now, TRACKING_LIVES)
}

/// When the item of a tracking number expires that belongs to no order. Unit: epoch seconds.
pub(super) fn orphan_expiry(now: Moment) -> i64 {
    expiry(now, ORPHAN_LIVES)
}

/// The partition key of the index of what a person must look at, and the name of that index.
pub(super) const ATTENTION: &str = "attention";

/// The sort key of that index: an [`Urgency`] as a number.
pub(super) const URGENCY: &str = "urgency";

/// Since when it needs a person.
pub(super) const ATTENTION_SINCE: &str = "attention_since";

/// The partition key of an item that needs the attention of a seller's people.
pub(super) fn attention_of(seller: &SellerId) -> String {
    format!("S#{seller}")
}

#[cfg(test)]
mod releases;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod tests;
