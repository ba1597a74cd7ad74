//! An order as it is stored: facts, and its packages. The short names in the serde attributes, here and in what an order
//! holds, are the stored ones: an item over 1,024 bytes doubles the price of every write.

use crate::{
    Change, Channel, EventId, Fault, Imei, ItemId, LabelId, Moment, Movement, Notice, NumberKey,
    OrderKey, Package, PackageId, Text, Unknown,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most packages of one order: an item may not grow without bound.
pub const PACKAGES_MAX: usize = 50;

/// Most lines of one order whose IMEIs are kept.
pub const IMEI_LINES_MAX: usize = 100;

/// Most refused labels of one order that are kept: the latest (rule L15).
pub const REFUSED_MAX: usize = 20;

/// An order: what is known of it, what became of it, and when the sweep must look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which order.
    pub key: OrderKey,
    /// Its marketplace.
    pub channel: Channel,
    /// When we first heard of it, by whatever event.
    pub seen_at: Moment,
    /// Labels that were told to be returns (rule L6).
    pub returns: BTreeSet<LabelId>,
    /// When it was cancelled, if it was. Of several cancellations the earliest counts (rule L4).
    pub cancelled: Option<Moment>,
    /// How many pieces the buyer still gets of each line of which some were cancelled, sent ones included (rule L9). Of what
    /// was told of a line the least counts.
    pub remaining: BTreeMap<ItemId, u32>,
    /// The last labels that were refused, the oldest first (rule L15).
    pub refused: Vec<RefusedLabel>,
    /// Its packages. They are boxed: a map has room for eleven in one piece, and a package is a kilobyte.
    pub packages: BTreeMap<PackageId, Box<Package>>,
    /// The IMEIs that were entered, by line.
    pub imeis: BTreeMap<ItemId, ImeiList>,
    /// The last changes, the oldest first. At most [`TIMELINE_MAX`](crate::TIMELINE_MAX).
    pub timeline: Vec<Change>,
    /// Notices that the bus has not taken yet.
    pub unpublished: Vec<Unpublished>,
    /// The earliest moment at which the sweep must look at one of its packages.
    pub due_at: Option<Moment>,
    /// Since when a person must look at it.
    pub attention_since: Option<Moment>,
    /// What a newer release stored beside it.
    pub unknown: Unknown,
}

impl Order {
    /// An order that we hear of for the first time.
    pub fn new(key: OrderKey, channel: Channel, now: Moment) -> Self {
        Self {
            key,
            channel,
            seen_at: now,
            returns: BTreeSet::new(),
            cancelled: None,
            remaining: BTreeMap::new(),
            refused: Vec::new(),
            packages: BTreeMap::new(),
            imeis: BTreeMap::new(),
            timeline: Vec::new(),
            unpublished: Vec::new(),
            due_at: None,
            attention_since: None,
            unknown: Unknown::default(),
        }
    }

    /// The movements that this order knows of a tracking number, with the one that is proof of a confirmation. Another
    /// order with the same number takes them over (rule M5).
    pub fn movements_of<'a>(&'a self, number: &'a NumberKey) -> impl Iterator<Item = &'a Movement> {
        self.packages.values().flat_map(move |package| {
            let kept = package.movements.get(number).into_iter().flatten();
            kept.chain(package.proof_of(number))
        })
    }

    /// The line that has an IMEI, other than the line `but` of this order (rule I9). An order, or a line of it, that was
    /// cancelled before anything of the order was sent has no phone: it goes to another buyer.
    pub fn line_with(&self, imei: &Imei, but: Option<&ItemId>) -> Option<&ItemId> {
        let is_sent = self.packages.values().any(|package| package.lock().is_some());
        if self.cancelled.is_some() && !is_sent {
            return None;
        }
        let is_sold = |item: &ItemId| is_sent || self.remaining.get(item) != Some(&0);
        let mut others = self.imeis.iter().filter(|(item, _)| Some(*item) != but && is_sold(item));
        others.find(|(_, list)| list.imeis.contains(imei)).map(|(item, _)| item)
    }
}

/// A label that was refused, for its seller to see (rule L15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLabel {
    /// The event that told of it.
    #[serde(rename = "ev")]
    pub event: EventId,
    /// Its package, where that can be read.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub package: Option<PackageId>,
    /// Its id, where that can be read.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<LabelId>,
    /// Which field is wrong, and how.
    #[serde(rename = "why")]
    pub reason: Text,
    /// What would be right.
    #[serde(rename = "may", skip_serializing_if = "Option::is_none", default)]
    pub allowed: Option<Text>,
    /// When.
    pub at: Moment,
    /// Whether it needs nobody any more: a label of its package was taken since, or a person put it aside.
    #[serde(rename = "ok", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_over: bool,
}

impl RefusedLabel {
    /// A label that is refused for a fault.
    pub fn of(event: EventId, fault: &Fault, now: Moment) -> Self {
        Self {
            event,
            package: None,
            label: None,
            reason: Text::cut(&format!("{}: {}", fault.field, fault.problem)),
            allowed: Text::try_from(fault.allowed.join(", ")).ok(),
            at: now,
            is_over: false,
        }
    }
}

/// The IMEIs of a line, as a person or an event entered them last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImeiList {
    /// When they were entered. The newest list wins; a tie is broken by value.
    #[serde(rename = "at")]
    pub updated_at: Moment,
    /// The IMEIs.
    #[serde(rename = "l")]
    pub imeis: BTreeSet<Imei>,
    /// Who entered them.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub updated_by: Option<Text>,
    /// In words, where else one of them was entered. An event cannot be refused for that, so the order is marked (rule I9).
    #[serde(rename = "two", skip_serializing_if = "Option::is_none", default)]
    pub twice: Option<Text>,
}

/// A notice that the bus did not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpublished {
    /// The notice.
    pub notice: Notice,
    /// When to publish it again.
    pub next: Moment,
}
