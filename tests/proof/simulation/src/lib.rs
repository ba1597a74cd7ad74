//! The simulator: the real rules, the real shell and the real senders, in a world where everything goes wrong that can,
//! in every order, on one virtual clock. A seed makes a schedule: it plays alike each time, to the byte.
//!
//! - [`plan`] makes a schedule from a seed: sellers, orders, what happens, what goes wrong.
//! - [`world`] is what the functions run in: a clock, a table, queues, a bus, marketplaces ([`shops`]).
//! - [`run`](mod@run) plays it: functions are polled one call at a time, die at any of them, and run beside each other.
//! - [`watch`] knows the events and what the marketplaces hold, and says what must never be.
//! - [`shrink`] makes a failing schedule small enough to follow; [`coverage`] counts what went wrong.
//!
//! Guards can be left out (`domain::guard`) to see that it finds that: each is then a planted bug.
#![expect(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "the indices are its own, and what is not planned for is as usual"
)]

use domain::guard::Guard;

pub mod coverage;
pub mod dice;
pub mod fault;
pub mod plan;
pub mod run;
pub mod search;
pub mod shops;
pub mod shrink;
pub mod watch;
pub mod world;

/// Guards whose absence only the model shows: it visits every state, and no schedule found so far breaks a rule without
/// them.
pub const OF_THE_MODEL: [Guard; 9] = [
    Guard::LeaseGrace,
    Guard::FenceOnProbe,
    Guard::ReadCountsWhenDue,
    Guard::ReadCountsFromItsTime,
    Guard::IdenticalByHash,
    Guard::DayOfDoubt,
    Guard::LockStaysInDoubt,
    Guard::WriterCompared,
    Guard::LookUnderItsFence,
];

/// The guards that a schedule of the simulator shows to be needed.
pub fn guards() -> impl Iterator<Item = Guard> {
    Guard::ALL.into_iter().filter(|guard| !OF_THE_MODEL.contains(guard))
}
