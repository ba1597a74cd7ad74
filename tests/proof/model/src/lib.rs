//! An exhaustive model of how one order is confirmed at its channel. The search visits every state that senders, doorbells,
//! the sweep, the channel, time and people can bring about, and checks each. It proves nothing about what the model leaves out.
//!
//! **The order is the real one.** Its item is a [`domain::Order`], and only [`domain::step`] changes it, so the model
//! cannot drift from the rules. What makes that possible: the rules tell few moments apart (is it time, is the
//! lease over, is the quarantine, is the day), so every moment is put at one of its class, relative to a now that stands
//! still, and orders that are the same to the rules are the same item ([`Items`]). Each step of an item is made once.
//! A test shows that the choice of moments does not matter: another choice leads to as many states and transitions.
//! A guard is taken away *around* the step: the step gets a changed order, or what it decided is undone.
//!
//! **What a sender does is written anew** (`sender.rs`), step by step as `flows::sender` does it. The flows' tests
//! show that the code does these steps.
//!
//! **Nothing bounds the search**: no depth, no number of crashes, lost or repeated doorbells, retries, late answers. What
//! counts is bounded by the protocol itself (absent reads) or does not count (returns from doubt, of which the day that
//! ends them is a class of its own, only say how long to wait; fences only say "mine"
//! or "not mine" to whoever holds one). What is given: at most three senders at once, one order, two tracking numbers
//! (a label and its successor, or two packages); of the same request at most three still on their way, where it matters.
//!
//! **What the world grants**, and what therefore is not proven: a function is dead when its lease is over (that guard
//! makes it so); no request is applied after the quarantine; what a channel says to be "not applied" is not; what reads
//! show is so, except where the world [lags](World::lags); a person who says "nothing there" has looked.
//!
//! **A limit**: absent reads count from the first one. A request that is applied after two true reads is overlooked with
//! one wrong one ([`worlds::LAGGING_AND_LATE`]); late *and* read wrongly is more than three reads are made for.
//!
//! **Merged, because it hides no order of events**: a claim and its request (nothing stands between them, and a request
//! may take its time); loading an order and the tick at it; a sender whose save or read is overtaken is as one that has
//! just been rung for, because that is what it then does. Where `World::bells` is off, every doorbell but the sweep's may be
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

mod clock;
mod counter_example;
mod guard;
mod guarded_step;
mod items;
mod masked_facts;
mod model;
mod moves;
mod safety;
mod search;
mod sender;
mod state;
mod table;
pub mod worlds;

pub use clock::{Age, Choice, Passing};
pub use counter_example::story;
pub use guard::{Guard, SENDERS, Without, World};
pub use items::{
    Happening, Item, Items, Kind, OrderView, PackageView, PersonAction, ReadResult, SenderWork,
    StepResult, SubmissionEnd,
};
pub use model::{Model, Next};
pub use moves::{Fate, Move, Reply, SenderMove};
pub use safety::Violation;
pub use search::{CounterExample, Report, search};
pub use state::{Arrival, Claimed, History, LoadedOrder, Obstacle, Payload, Sender, Shop, State};
pub use table::{Shown, Trial, check, expected, trial};
