//! Free text from outside, cut to a length that cannot make an item expensive.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest free text that is kept, in characters. An order item over 1,024 bytes doubles the price of each write.
pub const TEXT_MAX: usize = 200;

/// Words from outside: a carrier's name, a marketplace's message.
///
/// Shape: 1 to 200 characters of those that are [kept](Text::keeps), without blanks at the ends; longer text is cut.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

/// The text has nothing in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is empty")]
pub struct TextError;

impl Text {
    /// The text, cut and cleaned; what is empty then reads `-`.
    pub fn cut(text: &str) -> Self {
        Self::try_from(text.to_owned()).unwrap_or_else(|TextError| Self("-".to_owned()))
    }

    /// Whether a character stays. Control characters do not, nor do the two that SQS refuses in a text: a message with one
    /// in its reason could not be dead-lettered. Source: SQS API reference, `SendMessage`.
    pub fn keeps(c: char) -> bool {
        !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
    }

    /// The text as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        let clean: String =
            text.trim().chars().filter(|c| Self::keeps(*c)).take(TEXT_MAX).collect();
        let clean = clean.trim_end();
        if clean.is_empty() { Err(TextError) } else { Ok(Self(clean.to_owned())) }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
