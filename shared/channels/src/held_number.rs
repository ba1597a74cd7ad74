//! A tracking number as a marketplace holds it: one that is meant, or one that a person has to compare.

use domain::{Text, TrackingNumber};

/// Whether it is this number, however it is written.
pub(crate) fn is_same(held: &str, number: &TrackingNumber) -> bool {
    held.parse().is_ok_and(|held: TrackingNumber| held == *number)
}

/// Another number than ours, as it is there. What nobody would see is written out, for it may be all that makes it another:
/// a person who is shown our own number has nothing to compare.
pub(crate) fn shown(held: &str) -> Text {
    let one_spaced = held.split_whitespace().collect::<Vec<_>>().join(" ");
    Text::cut(&one_spaced.escape_debug().to_string())
}
