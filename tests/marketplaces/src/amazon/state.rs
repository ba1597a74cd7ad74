//! All that the fake Amazon remembers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::orders::Orders;
use crate::fault::{Faults, Operation};
use crate::rate::Bucket;
use crate::submission::Book;
use crate::tokens::Tokens;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) orders: Orders,
    pub(super) book: Book,
    pub(super) faults: Faults,
    pub(super) tokens: Tokens,
    /// By account and operation: Amazon's limits are per account and application pair.
    pub(super) buckets: BTreeMap<(usize, Operation), Bucket>,
    pub(super) requests: AmazonRequests,
}

/// How many requests have arrived, whatever became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AmazonRequests {
    /// `POST /auth/o2/token`.
    pub token: u64,
    /// `confirmShipment`.
    pub confirm: u64,
    /// `getOrder`.
    pub get_order: u64,
}

impl AmazonRequests {
    pub(super) fn total(self) -> u64 {
        self.token + self.confirm + self.get_order
    }
}
