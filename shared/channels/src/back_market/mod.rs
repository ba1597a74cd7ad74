//! Back Market: one order, one number; a state machine whose lines go from accepted (2) to shipped (3), once.
//!
//! Source: the vendor's `OpenAPI` 0.1.1 (B), and what third parties saw (P: unverified). Nothing here was tried against
//! a live account; the wording of refusals is published nowhere.

mod about;
mod answers;
mod carriers;
mod read_back;
mod request;
mod settings;
mod shown;
mod token;

pub use token::Credentials;

use crate::about::About;
use crate::answer::{has_list, of_first};
use crate::answer_rows::Row;
use crate::carriers::{
    BACK_MARKET, BACK_MARKET_LISTED, CarrierList, CodeForm, Codes, OtherCarriers, Told, Words,
};
use crate::marketplace::{
    AccountReading, Answer, Destination, Limits, Marketplace, Rate, Token, Unbuildable, Verdict,
};
use crate::wire::once;
use domain::{Channel, Device, ItemId, Moment, OrderShown, Reading, Submission, Text};
use http::Request;
use jiff::SignedDuration;
use settings::Settings;

/// Back Market's seller API.
#[derive(Clone, Copy, Debug)]
pub struct BackMarket;

impl BackMarket {
    /// What its answers to a confirmation mean, a 200 with the order apart.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;

    /// What its answers to the registration of an IMEI or a serial number mean, a 200 with the line apart.
    pub const DEVICE_ANSWERS: &'static [Row] = answers::DEVICE;
}

impl Marketplace for BackMarket {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::BackMarket;

    /// The largest of its sites.
    const WARM_UP: Option<&'static str> = Some("https://www.backmarket.com/");

    /// Source: B, rate limits: 200 requests in 10 s, of whatever kind.
    const LIMITS: Limits = Limits { submit: Rate { per_1000_s: 20_000 }, read: None };

    const CARRIERS: Option<&'static Codes> = Some(&BACK_MARKET);

    const CARRIER_LIST: Option<CarrierList> = Some(CarrierList {
        listed: &BACK_MARKET_LISTED,
        others: OtherCarriers::Word(carriers::OTHER),
    });

    const CODE_FORM: CodeForm = CodeForm::ANY;

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

    fn wait(answer: &Answer) -> Option<SignedDuration> {
        answers::wait(answer)
    }

    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
        answers::confirmed(answer, submission)
    }

    fn register_device(
        destination: Destination<'_>,
        line: &ItemId,
        device: &Device,
    ) -> Option<Request<Vec<u8>>> {
        request::register_device(destination, line, device).ok()
    }

    fn device_registered(answer: &Answer, device: &Device) -> Verdict {
        answers::device_registered(answer, device)
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

    /// A page of orders has them in `results` (third parties: unverified).
    fn account(answer: &Answer) -> AccountReading {
        AccountReading::of::<Self>(answer, has_list(answer, "results"))
    }

    fn found(answers: &[Answer], submission: &Submission) -> Reading {
        of_first(answers, |answer| read_back::found(answer, submission))
    }

    fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
        shown::shown(answers, submission)
    }

    fn device_found(answers: &[Answer], line: &ItemId, device: &Device) -> Reading {
        of_first(answers, |answer| read_back::device_found(answer, line, device))
    }

    /// Its token is used as it is; no expiry is published. Source: B, `Authorization`.
    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        _: Option<&Token>,
        _: Moment,
    ) -> Result<(), Unbuildable> {
        token::authorize(request, credentials)
    }
}
