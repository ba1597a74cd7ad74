//! A target's requests: built, sent once, and their answers put as outcomes and findings.

use super::access::Access;
use super::{Context, Sender, imei_line};
use crate::flow::FlowError;
use crate::ports::{HttpError, Ports};
use channels::{Marketplace, Site, Unbuildable, seal};
use domain::{
    Finding, ItemId, Moment, NotApplied, Order, Outcome, PackageId, Seal, Submission, Target, Text,
    submission,
};
use http::Request;

/// A request ready to be sent, or why there is none.
pub(super) struct Prepared {
    pub(super) request: Result<Request<Vec<u8>>, Unbuildable>,
    pub(super) seal: Seal,
}

impl<M: Marketplace, P: Ports> Sender<M, P> {
    /// Builds the request of a target, and what identifies it.
    pub(super) fn prepare(
        &self,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        now: Moment,
    ) -> Prepared {
        let site = self.site(context.partner);
        let (reference, request) = match context.target {
            Target::Confirmation(package) => confirmation::<M>(site, order, package, now),
            Target::Imei(package, item) => (None, registration::<M>(site, order, package, item)),
        };
        let hash = request.as_ref().map_or_else(|error| error.0.clone(), seal);
        Prepared { request, seal: Seal { reference, hash } }
    }

    /// Puts the partner's credentials into a request.
    pub(super) fn authorize(
        request: &mut Request<Vec<u8>>,
        access: &Access<M::Credentials>,
    ) -> Result<(), Unbuildable> {
        M::authorize(request, &access.credentials, access.token.as_ref())
    }

    /// Sends a submission and says how it ended. `order` is the one that was claimed.
    pub(super) async fn send(
        &self,
        request: Request<Vec<u8>>,
        order: &Order,
        context: &Context<'_, M::Credentials>,
    ) -> Outcome {
        let answer = match self.ports.http(request).await {
            Ok(answer) => answer,
            Err(HttpError::NotSent(reason)) => {
                let reason = Text::cut(&reason);
                return Outcome::NotApplied(NotApplied { reason, retry_after: None });
            }
            Err(HttpError::Unknown(reason)) => {
                return Outcome::Unknown { reason: Text::cut(&reason) };
            }
        };
        let verdict = match context.target {
            Target::Confirmation(package) => submission(order, package, self.ports.now())
                .map(|submission| M::confirmed(&answer, &submission)),
            Target::Imei(package, item) => {
                imei_line(order, package, item).map(|line| M::imei_registered(&answer, &line.imei))
            }
        };
        let Some(verdict) = verdict else {
            return Outcome::Unknown { reason: Text::cut("there is nothing that was submitted") };
        };
        self.heed(&verdict, order, context).await;
        verdict.outcome()
    }

    /// Asks the channel what it holds.
    pub(super) async fn find(
        &self,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        now: Moment,
    ) -> Result<Finding, FlowError> {
        let unreadable = |reason: &str| {
            Finding::Unreadable(NotApplied { reason: Text::cut(reason), retry_after: None })
        };
        let Some(mut request) = M::read(self.site(context.partner), &order.key.order) else {
            return Ok(unreadable("the channel cannot be asked"));
        };
        if let Err(error) = Self::authorize(&mut request, context.access) {
            return Ok(unreadable(error.0.as_str()));
        }
        let answer = match self.ports.http(request).await {
            Ok(answer) => answer,
            Err(error) => return Ok(unreadable(&error.to_string())),
        };
        if matches!(answer.status, 401 | 403) {
            self.forget(context.partner).await;
        }
        Ok(match context.target {
            Target::Confirmation(package) => match submission(order, package, now) {
                Some(submission) => M::found(&answer, &submission),
                None => unreadable("nothing was submitted"),
            },
            Target::Imei(package, item) => match imei_line(order, package, item) {
                Some(line) => M::imei_found(&answer, item, &line.imei),
                None => unreadable("nothing was submitted"),
            },
        })
    }
}

fn nothing_there() -> Unbuildable {
    Unbuildable(Text::cut("there is nothing to submit"))
}

fn confirmation<M: Marketplace>(
    site: Site<'_>,
    order: &Order,
    package: &PackageId,
    now: Moment,
) -> (Option<Text>, Result<Request<Vec<u8>>, Unbuildable>) {
    let Some(mut submission): Option<Submission> = submission(order, package, now) else {
        return (None, Err(nothing_there()));
    };
    let reference = submission.reference.take().or_else(|| M::reference(&order.key, package));
    let request = M::confirm(site, &submission, reference.as_ref());
    (reference, request)
}

fn registration<M: Marketplace>(
    site: Site<'_>,
    order: &Order,
    package: &PackageId,
    item: &ItemId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let line = imei_line(order, package, item).ok_or_else(nothing_there)?;
    M::register_imei(site, item, &line.imei).ok_or_else(nothing_there)
}
