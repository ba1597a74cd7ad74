//! Groupon: each line takes its carrier and number through `CommerceInterface`, once. What was submitted is locked.
//!
//! Source: the vendor's documents need a login and were not available, so everything here is from third parties'
//! clients (unverified): `ShipWorks`, `omniorder`, a plugin for plentymarkets (P), a module for `PrestaShop`; rules for
//! sellers are from marketplace.groupon.com. Nothing here was tried against a live account.

mod about;
mod answers;
mod calendar;
mod carriers;
mod read_back;
mod request;
mod settings;
mod token;

pub(crate) use calendar::CALENDAR;
pub use read_back::Page;
pub use settings::Api;
pub use token::Credentials;

use crate::about::About;
use crate::answer_rows::Row;
use crate::carriers::{
    CarrierList, CodeForm, Codes, GROUPON, GROUPON_LISTED, OtherCarriers, Told, Words,
};
use crate::marketplace::{
    AccountReading, Answer, Destination, Limits, Marketplace, Token, UNKNOWN_LIMITS, Unbuildable,
    Verdict,
};
use domain::{Channel, Moment, Reading, Submission, Text};
use http::Request;
use settings::Settings;

/// Groupon's `CommerceInterface`.
#[derive(Clone, Copy, Debug)]
pub struct Groupon;

impl Groupon {
    /// What its answers to a confirmation mean, a 200 that says `success` apart.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;
}

impl Marketplace for Groupon {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::Groupon;

    const WARM_UP: Option<&'static str> = Some("https://scm.commerceinterface.com/");

    /// Groupon publishes no limit.
    const LIMITS: Limits = UNKNOWN_LIMITS;

    /// The pages of a day hold every order of it, whichever is looked for.
    const SHARES_PAGES: bool = true;

    const CARRIERS: Option<&'static Codes> = Some(&GROUPON);

    const CARRIER_LIST: Option<CarrierList> =
        Some(CarrierList { listed: &GROUPON_LISTED, others: OtherCarriers::Refused });

    const CODE_FORM: CodeForm = CodeForm::LETTERS_DIGITS_HYPHENS;

    type Page = Page;

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

    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
        answers::confirmed(answer, submission)
    }

    fn page(answer: Answer) -> Page {
        Page::of(&answer)
    }

    fn read(
        destination: Destination<'_>,
        submission: &Submission,
        pages: &[Page],
    ) -> Option<Request<Vec<u8>>> {
        let place = read_back::next(pages, submission)?;
        request::read(destination, submission.ship_date, place).ok()
    }

    fn account_read(destination: Destination<'_>, now: Moment) -> Option<Request<Vec<u8>>> {
        request::account(destination, now).ok()
    }

    fn account(answer: &Answer) -> AccountReading {
        AccountReading::of::<Self>(answer, answers::success(answer).is_some())
    }

    fn found(pages: &[Page], submission: &Submission) -> Reading {
        read_back::found(pages, submission)
    }

    /// Also a 200 whose reason can only mean the credentials.
    fn is_unauthorized(answer: &Answer) -> bool {
        answers::is_unauthorized(answer)
    }

    /// Its token is used as it is; no expiry is known (third parties: unverified).
    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        _: Option<&Token>,
        _: Moment,
    ) -> Result<(), Unbuildable> {
        token::authorize(request, credentials)
    }
}
