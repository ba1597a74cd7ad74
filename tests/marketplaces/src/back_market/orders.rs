//! The orders Back Market knows, their lines and what it was told about their shipment. It only keeps: what is allowed,
//! `rules` says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{LineUpdate, OrderUpdate};
use crate::ShippedElsewhere;
use crate::clock::{iso, now_ms};

/// How long a shipped order stays in state 3 before Back Market itself moves it to 9. That it does so is a third
/// party's observation; the time is made up. Unit: milliseconds.
const PROCESSED_AFTER_MS: i64 = 60_000;

/// Where an order line stands.
///
/// Source: the vendor's description gives the numbers and the transitions; the names of 4, 5 and 6 are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum LineState {
    /// 1: paid, waits for the seller to accept it.
    Paid,
    /// 2: accepted, can be shipped.
    Accepted,
    /// 3: shipped.
    Shipped,
    /// 4: refused by the seller.
    Refused,
    /// 5: given up before it was shipped.
    GivenUp,
    /// 6: came back after it was shipped.
    Returned,
}

impl LineState {
    /// All states, by number.
    pub const ALL: [Self; 6] =
        [Self::Paid, Self::Accepted, Self::Shipped, Self::Refused, Self::GivenUp, Self::Returned];

    /// As the API numbers it.
    pub fn number(self) -> i64 {
        match self {
            Self::Paid => 1,
            Self::Accepted => 2,
            Self::Shipped => 3,
            Self::Refused => 4,
            Self::GivenUp => 5,
            Self::Returned => 6,
        }
    }

    /// Where a line may go from here. Source: the vendor's description.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Paid => &[Self::Accepted, Self::Refused],
            Self::Accepted => &[Self::Shipped, Self::GivenUp],
            Self::Shipped => &[Self::Returned],
            Self::Refused | Self::GivenUp | Self::Returned => &[],
        }
    }
}

impl From<LineState> for i64 {
    fn from(state: LineState) -> Self {
        state.number()
    }
}

impl TryFrom<i64> for LineState {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        Self::ALL
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or_else(|| format!("order line state {number} must be in 1,2,3,4,5,6"))
    }
}

/// An order as Back Market knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackMarketOrder {
    /// Orders are numbers here.
    pub id: u64,
    /// What was bought.
    pub orderlines: Vec<Orderline>,
    /// Back Market manages its label. That such an order cannot be confirmed with a number of one's own is inferred.
    #[serde(default)]
    pub is_backship: bool,
    /// Somebody has shipped all of it before, by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orderline {
    /// Lines are numbers too, unique over all orders.
    pub id: u64,
    /// How many.
    pub quantity: u32,
    /// Where it stands.
    pub state: LineState,
    /// The seller's own identifier of the product.
    pub sku: String,
    /// Registered once, for good.
    #[serde(default)]
    pub imei: Option<String>,
    /// Registered once, for good.
    #[serde(default)]
    pub serial_number: Option<String>,
}

impl BackMarketOrder {
    /// An accepted order, with lines as (line number, quantity).
    pub fn accepted(id: u64, lines: &[(u64, u32)]) -> Self {
        Self::in_state(id, LineState::Accepted, lines)
    }

    /// An order whose lines are all in one state, with lines as (line number, quantity).
    pub fn in_state(id: u64, state: LineState, lines: &[(u64, u32)]) -> Self {
        let orderlines = lines
            .iter()
            .map(|(line, quantity)| Orderline {
                id: *line,
                quantity: *quantity,
                state,
                sku: format!("SKU-{line}"),
                imei: None,
                serial_number: None,
            })
            .collect();
        Self { id, orderlines, is_backship: false, shipped_elsewhere: None }
    }
}

/// What Back Market was told about the shipment of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackMarketShipment {
    /// One per order.
    pub tracking_number: String,
    /// As submitted.
    pub shipper: String,
    /// As submitted, or the moment of the submission.
    pub date_shipping: String,
    /// As submitted.
    pub tracking_url: Option<String>,
    /// When it was applied. Unit: unix milliseconds.
    pub at_ms: i64,
}

/// What Back Market holds of an order now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackMarketHeld {
    /// The order's number.
    pub id: u64,
    /// Its lines, with the IMEIs that were registered.
    pub orderlines: Vec<Orderline>,
    /// Back Market manages its label.
    pub is_backship: bool,
    /// What it was told about the shipment.
    pub shipment: Option<BackMarketShipment>,
    /// When it became known. Unit: unix milliseconds.
    pub created_ms: i64,
}

/// All orders by their numbers.
#[derive(Debug, Default)]
pub(super) struct Orders {
    held: BTreeMap<u64, BackMarketHeld>,
}

impl Orders {
    pub(super) fn add(&mut self, order: BackMarketOrder) {
        let mut held = BackMarketHeld {
            id: order.id,
            orderlines: order.orderlines,
            is_backship: order.is_backship,
            shipment: None,
            created_ms: now_ms(),
        };
        if let Some(elsewhere) = order.shipped_elsewhere {
            held.ship_elsewhere(&elsewhere);
        }
        self.held.insert(held.id, held);
    }

    /// Makes an accepted order with one line of one piece, unless it is known: an update names no lines.
    pub(super) fn believe(&mut self, order_id: u64) {
        if !self.held.contains_key(&order_id) {
            self.add(BackMarketOrder::accepted(order_id, &[(order_id, 1)]));
        }
    }

    /// Makes a shipped line, unless it is known, in an order of the line's own number: a registration names no order.
    pub(super) fn believe_line(&mut self, orderline_id: u64) {
        if self.order_of(orderline_id).is_some() {
            return;
        }
        let lines = &[(orderline_id, 1)];
        let made = BackMarketOrder::in_state(orderline_id, LineState::Shipped, lines);
        match self.held.get_mut(&orderline_id) {
            Some(held) => held.orderlines.extend(made.orderlines),
            None => self.add(made),
        }
    }

    pub(super) fn accept(&mut self, order_id: u64) {
        for line in self.held.get_mut(&order_id).into_iter().flat_map(|held| &mut held.orderlines) {
            if line.state == LineState::Paid {
                line.state = LineState::Accepted;
            }
        }
    }

    pub(super) fn get(&self, order_id: u64) -> Option<&BackMarketHeld> {
        self.held.get(&order_id)
    }

    pub(super) fn get_mut(&mut self, order_id: u64) -> Option<&mut BackMarketHeld> {
        self.held.get_mut(&order_id)
    }

    pub(super) fn line_mut(&mut self, orderline_id: u64) -> Option<&mut Orderline> {
        self.held
            .values_mut()
            .flat_map(|held| &mut held.orderlines)
            .find(|line| line.id == orderline_id)
    }

    /// The order a line belongs to.
    pub(super) fn order_of(&self, orderline_id: u64) -> Option<u64> {
        let has_line =
            |held: &&BackMarketHeld| held.orderlines.iter().any(|line| line.id == orderline_id);
        self.held.values().find(has_line).map(|held| held.id)
    }

    pub(super) fn all(&self) -> Vec<BackMarketHeld> {
        self.held.values().cloned().collect()
    }
}

impl BackMarketHeld {
    /// Lets somebody else have shipped the whole order, in place of what was there.
    pub(super) fn ship_elsewhere(&mut self, elsewhere: &ShippedElsewhere) {
        let at_ms = now_ms();
        self.shipment = Some(BackMarketShipment {
            tracking_number: elsewhere.tracking_number.clone(),
            shipper: elsewhere.carrier.clone(),
            date_shipping: iso(at_ms),
            tracking_url: None,
            at_ms,
        });
        for line in &mut self.orderlines {
            line.state = LineState::Shipped;
        }
    }

    /// Applies an update that the rules have let through.
    pub(super) fn apply(&mut self, update: &OrderUpdate) {
        if update.new_state == LineState::Shipped {
            let at_ms = now_ms();
            self.shipment = Some(BackMarketShipment {
                tracking_number: update.tracking_number.clone().unwrap_or_default(),
                shipper: update.shipper.clone().unwrap_or_default(),
                date_shipping: update.date_shipping.clone().unwrap_or_else(|| iso(at_ms)),
                tracking_url: update.tracking_url.clone(),
                at_ms,
            });
        }
        let is_only_piece = self.only_piece().is_some();
        for line in &mut self.orderlines {
            if update.is_for(line) {
                line.state = update.new_state;
                if is_only_piece {
                    line.register(&update.line);
                }
            }
        }
    }

    /// The line of an order that has exactly one line of one piece: nobody else can be meant by an IMEI in an update.
    pub(super) fn only_piece(&self) -> Option<&Orderline> {
        match self.orderlines.as_slice() {
            [line] if line.quantity == 1 => Some(line),
            _ => None,
        }
    }

    /// The full order as `GET` and `POST` answer it. Of the description's fields, those about shipment.
    pub(super) fn json(&self) -> Value {
        let shipment = self.shipment.as_ref();
        let lines: Vec<Value> = self.orderlines.iter().map(Orderline::json).collect();
        let shipper = shipment.map(|shipment| &shipment.shipper);
        json!({
            "order_id": self.id,
            "state": self.state_number(),
            "date_creation": iso(self.created_ms),
            "tracking_number": shipment.map(|shipment| &shipment.tracking_number),
            "tracking_url": shipment.and_then(|shipment| shipment.tracking_url.as_ref()),
            "shipper": shipper,
            "shipper_display": shipper,
            "date_shipping": shipment.map(|shipment| &shipment.date_shipping),
            "is_backship": self.is_backship,
            "orderlines": lines,
        })
    }

    /// 1 to process, 3 shipping pending, 9 processed. Not the numbers of order lines: 3 is not "shipped" here.
    fn state_number(&self) -> i64 {
        let shipped_ms = self.shipment.as_ref().map(|shipment| shipment.at_ms);
        if self.orderlines.iter().any(|line| line.state == LineState::Paid) {
            1
        } else if shipped_ms.is_some_and(|at_ms| now_ms() - at_ms >= PROCESSED_AFTER_MS) {
            9
        } else {
            3
        }
    }
}

impl Orderline {
    /// Keeps what a registration says; the rules have made sure that it replaces nothing.
    pub(super) fn register(&mut self, update: &LineUpdate) {
        if let Some(imei) = &update.imei {
            self.imei = Some(imei.clone());
        }
        if let Some(serial_number) = &update.serial_number {
            self.serial_number = Some(serial_number.clone());
        }
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "state": self.state,
            "quantity": self.quantity,
            "listing": self.sku,
            "sku": self.sku,
            "imei": self.imei,
            "serial_number": self.serial_number,
        })
    }
}
