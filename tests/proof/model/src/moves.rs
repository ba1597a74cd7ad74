//! The moves: what can happen next, by who does it.

use crate::clock::Passing;
use crate::items::{PersonAction, ReadResult};
use crate::state::Payload;

/// A move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The first label's order is saved.
    Saves,
    /// The first label's doorbell is rung.
    Rings,
    /// Another label comes.
    Relabels,
    /// A label is voided.
    Voids(u8),
    /// The order is cancelled.
    Cancels,
    /// Somebody else puts a number at the channel.
    Edits,
    /// The channel releases the order again, while it still shows somebody else's number.
    ReleasesAgain,
    /// The channel answers from an older copy for a while.
    Lags,
    /// Requests are built otherwise from now on.
    Deploys,
    /// The timing becomes `never`.
    TurnsNever,
    /// The timing is another one again.
    LeavesNever,
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
    Sender(u8, SenderMove),
}

/// A move of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SenderMove {
    /// A doorbell comes, and the sender loads the order.
    Wakes,
    /// A doorbell comes once more.
    WakesAgain,
    /// The sender reads the channel before the claim.
    Looks(ReadResult),
    /// The claim is saved, and the request leaves.
    Claims,
    /// The claim is refused.
    IsRefused,
    /// The claim is saved, and the sender learns that it was not.
    MistakesItsClaim,
    /// The sender cannot try now.
    Postpones,
    /// The channel answers, or does not.
    IsAnswered(Reply),
    /// The sender records the outcome.
    Records,
    /// The sender reads the channel.
    Reads(ReadResult),
    /// The sender records what it has read.
    RecordsRead,
    /// The sender dies, with what becomes of its request.
    Dies(Fate),
}

/// What a channel does with a request that a sender waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The channel applies it and says so.
    Takes,
    /// The channel applies it, and its answer does not come, or says nothing.
    TakesInSilence,
    /// The request is still under way when the wait is over.
    IsSlow,
    /// The request never arrived, and nobody knows.
    NeverGotIt,
    /// The channel says that it is busy: certainly not applied.
    IsBusy,
    /// The channel refuses it for good: certainly not applied.
    Refuses,
    /// The channel says that the order has shipped already.
    HasShipped,
}

/// What becomes of the request of a sender that dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// No request was under way.
    None,
    /// The request is still under way.
    UnderWay,
    /// The request was applied.
    Applied,
}
