//! When confirmations go out under assigned timing, where a partner does not want them to go at once (rule S10).

use crate::watch::hours;
use crate::{Fault, Moment, Text};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The most hours after the label.
const HOURS_MAX: u8 = 120;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// A time of the day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// As people write it: `09:30`.
    pub fn shown(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }

    fn on(self, date: Date) -> DateTime {
        let (hour, minute) = (i8::try_from(self.0 / 60), i8::try_from(self.0 % 60));
        let time = Time::new(hour.unwrap_or_default(), minute.unwrap_or_default(), 0, 0);
        date.to_datetime(time.unwrap_or(Time::MIN))
    }
}

impl FromStr for TimeOfDay {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let number = |digits: &str| {
            let is_plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| is_plain)
        };
        let minutes = || {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute) = (number(hour)?, number(minute)?);
            let minutes = hour.checked_mul(60)?.checked_add(minute)?;
            Some(minutes).filter(|minutes| minute < 60 && *minutes < DAY_MINUTES)
        };
        minutes().map(Self).ok_or_else(|| {
            let problem = format!("`{}` is not a time of the day", Text::cut(text));
            Fault::new("send_after.earliest", problem).allowing(["00:00 to 23:59, such as 09:30"])
        })
    }
}

/// Some days of the week, one at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(u8);

/// The names of the days, and the day that each is.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// The days of these names.
    ///
    /// # Errors
    /// When there is none, or one is no name of a day. A day that is named twice is there once.
    pub fn of(names: &[&str]) -> Result<Self, Fault> {
        let fault = |problem| {
            Fault::new("send_after.days", problem).allowing(DAYS.map(|(name, _)| name.to_owned()))
        };
        let mut days = Self(0);
        for name in names {
            let place = DAYS.iter().position(|(known, _)| known == name);
            let bit = place.and_then(|place| 1_u8.checked_shl(u32::try_from(place).ok()?));
            let problem = || format!("`{}` is not the name of a day", Text::cut(name));
            days.0 |= bit.ok_or_else(|| fault(problem()))?;
        }
        if days.0 == 0 {
            return Err(fault("names no day".to_owned()));
        }
        Ok(days)
    }

    /// The names of the days.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        DAYS.into_iter().filter(move |(_, day)| self.has(*day)).map(|(name, _)| name)
    }

    fn has(self, day: Weekday) -> bool {
        let place = DAYS.iter().position(|(_, known)| *known == day);
        place.is_some_and(|place| self.0 >> place & 1 == 1)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    fn are_all(&self) -> bool {
        *self == Self::ALL
    }

    const fn all() -> Self {
        Self::ALL
    }
}

/// What a confirmation waits for under assigned timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendAfter {
    /// How long after the label was first handled. Unit: hours.
    #[serde(rename = "h", skip_serializing_if = "is_zero", default)]
    hours: u8,
    /// Not before this time of the day.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none", default)]
    earliest: Option<TimeOfDay>,
    /// On these days of the week alone.
    #[serde(rename = "d", skip_serializing_if = "Days::are_all", default = "Days::all")]
    days: Days,
}

impl SendAfter {
    /// So many hours after the label, not before a time of the day, and on these days alone.
    ///
    /// # Errors
    /// When these are more than 120 hours.
    pub fn new(given: u64, earliest: Option<TimeOfDay>, days: Days) -> Result<Self, Fault> {
        Ok(Self { hours: hours("send_after.hours", given, (0, HOURS_MAX))?, earliest, days })
    }

    /// How long after the label was first handled. Unit: hours.
    pub const fn hours(self) -> u8 {
        self.hours
    }

    /// Not before this time of the day.
    pub const fn earliest(self) -> Option<TimeOfDay> {
        self.earliest
    }

    /// On these days of the week alone.
    pub const fn days(self) -> Days {
        self.days
    }

    /// Whether it is read in a time zone.
    pub fn needs_zone(self) -> bool {
        self.earliest.is_some() || self.days != Days::ALL
    }

    /// The first moment at which all of it holds for a label that was first handled now. Where the zone is not known, nothing is
    /// early: the day and its time begin as in the last zone of the Earth.
    pub fn first_after(self, now: Moment, zone: Option<&TimeZone>) -> Moment {
        let after = now.plus(SignedDuration::from_hours(i64::from(self.hours)));
        if !self.needs_zone() {
            return after;
        }
        let last_zone;
        let zone = if let Some(zone) = zone {
            zone
        } else {
            last_zone = TimeZone::fixed(LAST_ZONE);
            &last_zone
        };
        let date = |at: Moment| zone.to_datetime(at.timestamp()).date();
        let mut day = date(after);
        // The same day of the next week is there for one whose time was over on the only day that is set.
        for _ in 0..=7 {
            let begins = begin(self.earliest.map_or_else(|| day.into(), |time| time.on(day)), zone);
            let first = begins.max(after);
            if self.days.has(date(first).weekday()) {
                return first;
            }
            day = day.checked_add(1.day()).unwrap_or(day);
        }
        after
    }
}

/// The last zone of the Earth: ships have `-12:00`.
const LAST_ZONE: jiff::tz::Offset = jiff::tz::Offset::constant(-12);

/// When a zone's clocks first show a time, or the next that there is.
fn begin(mut time: DateTime, zone: &TimeZone) -> Moment {
    // No zone has skipped more than a day.
    for _ in 0..=DAY_MINUTES {
        let ambiguous = zone.to_ambiguous_timestamp(time);
        if !matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
            break;
        }
        time = time.checked_add(1.minute()).unwrap_or(time);
    }
    let begins = zone.to_ambiguous_timestamp(time).compatible();
    begins.map_or_else(|_too_late| Moment::from(jiff::Timestamp::MAX), Moment::from)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_zero(hours: &u8) -> bool {
    *hours == 0
}
