//! The state of the fake Amazon.

use std::collections::BTreeMap;

use serde::Serialize;

use super::notifications::Notifications;
use super::orders::Orders;
use crate::fault::{Faults, Operation};
use crate::rate::Bucket;
use crate::submission::SubmissionLog;
use crate::tokens::Tokens;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) orders: Orders,
    pub(super) submissions: SubmissionLog,
    pub(super) faults: Faults,
    pub(super) tokens: Tokens,
    /// The tokens of applications alone.
    pub(super) grantless_tokens: Tokens,
    pub(super) notifications: Notifications,
    /// The buckets, by account index and operation. Amazon limits each pair of account and application.
    pub(super) buckets: BTreeMap<(usize, Operation), Bucket>,
    pub(super) requests: AmazonRequests,
}

/// How many requests have arrived, with the refused and the unanswered ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AmazonRequests {
    /// Requests of `POST /auth/o2/token`.
    pub token: u64,
    /// Requests of `confirmShipment`.
    pub confirm: u64,
    /// Requests of `getOrder`.
    pub get_order: u64,
    /// Requests of `searchOrders`.
    pub search: u64,
    /// Requests about notifications.
    pub notifications: u64,
}

impl AmazonRequests {
    pub(super) fn total(self) -> u64 {
        self.token + self.confirm + self.get_order + self.search + self.notifications
    }
}
