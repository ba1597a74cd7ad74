//! Wish: one order, one number; an upsert by order, which Wish carries out later.
//!
//! Source: the vendor's `OpenAPI` 3.0.65 (W), and what third parties' clients do (P: unverified). Nothing here was tried
//! against a live account. W calls an update of the tracking "asynchronous" and lists none of its refusals, so that no
//! answer but one about the token is known to mean "not applied".

mod about;
mod answers;
mod carriers;
mod read_back;
mod request;
mod settings;
mod shown;
mod token;

pub use settings::CountryCode;
pub use token::Credentials;

use crate::about::About;
use crate::answer::of_first;
use crate::answer_rows::{Provenance, Row};
use crate::carriers::{
    CarrierList, CodeForm, Codes, OtherCarriers, Told, WISH, WISH_LISTED, Words,
};
use crate::marketplace::{
    AccountReading, Answer, Destination, Limits, Marketplace, Rate, Token, Unbuildable, Verdict,
};
use crate::wire::{self, once};
use domain::{Channel, Moment, OrderShown, Reading, Submission, Text};
use http::Request;
use jiff::SignedDuration;
use settings::Settings;

/// Wish's Marketplace API, version 3.
#[derive(Clone, Copy, Debug)]
pub struct Wish;

impl Wish {
    /// What its answers to a confirmation mean, a 200 with a code and [`Self::TOKEN_CODES`] apart.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;

    /// The codes of its envelope that say the token is not valid (any more), whatever the status.
    pub const TOKEN_CODES: &'static [(i64, Provenance)] = answers::TOKEN_CODES;
}

impl Marketplace for Wish {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::Wish;

    const WARM_UP: Option<&'static str> = Some("https://merchant.wish.com/");

    /// W counts all calls of a merchant and an application together, and does not say how many are allowed. Each
    /// submission is a read and an update, so half of the usual guess of five a second.
    const LIMITS: Limits = Limits { submit: Rate { per_1000_s: 2_500 }, read: None };

    /// A refresh revokes the access tokens before it (W), and the refresh token may change with it (P).
    const KEEPS_TOKENS: bool = true;

    const CARRIERS: Option<&'static Codes> = Some(&WISH);

    const CARRIER_LIST: Option<CarrierList> =
        Some(CarrierList { listed: &WISH_LISTED, others: OtherCarriers::Refused });

    const CODE_FORM: CodeForm = CodeForm::WORDS;

    type Page = Answer;

    type Settings = Settings;

    type Credentials = Credentials;

    fn told_carrier<'a>(words: &Words<'a>) -> Result<Told<'a>, Unbuildable> {
        carriers::told(words)
    }

    fn confirm(
        destination: Destination<'_>,
        submission: &Submission,
        _: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        request::confirm(destination, submission)
    }

    fn wait(answer: &Answer) -> Option<SignedDuration> {
        answers::wait(answer)
    }

    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
        answers::confirmed(answer, submission)
    }

    fn page(answer: Answer) -> Answer {
        answer
    }

    fn read(
        destination: Destination<'_>,
        submission: &Submission,
        answers: &[Answer],
    ) -> Option<Request<Vec<u8>>> {
        once(answers, || request::read(destination, &submission.order))
    }

    fn account_read(destination: Destination<'_>, _: Moment) -> Option<Request<Vec<u8>>> {
        request::account(destination).ok()
    }

    fn account(answer: &Answer) -> AccountReading {
        AccountReading::of::<Self>(answer, answers::data(answer).is_some())
    }

    fn found(answers: &[Answer], submission: &Submission) -> Reading {
        of_first(answers, |answer| read_back::found(answer, submission))
    }

    fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
        shown::shown(answers, submission)
    }

    fn is_unauthorized(answer: &Answer) -> bool {
        answers::is_unauthorized(answer)
    }

    fn token_request(
        destination: Destination<'_>,
        credentials: &Credentials,
    ) -> Option<Request<Vec<u8>>> {
        token::request(destination, credentials).ok()
    }

    fn token(answer: &Answer, now: Moment) -> Result<Token, Verdict> {
        token::token(answer, now)
    }

    fn kept_token(credentials: &Credentials, now: Moment) -> Option<Token> {
        token::kept(credentials, now)
    }

    fn renewed(secret: &str, answer: &Answer, now: Moment) -> Option<String> {
        token::renewed(secret, answer, now)
    }

    fn authorize(
        request: &mut Request<Vec<u8>>,
        _: &Credentials,
        token: Option<&Token>,
        _: Moment,
    ) -> Result<(), Unbuildable> {
        wire::bearer(request, token)
    }
}
