//! How changes of partners are stored, and what is known of a seller's people in common.

use super::{Item, WRITES, attention_of, checked, expiry, malformed, to_item};
use crate::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    FieldChange, Moment, Partner, PartnerChange, PartnerId, SellerId, SellerSessions, SessionsEnd,
    Text,
};
use flows::ports::StoreError;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The sort key of what is known of a seller's people in common.
const SESSIONS_SK: &str = "SESSIONS";

/// How long a change of a partner is kept.
const CHANGE_LIVES: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// The key of what is known of a seller's people in common.
pub(in super::super) fn sessions_key(seller: &SellerId) -> Key {
    Key::new(attention_of(seller), SESSIONS_SK)
}

#[derive(Debug, Deserialize)]
struct SessionsItem {
    #[serde(default)]
    ended: Option<SessionsEnd>,
    #[serde(rename = "win", default)]
    window: Option<Moment>,
    #[serde(default)]
    n: u32,
}

/// What is known of a seller's people in common, from its item.
pub(in super::super) fn sessions_from(item: Item, key: &Key) -> Result<SellerSessions, StoreError> {
    let SessionsItem { ended, window, n } = checked(item, &key.sk)?;
    Ok(SellerSessions { ended, window, calls: n })
}

/// The end of all sessions as an attribute.
pub(in super::super) fn sessions_end_value(
    end: &SessionsEnd,
) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(end)
        .map(AttributeValue::from)
        .map_err(|error| malformed("ended", error))
}

/// The beginning of the sort key of each change of a partner.
pub(in super::super) fn changes_of(partner: &PartnerId) -> String {
    format!("CHANGE#{partner}#")
}

#[derive(Debug, Serialize, Deserialize)]
struct ChangeItem {
    pk: String,
    sk: String,
    format: u32,
    at: Moment,
    by: Text,
    fields: Vec<FieldChange>,
    expires_at: i64,
}

/// A change of a partner as its item. Keys are sorted as moments are, because all moments have as many digits. The person tells
/// two changes of one moment apart.
pub(in super::super) fn change_item(
    partner: &Partner,
    change: &PartnerChange,
) -> Result<Item, StoreError> {
    let sk = format!("{}{:015}#{}", changes_of(&partner.id), change.at.as_millis(), change.by);
    let PartnerChange { at, by, fields } = change.clone();
    let pk = attention_of(&partner.seller);
    let expires_at = expiry(at, CHANGE_LIVES);
    let item = ChangeItem { pk, sk, format: WRITES, at, by, fields, expires_at };
    to_item(&item, &item.sk)
}

/// A change of a partner from its item.
pub(in super::super) fn change_from(item: Item, sk: &str) -> Result<PartnerChange, StoreError> {
    let ChangeItem { at, by, fields, .. } = checked(item, sk)?;
    Ok(PartnerChange { at, by, fields })
}
