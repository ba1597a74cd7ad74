//! Amazon: `confirmShipment` of the Selling Partner API's Orders v0, an upsert by our own package reference.
//!
//! Source: `ordersV0.json` (A0) and `orders_2026-01-01.json` (A26) of amzn/selling-partner-api-models. Nothing here was
//! tried against a live account; "unverified" is what not even these texts say.

mod about;
mod answers;
mod carriers;
mod order_change;
mod read_back;
mod request;
mod settings;
mod shown;
mod subscriptions;
mod token;

pub use crate::oauth::Grant as Credentials;
pub use order_change::OrderChange;
pub(crate) use order_change::linked;
pub use subscriptions::{Subscription, Subscriptions};

use crate::about::About;
use crate::answer::of_one;
use crate::answer_rows::{Row, verdict};
use crate::carriers::{
    AMAZON, AMAZON_LISTED, CarrierList, CodeForm, Codes, OtherCarriers, Told, Words,
};
use crate::marketplace::{
    Answer, Destination, Limits, Marketplace, Rate, Token, Unbuildable, Verdict,
};
use crate::oauth;
use crate::wire::{once, unbuildable};
use domain::{Channel, Moment, OrderKey, OrderShown, Reading, Submission, Text};
use http::Request;
use settings::Settings;

/// Amazon's Selling Partner API.
#[derive(Clone, Copy, Debug)]
pub struct Amazon;

impl Amazon {
    /// What its answers to a confirmation mean.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;
}

impl Marketplace for Amazon {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::Amazon;

    /// Where every partner's tokens come from; the API's own host depends on the partner's region.
    const WARM_UP: Option<&'static str> = Some("https://api.amazon.com/");

    /// Source: A0, `confirmShipment`, and A26, `getOrder`: per account and application pair.
    const LIMITS: Limits =
        Limits { submit: Rate { per_1000_s: 2_000 }, read: Some(Rate { per_1000_s: 500 }) };

    const CARRIERS: Option<&'static Codes> = Some(&AMAZON);

    const CARRIER_LIST: Option<CarrierList> = Some(CarrierList {
        listed: &AMAZON_LISTED,
        others: OtherCarriers::WithName(carriers::OTHER),
    });

    const CODE_FORM: CodeForm = CodeForm::ANY;

    type Page = Answer;

    type Settings = Settings;

    type Credentials = Credentials;

    fn told_carrier<'a>(words: &Words<'a>) -> Result<Told<'a>, Unbuildable> {
        Ok(carriers::told(words, ""))
    }

    fn told_at<'a>(
        destination: Destination<'_>,
        words: &Words<'a>,
    ) -> Result<Told<'a>, Unbuildable> {
        let Settings { marketplace_id, .. } = destination.settings::<Self>()?;
        Ok(carriers::told(words, marketplace_id.as_str()))
    }

    fn told_by_pair(code: &str) -> Told<'_> {
        carriers::told_by_pair(code)
    }

    fn reference(key: &OrderKey, submission: &Submission) -> Option<Text> {
        Some(request::reference(key, &submission.package))
    }

    fn confirm(
        destination: Destination<'_>,
        submission: &Submission,
        reference: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let reference = reference
            .ok_or_else(|| unbuildable("packageReferenceId", "is required, and there is none"))?;
        request::confirm(destination, submission, reference)
    }

    fn confirmed(answer: &Answer, _: &Submission) -> Verdict {
        verdict(answers::CONFIRM, answer)
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

    fn account_read(destination: Destination<'_>, now: Moment) -> Option<Request<Vec<u8>>> {
        request::account(destination, now).ok()
    }

    fn found(answers: &[Answer], submission: &Submission) -> Reading {
        of_one(answers, |answer| read_back::found(answer, submission))
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
        token::authorize(request, token)
    }
}
