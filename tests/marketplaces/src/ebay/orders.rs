//! The orders that eBay knows and the fulfilments that it holds. A submission adds a fulfilment and never changes one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::body::Shipment;
use super::wording::{ALL_SHIPPED, CONFLICT, INVALID_INPUT, INVALID_LINE_ITEM, Refusal};
use crate::ShippedElsewhere;
use crate::clock;
use crate::standing::Standing;

/// The id of an order's first fulfilment without a tracking number. Source: the vendor's example of "an arbitrary
/// number".
const ARBITRARY_ID: usize = 999;

/// An order as eBay knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EbayOrder {
    /// The order's id, such as `01-03955-36441`.
    pub id: String,
    /// The lines that the buyer bought.
    pub line_items: Vec<EbayLineItem>,
    /// The shipment of the whole order that somebody made by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
    /// What a read of the order says of it. Its ship-by is that of each line.
    #[serde(default)]
    pub standing: Standing,
}

/// A line of an order, or of a fulfilment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EbayLineItem {
    /// eBay's id of the line.
    pub line_item_id: String,
    /// How many pieces.
    pub quantity: u32,
}

impl EbayOrder {
    /// An order that has not shipped, with lines as (line item id, quantity).
    pub fn new(id: &str, line_items: &[(&str, u32)]) -> Self {
        let line_items = line_items
            .iter()
            .map(|(line_item_id, quantity)| EbayLineItem {
                line_item_id: (*line_item_id).to_owned(),
                quantity: *quantity,
            })
            .collect();
        let standing = Standing::default();
        Self { id: id.to_owned(), line_items, shipped_elsewhere: None, standing }
    }
}

/// A shipping fulfilment as eBay holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EbayFulfillment {
    /// The tracking number. A fulfilment without one has an arbitrary number.
    pub fulfillment_id: String,
    /// The lines in the fulfilment.
    pub line_items: Vec<EbayLineItem>,
    /// The submitted tracking number.
    pub tracking_number: Option<String>,
    /// The submitted carrier code.
    pub carrier_code: Option<String>,
    /// The submitted date. Default: the time of the submission.
    pub shipped_date: String,
}

/// An order and its fulfilments.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) order: EbayOrder,
    pub(super) fulfillments: Vec<EbayFulfillment>,
    /// Whether a fulfilment may name a line that the order does not have yet. The order then gets that line.
    accepts_unknown_lines: bool,
}

/// All orders, by id.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, Record>,
}

impl Orders {
    pub(super) fn add(&mut self, order: EbayOrder) {
        let elsewhere = order.shipped_elsewhere.clone();
        let mut record = Record { order, fulfillments: Vec::new(), accepts_unknown_lines: false };
        if let Some(elsewhere) = elsewhere {
            record.ship_elsewhere(&elsewhere, clock::now_ms());
        }
        self.records.insert(record.order.id.clone(), record);
    }

    /// Creates the order with this id, unless eBay knows it.
    pub(super) fn create_if_unknown(&mut self, order_id: &str) {
        self.records.entry(order_id.to_owned()).or_insert_with(|| Record {
            order: EbayOrder::new(order_id, &[]),
            fulfillments: Vec::new(),
            accepts_unknown_lines: true,
        });
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
}

impl Record {
    /// Ships what has not shipped yet as somebody else would.
    pub(super) fn ship_elsewhere(&mut self, elsewhere: &ShippedElsewhere, now_ms: i64) {
        self.order.shipped_elsewhere = Some(elsewhere.clone());
        let open = |line: &EbayLineItem| EbayLineItem {
            quantity: line.quantity.saturating_sub(self.shipped(&line.line_item_id)),
            ..line.clone()
        };
        let line_items: Vec<EbayLineItem> =
            self.order.line_items.iter().map(open).filter(|line| line.quantity > 0).collect();
        if !line_items.is_empty() {
            self.fulfillments.push(EbayFulfillment {
                fulfillment_id: elsewhere.tracking_number.clone(),
                line_items,
                tracking_number: Some(elsewhere.tracking_number.clone()),
                carrier_code: Some(elsewhere.carrier.clone()),
                shipped_date: clock::iso(now_ms),
            });
        }
    }

    /// How many pieces of a line are in fulfilments.
    pub(super) fn shipped(&self, line_item_id: &str) -> u32 {
        self.fulfillments
            .iter()
            .flat_map(|held| &held.line_items)
            .filter(|line| line.line_item_id == line_item_id)
            .fold(0, |sum, line| sum.saturating_add(line.quantity))
    }

    /// Adds a fulfilment if the order allows it, and returns its id. A refusal adds no fulfilment.
    pub(super) fn ship(&mut self, shipment: &Shipment, now_ms: i64) -> Result<String, Refusal> {
        if self.order.standing.is_cancelled {
            // That eBay refuses it so is unverified.
            return Err(Refusal::new(&INVALID_INPUT, "the order was cancelled"));
        }
        let unknown: Vec<&EbayLineItem> = shipment
            .line_items
            .iter()
            .filter(|line| self.ordered(&line.line_item_id).is_none())
            .collect();
        match unknown.first() {
            Some(line) if !self.accepts_unknown_lines => {
                return Err(Refusal::new(&INVALID_LINE_ITEM, &line.line_item_id));
            }
            _ => self.order.line_items.extend(unknown.into_iter().cloned()),
        }
        self.check_number(shipment)?;
        for line in &shipment.line_items {
            self.check_line(line)?;
        }
        let tracking = shipment.tracking.clone();
        let fulfillment_id =
            tracking.as_ref().map_or_else(|| self.arbitrary_id(), |tracking| tracking.0.clone());
        let (tracking_number, carrier_code) = tracking.unzip();
        self.fulfillments.push(EbayFulfillment {
            fulfillment_id: fulfillment_id.clone(),
            line_items: shipment.line_items.clone(),
            tracking_number,
            carrier_code,
            shipped_date: shipment.shipped_date.clone().unwrap_or_else(|| clock::iso(now_ms)),
        });
        Ok(fulfillment_id)
    }

    fn ordered(&self, line_item_id: &str) -> Option<u32> {
        let line = self.order.line_items.iter().find(|line| line.line_item_id == line_item_id);
        line.map(|line| line.quantity)
    }

    fn arbitrary_id(&self) -> String {
        let unnumbered = self.fulfillments.iter().filter(|held| held.tracking_number.is_none());
        (ARBITRARY_ID + unnumbered.count()).to_string()
    }

    /// Refuses a tracking number that the order already has, because the number is the id of its fulfilment. That eBay
    /// answers 409 here is inferred: the vendor declares a 409 and does not say in which case.
    fn check_number(&self, shipment: &Shipment) -> Result<(), Refusal> {
        match &shipment.tracking {
            Some((number, _))
                if self.fulfillments.iter().any(|held| held.fulfillment_id == *number) =>
            {
                Err(Refusal::new(&CONFLICT, number))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses a line that has shipped, and more pieces than have not shipped. The API has no request to change a
    /// fulfilment. That eBay answers `ALL_SHIPPED` for the first and `INVALID_INPUT` for the second is inferred.
    fn check_line(&self, line: &EbayLineItem) -> Result<(), Refusal> {
        let ordered = self.ordered(&line.line_item_id).unwrap_or_default();
        let open = ordered.saturating_sub(self.shipped(&line.line_item_id));
        if open == 0 {
            return Err(Refusal::new(&ALL_SHIPPED, &line.line_item_id));
        }
        if line.quantity > open {
            let why = format!(
                "quantity {} of line item {}, {open} to be shipped",
                line.quantity, line.line_item_id
            );
            return Err(Refusal::new(&INVALID_INPUT, &why));
        }
        Ok(())
    }
}
