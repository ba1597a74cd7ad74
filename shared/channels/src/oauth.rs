//! OAuth 2.0 at most channels: a refresh grant, and the answer to it. Source: RFC 6749, sections 5.1, 5.2 and 6.

use crate::answer::{self, unquoted_verdict};
use crate::answer_rows::Provenance::{Memory, Vendor};
use crate::answer_rows::Says::{Code, Json};
use crate::answer_rows::{Row, row, verdict};
use crate::marketplace::{Answer, Class, Token, Verdict};
use crate::secret::Secret;
use crate::wire::fits_a_header;
use jiff::SignedDuration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A seller's authorisation of our application.
///
/// Shape: `{"client_id":"…","client_secret":"…","refresh_token":"…"}`.
#[derive(Clone, Debug)]
pub struct Grant {
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
    pub(crate) refresh_token: Secret,
}

impl<'de> Deserialize<'de> for Grant {
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

/// Refusals that are about the credentials. Everything else is passing: asking for a token applies nothing.
const REFUSALS: &[Row] = &[
    row(400, Code("invalid_grant"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(400, Code("invalid_client"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(400, Code("unauthorized_client"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(400, Code("invalid_scope"), Class::Unauthorized, Vendor("RFC 6749, section 5.2")),
    row(401, Json, Class::Unauthorized, Memory("the status of invalid_client, said by the API")),
];

/// The answer that gives out a token.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Unit: seconds.
    expires_in: u32,
}

/// The token, or why there is none. What comes with a 200 is never quoted: it may hold the token.
pub(crate) fn token(answer: &Answer) -> Result<Token, Verdict> {
    if answer.status != 200 {
        let refused = verdict(REFUSALS, answer);
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
        .filter(|granted| !granted.access_token.trim().is_empty() && granted.expires_in > 0)
        .filter(|granted| fits_a_header(&granted.access_token))
        .map(|granted| Token {
            value: granted.access_token,
            lives: SignedDuration::from_secs(i64::from(granted.expires_in)),
        })
        .ok_or_else(|| {
            unquoted_verdict(
                answer,
                Class::Passing,
                "no access_token with an expires_in in the answer",
            )
        })
}
