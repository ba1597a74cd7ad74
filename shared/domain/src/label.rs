//! A label as it is stored: what a package ships by, and the terms that it keeps.

use crate::guard::{Guard, guarded};
use crate::{
    EventId, ItemId, LabelId, MissingImei, Moment, NumberKey, SupplySourceId, Text, Timing,
    TrackingNumber, TransparencyCode, Unknown, Watch, gather,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A carrier's label, as all that was told of it comes to (rules L2 and L7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// What was told of it, and counts: the telling of the greatest place.
    #[serde(flatten)]
    pub telling: Telling,
    /// Another telling of that place which says something else: the least of them, where [`Self::telling`] is the greatest.
    #[serde(rename = "dis", skip_serializing_if = "Option::is_none", default)]
    pub disputed: Option<Box<Telling>>,
    /// The latest `labeled_at` of all its tellings, where that is not the one of [`Self::telling`].
    #[serde(rename = "top", skip_serializing_if = "Option::is_none", default)]
    pub latest_at: Option<Moment>,
    /// The place up to which a person has settled what counts (`use_label`): what is told at that place or before it changes
    /// nothing.
    #[serde(rename = "set", skip_serializing_if = "Option::is_none", default)]
    pub settled: Option<Moment>,
    /// Whether a person said that it is the right one although a former label's parcel moves (rule L8).
    #[serde(rename = "clr", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_right: bool,
    /// The settings that were in force when its event was first handled (rule T4).
    #[serde(rename = "tm")]
    pub terms: Terms,
    /// Whether a `never` that was set after the label was made has stopped it (rule T5).
    #[serde(rename = "stop", skip_serializing_if = "std::ops::Not::not", default)]
    pub stopped: bool,
    /// When a person released it after such a stop. A `never` that was left before then does not stop it again.
    #[serde(rename = "rel", skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Moment>,
    /// Whether it waits for its movement, whatever is set: right before a claim without one its partner no longer sent so (rules S2 and
    /// S11).
    #[serde(rename = "stay", skip_serializing_if = "std::ops::Not::not", default)]
    pub stays: bool,
    /// The former number that this label's number may replace: a person saw it at the channel, and said that it is nothing.
    #[serde(rename = "fmr", skip_serializing_if = "Option::is_none", default)]
    pub former: Option<Text>,
    /// When its event was first handled.
    #[serde(rename = "got")]
    pub received_at: Moment,
    /// What a newer release stored beside it.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What one `LabelCreated` tells of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// When the label was made, by the clock of its maker.
    #[serde(rename = "at")]
    pub labeled_at: Moment,
    /// When it was told so, by the clock of its maker, where that is not when it was made.
    #[serde(rename = "up", skip_serializing_if = "Option::is_none", default)]
    pub updated_at: Option<Moment>,
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
    /// The carrier that these words lead to, where a registry knows one (rule K1).
    #[serde(rename = "reg", skip_serializing_if = "Option::is_none", default)]
    pub registered: Option<Text>,
    /// Where the buyer can follow it.
    #[serde(rename = "url", skip_serializing_if = "Option::is_none", default)]
    pub tracking_url: Option<Text>,
    /// When the order must be on its way (rule S1).
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub ship_by: Option<Moment>,
    /// The day the parcel goes, for a label that is made ahead (rule L10).
    #[serde(rename = "on", skip_serializing_if = "Option::is_none", default)]
    pub ships_on: Option<Moment>,
    /// What is in the parcel.
    #[serde(rename = "it")]
    pub items: Vec<Item>,
    /// Where it ships from, at channels that take it (rule L13).
    #[serde(rename = "src", skip_serializing_if = "Option::is_none", default)]
    pub supply_source_id: Option<SupplySourceId>,
    /// The event that brought it.
    #[serde(rename = "ev")]
    pub event: EventId,
}

/// What a telling says that another one may contradict: tellings of which this is equal are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claims<'a> {
    number: NumberKey,
    carrier: Cow<'a, str>,
    items: BTreeSet<(&'a ItemId, u32, bool, bool)>,
}

impl Telling {
    /// Its place among the tellings of its label: the greatest counts.
    pub(crate) fn place(&self) -> Moment {
        self.updated_at.unwrap_or(self.labeled_at)
    }

    /// Everything that the parcel is known by, its own number first.
    pub fn keys(&self) -> impl Iterator<Item = NumberKey> {
        std::iter::once(self.tracking.key()).chain(self.also_known_as.iter().cloned())
    }

    /// Whether the parcel is known by this number.
    pub(crate) fn is_known_by(&self, number: &NumberKey) -> bool {
        let is_further = self.also_known_as.contains(number) && guarded(Guard::FurtherNumbersCount);
        is_further || self.tracking.key() == *number
    }

    /// Whether it is submitted in other words, or with another content, than `other`.
    pub(crate) fn is_submitted_otherwise(&self, other: &Self) -> bool {
        self.submitted() != other.submitted()
    }

    fn submitted(&self) -> impl Eq {
        let Self { tracking, carrier, service, tracking_url, items, supply_source_id, .. } = self;
        (tracking, carrier, service, tracking_url, items, supply_source_id)
    }

    fn claims(&self) -> Claims<'_> {
        let plain = || {
            let letters = self.carrier.as_str().chars().filter(|c| c.is_alphanumeric());
            Cow::Owned(letters.flat_map(char::to_lowercase).collect())
        };
        Claims {
            number: self.tracking.key(),
            carrier: self.registered.as_ref().map_or_else(plain, |name| name.as_str().into()),
            items: gather(self.items.iter().map(Item::claims)),
        }
    }

    /// What orders two tellings of one place: first what they claim, then the rest by value. The event is no part of it.
    fn by_value(&self, other: &Self) -> Ordering {
        self.claims().cmp(&other.claims()).then_with(|| self.rest().cmp(&other.rest()))
    }

    /// Of two tellings the one that claims less, and of two that claim the same the greater by value.
    fn lesser(one: Self, other: Self) -> Self {
        let is_one = match one.claims().cmp(&other.claims()) {
            Ordering::Equal => one.by_value(&other).is_ge(),
            order @ (Ordering::Less | Ordering::Greater) => order.is_lt(),
        };
        if is_one { one } else { other }
    }

    fn rest(&self) -> impl Ord {
        let Self { tracking, carrier, service, tracking_url, also_known_as, items, .. } = self;
        let words = (tracking, carrier, service, tracking_url, also_known_as, items);
        (words, &self.supply_source_id, self.ship_by, self.ships_on, self.labeled_at)
    }
}

impl Label {
    /// A label as it was told first.
    pub(crate) fn first(id: LabelId, telling: Telling, terms: Terms, now: Moment) -> Self {
        Self {
            id,
            telling,
            disputed: None,
            latest_at: None,
            settled: None,
            is_right: false,
            terms,
            stopped: false,
            released: None,
            stays: false,
            former: None,
            received_at: now,
            unknown: Unknown::default(),
        }
    }

    /// When it was made, by the latest that was told of it: what decides which of two labels is the greater (rule L2).
    pub(crate) fn made_last(&self) -> Moment {
        let latest = self.latest_at.filter(|_| guarded(Guard::LatestMakingCounts));
        latest.map_or(self.telling.labeled_at, |at| at.max(self.telling.labeled_at))
    }

    /// Takes in another telling of it, wherever its place is (rule L7).
    pub(crate) fn hears(&mut self, told: Telling) {
        let latest = self.made_last().max(told.labeled_at);
        let is_settled =
            self.settled.is_some_and(|place| told.place() <= place) && guarded(Guard::SettledStays);
        if !is_settled {
            match told.place().cmp(&self.telling.place()) {
                Ordering::Less if guarded(Guard::GreatestPlaceCounts) => {}
                Ordering::Less | Ordering::Greater => (self.telling, self.disputed) = (told, None),
                Ordering::Equal => self.weigh(told),
            }
        }
        self.latest_at = (latest > self.telling.labeled_at).then_some(latest);
    }

    /// Of the tellings of one place the least and the greatest claims are kept, of each the greater by value: so it ends in
    /// the same, whichever comes first.
    fn weigh(&mut self, told: Telling) {
        if told.by_value(&self.telling).is_eq() {
            return;
        }
        // The one that counts claims the most, so only what it says otherwise by value can take its place.
        let mut other = if told.by_value(&self.telling).is_gt() {
            std::mem::replace(&mut self.telling, told)
        } else {
            told
        };
        if let Some(least) = self.disputed.take() {
            other = Telling::lesser(*least, other);
        }
        self.disputed = (other.claims() != self.telling.claims()).then(|| Box::new(other));
    }

    /// The tellings that are kept: the one that counts, and the one that contradicts it, if there is one.
    pub(crate) fn tellings(&self) -> impl Iterator<Item = &Telling> {
        std::iter::once(&self.telling).chain(self.disputed.as_deref())
    }

    /// The telling that an event brought, where it is one of those that are kept.
    pub(crate) fn telling_of(&self, event: &EventId) -> Option<&Telling> {
        self.tellings().find(|telling| telling.event == *event)
    }

    /// A person settled that this telling counts.
    pub(crate) fn settle(&mut self, telling: Telling) {
        let latest = self.made_last();
        self.settled = Some(telling.place());
        (self.telling, self.disputed) = (telling, None);
        self.latest_at = (latest > self.telling.labeled_at).then_some(latest);
    }

    /// Every number that was told of it and counts.
    pub(crate) fn keys(&self) -> impl Iterator<Item = NumberKey> {
        self.tellings().flat_map(Telling::keys)
    }

    /// Whether one of its tellings has this number.
    pub(crate) fn is_known_by(&self, number: &NumberKey) -> bool {
        self.tellings().any(|telling| telling.is_known_by(number))
    }

    /// Whether one of the tellings that count has this number as its own.
    pub(crate) fn is_told_with(&self, number: &TrackingNumber) -> bool {
        self.tellings().any(|telling| telling.tracking.is_same(number))
    }

    /// Since when the label goes by its own timing: a `never` that was left before then does not stop it (rule T5).
    pub(crate) fn goes_since(&self) -> Moment {
        self.released.unwrap_or(self.received_at)
    }

    /// The timing that it is under now. A label that `never` stopped is under `never`, and keeps its own timing for a
    /// release.
    pub fn timing(&self) -> Timing {
        if self.stopped { Timing::Never } else { self.terms.timing }
    }

    /// Whether a person can release it from `never`. A label that was made under `never` has no other timing to go by.
    pub(crate) fn is_releasable(&self) -> bool {
        self.stopped && self.terms.timing != Timing::Never
    }

    /// When it was made, and at the latest when we heard of it.
    pub(crate) fn made_at(&self) -> Moment {
        if guarded(Guard::WaitFromLabel) {
            self.telling.labeled_at.min(self.received_at)
        } else {
            self.received_at
        }
    }
}

/// A line of the order that is in the parcel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// The channel's own id of the line.
    #[serde(rename = "id")]
    #[expect(clippy::struct_field_names, reason = "the contract's name")]
    pub item_id: ItemId,
    /// The seller's article number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sku: Option<Text>,
    /// How many pieces of it.
    #[serde(rename = "n")]
    pub quantity: u32,
    /// Whether each piece needs an IMEI.
    #[serde(rename = "imei", skip_serializing_if = "std::ops::Not::not", default)]
    pub requires_imei: bool,
    /// The Transparency codes of its pieces, at channels that take them (rule L13).
    #[serde(rename = "tc", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub transparency_codes: BTreeSet<TransparencyCode>,
    /// Whether each piece needs a serial number (rule I11).
    #[serde(rename = "sn", skip_serializing_if = "std::ops::Not::not", default)]
    pub requires_serial: bool,
}

impl Item {
    /// What a telling says of the line that another may contradict.
    const fn claims(&self) -> (&ItemId, u32, bool, bool) {
        (&self.item_id, self.quantity, self.requires_imei, self.requires_serial)
    }

    /// Whether its pieces need to be told from each other.
    pub const fn requires_device(&self) -> bool {
        self.requires_imei || self.requires_serial
    }
}

/// The settings that a label is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// When its confirmation is due.
    #[serde(rename = "t", with = "timing_code")]
    pub timing: Timing,
    /// The settings for IMEIs, at channels that take them.
    #[serde(rename = "i", skip_serializing_if = "Option::is_none", default)]
    pub imei: Option<ImeiTerms>,
    /// What is watched of it (rule T7).
    #[serde(rename = "w", skip_serializing_if = "Watch::is_standard", default = "Watch::standard")]
    pub watch: Watch,
    /// The moment that `send_after` came to, under assigned timing (rule S10).
    #[serde(rename = "a", skip_serializing_if = "Option::is_none", default)]
    pub send_after: Option<Moment>,
    /// The ship-by that was reckoned for it (rule S9).
    #[serde(rename = "r", skip_serializing_if = "Option::is_none", default)]
    pub reckoned: Option<Moment>,
}

impl Terms {
    /// The terms of a label of which nothing is watched, and which waits for no time.
    pub const fn unwatched(timing: Timing, imei: Option<ImeiTerms>) -> Self {
        Self { timing, imei, watch: Watch::OFF, send_after: None, reckoned: None }
    }
}

/// The settings for IMEIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiTerms {
    /// What to do when IMEIs are missing.
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
