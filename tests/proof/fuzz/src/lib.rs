//! What must hold for any bytes, as functions. Each reads what comes from outside, checks what becomes of it, and panics where
//! something is wrong. `cargo test` runs them on their seeds and on some mutations of these; `cargo fuzzing`
//! lets libFuzzer look for more, guided by what each input reaches.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a panic is how a target tells that something is wrong, and this code runs in tests only"
)]

pub mod answers;
mod api;
mod bytes;
mod cursors;
mod doorbells;
mod events;
mod notifications;
mod orders;
mod settings;
mod world;

pub use api::api;
pub use cursors::cursors;
pub use doorbells::doorbells;
pub use events::events;
pub use notifications::notifications;
pub use settings::settings;

/// A target: a function that must hold for any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name on the command line, which is also the function's.
    pub name: &'static str,
    /// Tries some bytes. Panics where something is wrong.
    pub check: fn(&[u8]),
    /// The inputs to start from. Each reaches something that a mutation would hardly reach.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words that mean something to the target.
    pub words: &'static [&'static str],
}

const fn target(
    name: &'static str,
    check: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
    words: &'static [&'static str],
) -> Target {
    Target { name, check, seeds, words }
}

/// The targets that are not a channel's.
const COMMON: [Target; 6] = [
    target("events", events, events::seeds, events::WORDS),
    target("notifications", notifications, notifications::seeds, notifications::WORDS),
    target("doorbells", doorbells, doorbells::seeds, doorbells::WORDS),
    target("settings", settings, settings::seeds, settings::WORDS),
    target("api", api, api::seeds, api::WORDS),
    target("cursors", cursors, cursors::seeds, cursors::WORDS),
];

/// Every target: the common ones, then each channel's answers.
pub fn targets() -> Vec<Target> {
    COMMON.into_iter().chain(answers::KNOWN.map(|known| known.target)).collect()
}
