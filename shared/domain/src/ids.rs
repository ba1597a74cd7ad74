//! Names of things, each parsed once at the border into a type that cannot be wrong.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longest id, in characters.
const ID_MAX: usize = 64;

/// Shortest and longest tracking number, in characters, after blanks and hyphens are removed.
const TRACKING_MIN: usize = 5;
const TRACKING_MAX: usize = 40;

/// The text is not an id. The text itself is not repeated: it may be long, or hostile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct IdError;

fn id(text: String) -> Result<String, IdError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=ID_MAX).contains(&text.len()) && text.chars().all(allowed) {
        Ok(text)
    } else {
        Err(IdError)
    }
}

macro_rules! parsed_text {
    ($(#[$meta:meta])* $name:ident, $error:ty, $parse:path) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $parse(text).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

macro_rules! shown {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )*};
}

parsed_text!(
    /// A tenant. Shape: an id.
    SellerId, IdError, id
);
parsed_text!(
    /// One account of a seller at a marketplace. Shape: an id.
    PartnerId, IdError, id
);
parsed_text!(
    /// An order, as the channel numbers it. Shape: an id.
    OrderId, IdError, id
);
parsed_text!(
    /// One parcel of an order. Shape: an id.
    PackageId, IdError, id
);
parsed_text!(
    /// One label. Shape: an id.
    LabelId, IdError, id
);
parsed_text!(
    /// A line of an order, by the channel's own number. Shape: an id.
    ItemId, IdError, id
);
parsed_text!(
    /// A carrier's tracking number.
    ///
    /// Shape: 5 to 40 upper-case letters and digits; blanks and hyphens are removed, letters are upper-cased.
    TrackingNumber, TrackingNumberError, tracking_number
);
parsed_text!(
    /// A device's 15-digit International Mobile Equipment Identity: personal data, shown masked except its last four.
    ///
    /// Shape: 15 ASCII digits, the last a Luhn check digit.
    /// Source: 3GPP TS 23.003, clause 6.2.
    Imei, ImeiError, imei
);
shown!(SellerId, PartnerId, OrderId, PackageId, LabelId, ItemId, TrackingNumber);

/// The text is not a tracking number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tracking number of 5 to 40 letters and digits (blanks and hyphens aside)")]
pub struct TrackingNumberError;

#[expect(clippy::needless_pass_by_value, reason = "one signature for every parser")]
fn tracking_number(text: String) -> Result<String, TrackingNumberError> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let fits = (TRACKING_MIN..=TRACKING_MAX).contains(&plain.len());
    if fits && plain.chars().all(|c| c.is_ascii_alphanumeric()) {
        Ok(plain)
    } else {
        Err(TrackingNumberError)
    }
}

/// The text is not an IMEI. Never says which text: it may be nearly a real one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImeiError {
    /// Not 15 digits.
    #[error("not an IMEI of 15 digits")]
    Shape,
    /// 15 digits whose last is not the check digit of the others.
    #[error("not an IMEI: its check digit is wrong")]
    CheckDigit,
}

fn imei(text: String) -> Result<String, ImeiError> {
    if text.len() != 15 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ImeiError::Shape);
    }
    let sum: u32 = text
        .bytes()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (1, 5..) => digit * 2 - 9,
            (1, _) => digit * 2,
            _ => digit,
        })
        .sum();
    if sum.is_multiple_of(10) { Ok(text) } else { Err(ImeiError::CheckDigit) }
}

impl Imei {
    /// As a person may see it: all but the last four digits hidden.
    pub fn masked(&self) -> String {
        format!("***********{}", self.last_four())
    }

    /// The digits that may be shown by themselves.
    pub fn last_four(&self) -> &str {
        self.0.get(11..).unwrap_or_default()
    }
}

impl fmt::Debug for Imei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}

/// Which order: nothing below it is shared with another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    /// The tenant.
    pub seller: SellerId,
    /// The marketplace account.
    pub partner: PartnerId,
    /// The channel's number of the order.
    pub order: OrderId,
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.seller, self.partner, self.order)
    }
}
