//! One package of an order as it is stored: its labels, its movements, and what became of it.

use crate::state::is_zero;
use crate::{
    ItemId, Label, LabelId, Line, Lock, Mark, Moment, Movement, Proof, Stage, State, Text,
    TrackingNumber, Unknown,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most voided labels, and most former tracking numbers, that are kept of one package.
pub const LABELS_MAX: usize = 50;

/// Most movements that are kept of one tracking number of a package.
pub const MOVEMENTS_MAX: usize = 10;

/// One parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The greatest label that was ever seen, voided or not (rule L2).
    #[serde(rename = "lbl", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<Label>,
    /// Every label that was voided. A void may come before its label.
    #[serde(rename = "void", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub voided: BTreeSet<LabelId>,
    /// Movements by tracking number. Those of former labels are kept: their numbers may come back, and other packages may
    /// have them. Not every movement of the current number is of the current label (rule M4).
    #[serde(rename = "mov", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub movements: BTreeMap<TrackingNumber, Vec<Movement>>,
    /// The person who holds it, if one does.
    #[serde(rename = "hold", skip_serializing_if = "Option::is_none", default)]
    pub hold: Option<Person>,
    /// A person's word to send it whatever the rules say.
    #[serde(rename = "ovr", skip_serializing_if = "Option::is_none", default)]
    pub send_now: Option<SendNow>,
    /// What became of it.
    #[serde(rename = "st")]
    pub state: State,
    /// Raised by each claim, each lease that ends and each rejection. An outcome that carries an older fence is dropped.
    #[serde(rename = "f", skip_serializing_if = "is_zero", default)]
    pub fence: u32,
    /// Whether IMEIs no longer go in the confirmation: one that did was refused, or never applied (rule I7).
    #[serde(rename = "apart", skip_serializing_if = "std::ops::Not::not", default)]
    pub imeis_apart: bool,
    /// By line, what became of each IMEI once the channel has the number (rule I7).
    #[serde(rename = "lines", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub lines: BTreeMap<ItemId, Line>,
    /// Whether something of it was due for an hour and no sender took it.
    #[serde(rename = "late", skip_serializing_if = "std::ops::Not::not", default)]
    pub delayed: bool,
    /// Marks that a person has dealt with.
    #[serde(rename = "ok", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub resolved: BTreeSet<Mark>,
    /// What a newer release stored beside it.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Package {
    /// What a claim fixed, while it is not proven that the submission was not applied.
    pub fn lock(&self) -> Option<&Lock> {
        self.state.sent().map(|sent| &sent.lock)
    }

    /// Puts what was claimed into another stage. Does nothing where nothing was claimed.
    pub(crate) fn moves_to(&mut self, stage: Stage) {
        if let State::Sent(sent) = &mut self.state {
            sent.stage = stage;
        }
    }

    /// The movement that was proof of this package's confirmation, if the confirmation went out by this number.
    pub(crate) fn proof_of(&self, number: &TrackingNumber) -> Option<&Movement> {
        let is_ours =
            crate::step::locked_label(self).is_some_and(|label| label.tracking == *number);
        match &self.lock()?.proof {
            Proof::Movement(movement) if is_ours => Some(movement),
            Proof::Movement(_) | Proof::Label | Proof::Person => None,
        }
    }
}

/// A person's word to send one label, whatever timing, cancellation and missing IMEIs say (rule T6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendNow {
    /// The label, and no later one.
    #[serde(rename = "l")]
    pub label: LabelId,
    /// The person who said so.
    #[serde(rename = "p")]
    pub person: Person,
}

/// A person who acted, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who acted.
    pub by: Text,
    /// Why.
    pub reason: Text,
    /// What they saw at the channel, where they say what the channel has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Text>,
    /// When they acted.
    pub at: Moment,
}
