//! What a claim fixed, as it is stored.

use crate::step::carries_device;
use crate::{Device, Item, ItemId, Label, Moment, Movement, Person, Seal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The IMEI and the serial number of each line, as they were.
    #[serde(rename = "dev", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub devices: BTreeMap<ItemId, Device>,
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
    /// When the wish to cancel was told that a person knew of who sent it (rule S5).
    #[serde(rename = "wsh", skip_serializing_if = "Option::is_none", default)]
    pub despite_wish: Option<Moment>,
    /// Whether its ship-by was over by then (rule S3).
    #[serde(rename = "late", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_late: bool,
    /// Whether the channel is asked whether it shows what it took (rule S8).
    #[serde(rename = "v", skip_serializing_if = "std::ops::Not::not", default)]
    pub verify: bool,
    /// Who sent it, where the package's word to send it ended since: its label was replaced, or told otherwise.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub sent_by: Option<Person>,
}

impl Lock {
    /// Whether the line went without something that it needs (rules I4 and I11).
    pub(crate) fn lacks(&self, item: &Item) -> bool {
        let sent = self.devices.get(&item.item_id);
        let lacks_imei = item.requires_imei && sent.is_none_or(|sent| sent.imei.is_none());
        let lacks_serial = item.requires_serial && sent.is_none_or(|sent| sent.serial.is_none());
        carries_device(item) && (lacks_imei || lacks_serial)
    }
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
    /// Its ship-by was near, and no movement had come (rule S2).
    #[serde(rename = "by")]
    Deadline {
        /// The ship-by.
        #[serde(rename = "at")]
        by: Moment,
    },
    /// It had waited for a movement as long as its partner lets it (rule S11).
    #[serde(rename = "wait")]
    Wait,
    /// A person sent it: [`Package::send_now`](crate::Package::send_now) says who, or else [`Lock::sent_by`].
    #[serde(rename = "person")]
    Person,
}
