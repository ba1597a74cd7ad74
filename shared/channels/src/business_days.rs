//! The ship-by of a channel that tells none, reckoned by its business days (rule S9). Each such channel has a calendar of its own, as
//! data. Nothing here knows a time zone's data: the caller has it.

use domain::{ClosedDays, SlaDays};
use jiff::civil::{Date, DateTime, Time, Weekday};

/// The business days of a channel: every day but Saturdays, Sundays and holidays.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The time zone of its clocks: a name of the IANA database.
    pub zone: &'static str,
    /// When a business day ends. What comes later counts as of the next one.
    pub ends: Time,
    /// Its holidays.
    pub holidays: &'static [Holiday],
}

/// A holiday of each year.
#[derive(Clone, Copy, Debug)]
pub enum Holiday {
    /// On a day of a month. Where that is a Saturday the Friday before is the holiday, and where it is a Sunday the Monday after.
    On {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
    /// On the so-manyth weekday of a month; -1 is the last one.
    Nth {
        /// 1 to 12.
        month: i8,
        /// Which of them.
        nth: i8,
        /// Of these days.
        weekday: Weekday,
    },
}

/// The longest that is looked for a business day: closed days and holidays in a row. Unit: days.
const DAYS_MAX: usize = 90;

impl Calendar {
    /// By when an order is to ship that was placed at this moment of the zone's clocks: the end of the business day that is so many
    /// after its own. `None` where a person closed every day.
    pub fn due(
        &self,
        ordered: DateTime,
        sla_days: SlaDays,
        closed: &ClosedDays,
    ) -> Option<DateTime> {
        let after_its_end = if ordered.time() > self.ends {
            ordered.date().tomorrow().ok()?
        } else {
            ordered.date()
        };
        let mut day = self.open_from(after_its_end, closed)?;
        for _ in 0..sla_days.days() {
            day = self.open_from(day.tomorrow().ok()?, closed)?;
        }
        Some(day.to_datetime(self.ends))
    }

    /// The first business day from this day on.
    fn open_from(&self, day: Date, closed: &ClosedDays) -> Option<Date> {
        let days = std::iter::successors(Some(day), |day| day.tomorrow().ok());
        days.take(DAYS_MAX).find(|day| self.is_open(*day) && !closed.has(*day))
    }

    fn is_open(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !is_weekend && !self.holidays.iter().any(|holiday| holiday.is_on(day))
    }
}

impl Holiday {
    /// Whether it is kept on this day. One of the next year may be kept on the last day of this one.
    fn is_on(self, day: Date) -> bool {
        [day.year(), day.year().saturating_add(1)]
            .into_iter()
            .any(|year| self.kept_in(year) == Some(day))
    }

    fn kept_in(self, year: i16) -> Option<Date> {
        match self {
            Self::On { month, day } => {
                let date = Date::new(year, month, day).ok()?;
                match date.weekday() {
                    Weekday::Saturday => date.yesterday().ok(),
                    Weekday::Sunday => date.tomorrow().ok(),
                    Weekday::Monday
                    | Weekday::Tuesday
                    | Weekday::Wednesday
                    | Weekday::Thursday
                    | Weekday::Friday => Some(date),
                }
            }
            Self::Nth { month, nth, weekday } => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
        }
    }
}
