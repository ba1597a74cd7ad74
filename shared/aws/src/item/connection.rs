//! How the test of a partner's connection is stored.

use super::{Item, WRITES, attention_of, checked, malformed, to_item};
use crate::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{ConnectionResult, ConnectionTest, Moment, Partner, PartnerId, SellerId, Text};
use flows::ports::StoreError;
use serde::{Deserialize, Serialize};

/// The key of the test of a partner's connection.
pub(in super::super) fn test_key(seller: &SellerId, partner: &PartnerId) -> Key {
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
pub(in super::super) fn test_item(
    partner: &Partner,
    test: &ConnectionTest,
) -> Result<Item, StoreError> {
    let Key { pk, sk } = test_key(&partner.seller, &partner.id);
    let ConnectionTest { asked_at, asked_by, result } = test.clone();
    let item = TestItem { pk, sk, format: WRITES, asked_at, asked_by, result };
    to_item(&item, &item.sk)
}

/// The test of a partner's connection from its item.
pub(in super::super) fn test_from(item: Item, key: &Key) -> Result<ConnectionTest, StoreError> {
    let TestItem { asked_at, asked_by, result, .. } = checked(item, &key.sk)?;
    Ok(ConnectionTest { asked_at, asked_by, result })
}

/// What came of a test as an attribute.
pub(in super::super) fn result_value(
    result: &ConnectionResult,
) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(result)
        .map(AttributeValue::from)
        .map_err(|error| malformed("result", error))
}
