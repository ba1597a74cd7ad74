//! What Wish needs to know of an account, apart from its secrets.

use domain::Text;
use serde::Deserialize;

/// A Wish partner's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// Where the parcels come from.
    pub origin_country: CountryCode,
}

/// A country.
///
/// Shape: two capital letters. Source: ISO 3166-1 alpha-2.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CountryCode(String);

/// Not a country. The message says what one looks like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country code; allowed: two capital letters, such as US")]
pub struct NoCountry(Text);

impl CountryCode {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CountryCode {
    type Error = NoCountry;

    fn try_from(text: String) -> Result<Self, NoCountry> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(NoCountry(Text::cut(&text)))
        }
    }
}
