//! The requests of a target: how they are built and sent once, and how their answers become outcomes and readings.

use super::access::Access;
use super::pace::{Kind, Turn};
use super::pages::{CachedPage, PageKey};
use super::refusals::{Refusal, RefusalOf};
use super::{Context, DoorbellRun, PartnerKey, Sender, imei_line};
use crate::ports::{HttpError, SenderPorts, Traffic};
use channels::carriers::{Words, own_code};
use channels::{Answer, Class, Destination, Marketplace, Unbuildable, Verdict, seal};
use domain::guard::{Guard, guarded};
use domain::{
    ItemId, Moment, NotApplied, Order, OrderShown, Outcome, PackageId, Partner, Reading, Seal,
    Submission, Target, Text, submission,
};
use http::Request;
use jiff::SignedDuration;

/// A request ready to be sent, or why there is none.
pub(super) struct Prepared {
    pub(super) request: Result<Request<Vec<u8>>, Unbuildable>,
    pub(super) seal: Seal,
}

/// A request, and what was chosen for it.
struct Chosen {
    request: Result<Request<Vec<u8>>, Unbuildable>,
    reference: Option<Text>,
    carrier_code: Option<Text>,
}

/// What a search came to.
pub(super) enum Found {
    /// What the channel holds.
    Holds {
        /// What the search showed.
        reading: Reading,
        /// What the pages show of the order.
        shown: OrderShown,
        /// When the oldest page of the search was asked for. What the channel got since may not be in it.
        asked_at: Moment,
    },
    /// The search has not ended: too little of the invocation is left for one more question.
    NoTime,
    /// The search has not ended: it is the turn of others.
    Others {
        /// When to ask for a turn again.
        until: Moment,
    },
}

impl Found {
    /// A reading, and nothing of the order.
    fn nothing(reading: Reading, asked_at: Moment) -> Self {
        Self::Holds { reading, shown: OrderShown::default(), asked_at }
    }
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Builds the request of a target, and what identifies it.
    pub(super) fn prepare(
        &self,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        now: Moment,
    ) -> Prepared {
        let site = self.site(context.partner);
        let alone = |request| Chosen { request, reference: None, carrier_code: None };
        let Chosen { request, reference, carrier_code } = match context.target {
            Target::Confirmation(package) => self
                .confirmation(order, context, package, now)
                .unwrap_or_else(|| alone(Err(nothing_there()))),
            Target::Imei(package, item) => alone(registration::<M>(site, order, package, item)),
        };
        let hash = request.as_ref().map_or_else(|error| error.0.clone(), seal);
        let is_deduped = M::is_deduped(site);
        Prepared { request, seal: Seal { reference, hash, is_deduped, carrier_code } }
    }

    /// Builds the confirmation of a package: by its lock, or else by the facts and the partner's own pairs.
    fn confirmation(
        &self,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        package: &PackageId,
        now: Moment,
    ) -> Option<Chosen> {
        let mut submission: Submission = submission(order, package, now)?;
        if order.packages.get(package)?.lock().is_none() {
            submission.carrier_code = own_code(context.pairs, &Words::of(&submission)).cloned();
        }
        let reference =
            submission.reference.take().or_else(|| M::reference(&order.key, &submission));
        let request = M::confirm(self.site(context.partner), &submission, reference.as_ref());
        Some(Chosen { request, reference, carrier_code: submission.carrier_code })
    }

    /// Puts the partner's credentials into a request.
    pub(super) fn authorize(
        request: &mut Request<Vec<u8>>,
        access: &Access<M::Credentials>,
        now: Moment,
    ) -> Result<(), Unbuildable> {
        M::authorize(request, &access.credentials, access.token.as_ref(), now)
    }

    /// Sends a submission and says how it ended. `order` is the one that was claimed.
    pub(super) async fn send(
        &self,
        request: Request<Vec<u8>>,
        order: &Order,
        context: &Context<'_, M::Credentials>,
    ) -> Outcome {
        let again = (!guarded(Guard::OneRequestOfClaim)).then(|| request.clone());
        let mut sent = self.ports.http(request).await;
        if let (Some(again), Err(HttpError::Unknown(_))) = (again, &sent) {
            sent = self.ports.http(again).await;
        }
        let answer = match sent {
            Ok(answer) => answer,
            Err(HttpError::NotSent(reason)) => {
                let reason = Text::cut(&reason);
                return Outcome::NotApplied(NotApplied { reason, retry_after: None });
            }
            Err(HttpError::Unknown(reason)) => {
                return Outcome::Unknown { reason: Text::cut(&reason), retry_after: None };
            }
        };
        let verdict = match context.target {
            Target::Confirmation(package) => submission(order, package, self.ports.now())
                .map(|submission| M::confirmed(&answer, &submission)),
            Target::Imei(package, item) => imei_line(order, package, item)
                .map(|line| M::device_registered(&answer, &line.device)),
        };
        let Some(verdict) = verdict else {
            return Outcome::Unknown {
                reason: Text::cut("there is nothing that was submitted"),
                retry_after: None,
            };
        };
        if answer.status == TOO_MANY {
            self.hold_back(context.partner, Traffic::Submit, verdict.retry_after).await;
        }
        match verdict.class {
            Class::Unauthorized => return self.unauthorized(verdict, order, context).await,
            Class::Accepted | Class::Final | Class::AlreadyShipped => {
                context.access.is_good_for(Traffic::Submit);
            }
            Class::Passing | Class::Unknown => {}
        }
        if verdict.class == Class::Accepted
            && !context.partner.refused.is_empty()
            && let Err(error) = self.ports.clear_refused(context.partner).await
        {
            tracing::error!(%error, "failed to clear the count of refused orders");
        }
        verdict.outcome()
    }

    /// How a submission ended that was refused for the credentials. Where the account is taken the refusal is final: the channel
    /// refuses this order, and will refuse it again.
    async fn unauthorized(
        &self,
        verdict: Verdict,
        order: &Order,
        context: &Context<'_, M::Credentials>,
    ) -> Outcome {
        let refusal = Refusal { traffic: Traffic::Submit, reason: &verdict.message };
        match self.heed_refusal(refusal, context).await {
            RefusalOf::Order => {
                self.count_refused(&order.key.order, &verdict.message, context).await;
                let Verdict { code, message, .. } = verdict;
                Outcome::Refused { code, message }
            }
            RefusalOf::Account | RefusalOf::Unclear => verdict.outcome(),
        }
    }

    /// Asks the channel what it holds, one question after the other, as long as there are any. `due` is when the search was
    /// due: pages that were asked for before say too little.
    pub(super) async fn find(
        &self,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        due: Moment,
    ) -> Found {
        let Some(submission) = submission(order, context.target.package(), self.ports.now()) else {
            return self.unreadable("nothing was submitted");
        };
        let search = M::SHARES_PAGES.then(|| {
            self.pages.borrow_mut().search(&PartnerKey::of(context.partner), self.ports.now())
        });
        let _one_at_a_time = match &search {
            Some(search) => Some(search.lock().await),
            None => None,
        };
        let found = self.search(&submission, order, context, due);
        found.await.unwrap_or_else(|ended| ended)
    }

    /// Goes through the questions. Each of them is asked, unless another search of this sandbox has got its page already.
    async fn search(
        &self,
        submission: &Submission,
        order: &Order,
        context: &Context<'_, M::Credentials>,
        due: Moment,
    ) -> Result<Found, Found> {
        let (mut pages, mut last) = (Vec::new(), None);
        let mut asked_at = self.ports.now();
        while let Some(request) = M::read(self.site(context.partner), submission, &pages) {
            let partner = PartnerKey::of(context.partner);
            let key = PageKey { partner, address: request.uri().to_string() };
            let cached = M::SHARES_PAGES.then(|| self.pages.borrow().get(&key, due)).flatten();
            let page = if let Some(cached) = cached {
                cached
            } else {
                // Where pages are shared, nobody knows before the search whether it has a question. Elsewhere the first
                // question has the turn of the run.
                if M::SHARES_PAGES || !pages.is_empty() {
                    self.next_turn(context, pages.is_empty()).await?;
                }
                let asked_at = self.ports.now();
                let answer = self.ask(request, context).await;
                let page = M::page(answer.map_err(|reading| Found::nothing(reading, asked_at))?);
                let got = CachedPage { page, asked_at };
                if M::SHARES_PAGES {
                    self.pages.borrow_mut().put(key.clone(), got.clone());
                }
                got
            };
            asked_at = asked_at.min(page.asked_at);
            pages.push(page.page);
            last = Some(key);
        }
        let reading = match context.target {
            Target::Confirmation(_) => M::found(&pages, submission),
            Target::Imei(package, item) => match imei_line(order, package, item) {
                Some(line) => M::device_found(&pages, item, &line.device),
                None => unreadable("nothing was submitted"),
            },
        };
        if let (Reading::Unreadable(_), Some(key)) = (&reading, last) {
            self.pages.borrow_mut().forget(&key);
        }
        let shown = M::shown(&pages, submission);
        Ok(Found::Holds { reading, shown, asked_at })
    }

    /// Waits for the turn of one more question. The wait may be longer than for a first question: otherwise no search would
    /// ever end while others begin. The first question of a look lets all others go before it.
    async fn next_turn(
        &self,
        context: &Context<'_, M::Credentials>,
        is_first: bool,
    ) -> Result<(), Found> {
        let kind = context.kind.of_questions();
        let horizon =
            if is_first && kind == Kind::Look { kind.horizon() } else { QUESTION_HORIZON };
        self.turn_of_question(context.partner, (kind, horizon), context.run).await
    }

    /// Waits for the turn of one read of a partner.
    pub(super) async fn await_turn(
        &self,
        partner: &Partner,
        run: &DoorbellRun<'_>,
    ) -> Result<(), Found> {
        self.turn_of_question(partner, (Kind::Read, QUESTION_HORIZON), run).await
    }

    async fn turn_of_question(
        &self,
        partner: &Partner,
        (kind, horizon): (Kind, SignedDuration),
        run: &DoorbellRun<'_>,
    ) -> Result<(), Found> {
        if !self.has_time(run) {
            return Err(Found::NoTime);
        }
        match self.turn_within(partner, kind, horizon).await {
            Ok(Turn::Now) => {}
            Ok(Turn::After(wait)) => self.ports.sleep(wait).await,
            Ok(Turn::Others { until }) => return Err(Found::Others { until }),
            Err(error) => return Err(self.unreadable(&error.to_string())),
        }
        // The wait may have taken too much of the time.
        if self.has_time(run) { Ok(()) } else { Err(Found::NoTime) }
    }

    fn unreadable(&self, why: &str) -> Found {
        Found::nothing(unreadable(why), self.ports.now())
    }

    /// Asks one question.
    async fn ask(
        &self,
        mut request: Request<Vec<u8>>,
        context: &Context<'_, M::Credentials>,
    ) -> Result<Answer, Reading> {
        Self::authorize(&mut request, context.access, self.ports.now())
            .map_err(|error| unreadable(error.0.as_str()))?;
        let answer = self.ports.http(request).await;
        let answer = answer.map_err(|error| unreadable(&error.to_string()))?;
        if answer.status == TOO_MANY {
            self.hold_back(context.partner, Self::READS, M::wait(&answer)).await;
        }
        if M::is_unauthorized(&answer) {
            let reason = Text::cut("the channel refuses the credentials");
            let refusal = Refusal { traffic: Traffic::Read, reason: &reason };
            // The read says nothing of the order, whoever's the refusal is, so the order stays in doubt.
            let whose = self.heed_refusal(refusal, context).await;
            tracing::warn!(partner = %context.partner.id, ?whose, "a read was refused for the credentials");
        } else if answer.status == OK {
            context.access.is_good_for(Traffic::Read);
        }
        Ok(answer)
    }
}

/// The longest wait for the place of a further question. A first question waits for two seconds at most.
const QUESTION_HORIZON: SignedDuration = SignedDuration::from_secs(10);

/// The HTTP status of a usual answer.
const OK: u16 = 200;

/// The HTTP status of a request that came too soon after others.
pub(super) const TOO_MANY: u16 = 429;

fn unreadable(reason: &str) -> Reading {
    Reading::Unreadable(NotApplied { reason: Text::cut(reason), retry_after: None })
}

fn nothing_there() -> Unbuildable {
    Unbuildable(Text::cut("there is nothing to submit"))
}

fn registration<M: Marketplace>(
    site: Destination<'_>,
    order: &Order,
    package: &PackageId,
    item: &ItemId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let line = imei_line(order, package, item).ok_or_else(nothing_there)?;
    M::register_device(site, item, &line.device).ok_or_else(nothing_there)
}
