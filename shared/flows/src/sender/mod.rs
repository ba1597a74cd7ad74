//! A sender: look at the order the doorbell names, claim, submit, record. Nothing stands between the claim and the
//! request, and an outcome is never guessed.

mod access;
mod pace;
mod pages;
mod requests;

use crate::deliver::{FlowError, Start, Writer, announce, bells, deliver, ring_all};
use crate::in_time::{LAST_MOMENTS, NOT_DONE, Time};
use crate::ports::{Bell, SaveError, SenderPorts, StoreError, Stored, Traffic, Version};
use crate::{Handled, Invocation};
use access::{Access, Kept, Name, NoAccess};
use channels::{Destination, Marketplace};
use domain::guard::{Guard, guarded};
use domain::{
    Claim, Decision, Input, ItemId, Moment, NotApplied, Order, OrderKey, Outcome, PackageId,
    Partner, Reading, Target, Text, Work, may_follow, step, submission, work,
};
use http::Request;
use jiff::SignedDuration;
use pace::{Own, Turn};
use pages::Pages;
use requests::{Found, Prepared};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;

/// What must be left of the invocation for a submission: the 15 seconds of a request, and 10 to record it.
const TIME_FOR_A_SUBMISSION: SignedDuration = SignedDuration::from_secs(25);

/// What is there within this was at hand.
const AT_ONCE: SignedDuration = SignedDuration::from_millis(100);

/// The first wait before an outcome that was not saved is saved again; each one after it is twice as long.
const SAVE_AGAIN: SignedDuration = SignedDuration::from_millis(250);

/// The longest of these waits.
const SAVE_AGAIN_MAX: SignedDuration = SignedDuration::from_secs(4);

/// Past its function's timeout, by this much, a claim is certainly over.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// Most steps of one order for one doorbell; what is left rings again.
const STEPS_MAX: usize = 64;

/// When the invocation ends.
pub type Deadline = Moment;

/// The configuration of a sender.
#[derive(Clone, Debug)]
pub struct SenderConfig {
    /// Secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// Called instead of the real marketplaces.
    pub endpoint: Option<String>,
    /// The timeout of its function: a claim lasts for so long, and a little longer.
    pub timeout: SignedDuration,
}

/// The sender of one marketplace.
pub struct Sender<M: Marketplace, P> {
    ports: Rc<P>,
    endpoint: Option<String>,
    secret_prefix: String,
    timeout: SignedDuration,
    kept: Kept<M::Credentials>,
    own: RefCell<Own>,
    pages: RefCell<Pages<M::Page>>,
    marketplace: PhantomData<M>,
}

/// One doorbell being answered.
struct Visit<'a> {
    invocation: &'a Invocation,
    /// What is to be done later.
    bells: RefCell<Vec<Bell>>,
    /// A turn was waited for; the next request takes it.
    has_turn: Cell<bool>,
    /// A token or a turn took long, and the partner is read once more.
    has_waited: Cell<bool>,
}

impl Visit<'_> {
    fn later(&self, bells: Vec<Bell>) {
        self.bells.borrow_mut().extend(bells);
    }
}

/// What to do after one piece of work.
enum Next {
    /// Go on with this order.
    On(Box<Stored>),
    /// Leave it; its timers bring it back.
    Leave,
    /// Ring for it again: this invocation has no time left.
    Again,
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// The sender this configuration describes.
    pub fn new(ports: Rc<P>, config: SenderConfig) -> Self {
        Self {
            ports,
            endpoint: config.endpoint,
            secret_prefix: config.secret_prefix,
            timeout: config.timeout,
            kept: RefCell::default(),
            own: RefCell::default(),
            pages: RefCell::default(),
            marketplace: PhantomData,
        }
    }

    /// Opens a connection to the marketplace: in init the CPU is not throttled. What it answers does not matter.
    pub async fn warm_up(&self) {
        let Some(address) = self.endpoint.as_deref().or(M::WARM_UP) else { return };
        if let Ok(request) = Request::head(address).body(Vec::new())
            && let Err(error) = self.ports.http(request).await
        {
            tracing::debug!(%error, "the marketplace did not answer in init");
        }
    }

    /// Answers the doorbell of an order.
    pub async fn answer(&self, key: &OrderKey, invocation: &Invocation) -> Handled {
        let name = (key.seller.clone(), key.partner.clone());
        self.own.borrow_mut().begin(&name);
        let looked = async {
            // Boxed: the futures of a visit are large, and nest deep.
            match Box::pin(self.look(key, invocation)).await {
                Ok(bells) => match ring_all(&*self.ports, bells).await.as_slice() {
                    [] => Handled::Done,
                    [..] => Handled::Retry(format!("the doorbell of order {key} was not rung")),
                },
                Err(error) => error.into(),
            }
        };
        let handled =
            Time::until(invocation.deadline).until_last_moments(&*self.ports, looked).await;
        self.own.borrow_mut().end(&name);
        handled.unwrap_or_else(|| Handled::Retry(NOT_DONE.to_owned()))
    }

    /// Does what is to be done for an order; answers with doorbells for what is to be done later.
    async fn look(&self, key: &OrderKey, invocation: &Invocation) -> Result<Vec<Bell>, FlowError> {
        let Some(mut stored) = self.ports.order(key).await? else {
            tracing::warn!(order = %key, "a doorbell for an order that is not there");
            return Ok(Vec::new());
        };
        let visit = Visit {
            invocation,
            bells: RefCell::default(),
            has_turn: Cell::default(),
            has_waited: Cell::default(),
        };
        let mut left_alone: Vec<Target> = Vec::new();
        for _ in 0..STEPS_MAX {
            stored = self.record(stored, Input::Tick, &visit).await?;
            let is_new = |work: &Work| match work {
                Work::Submit(target) | Work::Read(target) => !left_alone.contains(target),
            };
            let Some(work) = work(&stored.order, self.ports.now()).into_iter().find(is_new) else {
                // What is due at once was just done; only what is due later needs a doorbell.
                let bells = visit.bells.into_inner();
                return Ok(bells.into_iter().filter(|bell| bell.delay.is_positive()).collect());
            };
            let (Work::Submit(target) | Work::Read(target)) = &work;
            match self.work(&stored, &work, &visit).await? {
                Next::On(next) => stored = *next,
                Next::Leave => left_alone.push(target.clone()),
                Next::Again => break,
            }
        }
        let again = Bell { channel: M::CHANNEL, key: key.clone(), delay: SignedDuration::ZERO };
        visit.later(vec![again]);
        Ok(visit.bells.into_inner())
    }

    async fn work(
        &self,
        stored: &Stored,
        work: &Work,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let (Work::Submit(target) | Work::Read(target)) = work;
        let key = &stored.order.key;
        // Read consistently right before each claim: its timing may be `never` by now (rule T5).
        let read_at = self.ports.now();
        let mut partner = match self.ports.partner(&key.seller, &key.partner).await? {
            Some(partner) if partner.settings.channel() == M::CHANNEL => partner,
            Some(_) | None => {
                tracing::error!(order = %key, "the order's partner is not there, or at another channel");
                return Ok(Next::Leave);
            }
        };
        if let Some(stopped) = &partner.stopped {
            if !self.is_replaced(&partner, stopped).await {
                tracing::warn!(order = %key, reason = %stopped.reason, "the partner is stopped: its credentials fail");
                return self.park(stored, work, visit).await;
            }
            self.ports.resume_partner(&partner).await?;
            partner.stopped = None;
        }
        if !self.has_time(visit) {
            return Ok(Next::Again);
        }
        let access = match self.access(&partner, visit.invocation).await {
            Ok(access) => access,
            Err(NoAccess::Refused { reason, secret }) => {
                self.stop(&partner, reason, secret).await?;
                return self.park(stored, work, visit).await;
            }
            Err(NoAccess::NoTime) => return Ok(Next::Again),
            Err(NoAccess::Passing(why)) => return self.cannot_try(stored, work, why, visit).await,
        };
        // Getting a token takes time, too.
        if !self.has_time(visit) {
            return Ok(Next::Again);
        }
        let (traffic, takes_turn) = match work {
            Work::Submit(_) => (Traffic::Submit, true),
            // A search takes a turn for each page that nobody has got.
            Work::Read(_) => (Self::READS, !M::SHARES_PAGES),
        };
        if !visit.has_turn.take() && takes_turn {
            match self.turn(&partner, traffic).await? {
                Turn::Now => {}
                Turn::After(wait) => {
                    self.ports.sleep(wait).await;
                    visit.has_turn.set(true);
                    // The partner is read anew after the wait; the order's claim is conditional anyway.
                    return Ok(Next::On(Box::new(stored.clone())));
                }
                Turn::Others { until } => {
                    let input = Input::Wait { target: target.clone(), until };
                    return self.follow(stored.clone(), input, visit).await;
                }
            }
        }
        // Whatever took long since the partner was read, it may be under `never` by now, or stopped (rule T5): it is read
        // once more, for then token and turn are at hand.
        if self.ports.now() > read_at.plus(AT_ONCE)
            && !visit.has_waited.replace(true)
            && guarded(Guard::PartnerReadAfterWait)
        {
            visit.has_turn.set(true);
            return Ok(Next::On(Box::new(stored.clone())));
        }
        visit.has_waited.set(false);
        let context = Context { partner: &partner, access: &access, target };
        match work {
            Work::Submit(_) => self.submit(stored, context, visit).await,
            Work::Read(_) => self.read(stored, context, visit).await,
        }
    }

    /// An order of a stopped partner waits.
    async fn park(
        &self,
        stored: &Stored,
        work: &Work,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let (Work::Submit(target) | Work::Read(target)) = work;
        let input = Input::Park { target: target.clone() };
        self.follow(stored.clone(), input, visit).await
    }

    fn has_time(&self, visit: &Visit<'_>) -> bool {
        visit.invocation.deadline.since(self.ports.now()) >= TIME_FOR_A_SUBMISSION
    }

    fn site<'a>(&'a self, partner: &'a Partner) -> Destination<'a> {
        Destination { partner, endpoint: self.endpoint.as_deref() }
    }

    /// The claim and, right behind it, the request.
    async fn submit(
        &self,
        stored: &Stored,
        context: Context<'_, M::Credentials>,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let Prepared { mut request, seal } =
            self.prepare(&stored.order, &context, self.ports.now());
        if let Target::Confirmation(package) = context.target
            && M::CHANNEL.facts().looks_first
            && guarded(Guard::LookFirst)
            && request.is_ok()
            && let Some(next) = self.look_first(stored, package, &context, visit).await?
        {
            return Ok(next);
        }
        // The look may have taken long, and the function must outlive its request.
        if !self.has_time(visit) {
            return Ok(Next::Again);
        }
        let now = self.ports.now();
        if let Ok(request) = &mut request
            && let Err(error) = Self::authorize(request, context.access, now)
        {
            self.stop(context.partner, error.0, context.access.secret.clone()).await?;
            return self.park(stored, &Work::Submit(context.target.clone()), visit).await;
        }
        let claim = Input::Claim(Claim {
            target: context.target.clone(),
            timing: context.partner.timing_now(),
            lease_until: if guarded(Guard::LeaseOutlivesFunction) {
                now.plus(self.timeout).plus(LEASE_MARGIN)
            } else {
                now
            },
            seal,
        });
        // What was prepared is of this version; on any other it is prepared anew.
        let Decision { order, effects, refused } = step(stored.order.clone(), &claim, now);
        if refused.is_some() && order == stored.order {
            tracing::info!(order = %stored.order.key, ?refused, "not claimed");
            return Ok(Next::Leave);
        }
        let order = announce(&*self.ports, order, &effects, now).await;
        if !guarded(Guard::ClaimBeforeRequest)
            && let Ok(request) = &request
        {
            drop(self.ports.http(request.clone()).await);
        }
        let version =
            match self.save_claim(&order, stored.version, &visit.invocation.writer).await? {
                Ok(version) => version,
                Err(current) => return Ok(Next::On(current)),
            };
        visit.later(bells(&effects, M::CHANNEL, &order.key));
        let claimed = Stored { order, version };
        if let Some(refusal) = refused {
            tracing::info!(order = %stored.order.key, %refusal, "not claimed");
            return Ok(Next::On(Box::new(claimed)));
        }
        let outcome = match request {
            Ok(request) => self.send(request, &claimed.order, &context).await,
            Err(error) => {
                let code = Text::cut("not_possible_there");
                Outcome::Refused { code, message: error.0 }
            }
        };
        let fence = claimed.order.fence(context.target);
        let input = Input::Outcome { target: context.target.clone(), fence, outcome };
        // Boxed: the futures of a visit are large, and nest deep.
        Box::pin(self.record_outcome(claimed, input, visit)).await
    }

    /// Records a known outcome, for as long as there is time: without it the order would be in doubt.
    async fn record_outcome(
        &self,
        claimed: Stored,
        outcome: Input,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let mut wait = SAVE_AGAIN;
        loop {
            match self.follow(claimed.clone(), outcome.clone(), visit).await {
                Err(
                    error @ (FlowError::Store(StoreError::Unavailable(_)) | FlowError::Races(_)),
                ) if visit.invocation.deadline.since(self.ports.now()) > wait + LAST_MOMENTS
                    && guarded(Guard::OutcomeIsSaved) =>
                {
                    tracing::warn!(order = %claimed.order.key, %error, "an outcome was not saved; it is tried again");
                    self.ports.sleep(wait).await;
                    wait = wait.saturating_mul(2).min(SAVE_AGAIN_MAX);
                }
                ended => return ended,
            }
        }
    }

    /// Asks the channel before a claim, where a submission would override what a person entered. `None` when it has
    /// nothing, or only a number that a person said is nothing, and the claim may follow: on the very version that says so.
    async fn look_first(
        &self,
        stored: &Stored,
        package: &PackageId,
        context: &Context<'_, M::Credentials>,
        visit: &Visit<'_>,
    ) -> Result<Option<Next>, FlowError> {
        let order = &stored.order;
        let Some(submission) = submission(order, package, self.ports.now()) else {
            return Ok(Some(Next::Leave));
        };
        let reading = match self.find(order, context, (self.ports.now(), visit)).await {
            Found::Holds(reading, _) => reading,
            Found::NoTime => return Ok(Some(Next::Again)),
            Found::Others { until } => {
                let input = Input::Wait { target: context.target.clone(), until };
                return Ok(Some(self.follow(stored.clone(), input, visit).await?));
            }
        };
        if may_follow(order, package, &reading) {
            return Ok(None);
        }
        let tracking = submission.tracking;
        let input = Input::Preflight { package: package.clone(), tracking, reading };
        Ok(Some(self.follow(stored.clone(), input, visit).await?))
    }

    /// Saves a claim; on a lost race answers with the order as it is by now.
    async fn save_claim(
        &self,
        order: &Order,
        read: Version,
        writer: &Writer,
    ) -> Result<Result<Version, Box<Stored>>, FlowError> {
        match self.ports.save(order, Some(read), &writer.next()).await {
            Ok(version) => Ok(Ok(version)),
            Err(SaveError::Stale(Some(current))) if !guarded(Guard::ClaimOnVersion) => {
                let saved = self.ports.save(order, Some(current.version), &writer.next()).await;
                saved.map(Ok).map_err(|_lost_again| FlowError::Races(order.key.clone()))
            }
            Err(SaveError::Stale(Some(current))) => Ok(Err(current)),
            Err(SaveError::Stale(None)) => Err(FlowError::Absent(order.key.clone())),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// Takes an input to the order; what is to be done later is kept for the end of the visit.
    async fn record(
        &self,
        stored: Stored,
        input: Input,
        visit: &Visit<'_>,
    ) -> Result<Stored, FlowError> {
        let key = stored.order.key.clone();
        let start = Start::At(Box::new(stored));
        let delivered =
            deliver(&*self.ports, &key, start, &[input], &visit.invocation.writer).await?;
        visit.later(delivered.bells);
        Ok(delivered.stored)
    }

    async fn follow(
        &self,
        stored: Stored,
        input: Input,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        Ok(Next::On(Box::new(self.record(stored, input, visit).await?)))
    }

    /// Asks the channel what it holds.
    async fn read(
        &self,
        stored: &Stored,
        context: Context<'_, M::Credentials>,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let (order, target) = (&stored.order, context.target.clone());
        let Prepared { seal, .. } = self.prepare(order, &context, self.ports.now());
        let due = order.read_at(&target).unwrap_or_else(|| self.ports.now());
        let (reading, asked_at) = match self.find(order, &context, (due, visit)).await {
            Found::Holds(reading, asked_at) => (reading, asked_at),
            // What was asked so far is kept, and the next visit goes on from there.
            Found::NoTime => return Ok(Next::Again),
            Found::Others { until } => {
                return self.follow(stored.clone(), Input::Wait { target, until }, visit).await;
            }
        };
        let (fence, hash) = (order.fence(&target), Some(seal.hash));
        let input = Input::Probe { target, fence, reading, hash, asked_at };
        self.follow(stored.clone(), input, visit).await
    }

    /// A sender that could not even try: the reason is kept, and the next try waits.
    async fn cannot_try(
        &self,
        stored: &Stored,
        work: &Work,
        why: NotApplied,
        visit: &Visit<'_>,
    ) -> Result<Next, FlowError> {
        let input = match work {
            Work::Submit(target) => Input::Postpone { target: target.clone(), why },
            Work::Read(target) => Input::Probe {
                target: target.clone(),
                fence: stored.order.fence(target),
                reading: Reading::Unreadable(why),
                hash: None,
                asked_at: self.ports.now(),
            },
        };
        self.follow(stored.clone(), input, visit).await
    }
}

/// A piece of work, and what it is done with.
struct Context<'a, C> {
    partner: &'a Partner,
    access: &'a Rc<Access<C>>,
    target: &'a Target,
}

fn imei_line<'a>(order: &'a Order, package: &PackageId, item: &ItemId) -> Option<&'a domain::Line> {
    order.packages.get(package)?.lines.get(item)
}

fn name_of(partner: &Partner) -> Name {
    (partner.seller.clone(), partner.id.clone())
}
