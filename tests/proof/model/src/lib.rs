//! An exhaustive model of how one order is told to its channel: every state that senders, doorbells, the sweep, the
//! channel, time and people can bring about is visited, and looked at. It proves nothing about what it leaves out.
//!
//! **The order is the real one.** Its item is a [`domain::Order`], and nothing changes it but [`domain::step`]; so the
//! model cannot drift from the rules. What makes that possible: the rules tell few moments apart (is it time, is the
//! lease over, is the quarantine, is the day), so every moment is put at one of its class, relative to a now that stands
//! still, and orders that are the same to the rules are the same item ([`Items`]). Each step of an item is made once.
//! That the choice of moments does not matter is tested: other ones lead to the same number of states and transitions.
//! A guard is left out where it stands in the rules, by the same name as in the simulator; one of the senders or the queues
//! is left out in what is written anew here.
//!
//! **What a sender does is written anew** (`sender.rs`), step by step as `flows::sender` does it; that the code
//! does these steps is what the flows' tests show.
//!
//! **Nothing bounds the search**: no depth, no number of crashes, lost or repeated doorbells, retries, late answers. What
//! counts is bounded by the protocol itself (absent reads) or does not count (returns from doubt, of which the day that
//! ends them is a class of its own, only say how long to wait; fences only say "mine"
//! or "not mine" to whoever holds one). What is given: at most three senders at once, one order, two tracking numbers
//! (a label and its successor, or two packages); of the same request at most three still on their way, where it matters.
//!
//! **What the world grants**, and what therefore is not proven: a function is dead when its lease is over (that guard
//! makes it so); no request is applied after the quarantine; what a channel says to be "not applied" is not; what reads
//! show is so, except where the world [lags](World::lags); a person who says "nothing there" has looked; a table is restored
//! once nothing is under way any more, and what was told since its backup is told again.
//!
//! **A limit**: absent reads count from the first one. A request that is applied after two true reads is overlooked with
//! one wrong one ([`worlds::LAGGING_AND_LATE`]); late *and* read wrongly is more than three reads are made for.
//!
//! **Merged, because it hides no order of events**: a claim and its request (nothing stands between them, and a request
//! may take its time); loading an order and the tick at it; a sender whose save or read is overtaken is as one that has
//! just been rung for, for that is what it then does. Where `World::bells` is off, every doorbell but the sweep's may be
//! lost, and may come at any time.
//!
//! **Live** means: from every state, if no more faults come, a state can be reached in which nothing is left to do or a
//! person is shown it; the search keeps the steps that need no fault and goes back along them from all such states.
//!
//! Not the crate `stateright`: it checks "eventually" along paths, which misses cycles, and has no "from everywhere a rest
//! can be reached"; it would bring an HTTP server among 46 crates for the two hundred lines of `search.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a model that cannot go on is wrong, and is to say so; its arrays are as long as their indices go"
)]

mod around;
mod clock;
mod guard;
mod items;
mod model;
mod moves;
mod safety;
mod search;
mod sender;
mod state;
mod table;
mod words;
pub mod worlds;

pub use clock::{Age, Choice, Passing};
pub use domain::guard::Guard;
pub use guard::{SENDERS, Without, World};
pub use items::{
    Applied, Happening, Item, Items, Kind, PersonAction, ReadResult, Seen, SubmissionEnd, Todo,
    View, Wished,
};
pub use model::{Model, Next};
pub use moves::{Does, Fate, Move, Reply};
pub use safety::Violation;
pub use search::{Counterexample, Report, search};
pub use state::{Arrival, Claimed, InHand, Past, Payload, Purpose, Sender, Shop, State, Warned};
pub use table::{GUARDS, Shown, Trial, check, trial};
pub use words::story;
