//! The orders that Back Market knows, with their lines and shipments. This module only stores them. `rules` says what
//! is allowed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{LineUpdate, OrderUpdate};
use crate::ShippedElsewhere;
use crate::clock::{iso, now_ms};
use crate::standing::Standing;

/// How long a shipped order stays in state 3 before Back Market itself moves it to 9. A third party observed this step.
/// We made the time up. Unit: milliseconds.
const PROCESSED_AFTER_MS: i64 = 60_000;

/// The state of an order line.
///
/// Source of the numbers and the transitions: the vendor's description. The names of 4, 5 and 6 are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum LineState {
    /// 1: the buyer paid, and the seller has not accepted the line yet.
    Paid,
    /// 2: the seller accepted the line and can ship it.
    Accepted,
    /// 3: the line has shipped.
    Shipped,
    /// 4: the seller refused the line.
    Refused,
    /// 5: the line was given up before it shipped.
    GivenUp,
    /// 6: the line came back after it had shipped.
    Returned,
}

impl LineState {
    /// All states, by number.
    pub const ALL: [Self; 6] =
        [Self::Paid, Self::Accepted, Self::Shipped, Self::Refused, Self::GivenUp, Self::Returned];

    /// The API's number of the state.
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

    /// The states to which a line may go next. Source: the vendor's description.
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
    /// The order's id, a number at this channel.
    pub id: u64,
    /// The lines that the buyer bought.
    pub orderlines: Vec<Orderline>,
    /// Whether Back Market provides the label. That the seller cannot confirm such an order under another number is
    /// inferred.
    #[serde(default)]
    pub is_backship: bool,
    /// The shipment of the whole order that somebody made by hand or with another tool.
    #[serde(default)]
    pub shipped_elsewhere: Option<ShippedElsewhere>,
    /// By when the order is to be dispatched, as Back Market writes it.
    #[serde(default)]
    pub ship_by: Option<String>,
    /// The market where the buyer bought it, such as `fr-fr`.
    #[serde(default)]
    pub country_code: Option<String>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orderline {
    /// The line's id, a number that is unique over all orders.
    pub id: u64,
    /// How many pieces.
    pub quantity: u32,
    /// The line's state.
    pub state: LineState,
    /// The seller's own identifier of the product.
    pub sku: String,
    /// Whether the line's device has no IMEI, and is told by its serial number: a tablet, a laptop, a watch.
    #[serde(default)]
    pub wants_serial: bool,
    /// The registered IMEI, which never changes.
    #[serde(default)]
    pub imei: Option<String>,
    /// The registered serial number, which never changes.
    #[serde(default)]
    pub serial_number: Option<String>,
}

impl BackMarketOrder {
    /// An accepted order, with lines as (line id, quantity).
    pub fn accepted(id: u64, lines: &[(u64, u32)]) -> Self {
        Self::in_state(id, LineState::Accepted, lines)
    }

    /// An order whose lines are all in one state, with lines as (line id, quantity).
    pub fn in_state(id: u64, state: LineState, lines: &[(u64, u32)]) -> Self {
        let orderlines = lines
            .iter()
            .map(|(line, quantity)| Orderline {
                id: *line,
                quantity: *quantity,
                state,
                sku: format!("SKU-{line}"),
                wants_serial: false,
                imei: None,
                serial_number: None,
            })
            .collect();
        Self {
            id,
            orderlines,
            is_backship: false,
            shipped_elsewhere: None,
            ship_by: None,
            country_code: None,
        }
    }
}

/// The shipment that Back Market holds for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackMarketShipment {
    /// The tracking number. An order has only one.
    pub tracking_number: String,
    /// The submitted shipper.
    pub shipper: String,
    /// The submitted date. Default: the time of the submission.
    pub date_shipping: String,
    /// The submitted address of the tracking page.
    pub tracking_url: Option<String>,
    /// When Back Market applied the submission. Unit: unix milliseconds.
    pub at_ms: i64,
}

/// What Back Market holds for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackMarketHeld {
    /// The order's id.
    pub id: u64,
    /// The order's lines, with the registered IMEIs.
    pub orderlines: Vec<Orderline>,
    /// Whether Back Market provides the label.
    pub is_backship: bool,
    /// The shipment, if there is one.
    pub shipment: Option<BackMarketShipment>,
    /// By when the order is to be dispatched.
    pub ship_by: Option<String>,
    /// The market where the buyer bought it.
    pub country_code: Option<String>,
    /// When the order was added. Unit: unix milliseconds.
    pub created_ms: i64,
}

/// All orders, by id.
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
            ship_by: order.ship_by,
            country_code: order.country_code,
            created_ms: now_ms(),
        };
        if let Some(elsewhere) = order.shipped_elsewhere {
            held.ship_elsewhere(&elsewhere);
        }
        self.held.insert(held.id, held);
    }

    /// Creates the order with this id, unless Back Market knows it. The order is accepted and has one line of one
    /// piece, because an update names no lines.
    pub(super) fn create_if_unknown(&mut self, order_id: u64) {
        if !self.held.contains_key(&order_id) {
            self.add(BackMarketOrder::accepted(order_id, &[(order_id, 1)]));
        }
    }

    /// Creates the line with this id, unless Back Market knows it. The line has shipped, and its order has the id of
    /// the line, because a registration names no order.
    pub(super) fn create_line_if_unknown(&mut self, orderline_id: u64) {
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

    /// The id of the order that has this line.
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
    /// Ships the whole order as somebody else would. That shipment replaces the former one.
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

    /// Sets the ship-by. A cancelled order is one whose lines the seller refused, or gave up.
    pub(super) fn set_standing(&mut self, standing: Standing) {
        self.ship_by = standing.ship_by;
        if standing.is_cancelled {
            for line in &mut self.orderlines {
                match line.state {
                    LineState::Paid => line.state = LineState::Refused,
                    LineState::Accepted => line.state = LineState::GivenUp,
                    LineState::Shipped
                    | LineState::Refused
                    | LineState::GivenUp
                    | LineState::Returned => {}
                }
            }
        }
    }

    /// Applies an update that `rules` allowed.
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
        let has_single_piece = self.single_piece().is_some();
        for line in &mut self.orderlines {
            if update.applies_to(line) {
                line.state = update.new_state;
                if has_single_piece {
                    line.register(&update.line);
                }
            }
        }
    }

    /// The line of an order that has exactly one line of one piece. Only in such an order it is clear which piece the
    /// IMEI of an update belongs to.
    pub(super) fn single_piece(&self) -> Option<&Orderline> {
        match self.orderlines.as_slice() {
            [line] if line.quantity == 1 => Some(line),
            _ => None,
        }
    }

    /// The order as `GET` and `POST` answer it. Of the description's fields it has those about shipment.
    pub(super) fn json(&self) -> Value {
        let shipment = self.shipment.as_ref();
        let lines: Vec<Value> = self.orderlines.iter().map(Orderline::json).collect();
        let shipper = shipment.map(|shipment| &shipment.shipper);
        // "Only applicable for orders not already SENT."
        let ship_by = self.ship_by.as_ref().filter(|_| shipment.is_none());
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
            "expected_dispatch_date": ship_by,
            "country_code": self.country_code,
            "orderlines": lines,
        })
    }

    /// The number of the order's state: 1 to process, 3 shipping pending, 9 processed. Lines have other numbers: there,
    /// 3 means shipped.
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
    /// Stores the values of a registration. `rules` made sure that they replace nothing.
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
