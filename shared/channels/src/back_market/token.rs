//! Back Market's credentials: one opaque token, sent as it is with every request.

use crate::marketplace::Unbuildable;
use crate::secret::Secret;
use crate::wire;
use http::Request;
use http::header::AUTHORIZATION;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How the header begins. Source: B, `Authorization: Basic <token>`.
const SCHEME: &str = "Basic ";

/// An account's token.
///
/// Shape: `{"token":"…"}`, opaque. A password changed in the Back Office ends it (a third party: unverified).
#[derive(Clone, Debug)]
pub struct Credentials {
    token: Secret,
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(deserializer)?;
        Ok(Self { token: Secret::of(&fields, "token").map_err(D::Error::custom)? })
    }
}

/// Puts the token in. Sellers copy it with its scheme or without.
pub(super) fn authorize(
    request: &mut Request<Vec<u8>>,
    credentials: &Credentials,
) -> Result<(), Unbuildable> {
    let token = credentials.token.expose();
    let token = token.strip_prefix(SCHEME).unwrap_or(token).trim_start();
    let value = wire::sensitive("token", &format!("{SCHEME}{token}"))?;
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}
