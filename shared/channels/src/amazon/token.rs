//! Login with Amazon: the seller's refresh token in, an access token for an hour out.
//!
//! Source: developer-docs.amazon.com, "Connect to the SP-API"; the errors are those of RFC 6749, section 5.2, their
//! statuses and words unverified. Requests are not signed: by memory, Signature Version 4 (and with it `x-amz-date`,
//! which would need a clock) is not asked for since October 2023, and the maintained client has none.

use super::request::AGENT;
use crate::marketplace::{Destination, Token, Unbuildable};
use crate::oauth::Grant;
use crate::wire::{self, JSON, unbuildable};
use domain::Channel;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{Method, Request};

/// Where tokens are, for every region.
pub(super) const LOGIN: &str = "https://api.amazon.com";

/// The header of the access token.
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-amz-access-token");

/// `POST /auth/o2/token`. Its body is secret: never to be logged.
pub(super) fn request(
    destination: Destination<'_>,
    grant: &Grant,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", grant.refresh_token.expose())
        .append_pair("client_id", grant.client_id.expose())
        .append_pair("client_secret", grant.client_secret.expose())
        .finish();
    let base = wire::base(destination.endpoint, Channel::Amazon, LOGIN);
    let headers =
        [(ACCEPT, JSON), (CONTENT_TYPE, "application/x-www-form-urlencoded"), (USER_AGENT, AGENT)];
    wire::request(Method::POST, &format!("{base}/auth/o2/token"), &headers, form.into_bytes())
}

/// Puts the access token in.
pub(super) fn authorize(
    request: &mut Request<Vec<u8>>,
    token: Option<&Token>,
) -> Result<(), Unbuildable> {
    let token = token.ok_or_else(|| unbuildable("access token", "there is none"))?;
    let value = wire::sensitive("access token", &token.value)?;
    request.headers_mut().insert(ACCESS_TOKEN, value);
    Ok(())
}
