//! One state of everything: the order's item, the senders, what is under way, the channel, the doorbell.

use crate::guard::SENDERS;
use crate::items::{Item, ReadResult, SubmissionEnd};

/// What a request says: a number, and whether it was built before or after the deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payload {
    /// Which number.
    pub number: u8,
    /// How it is built.
    pub deployed: bool,
}

impl Payload {
    /// Its place among all four.
    pub fn place(self) -> usize {
        usize::from(self.number) * 2 + usize::from(self.deployed)
    }

    /// All four.
    pub fn all() -> impl Iterator<Item = Self> {
        [(0, false), (0, true), (1, false), (1, true)]
            .into_iter()
            .map(|(number, deployed)| Self { number, deployed })
    }
}

/// What a sender claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claimed {
    /// Which package.
    pub package: u8,
    /// What it sends.
    pub payload: Payload,
    /// Whether the order's fence is still the claim's.
    pub is_current: bool,
}

/// The order a sender has in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InHand {
    /// As it is stored.
    Current,
    /// An older version: only where a claim is saved over whatever there is.
    Old(Item),
}

/// What was the case when a sender looked, that must keep it from sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each may be so whatever the others are")]
pub struct Warned {
    /// The channel had another number already (where a submission replaces it).
    pub is_foreign: bool,
    /// The timing was `never`.
    pub is_never: bool,
    /// Its partner sent nothing by a deadline any more.
    pub is_off: bool,
    /// Its partner was paused.
    pub is_paused: bool,
    /// Its partner observed.
    pub is_observing: bool,
}

/// What a sender asks the channel for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// What is in doubt.
    Doubt,
    /// A claim to come, where a submission would override what a person entered.
    Claim,
    /// What is in no doubt: a look.
    Look,
}

/// Where a sender stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sender {
    /// Nowhere: no doorbell, or it crashed.
    Idle,
    /// It has loaded the order, and will claim.
    Submits {
        /// Which package.
        package: u8,
        /// What it has loaded.
        hand: InHand,
        /// What ought to keep it from it.
        warned: Warned,
        /// Whether it has looked what the channel holds, where it must.
        has_looked: bool,
    },
    /// Its claim is saved and its request under way: nothing stands between them.
    Sent(Claimed),
    /// It has the answer, or has waited long enough.
    Knows(Claimed, SubmissionEnd),
    /// It has loaded the order, and will ask the channel.
    Reads {
        /// Which package.
        package: u8,
        /// Compared with this number.
        number: u8,
        /// Whether the order's fence is still the one that was loaded.
        is_current: bool,
        /// Whether its partner was paused when it looked.
        is_paused: bool,
        /// What for.
        purpose: Purpose,
    },
    /// It has asked the channel.
    HasRead {
        /// Which package.
        package: u8,
        /// Compared with this number.
        number: u8,
        /// What it found.
        found: ReadResult,
        /// Whether the order's fence is still the one that was loaded.
        is_current: bool,
        /// Whether the quarantine was not over then.
        is_early: bool,
        /// What for.
        purpose: Purpose,
    },
}

impl Sender {
    /// What it has claimed, as far as it may still do something with it.
    pub fn claimed(&self) -> Option<Claimed> {
        match self {
            Self::Sent(claimed) | Self::Knows(claimed, _) => Some(*claimed),
            Self::Idle | Self::Submits { .. } | Self::Reads { .. } | Self::HasRead { .. } => None,
        }
    }

    /// The fence of its package has moved.
    pub fn fence_out(&mut self, fenced: [bool; 2]) {
        let is_fenced = |package: u8| fenced[usize::from(package)];
        match self {
            Self::Sent(claimed) | Self::Knows(claimed, _) => {
                claimed.is_current &= !is_fenced(claimed.package);
            }
            Self::Reads { package, is_current, .. } | Self::HasRead { package, is_current, .. } => {
                *is_current &= !is_fenced(*package);
            }
            Self::Idle | Self::Submits { .. } => {}
        }
    }
}

/// What the channel holds of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shop {
    /// Whether somebody else put a number there.
    pub is_foreign: bool,
    /// Whether that is of a former shipment: the order is still to be shipped.
    pub is_former: bool,
    /// Our numbers, as they show: one bit each.
    pub ours: u8,
    /// What was ever applied, by number: 0 for nothing, 1 and 2 for how it was built.
    pub applied: [u8; 2],
}

impl Shop {
    /// Whether our number shows.
    pub const fn shows(self, number: u8) -> bool {
        self.ours & (1 << number) != 0
    }

    /// Whether anything shows.
    pub const fn is_taken(self) -> bool {
        self.is_foreign || self.ours != 0
    }
}

/// The event of the first label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// Not handled yet.
    Waits,
    /// Its doorbell is rung, its order not saved: never, unless that guard is away.
    Rung,
    /// Both.
    Done,
}

/// What has happened, as far as a property asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Past {
    /// A read showed another number, and the order knows.
    pub is_foreign_known: bool,
    /// Something went wrong that a person may have to look at: an answer was lost, a sender died after its claim.
    pub has_cause: bool,
    /// A day has passed since what is being repeated was in doubt first.
    pub is_day_over: bool,
    /// How often, in this doubt, the channel answered from an older copy.
    pub lags: u8,
    /// Whether it does now.
    pub is_lagging: bool,
    /// Whether a look at each number was recorded.
    pub is_looked_at: [bool; 2],
    /// Whether the table was restored.
    pub is_restored: bool,
}

/// Everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing of its own that happens or does not"
)]
pub struct State {
    /// The order's item.
    pub item: Item,
    /// The item in the backup of the table, where there is one.
    pub backup: Option<Item>,
    /// The senders, in no particular order.
    pub senders: [Sender; SENDERS],
    /// Requests that nobody waits for and that may still be applied, by payload.
    pub late: [u8; 4],
    /// The channel.
    pub shop: Shop,
    /// The event of the first label.
    pub arrival: Arrival,
    /// Whether a doorbell waits in the queue.
    pub bell: bool,
    /// Whether the timing is `never`.
    pub is_never: bool,
    /// Whether the partner sends nothing by a deadline any more.
    pub is_off: bool,
    /// Whether the partner is paused.
    pub is_paused: bool,
    /// Whether the partner observes.
    pub is_observing: bool,
    /// Whether requests are built otherwise now.
    pub is_deployed: bool,
    /// What properties ask for.
    pub past: Past,
}

impl State {
    /// Nobody has heard of the order.
    pub const START: Self = Self {
        item: 0,
        backup: None,
        senders: [Sender::Idle; SENDERS],
        late: [0; 4],
        shop: Shop { is_foreign: false, is_former: false, ours: 0, applied: [0; 2] },
        arrival: Arrival::Waits,
        bell: false,
        is_never: false,
        is_off: false,
        is_paused: false,
        is_observing: false,
        is_deployed: false,
        past: Past {
            is_foreign_known: false,
            has_cause: false,
            is_day_over: false,
            lags: 0,
            is_lagging: false,
            is_looked_at: [false; 2],
            is_restored: false,
        },
    };

    /// The same state on a table that was restored to this item. Nothing is under way any more, the channel remembers, and what
    /// was told since then is told again.
    #[must_use]
    pub fn restored(&self, item: Item) -> Self {
        let past = Past { has_cause: true, is_restored: true, ..Past::default() };
        // The order that nobody has heard of.
        let arrival = if item == 0 { Arrival::Waits } else { Arrival::Done };
        let senders = [Sender::Idle; SENDERS];
        Self { item, backup: None, senders, arrival, bell: false, past, ..*self }
    }

    /// The same state with its senders in order: which of them does what makes no difference.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.senders.sort_unstable();
        self
    }

    /// Whether a request with this number may still be applied, or sent.
    pub fn is_under_way(&self, number: u8) -> bool {
        let is_late = Payload::all().any(|p| p.number == number && self.late[p.place()] > 0);
        is_late
            || self.senders.iter().any(|sender| {
                matches!(sender, Sender::Sent(claimed) if claimed.payload.number == number)
            })
    }
}
