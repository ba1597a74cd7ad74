//! IMEIs: how people and scanners write them (rule I9), one or two of a phone (rule I10).

use crate::number::is_gap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Digits of an IMEI; of one without its check digit; and of an IMEISV, which has two of software version instead.
/// Source: 3GPP TS 23.003, clause 6.2.
const DIGITS: usize = 15;
const DIGITS_UNCHECKED: usize = 14;
const DIGITS_WITH_VERSION: usize = 16;
const VERSION_DIGITS: usize = 2;

/// Digits of the type allocation code, which all phones of a model have. Source: 3GPP TS 23.003, clause 6.2.
const DIGITS_OF_TYPE: usize = 8;

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
    /// As many digits as two IMEIs have, with nothing that parts them.
    #[error(
        "not an IMEI of 15 digits: with 30 it is two, which a slash, a comma or a line end parts"
    )]
    Unparted,
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

    /// The model of its phone, by its type allocation code.
    fn model(&self) -> Option<&str> {
        self.0.get(..DIGITS_OF_TYPE)
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
            digits if digits == 2 * DIGITS => Err(ImeiError::Unparted),
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

/// The IMEIs of one phone, as one entry tells them: one, or two (rule I10). The first is what is sent.
///
/// Shape: as text, an IMEI, or two that a slash parts; a comma, a semicolon, a bar or a line end is read, too.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    first: Imei,
    second: Option<Imei>,
}

/// The text is not the IMEIs of a phone. Never says which text: it may be nearly a real one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// It is one text, and no IMEI.
    #[error("{0}")]
    One(ImeiError),
    /// It is two, and this one is no IMEI.
    #[error("not two IMEIs of one phone: the {0} is {1}")]
    OfTwo(&'static str, ImeiError),
    /// It is more than a phone has.
    #[error("not the IMEIs of one phone: it has {0}, and a phone has at most two")]
    Many(usize),
}

impl Phone {
    /// The IMEI that is sent.
    pub const fn first(&self) -> &Imei {
        &self.first
    }

    /// Its IMEIs.
    pub fn imeis(&self) -> impl Iterator<Item = &Imei> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// Whether it has this IMEI.
    pub fn has(&self, imei: &Imei) -> bool {
        self.imeis().any(|own| own == imei)
    }

    /// Whether two entries of one IMEI each may be the two of one phone: they are of one model (rule I10).
    pub(crate) fn may_be_one_with(&self, other: &Self) -> bool {
        let are_single = self.second.is_none() && other.second.is_none();
        are_single && self.first.model() == other.first.model()
    }

    /// As a person may see it: all but the last four digits of each IMEI hidden.
    pub fn masked(&self) -> String {
        self.joined(Imei::masked)
    }

    fn joined(&self, text: impl Fn(&Imei) -> String) -> String {
        let second = self.second.as_ref().map(|second| format!("/{}", text(second)));
        format!("{}{}", text(&self.first), second.unwrap_or_default())
    }
}

/// An end of a line, of any kind.
const fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What parts two entries of a list, where a sheet or a label system has put them into one text.
const fn is_comma(c: char) -> bool {
    matches!(c, ',' | ';' | '|')
}

/// The name that phones and boxes write before an IMEI, in upper case: `IMEI 1: …`.
const NAME: &str = "IMEI";

/// The text with a comma in the place of each such name.
fn without_names(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let mut parts = upper.split(NAME);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_which = |c: char| matches!(c, '1' | '2');
        let numbered = part.trim_start_matches(is_gap).strip_prefix(is_which);
        let behind = numbered.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        plain.push(',');
        plain.push_str(behind.unwrap_or(part));
    }
    plain
}

/// The one IMEI in a text, with slashes in it as some labels print it, with signs around it, and with the two digits of the
/// software's version behind a slash, as phones show it.
fn only_one(text: &str) -> Option<Imei> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let parts: Vec<String> = text.split('/').map(|part| part.replace(is_gap, "")).collect();
    let imei = |parts: &[String]| parts.concat().parse::<Imei>().ok();
    let before_version = parts.split_last().filter(|(version, _)| version.len() == VERSION_DIGITS);
    imei(&parts).or_else(|| before_version.and_then(|(_, before)| imei(before)))
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    /// A line end may also stand in an IMEI (rule I9), and so may slashes: they part two only where nothing else does.
    fn try_from(text: String) -> Result<Self, PhoneError> {
        let whole = match text.parse::<Imei>() {
            Ok(first) => return Ok(first.into()),
            Err(error) => error,
        };
        let text = without_names(&text);
        if let Some(only) = only_one(&text) {
            return Ok(only.into());
        }
        let (has_comma, has_slash) = (text.contains(is_comma), text.contains('/'));
        let is_divider = |c: char| match (has_comma, has_slash) {
            (true, _) => is_comma(c),
            (false, true) => c == '/',
            (false, false) => is_line_end(c),
        };
        let parts = text.split(is_divider);
        let parts: Vec<&str> = parts.filter(|part| part.contains(char::is_alphanumeric)).collect();
        let read = |part: &str| only_one(part).map_or_else(|| part.parse::<Imei>(), Ok);
        let of_two = |place, part| read(part).map_err(|error| PhoneError::OfTwo(place, error));
        match parts.as_slice() {
            [] => Err(PhoneError::One(whole)),
            [only] => {
                let only = read(only).map_err(PhoneError::One)?;
                Ok(only.into())
            }
            [first, second] => {
                let (first, second) = (of_two("first", first)?, of_two("second", second)?);
                Ok(Self { second: Some(second).filter(|second| *second != first), first })
            }
            many => Err(PhoneError::Many(many.len())),
        }
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Imei> for Phone {
    fn from(first: Imei) -> Self {
        Self { first, second: None }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.joined(|imei| imei.0.clone())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
