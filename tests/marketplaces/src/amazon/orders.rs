//! The orders Amazon knows and the packages it holds: an upsert by `packageReferenceId`.
//!
//! Source: developer-docs.amazon.com, "Confirm the shipment status": the same reference edits, another one adds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules::{ConfirmShipment, ConfirmedItem, PackageDetail};
use super::wording::{CARRIER_OTHER, INVALID_ITEM, Refusal, package_not_found};
use crate::ShippedElsewhere;

/// The reference of a package that a person made by hand.
const REFERENCE_BY_HAND: &str = "1";

/// An order as Amazon knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonOrder {
    /// In 3-7-7 format.
    pub id: String,
    /// The marketplace it was bought at, such as `ATVPDKIKX0DER`.
    pub marketplace_id: String,
    /// What was bought.
    pub items: Vec<AmazonItem>,
    /// Somebody has shipped all of it before, by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order, or of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonItem {
    /// Amazon's number of the order item.
    pub order_item_id: String,
    /// How many.
    pub quantity: u32,
}

impl AmazonOrder {
    /// An order nobody has shipped yet, with items as (order item number, quantity).
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
            shipped_elsewhere: None,
        }
    }
}

/// A package as Amazon holds it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmazonPackage {
    /// What it is known by within its order.
    pub package_reference_id: String,
    /// As submitted.
    pub carrier_code: String,
    /// As submitted.
    pub carrier_name: Option<String>,
    /// As submitted.
    pub shipping_method: Option<String>,
    /// As submitted last.
    pub tracking_number: String,
    /// As submitted last.
    pub ship_date: String,
    /// What is in it.
    pub items: Vec<AmazonItem>,
    /// When it was first confirmed. Unit: unix milliseconds.
    pub created_ms: i64,
    /// How often it was confirmed again after the first time, whether that changed anything or not.
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
    /// It was made on first mention: items not known yet are believed.
    believed: bool,
}

/// All orders by their numbers.
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
            believed: false,
        };
        if let Some(elsewhere) = elsewhere {
            record.ship_elsewhere(&elsewhere, now_ms);
        }
        self.records.insert(record.order.id.clone(), record);
    }

    /// Makes an order of what a request says about it, unless it is known.
    pub(super) fn believe(&mut self, order_id: &str, request: &ConfirmShipment) {
        if !self.records.contains_key(order_id) {
            self.add(AmazonOrder::new(order_id, &request.marketplace_id, &[]));
        }
        if let Some(record) = self.records.get_mut(order_id)
            && record.order.items.is_empty()
        {
            record.believed = true;
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
    /// Lets somebody else have shipped the whole order, in place of what was there.
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

    /// How many of an item are in packages, except the one with this reference.
    pub(super) fn shipped(&self, order_item_id: &str, except: Option<&str>) -> u32 {
        self.packages
            .iter()
            .filter(|package| Some(package.package_reference_id.as_str()) != except)
            .flat_map(|package| &package.items)
            .filter(|item| item.order_item_id == order_item_id)
            .map(|item| item.quantity)
            .sum()
    }

    /// Creates or edits the package, if the order allows it. Nothing changes on a refusal.
    pub(super) fn confirm(
        &mut self,
        request: &ConfirmShipment,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        if request.marketplace_id != self.order.marketplace_id {
            let message = format!("MarketplaceId {} is invalid", request.marketplace_id);
            return Err(Refusal::input(message));
        }
        let detail = &request.package_detail;
        let items = summed(&detail.order_items)?;
        if self.believed {
            for item in &items {
                if !self.order.items.iter().any(|known| known.order_item_id == item.order_item_id) {
                    self.order.items.push(item.clone());
                }
            }
        }
        for item in &items {
            self.check_item(item, &detail.package_reference_id)?;
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

    fn put(&mut self, detail: &PackageDetail, items: Vec<AmazonItem>, now_ms: i64) {
        let held = self
            .packages
            .iter()
            .position(|package| package.package_reference_id == detail.package_reference_id);
        let before = held.map(|at| self.packages.remove(at));
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
        self.packages.insert(held.unwrap_or(self.packages.len()), package);
        self.updated_ms = now_ms;
    }
}

/// The items of a request with repeated ones added up.
fn summed(items: &[ConfirmedItem]) -> Result<Vec<AmazonItem>, Refusal> {
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
