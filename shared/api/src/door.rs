//! The door: which calls of sellers' people are let in. A call is not, where its person signed in before all sessions of the seller
//! were ended, or where the seller's people have made all calls that they may make in a window of time.
//!
//! What is known of a seller is kept in the sandbox for one window, so a sandbox that is busy asks the table once in ten seconds,
//! and once more for each ten calls. All sandboxes together count in the table.

use crate::problem::Problem;
use crate::request::Caller;
use domain::{Moment, SellerId, SellerSessions};
use flows::ports::{Clock, Sessions};
use jiff::SignedDuration;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The length of a window. Unit: milliseconds.
const WINDOW_MS: i64 = 10_000;

/// How many calls a sandbox lets in before it counts them.
const UNCOUNTED_MAX: u32 = 10;

/// How many sellers a sandbox remembers at most.
const SELLERS_MAX: usize = 1_000;

/// How the door is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorConfig {
    /// The claim of a token that names its seller. The seller's people must not be able to write it.
    pub seller_claim: String,
    /// How many calls a seller's people may make in ten seconds.
    pub calls_max: u32,
}

/// The door of one function, with what its sandbox remembers.
pub(crate) struct Door {
    pub(crate) config: DoorConfig,
    known: RefCell<BTreeMap<SellerId, Known>>,
}

/// What a sandbox remembers of a seller's people.
struct Known {
    window: Moment,
    sessions: SellerSessions,
    uncounted: u32,
}

/// The window that a moment is in.
pub(crate) fn window_of(now: Moment) -> Moment {
    let millis = now.as_millis();
    Moment::from_millis(millis.saturating_sub(millis.rem_euclid(WINDOW_MS)))
}

impl Door {
    pub(crate) fn new(config: DoorConfig) -> Self {
        Self { config, known: RefCell::default() }
    }

    /// Lets a call in. It is a problem if it may not come in.
    pub(crate) async fn admit<P: Clock + Sessions>(
        &self,
        desk: &P,
        caller: &Caller,
    ) -> Result<(), Problem> {
        let now = desk.now();
        let window = window_of(now);
        let sessions = match self.remembered(&caller.seller, window) {
            Some(sessions) => sessions,
            None => self.count(desk, &caller.seller, window).await?,
        };
        if let Some(ended) = sessions.ended
            && caller.signed_in_at.is_none_or(|at| at < ended.at)
        {
            return Err(Problem::SessionEnded(ended));
        }
        if sessions.calls > self.config.calls_max {
            let end = window.plus(SignedDuration::from_millis(WINDOW_MS));
            let wait_s = end.since(now).as_millis().unsigned_abs().div_ceil(1_000);
            let wait_s = u64::try_from(wait_s).unwrap_or(1);
            return Err(Problem::TooManyCalls { calls_max: self.config.calls_max, wait_s });
        }
        Ok(())
    }

    /// What is known of a seller's people with one call more, if the sandbox need not ask for it.
    fn remembered(&self, seller: &SellerId, window: Moment) -> Option<SellerSessions> {
        let mut all = self.known.borrow_mut();
        let known = all.get_mut(seller)?;
        if known.window != window || known.uncounted >= UNCOUNTED_MAX {
            return None;
        }
        known.uncounted = known.uncounted.saturating_add(1);
        let calls = known.sessions.calls.saturating_add(known.uncounted);
        Some(SellerSessions { calls, ..known.sessions.clone() })
    }

    /// Counts the call, and those of this window that were not counted so far.
    async fn count<P: Sessions>(
        &self,
        desk: &P,
        seller: &SellerId,
        window: Moment,
    ) -> Result<SellerSessions, Problem> {
        let of_window = |known: &Known| if known.window == window { known.uncounted } else { 0 };
        let uncounted = self.known.borrow().get(seller).map_or(0, of_window);
        let sessions = desk.count_calls(seller, window, uncounted.saturating_add(1)).await?;
        let mut all = self.known.borrow_mut();
        if all.len() >= SELLERS_MAX {
            all.retain(|_, known| known.window == window);
        }
        let known = Known { window, sessions: sessions.clone(), uncounted: 0 };
        all.insert(seller.clone(), known);
        Ok(sessions)
    }
}
