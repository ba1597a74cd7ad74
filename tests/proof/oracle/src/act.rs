//! What can happen, in numbers: a place in [`Names`](crate::names::Names) instead of a name, milliseconds instead of a
//! moment. What depends on where the order stands (a fence, a wait) is said so, to keep its meaning when a sequence is
//! shortened.

use domain::{Action, MissingImei, Timing};

/// Milliseconds, of a span or after the start.
pub type Ms = i64;

/// What a sender means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A package's confirmation.
    Package(usize),
    /// The IMEI of a package's line.
    Line(usize, usize),
}

impl Aim {
    /// The package.
    pub fn package(self) -> usize {
        match self {
            Self::Package(package) | Self::Line(package, _) => package,
        }
    }
}

/// Which fence is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// That of the order as it is.
    Current,
    /// This one.
    Exactly(u32),
}

/// What could not be done, and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Failure {
    pub words: usize,
    pub after: Option<Ms>,
}

/// What the channel shows as the IMEI of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The one that is to be registered.
    Ours,
    /// Another one.
    Another,
}

/// What it shows of each line, by the line's place; no other line is ever shipped.
pub type Shown = [Option<Shows>; 3];

/// It shows no IMEI.
pub const NO_IMEIS: Shown = [None; 3];

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum End {
    Accepted { shown: Shown },
    NotApplied(Failure),
    Refused { words: usize },
    AlreadyShipped { words: usize },
    Unknown(Failure),
}

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Found {
    Ours { shown: Shown },
    Other { words: usize },
    Former { words: usize },
    Absent,
    Untold { words: usize },
    Unreadable(Failure),
}

/// A label as it was made; what tells two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Made {
    pub package: usize,
    pub id: usize,
    pub at: Ms,
    pub number: usize,
    pub carrier: usize,
    pub basket: usize,
    pub url: usize,
}

/// The settings a label comes under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Under {
    pub timing: Timing,
    pub missing: MissingImei,
    pub window_s: u32,
    /// Whether the settings say anything of IMEIs: those of a channel that takes none do not.
    pub imei: bool,
}

/// A scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// By the carrier's clock.
    pub at: Ms,
    /// Its place among [`domain::CarrierStatus::ALL`].
    pub status: usize,
    /// Which event told it.
    pub event: usize,
}

/// Most scans told at once.
pub const SCANS: usize = 2;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Act {
    Label {
        made: Made,
        under: Under,
        event: usize,
    },
    Void {
        package: usize,
        label: usize,
    },
    Cancel {
        at: Ms,
    },
    Moved {
        number: usize,
        scans: [Option<Scan>; SCANS],
    },
    Imei {
        item: usize,
        list: usize,
        at: Ms,
        author: usize,
    },
    Twice {
        item: usize,
        imei: usize,
        place: usize,
    },
    Tick,
    Preflight {
        package: usize,
        number: usize,
        found: Found,
    },
    Claim {
        aim: Aim,
        never: bool,
        never_until: Option<Ms>,
        lease: Ms,
        seal: Seal,
    },
    Postpone {
        aim: Aim,
        failure: Failure,
    },
    Wait {
        aim: Aim,
        span: Ms,
    },
    Park {
        aim: Aim,
    },
    Outcome {
        aim: Aim,
        fence: Fence,
        end: End,
    },
    /// With how long ago it was asked.
    Probe {
        aim: Aim,
        fence: Fence,
        found: Found,
        hash: Option<usize>,
        ago: Ms,
    },
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

impl Act {
    /// The names of the kinds, in the order of [`kind`](Self::kind).
    pub const KINDS: [&str; 15] = [
        "label", "void", "cancel", "moved", "imei", "tick", "prefl.", "claim", "postp.", "wait",
        "park", "outcome", "probe", "person", "twice",
    ];

    /// Whether it is one of the five events of the bus.
    pub fn is_event(&self) -> bool {
        self.kind() < 5
    }

    /// Which kind it is.
    pub fn kind(&self) -> usize {
        match self {
            Self::Label { .. } => 0,
            Self::Void { .. } => 1,
            Self::Cancel { .. } => 2,
            Self::Moved { .. } => 3,
            Self::Imei { .. } => 4,
            Self::Tick => 5,
            Self::Preflight { .. } => 6,
            Self::Claim { .. } => 7,
            Self::Postpone { .. } => 8,
            Self::Wait { .. } => 9,
            Self::Park { .. } => 10,
            Self::Outcome { .. } => 11,
            Self::Probe { .. } => 12,
            Self::Operator { .. } => 13,
            Self::Twice { .. } => 14,
        }
    }
}
