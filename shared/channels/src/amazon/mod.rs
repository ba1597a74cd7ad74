//! Amazon: `confirmShipment` of the Selling Partner API's Orders v0, an upsert by our own package reference.
//!
//! Source: `ordersV0.json` (A0) and `orders_2026-01-01.json` (A26) of amzn/selling-partner-api-models. Nothing here was
//! tried against a live account; "unverified" says what not even these texts tell.

mod answers;
mod carriers;
mod read_back;
mod request;
mod token;

pub use token::Credentials;

use crate::classes::{Row, verdict};
use crate::marketplace::{Answer, Marketplace, Site, Token, Unbuildable, Verdict};
use crate::wire::unbuildable;
use domain::{
    Channel, Finding, Imei, ItemId, NotApplied, OrderId, OrderKey, PackageId, Submission, Text,
};
use http::Request;

/// Amazon's Selling Partner API.
#[derive(Clone, Copy, Debug)]
pub struct Amazon;

impl Amazon {
    /// What its answers to a confirmation mean.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;
}

impl Marketplace for Amazon {
    const CHANNEL: Channel = Channel::Amazon;

    /// Where every partner's tokens come from; the API's own host depends on the partner's region.
    const WARM_UP: &'static str = "https://api.amazon.com/";

    type Credentials = Credentials;

    fn reference(key: &OrderKey, package: &PackageId) -> Option<Text> {
        Some(request::reference(key, package))
    }

    fn confirm(
        site: Site<'_>,
        submission: &Submission,
        reference: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let reference = reference
            .ok_or_else(|| unbuildable("packageReferenceId", "is required, and there is none"))?;
        request::confirm(site, submission, reference)
    }

    fn confirmed(answer: &Answer, _: &Submission) -> Verdict {
        verdict(answers::CONFIRM, answer)
    }

    /// Amazon takes no IMEI. Source: no such field in A0.
    fn register_imei(_: Site<'_>, _: &ItemId, _: &Imei) -> Option<Request<Vec<u8>>> {
        None
    }

    /// There is no such request, so no answer to one is known.
    fn imei_registered(answer: &Answer, _: &Imei) -> Verdict {
        verdict(&[], answer)
    }

    fn read(site: Site<'_>, order: &OrderId) -> Option<Request<Vec<u8>>> {
        request::read(site, order).ok()
    }

    fn found(answer: &Answer, submission: &Submission) -> Finding {
        read_back::found(answer, submission)
    }

    /// Amazon holds no IMEI.
    fn imei_found(_: &Answer, _: &ItemId, _: &Imei) -> Finding {
        let reason = Text::cut("Amazon holds no IMEIs");
        Finding::Unreadable(NotApplied { reason, retry_after: None })
    }

    fn token_request(site: Site<'_>, credentials: &Credentials) -> Option<Request<Vec<u8>>> {
        token::request(site, credentials).ok()
    }

    fn token(answer: &Answer) -> Result<Token, Verdict> {
        token::token(answer)
    }

    fn authorize(
        request: &mut Request<Vec<u8>>,
        _: &Credentials,
        token: Option<&Token>,
    ) -> Result<(), Unbuildable> {
        token::authorize(request, token)
    }
}
