//! The sweep. Each minute it steps every order whose timer has run out. So it keeps the deadlines, and repairs what a lost
//! message or a crash left behind.

use crate::Invocation;
use crate::deliver::{FlowError, Start, Writer, deliver};
use crate::in_time::{Time, Width, each_in_time};
use crate::ports::{Bell, DuePage, OrderPorts, SweepPorts, in_one_line};
use domain::guard::{Guard, guarded};
use domain::{Input, OrderKey};
use futures_util::future::ready;
use futures_util::{StreamExt as _, stream};

/// Over how many shards of the `due` index orders are spread unless the deployment says otherwise, because the writes of one key
/// are limited. Source: the template's `DueShards`.
pub const DUE_SHARDS: u8 = 16;

/// The most shards that orders may be spread over. The sweep reads all of them, so their number may change at any time.
pub const DUE_SHARDS_MAX: u8 = 64;

/// How many shards are read at a time.
const SHARDS_AT_ONCE: usize = 16;

/// How many orders of a shard are stepped at a time, and rung for together. When the function dies before it has rung for
/// them, they wait for their next timer.
const WIDTH: Width = Width { at_once: 32, rung_together: 32 };

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many orders were due and were looked at.
    pub due: usize,
    /// How many orders could not be stepped. They stay due.
    pub failed: usize,
    /// How many doorbells could not be rung. Their orders ring again by their next timer.
    pub unrung: usize,
    /// Whether the time was over before all due orders were looked at. The others stay due, and the oldest come first.
    pub late: bool,
}

/// The error of a sweep that could not do all of its work. The next sweep does the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} of {} due orders could not be stepped, {} doorbells not rung{}",
    .0.failed, .0.due, .0.unrung, if .0.late { ", and there was no time for more" } else { "" }
)]
pub struct Unfinished(pub Swept);

impl Swept {
    /// Makes a sweep that left something a failed invocation, because an alarm counts those.
    ///
    /// # Errors
    /// When the sweep left something.
    pub fn verdict<E: From<Unfinished>>(self) -> Result<(), E> {
        let is_done = self.failed == 0 && self.unrung == 0 && !self.late;
        if is_done { Ok(()) } else { Err(Unfinished(self).into()) }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            due: self.due.saturating_add(other.due),
            failed: self.failed.saturating_add(other.failed),
            unrung: self.unrung.saturating_add(other.unrung),
            late: self.late || other.late,
        }
    }
}

/// Steps every order of these shards that is due, as long as there is time. An order or a page that fails stops no other.
pub async fn sweep<P: SweepPorts>(
    ports: &P,
    shards: impl IntoIterator<Item = u8>,
    Invocation { writer, deadline }: &Invocation,
) -> Swept {
    if !guarded(Guard::Sweep) {
        return Swept::default();
    }
    let time = &Time::until(*deadline);
    stream::iter(shards)
        .map(|shard| sweep_shard(ports, shard, writer, time))
        .buffer_unordered(SHARDS_AT_ONCE)
        .fold(Swept::default(), |sum, shard| ready(sum.plus(shard)))
        .await
}

async fn sweep_shard<P: SweepPorts>(ports: &P, shard: u8, writer: &Writer, time: &Time) -> Swept {
    let late = Swept { late: true, ..Swept::default() };
    let until = ports.now();
    let mut swept = Swept::default();
    let mut after: Option<DuePage> = None;
    loop {
        if !time.is_left(ports.now()) {
            return swept.plus(late);
        }
        let page = time.until_last_moments(ports, ports.due(shard, until, after)).await;
        let (keys, next) = match page {
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                tracing::error!(shard, error = in_one_line(&error), "failed to read what is due");
                return swept.plus(Swept { failed: 1, ..Swept::default() });
            }
            None => return swept.plus(late),
        };
        let read = keys.len();
        let page = sweep_page(ports, keys, writer, time).await;
        swept = swept.plus(page);
        if page.due < read {
            return swept.plus(late);
        }
        match next {
            Some(page) => after = Some(page),
            None => return swept,
        }
    }
}

async fn sweep_page<P: OrderPorts>(
    ports: &P,
    keys: Vec<OrderKey>,
    writer: &Writer,
    time: &Time,
) -> Swept {
    let look = |key| async move {
        match tick(ports, key, writer).await {
            Ok(bells) => (false, bells),
            Err(()) => (true, Vec::new()),
        }
    };
    let worked = each_in_time(ports, time, (keys, WIDTH), look).await;
    Swept {
        due: worked.done.len(),
        failed: worked.done.iter().filter(|(is_failed, _)| *is_failed).count(),
        unrung: worked.unrung.len(),
        late: false,
    }
}

async fn tick<P: OrderPorts>(ports: &P, key: OrderKey, writer: &Writer) -> Result<Vec<Bell>, ()> {
    match deliver(ports, &key, Start::Load, &[Input::Tick], writer).await {
        Ok(delivered) => Ok(delivered.bells),
        // The index may still name an order that was deleted.
        Err(FlowError::Absent(_)) => Ok(Vec::new()),
        Err(error) => {
            tracing::error!(order = %key, error = in_one_line(&error), "failed to step a due order");
            Err(())
        }
    }
}
