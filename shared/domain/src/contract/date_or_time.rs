//! A day, or a moment of it: label systems know the day by which a parcel must go, and some of them the hour.

use crate::Moment;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// A date, or a time with its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateOrTime {
    /// A moment.
    Time(Moment),
    /// A day of a calendar, in a zone that the text does not say.
    Date(Date),
}

/// How far the first and the last zone of the Earth are from UTC: `+14:00` in Kiritimati, `-12:00` on ships.
const FIRST_ZONE: SignedDuration = SignedDuration::from_hours(14);
const LAST_ZONE: SignedDuration = SignedDuration::from_hours(12);

impl DateOrTime {
    /// When a day has begun: in the zone, or without one wherever on Earth it may be.
    pub fn begins(self, zone: Option<&TimeZone>) -> Moment {
        match (self, zone) {
            (Self::Time(at), _) => at,
            (Self::Date(date), Some(zone)) => start(date, zone),
            (Self::Date(date), None) => start(date, &TimeZone::UTC).plus(LAST_ZONE),
        }
    }

    /// When a day is over: in the zone, or without one as soon as it is over anywhere on Earth. The last millisecond of a day
    /// is its end.
    pub fn ends(self, zone: Option<&TimeZone>) -> Moment {
        let end = |date: Date, zone: &TimeZone| {
            let next = date.checked_add(1.day()).unwrap_or(Date::MAX);
            start(next, zone).minus(SignedDuration::from_millis(1))
        };
        match (self, zone) {
            (Self::Time(at), _) => at,
            (Self::Date(date), Some(zone)) => end(date, zone),
            (Self::Date(date), None) => end(date, &TimeZone::UTC).minus(FIRST_ZONE),
        }
    }
}

/// The first moment of a day; a day whose midnight a clock change skips begins with the next clock time there is.
fn start(date: Date, zone: &TimeZone) -> Moment {
    let zoned =
        zone.clone().into_ambiguous_zoned_datetime(date.to_datetime(Time::midnight())).compatible();
    zoned.map_or_else(|_too_late| Moment::from(Timestamp::MAX), |zoned| zoned.timestamp().into())
}
