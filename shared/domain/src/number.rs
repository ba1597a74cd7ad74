//! Tracking numbers: how people and systems write them, and what of that tells two of them apart (rules N1 and N2).

use crate::Text;
use crate::barcode::barcode_readings;
use crate::number_text::{
    beside, is_of_a_spreadsheet, is_rounded, several, without_frame, without_imei,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Fewest and most letters and digits of a tracking number.
const LENGTH_MIN: usize = 5;
const LENGTH_MAX: usize = 40;

/// Most characters of a number with the signs in it.
const WRITTEN_MAX: usize = 64;

/// Fewest digits of a number: what has fewer is a word.
const DIGITS_MIN: usize = 4;

/// Signs that stay in a number where they stand inside it.
const SIGNS: [char; 6] = ['/', '*', '.', ':', '+', '_'];

/// A carrier's tracking number, as it is sent.
///
/// Shape: upper-case letters and digits with `/ * . : + _` between them: 5 to 40 letters and digits, of which at least 4
/// are digits, and at most 64 characters. It never begins or ends with a sign. Two numbers are the same number when their
/// [keys](Self::key) are equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackingNumber(String);

/// What tells two tracking numbers apart: everything is matched by it, and nothing is sent as it.
///
/// Shape: 5 to 40 upper-case letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberKey(String);

/// Why a text is not a tracking number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackingNumberError {
    /// It has no letter and no digit.
    #[error("is empty")]
    Empty,
    /// A word, such as `PENDING`.
    #[error("`{0}` is a word, not a tracking number")]
    Word(String),
    /// A number with a word beside it, such as `UPS 1Z…`.
    #[error("`{0}` stands beside the number")]
    WordBeside(String),
    /// A web address.
    #[error("is an address, not a tracking number")]
    Address,
    /// What a spreadsheet makes of a long number.
    #[error("`{0}` is what a spreadsheet made of a number")]
    Spreadsheet(String),
    /// A long number of which a spreadsheet kept the first digits.
    #[error("has zeros in the place of all digits after the fifteenth, as a spreadsheet leaves it")]
    Rounded,
    /// More than one number in one field.
    #[error("has more than one number: {}", .0.join(", "))]
    Several(Vec<String>),
    /// A sign that is in no number.
    #[error("has {}", shown(*.0))]
    Sign(char),
    /// Too few letters and digits, or too many.
    #[error("has {0} letters and digits")]
    Length(usize),
    /// Too few digits among its letters.
    #[error("`{0}` has fewer than {DIGITS_MIN} digits")]
    Digits(String),
    /// Too many signs.
    #[error("has {0} characters")]
    Signs(usize),
}

impl TrackingNumber {
    /// The written form, which is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is matched by.
    pub fn key(&self) -> NumberKey {
        NumberKey(self.0.chars().filter(char::is_ascii_alphanumeric).collect())
    }

    /// Whether both are the same number, however they are written.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0 || self.key() == other.key()
    }
}

impl NumberKey {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody else's text is this number, however they write it: also in a barcode that has the number in it (rule N3).
    /// Nothing is refused here, for nothing is sent of it.
    pub fn is_in(&self, text: &str) -> bool {
        let plain = text.chars().map(half_width).filter(char::is_ascii_alphanumeric);
        let plain: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        plain == self.0 || barcode_readings(&plain).any(|reading| reading.number == self.0)
    }
}

impl TryFrom<String> for TrackingNumber {
    type Error = TrackingNumberError;

    fn try_from(text: String) -> Result<Self, TrackingNumberError> {
        // What is stored, and nearly all of what comes, is written so already.
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if text.bytes().all(is_plain) { checked(text) } else { cleaned(&text) }.map(Self)
    }
}

impl FromStr for TrackingNumber {
    type Err = TrackingNumberError;

    fn from_str(text: &str) -> Result<Self, TrackingNumberError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for NumberKey {
    type Error = TrackingNumberError;

    fn try_from(text: String) -> Result<Self, TrackingNumberError> {
        TrackingNumber::try_from(text).map(|number| number.key())
    }
}

impl FromStr for NumberKey {
    type Err = TrackingNumberError;

    fn from_str(text: &str) -> Result<Self, TrackingNumberError> {
        Self::try_from(text.to_owned())
    }
}

impl From<TrackingNumber> for String {
    fn from(number: TrackingNumber) -> Self {
        number.0
    }
}

impl From<NumberKey> for String {
    fn from(key: NumberKey) -> Self {
        key.0
    }
}

/// A number from outside: freed of what people, sheets and scanners put around it and into it (rule N1).
fn cleaned(text: &str) -> Result<String, TrackingNumberError> {
    let plain: String = text.chars().map(half_width).map(|c| c.to_ascii_uppercase()).collect();
    let plain = without_frame(&plain);
    let ends = |c: char| !c.is_alphanumeric();
    let plain = plain.trim_matches(ends);
    if plain.is_empty() {
        return Err(TrackingNumberError::Empty);
    }
    if plain.contains("://") || plain.starts_with("WWW.") {
        return Err(TrackingNumberError::Address);
    }
    if is_of_a_spreadsheet(plain) {
        return Err(TrackingNumberError::Spreadsheet(without_imei(plain)));
    }
    several(plain)?;
    beside(plain)?;
    let written: String = plain.chars().filter(|c| !is_gap(*c)).collect();
    let is_sign = |c: &char| !c.is_ascii_alphanumeric() && !SIGNS.contains(c);
    if let Some(sign) = written.chars().find(is_sign) {
        return Err(TrackingNumberError::Sign(sign));
    }
    // A word, or a part, may have had a gap in it. What is stored is read again, and must be taken then.
    several(&written)?;
    beside(&written)?;
    if is_of_a_spreadsheet(&written) {
        return Err(TrackingNumberError::Spreadsheet(without_imei(&written)));
    }
    checked(written)
}

/// A sign, and what it is where it may look like a plain letter: a Cyrillic `А` cannot be told from a Latin one. One that
/// no text may have is said by its code alone.
fn shown(sign: char) -> String {
    let code = u32::from(sign);
    if sign.is_ascii() {
        format!("a `{sign}` in it")
    } else if Text::keeps(sign) {
        format!("a `{sign}` in it (U+{code:04X})")
    } else {
        format!("the character U+{code:04X} in it")
    }
}

/// Limits of a number that has nothing in it but letters, digits and signs.
fn checked(written: String) -> Result<String, TrackingNumberError> {
    let count = |is_one: fn(&u8) -> bool| written.bytes().filter(is_one).count();
    let (length, digits) = (count(u8::is_ascii_alphanumeric), count(u8::is_ascii_digit));
    match (length, digits) {
        (0, _) => return Err(TrackingNumberError::Empty),
        (_, 0) if length <= LENGTH_MAX => return Err(TrackingNumberError::Word(written)),
        (..LENGTH_MIN, _) => return Err(TrackingNumberError::Length(length)),
        (LENGTH_MIN..=LENGTH_MAX, ..DIGITS_MIN) => {
            return Err(TrackingNumberError::Digits(written));
        }
        (LENGTH_MIN..=LENGTH_MAX, _) if is_rounded(&written) => {
            return Err(TrackingNumberError::Rounded);
        }
        (LENGTH_MIN..=LENGTH_MAX, _) => {}
        (_, _) => return Err(TrackingNumberError::Length(length)),
    }
    if written.len() > WRITTEN_MAX {
        return Err(TrackingNumberError::Signs(written.len()));
    }
    Ok(written)
}

/// Full-width letters, digits and signs, as East Asian keyboards write them, stand 0xFEE0 above the plain ones. Source:
/// The Unicode Standard, block Halfwidth and Fullwidth Forms.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        _ => c,
    }
}

/// What may stand anywhere in a number and says nothing: blanks, dashes, and what cannot be seen.
pub(crate) fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || is_dash(c)
}

/// Dashes of every kind. Source: the Unicode property Dash, as far as keyboards and word processors write them.
pub(crate) const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// What has no width on a screen: controls, and the characters of Unicode's class Cf.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
                | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}'
                | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}'
        )
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for NumberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for NumberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
