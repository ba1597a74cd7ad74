//! Where a package, and the IMEI of a line, stand: the words of RULES.md, "A package's life".

use crate::act::Ms;
use crate::told::{Label, Lines, Told};
use domain::Evidence;
use std::rc::Rc;

/// A moment, where the rules fix it, or its bounds, where they leave some room (jitter).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct When {
    pub earliest: Ms,
    pub latest: Ms,
}

impl When {
    /// Exactly then.
    pub fn exactly(at: Ms) -> Self {
        Self { earliest: at, latest: at }
    }
}

/// When the sweep rings next, and how often it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Rings {
    pub next: When,
    pub count: u8,
}

/// Submitted, outcome unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Doubt {
    pub since: Ms,
    pub reads: u8,
    pub absent: u8,
    pub read_at: When,
    pub rings: Rings,
    /// It was a repeat, and refused for good.
    pub refused: bool,
}

/// Where a package stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum Stand {
    WaitingLabel,
    WaitingMovement,
    WaitingImeis {
        deadline: Ms,
        warn_at: Ms,
        warned: bool,
    },
    Ready {
        not_before: Option<When>,
        imeis_missing: bool,
        rings: Rings,
    },
    HeldImeis,
    HeldPerson,
    WithheldCancelled,
    WithheldOne,
    WithheldNever,
    Sending {
        lease: Ms,
    },
    Confirmed {
        at: Ms,
        by: Evidence,
    },
    Rejected {
        at: Ms,
        label: usize,
        gave_up: bool,
    },
    InDoubt(Doubt),
    Conflict {
        at: Ms,
    },
    /// With the number that was shown while the order is still to be shipped, where that is why.
    Unresolved {
        at: Ms,
        former: Option<usize>,
    },
    Closed {
        at: Ms,
    },
}

/// A [`Stand`] without its particulars: the rows of the tables. `Again` is `Ready` with the lock kept: only the identical
/// request may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum Class {
    Absent,
    WaitingLabel,
    WaitingMovement,
    WaitingImeis,
    Ready,
    Again,
    HeldImeis,
    HeldPerson,
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
    LinePending,
    LineSending,
    LineInDoubt,
    LineDone,
    LineFailed,
}

impl Class {
    /// Every class, in the order in which it is declared.
    pub const ALL: [Self; 23] = [
        Self::Absent,
        Self::WaitingLabel,
        Self::WaitingMovement,
        Self::WaitingImeis,
        Self::Ready,
        Self::Again,
        Self::HeldImeis,
        Self::HeldPerson,
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
        Self::LinePending,
        Self::LineSending,
        Self::LineInDoubt,
        Self::LineDone,
        Self::LineFailed,
    ];

    /// Its place among all.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|class| *class == self).unwrap_or_default()
    }

    /// The name of the product's state.
    pub fn state_name(self) -> &'static str {
        match self {
            Self::Absent => "",
            Self::WaitingLabel | Self::WaitingMovement | Self::WaitingImeis => "waiting",
            Self::Ready | Self::Again => "ready",
            Self::HeldImeis | Self::HeldPerson => "held",
            Self::WithheldCancelled | Self::WithheldOne | Self::WithheldNever => "withheld",
            Self::Sending => "sending",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::InDoubt => "in doubt",
            Self::Conflict => "conflict",
            Self::Unresolved => "unresolved",
            Self::Closed => "closed",
            Self::LinePending => "pending",
            Self::LineSending => "line sending",
            Self::LineInDoubt => "line in doubt",
            Self::LineDone => "done",
            Self::LineFailed => "failed",
        }
    }
}

/// What made a confirmation due (rule M7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Because {
    Moved(Told),
    Labelled,
    Person,
}

/// What was frozen at the claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as in the product's")]
pub struct Lock {
    pub label: Label,
    pub ship_date: Ms,
    pub lines: Lines,
    /// Each line's IMEIs, as bits.
    pub imeis: Vec<(usize, usize)>,
    pub reference: bool,
    /// None where no request of ours was ever made: a read showed our number before.
    pub hash: Option<usize>,
    pub because: Because,
    pub despite_cancel: bool,
    /// What a person had said of the number that was there before.
    pub former: Option<usize>,
    pub doubted: bool,
    pub deduped: bool,
}

/// What failed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tries {
    pub failures: u8,
    pub returns: u8,
    /// Since when it was in doubt first, over all identical repeats.
    pub doubted_since: Option<Ms>,
    pub words: usize,
}

/// Where the IMEI of a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum LineStand {
    Pending { not_before: Option<When>, rings: Rings },
    Sending { lease: Ms },
    InDoubt(Doubt),
    Done { at: Ms },
    Failed { at: Ms },
}

/// The IMEI of one line, registered by a request of its own (rule I7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Line {
    pub item: usize,
    pub imei: usize,
    pub since: Ms,
    pub stand: LineStand,
    pub fence: u32,
    pub tries: Option<Tries>,
}

/// A package, as the rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Parcel {
    pub id: usize,
    pub stand: Stand,
    /// A person's hold.
    pub held: bool,
    /// The label a person said to send.
    pub sent_by_person: Option<usize>,
    /// The label that `never` stopped at a claim.
    pub stopped: Option<usize>,
    /// The label that a person released from `never`, and when.
    pub released: Option<(usize, Ms)>,
    /// The label, and the former number that a person said is nothing to it.
    pub former: Option<(usize, usize)>,
    pub due_since: Option<Ms>,
    pub fence: u32,
    pub lock: Option<Rc<Lock>>,
    pub tries: Option<Tries>,
    pub lines: Vec<Line>,
    /// Its IMEIs go by themselves: one in the confirmation did cost it (rule I7).
    pub apart: bool,
    pub delayed: bool,
    /// Marks a person has dealt with, by their place in [`crate::marks::MARKS`].
    pub resolved: u8,
}

impl Parcel {
    /// The former number that a person said is nothing to this label.
    pub fn former_of(&self, label: usize) -> Option<usize> {
        self.former.filter(|(of, _)| *of == label).map(|(_, words)| words)
    }

    /// Whether it is an identical repeat that was sent, or is to be.
    pub fn is_repeat(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.doubted)
    }

    /// Rule I7: whether an IMEI went in the confirmation: for exactly one line of quantity 1.
    pub fn carries_imei(&self) -> bool {
        !self.apart
            && self.lock.as_ref().is_some_and(|lock| {
                matches!(lock.lines.as_slice(), [(_, 1, true)]) && !lock.imeis.is_empty()
            })
    }

    /// Since when its doubt counts: the first one, over all identical repeats.
    pub fn doubted_since(&self, doubt: &Doubt) -> Ms {
        self.tries.and_then(|tries| tries.doubted_since).unwrap_or(doubt.since)
    }

    /// A package nothing is known of.
    pub fn new(id: usize) -> Self {
        Self {
            id,
            stand: Stand::WaitingLabel,
            held: false,
            sent_by_person: None,
            stopped: None,
            released: None,
            former: None,
            due_since: None,
            fence: 0,
            lock: None,
            tries: None,
            lines: Vec::new(),
            apart: false,
            delayed: false,
            resolved: 0,
        }
    }

    /// Its row in the tables.
    pub fn class(&self) -> Class {
        match self.stand {
            Stand::WaitingLabel => Class::WaitingLabel,
            Stand::WaitingMovement => Class::WaitingMovement,
            Stand::WaitingImeis { .. } => Class::WaitingImeis,
            Stand::Ready { .. } if self.lock.is_some() => Class::Again,
            Stand::Ready { .. } => Class::Ready,
            Stand::HeldImeis => Class::HeldImeis,
            Stand::HeldPerson => Class::HeldPerson,
            Stand::WithheldCancelled => Class::WithheldCancelled,
            Stand::WithheldOne => Class::WithheldOne,
            Stand::WithheldNever => Class::WithheldNever,
            Stand::Sending { .. } => Class::Sending,
            Stand::Confirmed { .. } => Class::Confirmed,
            Stand::Rejected { .. } => Class::Rejected,
            Stand::InDoubt(_) => Class::InDoubt,
            Stand::Conflict { .. } => Class::Conflict,
            Stand::Unresolved { .. } => Class::Unresolved,
            Stand::Closed { .. } => Class::Closed,
        }
    }
}

impl Line {
    /// Whether it is still to be registered, for all that is known.
    pub fn is_unregistered(&self) -> bool {
        !matches!(self.stand, LineStand::Done { .. } | LineStand::Failed { .. })
    }

    /// Its row in the tables.
    pub fn class(&self) -> Class {
        match self.stand {
            LineStand::Pending { .. } => Class::LinePending,
            LineStand::Sending { .. } => Class::LineSending,
            LineStand::InDoubt(_) => Class::LineInDoubt,
            LineStand::Done { .. } => Class::LineDone,
            LineStand::Failed { .. } => Class::LineFailed,
        }
    }
}
