//! A submission: the claim, the request right behind it, and the record of its outcome.

use super::requests::{Found, Prepared};
use super::{Context, DoorbellRun, Next, Sender};
use crate::Writer;
use crate::deliver::{FlowError, announce, bells};
use crate::in_time::LAST_MOMENTS;
use crate::ports::{SaveError, SenderPorts, Stored, Version, in_one_line};
use channels::Marketplace;
use domain::guard::{Guard, guarded};
use domain::{
    Claim, Decision, Input, Mode, Moment, Order, Outcome, PackageId, Parking, Seal, Target, Text,
    Work, may_follow, shows_news, step, submission,
};
use jiff::SignedDuration;

/// The first wait before an outcome that was not saved is saved again. Each later wait is twice as long as the one before.
const SAVE_AGAIN: SignedDuration = SignedDuration::from_millis(250);

/// The longest of these waits.
const SAVE_AGAIN_MAX: SignedDuration = SignedDuration::from_secs(4);

/// How much longer than the function's timeout a lease is. The claim is over for certain when its lease is.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// What became of the save of a claim.
enum ClaimSave {
    /// The claim is saved, at this version.
    Saved(Version),
    /// Another save was faster. It has the order as it is now.
    Lost(Box<Stored>),
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    fn claim(&self, context: &Context<'_, M::Credentials>, seal: Seal, now: Moment) -> Claim {
        Claim {
            target: context.target.clone(),
            now: context.partner.now(),
            restored_at: self.restored_at,
            lease_until: if guarded(Guard::LeaseOutlivesFunction) {
                now.plus(self.timeout).plus(LEASE_MARGIN)
            } else {
                now
            },
            seal,
        }
    }

    /// Claims the target and, right behind the claim, sends the request.
    pub(super) async fn submit(
        &self,
        stored: &Stored,
        context: Context<'_, M::Credentials>,
    ) -> Result<Next, FlowError> {
        let run = context.run;
        let Prepared { mut request, seal } =
            self.prepare(&stored.order, &context, self.ports.now());
        if let Target::Confirmation(package) = context.target
            && M::CHANNEL.facts().looks_first
            && guarded(Guard::LookFirst)
            // What is only observed overrides nothing (rule A3).
            && context.partner.mode == Mode::Live
            && request.is_ok()
            && let Some(next) = self.look_first(stored, package, &context).await?
        {
            return Ok(next);
        }
        // The look may have taken long, and the function must live longer than its request.
        if !self.has_time(run) {
            return Ok(Next::Again);
        }
        let now = self.ports.now();
        if let Ok(request) = &mut request
            && let Err(error) = Self::authorize(request, context.access, now)
        {
            self.stop(context.partner, error.0, context.access.secret.clone()).await?;
            return self
                .park(stored, &Work::Submit(context.target.clone()), Parking::Stopped, run)
                .await;
        }
        let claim = Input::Claim(self.claim(&context, seal, now));
        // The request was prepared from this version of the order. If the save finds another one, it is prepared anew.
        let Decision { order, effects, refused } = step(stored.order.clone(), &claim, now);
        if refused.is_some() && order == stored.order {
            tracing::info!(order = %stored.order.key, ?refused, "an order was not claimed");
            return Ok(Next::Leave);
        }
        let order = announce(&*self.ports, order, &effects, now).await;
        if !guarded(Guard::ClaimBeforeRequest)
            && let Ok(request) = &request
        {
            drop(self.ports.http(request.clone()).await);
        }
        let saved = self.save_claim(&order, stored.version, &run.invocation.writer).await?;
        let version = match saved {
            ClaimSave::Saved(version) => version,
            ClaimSave::Lost(current) => return Ok(Next::On(current)),
        };
        run.ring_later(bells(&effects, M::CHANNEL, &order.key));
        let claimed = Stored { order, version };
        if let Some(refusal) = refused {
            tracing::info!(order = %stored.order.key, %refusal, "an order was not claimed");
            return Ok(Next::On(Box::new(claimed)));
        }
        if !claimed.order.is_claimed(context.target) {
            tracing::info!(order = %claimed.order.key, "an order of before a restore is asked for first");
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
        // Boxed: the futures of a run are large, and nest deep.
        Box::pin(self.record_outcome(claimed, input, run)).await
    }

    /// Records a known outcome. A save that fails is made again while there is time, because without the outcome the order
    /// would be in doubt. A save that the table will refuse again is not: the message goes back to its queue at once.
    async fn record_outcome(
        &self,
        claimed: Stored,
        outcome: Input,
        run: &DoorbellRun<'_>,
    ) -> Result<Next, FlowError> {
        let mut wait = SAVE_AGAIN;
        loop {
            match self.follow(claimed.clone(), outcome.clone(), run).await {
                Err(error)
                    if may_pass(&error)
                        && run.invocation.deadline.since(self.ports.now())
                            > wait + LAST_MOMENTS
                        && guarded(Guard::OutcomeIsSaved) =>
                {
                    tracing::warn!(
                        order = %claimed.order.key,
                        error = in_one_line(&error),
                        "an outcome was not saved; it is saved again"
                    );
                    self.ports.sleep(wait).await;
                    wait = wait.saturating_mul(2).min(SAVE_AGAIN_MAX);
                }
                ended => return ended,
            }
        }
    }

    /// Asks the channel what it holds before the claim, where a submission would override what a person entered there.
    /// `None` says that the claim may follow, on this very version: the channel has nothing, or only a number that a person
    /// said is nothing.
    async fn look_first(
        &self,
        stored: &Stored,
        package: &PackageId,
        context: &Context<'_, M::Credentials>,
    ) -> Result<Option<Next>, FlowError> {
        let (order, run) = (&stored.order, context.run);
        let Some(submission) = submission(order, package, self.ports.now()) else {
            return Ok(Some(Next::Leave));
        };
        let (reading, shown, asked_at) = match self.find(order, context, self.ports.now()).await {
            Found::Holds { reading, shown, asked_at } => (reading, shown, asked_at),
            Found::NoTime => return Ok(Some(Next::Again)),
            Found::Others { until } => {
                let input = Input::Wait { target: context.target.clone(), until };
                return Ok(Some(self.follow(stored.clone(), input, run).await?));
            }
        };
        if may_follow(order, package, &reading) && !shows_news(order, package, shown, asked_at) {
            return Ok(None);
        }
        let tracking = submission.tracking;
        let package = package.clone();
        let input = Input::Preflight { package, tracking, reading, shown, asked_at };
        Ok(Some(self.follow(stored.clone(), input, run).await?))
    }

    /// Saves a claim, on the version that it was made on.
    async fn save_claim(
        &self,
        order: &Order,
        read: Version,
        writer: &Writer,
    ) -> Result<ClaimSave, FlowError> {
        match self.ports.save(order, Some(read), &writer.next()).await {
            Ok(version) => Ok(ClaimSave::Saved(version)),
            Err(SaveError::Stale(Some(current))) if !guarded(Guard::ClaimOnVersion) => {
                let saved = self.ports.save(order, Some(current.version), &writer.next()).await;
                saved
                    .map(ClaimSave::Saved)
                    .map_err(|_lost_again| FlowError::Races(order.key.clone()))
            }
            Err(SaveError::Stale(Some(current))) => Ok(ClaimSave::Lost(current)),
            Err(SaveError::Stale(None)) => Err(FlowError::Absent(order.key.clone())),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }
}

/// Whether the same change of an order may succeed when it is made again.
fn may_pass(error: &FlowError) -> bool {
    match error {
        FlowError::Store(error) => error.is_passing(),
        FlowError::Races(_) => true,
        FlowError::Absent(_) => false,
    }
}
