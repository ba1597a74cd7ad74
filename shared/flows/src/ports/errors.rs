//! How a port fails.

use super::Stored;
use domain::TrackingNumber;

/// The table could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Throttled, or not reached: to be tried again.
    #[error("the table did not answer: {0}")]
    Unavailable(String),
    /// The item is of a newer format than this code knows; a newer function is being deployed beside it.
    #[error("item {key} has format {found}, and this version knows up to {known}")]
    Newer {
        /// Which item.
        key: String,
        /// Its format.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// The item is not what this code writes.
    #[error("item {key} cannot be read: {why}")]
    Malformed {
        /// Which item.
        key: String,
        /// Why not.
        why: String,
    },
}

/// A save that was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The order changed between our read and our write. Step again on this.
    #[error("the order has changed since it was read")]
    Stale(Option<Box<Stored>>),
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An order that was not added to a tracking number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// It belongs to too many already.
    #[error(
        "tracking_number: {number} belongs to {} orders already; allowed: a number of its own",
        domain::ORDERS_MAX
    )]
    Full {
        /// Which number.
        number: TrackingNumber,
    },
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret store did not answer: {0}")]
pub struct SecretError(pub String);

/// A request got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection was made: certainly nothing was sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It was sent, or may have been.
    #[error("no answer: {0}")]
    Unknown(String),
}
