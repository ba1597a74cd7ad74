//! A sender answers doorbells: it loads the order that a doorbell names, claims, submits and records. Nothing stands between
//! the claim and the request, and an outcome is never guessed.

mod access;
mod pace;
mod pages;
mod read;
mod refusals;
mod requests;
mod resume;
mod submit;
mod test;

use crate::deliver::{FlowError, Start, deliver, ring_all};
use crate::in_time::{NOT_DONE, Time};
use crate::ports::{Bell, SenderPorts, Stored};
use crate::{Handled, Invocation};
use access::{Access, AccessCache, NoAccess};
use channels::{Destination, Marketplace};
use domain::guard::{Guard, guarded};
use domain::{
    CarrierPair, Input, ItemId, Moment, NotApplied, Order, OrderKey, OrderShown, PackageId,
    Parking, Partner, PartnerId, Reading, SellerId, Target, Work, submission, work,
};
use http::Request;
use jiff::SignedDuration;
use pace::{Kind, OwnRequests, Turn};
use pages::PageCache;
pub use refusals::PARTNER_STOPPED;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;

/// How much time the invocation must still have for a submission: 15 seconds for its request, and 10 to record the outcome.
const TIME_FOR_A_SUBMISSION: SignedDuration = SignedDuration::from_secs(25);

/// A token or a turn that took no longer than this was at hand: nobody was waited for.
const AT_ONCE: SignedDuration = SignedDuration::from_millis(100);

/// The most steps that one order takes for one doorbell. After them the order's doorbell is rung again.
const STEPS_MAX: usize = 64;

/// When the invocation ends.
pub type Deadline = Moment;

/// The configuration of a sender.
#[derive(Clone, Debug)]
pub struct SenderConfig {
    /// Secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// The address that is called instead of the real marketplaces.
    pub endpoint: Option<String>,
    /// The timeout of the sender's function. A lease lasts a little longer.
    pub timeout: SignedDuration,
    /// When the system was started again on a restored table, if it was (rule A2).
    pub restored_at: Option<Moment>,
    /// Whether the deployment has paused the channel, for all sellers (rule A1).
    pub is_paused: bool,
    /// The most senders of the channel that run at the same time. Source: the template's `SenderConcurrency`.
    pub at_once: u16,
}

/// The sender of one marketplace.
pub struct Sender<M: Marketplace, P> {
    ports: Rc<P>,
    endpoint: Option<String>,
    secret_prefix: String,
    timeout: SignedDuration,
    restored_at: Option<Moment>,
    is_paused: bool,
    at_once: u16,
    access: AccessCache<M::Credentials>,
    own: RefCell<OwnRequests>,
    pages: RefCell<PageCache<M::Page>>,
    marketplace: PhantomData<M>,
}

/// A partner of a seller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PartnerKey {
    seller: SellerId,
    partner: PartnerId,
}

impl PartnerKey {
    fn of(partner: &Partner) -> Self {
        Self { seller: partner.seller.clone(), partner: partner.id.clone() }
    }
}

/// One run of the sender, for one doorbell.
struct DoorbellRun<'a> {
    invocation: &'a Invocation,
    /// The doorbells to ring at the end, for what is to be done later.
    bells: RefCell<Vec<Bell>>,
    /// Whether a turn was waited for that no request has taken yet. The next request takes it.
    has_turn: Cell<bool>,
    /// Whether the partner is being read once more, because its token or its turn took long.
    has_waited: Cell<bool>,
}

impl DoorbellRun<'_> {
    fn ring_later(&self, bells: Vec<Bell>) {
        self.bells.borrow_mut().extend(bells);
    }
}

/// What to do after one piece of work.
enum Next {
    /// Go on with the order as it is now.
    On(Box<Stored>),
    /// Leave the work. The order's timers bring it back.
    Leave,
    /// Ring for the order again, because this invocation has no time left.
    Again,
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// The sender that a configuration describes.
    pub fn new(ports: Rc<P>, config: SenderConfig) -> Self {
        Self {
            ports,
            endpoint: config.endpoint,
            secret_prefix: config.secret_prefix,
            timeout: config.timeout,
            restored_at: config.restored_at,
            is_paused: config.is_paused,
            at_once: config.at_once,
            access: RefCell::default(),
            own: RefCell::default(),
            pages: RefCell::default(),
            marketplace: PhantomData,
        }
    }

    /// Opens a connection to the marketplace, since the CPU is not throttled in init. What the marketplace answers does not
    /// matter.
    pub async fn warm_up(&self) {
        let Some(address) = self.endpoint.as_deref().or(M::WARM_UP) else { return };
        if let Ok(request) = Request::head(address).body(Vec::new())
            && let Err(error) = self.ports.http(request).await
        {
            tracing::debug!(%error, "warm-up call failed; the first request to the marketplace will open the connection");
        }
    }

    /// Answers the doorbell of an order.
    pub async fn answer(&self, key: &OrderKey, invocation: &Invocation) -> Handled {
        let partner = PartnerKey { seller: key.seller.clone(), partner: key.partner.clone() };
        self.own.borrow_mut().begin(&partner);
        let looked = async {
            // Boxed: the futures of a run are large, and nest deep.
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
        self.own.borrow_mut().end(&partner);
        handled.unwrap_or_else(|| Handled::Retry(NOT_DONE.to_owned()))
    }

    /// Does what is to be done for an order now, and returns the doorbells for what is to be done later.
    async fn look(&self, key: &OrderKey, invocation: &Invocation) -> Result<Vec<Bell>, FlowError> {
        let Some(mut stored) = self.ports.order(key).await? else {
            tracing::warn!(order = %key, "a doorbell names an order that is not there");
            return Ok(Vec::new());
        };
        let run = DoorbellRun {
            invocation,
            bells: RefCell::default(),
            has_turn: Cell::default(),
            has_waited: Cell::default(),
        };
        stored = self.go_on(stored, &run).await?;
        let mut left_alone: Vec<Work> = Vec::new();
        for _ in 0..STEPS_MAX {
            stored = self.record(stored, Input::Tick, &run).await?;
            let is_new = |work: &Work| !left_alone.contains(work);
            let Some(work) = work(&stored.order, self.ports.now()).into_iter().find(is_new) else {
                // What was due at once is done. Only what is due later needs a doorbell.
                let bells = run.bells.into_inner();
                return Ok(bells.into_iter().filter(|bell| bell.delay.is_positive()).collect());
            };
            match self.work(&stored, &work, &run).await? {
                Next::On(next) => stored = *next,
                Next::Leave => left_alone.push(work),
                Next::Again => break,
            }
        }
        let again = Bell { channel: M::CHANNEL, key: key.clone(), delay: SignedDuration::ZERO };
        run.ring_later(vec![again]);
        Ok(run.bells.into_inner())
    }

    /// Does one piece of work of an order: it submits, reads, or looks.
    async fn work(
        &self,
        stored: &Stored,
        work: &Work,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        let target = &target_of(work);
        let key = &stored.order.key;
        // The partner is read consistently right before each claim, because its timing may be `never` by now (rule T5).
        let read_at = self.ports.now();
        let mut partner = match self.ports.partner(&key.seller, &key.partner).await? {
            Some(partner) if partner.settings.channel() == M::CHANNEL => partner,
            Some(_) | None => {
                tracing::error!(order = %key, "the order's partner is not there, or is at another channel");
                return Ok(Next::Leave);
            }
        };
        if self.pauses(&partner) {
            return self.park(stored, work, Parking::Paused, run).await;
        }
        if let Some(stopped) = &partner.stopped {
            if !self.is_replaced(&partner, stopped).await {
                tracing::warn!(order = %key, reason = %stopped.reason, "the partner is stopped, because its credentials fail");
                return self.park(stored, work, Parking::Stopped, run).await;
            }
            self.ports.resume_partner(&partner).await?;
            partner.stopped = None;
        }
        let pairs = self.pairs_for(&stored.order, work, &partner).await?;
        if !self.has_time(run) {
            return Ok(Next::Again);
        }
        let access = match self.access(&partner, run.invocation).await {
            Ok(access) => access,
            Err(NoAccess::Refused { reason, secret }) => {
                self.stop(&partner, reason, secret).await?;
                return self.park(stored, work, Parking::Stopped, run).await;
            }
            Err(NoAccess::NoTime) => return Ok(Next::Again),
            Err(NoAccess::Passing(why)) => return self.cannot_try(stored, work, why, run).await,
        };
        // A token may have taken long to get.
        if !self.has_time(run) {
            return Ok(Next::Again);
        }
        let (kind, takes_turn) = match work {
            Work::Submit(_) => (Kind::Submission, true),
            // Where pages are shared, the search itself takes a turn for each page that is not cached.
            Work::Read(_) => (Kind::Read, !M::SHARES_PAGES),
            Work::Look(_) => (Kind::Look, !M::SHARES_PAGES),
        };
        if !run.has_turn.take() && takes_turn {
            match self.turn(&partner, kind).await? {
                Turn::Now => {}
                Turn::After(wait) => {
                    self.ports.sleep(wait).await;
                    run.has_turn.set(true);
                    // The partner is read anew after the wait. The order need not be, since its claim is conditional.
                    return Ok(Next::On(Box::new(stored.clone())));
                }
                Turn::Others { until } => return self.wait(stored, work, until, run).await,
            }
        }
        // If the token or the turn took long, the partner may be under `never` by now, or stopped (rule T5). So it is read
        // once more, and then token and turn are at hand.
        if self.ports.now() > read_at.plus(AT_ONCE)
            && !run.has_waited.replace(true)
            && guarded(Guard::PartnerReadAfterWait)
        {
            run.has_turn.set(true);
            return Ok(Next::On(Box::new(stored.clone())));
        }
        run.has_waited.set(false);
        let (pairs, access) = (&pairs, &access);
        let context = Context { partner: &partner, pairs, access, target, kind, run };
        match work {
            Work::Submit(_) => self.submit(stored, context).await,
            Work::Read(_) => self.read(stored, context).await,
            Work::Look(package) => self.look_at(stored, package, context).await,
        }
    }

    /// The partner's own pairs, for what no claim has fixed yet: they count until then (rule K2).
    async fn pairs_for(
        &self,
        order: &Order,
        work: &Work,
        partner: &Partner,
    ) -> Result<Vec<CarrierPair>, FlowError> {
        if !partner.has_carrier_pairs || !is_unlocked(order, work) {
            return Ok(Vec::new());
        }
        Ok(self.ports.carrier_pairs(&partner.seller, &partner.id).await?.pairs)
    }

    /// Comes back to the work when it may be its turn.
    async fn wait(
        &self,
        stored: &Stored,
        work: &Work,
        until: Moment,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        let input = match work {
            Work::Submit(target) | Work::Read(target) => {
                Input::Wait { target: target.clone(), until }
            }
            Work::Look(package) => Input::WaitToLook { package: package.clone(), until },
        };
        self.follow(stored.clone(), input, run).await
    }

    /// Lets an order of a stopped or paused partner wait.
    async fn park(
        &self,
        stored: &Stored,
        work: &Work,
        parking: Parking,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        let input = match work {
            Work::Submit(target) | Work::Read(target) => {
                Input::Park { target: target.clone(), parking }
            }
            Work::Look(package) => Input::ParkLook { package: package.clone(), parking },
        };
        self.follow(stored.clone(), input, run).await
    }

    fn has_time(&self, run: &DoorbellRun<'_>) -> bool {
        run.invocation.deadline.since(self.ports.now()) >= TIME_FOR_A_SUBMISSION
    }

    fn site<'a>(&'a self, partner: &'a Partner) -> Destination<'a> {
        Destination { partner, endpoint: self.endpoint.as_deref() }
    }

    /// Takes an input to the order. Its doorbells are rung at the end of the run.
    async fn record(
        &self,
        stored: Stored,
        input: Input,
        run: &DoorbellRun<'_>,
    ) -> Result<Stored, FlowError> {
        let key = stored.order.key.clone();
        let start = Start::At(Box::new(stored));
        let mut delivered =
            deliver(&*self.ports, &key, start, &[input], &run.invocation.writer).await?;
        run.ring_later(std::mem::take(&mut delivered.bells));
        delivered.into_stored().ok_or(FlowError::Absent(key))
    }

    /// Takes an input to the order, and goes on with it.
    async fn follow(
        &self,
        stored: Stored,
        input: Input,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        Ok(Next::On(Box::new(self.record(stored, input, run).await?)))
    }

    /// Records why the sender could not even try. The next try waits.
    async fn cannot_try(
        &self,
        stored: &Stored,
        work: &Work,
        why: NotApplied,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        let input = match work {
            Work::Submit(target) => Input::Postpone { target: target.clone(), why },
            Work::Read(target) => Input::Probe {
                target: target.clone(),
                fence: stored.order.fence(target),
                reading: Reading::Unreadable(why),
                hash: None,
                asked_at: self.ports.now(),
                shown: OrderShown::default(),
            },
            Work::Look(package) => {
                let Some(submission) = submission(&stored.order, package, self.ports.now()) else {
                    return Ok(Next::Leave);
                };
                Input::Looked {
                    package: package.clone(),
                    tracking: submission.tracking,
                    fence: stored.order.fence(&target_of(work)),
                    reading: Reading::Unreadable(why),
                    shown: OrderShown::default(),
                    asked_at: self.ports.now(),
                }
            }
        };
        self.follow(stored.clone(), input, run).await
    }
}

/// A piece of work: its target, the run that does it, and what its requests are authorized with.
struct Context<'a, C> {
    partner: &'a Partner,
    pairs: &'a [CarrierPair],
    access: &'a Rc<Access<C>>,
    target: &'a Target,
    kind: Kind,
    run: &'a DoorbellRun<'a>,
}

/// What a piece of work is about.
fn target_of(work: &Work) -> Target {
    match work {
        Work::Submit(target) | Work::Read(target) => target.clone(),
        Work::Look(package) => Target::Confirmation(package.clone()),
    }
}

/// Whether the work is a confirmation that no claim has fixed yet.
fn is_unlocked(order: &Order, work: &Work) -> bool {
    let Work::Submit(Target::Confirmation(package)) = work else { return false };
    order.packages.get(package).is_some_and(|package| package.lock().is_none())
}

fn imei_line<'a>(order: &'a Order, package: &PackageId, item: &ItemId) -> Option<&'a domain::Line> {
    order.packages.get(package)?.lines.get(item)
}
