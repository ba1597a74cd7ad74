//! A tracking number as a marketplace holds it, to be compared with ours by us or by a person.

use domain::Text;

/// Another number than ours, for a person to compare. Characters that nobody would see are written out: they may be all that
/// makes the two differ.
pub(crate) fn shown(held: &str) -> Text {
    let one_spaced = held.split_whitespace().collect::<Vec<_>>().join(" ");
    Text::cut(&one_spaced.escape_debug().to_string())
}
