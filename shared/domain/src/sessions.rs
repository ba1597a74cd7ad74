//! The sessions of a seller's people, and the calls that they make. They are one item for each seller.

use crate::{Moment, Text};
use serde::{Deserialize, Serialize};

/// That a person ended all sessions of a seller's people. Whoever signed in before has to sign in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsEnd {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Text,
}

/// What is known of a seller's people in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SellerSessions {
    /// When all sessions were ended last, and by whom. `None` where nobody ever did.
    pub ended: Option<SessionsEnd>,
    /// The beginning of the window of time in which calls were counted last.
    pub window: Option<Moment>,
    /// How many calls were counted in it.
    pub calls: u32,
}

impl SellerSessions {
    /// What is known once so many calls more were made in a window. Calls of a window that is over count no more.
    #[must_use]
    pub fn counted(self, window: Moment, calls: u32) -> Self {
        let calls = match self.window {
            Some(current) if current > window => return self,
            Some(current) if current == window => self.calls.saturating_add(calls),
            Some(_) | None => calls,
        };
        Self { window: Some(window), calls, ..self }
    }
}
