//! The virtual clock. It is tokio's paused clock, which stands still while anything can go on, and then moves to when the first
//! sleeper wakes. Sleepers sleep side by side. A test may let the clock jump, too.

use domain::Moment;
use jiff::SignedDuration;
use std::cell::Cell;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Clock {
    began: Moment,
    /// The time on tokio's clock when this one began. `None` outside of a runtime, where no time passes by itself.
    began_at: Option<Instant>,
    /// How far this clock has jumped ahead of tokio's.
    jumped: Cell<SignedDuration>,
}

impl Clock {
    pub(super) fn new(now: Moment) -> Self {
        let began_at = Handle::try_current().ok().map(|_| Instant::now());
        Self { began: now, began_at, jumped: Cell::new(SignedDuration::ZERO) }
    }

    pub(super) fn now(&self) -> Moment {
        let passed = self.began_at.map(|began| began.elapsed()).unwrap_or_default();
        let passed = SignedDuration::try_from(passed).unwrap_or_default();
        self.began.plus(passed).plus(self.jumped.get())
    }

    /// Sets the clock. It never goes back.
    pub(super) fn jump_to(&self, now: Moment) {
        let ahead = now.since(self.now()).max(SignedDuration::ZERO);
        self.jumped.set(self.jumped.get() + ahead);
    }

    /// Lets tokio's clock jump as far, and so wakes whoever sleeps on it.
    pub(super) async fn catch_up(&self) {
        let ahead = Duration::try_from(self.jumped.take()).unwrap_or_default();
        if !ahead.is_zero() && self.began_at.is_some() {
            tokio::time::advance(ahead).await;
        }
    }

    pub(super) async fn sleep(&self, span: SignedDuration) {
        match self.began_at {
            Some(_) => tokio::time::sleep(Duration::try_from(span).unwrap_or_default()).await,
            None => std::future::pending().await,
        }
    }
}
