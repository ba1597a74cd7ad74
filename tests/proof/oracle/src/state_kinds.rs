//! The names of the states, without what is in them: the rows of the tables.

/// A [`PackageState`](crate::states::PackageState) or [`ImeiState`](crate::states::ImeiState) without its fields: the rows of the tables.
///
/// `Repeat` is a package that is ready with its lock kept: only the identical request may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum StateKind {
    Absent,
    WaitingLabel,
    WaitingMovement,
    WaitingDay,
    WaitingTime,
    WaitingImeis,
    Ready,
    Repeat,
    HeldImeis,
    HeldPerson,
    HeldDisputed,
    HeldMoves,
    HeldItems,
    HeldWish,
    WithheldCancelled,
    WithheldOne,
    WithheldNever,
    Sending,
    Confirmed,
    Rejected,
    InDoubt,
    Conflict,
    Unresolved,
    Closed,
    Observed,
    LinePending,
    LineSending,
    LineInDoubt,
    LineDone,
    LineFailed,
}

impl StateKind {
    /// Every kind, in the order in which the kinds are declared.
    pub const ALL: [Self; 30] = [
        Self::Absent,
        Self::WaitingLabel,
        Self::WaitingMovement,
        Self::WaitingDay,
        Self::WaitingTime,
        Self::WaitingImeis,
        Self::Ready,
        Self::Repeat,
        Self::HeldImeis,
        Self::HeldPerson,
        Self::HeldDisputed,
        Self::HeldMoves,
        Self::HeldItems,
        Self::HeldWish,
        Self::WithheldCancelled,
        Self::WithheldOne,
        Self::WithheldNever,
        Self::Sending,
        Self::Confirmed,
        Self::Rejected,
        Self::InDoubt,
        Self::Conflict,
        Self::Unresolved,
        Self::Closed,
        Self::Observed,
        Self::LinePending,
        Self::LineSending,
        Self::LineInDoubt,
        Self::LineDone,
        Self::LineFailed,
    ];

    /// Its index among all.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default()
    }

    /// The name of the product's state.
    pub fn state_name(self) -> &'static str {
        match self {
            Self::Absent => "",
            Self::WaitingLabel
            | Self::WaitingMovement
            | Self::WaitingDay
            | Self::WaitingTime
            | Self::WaitingImeis => "waiting",
            Self::Ready | Self::Repeat => "ready",
            Self::HeldImeis
            | Self::HeldPerson
            | Self::HeldDisputed
            | Self::HeldMoves
            | Self::HeldItems
            | Self::HeldWish => "held",
            Self::WithheldCancelled | Self::WithheldOne | Self::WithheldNever => "withheld",
            Self::Sending => "sending",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::InDoubt => "in doubt",
            Self::Conflict => "conflict",
            Self::Unresolved => "unresolved",
            Self::Closed => "closed",
            Self::Observed => "observed",
            Self::LinePending => "pending",
            Self::LineSending => "line sending",
            Self::LineInDoubt => "line in doubt",
            Self::LineDone => "done",
            Self::LineFailed => "failed",
        }
    }
}
