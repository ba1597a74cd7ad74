//! How work ends before its function does. No work is begun that could not be ended in time. Doorbells for ended work are
//! rung while the rest goes on, and work that hangs is dropped.

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

/// How wide some work is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Width {
    /// How many pieces go on at a time.
    pub(super) at_once: usize,
    /// For how many ended pieces doorbells are rung together.
    pub(super) rung_together: usize,
}

/// How long before the end of the function, at least, nothing more is begun.
const STOPS_BEFORE: SignedDuration = SignedDuration::from_secs(10);

/// How long before its end an invocation waits for nothing more. The time is enough to answer for what it was given.
pub(super) const LAST_MOMENTS: SignedDuration = SignedDuration::from_secs(2);

/// Why a record of a batch is to be received again.
pub(super) const NOT_DONE: &str = "not done: the function's time was nearly over";

/// The time of an invocation, and how long the slowest piece of its work took so far.
pub(super) struct Time {
    deadline: Deadline,
    slowest: Cell<SignedDuration>,
}

impl Time {
    pub(super) const fn until(deadline: Deadline) -> Self {
        Self { deadline, slowest: Cell::new(SignedDuration::ZERO) }
    }

    /// Whether there is time for one more piece. It may take twice as long as the slowest piece so far, with its doorbells.
    pub(super) fn is_left(&self, now: Moment) -> bool {
        self.deadline.since(now) >= self.slowest.get().saturating_mul(2).max(STOPS_BEFORE)
    }

    fn took(&self, span: SignedDuration) {
        self.slowest.set(self.slowest.get().max(span));
    }

    /// Does some work until the function's last moments. Work that still hangs then is dropped, as the end of the function
    /// would drop it, but the function can still answer for the rest of what it was given.
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

/// Whether there is time for one more order of a piece that has begun: half of the time that a piece needs to begin.
pub(super) fn has_time(now: Moment, deadline: Deadline) -> bool {
    deadline.since(now) >= STOPS_BEFORE / 2
}

/// What became of some work.
pub(super) struct Worked<T> {
    /// The result of each piece that was done, and the orders that it rang for. The other pieces were not begun, or did not
    /// end.
    pub(super) done: Vec<(T, Vec<OrderKey>)>,
    /// The orders whose doorbell was not rung.
    pub(super) unrung: Vec<OrderKey>,
}

/// Does the pieces of some work, several at a time, and rings the doorbells that they ask for. A piece that there is no time
/// for is not begun.
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
            // A piece is done only when its doorbells are rung, too.
            done.borrow_mut().extend(results.into_iter().zip(keys));
        });
    if time.until_last_moments(ports, all).await.is_none() {
        tracing::error!("some work hangs and was dropped; it comes again");
    }
    Worked { done: done.into_inner(), unrung: unrung.into_inner() }
}

fn keys(bells: &[Bell]) -> Vec<OrderKey> {
    bells.iter().map(|bell| bell.key.clone()).collect()
}
