//! The flows on ports in memory: whole stories, lost races, lost answers, and every port call failing in turn.
#![expect(clippy::panic, reason = "a test that cannot go on should stop")]

mod config;
mod contract;
mod events;
mod faults;
mod scans;
mod sender;
mod stories;
mod sweeps;
mod worlds;
