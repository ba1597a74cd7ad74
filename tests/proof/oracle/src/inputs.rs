//! The inputs of `step`, in numbers: an index into [`Names`](crate::names::Names) instead of a name, milliseconds instead
//! of a moment.
//!
//! A fence or a wait that depends on the order's state is written so that it keeps its meaning when a sequence is
//! shortened.

use domain::{MissingImei, Parking, Resolution, Timing};

/// Milliseconds: a span, or a moment after [`START`](crate::names::START).
pub type Ms = i64;

/// What an input of a sender is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A package's confirmation.
    Package(usize),
    /// The IMEI of a package's line.
    #[expect(missing_docs, reason = "the names say it")]
    Line { package: usize, item: usize },
}

impl Target {
    /// The package that the target belongs to.
    pub fn package(self) -> usize {
        match self {
            Self::Package(package) | Self::Line { package, .. } => package,
        }
    }
}

/// The fence that an input carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// The current fence of the target.
    Current,
    /// This one.
    Exactly(u32),
}

/// A passing failure, and how long the channel asks us to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Failure {
    pub words: usize,
    pub after: Option<Ms>,
}

/// What the channel shows as the IMEI and the serial number of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownImei {
    /// All that is to be registered.
    Ours,
    /// The IMEI alone, of both.
    OnlyImei,
    /// The serial number alone, of both.
    OnlySerial,
    /// Another one.
    Another,
}

/// What the channel shows of each line, by the line's index. No other line is ever shipped.
pub type ShownImeis = [Option<ShownImei>; 3];

/// The channel shows no IMEI.
pub const NO_IMEIS: ShownImeis = [None; 3];

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Outcome {
    Accepted { shown: ShownImeis },
    NotApplied(Failure),
    Refused { words: usize },
    AlreadyShipped { words: usize },
    Unknown(Failure),
}

/// What a read showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Reading {
    Ours { shown: ShownImeis },
    Other { words: usize },
    Former { words: usize },
    Absent,
    Unclear { words: usize },
    Unreadable(Failure),
}

/// What an answer of the channel shows of its order, beside the number (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OrderShown {
    pub ship_by: Option<Ms>,
    pub is_wished: bool,
    pub is_cancelled: bool,
}

/// What a partner has set right before a claim, beside its timing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be set whatever the others are")]
pub struct SetNow {
    /// S2's `send`.
    pub sends_at_deadline: bool,
    /// S11's `or_after_hours`.
    pub sends_after_wait: bool,
    /// S8's `verify`.
    pub verifies: bool,
    /// A3's `mode`.
    pub observes: bool,
}

/// What an event says of a label. Two tellings are equal when all of it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LabelDetails {
    pub package: usize,
    pub id: usize,
    pub at: Ms,
    pub updated_at: Option<Ms>,
    pub number: usize,
    /// The further numbers of the parcel, as bits by their keys.
    pub further: usize,
    pub carrier: usize,
    pub service: usize,
    pub basket: usize,
    pub url: usize,
    pub ship_by: Option<Ms>,
    pub ships_on: Option<Ms>,
    /// Where it ships from; 0 where that is not told (rule L13).
    pub supply: usize,
}

/// A line of which some pieces were cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remaining {
    /// The line.
    pub item: usize,
    /// How many pieces of it remain.
    pub pieces: u32,
}

/// The index of the event that tells of a return.
pub const RETURNED_BY: usize = 0;

/// The most lines that one cancellation names.
pub const LINES: usize = 2;

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Action {
    SendNow,
    Hold,
    Release,
    /// The event is the one that told what is right of the label.
    UseLabel {
        label: usize,
        event: usize,
    },
    Retry,
    Look,
    Resolve(Resolution),
}

/// The settings in force when a label is first handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Terms {
    pub timing: Timing,
    pub missing: MissingImei,
    pub window_s: u32,
    /// Whether the settings have a part about IMEIs. Those of a channel that takes none have not.
    pub imei: bool,
    pub watch: Watch,
}

/// What a label keeps of what its partner wants to be told, and of when its confirmation goes (rule T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// How many hours before a ship-by people are warned, if they are (rule S2).
    pub warn_hours: Option<u8>,
    /// Whether what waits for movement is sent then (rule S2).
    pub sends: bool,
    /// After how many hours a silence is told, if it is (rule S4).
    pub silent_hours: Option<u8>,
    /// A movement of the partner's parcels was seen in the 7 days before the label was first handled (rule S4).
    pub is_fed: bool,
    /// The moment that `send_after` came to (rule S10).
    pub send_after: Option<Ms>,
    /// After how many hours without a movement it goes all the same (rule S11).
    pub or_after_hours: Option<u8>,
    /// The ship-by that was reckoned (rule S9).
    pub reckoned: Option<Ms>,
}

impl Watch {
    /// Nothing is told, and nothing waits.
    pub const OFF: Self = Self {
        warn_hours: None,
        sends: false,
        silent_hours: None,
        is_fed: false,
        send_after: None,
        or_after_hours: None,
        reckoned: None,
    };
}

/// A scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The time by the carrier's clock.
    pub at: Ms,
    /// The index among [`domain::CarrierStatus::ALL`].
    pub status: usize,
    /// The event that brought the scan.
    pub event: usize,
}

/// An IMEI or a serial number, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum DeviceName {
    Imei(usize),
    Serial(usize),
}

/// The most scans that one input brings.
pub const SCANS: usize = 2;

/// An input of `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Input {
    Label {
        details: LabelDetails,
        terms: Terms,
        event: usize,
    },
    /// A label of a parcel that comes back (rule L6).
    Return {
        package: usize,
        label: usize,
    },
    Void {
        package: usize,
        label: usize,
    },
    Cancel {
        at: Ms,
    },
    /// A cancellation of lines (rule L9).
    CancelLines {
        lines: [Option<Remaining>; LINES],
    },
    /// What became of the order at its channel (rules S1 and S5).
    Updated {
        at: Ms,
        ship_by: Option<Ms>,
        is_wished: Option<bool>,
        /// Somebody shipped it otherwise.
        is_shipped: bool,
        /// It relays what the channel itself says (rule S6).
        is_channels: bool,
    },
    /// A label that is refused, and whose order can be read (rule L15).
    LabelRefused {
        event: usize,
        package: Option<usize>,
    },
    /// A person puts a refused label aside.
    PutAside {
        event: usize,
    },
    Moved {
        number: usize,
        scans: [Option<Scan>; SCANS],
    },
    Imei {
        item: usize,
        /// An index into [`PHONES`](crate::names::PHONES).
        imeis: Option<usize>,
        /// An index into [`SERIALS`](crate::names::SERIALS).
        serials: Option<usize>,
        at: Ms,
        author: usize,
    },
    Twice {
        item: usize,
        device: DeviceName,
        place: usize,
    },
    Overused {
        package: usize,
        number: usize,
    },
    Tick,
    Preflight {
        package: usize,
        number: usize,
        reading: Reading,
        shown: OrderShown,
        /// How long before its record the read was asked for.
        ago: Ms,
    },
    Claim {
        target: Target,
        never: bool,
        never_until: Option<Ms>,
        set: SetNow,
        /// When the system was started again on a restored table (rule A2).
        restored_at: Option<Ms>,
        lease: Ms,
        seal: Seal,
    },
    Postpone {
        target: Target,
        failure: Failure,
    },
    Wait {
        target: Target,
        span: Ms,
    },
    Park {
        target: Target,
        parking: Parking,
    },
    Outcome {
        target: Target,
        fence: Fence,
        outcome: Outcome,
    },
    Probe {
        target: Target,
        fence: Fence,
        reading: Reading,
        hash: Option<usize>,
        /// How long before its record the read was asked for.
        ago: Ms,
        shown: OrderShown,
    },
    /// An answer to a look (rule S7).
    Looked {
        package: usize,
        /// The number that the channel's was compared with.
        number: usize,
        fence: Fence,
        reading: Reading,
        shown: OrderShown,
        ago: Ms,
    },
    WaitToLook {
        package: usize,
        span: Ms,
    },
    ParkLook {
        package: usize,
        parking: Parking,
    },
    /// The partner is not paused any more (rule A1).
    Resumed,
    Operator {
        package: usize,
        action: Action,
    },
}

/// What identifies a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Seal {
    pub reference: bool,
    pub hash: usize,
    pub deduped: bool,
}

impl Input {
    /// The names of the kinds, in the order of [`kind`](Self::kind).
    pub const KINDS: [&str; 26] = [
        "label", "void", "cancel", "moved", "imei", "return", "lines", "tick", "prefl.", "claim",
        "postp.", "wait", "park", "outcome", "probe", "person", "twice", "overused", "use",
        "refused", "aside", "updated", "looked", "lk.wait", "lk.park", "resumed",
    ];

    /// Whether the input is an event of the bus.
    pub fn is_event(&self) -> bool {
        self.kind() < 7 || matches!(self, Self::Updated { .. })
    }

    /// The index of its kind in [`KINDS`](Self::KINDS).
    pub fn kind(&self) -> usize {
        match self {
            Self::Label { .. } => 0,
            Self::Void { .. } => 1,
            Self::Cancel { .. } => 2,
            Self::Moved { .. } => 3,
            Self::Imei { .. } => 4,
            Self::Return { .. } => 5,
            Self::CancelLines { .. } => 6,
            Self::Tick => 7,
            Self::Preflight { .. } => 8,
            Self::Claim { .. } => 9,
            Self::Postpone { .. } => 10,
            Self::Wait { .. } => 11,
            Self::Park { .. } => 12,
            Self::Outcome { .. } => 13,
            Self::Probe { .. } => 14,
            Self::Operator { action: Action::UseLabel { .. }, .. } => 18,
            Self::Operator { .. } => 15,
            Self::Twice { .. } => 16,
            Self::Overused { .. } => 17,
            Self::LabelRefused { .. } => 19,
            Self::PutAside { .. } => 20,
            Self::Updated { .. } => 21,
            Self::Looked { .. } => 22,
            Self::WaitToLook { .. } => 23,
            Self::ParkLook { .. } => 24,
            Self::Resumed => 25,
        }
    }
}
