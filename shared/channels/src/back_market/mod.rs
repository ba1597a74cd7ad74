//! Back Market: one order, one number; a state machine whose lines go from accepted (2) to shipped (3), once.
//!
//! Source: the vendor's `OpenAPI` 0.1.1 (B), and what third parties saw (P: unverified). Nothing here was tried against
//! a live account; the wording of refusals is published nowhere.

mod answers;
mod carriers;
mod read_back;
mod request;
mod token;

pub use token::Credentials;

use crate::classes::Row;
use crate::marketplace::{Answer, Class, Marketplace, Site, Token, Unbuildable, Verdict};
use domain::{Channel, Finding, Imei, ItemId, OrderId, OrderKey, PackageId, Submission, Text};
use http::Request;

/// Back Market's seller API.
#[derive(Clone, Copy, Debug)]
pub struct BackMarket;

impl BackMarket {
    /// What its answers to a confirmation mean, a 200 with the order apart.
    pub const CONFIRM_ANSWERS: &'static [Row] = answers::CONFIRM;

    /// What its answers to the registration of an IMEI mean, a 200 with the line apart.
    pub const IMEI_ANSWERS: &'static [Row] = answers::IMEI;
}

impl Marketplace for BackMarket {
    const CHANNEL: Channel = Channel::BackMarket;

    /// The largest of its sites.
    const WARM_UP: &'static str = "https://www.backmarket.com/";

    type Credentials = Credentials;

    /// There is no field for one. Source: B, `UpdateOrder`.
    fn reference(_: &OrderKey, _: &PackageId) -> Option<Text> {
        None
    }

    fn confirm(
        site: Site<'_>,
        submission: &Submission,
        _: Option<&Text>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        request::confirm(site, submission)
    }

    fn confirmed(answer: &Answer, submission: &Submission) -> Verdict {
        answers::confirmed(answer, submission)
    }

    fn register_imei(site: Site<'_>, line: &ItemId, imei: &Imei) -> Option<Request<Vec<u8>>> {
        request::register_imei(site, line, imei).ok()
    }

    fn imei_registered(answer: &Answer, imei: &Imei) -> Verdict {
        answers::imei_registered(answer, imei)
    }

    fn read(site: Site<'_>, order: &OrderId) -> Option<Request<Vec<u8>>> {
        request::read(site, order).ok()
    }

    fn found(answer: &Answer, submission: &Submission) -> Finding {
        read_back::found(answer, submission)
    }

    fn imei_found(answer: &Answer, line: &ItemId, imei: &Imei) -> Finding {
        read_back::imei_found(answer, line, imei)
    }

    /// Its token is used as it is; no expiry is published. Source: B, `Authorization`.
    fn token_request(_: Site<'_>, _: &Credentials) -> Option<Request<Vec<u8>>> {
        None
    }

    /// There is no such request; its answer could only be a mistake of ours.
    fn token(answer: &Answer) -> Result<Token, Verdict> {
        Err(crate::answer::unexpected(answer, Class::Passing, "Back Market gives out no tokens"))
    }

    fn authorize(
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        _: Option<&Token>,
    ) -> Result<(), Unbuildable> {
        token::authorize(request, credentials)
    }
}
