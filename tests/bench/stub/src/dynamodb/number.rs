//! Numbers that the table compares and adds. They are exact decimals and never floats.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Most decimal places.
const PLACES: usize = 18;

/// One, in the unit of [`Number`].
const ONE: i128 = 1_000_000_000_000_000_000;

/// A decimal number, in units of 10^-18.
///
/// Shape: an optional minus, digits, and at most 18 decimal places; between about -1.7 and 1.7 times 10^20. `DynamoDB`
/// takes more (38 digits, exponents). No caller here needs them, so the stub refuses them and never rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Number(i128);

/// A text that is not a number for this stub.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number of at most 20 digits and 18 decimal places without an exponent")]
pub(crate) struct NotANumber(String);

impl Number {
    /// The number of a count.
    pub(crate) fn whole(count: usize) -> Self {
        Self(i128::try_from(count).unwrap_or_default().saturating_mul(ONE))
    }

    /// The sum. `None` if it is too large.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference. `None` if it is too large.
    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Number of digits without the zeros at both ends.
    pub(crate) fn significant_digits(self) -> usize {
        let units = self.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        // Divisions of 128 bits are slow, and nearly every number is a small integer.
        if units.is_multiple_of(one)
            && let Ok(whole) = u64::try_from(units / one)
        {
            return significant(u128::from(whole), |digits| {
                u64::try_from(digits).is_ok_and(|digits| digits.is_multiple_of(10))
            });
        }
        significant(units, |digits| digits.is_multiple_of(10))
    }

    /// Whether the number is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Number of digits of `digits` without the zeros at its end.
fn significant(mut digits: u128, ends_in_zero: impl Fn(u128) -> bool) -> usize {
    if digits == 0 {
        return 0;
    }
    while ends_in_zero(digits) {
        digits /= 10;
    }
    digits.checked_ilog10().map_or(0, |log| usize::try_from(log).unwrap_or_default() + 1)
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let refused = || NotANumber(text.to_owned());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
        let places = if places.len() > 1 { places.trim_end_matches('0') } else { places };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(places) || places.len() > PLACES {
            return Err(refused());
        }
        let whole: i128 = whole.parse().map_err(|_too_long| refused())?;
        let mut parts: i128 = 0;
        for place in places.bytes().chain(std::iter::repeat(b'0')).take(PLACES) {
            parts = parts * 10 + i128::from(place - b'0');
        }
        let units = whole.checked_mul(ONE).and_then(|units| units.checked_add(parts));
        units.map(|units| Self(sign * units)).ok_or_else(refused)
    }
}

impl TryFrom<String> for Number {
    type Error = NotANumber;

    fn try_from(text: String) -> Result<Self, NotANumber> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) = (self.0 / ONE, self.0 % ONE);
        if parts == 0 {
            return write!(f, "{whole}");
        }
        let places = format!("{:018}", parts.unsigned_abs());
        let sign = if self.is_negative() { "-" } else { "" };
        write!(f, "{sign}{}.{}", whole.unsigned_abs(), places.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::zero("0", "0", 0)]
    #[case::minus_zero("-0", "0", 0)]
    #[case::one("1", "1", 1)]
    #[case::zeros_at_both_ends("00120", "120", 2)]
    #[case::a_moment("1790000000000", "1790000000000", 3)]
    #[case::negative("-12", "-12", 2)]
    #[case::places("1.50", "1.5", 2)]
    #[case::places_alone("-0.05", "-0.05", 1)]
    #[case::no_places("5.0", "5", 1)]
    #[case::inner_zeros("100.5", "100.5", 4)]
    #[case::longest_places("0.000000000000000001", "0.000000000000000001", 1)]
    #[case::largest("99999999999999999999.5", "99999999999999999999.5", 21)]
    fn a_number_is_written_without_idle_zeros(
        #[case] text: &str,
        #[case] written: &str,
        #[case] digits: usize,
    ) {
        let number: Number = text.parse().unwrap();
        assert_eq!((number.to_string().as_str(), number.significant_digits()), (written, digits));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_sign("-")]
    #[case::a_plus("+1")]
    #[case::a_word("one")]
    #[case::an_exponent("1e3")]
    #[case::a_place_too_many("0.1234567890123456789")]
    #[case::too_large("1000000000000000000000")]
    #[case::no_whole_part(".5")]
    #[case::a_space(" 1")]
    fn what_it_cannot_keep_exactly_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Number>(), Err(NotANumber(text.to_owned())));
    }

    #[rstest]
    #[case("9", "10")]
    #[case("-10", "-9")]
    #[case("1.5", "1.50000001")]
    #[case("-1", "0")]
    fn numbers_are_ordered_by_value(#[case] less: &str, #[case] more: &str) {
        assert!(less.parse::<Number>().unwrap() < more.parse::<Number>().unwrap());
    }
}
