//! What every marketplace is asked, and how its answers are put.

use domain::{
    Channel, Finding, Imei, ItemId, NotApplied, OrderId, OrderKey, Outcome, PackageId, Partner,
    Submission, Text,
};
use http::{HeaderMap, Request};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// One marketplace's API. Stateless: a sender is built for exactly one.
pub trait Marketplace {
    /// Which marketplace.
    const CHANNEL: Channel;

    /// An address of it that a connection is opened to in init.
    const WARM_UP: &'static str;

    /// What the partner's secret holds, as JSON. Its `Debug` must not show a secret.
    type Credentials: DeserializeOwned + Send + Sync;

    /// Our reference of a package at the channel, where it has one: the same for every try.
    fn reference(key: &OrderKey, package: &PackageId) -> Option<Text>;

    /// The request that confirms a shipment, not yet authorized.
    ///
    /// # Errors
    /// When the channel cannot take the submission; it is then refused before it is sent.
    fn confirm(
        site: Site<'_>,
        submission: &Submission,
        reference: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable>;

    /// What the answer to [`Self::confirm`] means.
    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict;

    /// The request that registers one line's IMEI by itself; `None` where the channel has no such thing.
    fn register_imei(site: Site<'_>, line: &ItemId, imei: &Imei) -> Option<Request<Vec<u8>>>;

    /// What the answer to [`Self::register_imei`] means.
    fn imei_registered(answer: &Answer, imei: &Imei) -> Verdict;

    /// The request that asks what the channel holds of an order.
    fn read(site: Site<'_>, order: &OrderId) -> Option<Request<Vec<u8>>>;

    /// What the channel holds for this submission.
    fn found(answer: &Answer, submission: &Submission) -> Finding;

    /// What the channel holds as this line's IMEI.
    fn imei_found(answer: &Answer, line: &ItemId, imei: &Imei) -> Finding;

    /// The request for an access token; `None` where the credentials are used as they are.
    fn token_request(site: Site<'_>, credentials: &Self::Credentials) -> Option<Request<Vec<u8>>>;

    /// The token in the answer.
    ///
    /// # Errors
    /// What went wrong, with [`Class::Unauthorized`] when the credentials themselves were refused.
    fn token(answer: &Answer) -> Result<Token, Verdict>;

    /// Puts the credentials into a request. `token` is there when [`Self::token_request`] made one.
    ///
    /// # Errors
    /// When the credentials cannot be put into a header; the message names which, never its value.
    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Self::Credentials,
        token: Option<&Token>,
    ) -> Result<(), Unbuildable>;
}

/// Where a partner's marketplace is.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The account.
    pub partner: &'a Partner,
    /// `MarketplaceEndpoint`, when set: every channel is then called at `<it>/<channel>`.
    pub endpoint: Option<&'a str>,
}

/// An HTTP answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// An access token.
#[derive(Clone)]
pub struct Token {
    /// Its value: a secret.
    pub value: String,
    /// How long it lives from now.
    pub lives: SignedDuration,
}

/// The kinds of answer. Anything not listed by a channel is [`Class::Unknown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Applied.
    Accepted,
    /// Certainly not applied, passing.
    Passing,
    /// Certainly not applied: the token is not valid (any more).
    Unauthorized,
    /// Certainly not applied, for good.
    Final,
    /// It has shipped already, not said by which number.
    AlreadyShipped,
    /// Anything else.
    Unknown,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its kind.
    pub class: Class,
    /// The channel's code, or the status.
    pub code: Text,
    /// The channel's words.
    pub message: Text,
    /// How long the channel asked to wait.
    pub retry_after: Option<SignedDuration>,
}

impl Verdict {
    /// The same for the rules.
    pub fn outcome(&self) -> Outcome {
        let message = self.message.clone();
        match self.class {
            Class::Accepted => Outcome::Accepted,
            Class::Passing | Class::Unauthorized => Outcome::NotApplied(self.not_applied()),
            Class::Final => Outcome::Refused { code: self.code.clone(), message },
            Class::AlreadyShipped => Outcome::AlreadyShipped { message },
            Class::Unknown => Outcome::Unknown { reason: self.reason() },
        }
    }

    /// The same as a reason to try later.
    pub fn not_applied(&self) -> NotApplied {
        NotApplied { reason: self.reason(), retry_after: self.retry_after }
    }

    fn reason(&self) -> Text {
        Text::cut(&format!("{}: {}", self.code, self.message))
    }
}

/// The channel cannot take this. Names what, and what it could take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unbuildable(pub Text);

/// What identifies a request: a digest of its method, address and body, not of its credentials.
///
/// Shape: 24 hexadecimal digits, the first 96 bits of a SHA-256.
pub fn seal(request: &Request<Vec<u8>>) -> Text {
    let mut digest = Sha256::new();
    for part in
        [request.method().as_str().as_bytes(), request.uri().to_string().as_bytes(), request.body()]
    {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let mut hex = String::with_capacity(24);
    for byte in digest.finalize().iter().take(12) {
        hex.extend(
            [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('0')),
        );
    }
    Text::cut(&hex)
}
