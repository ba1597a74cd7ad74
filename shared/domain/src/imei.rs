//! IMEIs: how people and scanners write them (rule I9).

use crate::number::is_gap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Digits of an IMEI; of one without its check digit; and of an IMEISV, which has two of software version instead.
/// Source: 3GPP TS 23.003, clause 6.2.
const DIGITS: usize = 15;
const DIGITS_UNCHECKED: usize = 14;
const DIGITS_WITH_VERSION: usize = 16;

/// A device's 15-digit International Mobile Equipment Identity: personal data, shown masked except its last four.
///
/// Shape: 15 ASCII digits, the last a Luhn check digit. Blanks, dashes and line ends that come with it are removed.
/// Source: 3GPP TS 23.003, clause 6.2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Imei(String);

/// The text is not an IMEI. Never says which text: it may be nearly a real one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImeiError {
    /// Not 15 digits.
    #[error("not an IMEI of 15 digits")]
    Shape,
    /// 14 digits: the check digit is missing.
    #[error("not an IMEI of 15 digits: it has 14, the check digit is missing")]
    Unchecked,
    /// 16 digits: an IMEISV.
    #[error(
        "not an IMEI of 15 digits: with 16 it is an IMEISV, whose last two are the software's version"
    )]
    WithVersion,
    /// 15 digits whose last is not the check digit of the others.
    #[error("not an IMEI: its check digit is wrong")]
    CheckDigit,
}

impl Imei {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a person may see it: all but the last four digits hidden.
    pub fn masked(&self) -> String {
        format!("***********{}", self.last_four())
    }

    /// The digits that may be shown by themselves.
    pub fn last_four(&self) -> &str {
        self.0.get(11..).unwrap_or_default()
    }
}

impl TryFrom<String> for Imei {
    type Error = ImeiError;

    fn try_from(text: String) -> Result<Self, ImeiError> {
        let digits: String = if text.contains(is_gap) { text.replace(is_gap, "") } else { text };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ImeiError::Shape);
        }
        match digits.len() {
            DIGITS if is_checked(&digits) => Ok(Self(digits)),
            DIGITS => Err(ImeiError::CheckDigit),
            DIGITS_UNCHECKED => Err(ImeiError::Unchecked),
            DIGITS_WITH_VERSION => Err(ImeiError::WithVersion),
            _ => Err(ImeiError::Shape),
        }
    }
}

/// Whether the last digit is the Luhn check digit of the others.
fn is_checked(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (1, 5..) => digit * 2 - 9,
            (1, _) => digit * 2,
            _ => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

impl FromStr for Imei {
    type Err = ImeiError;

    fn from_str(text: &str) -> Result<Self, ImeiError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Imei> for String {
    fn from(imei: Imei) -> Self {
        imei.0
    }
}

impl fmt::Debug for Imei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
