//! The orders that Amazon knows and the packages that it holds. A confirmation adds or edits the package with its
//! `packageReferenceId`.
//!
//! Source: developer-docs.amazon.com, "Confirm the shipment status": a known reference edits its package, another one
//! adds a package.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rules::{ConfirmShipment, ConfirmedItem, PackageDetail};
use super::wording::{
    CARRIER_OTHER, INVALID_ITEM, Refusal, codes_missing, order_cancelled, package_not_found,
};
use crate::ShippedElsewhere;
use crate::standing::Standing;

/// The reference of a package that somebody shipped by hand or with another tool.
const REFERENCE_BY_HAND: &str = "1";

/// An order as Amazon knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonOrder {
    /// The order's id. Shape: three groups of 3, 7 and 7 digits.
    pub id: String,
    /// The marketplace where the buyer bought it, such as `ATVPDKIKX0DER`.
    pub marketplace_id: String,
    /// The lines that the buyer bought.
    pub items: Vec<AmazonItem>,
    /// The lines whose item is enrolled in Transparency: a confirmation must have a code for each piece of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub enrolled: BTreeSet<String>,
    /// The shipment of the whole order that somebody made by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
    /// What a read says of the order beside its packages.
    #[serde(default)]
    pub standing: Standing,
}

/// A line of an order, or of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonItem {
    /// Amazon's id of the line.
    pub order_item_id: String,
    /// How many pieces.
    pub quantity: u32,
}

impl AmazonOrder {
    /// An order that has not shipped, with items as (order item id, quantity).
    pub fn new(id: &str, marketplace_id: &str, items: &[(&str, u32)]) -> Self {
        let items = items
            .iter()
            .map(|(order_item_id, quantity)| AmazonItem {
                order_item_id: (*order_item_id).to_owned(),
                quantity: *quantity,
            })
            .collect();
        Self {
            id: id.to_owned(),
            marketplace_id: marketplace_id.to_owned(),
            items,
            enrolled: BTreeSet::new(),
            shipped_elsewhere: None,
            standing: Standing::default(),
        }
    }

    /// The order with these of its lines enrolled in Transparency.
    #[must_use]
    pub fn enrolled(self, lines: &[&str]) -> Self {
        Self { enrolled: lines.iter().map(|line| (*line).to_owned()).collect(), ..self }
    }
}

/// A package as Amazon holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmazonPackage {
    /// The package's reference, unique in its order.
    pub package_reference_id: String,
    /// The carrier code of the last submission.
    pub carrier_code: String,
    /// The carrier name of the last submission.
    pub carrier_name: Option<String>,
    /// The shipping method of the last submission.
    pub shipping_method: Option<String>,
    /// The tracking number of the last submission.
    pub tracking_number: String,
    /// The ship date of the last submission.
    pub ship_date: String,
    /// The lines in the package.
    pub items: Vec<AmazonItem>,
    /// When the first submission of the package was applied. Unit: unix milliseconds.
    pub created_ms: i64,
    /// How many submissions of the package were applied after the first one, with those that changed nothing.
    pub edits: u32,
}

impl AmazonPackage {
    /// The carrier as `getOrder` names it.
    pub(super) fn carrier(&self) -> &str {
        match &self.carrier_name {
            Some(name) if self.carrier_code == CARRIER_OTHER => name,
            _ => &self.carrier_code,
        }
    }
}

/// An order and its packages.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) order: AmazonOrder,
    pub(super) packages: Vec<AmazonPackage>,
    pub(super) created_ms: i64,
    pub(super) updated_ms: i64,
    /// Whether a confirmation may name an item that the order does not have yet. The order then gets that item.
    accepts_unknown_lines: bool,
}

/// All orders, by id.
#[derive(Debug, Default)]
pub(super) struct Orders {
    records: BTreeMap<String, Record>,
}

impl Orders {
    pub(super) fn add(&mut self, order: AmazonOrder) {
        let now_ms = crate::clock::now_ms();
        let elsewhere = order.shipped_elsewhere.clone();
        let mut record = Record {
            order,
            packages: Vec::new(),
            created_ms: now_ms,
            updated_ms: now_ms,
            accepts_unknown_lines: false,
        };
        if let Some(elsewhere) = elsewhere {
            record.ship_elsewhere(&elsewhere, now_ms);
        }
        self.records.insert(record.order.id.clone(), record);
    }

    /// Creates the order that a request names, unless Amazon knows it. An order without items accepts new items from
    /// then on.
    pub(super) fn create_if_unknown(&mut self, order_id: &str, request: &ConfirmShipment) {
        if !self.records.contains_key(order_id) {
            self.add(AmazonOrder::new(order_id, &request.marketplace_id, &[]));
        }
        if let Some(record) = self.records.get_mut(order_id)
            && record.order.items.is_empty()
        {
            record.accepts_unknown_lines = true;
        }
    }

    pub(super) fn get(&self, order_id: &str) -> Option<&Record> {
        self.records.get(order_id)
    }

    pub(super) fn get_mut(&mut self, order_id: &str) -> Option<&mut Record> {
        self.records.get_mut(order_id)
    }

    pub(super) fn all(&self) -> Vec<AmazonOrder> {
        self.records.values().map(|record| record.order.clone()).collect()
    }

    pub(super) fn packages(&self, order_id: &str) -> Vec<AmazonPackage> {
        self.get(order_id).map(|record| record.packages.clone()).unwrap_or_default()
    }
}

impl Record {
    /// Ships the whole order as somebody else would. That package replaces all others.
    pub(super) fn ship_elsewhere(&mut self, elsewhere: &ShippedElsewhere, now_ms: i64) {
        self.order.shipped_elsewhere = Some(elsewhere.clone());
        self.packages = vec![AmazonPackage {
            package_reference_id: REFERENCE_BY_HAND.to_owned(),
            carrier_code: elsewhere.carrier.clone(),
            carrier_name: None,
            shipping_method: None,
            tracking_number: elsewhere.tracking_number.clone(),
            ship_date: crate::clock::iso(now_ms),
            items: self.order.items.clone(),
            created_ms: now_ms,
            edits: 0,
        }];
        self.updated_ms = now_ms;
    }

    /// How many pieces of an item are in packages. The package with the reference `except` does not count.
    pub(super) fn shipped(&self, order_item_id: &str, except: Option<&str>) -> u32 {
        self.packages
            .iter()
            .filter(|package| Some(package.package_reference_id.as_str()) != except)
            .flat_map(|package| &package.items)
            .filter(|item| item.order_item_id == order_item_id)
            .map(|item| item.quantity)
            .sum()
    }

    /// Adds or edits the package if the order allows it. A refusal changes no package.
    pub(super) fn confirm(
        &mut self,
        request: &ConfirmShipment,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        if request.marketplace_id != self.order.marketplace_id {
            let message = format!("MarketplaceId {} is invalid", request.marketplace_id);
            return Err(Refusal::input(message));
        }
        if self.order.standing.is_cancelled {
            return Err(Refusal::input(order_cancelled(&self.order.id)));
        }
        let detail = &request.package_detail;
        let items = summed_items(&detail.order_items)?;
        if self.accepts_unknown_lines {
            for item in &items {
                if !self.order.items.iter().any(|known| known.order_item_id == item.order_item_id) {
                    self.order.items.push(item.clone());
                }
            }
        }
        for item in &items {
            self.check_item(item, &detail.package_reference_id)?;
            self.check_codes(item, &detail.order_items)?;
        }
        self.put(detail, items, now_ms);
        Ok(())
    }

    fn check_item(&self, item: &AmazonItem, reference: &str) -> Result<(), Refusal> {
        let known = self
            .order
            .items
            .iter()
            .find(|known| known.order_item_id == item.order_item_id)
            .ok_or_else(|| Refusal::input(INVALID_ITEM))?;
        if item.quantity > known.quantity {
            return Err(Refusal::input(format!(
                "Quantity {} of OrderItemId {} is invalid, {} were ordered",
                item.quantity, item.order_item_id, known.quantity
            )));
        }
        let shipped = self.shipped(&item.order_item_id, Some(reference));
        if shipped.saturating_add(item.quantity) > known.quantity {
            return Err(Refusal::input(package_not_found(&self.order.id)));
        }
        Ok(())
    }

    /// An enrolled item ships with one code for each piece. Source: Seller Central, "How to identify Transparency enabled serial
    /// numbers on customer orders", by its forum.
    fn check_codes(&self, item: &AmazonItem, confirmed: &[ConfirmedItem]) -> Result<(), Refusal> {
        let line = &item.order_item_id;
        if !self.order.enrolled.contains(line) {
            return Ok(());
        }
        let of_line = confirmed.iter().filter(|confirmed| confirmed.order_item_id == *line);
        let codes: BTreeSet<&str> = of_line
            .flat_map(|confirmed| &confirmed.transparency_codes)
            .map(|code| code.trim())
            .filter(|code| !code.is_empty())
            .collect();
        if u32::try_from(codes.len()).is_ok_and(|count| count == item.quantity) {
            return Ok(());
        }
        Err(Refusal::input(codes_missing(line, codes.len(), item.quantity)))
    }

    fn put(&mut self, detail: &PackageDetail, items: Vec<AmazonItem>, now_ms: i64) {
        let index = self
            .packages
            .iter()
            .position(|package| package.package_reference_id == detail.package_reference_id);
        let before = index.map(|at| self.packages.remove(at));
        let package = AmazonPackage {
            package_reference_id: detail.package_reference_id.clone(),
            carrier_code: detail.carrier_code.clone(),
            carrier_name: detail.carrier_name.clone(),
            shipping_method: detail.shipping_method.clone(),
            tracking_number: detail.tracking_number.clone(),
            ship_date: detail.ship_date.clone(),
            items,
            created_ms: before.as_ref().map_or(now_ms, |package| package.created_ms),
            edits: before.map_or(0, |package| package.edits.saturating_add(1)),
        };
        self.packages.insert(index.unwrap_or(self.packages.len()), package);
        self.updated_ms = now_ms;
    }
}

/// The items of a request. The quantities of a repeated item are added up.
fn summed_items(items: &[ConfirmedItem]) -> Result<Vec<AmazonItem>, Refusal> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for item in items {
        let sum = sums.entry(&item.order_item_id).or_default();
        *sum = sum.saturating_add(item.quantity);
    }
    sums.into_iter()
        .map(|(order_item_id, quantity)| {
            let quantity = u32::try_from(quantity)
                .map_err(|error| Refusal::input(format!("Quantity {quantity}: {error}")))?;
            Ok(AmazonItem { order_item_id: order_item_id.to_owned(), quantity })
        })
        .collect()
}
