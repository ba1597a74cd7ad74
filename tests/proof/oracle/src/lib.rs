//! The second statement of the rules: tables, and facts that are never merged.
//!
//! `domain::step` and this crate get equal inputs, a hundred million of them, and must agree on every answer. This crate is
//! written from `shared/domain/RULES.md`, not from the product's code. Each file of rules begins with the rules it states:
//! [`facts`] and [`events`] what is known, [`lines`] and [`devices`] what is left of it to be sent, [`precedence`] and [`decision`] what an unsent package becomes, [`claims`],
//! [`outcomes`], [`readings`] and [`imei_lines`] a submission, [`timers`] what time does, [`operator`] what a person does,
//! [`looks`] and [`without_movement`] what a channel is asked for in no doubt, and what goes then,
//! [`deadlines`], [`silence`] and [`wishes`] what people are to see in time,
//! [`marks`], [`notices`], [`announcements`] and [`doorbells`] what people and senders learn. [`sequences`], [`generator`] and
//! [`comparison`] hold both against each other.
#![expect(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a tool of tests: indexes are its own numbers, and a row names the states it is about"
)]

pub mod announcements;
pub mod claims;
pub mod comparison;
pub mod coverage;
pub mod deadlines;
pub mod decision;
pub mod devices;
pub mod doorbells;
pub mod events;
pub mod facts;
pub mod generator;
pub mod imei_lines;
pub mod inputs;
pub mod jitter;
pub mod label_doubts;
pub mod labels;
pub mod lines;
pub mod look_inputs;
pub mod looks;
pub mod marketplaces;
pub mod marks;
pub mod names;
pub mod notices;
pub mod operator;
pub mod order;
pub mod outcomes;
pub mod precedence;
pub mod readings;
pub mod report;
pub mod sequences;
pub mod silence;
pub mod size;
pub mod spans;
pub mod state_kinds;
pub mod states;
pub mod themes;
pub mod timers;
pub mod transitions;
pub mod translation;
pub mod wishes;
pub mod without_movement;
