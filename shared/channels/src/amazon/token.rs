//! Login with Amazon: the seller's refresh token in, an access token for an hour out.
//!
//! Source: developer-docs.amazon.com, "Connect to the SP-API"; the errors are those of RFC 6749, section 5.2, their
//! statuses and words unverified. Requests are not signed: by memory, Signature Version 4 (and with it `x-amz-date`,
//! which would need a clock) is not asked for since October 2023, and the maintained client has none.

use super::request::AGENT;
use crate::answer::{self, unexpected};
use crate::classes::Mark::{Memory, Vendor};
use crate::classes::Says::{Anything, Code};
use crate::classes::{Row, row, verdict};
use crate::marketplace::{Answer, Class, Site, Token, Unbuildable, Verdict};
use crate::secret::Secret;
use crate::wire::{self, JSON, unbuildable};
use domain::Channel;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{Method, Request};
use jiff::SignedDuration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Where tokens are, for every region.
const LOGIN: &str = "https://api.amazon.com";

/// The header of the access token.
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-amz-access-token");

/// Refusals that are about the credentials. Everything else is passing: asking for a token applies nothing.
const TOKEN_REFUSALS: &[Row] = &[
    row(400, Code("invalid_grant"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(400, Code("invalid_client"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(400, Code("unauthorized_client"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(401, Anything, Class::Unauthorized, Memory("the status of invalid_client")),
];

/// A seller's authorisation of our application.
///
/// Shape: `{"client_id":"…","client_secret":"…","refresh_token":"…"}`.
#[derive(Clone, Debug)]
pub struct Credentials {
    client_id: Secret,
    client_secret: Secret,
    refresh_token: Secret,
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(deserializer)?;
        let secret = |name| Secret::of(&fields, name).map_err(D::Error::custom);
        Ok(Self {
            client_id: secret("client_id")?,
            client_secret: secret("client_secret")?,
            refresh_token: secret("refresh_token")?,
        })
    }
}

/// What Login with Amazon answers.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Unit: seconds.
    expires_in: u32,
}

/// `POST /auth/o2/token`. Its body is secret: never to be logged.
pub(super) fn request(
    site: Site<'_>,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", credentials.refresh_token.expose())
        .append_pair("client_id", credentials.client_id.expose())
        .append_pair("client_secret", credentials.client_secret.expose())
        .finish();
    let base = wire::base(site.endpoint, Channel::Amazon, LOGIN);
    let headers =
        [(ACCEPT, JSON), (CONTENT_TYPE, "application/x-www-form-urlencoded"), (USER_AGENT, AGENT)];
    wire::request(Method::POST, &format!("{base}/auth/o2/token"), &headers, form.into_bytes())
}

/// The token, or why there is none. What comes with a 200 is never quoted: it may hold the token.
pub(super) fn token(answer: &Answer) -> Result<Token, Verdict> {
    if answer.status != 200 {
        let refused = verdict(TOKEN_REFUSALS, answer);
        return Err(match refused.class {
            Class::Unauthorized => refused,
            Class::Accepted
            | Class::Passing
            | Class::Final
            | Class::AlreadyShipped
            | Class::Unknown => Verdict { class: Class::Passing, ..refused },
        });
    }
    answer::body::<Granted>(answer)
        .filter(|granted| !granted.access_token.is_empty() && granted.expires_in > 0)
        .map(|granted| Token {
            value: granted.access_token,
            lives: SignedDuration::from_secs(i64::from(granted.expires_in)),
        })
        .ok_or_else(|| {
            unexpected(answer, Class::Passing, "no access_token with an expires_in in the answer")
        })
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
