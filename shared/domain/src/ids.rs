//! Names of things, each parsed once at the border into a type that cannot be wrong.

use crate::number::is_invisible;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longest id, in characters.
const ID_MAX: usize = 64;

/// The text is not an id. The text itself is not repeated: it may be long, or hostile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct IdError;

/// The text is not a name that a source may give to a label or a parcel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceIdError {
    /// It has nothing in it.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("has {0} characters")]
    Length(usize),
    /// A character that nobody can see or type again: its code point is said.
    #[error("has the character U+{0:04X} in it")]
    Character(u32),
}

/// Rule L12: the source's own name of a thing, compared as it was told. Blanks around it are no part of it.
#[expect(clippy::needless_pass_by_value, reason = "one signature for every parser")]
fn source_id(text: String) -> Result<String, SourceIdError> {
    let name = text.trim_matches(' ');
    let is_bad = |c: char| {
        is_invisible(c) || c.is_whitespace() && c != ' ' || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if let Some(bad) = name.chars().find(|c| is_bad(*c)) {
        return Err(SourceIdError::Character(u32::from(bad)));
    }
    match name.chars().count() {
        0 => Err(SourceIdError::Empty),
        1..=ID_MAX => Ok(name.to_owned()),
        long => Err(SourceIdError::Length(long)),
    }
}

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
    /// One parcel of an order, by its source's own name. Shape: 1 to 64 characters of any script, with blanks inside, and
    /// none of Unicode's classes control, format and separator (rule L12).
    PackageId, SourceIdError, source_id
);
parsed_text!(
    /// One label, by its source's own name. Shape: as of [`PackageId`].
    LabelId, SourceIdError, source_id
);
parsed_text!(
    /// An account at a marketplace, by the id that everybody can see there (rule S6). Shape: an id.
    MerchantId, IdError, id
);
parsed_text!(
    /// A line of an order, by the channel's own number. Shape: an id.
    ItemId, IdError, id
);
parsed_text!(
    /// Where a parcel ships from, as Amazon names it (rule L13). Shape: as of [`PackageId`].
    SupplySourceId, SourceIdError, source_id
);
shown!(SellerId, PartnerId, OrderId, MerchantId, PackageId, LabelId, ItemId, SupplySourceId);

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
