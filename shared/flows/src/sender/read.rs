//! A read: the channel is asked what it holds of a submission.

use super::requests::{Found, Prepared};
use super::{Context, Next, Sender};
use crate::deliver::FlowError;
use crate::ports::{SenderPorts, Stored};
use channels::Marketplace;
use domain::{Input, PackageId, submission};

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Asks the channel what it holds, and records it.
    pub(super) async fn read(
        &self,
        stored: &Stored,
        context: Context<'_, M::Credentials>,
    ) -> Result<Next, FlowError> {
        let (order, target, run) = (&stored.order, context.target.clone(), context.run);
        let Prepared { seal, .. } = self.prepare(order, &context, self.ports.now());
        let due = order.read_at(&target).unwrap_or_else(|| self.ports.now());
        let (reading, shown, asked_at) = match self.find(order, &context, due).await {
            Found::Holds { reading, shown, asked_at } => (reading, shown, asked_at),
            // The pages so far are kept, and the next run goes on from there.
            Found::NoTime => return Ok(Next::Again),
            Found::Others { until } => {
                return self.follow(stored.clone(), Input::Wait { target, until }, run).await;
            }
        };
        let (fence, hash) = (order.fence(&target), Some(seal.hash));
        let input = Input::Probe { target, fence, reading, hash, asked_at, shown };
        self.follow(stored.clone(), input, run).await
    }

    /// Asks the channel what it holds of a package that is in no doubt, and records it (rule S7).
    pub(super) async fn look_at(
        &self,
        stored: &Stored,
        package: &PackageId,
        context: Context<'_, M::Credentials>,
    ) -> Result<Next, FlowError> {
        let (order, run) = (&stored.order, context.run);
        let Some(submission) = submission(order, package, self.ports.now()) else {
            return Ok(Next::Leave);
        };
        let due = order.look_at(package).unwrap_or_else(|| self.ports.now());
        let input = match self.find(order, &context, due).await {
            Found::Holds { reading, shown, asked_at } => Input::Looked {
                package: package.clone(),
                tracking: submission.tracking,
                fence: order.fence(context.target),
                reading,
                shown,
                asked_at,
            },
            Found::NoTime => return Ok(Next::Again),
            Found::Others { until } => Input::WaitToLook { package: package.clone(), until },
        };
        self.follow(stored.clone(), input, run).await
    }
}
