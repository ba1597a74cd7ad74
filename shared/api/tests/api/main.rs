//! The API on ports in memory: who may ask for what, what is refused and by which words, and what a call does.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop"
)]

mod carriers;
mod changes;
mod connection;
mod departures;
mod door;
mod groups;
mod imeis;
mod labels;
mod links;
mod orders;
mod pages;
mod pause;
mod quiet;
mod seen;
mod watch;
mod zones;
