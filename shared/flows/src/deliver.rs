//! Load, step, save on the version that was read, then act: the one way an order changes.

use crate::Handled;
use crate::ports::{Bell, Bus, Doorbells, OrderPorts, SaveError, StoreError, Stored, Version};
use domain::guard::{Guard, guarded};
use domain::{
    Channel, Decisions, Effect, Input, Moment, Notice, Order, OrderKey, Refusal, step_all,
};
use jiff::SignedDuration;
use std::cell::Cell;

/// How often a lost race is tried again.
const RACES_MAX: u32 = 8;

/// The most a lost race waits before it is tried again, for each one lost before it. Unit: milliseconds.
const RACE_WAIT_MS: u64 = 25;

/// Names each save, so that our own save whose answer was lost can be told from another's.
#[derive(Debug)]
pub struct Writer {
    invocation: String,
    count: Cell<u32>,
}

impl Writer {
    /// The writer of one invocation. The end of its request id tells it from all others that could write at the same
    /// time, in a third of the bytes.
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

/// Where to begin.
#[derive(Clone, Debug)]
pub enum Start {
    /// Read the order.
    Load,
    /// It is probably new: save without a read, and step on what is there if it is not.
    New(Channel),
    /// It was just read or saved.
    At(Box<Stored>),
}

/// An order after its inputs.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The order as it is saved, and its version.
    pub stored: Stored,
    /// Why an input was not followed, one entry for each input.
    pub refused: Vec<Option<Refusal>>,
    /// Doorbells to ring, now that it is saved.
    pub bells: Vec<Bell>,
    /// Whether anything changed.
    pub saved: bool,
}

/// An order could not be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others change the same order all the time.
    #[error("order {0} changed {RACES_MAX} times while it was to be saved")]
    Races(OrderKey),
    /// There is no such order.
    #[error("there is no order {0}")]
    Absent(OrderKey),
}

impl From<FlowError> for Handled {
    fn from(error: FlowError) -> Self {
        Self::Retry(error.to_string())
    }
}

/// Takes inputs to an order, one after the other, and saves once.
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
                    // Deleted under our hands: only its lifetime does that.
                    (None, Found::There(_)) => return Err(FlowError::Absent(key.clone())),
                };
                ports.sleep(race_wait(writer, race)).await;
            }
        }
    }
    Err(FlowError::Races(key.clone()))
}

pub(super) enum Found {
    There(Box<Stored>),
    New(Channel),
}

/// A wait that spreads writers apart without needing randomness: their names differ.
fn race_wait(writer: &Writer, race: u32) -> SignedDuration {
    let spread = writer
        .invocation
        .bytes()
        .fold(u64::from(race), |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let most = RACE_WAIT_MS.saturating_mul(u64::from(race).saturating_add(1));
    SignedDuration::from_millis(i64::try_from(spread % most).unwrap_or_default())
}

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
        let version = read.unwrap_or(Version(0));
        return Ok(Delivered { stored: Stored { order, version }, refused, bells, saved: false });
    }
    if !guarded(Guard::RingAfterSave) {
        ports.ring(std::mem::take(&mut bells)).await;
    }
    let order = announce(ports, order, &effects, now).await;
    let version = ports.save(&order, read, &writer.next()).await?;
    tracing::info!(order = %key, version = version.0, due_at = ?order.due_at, refused = ?refused, "saved");
    Ok(Delivered { stored: Stored { order, version }, refused, bells, saved: true })
}

/// Tells others, before the save: what the bus does not take is noted in the order, to be told later.
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
    let untold = ports.publish(&notices).await;
    if !guarded(Guard::NoticeIsKept) {
        return order;
    }
    untold.into_iter().fold(order, |order, notice| order.with_unpublished(notice, now))
}

pub(super) fn bells(effects: &[Effect], channel: Channel, key: &OrderKey) -> Vec<Bell> {
    let mut bells: Vec<Bell> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ring { delay } => Some(Bell { channel, key: key.clone(), delay: *delay }),
            Effect::Publish(_) => None,
        })
        .collect();
    bells.sort();
    bells
}

/// Rings doorbells; answers with the orders whose doorbell could not be rung.
pub async fn ring_all<P: Doorbells>(ports: &P, mut bells: Vec<Bell>) -> Vec<OrderKey> {
    bells.sort();
    bells.dedup();
    if bells.is_empty() {
        return Vec::new();
    }
    let failed = ports.ring(bells).await;
    failed.into_iter().map(|bell| bell.key).collect()
}
