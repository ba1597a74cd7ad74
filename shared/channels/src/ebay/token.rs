//! eBay's OAuth: the seller's refresh token in, an access token for two hours out.
//!
//! Source: developer.ebay.com, the OAuth pages; E for the scope. Two hours, and 18 months for the refresh token, are
//! what a third party's client has (unverified). The refresh token stays the same.

use super::request::{AGENT, base};
use crate::marketplace::{Destination, Unbuildable};
use crate::oauth::Grant;
use crate::wire::{self, JSON};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};

/// What the token is for: to read fulfilments and to add them. Source: E, security.
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope/sell.fulfillment";

/// `POST /identity/v1/oauth2/token`. Its body is secret: never to be logged.
pub(super) fn request(
    destination: Destination<'_>,
    grant: &Grant,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", grant.refresh_token.expose())
        .append_pair("scope", SCOPE)
        .finish();
    let headers =
        [(ACCEPT, JSON), (CONTENT_TYPE, "application/x-www-form-urlencoded"), (USER_AGENT, AGENT)];
    let address = format!("{}/identity/v1/oauth2/token", base(destination)?);
    let mut request = wire::request(Method::POST, &address, &headers, form.into_bytes())?;
    let (id, secret) = (grant.client_id.expose(), grant.client_secret.expose());
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    request.headers_mut().insert(AUTHORIZATION, wire::sensitive("client_secret", &basic)?);
    Ok(request)
}
