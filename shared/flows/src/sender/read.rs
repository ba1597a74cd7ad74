//! A read: the channel is asked what it holds of a submission.

use super::requests::{Found, Prepared};
use super::{Context, Next, Sender};
use crate::deliver::FlowError;
use crate::ports::{SenderPorts, Stored};
use channels::Marketplace;
use domain::Input;

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
        let (reading, asked_at) = match self.find(order, &context, due).await {
            Found::Holds { reading, asked_at } => (reading, asked_at),
            // The pages so far are kept, and the next run goes on from there.
            Found::NoTime => return Ok(Next::Again),
            Found::Others { until } => {
                return self.follow(stored.clone(), Input::Wait { target, until }, run).await;
            }
        };
        let (fence, hash) = (order.fence(&target), Some(seal.hash));
        let input = Input::Probe { target, fence, reading, hash, asked_at };
        self.follow(stored.clone(), input, run).await
    }
}
