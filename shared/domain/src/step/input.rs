//! What can happen to an order.

use super::{OrderShown, Reading, ShownImeis};
use crate::{
    DeviceId, EventId, ImeiUpdated, ItemId, LabelCreated, LabelId, LabelVoided, Moment, Movement,
    NumberKey, OrderCancelled, OrderUpdated, PackageId, PartnerNow, Person, RefusedLabel, Terms,
    Text, TrackingNumber,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "few live at a time, and most are labels")]
pub enum Input {
    /// A label was made.
    Label {
        /// The event.
        event: LabelCreated,
        /// The settings now (rule T4).
        terms: Terms,
        /// The event's id.
        id: EventId,
    },
    /// An event of a label was refused, and its order can be read (rule L15).
    LabelRefused(RefusedLabel),
    /// A label was voided.
    Void(LabelVoided),
    /// The order was cancelled.
    Cancel(OrderCancelled),
    /// Something became of the order at its channel.
    Updated(OrderUpdated),
    /// The carrier moved the parcel, once or more.
    Moved {
        /// Its number.
        number: NumberKey,
        /// What was scanned.
        movements: Vec<Movement>,
    },
    /// IMEIs or serial numbers were entered.
    Imei(ImeiUpdated),
    /// An IMEI or a serial number that came by event was found to be another order's, too (rule I9).
    Twice {
        /// The line that it came for.
        item: ItemId,
        /// The IMEI or the serial number.
        id: DeviceId,
        /// In words, where else it is.
        place: Text,
    },
    /// A number of a package belongs to as many orders as it may: no scan of it will reach this one (rule N5).
    Overused {
        /// Which package has it.
        package: PackageId,
        /// The number.
        number: NumberKey,
    },
    /// Time has passed.
    Tick,
    /// The channel was asked before a claim: a submission there overrides what a person entered.
    Preflight {
        /// Which package is to be claimed.
        package: PackageId,
        /// The number that the channel's number was compared with.
        tracking: TrackingNumber,
        /// What was found. A claim may follow only where that is nothing.
        reading: Reading,
        /// What the answer shows of the order.
        shown: OrderShown,
        /// When it was asked.
        asked_at: Moment,
    },
    /// A sender wants to submit.
    Claim(Claim),
    /// A sender could not even try.
    Postpone {
        /// What it wanted to submit.
        target: Target,
        /// Why not.
        why: NotApplied,
    },
    /// It is not the partner's turn, so a sender comes back later. Nothing failed, and nothing was asked.
    Wait {
        /// What the sender wanted to submit, or to read.
        target: Target,
        /// When it may be the partner's turn.
        until: Moment,
    },
    /// A sender found the order's partner stopped or paused. Time that passes so makes no order late.
    Park {
        /// What it wanted to submit, or to read.
        target: Target,
        /// What its partner is.
        parking: Parking,
    },
    /// A submission ended.
    Outcome {
        /// What was submitted.
        target: Target,
        /// The fence of its claim.
        fence: u32,
        /// How it ended.
        outcome: Outcome,
    },
    /// The channel was asked what it holds.
    Probe {
        /// What is in doubt.
        target: Target,
        /// The fence it was read under.
        fence: u32,
        /// What was found.
        reading: Reading,
        /// The digest of the request as it would be built now, from the lock.
        hash: Option<Text>,
        /// When it was asked. Absence says nothing about what is applied after that.
        asked_at: Moment,
        /// What the answer shows of the order.
        shown: OrderShown,
    },
    /// The channel was asked what it holds of a package that is in no doubt (rule S7).
    Looked {
        /// Which package.
        package: PackageId,
        /// The number that the channel's number was compared with.
        tracking: TrackingNumber,
        /// The fence it was asked under.
        fence: u32,
        /// What was found.
        reading: Reading,
        /// What the answer shows of the order.
        shown: OrderShown,
        /// When it was asked.
        asked_at: Moment,
    },
    /// It is not a look's turn, so a sender comes back later. Nothing failed, and nothing was asked.
    WaitToLook {
        /// Which package was to be looked at.
        package: PackageId,
        /// When it may be its turn.
        until: Moment,
    },
    /// A sender that was to look found the order's partner stopped or paused. Time that passes so does not count.
    ParkLook {
        /// Which package was to be looked at.
        package: PackageId,
        /// What its partner is.
        parking: Parking,
    },
    /// The order's partner is not paused any more: what waited for that is due (rule A1).
    Resumed,
    /// A person puts a refused label aside (rule L15).
    PutAside {
        /// The event that told of it.
        event: EventId,
        /// Who, why and when.
        person: Person,
    },
    /// A person acts.
    Operator {
        /// On which package.
        package: PackageId,
        /// What they do.
        action: Action,
        /// Who, why and when.
        person: Person,
    },
}

impl Input {
    /// Whether it is one of the six events of the bus.
    pub(super) fn is_event(&self) -> bool {
        match self {
            Self::Label { .. }
            | Self::Void(_)
            | Self::Cancel(_)
            | Self::Updated(_)
            | Self::Moved { .. }
            | Self::Imei(_) => true,
            Self::LabelRefused(_)
            | Self::PutAside { .. }
            | Self::Twice { .. }
            | Self::Overused { .. }
            | Self::Tick
            | Self::Preflight { .. }
            | Self::Claim(_)
            | Self::Postpone { .. }
            | Self::Wait { .. }
            | Self::Park { .. }
            | Self::Outcome { .. }
            | Self::Probe { .. }
            | Self::Looked { .. }
            | Self::WaitToLook { .. }
            | Self::ParkLook { .. }
            | Self::Resumed
            | Self::Operator { .. } => false,
        }
    }
}

/// What is submitted to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A package's confirmation.
    Confirmation(PackageId),
    /// One line's IMEI, serial number, or both (rules I7 and I11).
    Imei(PackageId, ItemId),
}

impl Target {
    /// The package it belongs to.
    pub fn package(&self) -> &PackageId {
        match self {
            Self::Confirmation(package) | Self::Imei(package, _) => package,
        }
    }
}

/// Why work waits for its partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parking {
    /// Its credentials fail.
    Stopped,
    /// It is paused (rule A1).
    Paused,
    /// It observes, and a line's own request has nothing to be observed (rule A3).
    Observing,
}

/// A sender's claim, right before it submits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it is to submit.
    pub target: Target,
    /// What its partner has set now.
    pub now: PartnerNow,
    /// When the system was started again on a restored table, if it was. What may have been sent before is put in doubt in place of
    /// the claim (rule A2).
    pub restored_at: Option<Moment>,
    /// When the claim ends: past the last moment its function can live.
    pub lease_until: Moment,
    /// What identifies the request.
    pub seal: Seal,
}

/// What identifies a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Our reference of the package at the channel, where it has one.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<Text>,
    /// A digest of everything that is sent.
    #[serde(rename = "h")]
    pub hash: Text,
    /// Whether this partner's receiver drops a repeat of it by itself, as the partner's settings have it at the claim.
    #[serde(rename = "dd", skip_serializing_if = "std::ops::Not::not", default)]
    pub is_deduped: bool,
    /// The channel's code of the carrier, where a pair of the partner's own has it (rule K2). A repeat uses it again.
    #[serde(rename = "cc", skip_serializing_if = "Option::is_none", default)]
    pub carrier_code: Option<Text>,
}

/// A submission that was certainly not applied, and may be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotApplied {
    /// Why.
    pub reason: Text,
    /// How long the channel asked to wait.
    pub retry_after: Option<SignedDuration>,
}

/// How a submission ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The channel took it, and shows these IMEIs of the order.
    Accepted(ShownImeis),
    /// Certainly not applied; a later try may succeed.
    NotApplied(NotApplied),
    /// Certainly not applied, for good.
    Refused {
        /// The channel's code.
        code: Text,
        /// The channel's words.
        message: Text,
    },
    /// The channel says that it has shipped already, not by which number.
    AlreadyShipped {
        /// The channel's words.
        message: Text,
    },
    /// Anything else. An unknown outcome is never "not applied".
    Unknown {
        /// What happened.
        reason: Text,
        /// How long the channel asked to wait.
        retry_after: Option<SignedDuration>,
    },
}

impl Outcome {
    /// The channel took it, and shows no IMEI.
    pub const ACCEPTED: Self = Self::Accepted(ShownImeis::new());
}

/// What a person does (rule T6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this label now, whatever timing, cancellation and missing IMEIs say.
    SendNow,
    /// Send nothing until released.
    Hold,
    /// End a person's hold; or let go what `never` stopped (rule T5); or refuse the buyer's wish to cancel (rule S5); or say that
    /// the current label is the right one although a former one's parcel moves (rule L8).
    Release,
    /// Say by which label, and which telling of it, the parcel goes (rules L7 and L8).
    UseLabel(LabelChoice),
    /// Try a rejected confirmation again.
    Retry,
    /// Ask the channel what it holds (rule S7).
    Look,
    /// Say what the channel has, where we cannot know.
    Resolve(Resolution),
}

impl Action {
    /// Every action but the choice of a label, which names one.
    pub const WITHOUT_CHOICE: [Self; 8] = [
        Self::SendNow,
        Self::Hold,
        Self::Release,
        Self::Retry,
        Self::Look,
        Self::Resolve(Resolution::Confirmed),
        Self::Resolve(Resolution::Closed),
        Self::Resolve(Resolution::NothingThere),
    ];

    /// Whether a confirmation may go out because of it.
    pub const fn sends(&self) -> bool {
        match self {
            Self::SendNow
            | Self::UseLabel(_)
            | Self::Release
            | Self::Retry
            | Self::Resolve(Resolution::NothingThere) => true,
            Self::Hold | Self::Look | Self::Resolve(Resolution::Confirmed | Resolution::Closed) => {
                false
            }
        }
    }

    /// Its name in data.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UseLabel(_) => "use_label",
            Self::SendNow => "send_now",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Retry => "retry",
            Self::Look => "look",
            Self::Resolve(Resolution::Confirmed) => "resolve as confirmed",
            Self::Resolve(Resolution::Closed) => "resolve as closed",
            Self::Resolve(Resolution::NothingThere) => "resolve as nothing_there",
        }
    }
}

/// Which label of a package a person says is the right one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelChoice {
    /// The label.
    pub label: LabelId,
    /// The event that told of it what is right.
    pub event: EventId,
}

/// What a person found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The channel has our number.
    Confirmed,
    /// Nothing more is to be done.
    Closed,
    /// The channel has nothing, or only the former number that it showed: send again. From `unresolved`, and where what was
    /// taken does not show.
    NothingThere,
}
