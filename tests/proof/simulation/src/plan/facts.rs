//! The facts that events bring, as the world knows them: the measure of what functions make of them.

use super::Sale;
use domain::{CarrierStatus, EventKind};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Event, START};

/// What one event tells of a label.
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
    /// When it was told so, where the event says that. Unit: milliseconds after the start.
    pub updated_at: Option<i64>,
    /// Its carrier.
    pub carrier: &'static str,
    /// The carrier's service.
    pub service: &'static str,
    /// Further numbers of the parcel, sorted.
    pub further: Vec<String>,
    /// By when its channel wants it shipped. Unit: milliseconds after the start.
    pub ship_by: Option<i64>,
    /// The day the parcel goes, for a label that is made ahead. Unit: milliseconds after the start.
    pub ships_on: Option<i64>,
    /// Whether it is a return.
    pub is_return: bool,
}

impl LabelFact {
    /// A label that says no more than it must.
    pub fn plain(sale: usize, package: u8, label: String, number: String, labeled_at: i64) -> Self {
        Self {
            sale,
            package,
            label,
            number,
            labeled_at,
            updated_at: None,
            carrier: "UPS",
            service: "Ground",
            further: Vec::new(),
            ship_by: None,
            ships_on: None,
            is_return: false,
        }
    }

    /// Its place among what is told of the label: the greatest counts (rule L7).
    pub fn place(&self) -> i64 {
        self.updated_at.unwrap_or(self.labeled_at)
    }

    /// Whether it says something else than `other` of what is submitted (rule L7).
    pub fn contradicts(&self, other: &Self) -> bool {
        (&self.number, self.carrier) != (&other.number, other.carrier)
    }

    /// Every number of the parcel.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.number.as_str()).chain(self.further())
    }

    /// Every number but its own, those that can be read in its barcode as well.
    pub fn further(&self) -> impl Iterator<Item = &str> {
        self.further.iter().map(String::as_str).chain(super::readings(&self.number))
    }

    fn detail(&self, sales: &[Sale], (seller, partner): (&str, &str)) -> Value {
        let sale = &sales[self.sale];
        let items: Vec<Value> = sale
            .lines_of(self.package)
            .map(|line| {
                let mut item = json!({ "item_id": line.id, "quantity": line.pieces,
                    "requires_imei": line.is_phone });
                if line.needs_serial {
                    item["requires_serial"] = true.into();
                }
                if sale.has_codes {
                    item["transparency_codes"] = json!(sale.codes(self.package, &line));
                }
                item
            })
            .collect();
        let mut detail = json!({ "seller_id": seller, "partner_id": partner,
            "order_id": sale.order, "package_id": self.package.to_string(),
            "label_id": self.label, "carrier": self.carrier, "service": self.service,
            "tracking_number": self.number, "labeled_at": time(self.labeled_at), "items": items });
        if let Some(at) = self.updated_at {
            detail["updated_at"] = time(at).into();
        }
        if let Some(by) = self.ship_by {
            detail["ship_by"] = time(by).into();
        }
        if let Some(on) = self.ships_on {
            detail["ships_on"] = time(on).into();
        }
        if !self.further.is_empty() {
            detail["also_known_as"] = json!(self.further);
        }
        if self.is_return {
            detail["kind"] = "return".into();
        }
        detail
    }
}

/// The id of each label of very many lines.
pub(super) const HUGE: &str = "huge";

/// The lists of a line that an event enters. Each is there where the event has it (rule I11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnteredLists {
    /// An entry for each phone: its IMEI, or both, parted by a slash.
    pub imeis: Option<Vec<String>>,
    /// The serial numbers.
    pub serials: Option<Vec<String>>,
}

/// A fact that an event brings. Times are milliseconds after the start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Fact {
    Label(LabelFact),
    Void {
        sale: usize,
        package: u8,
        label: String,
    },
    Cancel {
        sale: usize,
        at: i64,
    },
    CancelLines {
        sale: usize,
        lines: Vec<(String, u32)>,
        at: i64,
    },
    /// What became of the order at its channel (rules S1 and S5).
    Updated {
        sale: usize,
        ship_by: Option<i64>,
        is_wished: Option<bool>,
        is_shipped: bool,
        at: i64,
    },
    /// A label that is refused, for a reason that its `n` says (rule L15).
    BadLabel {
        sale: usize,
        package: u8,
        n: u8,
    },
    /// A label of very many lines, in a parcel of its own, which is voided before (rule L14).
    HugeLabel {
        sale: usize,
        package: u8,
    },
    Scan {
        seller: String,
        number: String,
        status: CarrierStatus,
        at: i64,
    },
    Entered {
        sale: usize,
        item: String,
        lists: EnteredLists,
        at: i64,
    },
}

fn time(at: i64) -> String {
    START.plus(SignedDuration::from_millis(at)).to_string()
}

/// A label of which one field is wrong.
fn spoilt(mut detail: Value, n: u8) -> Value {
    let (field, value) = match n % 3 {
        0 => ("tracking_number", "PENDING".into()),
        1 => ("items", json!([])),
        _ => ("package_id", json!(7)),
    };
    detail[field] = value;
    detail
}

/// What became of an order at its channel.
fn updated(
    (seller, partner, order): (&str, &str, &str),
    (ship_by, is_wished, is_shipped): (Option<i64>, Option<bool>, bool),
    at: i64,
) -> Value {
    let mut detail = json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
        "updated_at": time(at) });
    if let Some(by) = ship_by {
        detail["ship_by"] = time(by).into();
    }
    if let Some(is_wished) = is_wished {
        detail["cancel_requested"] = is_wished.into();
    }
    if is_shipped {
        detail["shipped"] = json!({});
    }
    detail
}

impl Fact {
    /// The index of the order that the fact is about, where it is about one.
    pub const fn sale(&self) -> Option<usize> {
        match self {
            Self::Label(label) => Some(label.sale),
            Self::Void { sale, .. }
            | Self::Cancel { sale, .. }
            | Self::CancelLines { sale, .. }
            | Self::Updated { sale, .. }
            | Self::BadLabel { sale, .. }
            | Self::HugeLabel { sale, .. }
            | Self::Entered { sale, .. } => Some(*sale),
            Self::Scan { .. } => None,
        }
    }

    /// The kind of its event.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Label(_) | Self::BadLabel { .. } | Self::HugeLabel { .. } => {
                EventKind::LabelCreated
            }
            Self::Void { .. } => EventKind::LabelVoided,
            Self::Updated { .. } => EventKind::OrderUpdated,
            Self::Cancel { .. } | Self::CancelLines { .. } => EventKind::OrderCancelled,
            Self::Scan { .. } => EventKind::CarrierScan,
            Self::Entered { .. } => EventKind::ImeiUpdated,
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
            (partner.seller.as_str(), partner.id.as_str(), sale.order.as_str())
        };
        match self {
            Self::Label(label) => {
                let (seller, partner, _) = of(label.sale);
                label.detail(sales, (seller, partner))
            }
            Self::Void { sale, package, label } => {
                let (seller, partner, order) = of(*sale);
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "package_id": package.to_string(), "label_id": label, "voided_at": time(0) })
            }
            Self::Cancel { sale, at } => {
                let (seller, partner, order) = of(*sale);
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "cancelled_at": time(*at) })
            }
            Self::CancelLines { sale, lines, at } => {
                let (seller, partner, order) = of(*sale);
                let line = |(id, remaining): &(String, u32)| json!({ "item_id": id, "remaining": remaining });
                json!({ "seller_id": seller, "partner_id": partner, "order_id": order,
                    "cancelled_at": time(*at), "items": lines.iter().map(line).collect::<Vec<_>>() })
            }
            Self::Updated { sale, ship_by, is_wished, is_shipped, at } => {
                updated(of(*sale), (*ship_by, *is_wished, *is_shipped), *at)
            }
            Self::BadLabel { sale, package, n } => {
                let (seller, partner, _) = of(*sale);
                let label = format!("b{package}{n}");
                let made = LabelFact::plain(*sale, *package, label, format!("1ZBAD{n}"), 0);
                spoilt(made.detail(sales, (seller, partner)), *n)
            }
            Self::HugeLabel { sale, package } => {
                let (seller, partner, _) = of(*sale);
                let (label, number) = (HUGE.to_owned(), format!("1ZHUGE{package:04}"));
                let made = LabelFact::plain(*sale, *package, label, number, 0);
                let mut detail = made.detail(sales, (seller, partner));
                let item = |n: u32| {
                    json!({ "item_id": format!("h{package}i{n}"), "sku": "S".repeat(190),
                        "quantity": 1, "requires_imei": false })
                };
                detail["items"] = (0..100).map(item).collect();
                detail
            }
            Self::Scan { seller, number, status, at } => {
                json!({ "seller_id": seller, "carrier": "UPS", "tracking_number": number,
                    "status": status.name(), "occurred_at": time(*at) })
            }
            Self::Entered { sale, item, lists, at } => {
                let (seller, partner, order) = of(*sale);
                let mut detail = json!({ "seller_id": seller, "partner_id": partner,
                    "order_id": order, "item_id": item, "updated_at": time(*at) });
                if let Some(imeis) = &lists.imeis {
                    detail["imeis"] = json!(imeis);
                }
                if let Some(serials) = &lists.serials {
                    detail["serials"] = json!(serials);
                }
                detail
            }
        }
    }
}
