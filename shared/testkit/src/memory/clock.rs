//! The virtual clock: tokio's, paused, which stands still while anything can go on and then moves to where the first sleeper
//! wakes. What waits at the same time waits side by side. Tests may let it jump besides.

use domain::Moment;
use jiff::SignedDuration;
use std::cell::Cell;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Clock {
    began: Moment,
    /// When that was on tokio's clock. None outside of a runtime, where no time passes by itself.
    began_at: Option<Instant>,
    /// By how much it jumped that tokio's clock did not.
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

    /// Sets the clock; it never goes back.
    pub(super) fn jump_to(&self, now: Moment) {
        let ahead = now.since(self.now()).max(SignedDuration::ZERO);
        self.jumped.set(self.jumped.get() + ahead);
    }

    /// Lets tokio's clock jump as well, and whatever sleeps on it wake.
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
