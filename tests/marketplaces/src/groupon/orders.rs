//! The orders that Groupon knows and the trackings that it holds for their lines. Nothing changes a tracking.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::body::{Entry, LineId};
use super::wording::Refusal;
use crate::ShippedElsewhere;
use crate::clock::now_ms;

/// An order as Groupon knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrouponOrder {
    /// The order's id, which the API calls `orderid`.
    pub id: String,
    /// The lines that the buyer bought.
    pub line_items: Vec<GrouponLine>,
    /// The address where the order goes. It tells whether two orders go to the same place. An order without one goes to
    /// a place of its own.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether somebody marked the order as exported. `get_orders` shows no exported order.
    #[serde(default)]
    pub exported: bool,
    /// The shipment of the whole order that somebody made by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order. Its two ids are unique over all orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrouponLine {
    /// The line's id in v2.
    pub ci_lineitem_id: u64,
    /// The line's id in v4.
    pub fulfillment_lineitem_id: String,
    /// How many pieces.
    pub quantity: u32,
    /// Whether the line was cancelled. Such a line is never open.
    #[serde(default)]
    pub cancelled: bool,
}

impl GrouponOrder {
    /// An order that has not shipped, with lines as (`ci_lineitem_id`, quantity). The id in v4 is this number as text.
    pub fn new(id: &str, lines: &[(u64, u32)]) -> Self {
        let line_items = lines
            .iter()
            .map(|(line, quantity)| GrouponLine {
                ci_lineitem_id: *line,
                fulfillment_lineitem_id: line.to_string(),
                quantity: *quantity,
                cancelled: false,
            })
            .collect();
        let id = id.to_owned();
        Self { id, line_items, address: None, exported: false, shipped_elsewhere: None }
    }
}

impl GrouponLine {
    pub(super) fn has_id(&self, id: &LineId) -> bool {
        match id {
            LineId::Ci(number) => self.ci_lineitem_id == *number,
            LineId::Fulfillment(text) => self.fulfillment_lineitem_id == *text,
        }
    }
}

/// A tracking number that Groupon holds for a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrouponTracking {
    /// The id of the line in v2.
    pub ci_lineitem_id: u64,
    /// The carrier of the notification.
    pub carrier: String,
    /// The tracking number of the notification.
    pub tracking: String,
    /// How many pieces. Default: all pieces of the line that had not shipped.
    pub quantity: u32,
    /// When Groupon saved it. Unit: unix milliseconds.
    pub at_ms: i64,
}

/// An order and its trackings.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) order: GrouponOrder,
    pub(super) trackings: Vec<GrouponTracking>,
    /// When the order was added, which stands for when it was bought. Unit: unix milliseconds.
    pub(super) created_ms: i64,
}

/// All orders, by id.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, Record>,
}

impl Orders {
    pub(super) fn add(&mut self, order: GrouponOrder) {
        let elsewhere = order.shipped_elsewhere.clone();
        let mut record = Record { order, trackings: Vec::new(), created_ms: now_ms() };
        if let Some(elsewhere) = elsewhere {
            record.ship_elsewhere(&elsewhere);
        }
        self.records.insert(record.order.id.clone(), record);
    }

    /// Creates an order with those lines that Groupon does not know. Its id is that of its first line, because a
    /// notification names no order.
    pub(super) fn create_if_unknown(&mut self, entries: &[Entry]) {
        let mut order: Option<GrouponOrder> = None;
        for entry in entries.iter().filter(|entry| self.order_of(&entry.line).is_none()) {
            let order = order.get_or_insert_with(|| GrouponOrder::new(&entry.line.text(), &[]));
            if !order.line_items.iter().any(|line| line.has_id(&entry.line)) {
                let number = self.ci_id_for(&entry.line.text(), &order.line_items);
                order.line_items.push(GrouponLine {
                    ci_lineitem_id: number,
                    fulfillment_lineitem_id: entry.line.text(),
                    quantity: entry.quantity.unwrap_or(1),
                    cancelled: false,
                });
            }
        }
        if let Some(order) = order {
            self.add(order);
        }
    }

    /// Chooses a `ci_lineitem_id` for a line with this name: the name itself if it is a number, else the next free
    /// number. `beside` are the lines of an order that is not added yet.
    pub(super) fn ci_id_for(&self, name: &str, beside: &[GrouponLine]) -> u64 {
        let known = self.records.values().flat_map(|record| &record.order.line_items).chain(beside);
        let greatest = known.map(|line| line.ci_lineitem_id).max().unwrap_or_default();
        name.parse().unwrap_or_else(|_not_a_number| greatest.saturating_add(1))
    }

    pub(super) fn get(&self, order_id: &str) -> Option<&Record> {
        self.records.get(order_id)
    }

    pub(super) fn get_mut(&mut self, order_id: &str) -> Option<&mut Record> {
        self.records.get_mut(order_id)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.records.keys()
    }

    /// The order that has this line.
    pub(super) fn order_of(&self, line: &LineId) -> Option<&Record> {
        self.records.values().find(|record| record.line(line).is_some())
    }

    /// The orders bought from `start_ms` to `end_ms`, both included, the oldest first.
    pub(super) fn between(&self, start_ms: i64, end_ms: i64) -> Vec<&Record> {
        let mut records: Vec<&Record> = self
            .records
            .values()
            .filter(|record| (start_ms..=end_ms).contains(&record.created_ms))
            .collect();
        records.sort_by_key(|record| record.created_ms);
        records
    }

    /// Checks every entry, and then saves the entries whose lines are open. Returns the lines of the other entries.
    pub(super) fn notify(&mut self, entries: &[Entry]) -> Result<Vec<LineId>, Refusal> {
        for entry in entries {
            let record =
                self.order_of(&entry.line).ok_or_else(|| Refusal::unknown_line(&entry.line))?;
            record.check(entry)?;
            self.check_number(record, entry)?;
        }
        let mut not_open = Vec::new();
        for entry in entries {
            let record =
                self.records.values_mut().find(|record| record.line(&entry.line).is_some());
            if !record.is_some_and(|record| record.save(entry)) && !not_open.contains(&entry.line) {
                not_open.push(entry.line.clone());
            }
        }
        Ok(not_open)
    }

    /// Refuses a tracking number that another order has, unless both go to the same address. Source:
    /// marketplace.groupon.com. That Groupon refuses the whole notification is unverified.
    fn check_number(&self, record: &Record, entry: &Entry) -> Result<(), Refusal> {
        let clashes = |other: &&Record| {
            let is_same_place =
                other.order.address.is_some() && other.order.address == record.order.address;
            other.order.id != record.order.id
                && !is_same_place
                && other.trackings.iter().any(|held| held.tracking == entry.tracking)
        };
        match self.records.values().find(clashes) {
            Some(other) => Err(Refusal::number_of_another(&entry.tracking, &other.order.id)),
            None => Ok(()),
        }
    }
}

impl Record {
    fn line(&self, id: &LineId) -> Option<&GrouponLine> {
        self.order.line_items.iter().find(|line| line.has_id(id))
    }

    /// How many pieces of a line have no tracking.
    fn left(&self, line: &GrouponLine) -> u32 {
        let told = self.trackings.iter().filter(|told| told.ci_lineitem_id == line.ci_lineitem_id);
        told.fold(line.quantity, |left, told| left.saturating_sub(told.quantity))
    }

    /// Whether a line is open, which it is until all its pieces have a tracking. That it stays open after a part of
    /// them is inferred.
    pub(super) fn is_open(&self, line: &GrouponLine) -> bool {
        !line.cancelled && self.left(line) > 0
    }

    /// Refuses more pieces than an open line has left. That Groupon refuses the whole notification is unverified.
    fn check(&self, entry: &Entry) -> Result<(), Refusal> {
        match (self.line(&entry.line), entry.quantity) {
            (Some(line), Some(quantity)) if self.is_open(line) && quantity > self.left(line) => {
                Err(Refusal::too_many(&entry.line, quantity, self.left(line)))
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// Saves an entry whose line is open. Returns whether it did.
    fn save(&mut self, entry: &Entry) -> bool {
        let Some(line) = self.line(&entry.line).filter(|line| self.is_open(line)) else {
            return false;
        };
        let (ci_lineitem_id, left) = (line.ci_lineitem_id, self.left(line));
        self.trackings.push(GrouponTracking {
            ci_lineitem_id,
            carrier: entry.carrier.clone(),
            tracking: entry.tracking.clone(),
            quantity: entry.quantity.unwrap_or(left).min(left),
            at_ms: now_ms(),
        });
        true
    }

    /// Ships what has not shipped yet as somebody else would.
    pub(super) fn ship_elsewhere(&mut self, elsewhere: &ShippedElsewhere) {
        for line in self.order.line_items.clone() {
            self.save(&Entry {
                carrier: elsewhere.carrier.clone(),
                line: LineId::Ci(line.ci_lineitem_id),
                tracking: elsewhere.tracking_number.clone(),
                quantity: None,
            });
        }
    }

    /// The order's tracking numbers. A number of several lines is here once. A number that one line has twice is here
    /// twice.
    pub(super) fn numbers(&self) -> Vec<String> {
        let mut numbers: Vec<String> = Vec::new();
        for line in &self.order.line_items {
            let mut uncounted = numbers.clone();
            for told in self.trackings.iter().filter(|t| t.ci_lineitem_id == line.ci_lineitem_id) {
                match uncounted.iter().position(|number| *number == told.tracking) {
                    Some(at) => drop(uncounted.remove(at)),
                    None => numbers.push(told.tracking.clone()),
                }
            }
        }
        numbers
    }
}
