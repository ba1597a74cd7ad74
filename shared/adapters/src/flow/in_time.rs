//! How a batch ends before its function must: nothing is begun that could not be ended, and what is ended is rung for
//! while the rest goes on.

use super::deliver::ring_all;
use super::sender::Deadline;
use crate::ports::{Bell, Ports};
use domain::{Moment, OrderKey};
use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};

/// Pieces of a batch that are worked on at a time.
const CONCURRENT: usize = 16;

/// Pieces that are rung for together: three full batches of messages, if each has one doorbell.
const RUNG_TOGETHER: usize = 30;

/// Before the end of its function nothing is begun for so long, at least.
const STOPS_BEFORE: SignedDuration = SignedDuration::from_secs(10);

/// Why a record of a batch is to be received again.
pub(super) const NOT_BEGUN: &str = "not begun: the function's time was nearly over";

/// Does each piece of a batch, several at a time, and rings for what they come to. What is not begun in time is `None`.
/// Answers with each piece's result, and with the orders whose doorbell was not rung.
pub(super) async fn each_in_time<P: Ports, I, T, F>(
    ports: &P,
    deadline: Deadline,
    pieces: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> F,
) -> (Vec<(Option<T>, Vec<OrderKey>)>, Vec<OrderKey>)
where
    F: Future<Output = (T, Vec<Bell>)>,
{
    let slowest = Cell::new(SignedDuration::ZERO);
    let (results, unrung) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    stream::iter(pieces)
        .map(|piece| {
            let (work, slowest) = (&work, &slowest);
            async move {
                let began = ports.now();
                if !is_time_for(began, deadline, slowest.get()) {
                    return (None, Vec::new());
                }
                let (result, bells) = work(piece).await;
                slowest.set(slowest.get().max(ports.now().since(began)));
                (Some(result), bells)
            }
        })
        .buffer_unordered(CONCURRENT)
        .chunks(RUNG_TOGETHER)
        .for_each_concurrent(None, |done| async {
            let mut bells = Vec::new();
            for (result, rings) in done {
                results.borrow_mut().push((result, keys(&rings)));
                bells.extend(rings);
            }
            let failed = ring_all(ports, bells).await;
            unrung.borrow_mut().extend(failed);
        })
        .await;
    (results.into_inner(), unrung.into_inner())
}

fn keys(bells: &[Bell]) -> Vec<OrderKey> {
    bells.iter().map(|bell| bell.key.clone()).collect()
}

/// What is begun now takes as long as the slowest so far, and may take twice as long, with its doorbells.
fn is_time_for(now: Moment, deadline: Deadline, slowest: SignedDuration) -> bool {
    deadline.since(now) >= slowest.saturating_mul(2).max(STOPS_BEFORE)
}

/// Whether one more order of a piece may be begun: half of what a piece must have, for that has begun.
pub(super) fn has_time(now: Moment, deadline: Deadline) -> bool {
    deadline.since(now) >= STOPS_BEFORE / 2
}
