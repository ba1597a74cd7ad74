//! Codes of Amazon's Transparency programme (rule L13).

use crate::number::is_invisible;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest code, in characters. The code of a QR code is a web address.
const CODE_MAX: usize = 200;

/// Characters of a code that is longer which may be shown.
const SHOWN: usize = 4;

/// The code of one piece in Amazon's Transparency programme: as secret as an IMEI, and shown masked except its last four
/// characters.
///
/// Shape: 1 to 200 characters that can be seen, without blanks. Blanks and line ends around it, which scanners put there, are no
/// part of it. Source: A0, `IsTransparency`: 29 characters that begin with `AZ` or `ZA`, 38 of an SGTIN, a serial number of 7
/// to 20, or the address of a QR code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TransparencyCode(String);

/// The text is not a Transparency code. Never says which text: it may be nearly a real one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransparencyCodeError {
    /// It has nothing in it.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("has {0} characters")]
    Length(usize),
    /// It has something inside that is no part of a code.
    #[error("has a blank or a character that cannot be seen in it")]
    Character,
}

impl TransparencyCode {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a person may see it: all but the last four characters hidden, and a short one whole.
    pub fn masked(&self) -> String {
        let last = self.0.char_indices().rev().take(SHOWN).last().map_or(0, |(at, _)| at);
        let is_long = self.0.chars().count() > 2 * SHOWN;
        let shown = self.0.get(last..).filter(|_| is_long).unwrap_or_default();
        format!("***********{shown}")
    }
}

impl TryFrom<String> for TransparencyCode {
    type Error = TransparencyCodeError;

    fn try_from(text: String) -> Result<Self, TransparencyCodeError> {
        let is_bad = |c: char| c.is_whitespace() || is_invisible(c);
        let code = text.trim_matches(is_bad);
        if code.contains(is_bad) {
            return Err(TransparencyCodeError::Character);
        }
        match code.chars().count() {
            0 => Err(TransparencyCodeError::Empty),
            1..=CODE_MAX => Ok(Self(code.to_owned())),
            long => Err(TransparencyCodeError::Length(long)),
        }
    }
}

impl From<TransparencyCode> for String {
    fn from(code: TransparencyCode) -> Self {
        code.0
    }
}

impl fmt::Debug for TransparencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
