//! Groupon's credentials: one opaque token, a parameter of every call.

use crate::marketplace::Unbuildable;
use crate::secret::Secret;
use crate::wire::unbuildable;
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The parameter's name. Source: every client (third parties: unverified).
const TOKEN: &str = "token";

/// A supplier's token, made by hand at `CommerceInterface`, under `/access_tokens/`.
///
/// Shape: `{"token":"…"}`, opaque.
#[derive(Clone, Debug)]
pub struct Credentials {
    token: Secret,
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(deserializer)?;
        Ok(Self { token: Secret::of(&fields, TOKEN).map_err(D::Error::custom)? })
    }
}

/// Puts the token in: at the end of a form, or of a query. From then on the request's address or body is secret: never
/// to be logged.
pub(super) fn authorize(
    request: &mut Request<Vec<u8>>,
    credentials: &Credentials,
) -> Result<(), Unbuildable> {
    let pair = form_urlencoded::Serializer::new(String::new())
        .append_pair(TOKEN, credentials.token.expose())
        .finish();
    if request.method() == Method::POST {
        let form = request.body_mut();
        form.push(b'&');
        form.extend_from_slice(pair.as_bytes());
    } else {
        *request.uri_mut() = with_pair(request.uri(), &pair)
            .ok_or_else(|| unbuildable(TOKEN, "is too long for an address"))?;
    }
    Ok(())
}

/// The address with one more pair in its query, which is there already. What is wrong with it is not said: it is secret.
fn with_pair(address: &Uri, pair: &str) -> Option<Uri> {
    let mut parts = address.clone().into_parts();
    let query: PathAndQuery = format!("{}&{pair}", parts.path_and_query?).parse().ok()?;
    parts.path_and_query = Some(query);
    Uri::from_parts(parts).ok()
}
