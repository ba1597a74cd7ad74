//! What is known of a tracking number by itself: the orders it belongs to, and movements that came before their label.

use crate::guard::{Guard, guarded};
use crate::{Moment, Movement, NumberKey, OrderId, PartnerId, SellerId};

/// Most movements noted for a number that no order has yet: the latest are kept, since any one within a label's day
/// shows movement, and a number is used again by later parcels.
pub const MOVEMENTS_NOTED_MAX: usize = 10;

/// Most orders one tracking number may belong to.
pub const ORDERS_MAX: usize = 250;

/// A tracking number's item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// The tenant.
    pub seller: SellerId,
    /// The number.
    pub number: NumberKey,
    /// The orders labelled with it, as far as we were told.
    pub orders: Vec<(PartnerId, OrderId)>,
    /// Movements that came before any label, by time.
    pub movements: Vec<Movement>,
}

impl Tracking {
    /// A number nothing is known of.
    pub fn new(seller: SellerId, number: NumberKey) -> Self {
        Self { seller, number, orders: Vec::new(), movements: Vec::new() }
    }

    /// The movements with this one noted, or `None` when that changes nothing.
    pub fn noted(&self, movement: &Movement) -> Option<Vec<Movement>> {
        let mut movements = self.movements.clone();
        if !movement.status.is_movement() || !insert_movement(&mut movements, movement) {
            return None;
        }
        if movements.len() > MOVEMENTS_NOTED_MAX {
            movements.remove(0);
        }
        (movements != self.movements).then_some(movements)
    }
}

/// Puts a movement in its place by time; false when it is there already.
pub(crate) fn insert_movement(movements: &mut Vec<Movement>, movement: &Movement) -> bool {
    match movements.binary_search_by_key(&movement.identity(), Movement::identity) {
        Ok(_) => false,
        Err(place) => {
            movements.insert(place, movement.clone());
            true
        }
    }
}

/// Whether a movement at `occurred_at` can be of a label made at `labeled_at` (rule M4).
pub(crate) fn belongs_to_label(occurred_at: Moment, labeled_at: Moment) -> bool {
    labeled_at.since(occurred_at) <= MOVEMENT_BEFORE_LABEL_MAX || !guarded(Guard::ScanOfOwnDay)
}

/// Carriers reuse numbers: a scan older than this before the label is another parcel's. Source: rule M4.
const MOVEMENT_BEFORE_LABEL_MAX: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
