//! What a partner wants to be told of parcels that wait: how long before a ship-by people are warned (rule S2), and after how long
//! a silence is told (rule S4). A label keeps what was set when it was first handled (rule T7).

use crate::Fault;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How long before the ship-by people are warned, where nothing was set. Unit: hours.
const WARN_STANDARD: u8 = 4;

/// How long before the ship-by people may be warned. Unit: hours.
const WARN_MIN: u8 = 1;
const WARN_MAX: u8 = 72;

/// After how long a silence is told, where nothing was set. Unit: hours.
const SILENT_STANDARD: u8 = 96;

/// After how long a silence may be told. Unit: hours.
const SILENT_MIN: u8 = 6;
const SILENT_MAX: u8 = 240;

/// After how long a confirmation may go without a movement. Unit: hours.
const OR_AFTER_MIN: u8 = 1;
const OR_AFTER_MAX: u8 = 240;

/// What is done before a ship-by (rule S2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineAction {
    /// People are warned.
    Warn,
    /// People are warned, and what waits for its movement alone is sent.
    Send,
    /// Nothing.
    Off,
}

impl DeadlineAction {
    /// Every action, the one where nothing was set first.
    pub const ALL: [Self; 3] = [Self::Warn, Self::Send, Self::Off];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Send => "send",
            Self::Off => "off",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    const fn is_warn(&self) -> bool {
        matches!(self, Self::Warn)
    }

    const fn warn() -> Self {
        Self::Warn
    }
}

impl FromStr for DeadlineAction {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|action| action.name() == text);
        let problem = || format!("`{}` is not one of its values", crate::Text::cut(text));
        found.ok_or_else(|| {
            Fault::new("deadline.action", problem()).allowing(Self::ALL.map(Self::name))
        })
    }
}

/// What is done about a ship-by (rule S2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadline {
    /// How long before the ship-by people are warned. Unit: hours.
    #[serde(rename = "h", skip_serializing_if = "is_standard_warning", default = "warn_standard")]
    warn_hours: u8,
    /// What is done then.
    #[serde(
        rename = "a",
        skip_serializing_if = "DeadlineAction::is_warn",
        default = "DeadlineAction::warn"
    )]
    action: DeadlineAction,
}

impl Deadline {
    /// What holds where nothing was set.
    pub const STANDARD: Self = Self { warn_hours: WARN_STANDARD, action: DeadlineAction::Warn };

    /// Nobody is warned.
    pub const OFF: Self = Self { warn_hours: WARN_STANDARD, action: DeadlineAction::Off };

    /// What is done so many hours before the ship-by.
    ///
    /// # Errors
    /// When these are not 1 to 72 hours.
    pub fn new(warn_hours: u64, action: DeadlineAction) -> Result<Self, Fault> {
        let range = (WARN_MIN, WARN_MAX);
        Ok(Self { warn_hours: hours("deadline.warn_hours", warn_hours, range)?, action })
    }

    /// How long before the ship-by people are warned. Unit: hours.
    pub const fn warn_hours(self) -> u8 {
        self.warn_hours
    }

    /// What is done then.
    pub const fn action(self) -> DeadlineAction {
        self.action
    }

    /// How long before the ship-by people are warned, if they are.
    pub(crate) fn warns_before(self) -> Option<SignedDuration> {
        let is_warned = match self.action {
            DeadlineAction::Warn | DeadlineAction::Send => true,
            DeadlineAction::Off => false,
        };
        is_warned.then(|| SignedDuration::from_hours(i64::from(self.warn_hours)))
    }

    /// How long before the ship-by a confirmation goes without a movement, if it does.
    pub(crate) fn sends_before(self) -> Option<SignedDuration> {
        self.warns_before().filter(|_| self.action == DeadlineAction::Send)
    }

    /// Whether it is what holds where nothing was set: that is not stored.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub fn is_standard(&self) -> bool {
        *self == Self::STANDARD
    }
}

/// After how many hours a silence is told, if it is (rule S4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SilentHours(u8);

impl SilentHours {
    /// What holds where nothing was set.
    pub const STANDARD: Self = Self(SILENT_STANDARD);

    /// No silence is told.
    pub const OFF: Self = Self(0);

    /// A silence is told after so many hours.
    ///
    /// # Errors
    /// When these are not 6 to 240.
    pub fn new(silent_hours: u64) -> Result<Self, Fault> {
        let range = (SILENT_MIN, SILENT_MAX);
        let hours = hours("silent_hours", silent_hours, range).map_err(|mut fault| {
            fault.allowed.push("off".to_owned());
            fault
        })?;
        Ok(Self(hours))
    }

    /// How many hours; `None` where no silence is told.
    pub const fn hours(self) -> Option<u8> {
        match self.0 {
            0 => None,
            hours => Some(hours),
        }
    }

    /// How long a silence lasts before it is told, if it is.
    pub(crate) fn span(self) -> Option<SignedDuration> {
        self.hours().map(|hours| SignedDuration::from_hours(i64::from(hours)))
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

/// After how many hours without a movement a confirmation goes all the same (rule S11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrAfterHours(u8);

impl OrAfterHours {
    /// So many hours.
    ///
    /// # Errors
    /// When these are not 1 to 240.
    pub fn new(or_after_hours: u64) -> Result<Self, Fault> {
        let range = (OR_AFTER_MIN, OR_AFTER_MAX);
        let hours = hours("or_after_hours", or_after_hours, range).map_err(|mut fault| {
            fault.allowed.push("off".to_owned());
            fault
        })?;
        Ok(Self(hours))
    }

    /// How many hours.
    pub const fn hours(self) -> u8 {
        self.0
    }

    /// How long that is.
    pub(crate) fn span(self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.0))
    }
}

/// What a label keeps of its partner's watch (rule T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// The warning before its ship-by (rule S2).
    #[serde(
        rename = "d",
        skip_serializing_if = "Deadline::is_standard",
        default = "Deadline::standard"
    )]
    pub deadline: Deadline,
    /// After how long a silence is told (rule S4).
    #[serde(
        rename = "q",
        skip_serializing_if = "SilentHours::is_standard",
        default = "SilentHours::standard"
    )]
    pub silent_hours: SilentHours,
    /// Whether a movement of the partner's parcels was seen in the seven days before the label was first handled: who gets no scans
    /// is not told of each that is missing.
    #[serde(rename = "m", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_fed: bool,
    /// After how long it goes without a movement, if it does (rule S11).
    #[serde(rename = "o", skip_serializing_if = "Option::is_none", default)]
    pub or_after: Option<OrAfterHours>,
}

impl Deadline {
    /// What holds where nothing was set.
    pub const fn standard() -> Self {
        Self::STANDARD
    }
}

impl Watch {
    /// What holds where nothing was set, and no movement was seen.
    pub const STANDARD: Self =
        Self { deadline: Deadline::STANDARD, silent_hours: SilentHours::STANDARD, ..Self::OFF };

    /// Nothing is watched.
    pub const OFF: Self = Self {
        deadline: Deadline::OFF,
        silent_hours: SilentHours::OFF,
        is_fed: false,
        or_after: None,
    };

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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_standard_warning(hours: &u8) -> bool {
    *hours == WARN_STANDARD
}

const fn warn_standard() -> u8 {
    WARN_STANDARD
}

/// A number of hours that may be set, or what is wrong with it.
pub(crate) fn hours(field: &str, given: u64, (least, most): (u8, u8)) -> Result<u8, Fault> {
    let fits = u8::try_from(given).ok().filter(|hours| (least..=most).contains(hours));
    fits.ok_or_else(|| {
        let allowed = format!("a whole number of hours from {least} to {most}");
        Fault::new(field, format!("is {given}")).allowing([allowed])
    })
}
