//! A tracking number as a marketplace holds it, to be compared with ours by us or by a person.

use domain::{NumberKey, Text, barcode_readings};

/// Whether a marketplace holds this number, however it writes it, and also in a barcode that has the number in it (rules N1
/// and N3).
pub(crate) fn is_same(held: &str, number: &NumberKey) -> bool {
    let Ok(held) = held.parse::<NumberKey>() else { return false };
    held == *number
        || barcode_readings(held.as_str()).any(|reading| reading.number == number.as_str())
}

/// Another number than ours, for a person to compare. Characters that nobody would see are written out: they may be all that
/// makes the two differ.
pub(crate) fn shown(held: &str) -> Text {
    let one_spaced = held.split_whitespace().collect::<Vec<_>>().join(" ");
    Text::cut(&one_spaced.escape_debug().to_string())
}
