//! One package of an order as it is stored: its labels, its movements, and what became of it.

use crate::guard::{Guard, guarded};
use crate::state::is_zero;
use crate::{
    ItemId, Label, LabelId, Line, Lock, Looks, Mark, Moment, Movement, NotShown, NumberKey,
    Observed, Proof, ShipBy, Stage, State, Text, Unknown, by_key,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Most labels that are kept of one package.
pub const LABELS_MAX: usize = 20;

/// Most voided labels that are kept of one package, and most returns of one order.
pub const VOIDS_MAX: usize = 50;

/// Most tracking numbers of one package whose movements are kept: four labels of as many further numbers as a label may have.
pub const NUMBERS_MAX: usize = 90;

/// Most movements that are kept of one tracking number of a package.
pub const MOVEMENTS_MAX: usize = 10;

/// One parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The label that counts, voided or not: the greatest that was ever seen (rule L2), or the one a person chose.
    #[serde(rename = "lbl", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<Label>,
    /// Its other labels.
    #[serde(rename = "old", skip_serializing_if = "Vec::is_empty", default)]
    pub others: Vec<Label>,
    /// The label that a person chose (`use_label`).
    #[serde(rename = "use", skip_serializing_if = "Option::is_none", default)]
    pub chosen: Option<Chosen>,
    /// Every label that was voided. A void may come before its label.
    #[serde(rename = "void", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub voided: BTreeSet<LabelId>,
    /// Movements by tracking number. Those of former labels are kept: their numbers may come back, and other packages may
    /// have them. Not every movement of the current number is of the current label (rule M4).
    #[serde(rename = "mov", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub movements: BTreeMap<NumberKey, Vec<Movement>>,
    /// Numbers of it that belong to too many orders: no scan of them reaches it (rule N5).
    #[serde(rename = "many", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub overused: BTreeSet<NumberKey>,
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
    /// What time has made of its ship-by so far (rule S3).
    #[serde(rename = "sb", skip_serializing_if = "Option::is_none", default)]
    pub deadline: Option<DeadlineFlag>,
    /// What time has made of its silence so far (rule S4).
    #[serde(rename = "q", skip_serializing_if = "Option::is_none", default)]
    pub silence: Option<SilenceFlag>,
    /// Since when it waits for a label in place of a voided one, where a silence is told (rule S4).
    #[serde(rename = "unl", skip_serializing_if = "Option::is_none", default)]
    pub unlabelled_since: Option<Moment>,
    /// The wish to cancel that a person has refused (rule S5).
    #[serde(rename = "nw", skip_serializing_if = "Option::is_none", default)]
    pub refused_wish: Option<RefusedWish>,
    /// The looks at what the channel holds of it (rule S7).
    #[serde(rename = "lk", skip_serializing_if = "Looks::is_none", default)]
    pub looks: Looks,
    /// The ship-by of its lines that a look showed last (rule S1).
    #[serde(rename = "shby", skip_serializing_if = "Option::is_none", default)]
    pub shown: Option<ShipBy>,
    /// What the channel showed in place of the number that it took (rule S8).
    #[serde(rename = "ns", skip_serializing_if = "Option::is_none", default)]
    pub not_shown: Option<NotShown>,
    /// The `restored_at` for which it was in doubt once (rule A2).
    #[serde(rename = "rst", skip_serializing_if = "Option::is_none", default)]
    pub restored: Option<Moment>,
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

    /// What a claim fixed, or would have fixed of what was observed (rule A3).
    pub fn fixed(&self) -> Option<&Lock> {
        self.lock().or_else(|| self.observed().map(|observed| &observed.lock))
    }

    /// What would have been sent of it, where its partner observed (rule A3).
    pub const fn observed(&self) -> Option<&Observed> {
        self.state.observed()
    }

    /// Puts what was claimed into another stage. Does nothing where nothing was claimed.
    pub(crate) fn moves_to(&mut self, stage: Stage) {
        if let State::Sent(sent) = &mut self.state {
            sent.stage = stage;
        }
    }

    /// The movement that was proof of this package's confirmation, if the confirmation went out by this number and the parcel
    /// has no other. Of several numbers the movement is kept with its own.
    pub(crate) fn proof_of(&self, number: &NumberKey) -> Option<&Movement> {
        let is_ours = crate::step::locked_label(self)
            .is_some_and(|label| label.telling.keys().all(|known| known == *number));
        match &self.lock()?.proof {
            Proof::Movement(proof) if is_ours => Some(proof),
            Proof::Movement(_)
            | Proof::Label
            | Proof::Deadline { .. }
            | Proof::Wait
            | Proof::Person => None,
        }
    }
}

impl Package {
    /// Every label that is kept of it, the one that counts first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.label.iter().chain(&self.others)
    }

    /// A label of it, by its id.
    pub(crate) fn label_mut(&mut self, id: &LabelId) -> Option<&mut Label> {
        self.label.iter_mut().chain(&mut self.others).find(|label| label.id == *id)
    }

    /// Makes the label count that is to: the one a person chose, until another is made after their word, and else the greatest
    /// (rule L2).
    pub(crate) fn elect(&mut self) {
        let is_over = |chosen: &Chosen| self.labels().any(|label| label.made_last() > chosen.until);
        if self.chosen.as_ref().is_some_and(is_over) {
            self.chosen = None;
        }
        let chosen = self.chosen.as_ref().filter(|_| guarded(Guard::ChosenCounts));
        let chosen = chosen.map(|chosen| &chosen.label);
        let labels = self.label.take().into_iter().chain(std::mem::take(&mut self.others));
        let mut labels = by_key(labels, |label| {
            Reverse((Some(&label.id) == chosen, label.made_last(), label.id.clone()))
        })
        .into_iter();
        self.label = labels.next();
        self.others = labels.collect();
    }
}

/// What time has made of a ship-by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeadlineFlag {
    /// People are warned.
    #[serde(rename = "n")]
    Near,
    /// It is over.
    #[serde(rename = "p")]
    Passed,
}

/// What time has made of a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SilenceFlag {
    /// Whoever can ask the carrier was told.
    #[serde(rename = "w")]
    Wanted,
    /// It was told to people.
    #[serde(rename = "t")]
    Told,
}

/// A buyer's wish to cancel that a person has refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedWish {
    /// As of when the wish was told: one that is told later is another one.
    #[serde(rename = "at")]
    pub told_at: Moment,
    /// The person who refused it.
    #[serde(rename = "p")]
    pub person: Person,
}

/// A person's word which label is the right one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The label.
    #[serde(rename = "l")]
    pub label: LabelId,
    /// A label that is made after this moment is newer than the word: the word, or a label that was made ahead of it.
    #[serde(rename = "to")]
    pub until: Moment,
    /// The person who said so.
    #[serde(rename = "p")]
    pub person: Person,
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
    /// When the wish to cancel was told that they knew of (rule S5).
    #[serde(rename = "w", skip_serializing_if = "Option::is_none", default)]
    pub despite_wish: Option<Moment>,
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
