//! Serial numbers of what has no IMEI (rule I11).

use crate::number::{is_dash, is_invisible};
use crate::{Imei, Text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longest serial number, in characters. Source: Back Market's `OpenAPI` 0.1.1, `serial_number`.
const LENGTH_MAX: usize = 50;

/// Characters of a serial number that is longer which may be shown.
const SHOWN: usize = 4;

/// What stands for all others.
const HIDDEN: &str = "***********";

/// A device's serial number: as secret as an IMEI, and shown masked except the last four characters.
///
/// Shape: 1 to 50 letters and digits of ASCII, `-`, `/` and `.`, in the case it was told in. Blanks and line ends that come with it
/// are removed, and a dash of another kind is read as `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// The text is not a serial number. Never says which text: it may be nearly a real one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// It has no letter and no digit.
    #[error("not a serial number: it has no letter and no digit")]
    Empty,
    /// It is too long.
    #[error("not a serial number: it has {0} characters")]
    Length(usize),
    /// It has a sign that serial numbers do not have.
    #[error("not a serial number: it has a sign other than `-`, `/` and `.`")]
    Sign,
    /// It is an IMEI, which has a place of its own.
    #[error("not a serial number: it is an IMEI, which belongs in imeis")]
    Imei,
}

impl Serial {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a person may see it: all but the last four characters hidden, and a short one whole.
    pub fn masked(&self) -> String {
        format!("{HIDDEN}{}", self.last_four())
    }

    /// The characters that may be shown by themselves: none of a short one.
    pub fn last_four(&self) -> &str {
        let hidden = self.0.len().saturating_sub(SHOWN);
        self.0.get(hidden..).filter(|_| hidden > SHOWN).unwrap_or_default()
    }
}

/// Characters from which on a serial number is found inside a longer word, and its beginning at the end of a text that was cut.
const TELLING_LENGTH: usize = 6;

impl Serial {
    /// Words with this serial number masked, in whatever case it is written there.
    #[must_use]
    pub fn hidden_in(&self, words: &Text) -> Text {
        // The case of ASCII has no length, so all of these have the same places.
        let (text, own) = (words.as_str(), self.0.to_ascii_lowercase());
        let plain = text.to_ascii_lowercase();
        let is_of_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (mut masked, mut from) = (String::new(), 0);
        for (start, found) in plain.match_indices(&own) {
            let end = start + found.len();
            let before = plain.get(..start).and_then(|before| before.chars().next_back());
            let after = plain.get(end..).and_then(|after| after.chars().next());
            if own.len() >= TELLING_LENGTH || !is_of_word(before) && !is_of_word(after) {
                masked.push_str(text.get(from..start).unwrap_or_default());
                masked.push_str(&self.masked());
                from = end;
            }
        }
        let is_begun = |length: &usize| {
            let begun = own.get(..*length);
            begun.is_some_and(|begun| plain.get(from..).unwrap_or_default().ends_with(begun))
        };
        let begun = (TELLING_LENGTH..own.len()).rev().find(is_begun);
        let end = text.len() - begun.unwrap_or_default();
        masked.push_str(text.get(from..end).unwrap_or_default());
        masked.push_str(begun.map_or("", |_| HIDDEN));
        Text::cut(&masked)
    }
}

/// What a sheet or a document puts around a text: quotes of any kind, and the `=` of a formula.
const fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '=' | '\u{2018}'..='\u{201f}')
}

impl TryFrom<String> for Serial {
    type Error = SerialError;

    fn try_from(text: String) -> Result<Self, SerialError> {
        let text = text.trim_matches(|c: char| is_quote(c) || c.is_whitespace());
        let written = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
        let serial: String = written.map(|c| if is_dash(c) { '-' } else { c }).collect();
        if serial.chars().any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/' | '.')) {
            return Err(SerialError::Sign);
        }
        if !serial.contains(|c: char| c.is_ascii_alphanumeric()) {
            return Err(SerialError::Empty);
        }
        if serial.parse::<Imei>().is_ok() {
            return Err(SerialError::Imei);
        }
        match serial.len() {
            0..=LENGTH_MAX => Ok(Self(serial)),
            long => Err(SerialError::Length(long)),
        }
    }
}

impl FromStr for Serial {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, SerialError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
