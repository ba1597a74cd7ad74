//! The requests and answers of the JSON protocol. A field that is not listed here is an error.
//!
//! Source: `DynamoDB` API reference, version 2012-08-10.

use super::attribute::Item;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The names that a request gives for placeholders.
pub(crate) type Names = BTreeMap<String, String>;

/// `ReturnConsumedCapacity`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum AskedCapacity {
    /// The answer has the units in all, of the table, and of each index.
    Indexes,
    /// The answer has the units in all.
    Total,
    /// The answer has no units.
    #[default]
    None,
}

/// `ReturnValues`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AskedValues {
    /// The answer has no item.
    #[default]
    None,
    /// The answer has the item before the write.
    AllOld,
    /// The answer has the written attributes, with their values before the write.
    UpdatedOld,
    /// The answer has the item after the write.
    AllNew,
    /// The answer has the written attributes, with their values after the write.
    UpdatedNew,
}

/// `ReturnValuesOnConditionCheckFailure`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AskedOnFailure {
    /// The refusal has no item.
    #[default]
    None,
    /// The refusal has the present item.
    AllOld,
}

/// `GetItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct GetItem {
    pub(crate) table_name: String,
    pub(crate) key: Item,
    pub(crate) consistent_read: Option<bool>,
    pub(crate) projection_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// `BatchGetItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct BatchGetItem {
    pub(crate) request_items: BTreeMap<String, AskedKeys>,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// The keys of one table in a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct AskedKeys {
    pub(crate) keys: Vec<Item>,
    pub(crate) consistent_read: Option<bool>,
    pub(crate) projection_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
}

/// `Query`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Query {
    pub(crate) table_name: String,
    pub(crate) index_name: Option<String>,
    pub(crate) key_condition_expression: String,
    pub(crate) filter_expression: Option<String>,
    pub(crate) projection_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
    pub(crate) expression_attribute_values: Option<Item>,
    pub(crate) consistent_read: Option<bool>,
    pub(crate) scan_index_forward: Option<bool>,
    pub(crate) limit: Option<usize>,
    pub(crate) exclusive_start_key: Option<Item>,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// `PutItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct PutItem {
    pub(crate) table_name: String,
    pub(crate) item: Item,
    pub(crate) condition_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
    pub(crate) expression_attribute_values: Option<Item>,
    #[serde(default)]
    pub(crate) return_values: AskedValues,
    #[serde(default)]
    pub(crate) return_values_on_condition_check_failure: AskedOnFailure,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// `UpdateItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct UpdateItem {
    pub(crate) table_name: String,
    pub(crate) key: Item,
    pub(crate) update_expression: Option<String>,
    pub(crate) condition_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
    pub(crate) expression_attribute_values: Option<Item>,
    #[serde(default)]
    pub(crate) return_values: AskedValues,
    #[serde(default)]
    pub(crate) return_values_on_condition_check_failure: AskedOnFailure,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// `DeleteItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeleteItem {
    pub(crate) table_name: String,
    pub(crate) key: Item,
    pub(crate) condition_expression: Option<String>,
    pub(crate) expression_attribute_names: Option<Names>,
    pub(crate) expression_attribute_values: Option<Item>,
    #[serde(default)]
    pub(crate) return_values: AskedValues,
    #[serde(default)]
    pub(crate) return_values_on_condition_check_failure: AskedOnFailure,
    #[serde(default)]
    pub(crate) return_consumed_capacity: AskedCapacity,
}

/// The units in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Capacity {
    pub(crate) capacity_units: f64,
}

/// `ConsumedCapacity`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConsumedCapacity {
    pub(crate) table_name: String,
    pub(crate) capacity_units: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<Capacity>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) global_secondary_indexes: BTreeMap<&'static str, Capacity>,
}

/// Half units as the protocol's number of units.
#[expect(clippy::float_arithmetic, reason = "the protocol has half units as fractions")]
fn capacity(half_units: u64) -> Capacity {
    let half_units = f64::from(u32::try_from(half_units).unwrap_or(u32::MAX));
    Capacity { capacity_units: half_units / 2.0 }
}

impl AskedCapacity {
    /// The part of an answer about the units of a table and its indexes, if the request asked for it. Unit of the
    /// arguments: half units.
    pub(crate) fn answer(
        self,
        table_name: &str,
        table: u64,
        indexes: &[(&'static str, u64)],
    ) -> Option<ConsumedCapacity> {
        let of_indexes = indexes.iter().map(|(_, units)| units).sum::<u64>();
        let total = ConsumedCapacity {
            table_name: table_name.to_owned(),
            capacity_units: capacity(table + of_indexes).capacity_units,
            table: None,
            global_secondary_indexes: BTreeMap::new(),
        };
        match self {
            Self::None => None,
            Self::Total => Some(total),
            Self::Indexes => Some(ConsumedCapacity {
                table: Some(capacity(table)),
                global_secondary_indexes: indexes
                    .iter()
                    .map(|(name, units)| (*name, capacity(*units)))
                    .collect(),
                ..total
            }),
        }
    }
}
