//! Secret texts. Nothing here, errors included, ever shows a part of one.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// Reads the credentials that a secret holds. It does not say why they cannot be read: the parser's words may repeat a part
/// of the secret.
pub fn read_credentials<C: DeserializeOwned>(secret: &str) -> Option<C> {
    serde_json::from_str(secret).ok()
}

/// A text that must not be seen: its `Debug` hides it, and it has no `Display`.
#[derive(Clone)]
pub(crate) struct Secret(String);

/// The credentials lack a field. Never says what was there instead: it may be the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: must be a text that is not empty")]
pub(crate) struct NoSecret(&'static str);

impl Secret {
    /// The secret a credentials object has under this name, blanks around it removed.
    ///
    /// Read by hand, since what serde says of a wrong type repeats the value.
    pub(crate) fn of(credentials: &Value, name: &'static str) -> Result<Self, NoSecret> {
        let text = credentials.get(name).and_then(Value::as_str).map(str::trim);
        text.filter(|text| !text.is_empty()).map(|text| Self(text.to_owned())).ok_or(NoSecret(name))
    }

    /// The text itself: only for the request that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
