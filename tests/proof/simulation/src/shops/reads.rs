//! What a marketplace answers when it is asked what it holds.

use super::{HeldOrder, PLACED_BEFORE, Parcel, Question, Shops, answer, manners};
use channels::Answer;
use domain::Moment;
use serde_json::Value;
use std::collections::BTreeMap;

/// The parcels of an order that show by then.
pub(super) fn in_sight(held: &HeldOrder, by: Moment) -> impl Iterator<Item = &Parcel> {
    held.parcels.iter().filter(move |parcel| parcel.since <= by)
}

impl Shops {
    /// Answers a question with what shows by a moment: now, or earlier where the marketplace lags behind.
    pub fn read(
        &self,
        account: usize,
        question: &Question,
        (start, by): (Moment, Moment),
    ) -> Answer {
        let shop = &self.0[account];
        let Question::Read { order, day } = question else { return answer(404, &Value::Null) };
        let placed = start.minus(PLACED_BEFORE);
        let is_in = day.is_some_and(|(from, to)| from <= placed && placed < to);
        let none = BTreeMap::new();
        let manners = manners(shop.channel);
        if let Some(body) = manners.day(if is_in { &shop.orders } else { &none }, by) {
            return answer(200, &body);
        }
        let order = order.as_deref().unwrap_or_default();
        let Some(held) = shop.orders.get(order) else { return answer(404, &Value::Null) };
        let body = manners.shown(held, order, by);
        answer(200, &body)
    }

    /// The number that a read shows by then, where the order is still to be shipped.
    pub fn shows_former(&self, account: usize, order: &str, by: Moment) -> Option<&str> {
        let held = self.0[account].orders.get(order)?;
        let is_shipped = in_sight(held, by).any(|parcel| !parcel.is_former(by));
        in_sight(held, by).next().filter(|_| !is_shipped).map(|parcel| parcel.number.as_str())
    }

    /// Whether a read shows by then a number of ours.
    pub fn shows_ours(&self, account: usize, order: &str, by: Moment) -> bool {
        let held = self.0[account].orders.get(order);
        held.is_some_and(|held| in_sight(held, by).any(|parcel| parcel.is_ours))
    }

    /// Whether a read shows by then a number that is another's.
    pub fn shows_foreign(&self, account: usize, order: &str, by: Moment) -> bool {
        let held = self.0[account].orders.get(order);
        held.is_some_and(|held| in_sight(held, by).any(|parcel| !parcel.is_ours))
    }
}
