//! The orders eBay knows and the fulfilments it holds: one more each time, never another in place of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::body::Shipment;
use super::wording::{ALL_SHIPPED, CONFLICT, INVALID_INPUT, INVALID_LINE_ITEM, Refusal};
use crate::ShippedElsewhere;
use crate::clock;

/// The id of the first fulfilment without a number. Source: the vendor's example of "an arbitrary number".
const ARBITRARY_ID: usize = 999;

/// An order as eBay knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EbayOrder {
    /// Such as `01-03955-36441`.
    pub id: String,
    /// What was bought.
    pub line_items: Vec<EbayLineItem>,
    /// Somebody has shipped all of it before, by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order, or of a fulfilment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EbayLineItem {
    /// eBay's number of the line item.
    pub line_item_id: String,
    /// How many.
    pub quantity: u32,
}

impl EbayOrder {
    /// An order nobody has shipped yet, with lines as (line item number, quantity).
    pub fn new(id: &str, line_items: &[(&str, u32)]) -> Self {
        let line_items = line_items
            .iter()
            .map(|(line_item_id, quantity)| EbayLineItem {
                line_item_id: (*line_item_id).to_owned(),
                quantity: *quantity,
            })
            .collect();
        Self { id: id.to_owned(), line_items, shipped_elsewhere: None }
    }
}

/// A shipping fulfilment as eBay holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EbayFulfillment {
    /// The tracking number, or an arbitrary one where there is none.
    pub fulfillment_id: String,
    /// What is in it.
    pub line_items: Vec<EbayLineItem>,
    /// As submitted.
    pub tracking_number: Option<String>,
    /// As submitted.
    pub carrier_code: Option<String>,
    /// As submitted, or when it was.
    pub shipped_date: String,
}

/// An order and its fulfilments.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) order: EbayOrder,
    pub(super) fulfillments: Vec<EbayFulfillment>,
    /// It was made on first mention: lines not known yet are believed.
    believed: bool,
}

/// All orders by their numbers.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, Record>,
}

impl Orders {
    pub(super) fn add(&mut self, order: EbayOrder) {
        let elsewhere = order.shipped_elsewhere.clone();
        let mut record = Record { order, fulfillments: Vec::new(), believed: false };
        if let Some(elsewhere) = elsewhere {
            record.ship_elsewhere(&elsewhere, clock::now_ms());
        }
        self.records.insert(record.order.id.clone(), record);
    }

    /// Makes an order on its first mention, unless it is known.
    pub(super) fn believe(&mut self, order_id: &str) {
        self.records.entry(order_id.to_owned()).or_insert_with(|| Record {
            order: EbayOrder::new(order_id, &[]),
            fulfillments: Vec::new(),
            believed: true,
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
    /// Lets somebody else have shipped what is not shipped yet.
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

    /// How many of a line are in fulfilments.
    fn shipped(&self, line_item_id: &str) -> u32 {
        self.fulfillments
            .iter()
            .flat_map(|held| &held.line_items)
            .filter(|line| line.line_item_id == line_item_id)
            .fold(0, |sum, line| sum.saturating_add(line.quantity))
    }

    /// Adds a fulfilment, if the order allows it, and answers with its id. Nothing is added on a refusal.
    pub(super) fn ship(&mut self, shipment: &Shipment, now_ms: i64) -> Result<String, Refusal> {
        let unknown: Vec<&EbayLineItem> = shipment
            .line_items
            .iter()
            .filter(|line| self.ordered(&line.line_item_id).is_none())
            .collect();
        match unknown.first() {
            Some(line) if !self.believed => {
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

    /// A number is the id of its fulfilment, so an order has it once. That a second one is a conflict is inferred: the
    /// vendor declares a 409 and does not say for what.
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

    /// What has shipped cannot be added again, and there is nothing to change it with. That this is when eBay names a
    /// PUT, and that too many pieces are invalid input, is inferred.
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
