//! The signature: who receives a webhook knows by it that we sent it, and that it is whole.
//!
//! Source: Standard Webhooks specification 1.0.0, "Signature scheme" and "Webhook headers".

use super::request::ID;
use crate::answer::header;
use crate::marketplace::Unbuildable;
use crate::secret::Secret;
use crate::wire::{sensitive, unbuildable};
use domain::Moment;
use http::Request;
use http::header::{HeaderName, HeaderValue};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use standardwebhooks::Webhook;
use std::fmt;
use std::sync::Arc;

const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What a secret begins with, so that it is known for one. Source: the same.
const PREFIX: &str = "whsec_";

/// How long a secret is, in bytes. Source: the same: "At least 24 bytes (192 bits, 512 maximum)".
const BYTES_MIN: usize = 24;
const BYTES_MAX: usize = 64;

/// The secret that the receiver checks our signature with, ready to sign.
///
/// Shape: `{"secret":"whsec_…"}`, then the base64 of 24 to 64 bytes.
#[derive(Clone)]
pub struct Credentials {
    signer: Arc<Webhook>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials { secret: (secret) }")
    }
}

/// The secret is not one. Says what it must be, never what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("secret: must be whsec_ and the base64 of 24 to 64 bytes")]
struct NotASecret;

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(deserializer)?;
        let secret = Secret::of(&fields, "secret").map_err(D::Error::custom)?;
        let signer = signer(secret.expose()).map_err(D::Error::custom)?;
        Ok(Self { signer: Arc::new(signer) })
    }
}

/// What signs with the secret. What the decoder says of a wrong one repeats a letter of it, so that is dropped.
fn signer(secret: &str) -> Result<Webhook, NotASecret> {
    let base64 = secret.strip_prefix(PREFIX).ok_or(NotASecret)?;
    let signer = Webhook::new(base64).or(Err(NotASecret))?;
    // What is decoded has whole groups of four letters for three bytes each, the last one padded.
    let padding = base64.bytes().filter(|byte| *byte == b'=').count();
    let bytes = (base64.len() / 4 * 3).saturating_sub(padding);
    if (BYTES_MIN..=BYTES_MAX).contains(&bytes) { Ok(signer) } else { Err(NotASecret) }
}

/// Puts in the time and the signature over `<id>.<time>.<body>`. Each try is signed anew: a receiver turns away what is
/// more than five minutes old.
pub(super) fn sign(
    request: &mut Request<Vec<u8>>,
    credentials: &Credentials,
    now: Moment,
) -> Result<(), Unbuildable> {
    let id = header(request.headers(), &ID)
        .ok_or_else(|| unbuildable("webhook-id", "is required, and there is none"))?;
    let time = now.timestamp().as_second();
    let signature = credentials
        .signer
        .sign(id, time, request.body())
        .map_err(|_not_text| unbuildable("body", "cannot be signed; allowed: text in UTF-8"))?;
    let signature = sensitive("webhook-signature", &signature)?;
    request.headers_mut().insert(TIMESTAMP, HeaderValue::from(time));
    request.headers_mut().insert(SIGNATURE, signature);
    Ok(())
}
