//! The rules of the core as tables, named by rule, and as properties where no table can list the cases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on should stop"
)]

mod arrival;
mod attention;
mod build;
mod change;
mod claims;
mod contracts;
mod deadlines;
mod deduped;
mod delivery;
mod devices;
mod documented;
mod explained;
mod former;
mod imeis;
mod invariants;
mod limits;
mod lines;
mod locks;
mod looks;
mod moments;
mod movement;
mod never;
mod notices;
mod numbers;
mod observed;
mod operator;
mod parked;
mod parsing;
mod partners;
mod paused;
mod published;
mod refused_labels;
mod registrations;
mod relayed;
mod restored;
mod retries;
mod rings;
mod schemas;
mod send_after;
mod sequences;
mod sessions;
mod setting_changes;
mod settings;
mod silence;
mod size;
mod tellings;
mod timing;
mod transparency;
mod turns;
mod verified;
mod views;
mod wishes;
mod without_movement;
mod words;
