//! The one way an order changes: load it, step, save on the version that was read, and then act.

use crate::Handled;
use crate::ports::{
    Bell, Bus, Doorbells, OrderPorts, SaveError, StoreError, Stored, Version, in_one_line,
};
use domain::guard::{Guard, guarded};
use domain::{
    Channel, Decisions, Effect, Input, Moment, Notice, Order, OrderKey, Refusal, gather, step_all,
};
use jiff::SignedDuration;
use std::cell::Cell;
use std::collections::BTreeSet;

/// How often a save is tried that other saves of the same order were faster than.
const RACES_MAX: u32 = 8;

/// The longest wait before a save is tried again. It counts once for each race that was lost so far. Unit: milliseconds.
const RACE_WAIT_MS: u64 = 25;

/// Names each save of an invocation. By its name a save whose answer was lost is recognised as our own.
#[derive(Debug)]
pub struct Writer {
    invocation: String,
    count: Cell<u32>,
}

impl Writer {
    /// The writer of one invocation. The last 12 characters of a request id are enough to tell it from all others that
    /// could write at the same time, and take a third of the bytes.
    pub fn new(request_id: &str) -> Self {
        let tail = request_id.len().saturating_sub(12);
        let invocation = request_id.get(tail..).unwrap_or(request_id).to_owned();
        Self { invocation, count: Cell::new(0) }
    }

    pub(super) fn next(&self) -> String {
        self.count.set(self.count.get().saturating_add(1));
        format!("{}.{}", self.invocation, self.count.get())
    }
}

/// What is known of an order before its inputs.
#[derive(Clone, Debug)]
pub enum Start {
    /// Nothing is known: the order is read first.
    Load,
    /// The order is probably new. It is saved without a read; if it is there already, its inputs are stepped on what is
    /// there.
    New(Channel),
    /// The order was just read or saved.
    At(Box<Stored>),
}

/// An order after its inputs.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The order as its inputs leave it.
    pub order: Order,
    /// The version at which it is stored. `None` where nothing is stored: the order is new, and its inputs changed nothing.
    pub version: Option<Version>,
    /// Why each input was not followed; `None` for one that was. One entry for each input.
    pub refused: Vec<Option<Refusal>>,
    /// The doorbells to ring, now that the order is saved.
    pub bells: Vec<Bell>,
    /// Whether the order was changed, and so saved.
    pub saved: bool,
}

impl Delivered {
    /// The order as it is stored, if it is.
    pub fn into_stored(self) -> Option<Stored> {
        Some(Stored { order: self.order, version: self.version? })
    }

    /// Where the next inputs of the same order begin.
    pub(super) fn next_start(&self) -> Start {
        match self.version {
            Some(version) => Start::At(Box::new(Stored { order: self.order.clone(), version })),
            None => Start::New(self.order.channel),
        }
    }

    /// Whether the input at this place was followed.
    pub(super) fn follows(&self, index: usize) -> bool {
        self.refused.get(index).is_none_or(Option::is_none)
    }
}

/// An order could not be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Other saves of the same order were faster each time.
    #[error("order {0} changed {RACES_MAX} times while it was to be saved")]
    Races(OrderKey),
    /// There is no such order.
    #[error("there is no order {0}")]
    Absent(OrderKey),
}

impl From<FlowError> for Handled {
    /// Whatever failed, the message goes back to its queue, so that nothing is lost. The reason says whether the failure
    /// passes.
    fn from(error: FlowError) -> Self {
        Self::Retry(in_one_line(&error))
    }
}

/// Takes inputs to an order, one after the other, and saves it once.
///
/// # Errors
/// When the order could not be read or saved.
pub async fn deliver<P: OrderPorts>(
    ports: &P,
    key: &OrderKey,
    start: Start,
    inputs: &[Input],
    writer: &Writer,
) -> Result<Delivered, FlowError> {
    let mut stored = match start {
        Start::At(stored) => Found::There(stored),
        Start::New(channel) => Found::New(channel),
        Start::Load => match ports.order(key).await? {
            Some(stored) => Found::There(Box::new(stored)),
            None => return Err(FlowError::Absent(key.clone())),
        },
    };
    for race in 0..RACES_MAX {
        match attempt(ports, key, &stored, inputs, writer).await {
            Ok(delivered) => return Ok(delivered),
            Err(SaveError::Store(error)) => return Err(error.into()),
            Err(SaveError::Stale(current)) => {
                stored = match (current, stored) {
                    (Some(current), _) => Found::There(current),
                    (None, Found::New(channel)) => Found::New(channel),
                    // The order was deleted after it was read. Only the end of its lifetime does that.
                    (None, Found::There(_)) => return Err(FlowError::Absent(key.clone())),
                };
                ports.sleep(race_wait(writer, race)).await;
            }
        }
    }
    Err(FlowError::Races(key.clone()))
}

/// What an attempt begins with.
pub(super) enum Found {
    /// The order as it is stored.
    There(Box<Stored>),
    /// No order: a new one begins, at this channel.
    New(Channel),
}

/// A wait that differs from writer to writer, because their names differ. So writers that lost the same race come back at
/// different times.
fn race_wait(writer: &Writer, race: u32) -> SignedDuration {
    let spread = writer
        .invocation
        .bytes()
        .fold(u64::from(race), |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let most = RACE_WAIT_MS.saturating_mul(u64::from(race).saturating_add(1));
    SignedDuration::from_millis(i64::try_from(spread % most).unwrap_or_default())
}

/// Steps the inputs on what was found, and tries to save the result once.
pub(super) async fn attempt<P: OrderPorts>(
    ports: &P,
    key: &OrderKey,
    found: &Found,
    inputs: &[Input],
    writer: &Writer,
) -> Result<Delivered, SaveError> {
    let now = ports.now();
    let (before, read) = match found {
        Found::There(stored) => (stored.order.clone(), Some(stored.version)),
        Found::New(channel) => (Order::new(key.clone(), *channel, now), None),
    };
    let inputs = match inputs {
        [all @ .., _] if !all.is_empty() && !guarded(Guard::WholeBatch) => all,
        all => all,
    };
    let Decisions { order, effects, refused } = step_all(before.clone(), inputs, now);
    let mut bells = bells(&effects, order.channel, key);
    let untouched = order == before;
    if untouched {
        return Ok(Delivered { order, version: read, refused, bells, saved: false });
    }
    if !guarded(Guard::RingAfterSave) {
        ports.ring(std::mem::take(&mut bells)).await;
    }
    let order = announce(ports, order, &effects, now).await;
    let version = ports.save(&order, read, &writer.next()).await?;
    tracing::info!(order = %key, version = version.0, due_at = ?order.due_at, refused = ?refused, "an order was saved");
    Ok(Delivered { order, version: Some(version), refused, bells, saved: true })
}

/// Publishes the notices of a step, before the order is saved. A notice that the bus does not take is noted in the order,
/// and is published later.
pub(super) async fn announce<P: Bus>(
    ports: &P,
    order: Order,
    effects: &[Effect],
    now: Moment,
) -> Order {
    let notices: Vec<Notice> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Publish(notice) => Some(notice.clone()),
            Effect::Ring { .. } => None,
        })
        .collect();
    if notices.is_empty() {
        return order;
    }
    let unpublished = ports.publish(&notices).await;
    if !guarded(Guard::NoticeIsKept) {
        return order;
    }
    unpublished.into_iter().fold(order, |order, notice| order.with_unpublished(notice, now))
}

/// The doorbells that the effects of a step ask for.
pub(super) fn bells(effects: &[Effect], channel: Channel, key: &OrderKey) -> Vec<Bell> {
    let rung = |effect: &Effect| match effect {
        Effect::Ring { delay } => Some(Bell { channel, key: key.clone(), delay: *delay }),
        Effect::Publish(_) => None,
    };
    effects.iter().filter_map(rung).collect()
}

/// Rings doorbells, each once, and returns the orders whose doorbell could not be rung.
pub async fn ring_all<P: Doorbells>(ports: &P, bells: Vec<Bell>) -> Vec<OrderKey> {
    let bells: BTreeSet<Bell> = gather(bells);
    if bells.is_empty() {
        return Vec::new();
    }
    let failed = ports.ring(Vec::from_iter(bells)).await;
    failed.into_iter().map(|bell| bell.key).collect()
}
