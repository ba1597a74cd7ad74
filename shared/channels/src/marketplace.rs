//! What every marketplace is asked, and the form in which its answers come.

use crate::about::About;
use crate::answer::{self, error_words, retry_after, unquoted_verdict};
use crate::answer_rows::verdict;
use crate::carriers::{CarrierList, CodeForm, Codes, Told, Words};
use crate::wire::unbuildable;
use domain::{
    Channel, Device, ItemId, Moment, NotApplied, OrderKey, OrderShown, Outcome, Partner, Reading,
    ShownImeis, Submission, Text,
};
use http::{HeaderMap, Request};
use jiff::SignedDuration;
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt::Debug;

/// One marketplace's API. Stateless: a sender is built for exactly one. What a channel does not have, it does not
/// implement.
pub trait Marketplace: 'static {
    /// Which marketplace.
    const CHANNEL: Channel;

    /// An address of it that a connection is opened to in init; `None` where each partner has its own.
    const WARM_UP: Option<&'static str>;

    /// How fast one account may call it.
    const LIMITS: Limits;

    /// What a person fills in for it, and reads about it.
    const ABOUT: About;

    /// The carriers that it lists, by their codes. `None` where it has no list.
    const CARRIERS: Option<&'static Codes>;

    /// What that list comes to without the codes, which are large: whether a carrier is listed, and what becomes of all others.
    const CARRIER_LIST: Option<CarrierList>;

    /// The form of the codes that it takes in a partner's own pairs (rule K2).
    const CODE_FORM: CodeForm;

    /// Whether a token is kept in the partner's secret, because the refresh token may change with it. Such a token is shared,
    /// renewed by one sender at a time, and kept before it is used.
    const KEEPS_TOKENS: bool = false;

    /// Whether the answers to [`Self::read`] are pages that serve every order of a partner. A page is then known by the address
    /// of its request, and is kept for the other orders.
    const SHARES_PAGES: bool = false;

    /// What is kept of an answer to a question of [`Self::read`]. A clone of a long one must be cheap.
    type Page: Clone;

    /// What a partner's settings hold. Each field is one of [`About::settings`].
    type Settings: DeserializeOwned;

    /// What the partner's secret holds, as JSON. Its `Debug` must not show a secret.
    type Credentials: DeserializeOwned + Debug + Send + Sync;

    /// Our reference of a package at the channel, where it has one. Every try of a submission has the same.
    fn reference(_key: &OrderKey, _submission: &Submission) -> Option<Text> {
        None
    }

    /// Whether this partner's receiver drops a repeat of a submission by itself.
    fn is_deduped(_destination: Destination<'_>) -> bool {
        false
    }

    /// What it is told of a label's carrier. A code of one site is not among it: a partner's site is not known here.
    ///
    /// # Errors
    /// When it takes no other carriers than it lists, and does not list this one.
    fn told_carrier<'a>(words: &Words<'a>) -> Result<Told<'a>, Unbuildable>;

    /// What it is told of a label's carrier for a partner, whose site may have codes of its own.
    ///
    /// # Errors
    /// As [`Self::told_carrier`].
    fn told_at<'a>(_: Destination<'_>, words: &Words<'a>) -> Result<Told<'a>, Unbuildable> {
        Self::told_carrier(words)
    }

    /// What it is told where a pair of the partner's own has this code (rule K2). A code that it lists goes as it is written
    /// there.
    fn told_by_pair(code: &str) -> Told<'_> {
        Told::listed(Self::CARRIERS.and_then(|codes| codes.spelled(code)).unwrap_or(code))
    }

    /// What it is told of a submission's carrier: by the partner's own pair, or else by what is listed.
    ///
    /// # Errors
    /// As [`Self::told_carrier`].
    fn told<'a>(
        destination: Destination<'_>,
        submission: &'a Submission,
    ) -> Result<Told<'a>, Unbuildable> {
        match &submission.carrier_code {
            Some(code) => Ok(Self::told_by_pair(code.as_str())),
            None => Self::told_at(destination, &Words::of(submission)),
        }
    }

    /// The request that confirms a shipment, not yet authorized.
    ///
    /// # Errors
    /// When the channel cannot take the submission. It is then refused before it is sent.
    fn confirm(
        destination: Destination<'_>,
        submission: &Submission,
        reference: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable>;

    /// How long an answer of any kind asks to wait.
    fn wait(answer: &Answer) -> Option<SignedDuration> {
        retry_after(answer)
    }

    /// What the answer to [`Self::confirm`] means.
    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict;

    /// The request that registers one line's IMEI, serial number or both by itself; `None` where the channel has no such thing.
    fn register_device(
        _destination: Destination<'_>,
        _line: &ItemId,
        _device: &Device,
    ) -> Option<Request<Vec<u8>>> {
        None
    }

    /// What the answer to [`Self::register_device`] means.
    fn device_registered(answer: &Answer, _device: &Device) -> Verdict {
        verdict(&[], answer)
    }

    /// What is kept of the answer to a question. An answer that is no page is kept as what it is.
    fn page(answer: Answer) -> Self::Page;

    /// The next question about the submission's order, after these pages. `None` when there is nothing more to ask, and always
    /// where the channel cannot be asked.
    fn read(
        destination: Destination<'_>,
        submission: &Submission,
        pages: &[Self::Page],
    ) -> Option<Request<Vec<u8>>>;

    /// What the channel holds for this submission, by the pages of every question of [`Self::read`].
    fn found(pages: &[Self::Page], submission: &Submission) -> Reading;

    /// What the same pages say of the order beside that: by when its lines are to ship, a buyer's wish to cancel, a cancellation
    /// (rule S7). What cannot be read of it is not shown, and costs nothing of [`Self::found`].
    fn shown(_pages: &[Self::Page], _submission: &Submission) -> OrderShown {
        OrderShown::default()
    }

    /// What the channel holds as this line's IMEI and serial number, by the same pages.
    fn device_found(_pages: &[Self::Page], _line: &ItemId, _device: &Device) -> Reading {
        let reason = Text::cut("the channel holds no IMEIs");
        Reading::Unreadable(NotApplied { reason, retry_after: None })
    }

    /// Whether the answer to a read says that the credentials are not valid, or no longer. A page of a firewall does not say so.
    fn is_unauthorized(answer: &Answer) -> bool {
        answer.status == 401 || answer.status == 403 && error_words(answer).is_json
    }

    /// A read of the account, and of no order, which shows whether its credentials are taken (rule D5); `None` where there is no
    /// such read.
    fn account_read(_: Destination<'_>, _now: Moment) -> Option<Request<Vec<u8>>> {
        None
    }

    /// What the answer to [`Self::account_read`] says of the credentials. Only what is surely the API's own success says that
    /// they are taken.
    fn account(answer: &Answer) -> AccountReading {
        AccountReading::of::<Self>(answer, answer::has_list(answer, "orders"))
    }

    /// The request for an access token; `None` where the credentials are used as they are.
    fn token_request(
        _destination: Destination<'_>,
        _credentials: &Self::Credentials,
    ) -> Option<Request<Vec<u8>>> {
        None
    }

    /// The token in the answer, which came `now`.
    ///
    /// # Errors
    /// What went wrong, with [`Class::Unauthorized`] when the credentials themselves were refused.
    fn token(answer: &Answer, _now: Moment) -> Result<Token, Verdict> {
        Err(unquoted_verdict(answer, Class::Passing, "the channel gives out no tokens"))
    }

    /// The token kept in the credentials, where [`Self::KEEPS_TOKENS`] and the token is still good `now`.
    fn kept_token(_credentials: &Self::Credentials, _now: Moment) -> Option<Token> {
        None
    }

    /// The secret with the answer's tokens in it, to be kept, where [`Self::KEEPS_TOKENS`]. Every other field of it stays as it
    /// is.
    fn renewed(_secret: &str, _answer: &Answer, _now: Moment) -> Option<String> {
        None
    }

    /// Puts the credentials into a request, as of `now`. `token` is there when [`Self::token_request`] made one.
    ///
    /// # Errors
    /// When the credentials cannot be put into the request; the message names which, never its value.
    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Self::Credentials,
        token: Option<&Token>,
        now: Moment,
    ) -> Result<(), Unbuildable>;
}

/// Something to be done with the marketplace of a channel, where only the running program knows the channel. What is deployed
/// for one channel names its marketplace instead, so that it has nothing of the others in it.
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<M: Marketplace>(self) -> Self::Output;
}

/// What a read of an account says of its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountReading {
    /// They are taken.
    Taken,
    /// They are refused.
    Refused,
    /// Nothing: the channel has no such read at hand now.
    Unclear,
}

impl AccountReading {
    /// The reading of an answer that is a success, or is not.
    pub(crate) fn of<M: Marketplace + ?Sized>(answer: &Answer, is_success: bool) -> Self {
        if is_success {
            return Self::Taken;
        }
        if M::is_unauthorized(answer) { Self::Refused } else { Self::Unclear }
    }
}

/// How fast one account may call a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Submissions, and reads where the channel counts them together.
    pub submit: Rate,
    /// Reads, where the channel counts them apart.
    pub read: Option<Rate>,
}

/// How often something may be done in the long run.
///
/// Unit: times in 1,000 seconds, so that half a request a second is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The channel's own figure, or our guess where it publishes none.
    pub per_1000_s: u32,
}

/// The limits of a channel that publishes none. Inferred: 5 requests a second.
pub(crate) const UNKNOWN_LIMITS: Limits = Limits { submit: Rate { per_1000_s: 5_000 }, read: None };

/// Where the requests of a partner go.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// The account.
    pub partner: &'a Partner,
    /// `MarketplaceEndpoint`, when set: every channel is then called at `<it>/<channel>`.
    pub endpoint: Option<&'a str>,
}

impl Destination<'_> {
    /// The partner's settings as the channel's own type.
    ///
    /// # Errors
    /// When they are not those of the channel, which only a mistake of ours can bring about.
    pub(crate) fn settings<M: Marketplace>(self) -> Result<M::Settings, Unbuildable> {
        let (settings, needed) = (&self.partner.settings, M::CHANNEL);
        let wrong = |why: String| unbuildable("the partner's settings", why);
        if settings.channel() != needed {
            let why = format!("are for {}; needed are those for {needed}", settings.channel());
            return Err(wrong(why));
        }
        M::Settings::deserialize(settings.fields()).map_err(|error| wrong(error.to_string()))
    }
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the part of it that came.
    pub body: Vec<u8>,
    /// Whether the body came whole. Where it did not, rely on status and headers only.
    pub is_whole: bool,
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
    /// It was applied.
    Accepted,
    /// It was certainly not applied, and a later try may succeed.
    Passing,
    /// It was certainly not applied: the token is not valid, or no longer.
    Unauthorized,
    /// It was certainly not applied, and never will be.
    Final,
    /// It has shipped already. The channel does not say by which number.
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
    /// The IMEIs in an answer that accepts.
    pub imeis: ShownImeis,
}

impl Verdict {
    /// The verdict as the rules take it.
    pub fn outcome(&self) -> Outcome {
        let message = self.message.clone();
        match self.class {
            Class::Accepted => Outcome::Accepted(self.imeis.clone()),
            Class::Passing | Class::Unauthorized => Outcome::NotApplied(self.not_applied()),
            Class::Final => Outcome::Refused { code: self.code.clone(), message },
            Class::AlreadyShipped => Outcome::AlreadyShipped { message },
            Class::Unknown => {
                Outcome::Unknown { reason: self.reason(), retry_after: self.retry_after }
            }
        }
    }

    /// The verdict as a reason to try later.
    pub fn not_applied(&self) -> NotApplied {
        NotApplied { reason: self.reason(), retry_after: self.retry_after }
    }

    fn reason(&self) -> Text {
        Text::cut(&format!("{}: {}", self.code, self.message))
    }
}

/// The channel cannot take a request. The text names what it cannot take, and what it could.
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
    Text::cut(&short_hex(&digest.finalize()))
}

/// The part of a SHA-256 that identifies a thing.
///
/// Shape: 24 hexadecimal digits, the first 96 bits.
pub(crate) fn short_hex(digest: &[u8]) -> String {
    let halves = digest.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from_digit(half.into(), 16).unwrap_or('0')).collect()
}
