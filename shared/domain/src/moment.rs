//! A point in time, to the millisecond. It is stored exactly.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A point in time.
///
/// Unit: whole milliseconds since 1970-01-01T00:00:00Z, which is also how it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the epoch, as stored.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment this long after; before, when the span is negative.
    #[must_use]
    pub fn plus(self, span: SignedDuration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The moment this long before.
    #[must_use]
    pub fn minus(self, span: SignedDuration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; negative when it is before.
    pub fn since(self, earlier: Self) -> SignedDuration {
        SignedDuration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The beginning of its day in UTC.
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(DAY_MS)))
    }

    /// The moment in a calendar. A moment past the year 9999 is the last of that year.
    pub fn timestamp(self) -> Timestamp {
        let last = if self.0.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_millisecond(self.0).unwrap_or(last)
    }
}

/// A day of UTC. Unit: milliseconds.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

fn millis(span: SignedDuration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millisecond())
    }
}

impl FromStr for Moment {
    type Err = jiff::Error;

    /// Reads RFC 3339 with an offset; anything finer than a millisecond is dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>().map(Self::from)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}
