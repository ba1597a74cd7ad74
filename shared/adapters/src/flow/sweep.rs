//! The sweep: each minute, every order whose timer has run out gets a look. It repairs what a lost message or a crash
//! left behind, and keeps the deadlines.

use super::deliver::{FlowError, Start, Writer, deliver, ring_all};
use crate::ports::{DuePage, Ports};
use domain::planted::{self, Bug};
use domain::{Input, OrderKey};
use futures_util::{StreamExt as _, stream};

/// Shards of the `due` index: a key's writes are limited, so it is spread. Static: an order's shard never changes.
pub const DUE_SHARDS: u8 = 16;

/// Orders stepped at a time.
const CONCURRENT: usize = 32;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Orders that were due.
    pub due: usize,
    /// Orders that could not be stepped; they stay due.
    pub failed: usize,
    /// Doorbells that could not be rung; their orders ring again by their next timer.
    pub unrung: usize,
}

/// A sweep that could not do all of its work; the next one has it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} of {} due orders could not be stepped, {} doorbells not rung", .0.failed, .0.due, .0.unrung)]
pub struct Unfinished(pub Swept);

impl Swept {
    /// Whether everything was done: a sweep that leaves something is a failed invocation, which an alarm counts.
    ///
    /// # Errors
    /// What was left.
    pub fn verdict<E: From<Unfinished>>(self) -> Result<(), E> {
        if self.failed == 0 && self.unrung == 0 { Ok(()) } else { Err(Unfinished(self).into()) }
    }
}

/// Steps every order that is due. An order that fails stops no other, and neither does a page.
pub async fn sweep<P: Ports>(ports: &P, writer: &Writer) -> Swept {
    if planted::is(Bug::NoSweep) {
        return Swept::default();
    }
    let shards: Vec<Swept> = stream::iter(0..DUE_SHARDS)
        .map(|shard| of_shard(ports, shard, writer))
        .buffer_unordered(usize::from(DUE_SHARDS))
        .collect()
        .await;
    shards.into_iter().fold(Swept::default(), |sum, shard| Swept {
        due: sum.due.saturating_add(shard.due),
        failed: sum.failed.saturating_add(shard.failed),
        unrung: sum.unrung.saturating_add(shard.unrung),
    })
}

async fn of_shard<P: Ports>(ports: &P, shard: u8, writer: &Writer) -> Swept {
    let until = ports.now();
    let mut swept = Swept::default();
    let mut after: Option<DuePage> = None;
    loop {
        let (keys, next) = match ports.due(shard, until, after).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(shard, %error, "failed to read what is due");
                swept.failed = swept.failed.saturating_add(1);
                return swept;
            }
        };
        swept.due = swept.due.saturating_add(keys.len());
        let results: Vec<_> = stream::iter(keys)
            .map(|key| tick(ports, key, writer))
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
        let mut bells = Vec::new();
        for result in results {
            match result {
                Ok(rings) => bells.extend(rings),
                Err(()) => swept.failed = swept.failed.saturating_add(1),
            }
        }
        swept.unrung = swept.unrung.saturating_add(ring_all(ports, bells).await.len());
        match next {
            Some(page) => after = Some(page),
            None => return swept,
        }
    }
}

async fn tick<P: Ports>(
    ports: &P,
    key: OrderKey,
    writer: &Writer,
) -> Result<Vec<crate::ports::Bell>, ()> {
    match deliver(ports, &key, Start::Load, &[Input::Tick], writer).await {
        Ok(delivered) => Ok(delivered.bells),
        // The index may lag behind a deletion.
        Err(FlowError::Absent(_)) => Ok(Vec::new()),
        Err(error) => {
            tracing::error!(order = %key, %error, "failed to step a due order");
            Err(())
        }
    }
}
