//! eBay: `createShippingFulfillment` of the Sell Fulfillment API v1, which only ever adds: a repeat may add a second.
//!
//! Source: eBay's own description of the API, v1.20.7, as hendt/ebay-api has it (E). Nothing here was tried against a
//! live account; "unverified" is what not even that text says.

mod about;
mod answers;
mod carriers;
mod read_back;
mod request;
mod settings;
mod shown;
mod token;

pub use crate::oauth::Grant as Credentials;

use crate::about::About;
use crate::answer::of_first;
use crate::answer_rows::{Row, verdict};
use crate::carriers::{
    CarrierList, CodeForm, Codes, EBAY, EBAY_LISTED, OtherCarriers, Told, Words,
};
use crate::marketplace::{
    Answer, Destination, Limits, Marketplace, Token, UNKNOWN_LIMITS, Unbuildable, Verdict,
};
use crate::oauth;
use crate::wire;
use domain::{Channel, Moment, OrderShown, Reading, Submission, Text};
use http::Request;
use settings::Settings;

/// eBay's Sell Fulfillment API.
#[derive(Clone, Copy, Debug)]
pub struct Ebay;

impl Ebay {
    /// What its answers to a confirmation mean.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;
}

impl Marketplace for Ebay {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::Ebay;

    /// Tokens and the API itself are at one host.
    const WARM_UP: Option<&'static str> = Some("https://api.ebay.com/");

    /// eBay counts by day and application, and names no figure for this API; no answer says what is left.
    const LIMITS: Limits = UNKNOWN_LIMITS;

    const CARRIERS: Option<&'static Codes> = Some(&EBAY);

    const CARRIER_LIST: Option<CarrierList> =
        Some(CarrierList { listed: &EBAY_LISTED, others: OtherCarriers::Word(carriers::OTHER) });

    const CODE_FORM: CodeForm = CodeForm::LETTERS_AND_DIGITS;

    type Page = Answer;

    type Settings = Settings;

    type Credentials = Credentials;

    fn told_carrier<'a>(words: &Words<'a>) -> Result<Told<'a>, Unbuildable> {
        Ok(carriers::told(words))
    }

    fn confirm(
        destination: Destination<'_>,
        submission: &Submission,
        _: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        request::confirm(destination, submission)
    }

    fn confirmed(answer: &Answer, _: &Submission) -> Verdict {
        verdict(answers::CONFIRM, answer)
    }

    fn page(answer: Answer) -> Answer {
        answer
    }

    /// The fulfilments, and the order itself only where they do not end the matter: one question is then enough.
    fn read(
        destination: Destination<'_>,
        submission: &Submission,
        answers: &[Answer],
    ) -> Option<Request<Vec<u8>>> {
        let order = &submission.order;
        match answers {
            [] => request::read(destination, order).ok(),
            [_] if Self::found(answers, submission) == Reading::Absent => {
                request::read_order(destination, order).ok()
            }
            [_, ..] => None,
        }
    }

    fn account_read(destination: Destination<'_>, _: Moment) -> Option<Request<Vec<u8>>> {
        request::account(destination).ok()
    }

    fn found(answers: &[Answer], submission: &Submission) -> Reading {
        of_first(answers, |answer| read_back::found(answer, submission))
    }

    fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
        shown::shown(answers, submission)
    }

    fn token_request(
        destination: Destination<'_>,
        credentials: &Credentials,
    ) -> Option<Request<Vec<u8>>> {
        token::request(destination, credentials).ok()
    }

    fn token(answer: &Answer, _: Moment) -> Result<Token, Verdict> {
        oauth::token(answer)
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
