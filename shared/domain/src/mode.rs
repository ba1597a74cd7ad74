//! Whether a partner's confirmations are sent, or only decided (rule A3), and what was observed in place of sending.

use crate::{Fault, Lock, Moment, Text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Whether what is decided is sent (rule A3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is sent. A new partner starts with it.
    #[default]
    Live,
    /// Everything is decided, and nothing is sent.
    Observe,
}

impl Mode {
    /// Every mode, the standard one first.
    pub const ALL: [Self; 2] = [Self::Live, Self::Observe];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Observe => "observe",
        }
    }

    /// Whether it is the standard one, which is not stored.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Live)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mode {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == text);
        found.ok_or_else(|| {
            let problem = format!("`{}` is not one of its values", Text::cut(text));
            Fault::new("mode", problem).allowing(Self::ALL.map(Self::name))
        })
    }
}

/// What would have been sent of a package, had its partner not only observed (rule A3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// When it would have been claimed.
    pub at: Moment,
    /// What the claim would have fixed. It always has its label.
    #[serde(rename = "l")]
    pub lock: Lock,
    /// What the channel held when a person had it asked last.
    #[serde(rename = "sh", skip_serializing_if = "Option::is_none", default)]
    pub shows: Option<ChannelShows>,
}

impl Observed {
    /// Whether the channel was told of the package otherwise, as far as it was asked.
    pub(crate) fn is_told(&self) -> bool {
        self.shows.as_ref().is_some_and(|shows| match shows.what {
            ShownNumber::Ours | ShownNumber::Other(_) | ShownNumber::Unclear(_) => true,
            ShownNumber::Former(_) | ShownNumber::Nothing => false,
        })
    }
}

/// What a channel held of a package that was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelShows {
    /// When it was asked.
    pub at: Moment,
    /// What it held.
    #[serde(rename = "w")]
    pub what: ShownNumber,
}

/// Which number a channel held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShownNumber {
    /// The one that would have been sent.
    #[serde(rename = "ours")]
    Ours,
    /// Another one.
    #[serde(rename = "other")]
    Other(Text),
    /// One that it shows while the order is still to be shipped.
    #[serde(rename = "former")]
    Former(Text),
    /// None.
    #[serde(rename = "none")]
    Nothing,
    /// It did not say which.
    #[serde(rename = "unclear")]
    Unclear(Text),
}
