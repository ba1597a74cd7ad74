//! How orders, tracking numbers and partners are stored. There is one table; its keys and index keys are in `infra/README.md`,
//! "Data".

use super::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    CarrierPair, CarrierPairs, Change, Channel, ChannelSettings, ConnectionResult, ConnectionTest,
    Deadline, DeviceId, HoursOff, ImeiList, ItemId, LabelId, Lane, MissingImei, Moment, Movement,
    NeverSpan, NeverSpans, NumberKey, Order, OrderId, OrderKey, Pace, Package, PackageId,
    PairsChange, Partner, PartnerId, RefusedLabel, SellerId, SendAfter, SerialList, ShipBy,
    SilentHours, Stopped, Text, Timing, Tracking, Unknown, UnlistedCarrier, UnlistedKey,
    Unpublished, Wish,
};
use flows::DUE_SHARDS;
use flows::ports::{ImeiPlace, StoreError, Stored, Version};
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

/// The shard of an order in the `due` index. It follows from the FNV-1a digest of the partition key. Stored items depend on this,
/// so it must never change.
fn shard(pk: &str) -> u8 {
    u8::try_from(fnv(pk) % u64::from(DUE_SHARDS)).unwrap_or_default()
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

/// An order as its item.
pub(super) fn order_item(
    order: &Order,
    version: Version,
    writer: &str,
    now: Moment,
) -> Result<Item, StoreError> {
    let pk = order_pk(&order.key);
    let needs_attention = order.attention_since.is_some();
    let is_only_updated = order.is_only_updated();
    let lives = if is_only_updated { ORPHAN_LIVES } else { ORDER_LIVES };
    let item = OrderItem {
        due_shard: order.due_at.map(|_| shard(&pk)),
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
        wish: order.wish,
        refused: order.refused.clone(),
        packages: order.packages.clone(),
        imeis: order.imeis.clone(),
        serials: order.serials.clone(),
        timeline: order.timeline.clone(),
        untold: order.unpublished.clone(),
        due_at: order.due_at,
        attention: needs_attention.then(|| attention_of(&order.key.seller)),
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
    let item = order_item(order, version, writer, now)?;
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

#[derive(Debug, Serialize, Deserialize)]
struct PartnerItem {
    pk: String,
    sk: String,
    format: u32,
    #[serde(rename = "v")]
    version: u64,
    name: Text,
    settings: serde_json::Value,
    timing: Timing,
    missing_imei: MissingImei,
    #[serde(skip_serializing_if = "Deadline::is_standard", default = "Deadline::standard")]
    deadline: Deadline,
    #[serde(
        rename = "silent",
        skip_serializing_if = "SilentHours::is_standard",
        default = "SilentHours::standard"
    )]
    silent_hours: SilentHours,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    send_after: Option<SendAfter>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    moved_on: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    never_until: Option<Moment>,
    /// Who set `never` and who left it. `never_until` is stored as well, because it was there first, and rule T5 goes by it.
    #[serde(skip_serializing_if = "<[NeverSpan]>::is_empty", default)]
    never: Vec<NeverSpan>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    hours_off: Option<HoursOff>,
    #[serde(rename = "zone", skip_serializing_if = "Option::is_none", default)]
    time_zone: Option<Text>,
    #[serde(rename = "pairs", skip_serializing_if = "std::ops::Not::not", default)]
    has_carrier_pairs: bool,
    #[serde(
        skip_serializing_if = "BTreeSet::is_empty",
        default,
        serialize_with = "serde_dynamo::string_set::serialize"
    )]
    refused: BTreeSet<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    stopped: Option<Stopped>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attention: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attention_since: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    go_submit: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    back_submit: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    go_read: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    back_read: Option<Moment>,
    changed_at: Moment,
    changed_by: Text,
    #[serde(flatten)]
    unknown: Unknown,
}

/// The partition key of the index of what a person must look at, and the name of that index.
pub(super) const ATTENTION: &str = "attention";

/// The sort key of that index.
pub(super) const ATTENTION_SINCE: &str = "attention_since";

/// The partition key of an item that needs the attention of a seller's people.
pub(super) fn attention_of(seller: &SellerId) -> String {
    format!("S#{seller}")
}

/// A partner as its item.
pub(super) fn partner_item(partner: &Partner) -> Result<Item, StoreError> {
    let Key { pk, sk } = partner_key(&partner.seller, &partner.id);
    let settings =
        serde_json::to_value(&partner.settings).map_err(|error| malformed(&sk, error))?;
    let item = PartnerItem {
        pk,
        format: WRITES,
        version: partner.version,
        name: partner.name.clone(),
        settings,
        timing: partner.timing,
        missing_imei: partner.missing_imei,
        deadline: partner.deadline,
        silent_hours: partner.silent_hours,
        send_after: partner.send_after,
        moved_on: partner.moved_on,
        never_until: partner.never.left_at(),
        never: partner.never.as_slice().to_vec(),
        hours_off: partner.hours_off,
        time_zone: partner.time_zone.clone(),
        has_carrier_pairs: partner.has_carrier_pairs,
        refused: partner.refused.clone(),
        attention: partner.stopped.as_ref().map(|_| attention_of(&partner.seller)),
        attention_since: partner.stopped.as_ref().map(|stopped| stopped.at),
        stopped: partner.stopped.clone(),
        go_submit: partner.pace.submit.go,
        back_submit: partner.pace.submit.back,
        go_read: partner.pace.read.go,
        back_read: partner.pace.read.back,
        changed_at: partner.changed_at,
        changed_by: partner.changed_by.clone(),
        unknown: partner.unknown.clone(),
        sk,
    };
    to_item(&item, &item.sk)
}

/// A partner from its item. A marketplace that is not supported is refused by name (rule T3).
pub(super) fn partner_from(
    item: Item,
    seller: &SellerId,
    id: &PartnerId,
) -> Result<Partner, StoreError> {
    let item: PartnerItem = checked(item, &partner_key(seller, id).sk)?;
    let channel =
        item.settings.get("channel").and_then(|channel| channel.as_str()).unwrap_or_default();
    let _known: Channel = channel.parse().map_err(|error| malformed(&item.sk, error))?;
    let settings: ChannelSettings =
        serde_json::from_value(item.settings).map_err(|error| malformed(&item.sk, error))?;
    Ok(Partner {
        seller: seller.clone(),
        id: id.clone(),
        name: item.name,
        settings,
        timing: item.timing,
        never: NeverSpans::kept(item.never, item.never_until),
        missing_imei: item.missing_imei,
        deadline: item.deadline,
        silent_hours: item.silent_hours,
        send_after: item.send_after,
        moved_on: item.moved_on,
        hours_off: item.hours_off,
        time_zone: item.time_zone,
        has_carrier_pairs: item.has_carrier_pairs,
        refused: item.refused,
        stopped: item.stopped,
        pace: Pace {
            submit: Lane { go: item.go_submit, back: item.back_submit },
            read: Lane { go: item.go_read, back: item.back_read },
        },
        version: item.version,
        changed_at: item.changed_at,
        changed_by: item.changed_by,
        unknown: item.unknown,
    })
}

/// The key of the test of a partner's connection.
pub(super) fn test_key(seller: &SellerId, partner: &PartnerId) -> Key {
    Key::new(attention_of(seller), format!("TEST#{partner}"))
}

#[derive(Debug, Serialize, Deserialize)]
struct TestItem {
    pk: String,
    sk: String,
    format: u32,
    asked_at: Moment,
    asked_by: Text,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    result: Option<ConnectionResult>,
}

/// The test of a partner's connection as its item.
pub(super) fn test_item(partner: &Partner, test: &ConnectionTest) -> Result<Item, StoreError> {
    let Key { pk, sk } = test_key(&partner.seller, &partner.id);
    let ConnectionTest { asked_at, asked_by, result } = test.clone();
    let item = TestItem { pk, sk, format: WRITES, asked_at, asked_by, result };
    to_item(&item, &item.sk)
}

/// The test of a partner's connection from its item.
pub(super) fn test_from(item: Item, key: &Key) -> Result<ConnectionTest, StoreError> {
    let TestItem { asked_at, asked_by, result, .. } = checked(item, &key.sk)?;
    Ok(ConnectionTest { asked_at, asked_by, result })
}

/// What came of a test as an attribute.
pub(super) fn result_value(result: &ConnectionResult) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(result)
        .map(AttributeValue::from)
        .map_err(|error| malformed("result", error))
}

/// The beginning of the sort key of a partner's own pairs.
const PAIRS_PREFIX: &str = "CARRIERS#";

/// The key of a partner's own pairs.
pub(super) fn pairs_key(seller: &SellerId, partner: &PartnerId) -> Key {
    Key::new(attention_of(seller), format!("{PAIRS_PREFIX}{partner}"))
}

/// The beginning of the sort key of each carrier that a seller's channels do not list.
const UNLISTED_PREFIX: &str = "UNLISTED#";

/// The beginning of the sort key of each carrier that a partner's channel does not list.
pub(super) fn unlisted_of(partner: &PartnerId) -> String {
    format!("{UNLISTED_PREFIX}{partner}#")
}

/// The key of a carrier that a partner's channel does not list.
pub(super) fn unlisted_key(key: &UnlistedKey) -> Key {
    Key::new(attention_of(&key.seller), format!("{}{}", unlisted_of(&key.partner), key.form))
}

/// The partner and the form in the sort key of a carrier that is not listed.
pub(super) fn unlisted_named(sk: &str) -> Option<(PartnerId, Text)> {
    let (partner, form) = sk.strip_prefix(UNLISTED_PREFIX)?.split_once('#')?;
    Some((partner.parse().ok()?, Text::cut(form)))
}

/// When the item of a carrier expires that a pair is for now. Unit: epoch seconds.
pub(super) fn paired_expiry(now: Moment) -> i64 {
    expiry(now, ORPHAN_LIVES)
}

#[derive(Debug, Serialize, Deserialize)]
struct PairsItem {
    pk: String,
    sk: String,
    format: u32,
    #[serde(rename = "v")]
    version: u64,
    pairs: Vec<CarrierPair>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    changed: Option<PairsChange>,
}

/// A partner's own pairs as their item.
pub(super) fn pairs_item(partner: &Partner, pairs: &CarrierPairs) -> Result<Item, StoreError> {
    let Key { pk, sk } = pairs_key(&partner.seller, &partner.id);
    let CarrierPairs { version, pairs, changed } = pairs.clone();
    let item = PairsItem { pk, sk, format: WRITES, version, pairs, changed };
    to_item(&item, &item.sk)
}

/// A partner's own pairs from their item.
pub(super) fn pairs_from(item: Item, key: &Key) -> Result<CarrierPairs, StoreError> {
    let PairsItem { version, pairs, changed, .. } = checked(item, &key.sk)?;
    Ok(CarrierPairs { version, pairs, changed })
}

#[derive(Debug, Serialize, Deserialize)]
struct UnlistedItem {
    sk: String,
    format: u32,
    carrier: Text,
    #[serde(default)]
    labels: BTreeSet<String>,
    #[serde(default)]
    attention_since: Option<Moment>,
}

/// A carrier that is not listed, from its item. `None` where a pair is for it now.
pub(super) fn unlisted_from(
    item: Item,
    seller: &SellerId,
) -> Result<Option<UnlistedCarrier>, StoreError> {
    let sk = text_of(&item, "sk").unwrap_or_default().to_owned();
    let item: UnlistedItem = checked(item, &sk)?;
    let (partner, form) =
        unlisted_named(&item.sk).ok_or_else(|| malformed(&sk, "its key names no carrier"))?;
    let key = UnlistedKey { seller: seller.clone(), partner, form };
    let (carrier, labels, since) = (item.carrier, item.labels.len(), item.attention_since);
    Ok((labels > 0).then_some(UnlistedCarrier { key, carrier, labels, since }))
}

/// A digest of a label's names, by which it is counted once.
pub(super) fn label_digest(label: &str) -> String {
    format!("{:08x}", fnv(label) & 0xffff_ffff)
}

/// A change of pairs as an attribute.
pub(super) fn pairs_change_value(change: &PairsChange) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(change)
        .map(AttributeValue::from)
        .map_err(|error| malformed("aside", error))
}

/// How many labels were whole hours off, as an attribute.
pub(super) fn hours_off_value(hours_off: HoursOff) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(hours_off)
        .map(AttributeValue::from)
        .map_err(|error| malformed("hours_off", error))
}

/// A stop as an attribute.
pub(super) fn stopped_value(stopped: &Stopped) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(stopped)
        .map(AttributeValue::from)
        .map_err(|error| malformed("stopped", error))
}

#[cfg(test)]
mod releases;
#[cfg(test)]
mod tests;
