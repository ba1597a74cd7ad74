//! What became of a package, and of an IMEI that is registered by itself, as it is stored.

use crate::{Imei, LabelId, Moment, Text};
use serde::{Deserialize, Serialize};

/// What became of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Something has to happen first.
    #[serde(rename = "waiting")]
    Waiting(WaitingFor),
    /// To be claimed by a sender.
    #[serde(rename = "ready")]
    Ready {
        /// Not claimed before this.
        #[serde(rename = "nb", skip_serializing_if = "Option::is_none", default)]
        not_before: Option<Moment>,
        /// Whether IMEIs are missing, and it goes out all the same.
        #[serde(rename = "wo", skip_serializing_if = "std::ops::Not::not", default)]
        imeis_missing: bool,
        /// When to ring again.
        #[serde(rename = "r")]
        ring: Ring,
    },
    /// Not sent, by a decision that a person can undo.
    #[serde(rename = "held")]
    Held(Held),
    /// Not sent, by a rule.
    #[serde(rename = "withheld")]
    Withheld(Withheld),
    /// Claimed: a request may be under way.
    #[serde(rename = "sending")]
    Sending {
        /// When the claim ends.
        #[serde(rename = "to")]
        lease_until: Moment,
    },
    /// The channel has our number.
    #[serde(rename = "confirmed")]
    Confirmed {
        /// When we knew.
        at: Moment,
        /// How we know.
        by: Evidence,
    },
    /// The channel refused it for good; certainly not applied.
    #[serde(rename = "rejected")]
    Rejected(Rejection),
    /// Submitted, and we do not know whether the channel took it.
    #[serde(rename = "in_doubt")]
    InDoubt(Doubt),
    /// The channel holds another number.
    #[serde(rename = "conflict")]
    Conflict {
        /// When we saw it.
        at: Moment,
        /// What it holds.
        found: Text,
    },
    /// It cannot be found out whether the channel took it.
    #[serde(rename = "unresolved")]
    Unresolved {
        /// Since when.
        at: Moment,
        /// Why.
        why: Text,
        /// The number that the channel shows while the order is still to be shipped, where that is why.
        #[serde(rename = "fmr", skip_serializing_if = "Option::is_none", default)]
        former: Option<Text>,
    },
    /// Closed by a person: nothing more is done about it.
    #[serde(rename = "closed")]
    Closed {
        /// When.
        at: Moment,
    },
}

impl State {
    /// It cannot be found out, for this reason.
    pub(crate) const fn unresolved(why: Text, at: Moment) -> Self {
        Self::Unresolved { at, why, former: None }
    }

    /// The channel shows this number, and that the order is still to be shipped: a person must look.
    pub(crate) fn holding_former(found: &Text, at: Moment) -> Self {
        let why = format!("it shows the number {found}, and that the order is still to be shipped");
        Self::Unresolved { at, why: Text::cut(&why), former: Some(found.clone()) }
    }

    /// As it is written everywhere: `in_doubt`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::Ready { .. } => "ready",
            Self::Held(_) => "held",
            Self::Withheld(_) => "withheld",
            Self::Sending { .. } => "sending",
            Self::Confirmed { .. } => "confirmed",
            Self::Rejected(_) => "rejected",
            Self::InDoubt(_) => "in_doubt",
            Self::Conflict { .. } => "conflict",
            Self::Unresolved { .. } => "unresolved",
            Self::Closed { .. } => "closed",
        }
    }
}

/// What a package waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitingFor {
    /// A label.
    #[serde(rename = "label")]
    Label,
    /// The carrier's first movement.
    #[serde(rename = "move")]
    Movement,
    /// IMEIs, until a deadline.
    #[serde(rename = "imei")]
    Imeis {
        /// When the wait ends (rule I3).
        #[serde(rename = "to")]
        deadline: Moment,
        /// When a quarter of the window remains (rule I5).
        #[serde(rename = "w")]
        warn_at: Moment,
        /// Whether `ImeiDueSoon` was told.
        #[serde(rename = "told", skip_serializing_if = "std::ops::Not::not", default)]
        warned: bool,
    },
}

/// Why a package is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Held {
    /// IMEIs are missing, and the partner's policy is to hold.
    #[serde(rename = "imei")]
    ImeisMissing,
    /// A person said so.
    #[serde(rename = "person")]
    Person,
}

/// Why a package is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Withheld {
    /// The order was cancelled (rule L4).
    #[serde(rename = "cancelled")]
    Cancelled,
    /// Another package's number went to a channel that takes one per order (rule L5).
    #[serde(rename = "one")]
    OneTrackingPerOrder,
    /// The partner's timing is, or was since the label, `never` (rule T5).
    #[serde(rename = "never")]
    Never,
}

/// How we know that the channel has our number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// It accepted the submission.
    #[serde(rename = "accepted")]
    Accepted,
    /// It showed our number when asked.
    #[serde(rename = "read_back")]
    ReadBack,
    /// A person looked.
    #[serde(rename = "person")]
    Person,
}

/// A final refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// When.
    pub at: Moment,
    /// The channel's code.
    pub code: Text,
    /// The channel's words.
    pub why: Text,
    /// The label that was refused; another starts afresh.
    #[serde(rename = "lbl")]
    pub label: LabelId,
}

/// A submission whose outcome is unknown, and the reads so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Since when.
    #[serde(rename = "at")]
    pub since: Moment,
    /// Why it is in doubt.
    pub why: Text,
    /// Reads tried.
    #[serde(rename = "n")]
    pub reads: u8,
    /// Reads that showed nothing.
    #[serde(rename = "no")]
    pub absent: u8,
    /// When to read next.
    #[serde(rename = "nx")]
    pub read_at: Moment,
    /// When to ring again.
    #[serde(rename = "r")]
    pub ring: Ring,
    /// Whether it was a repeat, and the channel refused that for good: it is not repeated again.
    #[serde(rename = "no_more", skip_serializing_if = "std::ops::Not::not", default)]
    pub refused: bool,
}

/// When the sweep rings again for work that a sender has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// When.
    #[serde(rename = "at")]
    pub next: Moment,
    /// How often it did.
    #[serde(rename = "n", skip_serializing_if = "is_zero_u8", default)]
    pub count: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
pub(crate) const fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_zero_u8(n: &u8) -> bool {
    *n == 0
}

/// What failed so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// How often.
    #[serde(rename = "n", skip_serializing_if = "is_zero_u8", default)]
    pub failures: u8,
    /// The last reason.
    pub why: Text,
    /// How often it came back from doubt.
    #[serde(rename = "b", skip_serializing_if = "is_zero_u8", default)]
    pub returns: u8,
    /// Since when it was in doubt first, once it came back from there.
    #[serde(rename = "ds", skip_serializing_if = "Option::is_none", default)]
    pub doubted_since: Option<Moment>,
}

/// One IMEI that is registered by a request of its own (rule I7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The IMEI.
    pub imei: Imei,
    /// Since when it is due.
    pub since: Moment,
    /// Where it stands.
    #[serde(rename = "st")]
    pub state: LineState,
    /// Counts claims and expired leases.
    #[serde(rename = "f", skip_serializing_if = "is_zero", default)]
    pub fence: u32,
    /// What failed so far.
    #[serde(rename = "try", skip_serializing_if = "Option::is_none", default)]
    pub attempts: Option<Attempts>,
}

/// Where the registration of an IMEI stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineState {
    /// To be claimed by a sender.
    #[serde(rename = "pending")]
    Pending {
        /// Not claimed before this.
        #[serde(rename = "nb", skip_serializing_if = "Option::is_none", default)]
        not_before: Option<Moment>,
        /// When to ring again.
        #[serde(rename = "r")]
        ring: Ring,
    },
    /// Claimed: a request may be under way.
    #[serde(rename = "sending")]
    Sending {
        /// When the claim ends.
        #[serde(rename = "to")]
        lease_until: Moment,
    },
    /// Submitted, outcome unknown.
    #[serde(rename = "in_doubt")]
    InDoubt(Doubt),
    /// Registered.
    #[serde(rename = "done")]
    Done {
        /// When we knew.
        at: Moment,
    },
    /// Not registered; a person must do it.
    #[serde(rename = "failed")]
    Failed {
        /// When.
        at: Moment,
        /// Why.
        why: Text,
    },
}
