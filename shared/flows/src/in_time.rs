//! How work ends before its function must: nothing is begun that could not be ended, what is ended is rung for while the
//! rest goes on, and what hangs is left.

use crate::deliver::ring_all;
use crate::ports::{Bell, Clock, Doorbells};
use crate::sender::Deadline;
use domain::guard::{Guard, guarded};
use domain::{Moment, OrderKey};
use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::pin::pin;

/// How many pieces of some work go on at a time, and for how many that are done is rung together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Width {
    pub(super) at_once: usize,
    pub(super) rung_together: usize,
}

/// Before the end of its function nothing is begun for so long, at least.
const STOPS_BEFORE: SignedDuration = SignedDuration::from_secs(10);

/// What is left of an invocation when it waits for nothing more: enough to answer for what it was given.
pub(super) const LAST_MOMENTS: SignedDuration = SignedDuration::from_secs(2);

/// Why a record of a batch is to be received again.
pub(super) const NOT_DONE: &str = "not done: the function's time was nearly over";

/// A function's time, and how long a piece of its work takes.
pub(super) struct Time {
    deadline: Deadline,
    slowest: Cell<SignedDuration>,
}

impl Time {
    pub(super) const fn until(deadline: Deadline) -> Self {
        Self { deadline, slowest: Cell::new(SignedDuration::ZERO) }
    }

    /// What is begun now takes as long as the slowest so far, and may take twice as long, with its doorbells.
    pub(super) fn is_left(&self, now: Moment) -> bool {
        self.deadline.since(now) >= self.slowest.get().saturating_mul(2).max(STOPS_BEFORE)
    }

    fn took(&self, span: SignedDuration) {
        self.slowest.set(self.slowest.get().max(span));
    }

    /// Does some work until the function's last moments: what hangs then is dropped, as it would be by the function's end,
    /// but the rest of what the function was given can still be answered for.
    pub(super) fn until_last_moments<P: Clock, T>(
        &self,
        ports: &P,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Option<T>> {
        // Boxed: the futures of flows are large.
        let work = Box::pin(work);
        let ends_at = if guarded(Guard::CallsEndInTime) {
            self.deadline.minus(LAST_MOMENTS)
        } else {
            self.deadline.plus(LAST_MOMENTS)
        };
        let left = ends_at.since(ports.now());
        async move {
            match select(work, pin!(ports.sleep(left.max(SignedDuration::ZERO)))).await {
                Either::Left((done, _)) => Some(done),
                Either::Right(((), _)) => None,
            }
        }
    }
}

/// Whether one more order of a piece may be begun: half of what a piece must have, for that has begun.
pub(super) fn has_time(now: Moment, deadline: Deadline) -> bool {
    deadline.since(now) >= STOPS_BEFORE / 2
}

/// What became of some work.
pub(super) struct Worked<T> {
    /// The result of each piece that was done, and the orders it rang for. The others were not begun, or not ended.
    pub(super) done: Vec<(T, Vec<OrderKey>)>,
    /// The orders whose doorbell was not rung.
    pub(super) unrung: Vec<OrderKey>,
}

/// Does each piece of some work, several at a time and only while there is time for one more, and rings for what they come
/// to.
pub(super) async fn each_in_time<P: Clock + Doorbells, I, T, F>(
    ports: &P,
    time: &Time,
    (pieces, width): (impl IntoIterator<Item = I>, Width),
    work: impl Fn(I) -> F,
) -> Worked<T>
where
    F: Future<Output = (T, Vec<Bell>)>,
{
    let (done, unrung) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let all = stream::iter(pieces)
        .map(|piece| {
            let work = &work;
            async move {
                let began = ports.now();
                if !time.is_left(began) {
                    return None;
                }
                let ended = work(piece).await;
                time.took(ports.now().since(began));
                Some(ended)
            }
        })
        .buffer_unordered(width.at_once)
        .filter_map(std::future::ready)
        .chunks(width.rung_together)
        .for_each_concurrent(None, |ended| async {
            let (results, rings): (Vec<T>, Vec<Vec<Bell>>) = ended.into_iter().unzip();
            let keys = rings.iter().map(|bells| keys(bells)).collect::<Vec<_>>();
            let failed = ring_all(ports, rings.concat()).await;
            unrung.borrow_mut().extend(failed);
            // Only what is rung for, too, is done.
            done.borrow_mut().extend(results.into_iter().zip(keys));
        });
    if time.until_last_moments(ports, all).await.is_none() {
        tracing::error!("something hangs: what was not done comes again");
    }
    Worked { done: done.into_inner(), unrung: unrung.into_inner() }
}

fn keys(bells: &[Bell]) -> Vec<OrderKey> {
    bells.iter().map(|bell| bell.key.clone()).collect()
}
