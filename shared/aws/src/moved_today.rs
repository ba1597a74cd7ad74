//! Which partners this sandbox has noted today as those whose parcels move (rule S4): one write a day is enough for each.

use domain::{Moment, PartnerId, SellerId};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The partners that were noted on a day.
#[derive(Debug, Default)]
pub(super) struct MovedToday(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    day: Option<Moment>,
    partners: BTreeSet<String>,
}

fn name(seller: &SellerId, partner: &PartnerId) -> String {
    format!("{seller}#{partner}")
}

impl MovedToday {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the partner is to be noted: it counts as noted from then on. Another day forgets those of the day before.
    pub(super) fn begins(&self, seller: &SellerId, partner: &PartnerId, day: Moment) -> bool {
        let mut noted = self.noted();
        if noted.day != Some(day) {
            *noted = Noted { day: Some(day), partners: BTreeSet::new() };
        }
        noted.partners.insert(name(seller, partner))
    }

    /// The partner could not be noted after all.
    pub(super) fn forget(&self, seller: &SellerId, partner: &PartnerId) {
        self.noted().partners.remove(&name(seller, partner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{at, parsed, seller};

    const DAY: i64 = 24 * 3_600;

    #[test]
    fn s4_a_partner_is_noted_once_a_day() {
        let (moved, today, shop) = (MovedToday::default(), at(0).day(), parsed("shop"));
        assert!(moved.begins(&seller(), &shop, today));
        assert!(!moved.begins(&seller(), &shop, today));
        assert!(moved.begins(&seller(), &parsed("other"), today));
        assert!(moved.begins(&seller(), &shop, at(DAY).day()));
        moved.forget(&seller(), &shop);
        assert!(moved.begins(&seller(), &shop, at(DAY).day()));
    }
}
