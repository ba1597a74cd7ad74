//! What can happen next, by whose doing.

use crate::clock::Passing;
use crate::items::{PersonAction, ReadResult, Wished};
use crate::state::Payload;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The first label's order is saved.
    Saves,
    /// Its doorbell is rung.
    Rings,
    /// Another label.
    Relabels,
    /// A label is voided.
    Voids(u8),
    /// The order is cancelled.
    Cancels,
    /// It is told that the buyer wishes to cancel, that this is taken back, or that the buyer wishes so once more.
    Wishes(Wished),
    /// Somebody else puts a number at the channel.
    Edits,
    /// The channel releases the order again, and still shows that number.
    ReleasesAgain,
    /// The channel answers from an older copy for a while.
    Lags,
    /// Requests are built otherwise from now on.
    Deploys,
    /// The timing becomes `never`.
    TurnsNever,
    /// It is another one again.
    LeavesNever,
    /// The partner stops to send by a deadline (`true`), or does so again.
    Switches(bool),
    /// The table is backed up.
    BacksUp,
    /// The table is restored: to the backup, or to what it was before the order.
    Restores {
        /// Whether it is the backup.
        backup: bool,
    },
    /// The partner is paused (`true`), or resumed.
    Pauses(bool),
    /// The partner observes from now on (`true`), or is live again.
    Observes(bool),
    /// A person acts.
    Acts(u8, PersonAction),
    /// A doorbell is lost.
    BellIsLost,
    /// The sweep looks.
    Sweeps,
    /// Time passes for a package.
    Passes(u8, Passing),
    /// A request nobody waits for is applied.
    Applies(Payload),
    /// A request nobody waits for is never applied.
    Vanishes(Payload),
    /// A sender does something.
    Sender(u8, Does),
}

/// What a sender does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Does {
    /// A doorbell comes: it loads the order.
    Wakes,
    /// The same doorbell comes once more.
    WakesAgain,
    /// It looks before the claim.
    Looks(ReadResult),
    /// Its claim is saved, and its request leaves.
    Claims,
    /// It would claim, and what a restored table may have forgotten is in doubt first.
    AsksFirst,
    /// Its claim is refused.
    IsRefused,
    /// Its claim is saved; it is told that it is not.
    MistakesItsClaim,
    /// It cannot try now.
    Postpones,
    /// The channel answers, or does not.
    IsAnswered(Reply),
    /// It records the outcome.
    Records,
    /// It asks the channel.
    Reads(ReadResult),
    /// It records what it has read.
    RecordsRead,
    /// It dies; where its request was under way, what becomes of that.
    Dies(Fate),
}

/// What a channel does about a request somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// Applies it and says so.
    Takes,
    /// Applies it; its answer does not come, or says nothing.
    TakesInSilence,
    /// Has it still, when the wait is over.
    IsSlow,
    /// Never got it, and nobody knows.
    NeverGotIt,
    /// Says that it is busy: certainly not applied.
    IsBusy,
    /// Refuses it for good: certainly not applied.
    Refuses,
    /// Says that the order has shipped already.
    HasShipped,
}

/// What becomes of the request of a sender that dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// There was none under way.
    None,
    /// It is under way.
    UnderWay,
    /// It was applied.
    Applied,
}
