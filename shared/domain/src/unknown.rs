//! What a newer release stored beside what this one knows.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Attributes that this release does not know, by their stored names. Functions of two releases run beside each other while
/// a deployment lasts, and after one that was taken back: what the newer one stored is kept as it came, and no rule looks at
/// it. A release stores no other kinds than JSON has, so nothing is lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(pub BTreeMap<String, serde_json::Value>);
