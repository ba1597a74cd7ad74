//! The flows on ports in memory: whole stories, lost races, lost answers, and every port call failing in turn.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop"
)]

mod access;
mod border;
mod carriers;
mod contract;
mod crashes;
mod events;
mod faults;
mod in_time;
mod looks;
mod matrix;
mod pace;
mod pauses;
mod refusals;
mod relay;
mod restored;
mod scans;
mod searches;
mod sender;
mod stories;
mod sweeps;
mod tokens;
mod updates;
mod zones;
