//! `UntilGone`, or anybody who takes a signed webhook: we post our own JSON to an address of the partner's.
//!
//! `UntilGone` publishes no API: what is sent and what is understood is a contract of ours (this folder's README), signed
//! by the Standard Webhooks specification 1.0. Nobody can be asked what the receiver holds.

mod about;
mod answers;
mod request;
mod settings;
mod signature;

pub use settings::WebhookUrl;
pub use signature::Credentials;

use crate::about::About;
use crate::answer_rows::Row;
use crate::carriers::{CarrierList, CodeForm, Codes, Standing, Told, Words};
use crate::marketplace::{
    Answer, Destination, Limits, Marketplace, Token, UNKNOWN_LIMITS, Unbuildable, Verdict,
};
use crate::wire::unbuildable;
use domain::{Channel, Moment, NotApplied, OrderKey, Reading, Submission, Text};
use http::Request;
use settings::Settings;

/// A receiver of signed webhooks.
#[derive(Clone, Copy, Debug)]
pub struct UntilGone;

impl UntilGone {
    /// What its answers mean.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;

    /// What a page of HTML means in an answer's place. It comes before [`Self::CONFIRM_ANSWERS`].
    pub const PAGES: &'static [Row] = answers::PAGES;
}

impl Marketplace for UntilGone {
    const ABOUT: About = about::ABOUT;

    const CHANNEL: Channel = Channel::UntilGone;

    /// Each partner has an address of its own.
    const WARM_UP: Option<&'static str> = None;

    const LIMITS: Limits = UNKNOWN_LIMITS;

    const CARRIERS: Option<&'static Codes> = None;

    const CARRIER_LIST: Option<CarrierList> = None;

    const CODE_FORM: CodeForm = CodeForm::ANY;

    type Page = Answer;

    type Settings = Settings;

    type Credentials = Credentials;

    fn told_carrier<'a>(words: &Words<'a>) -> Result<Told<'a>, Unbuildable> {
        Ok(Told { carrier: words.carrier, name: None, standing: Standing::NoList })
    }

    fn reference(key: &OrderKey, submission: &Submission) -> Option<Text> {
        Some(request::id(key, submission))
    }

    fn is_deduped(destination: Destination<'_>) -> bool {
        destination.settings::<Self>().is_ok_and(|settings| settings.receiver_dedupes)
    }

    fn confirm(
        destination: Destination<'_>,
        submission: &Submission,
        reference: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let id =
            reference.ok_or_else(|| unbuildable("webhook-id", "is required, and there is none"))?;
        request::confirm(destination, submission, id)
    }

    fn confirmed(answer: &Answer, _: &Submission) -> Verdict {
        answers::confirmed(answer)
    }

    fn page(answer: Answer) -> Answer {
        answer
    }

    fn read(_: Destination<'_>, _: &Submission, _: &[Answer]) -> Option<Request<Vec<u8>>> {
        None
    }

    fn found(_: &[Answer], _: &Submission) -> Reading {
        let reason = Text::cut("the receiver of a webhook cannot be asked what it holds");
        Reading::Unreadable(NotApplied { reason, retry_after: None })
    }

    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        _: Option<&Token>,
        now: Moment,
    ) -> Result<(), Unbuildable> {
        signature::sign(request, credentials, now)
    }
}
