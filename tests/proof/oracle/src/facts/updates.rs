//! What became of the order at its channel. Rules S1 and S5.

use super::Facts;
use crate::inputs::Ms;

/// A ship-by, and when it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ShipBy {
    pub by: Ms,
    pub told: Ms,
}

/// Whether the buyer wishes to cancel, and when that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Wish {
    pub is_wished: bool,
    pub told: Ms,
}

/// Of some ship-bys the one that counts: "What was told last counts; at a tie the earlier moment."
pub fn last(told: impl Iterator<Item = ShipBy>) -> Option<ShipBy> {
    told.reduce(|one, other| {
        let is_other = other.told > one.told || other.told == one.told && other.by < one.by;
        if is_other { other } else { one }
    })
}

impl Facts {
    /// Adds what became of the whole order.
    pub fn add_update(&mut self, ship_by: Option<ShipBy>, wish: Option<Wish>) {
        self.ship_bys.extend(ship_by);
        self.wishes.extend(wish);
    }

    /// Adds what the channel itself says of the whole order: "what our own function puts on the bus for it".
    pub fn add_channel_ship_by(&mut self, ship_by: ShipBy) {
        self.channel_ship_bys.push(ship_by);
    }

    /// Adds that somebody shipped it otherwise.
    pub fn add_shipment(&mut self, told: Ms) {
        self.shipments.push(told);
    }

    /// When that was told last.
    pub fn shipped(&self) -> Option<Ms> {
        self.shipments.iter().max().copied()
    }

    /// Adds a wish that the channel shows: "where none is known", "while the last word was that there is one".
    pub fn add_shown_wish(&mut self, told: Ms) {
        if !self.wish().is_some_and(|wish| wish.is_wished) {
            self.wishes.push(Wish { is_wished: true, told });
        }
    }

    /// The ship-by that counts of those that the channel told of the whole order.
    pub fn channel_ship_by(&self) -> Option<ShipBy> {
        last(self.channel_ship_bys.iter().copied())
    }

    /// The ship-by that counts of those told of the whole order.
    pub fn ship_by(&self) -> Option<ShipBy> {
        last(self.ship_bys.iter().copied())
    }

    /// What counts of it: the greatest `updated_at`, and "at a tie […] that there is a wish".
    pub fn wish(&self) -> Option<Wish> {
        let last = self.wishes.iter().map(|wish| wish.told).max()?;
        let mut at_last = self.wishes.iter().filter(|wish| wish.told == last);
        Some(Wish { is_wished: at_last.any(|wish| wish.is_wished), told: last })
    }
}
