//! An order as it is stored: facts, and its packages. The short names in the serde attributes, here and in what an order
//! holds, are the stored ones: an item over 1,024 bytes doubles the price of every write.

use crate::{
    Change, Channel, DeviceId, EventId, Fault, ImeiList, ItemId, LabelId, Moment, Movement, Notice,
    NumberKey, OrderKey, Package, PackageId, Phone, SerialList, Text, Unknown,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
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
    /// The ship-by that was told of the whole order last (rule S1).
    pub ship_by: Option<ShipBy>,
    /// The ship-by that was relayed last of what the channel itself says (rule S6).
    pub channel_ship_by: Option<ShipBy>,
    /// When it was told last that somebody shipped it otherwise (rule S5).
    pub shipped: Option<Moment>,
    /// Whether the buyer wishes to cancel, as it was told last (rule S5).
    pub wish: Option<Wish>,
    /// The last labels that were refused, the oldest first (rule L15).
    pub refused: Vec<RefusedLabel>,
    /// Its packages. They are boxed: a map has room for eleven in one piece, and a package is a kilobyte.
    pub packages: BTreeMap<PackageId, Box<Package>>,
    /// The IMEIs that were entered, by line.
    pub imeis: BTreeMap<ItemId, ImeiList>,
    /// The serial numbers that were entered, by line.
    pub serials: BTreeMap<ItemId, SerialList>,
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
            ship_by: None,
            channel_ship_by: None,
            shipped: None,
            wish: None,
            refused: Vec::new(),
            packages: BTreeMap::new(),
            imeis: BTreeMap::new(),
            serials: BTreeMap::new(),
            timeline: Vec::new(),
            unpublished: Vec::new(),
            due_at: None,
            attention_since: None,
            unknown: Unknown::default(),
        }
    }

    /// Whether nothing is known of it but what became of it at its channel: it is kept for a month then, and is in no list (rule
    /// S5).
    pub fn is_only_updated(&self) -> bool {
        let has_ship_by = self.ship_by.is_some() || self.channel_ship_by.is_some();
        let is_updated = has_ship_by || self.wish.is_some() || self.shipped.is_some();
        let has_labels = !self.packages.is_empty() || !self.returns.is_empty();
        let is_cancelled = self.cancelled.is_some() || !self.remaining.is_empty();
        let has_devices = !self.imeis.is_empty() || !self.serials.is_empty();
        is_updated && !has_labels && !is_cancelled && !has_devices && self.refused.is_empty()
    }

    /// The movements that this order knows of a tracking number, with the one that is proof of a confirmation. Another
    /// order with the same number takes them over (rule M5).
    pub fn movements_of<'a>(&'a self, number: &'a NumberKey) -> impl Iterator<Item = &'a Movement> {
        self.packages.values().flat_map(move |package| {
            let kept = package.movements.get(number).into_iter().flatten();
            kept.chain(package.proof_of(number))
        })
    }

    /// Whether the channel has said since then what it holds of the order, or taken a confirmation of it. It does so only for the
    /// credentials of whose order it is (rule S6).
    pub fn is_shown_since(&self, since: Moment) -> bool {
        self.packages.values().any(|package| {
            let looked_at = package.looks.answered.as_ref().map(|look| look.at);
            let known_at = package.state.sent().and_then(|sent| sent.stage.known_by_channel());
            looked_at.into_iter().chain(known_at).any(|at| at > since)
        })
    }

    /// Every IMEI and serial number that was entered for a line.
    pub fn entered(&self, item: &ItemId) -> Vec<DeviceId> {
        let phones = self.imeis.get(item).into_iter().flat_map(|list| &list.entries);
        let serials = self.serials.get(item).into_iter().flat_map(|list| &list.entries);
        let imeis = phones.flat_map(Phone::imeis).cloned().map(DeviceId::Imei);
        imeis.chain(serials.cloned().map(DeviceId::Serial)).collect()
    }

    /// The lines that have this IMEI or serial number.
    pub fn lines_with<'a>(&'a self, id: &'a DeviceId) -> impl Iterator<Item = &'a ItemId> {
        let phones = self.imeis.iter().filter(move |(_, list)| match id {
            DeviceId::Imei(imei) => list.entries.iter().any(|phone| phone.has(imei)),
            DeviceId::Serial(_) => false,
        });
        let serials = self.serials.iter().filter(move |(_, list)| match id {
            DeviceId::Imei(_) => false,
            DeviceId::Serial(serial) => list.entries.contains(serial),
        });
        phones.map(|(item, _)| item).chain(serials.map(|(item, _)| item))
    }

    /// Whether something that was entered for a line was found to be another order's, too (rule I9).
    pub(crate) fn is_twice(&self, item: &ItemId) -> bool {
        self.elsewhere(item).next().is_some()
    }

    /// In words, where else something that was entered for a line is.
    pub(crate) fn elsewhere(&self, item: &ItemId) -> impl Iterator<Item = &Text> {
        let imeis = self.imeis.get(item).and_then(|list| list.twice.as_ref());
        let serials = self.serials.get(item).and_then(|list| list.twice.as_ref());
        imeis.into_iter().chain(serials)
    }

    /// Whether the order has the device (rule I9). An order, or a line of it, that was cancelled before anything of the order
    /// was sent has none: its phone goes to another buyer.
    pub fn has_device(&self, id: &DeviceId) -> bool {
        let is_sent = self.packages.values().any(|package| package.lock().is_some());
        let is_sold = |item: &ItemId| is_sent || self.remaining.get(item) != Some(&0);
        (self.cancelled.is_none() || is_sent) && self.lines_with(id).any(is_sold)
    }
}

/// When an order must be on its way, and when that was told (rule S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipBy {
    /// The ship-by.
    pub by: Moment,
    /// When it was told, by the clock of whoever told it.
    pub at: Moment,
}

impl ShipBy {
    /// This one, or what was told later. At a tie the earlier moment counts.
    pub(crate) fn or_later(self, kept: Option<Self>) -> Option<Self> {
        let rank = |told: &Self| (told.at, Reverse(told.by));
        kept.into_iter().chain([self]).max_by_key(rank)
    }
}

impl Wish {
    /// This one, or what was told later. At a tie there is a wish.
    pub(crate) fn or_later(self, kept: Option<Self>) -> Option<Self> {
        kept.into_iter().chain([self]).max_by_key(|told| (told.at, told.is_wished))
    }
}

/// Whether a buyer wishes to cancel, and when that was told (rule S5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Whether they do.
    #[serde(rename = "is")]
    pub is_wished: bool,
    /// When it was told, by the clock of whoever told it.
    pub at: Moment,
}

/// A notice that the bus did not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpublished {
    /// The notice.
    pub notice: Notice,
    /// When to publish it again.
    pub next: Moment,
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
