//! The facts that events bring, as the world knows them: the measure of what functions make of them.

use super::Sale;
use domain::{CarrierStatus, EventKind};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Event, START};

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelFact {
    /// The index of its order.
    pub sale: usize,
    /// The number of its parcel, from 1.
    pub package: u8,
    /// Its id.
    pub label: String,
    /// Its tracking number.
    pub number: String,
    /// When it was made. Unit: milliseconds after the start.
    pub labeled_at: i64,
}

/// A fact that an event brings. Times are milliseconds after the start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Fact {
    Label(LabelFact),
    Void { sale: usize, package: u8, label: String },
    Cancel { sale: usize, at: i64 },
    Scan { seller: String, number: String, status: CarrierStatus, at: i64 },
    Imeis { sale: usize, item: String, imeis: Vec<&'static str>, at: i64 },
}

fn time(at: i64) -> String {
    START.plus(SignedDuration::from_millis(at)).to_string()
}

impl Fact {
    /// The index of the order that the fact is about, where it is about one.
    pub const fn sale(&self) -> Option<usize> {
        match self {
            Self::Label(label) => Some(label.sale),
            Self::Void { sale, .. } | Self::Cancel { sale, .. } | Self::Imeis { sale, .. } => {
                Some(*sale)
            }
            Self::Scan { .. } => None,
        }
    }

    /// The kind of its event.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Label(_) => EventKind::LabelCreated,
            Self::Void { .. } => EventKind::LabelVoided,
            Self::Cancel { .. } => EventKind::OrderCancelled,
            Self::Scan { .. } => EventKind::CarrierScan,
            Self::Imeis { .. } => EventKind::ImeiUpdated,
        }
    }

    /// The event as a queue has it.
    pub fn body(&self, sales: &[Sale], accounts: &[super::Account]) -> String {
        Event { kind: self.kind(), detail: self.detail(sales, accounts) }.body()
    }

    fn detail(&self, sales: &[Sale], accounts: &[super::Account]) -> Value {
        let of = |sale: usize| {
            let sale = &sales[sale];
            let partner = &accounts[sale.account].partner;
            (sale, partner.seller.as_str(), partner.id.as_str(), sale.order.as_str())
        };
        match self {
            Self::Label(label) => {
                let (sale, seller, partner, order) = of(label.sale);
                let items: Vec<Value> = sale
                    .lines_of(label.package)
                    .map(|(line, is_phone)| {
                        json!({ "item_id": line, "quantity": 1, "requires_imei": is_phone })
                    })
                    .collect();
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "package_id": label.package.to_string(), "label_id": label.label,
                    "carrier": "UPS", "service": "Ground", "tracking_number": label.number,
                    "labeled_at": time(label.labeled_at), "items": items })
            }
            Self::Void { sale, package, label } => {
                let (_, seller, partner, order) = of(*sale);
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "package_id": package.to_string(), "label_id": label, "voided_at": time(0) })
            }
            Self::Cancel { sale, at } => {
                let (_, seller, partner, order) = of(*sale);
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "cancelled_at": time(*at) })
            }
            Self::Scan { seller, number, status, at } => {
                json!({ "seller_id": seller, "carrier": "UPS", "tracking_number": number,
                    "status": status.name(), "occurred_at": time(*at) })
            }
            Self::Imeis { sale, item, imeis, at } => {
                let (_, seller, partner, order) = of(*sale);
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "item_id": item, "imeis": imeis, "updated_at": time(*at) })
            }
        }
    }
}
