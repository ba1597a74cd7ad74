//! The looks at what a channel holds of a package that is in no doubt (rules S7 and S8), as they are stored.

use crate::{Moment, NumberKey, Ring, Text};
use serde::{Deserialize, Serialize};

/// The looks at a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    /// The last one that was answered.
    #[serde(rename = "a", skip_serializing_if = "Option::is_none", default)]
    pub answered: Option<LookOf>,
    /// The last one that was dropped.
    #[serde(rename = "x", skip_serializing_if = "Option::is_none", default)]
    pub dropped: Option<LookOf>,
    /// When a person asked for one that was not answered so far.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub asked_for: Option<Moment>,
    /// The one that is due, or will be within minutes.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none", default)]
    pub due: Option<LookTry>,
}

impl Looks {
    /// Whether there is none: that is not stored.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A look at a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookOf {
    /// When the channel was asked; when it was dropped, for one that was not answered.
    pub at: Moment,
    /// The number of the package then.
    #[serde(rename = "n")]
    pub number: NumberKey,
}

/// A look that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookTry {
    /// When to ask next.
    pub at: Moment,
    /// Since when it is due, where it was put off since.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", default)]
    pub due_since: Option<Moment>,
    /// When to ring again.
    #[serde(rename = "r")]
    pub ring: Ring,
}

impl LookTry {
    /// Since when it is due.
    pub fn since(self) -> Moment {
        self.due_since.unwrap_or(self.at)
    }
}

/// What a channel showed in place of the number that it took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotShown {
    /// Another number; `None` where there was none.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none", default)]
    pub found: Option<Text>,
}
