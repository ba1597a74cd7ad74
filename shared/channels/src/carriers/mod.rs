//! Carriers: which one a label's words mean, what each channel calls it, and which forms its numbers have. All of it is
//! data with a source in `registry.tsv`, compiled into static tables; README.md beside it explains the columns.
//! Nothing here knows a channel's requests.

mod codes;
mod lookup;
mod numbers;
mod pairs;
mod plain;
mod sentences;
mod tables;

pub use codes::{CarrierList, Codes, ListedCarriers, OtherCarriers, Standing, Told};
pub use lookup::{Doubt, Found, Unlisted, Why, Words, look_up, names_of};
pub use numbers::{CheckDigit, Form, FormFound, NumberHint, Strength, forms, number_hint};
pub use pairs::{CodeForm, are_for_same_words, form, own_code, pair_fault};

pub(crate) use codes::Listing;
pub(crate) use tables::*;

/// A carrier of the registry.
///
/// Shape: its place in the registry's tables, which another release may give to another carrier. What is stored or
/// published is its [`key`](Carrier::key).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carrier(u16);

impl Carrier {
    /// All carriers, in the order of their keys.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).zip(KEYS).map(|(carrier, _)| carrier)
    }

    /// The carrier's stable key.
    ///
    /// Shape: lower-case ASCII letters, digits and hyphens, such as `ups-mail-innovations`.
    pub fn key(self) -> &'static str {
        KEYS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The carrier's name as people read it, such as `UPS Mail Innovations`.
    pub fn shown(self) -> &'static str {
        SHOWN.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
