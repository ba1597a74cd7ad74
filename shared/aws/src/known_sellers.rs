//! Which sellers this sandbox knows to have a partner, or to have none. So scans of numbers that nobody knows cost a read a minute for
//! each seller, and not one for each scan (rule M3).

use domain::{Moment, SellerId};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For how long an answer counts.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(1);

/// How many sellers are known before all are forgotten. Events may name any number of them.
const KNOWN_MAX: usize = 10_000;

/// What was read of sellers, and when.
#[derive(Debug, Default)]
pub(super) struct KnownSellers(Mutex<HashMap<String, Known>>);

#[derive(Clone, Copy, Debug)]
struct Known {
    has_partner: bool,
    at: Moment,
}

impl KnownSellers {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the seller has a partner. `None` says that this must be read.
    pub(super) fn has_partner(&self, seller: &SellerId, now: Moment) -> Option<bool> {
        let known = self.known().get(seller.as_str()).copied()?;
        (now < known.at.plus(KNOWN_FOR)).then_some(known.has_partner)
    }

    /// Remembers what was read.
    pub(super) fn learn(&self, seller: &SellerId, has_partner: bool, now: Moment) {
        let mut known = self.known();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(seller.as_str().to_owned(), Known { has_partner, at: now });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{at, parsed, seller};

    #[test]
    fn m3_an_answer_counts_for_a_minute() {
        let sellers = KnownSellers::default();
        assert_eq!(sellers.has_partner(&seller(), at(0)), None);
        sellers.learn(&seller(), false, at(0));
        assert_eq!(sellers.has_partner(&seller(), at(59)), Some(false));
        assert_eq!(sellers.has_partner(&seller(), at(60)), None);
        sellers.learn(&seller(), true, at(60));
        assert_eq!(sellers.has_partner(&seller(), at(61)), Some(true));
        assert_eq!(sellers.has_partner(&parsed("other"), at(61)), None);
    }

    #[test]
    fn sellers_that_events_make_up_take_no_room_without_end() {
        let sellers = KnownSellers::default();
        for number in 0..=KNOWN_MAX {
            sellers.learn(&parsed(&format!("seller-{number}")), false, at(0));
        }
        assert_eq!(sellers.known().len(), 1);
    }
}
