//! Attribute values in the form of the JSON protocol. Reading a value that the protocol does not have is an error.

use super::number::Number;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::collections::{BTreeMap, BTreeSet};

/// An item or a key: attribute values by name.
pub(crate) type Item = BTreeMap<String, Attribute>;

/// The value of an attribute.
///
/// Texts, numbers and bytes are ordered as sort keys are. The order between different kinds has no meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Attribute {
    /// A text.
    S(String),
    /// A number.
    N(Number),
    /// Bytes.
    B(Binary),
    /// True or false.
    #[serde(rename = "BOOL")]
    Bool(bool),
    /// An explicit null.
    #[serde(rename = "NULL", deserialize_with = "only_true")]
    Null(bool),
    /// A list.
    L(Vec<Attribute>),
    /// A map.
    M(Item),
    /// A set of texts.
    #[serde(rename = "SS", deserialize_with = "set")]
    Texts(BTreeSet<String>),
    /// A set of numbers.
    #[serde(rename = "NS", deserialize_with = "set")]
    Numbers(BTreeSet<Number>),
    /// A set of bytes.
    #[serde(rename = "BS", deserialize_with = "set")]
    Binaries(BTreeSet<Binary>),
}

impl Attribute {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::S(text.into())
    }

    /// The name of the value's kind in the protocol and its errors.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null(_) => "NULL",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Texts(_) => "SS",
            Self::Numbers(_) => "NS",
            Self::Binaries(_) => "BS",
        }
    }
}

/// Bytes. The protocol writes them in base64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Binary(pub(crate) Vec<u8>);

impl TryFrom<String> for Binary {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

impl From<Binary> for String {
    fn from(binary: Binary) -> Self {
        STANDARD.encode(binary.0)
    }
}

fn only_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    if bool::deserialize(deserializer)? {
        return Ok(true);
    }
    Err(de::Error::custom("a NULL attribute must have the value true"))
}

fn set<'de, D, T>(deserializer: D) -> Result<BTreeSet<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Ord,
{
    let members = Vec::<T>::deserialize(deserializer)?;
    let count = members.len();
    let set: BTreeSet<T> = members.into_iter().collect();
    if set.is_empty() {
        return Err(de::Error::custom("a set may not be empty"));
    }
    if set.len() < count {
        return Err(de::Error::custom("a set may not have duplicates"));
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::text(json!({"S": "a"}))]
    #[case::number(json!({"N": "-1.5"}))]
    #[case::bytes(json!({"B": "AQI="}))]
    #[case::truth(json!({"BOOL": false}))]
    #[case::nothing(json!({"NULL": true}))]
    #[case::list(json!({"L": [{"S": "a"}, {"L": []}]}))]
    #[case::map(json!({"M": {"a": {"M": {}}}}))]
    #[case::texts(json!({"SS": ["a", "b"]}))]
    #[case::numbers(json!({"NS": ["9", "10"]}))]
    #[case::bytes_of_bytes(json!({"BS": ["AQ=="]}))]
    fn an_attribute_is_written_as_it_was_read(#[case] value: Value) {
        let attribute: Attribute = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(attribute).unwrap(), value);
    }

    #[rstest]
    #[case::bare(json!("a"))]
    #[case::unknown_kind(json!({"X": "a"}))]
    #[case::two_kinds(json!({"S": "a", "N": "1"}))]
    #[case::no_kind(json!({}))]
    #[case::number_as_number(json!({"N": 1}))]
    #[case::no_number(json!({"N": "one"}))]
    #[case::no_base64(json!({"B": "?"}))]
    #[case::null_false(json!({"NULL": false}))]
    #[case::empty_set(json!({"SS": []}))]
    #[case::duplicates(json!({"NS": ["1", "1.0"]}))]
    fn what_is_no_attribute_is_refused(#[case] value: Value) {
        assert!(serde_json::from_value::<Attribute>(value).is_err());
    }
}
