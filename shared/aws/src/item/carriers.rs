//! How a partner's own pairs are stored, and the carriers that its channel does not list.

use super::{
    Item, ORPHAN_LIVES, WRITES, attention_of, checked, expiry, fnv, malformed, text_of, to_item,
};
use crate::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    CarrierPair, CarrierPairs, Moment, PairsChange, Partner, PartnerId, SellerId, Text,
    UnlistedCarrier, UnlistedKey,
};
use flows::ports::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The beginning of the sort key of a partner's own pairs.
const PAIRS_PREFIX: &str = "CARRIERS#";

/// The key of a partner's own pairs.
pub(in super::super) fn pairs_key(seller: &SellerId, partner: &PartnerId) -> Key {
    Key::new(attention_of(seller), format!("{PAIRS_PREFIX}{partner}"))
}

/// The beginning of the sort key of each carrier that a seller's channels do not list.
const UNLISTED_PREFIX: &str = "UNLISTED#";

/// The beginning of the sort key of each carrier that a partner's channel does not list.
pub(in super::super) fn unlisted_of(partner: &PartnerId) -> String {
    format!("{UNLISTED_PREFIX}{partner}#")
}

/// The key of a carrier that a partner's channel does not list.
pub(in super::super) fn unlisted_key(key: &UnlistedKey) -> Key {
    Key::new(attention_of(&key.seller), format!("{}{}", unlisted_of(&key.partner), key.form))
}

/// The partner and the form in the sort key of a carrier that is not listed.
pub(in super::super) fn unlisted_named(sk: &str) -> Option<(PartnerId, Text)> {
    let (partner, form) = sk.strip_prefix(UNLISTED_PREFIX)?.split_once('#')?;
    Some((partner.parse().ok()?, Text::cut(form)))
}

/// When the item of a carrier expires that a pair is for now. Unit: epoch seconds.
pub(in super::super) fn paired_expiry(now: Moment) -> i64 {
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
pub(in super::super) fn pairs_item(
    partner: &Partner,
    pairs: &CarrierPairs,
) -> Result<Item, StoreError> {
    let Key { pk, sk } = pairs_key(&partner.seller, &partner.id);
    let CarrierPairs { version, pairs, changed } = pairs.clone();
    let item = PairsItem { pk, sk, format: WRITES, version, pairs, changed };
    to_item(&item, &item.sk)
}

/// A partner's own pairs from their item.
pub(in super::super) fn pairs_from(item: Item, key: &Key) -> Result<CarrierPairs, StoreError> {
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
pub(in super::super) fn unlisted_from(
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
pub(in super::super) fn label_digest(label: &str) -> String {
    format!("{:08x}", fnv(label) & 0xffff_ffff)
}

/// A change of pairs as an attribute.
pub(in super::super) fn pairs_change_value(
    change: &PairsChange,
) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(change)
        .map(AttributeValue::from)
        .map_err(|error| malformed("aside", error))
}
