//! Groupon's business days: its API does not tell by when an order is to ship (rule S9).
//!
//! Source: Groupon's help pages for merchants of goods, 5000743194 (5 PM Central of the due date; what comes after 5 PM counts as of
//! the next business day) and 5000862824 (the holidays, in its lists of 2020, 2021 and 2023). Christmas Eve was on them until 2021.

use crate::business_days::Calendar;
use crate::business_days::Holiday::{Nth, On};
use jiff::civil::{Weekday, time};

/// Saturdays, Sundays and six holidays are none, each holiday on the weekday on which it is kept.
pub(crate) const CALENDAR: Calendar = Calendar {
    zone: "America/Chicago",
    ends: time(17, 0, 0, 0),
    holidays: &[
        // New Year's Day.
        On { month: 1, day: 1 },
        // Memorial Day.
        Nth { month: 5, nth: -1, weekday: Weekday::Monday },
        // Independence Day.
        On { month: 7, day: 4 },
        // Labor Day.
        Nth { month: 9, nth: 1, weekday: Weekday::Monday },
        // Thanksgiving.
        Nth { month: 11, nth: 4, weekday: Weekday::Thursday },
        // Christmas Day.
        On { month: 12, day: 25 },
    ],
};
