//! What a confirmation and an IMEI have in common: each is to be sent, is being sent, or is in doubt, until somebody knows its
//! end. The ends are in [`crate::Stage`] and [`crate::LineState`].

use crate::{Moment, Text};
use serde::{Deserialize, Serialize};

/// A submission whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attempt {
    /// A sender is to claim it. For a confirmation, this is the identical request once more.
    #[serde(rename = "p")]
    Pending(Pending),
    /// A sender claimed it: a request may be under way.
    #[serde(rename = "s")]
    Sending {
        /// When the claim ends.
        #[serde(rename = "to")]
        lease_until: Moment,
    },
    /// It was submitted, and we do not know whether the channel took it.
    #[serde(rename = "d")]
    InDoubt(Doubt),
}

/// Work for a sender that none has claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// No sender claims it before this.
    #[serde(rename = "nb", skip_serializing_if = "Option::is_none", default)]
    pub not_before: Option<Moment>,
    /// When to ring again.
    #[serde(rename = "r")]
    pub ring: Ring,
}

/// A submission whose outcome is unknown, and the reads so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Since when.
    #[serde(rename = "at")]
    pub since: Moment,
    /// Why it is in doubt.
    pub why: Text,
    /// How many reads were tried.
    #[serde(rename = "n")]
    pub reads: u8,
    /// How many of them showed nothing.
    #[serde(rename = "no")]
    pub absent: u8,
    /// When to read next.
    #[serde(rename = "nx")]
    pub read_at: Moment,
    /// When to ring again.
    #[serde(rename = "r")]
    pub ring: Ring,
    /// Whether it is in doubt because the table was restored: then nothing identical is repeated (rule A2).
    #[serde(rename = "rst", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_restored: bool,
}

/// When the sweep rings again for work that a sender has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// When.
    #[serde(rename = "at")]
    pub next: Moment,
    /// How often it rang so far.
    #[serde(rename = "n", skip_serializing_if = "is_zero_u8", default)]
    pub count: u8,
    /// Whether the work waits because its partner is paused (rule A1). When that ends it is due at once.
    #[serde(rename = "ps", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_paused: bool,
}

/// The tries of what is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Since when it is due, over all tries.
    #[serde(rename = "d")]
    pub since: Moment,
    /// What failed so far.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none", default)]
    pub failures: Option<Failures>,
}

/// What failed so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// How often it was certainly not applied. Zero where it came back from doubt, which has a reason, too.
    #[serde(rename = "n", skip_serializing_if = "is_zero_u8", default)]
    pub count: u8,
    /// The last reason.
    pub why: Text,
}

/// The identical repeats of a submission in doubt (rule P11g). Where there are any, the submission that is under way is one of
/// them, and what the channel answers to it proves nothing about the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// How many there were.
    #[serde(rename = "n")]
    pub count: u8,
    /// Since when the submission is in doubt, over all of them.
    #[serde(rename = "at")]
    pub since: Moment,
    /// Whether the channel refused the last one for good: there are no more (rule P11h).
    #[serde(rename = "no", skip_serializing_if = "std::ops::Not::not", default)]
    pub refused: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_zero_u8(n: &u8) -> bool {
    *n == 0
}

impl Tries {
    /// Due from now on, and not tried yet.
    pub(crate) const fn from(now: Moment) -> Self {
        Self { since: now, failures: None }
    }
}
