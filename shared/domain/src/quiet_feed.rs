//! A feed of scans that is quiet (rule S4): of a seller, not of a parcel. Whether one is can be told from what is noted with its
//! partners anyway, and from its orders as they are; nothing is kept for it.

use crate::{Moment, Partner, Timing};
use jiff::SignedDuration;

/// How long no movement came, and how long parcels have waited for one, before a feed is called quiet.
pub const QUIET_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How many parcels wait so, before a feed is called quiet.
pub const QUIET_PACKAGES_MIN: usize = 20;

/// A seller's feed of which no movement came for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietFeed {
    /// The beginning of the last day of UTC on which a movement of a parcel of the seller was seen, if one ever was.
    pub last_moved_on: Option<Moment>,
}

impl QuietFeed {
    /// The feed of a seller with these partners, where none of them had a movement today or on the day before. What is noted with a
    /// partner is a day, so it is over for certain once a whole one has passed.
    pub fn of(partners: &[Partner], now: Moment) -> Option<Self> {
        let last_moved_on = partners.iter().filter_map(|partner| partner.moved_on).max();
        let is_quiet = |last: Moment| now.day().since(last) > QUIET_FOR;
        last_moved_on.is_none_or(is_quiet).then_some(Self { last_moved_on })
    }
}

impl Partner {
    /// Whether its labels wait for a scan, and it wants to be told where none comes.
    pub fn waits_for_scans(&self) -> bool {
        self.timing == Timing::WhenTrackingShowsMovement && self.silent_hours.hours().is_some()
    }
}
