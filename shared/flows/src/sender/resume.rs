//! A pause of a partner, and its end (rule A1).

use super::{DoorbellRun, Sender};
use crate::deliver::ring_all;
use crate::in_time::{NOT_DONE, Time};
use crate::ports::{Bell, DuePage, SenderPorts, Stored};
use crate::{DUE_SHARDS, FlowError, Handled, Invocation};
use channels::Marketplace;
use domain::guard::{Guard, guarded};
use domain::{Input, Partner, ResumeBell};
use futures_util::future::try_join_all;
use jiff::SignedDuration;

/// How far ahead the timer of an order may be that waits for the end of a pause: half an hour, and a minute for clocks.
const WAITS_AT_MOST: SignedDuration = SignedDuration::from_mins(31);

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Whether nothing of the partner is to be sent, or read: a person paused it, or the deployment its channel.
    pub(super) fn pauses(&self, partner: &Partner) -> bool {
        (self.is_paused || partner.paused.is_some()) && guarded(Guard::PauseStops)
    }

    /// Makes due what waits in an order because its partner was paused, where it is no longer.
    pub(super) async fn go_on(
        &self,
        stored: Stored,
        run: &DoorbellRun<'_>,
    ) -> Result<Stored, FlowError> {
        if !stored.order.is_paused() {
            return Ok(stored);
        }
        let key = &stored.order.key;
        match self.ports.partner(&key.seller, &key.partner).await? {
            Some(partner) if !self.pauses(&partner) => {
                self.record(stored, Input::Resumed, run).await
            }
            Some(_) | None => Ok(stored),
        }
    }

    /// Rings for the orders of a partner that is not paused any more, the oldest timer first.
    pub async fn resume(&self, bell: &ResumeBell, invocation: &Invocation) -> Handled {
        let time = Time::until(invocation.deadline);
        let rung = time.until_last_moments(&*self.ports, self.ring_for_all(bell)).await;
        match rung {
            Some(Ok(handled)) => handled,
            Some(Err(error)) => error.into(),
            None => Handled::Retry(NOT_DONE.to_owned()),
        }
    }

    /// Rings for each order of the partner whose timer is near. One that does not wait for the pause finds nothing to do. The
    /// shards are read side by side, a page of each at a time, so that the oldest come first.
    async fn ring_for_all(
        &self,
        ResumeBell { seller, resume, .. }: &ResumeBell,
    ) -> Result<Handled, FlowError> {
        let until = self.ports.now().plus(WAITS_AT_MOST);
        let mut places: Vec<(u8, Option<DuePage>)> =
            (0..DUE_SHARDS).map(|shard| (shard, None)).collect();
        while !places.is_empty() {
            let pages = places.into_iter().map(|(shard, after)| async move {
                self.ports.due(shard, until, after).await.map(|page| (shard, page))
            });
            let pages = try_join_all(pages).await?;
            places = Vec::new();
            let mut bells = Vec::new();
            for (shard, (keys, next)) in pages {
                let ours =
                    keys.into_iter().filter(|key| key.seller == *seller && key.partner == *resume);
                bells.extend(ours.map(|key| Bell {
                    channel: M::CHANNEL,
                    key,
                    delay: SignedDuration::ZERO,
                }));
                places.extend(next.map(|next| (shard, Some(next))));
            }
            if !ring_all(&*self.ports, bells).await.is_empty() {
                return Ok(Handled::Retry(
                    "the orders of a resumed partner were not rung for".to_owned(),
                ));
            }
        }
        Ok(Handled::Done)
    }
}
