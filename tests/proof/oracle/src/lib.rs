//! The rules a second time, to be held against the product: `domain::step` and this crate are given the same inputs, a
//! hundred million of them, and must agree on every answer. Written from `shared/domain/RULES.md` in another shape than
//! the product's code: tables, and facts that are never merged.
#![expect(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a tool of tests: places are its own numbers, and a row names the states it is about"
)]

pub mod act;
pub mod adopt;
pub mod after;
pub mod before;
pub mod compare;
pub mod effects;
pub mod follow;
pub mod generate;
pub mod input;
pub mod line;
pub mod marks;
pub mod met;
pub mod model;
pub mod names;
pub mod news;
pub mod person;
pub mod places;
pub mod play;
pub mod rings;
pub mod settle;
pub mod show;
pub mod spans;
pub mod stand;
pub mod themes;
pub mod time;
pub mod told;
pub mod wanted;
