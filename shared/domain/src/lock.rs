//! What a claim fixed, as it is stored.

use crate::{Imei, Item, ItemId, Label, Moment, Movement, Seal};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was frozen at the claim. Nothing that we do overrides it (rule L1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The label that was claimed, where the package has another by now. `None` while it is the package's own.
    #[serde(rename = "lbl", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<Label>,
    /// The ship date that was submitted.
    #[serde(rename = "d")]
    pub ship_date: Moment,
    /// Every line that it ships, where that is not just what the label says (rule I1).
    #[serde(rename = "it", skip_serializing_if = "Option::is_none", default)]
    pub items: Option<Vec<Item>>,
    /// The IMEIs as they were.
    #[serde(rename = "im", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub imeis: BTreeMap<ItemId, BTreeSet<Imei>>,
    /// What identifies the request. `None` where nothing was requested: a look before the claim found a number.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", default)]
    pub seal: Option<Seal>,
    /// What made the confirmation due (rule M7).
    #[serde(rename = "why")]
    pub proof: Proof,
    /// Whether the order was cancelled already, and a person sent it all the same.
    #[serde(rename = "can", skip_serializing_if = "std::ops::Not::not", default)]
    pub despite_cancel: bool,
    /// Where a person sent it: how many pieces remained, by then, of each line of which some were cancelled (rule L9).
    #[serde(rename = "rem", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub despite_lines: BTreeMap<ItemId, u32>,
}

/// What made a confirmation due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The carrier moved the parcel.
    #[serde(rename = "mov")]
    Movement(Movement),
    /// The label was assigned: the proof is the label's own event.
    #[serde(rename = "lbl")]
    Label,
    /// A person sent it: [`Package::send_now`](crate::Package::send_now) says who.
    #[serde(rename = "person")]
    Person,
}
