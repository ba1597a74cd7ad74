//! OAuth as Wish has it: a refresh token in, an access token for 30 days out.
//!
//! Source: W, `oauth/refresh_token`. A refresh revokes the access tokens before it, and may change the refresh token (P):
//! what comes is kept in the secret before it is used. The secrets go in the address, which must never be shown; nothing
//! that is answered here is ever quoted, for an answer may repeat the address.

use super::answers::{self, When};
use super::request::{AGENT, base};
use crate::answer::text;
use crate::answer_rows::Provenance::{self, Inferred, Vendor};
use crate::answer_rows::Says::{Anything, Json};
use crate::answer_rows::{self, Row, row};
use crate::marketplace::{Answer, Class, Destination, Token, Unbuildable, Verdict};
use crate::oauth::Grant;
use crate::secret::Secret;
use crate::wire::{self, JSON};
use domain::Moment;
use http::header::{ACCEPT, USER_AGENT};
use http::{Method, Request};
use jiff::SignedDuration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The fields that are kept in the secret beside the seller's own.
const ACCESS_TOKEN: &str = "access_token";
const EXPIRES_AT: &str = "access_token_expires_at";
const REFRESH_TOKEN: &str = "refresh_token";

/// How long an access token is used when its `expiry_time` cannot be read, or is over. Inferred: far less than the 30
/// days it lives (W), and one refresh a day harms nobody.
const LIFE_WITHOUT_EXPIRY: SignedDuration = SignedDuration::from_hours(24);

/// The code of wrong credentials, beside those of a token. Source: W, `oauth/refresh_token`.
const INCORRECT_CREDENTIALS: (i64, Provenance) = (10_001, Vendor("W, oauth/refresh_token"));

/// Refusals that are about the credentials. Everything else is passing: a refresh that is refused applies nothing.
const REFUSALS: &[Row] = &[
    row(400, Json, Class::Unauthorized, Vendor("W: the account, the client, the grant")),
    row(401, Anything, Class::Unauthorized, Inferred("not in W; what the status means")),
];

/// A seller's authorisation of our application, and the access token kept with it.
///
/// Shape: `{"client_id":"…","client_secret":"…","refresh_token":"…"}`, later `"access_token":"…"` and
/// `"access_token_expires_at":"…"` (RFC 3339) too, which we put there.
#[derive(Clone, Debug)]
pub struct Credentials {
    grant: Grant,
    kept: Option<Kept>,
}

/// An access token from before.
#[derive(Clone, Debug)]
struct Kept {
    access_token: Secret,
    expires_at: Moment,
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(deserializer)?;
        let grant = Grant::deserialize(&fields).map_err(D::Error::custom)?;
        Ok(Self { grant, kept: Kept::of(&fields) })
    }
}

impl Kept {
    /// What is not whole is not there: a new token is asked for.
    fn of(fields: &Value) -> Option<Self> {
        let expires_at = fields.get(EXPIRES_AT)?.as_str()?.parse().ok()?;
        Some(Self { access_token: Secret::of(fields, ACCESS_TOKEN).ok()?, expires_at })
    }
}

/// `GET /api/v3/oauth/refresh_token`. Its address is secret: never to be logged, and not in a text of an error.
pub(super) fn request(
    destination: Destination<'_>,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let grant = &credentials.grant;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", grant.client_id.expose())
        .append_pair("client_secret", grant.client_secret.expose())
        .append_pair("refresh_token", grant.refresh_token.expose())
        .append_pair("grant_type", "refresh_token")
        .finish();
    let address = format!("{}/oauth/refresh_token?{query}", base(destination));
    let headers = [(ACCEPT, JSON), (USER_AGENT, AGENT)];
    wire::request(Method::GET, &address, &headers, Vec::new())
}

/// `AccessToken`, what we need of it.
struct Granted {
    access_token: String,
    refresh_token: Option<String>,
    lives: SignedDuration,
}

fn granted(answer: &Answer, now: Moment) -> Result<Granted, Verdict> {
    let data = answers::data(answer).ok_or_else(|| refused(answer))?;
    let said = |name: &str| {
        let text = data.get(name)?.as_str()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let access_token = said(ACCESS_TOKEN)
        .filter(|token| wire::fits_a_header(token))
        .ok_or_else(|| verdict(answer, Class::Passing, "no access_token in the answer"))?;
    let lives = life(data.get("expiry_time").unwrap_or(&Value::Null), now);
    Ok(Granted { access_token, refresh_token: said(REFRESH_TOKEN), lives })
}

/// How long the token lives from now. W has a date and time; version 2 had seconds since the epoch (csdn 52926664).
fn life(expiry: &Value, now: Moment) -> SignedDuration {
    let when = match expiry {
        Value::String(text) => When::of(text.trim()),
        Value::Number(number) => number.as_i64().and_then(When::of_number),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let lives = when.map(|when| match when {
        When::After(span) => span,
        When::At(moment) => Moment::from(moment).since(now),
    });
    lives.filter(SignedDuration::is_positive).unwrap_or(LIFE_WITHOUT_EXPIRY)
}

/// Why there is no token.
fn refused(answer: &Answer) -> Verdict {
    let code = answers::code(answer);
    let is_about_credentials = answers::is_unauthorized(answer)
        || code == Some(INCORRECT_CREDENTIALS.0)
        || answer_rows::verdict(REFUSALS, answer).class == Class::Unauthorized;
    if is_about_credentials {
        verdict(answer, Class::Unauthorized, "Wish refused to renew the access token")
    } else {
        verdict(answer, Class::Passing, "no access token in the answer")
    }
}

/// In our words only, with the code or else the status.
fn verdict(answer: &Answer, class: Class, why: &str) -> Verdict {
    let code = answers::code(answer).unwrap_or_else(|| i64::from(answer.status)).to_string();
    Verdict {
        class,
        message: text(&format!("{why} ({code})")),
        code: text(&code),
        retry_after: answers::wait(answer),
        imeis: domain::ShownImeis::new(),
    }
}

/// The token, or why there is none.
pub(super) fn token(answer: &Answer, now: Moment) -> Result<Token, Verdict> {
    granted(answer, now).map(|granted| Token { value: granted.access_token, lives: granted.lives })
}

/// The token from before, while it lives.
pub(super) fn kept(credentials: &Credentials, now: Moment) -> Option<Token> {
    let kept = credentials.kept.as_ref()?;
    let lives = kept.expires_at.since(now);
    let token = || Token { value: kept.access_token.expose().to_owned(), lives };
    lives.is_positive().then(token)
}

/// The secret with the answer's tokens in it. An answer without a refresh token leaves the one that is there.
pub(super) fn renewed(secret: &str, answer: &Answer, now: Moment) -> Option<String> {
    let granted = granted(answer, now).ok()?;
    let Ok(Value::Object(mut fields)) = serde_json::from_str(secret) else { return None };
    let expires_at = now.plus(granted.lives).timestamp().to_string();
    fields.insert(ACCESS_TOKEN.to_owned(), granted.access_token.into());
    fields.insert(EXPIRES_AT.to_owned(), expires_at.into());
    if let Some(refresh_token) = granted.refresh_token {
        fields.insert(REFRESH_TOKEN.to_owned(), refresh_token.into());
    }
    Some(Value::Object(fields).to_string())
}
