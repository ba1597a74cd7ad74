//! Within how many business days a partner has to ship, at a channel that tells no ship-by (rule S9).

use crate::Fault;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many business days a partner may have. Unit: days.
const DAYS_MIN: u8 = 1;
const DAYS_MAX: u8 = 20;

/// Most closed days of a partner: each change of its pace writes its whole item.
pub const CLOSED_DAYS_MAX: usize = 20;

/// A number of business days in which an order is to ship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlaDays(u8);

impl SlaDays {
    /// What holds where nothing was set.
    pub const STANDARD: Self = Self(1);

    /// So many business days.
    ///
    /// # Errors
    /// When these are not 1 to 20.
    pub fn new(sla_days: u64) -> Result<Self, Fault> {
        let fits = u8::try_from(sla_days).ok().filter(|days| (DAYS_MIN..=DAYS_MAX).contains(days));
        fits.map(Self).ok_or_else(|| {
            let allowed = format!("a whole number of business days from {DAYS_MIN} to {DAYS_MAX}");
            Fault::new("sla_days", format!("is {sla_days}")).allowing([allowed])
        })
    }

    /// How many business days.
    pub const fn days(self) -> u8 {
        self.0
    }

    /// Whether it is what holds where nothing was set: that is not stored.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub fn is_standard(&self) -> bool {
        *self == Self::STANDARD
    }

    /// What holds where nothing was set.
    pub const fn standard() -> Self {
        Self::STANDARD
    }
}

/// The days on which a partner is closed, beside those that its channel's calendar has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClosedDays(BTreeSet<Date>);

impl ClosedDays {
    /// These days. One that is named twice is there once.
    ///
    /// # Errors
    /// When there are more than 20.
    pub fn new(days: impl IntoIterator<Item = Date>) -> Result<Self, Fault> {
        let days: BTreeSet<Date> = crate::gather(days);
        if days.len() > CLOSED_DAYS_MAX {
            let problem = format!("has {} days", days.len());
            let allowed = format!("at most {CLOSED_DAYS_MAX} days; those that are over may go");
            return Err(Fault::new("closed_days", problem).allowing([allowed]));
        }
        Ok(Self(days))
    }

    /// The days, the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = Date> {
        self.0.iter().copied()
    }

    /// Whether this is one of them.
    pub fn has(&self, day: Date) -> bool {
        self.0.contains(&day)
    }

    /// Whether there are none: they are not stored then.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
