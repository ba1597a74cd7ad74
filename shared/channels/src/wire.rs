//! What every request is built from.

use crate::marketplace::{Answer, Token, Unbuildable};
use domain::{Channel, Text};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use serde::Serialize;

/// What all our bodies are, and what we ask for.
pub(crate) const JSON: &str = "application/json";

/// Where a channel is called: at `real`, or at `<endpoint>/<channel>` when there is an endpoint.
pub(crate) fn base(endpoint: Option<&str>, channel: Channel, real: &str) -> String {
    match endpoint {
        Some(endpoint) => format!("{}/{channel}", endpoint.trim_end_matches('/')),
        None => real.to_owned(),
    }
}

/// The error for something that the channel cannot take: its name, and why.
pub(crate) fn unbuildable(what: &str, why: impl std::fmt::Display) -> Unbuildable {
    Unbuildable(Text::cut(&format!("{what}: {why}")))
}

/// A request without a secret in it.
pub(crate) fn request(
    method: Method,
    address: &str,
    headers: &[(HeaderName, &str)],
    body: Vec<u8>,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let uri: Uri = address.parse().map_err(|error| unbuildable("address", error))?;
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        map.insert(name.clone(), header(&format!("header {name}"), value)?);
    }
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = map;
    Ok(request)
}

/// The request of a channel that is asked one question only. `None` once there is an answer.
pub(crate) fn once(
    answers: &[Answer],
    request: impl FnOnce() -> Result<Request<Vec<u8>>, Unbuildable>,
) -> Option<Request<Vec<u8>>> {
    if answers.is_empty() { request().ok() } else { None }
}

/// The body as JSON: the same bytes for the same value, whenever it is built.
pub(crate) fn json(body: &impl Serialize) -> Result<Vec<u8>, Unbuildable> {
    serde_json::to_vec(body).map_err(|error| unbuildable("body", error))
}

/// Whether a header can carry a value. The crate `http` lets other letters than ASCII's through, and servers read them as they
/// please.
pub(crate) fn fits_a_header(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A header value.
fn header(what: &str, value: &str) -> Result<HeaderValue, Unbuildable> {
    if !fits_a_header(value) {
        return Err(unbuildable(what, "has letters that a header cannot carry; allowed: ASCII"));
    }
    HeaderValue::from_str(value).map_err(|error| unbuildable(what, error))
}

/// A header value that no log shows.
pub(crate) fn sensitive(what: &str, value: &str) -> Result<HeaderValue, Unbuildable> {
    let mut value = header(what, value)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Puts an access token into a request, in the form of RFC 6750.
pub(crate) fn bearer(
    request: &mut Request<Vec<u8>>,
    token: Option<&Token>,
) -> Result<(), Unbuildable> {
    let token = token.ok_or_else(|| unbuildable("access token", "there is none"))?;
    let value = sensitive("access token", &format!("Bearer {}", token.value))?;
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}
