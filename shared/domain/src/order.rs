//! An order as it is stored: facts, the state of each package, and what was locked at its claim. The short names in
//! the serde attributes are the stored ones: an item over 1,024 bytes doubles the price of every write.

use crate::planted::{self, Bug};
use crate::state::is_zero;
use crate::{
    Channel, EventId, Imei, ItemId, LabelId, Line, MissingImei, Moment, Movement, Notice, OrderKey,
    NumberKey, PackageId, Seal, Stage, State, Text, Timing, TrackingNumber, Unknown,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most changes kept in an order's timeline.
pub const TIMELINE_MAX: usize = 20;

/// Most packages of one order: an item may not grow without bound.
pub const PACKAGES_MAX: usize = 50;

/// Most voided labels, and most former tracking numbers, kept of one package.
pub const LABELS_MAX: usize = 50;

/// Most lines of one order whose IMEIs are kept.
pub const IMEI_LINES_MAX: usize = 100;

/// Most movements kept of one tracking number of a package.
pub const MOVEMENTS_MAX: usize = 10;

/// An order: what is known, what became of it, and when it needs a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which order.
    pub key: OrderKey,
    /// Its marketplace.
    pub channel: Channel,
    /// When it was first heard of, by whatever event.
    pub seen_at: Moment,
    /// When it was cancelled, if so; the earliest we were told.
    pub cancelled: Option<Moment>,
    /// Its parcels. Boxed: a map has room for eleven in one piece, and a package is a kilobyte.
    pub packages: BTreeMap<PackageId, Box<Package>>,
    /// The IMEIs entered, by line.
    pub imeis: BTreeMap<ItemId, ImeiList>,
    /// The last changes, oldest first.
    pub timeline: Vec<Change>,
    /// Notices that the bus did not take yet.
    pub untold: Vec<Untold>,
    /// The earliest moment any of its packages needs a look.
    pub due_at: Option<Moment>,
    /// Since when a person must look at it.
    pub attention_since: Option<Moment>,
    /// What a newer release stored beside it.
    pub unknown: Unknown,
}

impl Order {
    /// An order just heard of.
    pub fn new(key: OrderKey, channel: Channel, now: Moment) -> Self {
        Self {
            key,
            channel,
            seen_at: now,
            cancelled: None,
            packages: BTreeMap::new(),
            imeis: BTreeMap::new(),
            timeline: Vec::new(),
            untold: Vec::new(),
            due_at: None,
            attention_since: None,
            unknown: Unknown::default(),
        }
    }
}

impl Order {
    /// The movements this order knows of a tracking number: another order with the same number takes them over
    /// (rule M5). What was proof of a confirmation is among them.
    pub fn movements_of<'a>(
        &'a self,
        number: &'a NumberKey,
    ) -> impl Iterator<Item = &'a Movement> {
        self.packages.values().flat_map(move |package| {
            let kept = package.movements.get(number).into_iter().flatten();
            kept.chain(package.proof_of(number))
        })
    }
}

impl Order {
    /// The line that has an IMEI, other than one of this order's own (rule I9). What was cancelled before anything of it was
    /// sent has none: its phone is another buyer's.
    pub fn line_with(&self, imei: &Imei, but: Option<&ItemId>) -> Option<&ItemId> {
        let is_sent = self.packages.values().any(|package| package.lock().is_some());
        if self.cancelled.is_some() && !is_sent {
            return None;
        }
        let mut others = self.imeis.iter().filter(|(item, _)| Some(*item) != but);
        others.find(|(_, list)| list.imeis.contains(imei)).map(|(item, _)| item)
    }
}

impl Package {
    /// What a claim fixed, and is not proven to be not applied.
    pub fn lock(&self) -> Option<&Lock> {
        self.state.sent().map(|sent| &sent.lock)
    }

    /// What was claimed goes on as this.
    pub(crate) fn moves_to(&mut self, stage: Stage) {
        if let State::Sent(sent) = &mut self.state {
            sent.stage = stage;
        }
    }

    /// The movement that was proof of this package's confirmation, where it is one of this number.
    pub(crate) fn proof_of(&self, number: &NumberKey) -> Option<&Movement> {
        let is_ours =
            crate::step::locked_label(self).is_some_and(|label| label.is_known_by(number));
        match &self.lock()?.proof {
            Proof::Movement(movement) if is_ours => Some(movement),
            Proof::Movement(_) | Proof::Label | Proof::Person => None,
        }
    }
}

/// One parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The greatest label ever seen, voided or not (rule L2).
    #[serde(rename = "lbl", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<Label>,
    /// Every label known to be voided; a void may come before its label.
    #[serde(rename = "void", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub voided: BTreeSet<LabelId>,
    /// Movements by tracking number, also of former labels: their numbers may come back, and other packages may have
    /// them. Not all are this label's (rule M4).
    #[serde(rename = "mov", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub movements: BTreeMap<NumberKey, Vec<Movement>>,
    /// A person's hold.
    #[serde(rename = "hold", skip_serializing_if = "Option::is_none", default)]
    pub hold: Option<Person>,
    /// What a person said to send whatever the rules say.
    #[serde(rename = "ovr", skip_serializing_if = "Option::is_none", default)]
    pub send_now: Option<SendNow>,
    /// What became of it.
    #[serde(rename = "st")]
    pub state: State,
    /// Counts claims and expired leases; an outcome of an older one is dropped.
    #[serde(rename = "f", skip_serializing_if = "is_zero", default)]
    pub fence: u32,
    /// Whether IMEIs no longer go in the confirmation: one that did was refused, or never applied (rule I7).
    #[serde(rename = "apart", skip_serializing_if = "std::ops::Not::not", default)]
    pub imeis_apart: bool,
    /// What became of each IMEI once the channel has the number, by line (rule I7).
    #[serde(rename = "lines", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub lines: BTreeMap<ItemId, Line>,
    /// Due for an hour without being taken.
    #[serde(rename = "late", skip_serializing_if = "std::ops::Not::not", default)]
    pub delayed: bool,
    /// Marks a person has dealt with.
    #[serde(rename = "ok", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub resolved: BTreeSet<Mark>,
    /// What a newer release stored beside it.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A carrier's label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// When it was made, by the maker's clock.
    #[serde(rename = "at")]
    pub labeled_at: Moment,
    /// Its id.
    pub id: LabelId,
    /// Its number.
    #[serde(rename = "trk")]
    pub tracking: TrackingNumber,
    /// Further numbers of the parcel: a scan of any of them counts, and none is ever sent (rule N4).
    #[serde(rename = "aka", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub also_known_as: BTreeSet<NumberKey>,
    /// The carrier, in the maker's words.
    #[serde(rename = "car")]
    pub carrier: Text,
    /// The carrier's service, in the maker's words.
    #[serde(rename = "svc", skip_serializing_if = "Option::is_none", default)]
    pub service: Option<Text>,
    /// Where the buyer can follow it.
    #[serde(rename = "url", skip_serializing_if = "Option::is_none", default)]
    pub tracking_url: Option<Text>,
    /// When the order must be on its way. Shown; no rule uses it.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub ship_by: Option<Moment>,
    /// What is in the parcel.
    #[serde(rename = "it")]
    pub items: Vec<Item>,
    /// The settings in force when its event was first handled (rule T4).
    #[serde(rename = "tm")]
    pub terms: Terms,
    /// Whether `never` stopped it, which was set after it was made (rule T5).
    #[serde(rename = "stop", skip_serializing_if = "std::ops::Not::not", default)]
    pub stopped: bool,
    /// When a person let it go on after such a stop; a `never` that was left before does not stop it again.
    #[serde(rename = "rel", skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Moment>,
    /// The former number that may be replaced by this label's: a person saw it at the channel, and said that it is nothing.
    #[serde(rename = "fmr", skip_serializing_if = "Option::is_none", default)]
    pub former: Option<Text>,
    /// When its event was first handled.
    #[serde(rename = "got")]
    pub received_at: Moment,
    /// The event that told us.
    #[serde(rename = "ev")]
    pub event: EventId,
    /// What a newer release stored beside it.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Label {
    /// Since when it goes by its own timing: `never` stops what is of before it was left (rule T5).
    pub(crate) fn goes_since(&self) -> Moment {
        self.released.unwrap_or(self.received_at)
    }

    /// What decides which of two labels is the greater: time, id, and by value where even these tie.
    #[expect(clippy::type_complexity, reason = "a sort key, named nowhere else")]
    pub(crate) fn rank(
        &self,
    ) -> (Moment, &LabelId, &TrackingNumber, &Text, Option<&Text>, &[Item], Option<&Text>, Option<Moment>, &BTreeSet<NumberKey>)
    {
        (
            self.labeled_at,
            &self.id,
            &self.tracking,
            &self.carrier,
            self.service.as_ref(),
            &self.items,
            self.tracking_url.as_ref(),
            self.ship_by,
            &self.also_known_as,
        )
    }

    /// Everything its parcel is known by: its own number first.
    pub fn keys(&self) -> impl Iterator<Item = NumberKey> {
        std::iter::once(self.tracking.key()).chain(self.also_known_as.iter().cloned())
    }

    /// Whether its parcel is known by this number.
    pub(crate) fn is_known_by(&self, number: &NumberKey) -> bool {
        self.also_known_as.contains(number) || self.tracking.key() == *number
    }

    /// The timing it is under now: what `never` stopped is under `never`, and keeps its own for a release.
    pub fn timing(&self) -> Timing {
        if self.stopped { Timing::Never } else { self.terms.timing }
    }

    /// Whether a person can take back what `never` did. One that was made under it has no other timing.
    pub(crate) fn is_releasable(&self) -> bool {
        self.stopped && self.terms.timing != Timing::Never
    }

    /// When it was made, but never after we heard of it.
    pub(crate) fn made_at(&self) -> Moment {
        if planted::is(Bug::ImeiDeadlineFromArrival) {
            return self.received_at;
        }
        self.labeled_at.min(self.received_at)
    }
}

/// A line of the order that is in the parcel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// The channel's own line id.
    #[serde(rename = "id")]
    #[expect(clippy::struct_field_names, reason = "the contract's name")]
    pub item_id: ItemId,
    /// The seller's article number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sku: Option<Text>,
    /// How many of it.
    #[serde(rename = "n")]
    pub quantity: u32,
    /// Whether each of it needs an IMEI.
    #[serde(rename = "imei", skip_serializing_if = "std::ops::Not::not", default)]
    pub requires_imei: bool,
}

/// The settings a label is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// When its confirmation is due.
    #[serde(rename = "t", with = "timing_code")]
    pub timing: Timing,
    /// For channels that take IMEIs.
    #[serde(rename = "i", skip_serializing_if = "Option::is_none", default)]
    pub imei: Option<ImeiTerms>,
}

/// The settings for IMEIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiTerms {
    /// What to do about missing ones.
    #[serde(rename = "m")]
    pub missing: MissingImei,
    /// How long after the label to wait for them. Unit: seconds.
    #[serde(rename = "s")]
    pub window_s: u32,
}

impl ImeiTerms {
    pub(crate) fn window(self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.window_s))
    }
}

/// Timings as stored: a fifth of the length of their names.
mod timing_code {
    use crate::Timing;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub(super) fn serialize<S: Serializer>(timing: &Timing, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match timing {
            Timing::WhenTrackingShowsMovement => "moves",
            Timing::WhenTrackingIsAssigned => "label",
            Timing::Never => "never",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timing, D::Error> {
        match String::deserialize(from)?.as_str() {
            "moves" => Ok(Timing::WhenTrackingShowsMovement),
            "label" => Ok(Timing::WhenTrackingIsAssigned),
            "never" => Ok(Timing::Never),
            other => Err(serde::de::Error::unknown_variant(other, &["moves", "label", "never"])),
        }
    }
}

/// The IMEIs of a line, as entered last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImeiList {
    /// When they were entered. The newest list wins; a tie is broken by value.
    #[serde(rename = "at")]
    pub updated_at: Moment,
    /// The list.
    #[serde(rename = "l")]
    pub imeis: BTreeSet<Imei>,
    /// Who entered them.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub updated_by: Option<Text>,
    /// Where one of them was entered, too, in words: what came by event could not be asked about (rule I9).
    #[serde(rename = "two", skip_serializing_if = "Option::is_none", default)]
    pub twice: Option<Text>,
}

/// A person's word to send one label, whatever timing, cancellation and missing IMEIs say (rule T6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendNow {
    /// That label, and no later one.
    #[serde(rename = "l")]
    pub label: LabelId,
    /// Who said so.
    #[serde(rename = "p")]
    pub person: Person,
}

/// A person who acted, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub by: Text,
    /// Why.
    pub reason: Text,
    /// What they saw at the channel, where they say what is the case there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Text>,
    /// When.
    pub at: Moment,
}

/// What was frozen at the claim. Nothing we do overrides it (rule L1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The label that was claimed, once the package has another; else it is the package's.
    #[serde(rename = "lbl", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<Label>,
    /// The ship date told to the channel.
    #[serde(rename = "d")]
    pub ship_date: Moment,
    /// Every line it ships, where that is not just what the label says (rule I1).
    #[serde(rename = "it", skip_serializing_if = "Option::is_none", default)]
    pub items: Option<Vec<Item>>,
    /// The IMEIs as they were.
    #[serde(rename = "im", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub imeis: BTreeMap<ItemId, BTreeSet<Imei>>,
    /// What identifies the request. `None` where nothing was requested: a look before the claim found a number.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", default)]
    pub seal: Option<Seal>,
    /// What made it due (rule M7).
    #[serde(rename = "why")]
    pub proof: Proof,
    /// Whether the order was cancelled already, and a person sent it all the same.
    #[serde(rename = "can", skip_serializing_if = "std::ops::Not::not", default)]
    pub despite_cancel: bool,
}

/// What made a confirmation due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The carrier moved the parcel.
    #[serde(rename = "mov")]
    Movement(Movement),
    /// The label was assigned: the label's own event.
    #[serde(rename = "lbl")]
    Label,
    /// A person sent it: [`Package::send_now`] says who.
    #[serde(rename = "person")]
    Person,
}

/// What a person must know beside the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The label was voided or replaced after its number was sent (rule L3).
    Superseded,
    /// The order was cancelled after its number was sent (rule L4).
    CancelledLate,
    /// An IMEI changed after it was sent (rule I6).
    ImeiLate,
    /// A line of several IMEIs: the channel takes only one (rule I7).
    ImeiByHand,
    /// An IMEI could not be registered (rule I7).
    ImeiFailed,
    /// An IMEI that came by event is another line's, too (rule I9).
    ImeiTwice,
    /// Stopped by `never`, and moved since (rule T5).
    WithheldMoved,
    /// Due for an hour without being taken.
    Delayed,
}

impl Mark {
    /// As it is written everywhere: `imei_late`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::CancelledLate => "cancelled_late",
            Self::ImeiLate => "imei_late",
            Self::ImeiByHand => "imei_by_hand",
            Self::ImeiFailed => "imei_failed",
            Self::ImeiTwice => "imei_twice",
            Self::WithheldMoved => "withheld_moved",
            Self::Delayed => "delayed",
        }
    }
}

/// A change, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    #[serde(rename = "t")]
    pub at: Moment,
    /// Of which package; of the order when absent.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub package: Option<PackageId>,
    /// What happened.
    #[serde(rename = "w")]
    pub what: What,
    /// In words.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none", default)]
    pub note: Option<Text>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum What {
    Labelled,
    Voided,
    Cancelled,
    ImeisEntered,
    Waiting,
    Ready,
    Held,
    Withheld,
    Sending,
    Confirmed,
    Rejected,
    InDoubt,
    Conflict,
    Unresolved,
    Closed,
    Postponed,
    Marked,
    ImeiRegistered,
    ImeiFailed,
    Person,
    Evidence,
}

/// A notice the bus did not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold {
    /// The notice.
    pub notice: Notice,
    /// When to try again.
    pub next: Moment,
}
