//! What people changed of a partner: who, when, and each field from what to what. Changes are items of their own beside the
//! partner's, and never have a secret.

use crate::{Moment, Text};
use serde::{Deserialize, Serialize};

/// The longest value of a field that a change keeps. Unit: characters.
const VALUE_MAX: usize = 1_000;

/// A change of a partner by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerChange {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Text,
    /// What was changed. Where it is empty, somebody saved the partner as it was.
    pub fields: Vec<FieldChange>,
}

/// A field of a partner that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The name of the field, such as `deadline.action`.
    pub field: String,
    /// What it was, as JSON. `None` where there was nothing, and where it is secret.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// What it is. `None` where there is nothing any more, and where it is secret.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
}

impl FieldChange {
    /// The change of a field. Values that are too long are cut.
    pub fn new(field: &str, from: Option<&str>, to: Option<&str>) -> Self {
        let cut = |value: &str| value.chars().take(VALUE_MAX).collect::<String>();
        Self { field: field.to_owned(), from: from.map(cut), to: to.map(cut) }
    }

    /// That something secret was replaced.
    pub fn secret(field: &str) -> Self {
        Self { field: field.to_owned(), from: None, to: None }
    }
}
