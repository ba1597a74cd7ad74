//! The states of a package and of the IMEI of a line, and what is kept beside them. Rules P1 to P13, L1, M7, I7.

use crate::deadlines::DeadlineStage;
use crate::facts::{KeptScan, Label, Lines, ShipBy, Submitted};
use crate::inputs::{Ms, Reading, Remaining, ShownImei};
use crate::looks::Looks;
use crate::silence::{SilenceStage, Unlabelled};
use domain::Evidence;
use std::rc::Rc;

pub use crate::state_kinds::StateKind;

/// When something may happen. Both ends are equal where the rules fix the moment; they differ where the rules allow jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TimeRange {
    pub earliest: Ms,
    pub latest: Ms,
}

impl TimeRange {
    /// The range of this one moment.
    pub fn exactly(at: Ms) -> Self {
        Self { earliest: at, latest: at }
    }
}

/// When the sweep rings next, and how often it has rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SweepRings {
    pub next: TimeRange,
    pub count: u8,
    /// What it rings for waits because the partner is paused (A1).
    pub is_paused: bool,
}

/// Submitted, outcome unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Doubt {
    pub since: Ms,
    pub reads: u8,
    pub absent: u8,
    pub read_at: TimeRange,
    pub rings: SweepRings,
    /// The submission was a repeat, and it was refused for good (P11h).
    pub refused: bool,
    /// It is in doubt because the table was restored (A2).
    pub restored: bool,
}

/// The state of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum PackageState {
    WaitingLabel,
    WaitingMovement,
    WaitingDay {
        from: Ms,
    },
    WaitingTime {
        from: Ms,
    },
    WaitingImeis {
        deadline: Ms,
        warn_at: Ms,
        warned: bool,
    },
    Ready {
        not_before: Option<TimeRange>,
        imeis_missing: bool,
        rings: SweepRings,
    },
    HeldImeis,
    HeldPerson,
    HeldDisputed,
    HeldMoves,
    HeldItems,
    HeldWish,
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
        /// What was refused.
        submitted: Option<Submitted>,
        /// It was sent with more of a line than remains (L9).
        is_cut: bool,
        gave_up: bool,
    },
    InDoubt(Doubt),
    Conflict {
        at: Ms,
    },
    Unresolved {
        at: Ms,
        /// The former number that the channel showed, where that is the reason (P11c).
        former: Option<usize>,
    },
    Closed {
        at: Ms,
    },
    /// A3: what would have been sent is in [`Parcel::observed`].
    Observed {
        at: Ms,
    },
}

/// What made a confirmation due (rule M7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Proof {
    Moved(KeptScan),
    Labelled,
    /// S2, with the ship-by.
    Deadline(Ms),
    /// S11.
    Wait,
    Person,
}

/// What tells the device of a line from every other: its IMEI, its serial number, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Device {
    pub item: usize,
    pub imei: Option<usize>,
    pub serial: Option<usize>,
}

impl Device {
    /// What is left to be registered: "What the channel shows of one of the two alone is not sent to it again".
    #[must_use]
    pub fn without(self, shown: ShownImei) -> Self {
        match shown {
            ShownImei::OnlyImei => Self { imei: None, ..self },
            ShownImei::OnlySerial => Self { serial: None, ..self },
            ShownImei::Ours | ShownImei::Another => self,
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        self.imei.is_none() && self.serial.is_none()
    }
}

/// What a claim fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as in the product's")]
pub struct Lock {
    pub label: Label,
    pub ship_date: Ms,
    pub lines: Lines,
    pub devices: Vec<Device>,
    pub reference: bool,
    /// `None` where we never made a request, because a read showed our number first.
    pub hash: Option<usize>,
    pub proof: Proof,
    pub despite_cancel: bool,
    /// Where a person sent it: what was told by then to remain of its lines (rule L9).
    pub despite_lines: Vec<Remaining>,
    /// The wish to cancel that a person knew of who sent it (rule S5).
    pub despite_wish: Option<Ms>,
    /// Its ship-by was over (rule S3).
    pub is_late: bool,
    /// It is verified (rule S8).
    pub verify: bool,
    /// The former number that a person had dismissed for this label.
    pub dismissed: Option<usize>,
    /// The submission was in doubt and goes out again as it was.
    pub was_in_doubt: bool,
    pub deduped: bool,
}

/// What failed so far, and how often the identical request was repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tries {
    pub failures: u8,
    pub repeats: u8,
    /// When the first doubt began, over all identical repeats.
    pub doubted_since: Option<Ms>,
    pub words: usize,
}

/// The state of the IMEI of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum ImeiState {
    Pending { not_before: Option<TimeRange>, rings: SweepRings },
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
    pub device: Device,
    pub since: Ms,
    pub state: ImeiState,
    pub fence: u32,
    pub tries: Option<Tries>,
    /// The `restored_at` that it was in doubt for (rule A2).
    pub restored: Option<Ms>,
}

/// What was said of one label of a package, and is kept with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelWords {
    /// The label.
    pub label: usize,
    /// `never` stopped it at a claim (rule T5).
    pub is_stopped: bool,
    /// When a person released it from `never` (rule T5).
    pub released: Option<Ms>,
    /// It waits for its movement, whatever is set: nothing was sent any more right before a claim (rules S2 and S11).
    pub stays: bool,
    /// The former number that a person said is nothing to it: `nothing_there` from `unresolved`.
    pub dismissed: Option<usize>,
    /// A person said that it is right although another label's parcel moves (rule L8).
    pub is_right: bool,
}

/// A person's word to send what they saw (rules P13 and L7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SendWord {
    pub label: usize,
    pub submitted: Submitted,
    /// The wish to cancel that stood when the person said it (rule S5).
    pub wish: Option<Ms>,
}

/// The channel took our number, and does not show it (rule S8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotShown {
    /// `None` where it shows no number.
    pub found: Option<usize>,
}

/// What a channel held of what was observed (rule A3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Shows {
    pub asked_at: Ms,
    pub reading: Reading,
}

/// A package, as the rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Parcel {
    pub id: usize,
    pub state: PackageState,
    /// Whether a person holds the package.
    pub held: bool,
    /// What a person said to send.
    pub sent_by_person: Option<SendWord>,
    /// What was said of each of its labels.
    pub label_words: Vec<LabelWords>,
    pub due_since: Option<Ms>,
    pub fence: u32,
    pub lock: Option<Rc<Lock>>,
    /// What would have been sent, where it was observed (rule A3).
    pub observed: Option<Rc<Lock>>,
    /// What the channel held of what was observed, when it was asked last.
    pub shows: Option<Shows>,
    pub tries: Option<Tries>,
    pub lines: Vec<Line>,
    /// Its IMEIs go by requests of their own, because a confirmation with an IMEI in it failed (rule I7).
    pub imeis_apart: bool,
    pub delayed: bool,
    /// What time has made of its ship-by (rule S3).
    pub deadline: Option<DeadlineStage>,
    /// What time has made of its silence (rule S4).
    pub silence: Option<SilenceStage>,
    /// The voided label in whose place it waits for another one, and since when.
    pub unlabelled: Option<Unlabelled>,
    /// When the wish to cancel was told that a person refused (rule S5).
    pub refused_wish: Option<Ms>,
    /// The looks at what the channel holds of it (rule S7).
    pub looks: Looks,
    /// The ship-by that an answer showed last (rule S1).
    pub shown: Option<ShipBy>,
    /// What it shows in the place of our number that it took (rule S8).
    pub not_shown: Option<NotShown>,
    /// The `restored_at` that it was in doubt for (rule A2).
    pub restored: Option<Ms>,
    /// What was left of the label when the package was rejected, while it is.
    pub refused_left: Option<Lines>,
    /// The marks that a person has dealt with, as bits by their index in [`crate::marks::MARKS`].
    pub resolved: u32,
}

impl SendWord {
    /// Whether this label is what the person saw: "for this telling of this label only".
    pub fn is_of(&self, label: &Label) -> bool {
        self.label == label.details.id && self.submitted == label.details.submitted()
    }
}

impl Parcel {
    /// What was said of a label.
    pub fn words(&self, label: usize) -> LabelWords {
        let words = self.label_words.iter().find(|words| words.label == label);
        words.copied().unwrap_or_else(|| LabelWords { label, ..LabelWords::default() })
    }

    /// Changes what was said of a label.
    pub fn say(&mut self, label: usize, change: impl FnOnce(&mut LabelWords)) {
        let mut words = self.words(label);
        change(&mut words);
        self.label_words.retain(|words| words.label != label);
        self.label_words.push(words);
    }

    /// Whether a person said to send this label.
    pub fn is_sent_by_person(&self, label: &Label) -> bool {
        self.sent_by_person.is_some_and(|word| word.is_of(label))
    }

    /// Whether its submission is an identical repeat, sent or to be sent.
    pub fn is_repeat(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.was_in_doubt)
    }

    /// Whether an IMEI goes in the confirmation: that of exactly one line of quantity 1 (rule I7).
    pub fn carries_imei(&self) -> bool {
        !self.imeis_apart
            && self.lock.as_ref().is_some_and(|lock| {
                matches!(lock.lines.as_slice(), [line] if line.is_one_device())
                    && !lock.devices.is_empty()
            })
    }

    /// When its doubt began: the first doubt over all identical repeats.
    pub fn doubted_since(&self, doubt: &Doubt) -> Ms {
        self.tries.and_then(|tries| tries.doubted_since).unwrap_or(doubt.since)
    }

    /// A package without a label.
    pub fn new(id: usize) -> Self {
        Self {
            id,
            state: PackageState::WaitingLabel,
            held: false,
            sent_by_person: None,
            label_words: Vec::new(),
            due_since: None,
            fence: 0,
            lock: None,
            observed: None,
            shows: None,
            tries: None,
            lines: Vec::new(),
            imeis_apart: false,
            delayed: false,
            deadline: None,
            silence: None,
            unlabelled: None,
            refused_wish: None,
            looks: Looks::default(),
            shown: None,
            not_shown: None,
            restored: None,
            refused_left: None,
            resolved: 0,
        }
    }

    /// The row of its state in the tables.
    pub fn state_kind(&self) -> StateKind {
        match self.state {
            PackageState::WaitingLabel => StateKind::WaitingLabel,
            PackageState::WaitingMovement => StateKind::WaitingMovement,
            PackageState::WaitingDay { .. } => StateKind::WaitingDay,
            PackageState::WaitingTime { .. } => StateKind::WaitingTime,
            PackageState::WaitingImeis { .. } => StateKind::WaitingImeis,
            PackageState::Ready { .. } if self.lock.is_some() => StateKind::Repeat,
            PackageState::Ready { .. } => StateKind::Ready,
            PackageState::HeldImeis => StateKind::HeldImeis,
            PackageState::HeldPerson => StateKind::HeldPerson,
            PackageState::HeldDisputed => StateKind::HeldDisputed,
            PackageState::HeldMoves => StateKind::HeldMoves,
            PackageState::HeldItems => StateKind::HeldItems,
            PackageState::HeldWish => StateKind::HeldWish,
            PackageState::WithheldCancelled => StateKind::WithheldCancelled,
            PackageState::WithheldOne => StateKind::WithheldOne,
            PackageState::WithheldNever => StateKind::WithheldNever,
            PackageState::Sending { .. } => StateKind::Sending,
            PackageState::Confirmed { .. } => StateKind::Confirmed,
            PackageState::Rejected { .. } => StateKind::Rejected,
            PackageState::InDoubt(_) => StateKind::InDoubt,
            PackageState::Conflict { .. } => StateKind::Conflict,
            PackageState::Unresolved { .. } => StateKind::Unresolved,
            PackageState::Closed { .. } => StateKind::Closed,
            PackageState::Observed { .. } => StateKind::Observed,
        }
    }
}

impl Line {
    /// Whether its registration has not ended.
    pub fn is_unregistered(&self) -> bool {
        !matches!(self.state, ImeiState::Done { .. } | ImeiState::Failed { .. })
    }

    /// The row of its state in the tables.
    pub fn state_kind(&self) -> StateKind {
        match self.state {
            ImeiState::Pending { .. } => StateKind::LinePending,
            ImeiState::Sending { .. } => StateKind::LineSending,
            ImeiState::InDoubt(_) => StateKind::LineInDoubt,
            ImeiState::Done { .. } => StateKind::LineDone,
            ImeiState::Failed { .. } => StateKind::LineFailed,
        }
    }
}
