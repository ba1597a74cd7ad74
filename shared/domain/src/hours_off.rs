//! Labels whose times are whole hours off: a label system that marks its local time as UTC (rule L10). It is a hint for people: a
//! window for IMEIs, say, is then over before it begins.

use crate::Moment;
use serde::{Deserialize, Serialize};

/// How many labels in a row make a hint.
pub const HOURS_OFF_LABELS: u8 = 10;

/// The most hours that a local time is off.
const HOURS_MAX: i64 = 14;

const HOUR_S: i64 = 3_600;

/// How much earlier or later than a whole hour a label may be received. Events come within minutes, and clocks differ by less than
/// one.
const EARLY_S: i64 = 60;
const LATE_S: i64 = 180;

/// How many labels in a row were so many whole hours off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HoursOff {
    /// How many hours before their receipt they were made, as they were told. Negative where they were told ahead.
    #[serde(rename = "h")]
    pub hours: i8,
    /// How many labels, at most [`HOURS_OFF_LABELS`].
    #[serde(rename = "n")]
    pub labels: u8,
}

impl HoursOff {
    /// The count after one more label. A label that is not off ends it.
    pub fn after(before: Option<Self>, labeled_at: Moment, received_at: Moment) -> Option<Self> {
        let late = received_at.since(labeled_at).as_secs();
        let hours = late.saturating_add(EARLY_S).div_euclid(HOUR_S);
        let beside = late.saturating_sub(hours.saturating_mul(HOUR_S));
        let is_off = (1..=HOURS_MAX).contains(&hours.abs()) && beside <= LATE_S;
        let hours = i8::try_from(hours).ok().filter(|_| is_off)?;
        let former =
            before.filter(|before| before.hours == hours).map_or(0, |before| before.labels);
        Some(Self { hours, labels: former.saturating_add(1).min(HOURS_OFF_LABELS) })
    }

    /// Whether it is a hint.
    pub fn is_hint(self) -> bool {
        self.labels >= HOURS_OFF_LABELS
    }
}
