//! What became of a package, and of a line's device that is registered by a request of its own, as it is stored.

use crate::{
    Attempt, Device, Doubt, LabelId, Lock, Moment, Observed, Pending, Repeats, Text, Tries,
};
use serde::{Deserialize, Serialize};

/// What became of a package. What a claim has fixed is [`Sent`]; the other states are not claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Something has to happen first.
    #[serde(rename = "waiting")]
    Waiting(WaitingFor),
    /// A sender is to claim it. What goes out is whatever is due by then.
    #[serde(rename = "ready")]
    Ready(Ready),
    /// It is not sent, by a decision that a person can undo.
    #[serde(rename = "held")]
    Held(Held),
    /// It is not sent, by a rule.
    #[serde(rename = "withheld")]
    Withheld(Withheld),
    /// The channel refused it for good. It was certainly not applied.
    #[serde(rename = "rejected")]
    Rejected(Rejection),
    /// A person closed it before anything of it was sent: nothing more is done about it.
    #[serde(rename = "closed")]
    Closed {
        /// When.
        at: Moment,
    },
    /// Its partner observes: this would have been sent (rule A3).
    #[serde(rename = "observed")]
    Observed(Observed),
    /// A sender claimed it, and it is not proven that nothing was applied: its number stays as it is (rule L1).
    #[serde(rename = "sent")]
    Sent(Sent),
}

/// What may be claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Since when it is due, and what failed.
    #[serde(rename = "t")]
    pub tries: Tries,
    /// When it may be claimed.
    #[serde(rename = "p")]
    pub pending: Pending,
}

/// What a claim fixed, and what became of it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What was fixed.
    #[serde(rename = "l")]
    pub lock: Lock,
    /// Since when it is due, and what failed.
    #[serde(rename = "t")]
    pub tries: Tries,
    /// Its identical repeats, once there are any.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none", default)]
    pub repeats: Option<Repeats>,
    /// Where it stands.
    #[serde(rename = "s")]
    pub stage: Stage,
}

/// Where something that was claimed stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Nobody knows its end: only the identical request may follow.
    #[serde(rename = "o")]
    Open(Attempt),
    /// The channel has our number.
    #[serde(rename = "confirmed")]
    Confirmed {
        /// When we knew.
        at: Moment,
        /// How we know.
        by: Evidence,
    },
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
    /// A person closed it: nothing more is done about it.
    #[serde(rename = "closed")]
    Closed {
        /// When.
        at: Moment,
    },
}

impl State {
    /// The name by which people and programs see it: `in_doubt`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::Ready(_) => "ready",
            Self::Held(_) => "held",
            Self::Withheld(_) => "withheld",
            Self::Rejected(_) => "rejected",
            Self::Closed { .. } => "closed",
            Self::Observed(_) => "observed",
            Self::Sent(sent) => sent.stage.name(),
        }
    }

    /// What was claimed, if anything was.
    pub const fn sent(&self) -> Option<&Sent> {
        match self {
            Self::Sent(sent) => Some(sent),
            Self::Waiting(_)
            | Self::Ready(_)
            | Self::Held(_)
            | Self::Withheld(_)
            | Self::Rejected(_)
            | Self::Observed(_)
            | Self::Closed { .. } => None,
        }
    }

    /// Whether a person closed it.
    pub const fn is_closed(&self) -> bool {
        match self {
            Self::Closed { .. } | Self::Sent(Sent { stage: Stage::Closed { .. }, .. }) => true,
            Self::Waiting(_)
            | Self::Ready(_)
            | Self::Held(_)
            | Self::Withheld(_)
            | Self::Rejected(_)
            | Self::Observed(_)
            | Self::Sent(_) => false,
        }
    }

    /// What would have been sent, where it was observed (rule A3).
    pub const fn observed(&self) -> Option<&Observed> {
        match self {
            Self::Observed(observed) => Some(observed),
            Self::Waiting(_)
            | Self::Ready(_)
            | Self::Held(_)
            | Self::Withheld(_)
            | Self::Rejected(_)
            | Self::Closed { .. }
            | Self::Sent(_) => None,
        }
    }

    /// Since when it is due and what failed, where it is due or was.
    pub const fn tries(&self) -> Option<&Tries> {
        match self {
            Self::Ready(ready) => Some(&ready.tries),
            Self::Sent(sent) => Some(&sent.tries),
            Self::Waiting(_)
            | Self::Held(_)
            | Self::Withheld(_)
            | Self::Rejected(_)
            | Self::Observed(_)
            | Self::Closed { .. } => None,
        }
    }

    /// When it may be claimed, for the first time or once more, where it waits for that.
    pub const fn pending(&self) -> Option<&Pending> {
        match self {
            Self::Ready(Ready { pending, .. })
            | Self::Sent(Sent { stage: Stage::Open(Attempt::Pending(pending)), .. }) => {
                Some(pending)
            }
            Self::Waiting(_)
            | Self::Held(_)
            | Self::Withheld(_)
            | Self::Rejected(_)
            | Self::Observed(_)
            | Self::Closed { .. }
            | Self::Sent(_) => None,
        }
    }

    /// Whether a request for it may be under way.
    pub fn is_sending(&self) -> bool {
        matches!(self.stage(), Some(Stage::Open(Attempt::Sending { .. })))
    }

    /// The doubt about it, where there is one.
    pub fn doubt(&self) -> Option<&Doubt> {
        let Some(Stage::Open(Attempt::InDoubt(doubt))) = self.stage() else { return None };
        Some(doubt)
    }

    /// Where what was claimed stands, if anything was.
    pub fn stage(&self) -> Option<&Stage> {
        self.sent().map(|sent| &sent.stage)
    }
}

impl Stage {
    /// It cannot be found out, for this reason.
    pub(crate) const fn unresolved(why: Text, at: Moment) -> Self {
        Self::Unresolved { at, why, former: None }
    }

    /// The channel shows this number, and that the order is still to be shipped: a person must look.
    pub(crate) fn holding_former(found: &Text, at: Moment) -> Self {
        let why = format!("it shows the number {found}, and that the order is still to be shipped");
        Self::Unresolved { at, why: Text::cut(&why), former: Some(found.clone()) }
    }

    /// When we knew from the channel itself, and not from a person, what it holds.
    pub(crate) const fn known_by_channel(&self) -> Option<Moment> {
        match self {
            Self::Confirmed { at, by: Evidence::Accepted | Evidence::ReadBack }
            | Self::Conflict { at, .. } => Some(*at),
            Self::Confirmed { by: Evidence::Person, .. }
            | Self::Open(_)
            | Self::Unresolved { .. }
            | Self::Closed { .. } => None,
        }
    }

    /// The name by which people and programs see it. A repeat that waits is `ready`, too.
    const fn name(&self) -> &'static str {
        match self {
            Self::Open(Attempt::Pending(_)) => "ready",
            Self::Open(Attempt::Sending { .. }) => "sending",
            Self::Open(Attempt::InDoubt(_)) => "in_doubt",
            Self::Confirmed { .. } => "confirmed",
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
    /// The day its parcel goes: its label was made ahead (rule L10).
    #[serde(rename = "day")]
    ShipDay {
        /// When that day begins.
        #[serde(rename = "at")]
        from: Moment,
    },
    /// The time that its partner sends after (rule S10).
    #[serde(rename = "time")]
    SendAfter {
        /// When that is.
        #[serde(rename = "at")]
        from: Moment,
    },
    /// IMEIs, until a deadline.
    #[serde(rename = "imei")]
    Imeis {
        /// When the wait ends (rule I3).
        #[serde(rename = "to")]
        deadline: Moment,
        /// When a quarter of the window remains (rule I5).
        #[serde(rename = "w")]
        warn_at: Moment,
        /// Whether `ImeiDueSoon` was published.
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
    /// Two tellings of its label contradict each other (rule L7).
    #[serde(rename = "two")]
    LabelDisputed,
    /// The parcel of a former label moves (rule L8).
    #[serde(rename = "former")]
    ReplacedLabelMoves,
    /// A line of it was cancelled in part, and nobody knows of which label (rule L9).
    #[serde(rename = "lines")]
    ItemsCancelled,
    /// The buyer wishes to cancel (rule S5).
    #[serde(rename = "wish")]
    CancelRequested,
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

/// How we know that a channel has our number.
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
pub(crate) const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// A line's IMEI, serial number or both, registered by a request of its own (rules I7 and I11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What the request has.
    #[serde(rename = "dev")]
    pub device: Device,
    /// Raised by each claim, and by each lease that ends.
    #[serde(rename = "f", skip_serializing_if = "is_zero", default)]
    pub fence: u32,
    /// Since when it is due, and what failed.
    #[serde(rename = "t")]
    pub tries: Tries,
    /// The `restored_at` for which its request was in doubt once (rule A2).
    #[serde(rename = "rst", skip_serializing_if = "Option::is_none", default)]
    pub restored: Option<Moment>,
    /// Where it stands.
    #[serde(rename = "st")]
    pub state: LineState,
}

/// Where the registration of a line's device stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineState {
    /// Nobody knows its end.
    #[serde(rename = "o")]
    Open(Attempt),
    /// The channel has it.
    #[serde(rename = "done")]
    Done {
        /// When we knew.
        at: Moment,
    },
    /// The channel does not have it, and a person must enter it there.
    #[serde(rename = "failed")]
    Failed {
        /// When.
        at: Moment,
        /// Why.
        why: Text,
    },
}
