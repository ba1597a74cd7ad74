//! How the calls of ports fail.

use super::Stored;
use domain::NumberKey;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The table could not be used.
///
/// Which variant it is answers one question: may the very same call succeed when it is made again? [`Self::Passing`] says
/// yes, and every other variant says no, for as long as nobody changes the item, the permissions or the release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The table was throttled, was not reached, or was busy with another change of the same item. The call may be made
    /// again at once.
    #[error("the table did not take the call this time: {why}")]
    Passing {
        /// Which kind of failure it was.
        why: String,
        /// The error of the call, where a call failed.
        #[source]
        source: Option<Cause>,
    },
    /// The table refuses the call and will refuse it again: access is denied, the call is not valid, or the item is too
    /// large. A person must change something before it can succeed.
    #[error("the table refuses the call, and will refuse it again: {why}")]
    Refused {
        /// Which kind of failure it was.
        why: String,
        /// The error of the call.
        #[source]
        source: Option<Cause>,
    },
    /// The item has a newer format than this release knows. A newer release is being deployed beside this one.
    #[error("item {key} has format {found}, and this version knows up to {known}")]
    Newer {
        /// The key of the item.
        key: String,
        /// The format of the item.
        found: u32,
        /// The newest format that this release knows.
        known: u32,
    },
    /// No release writes an item like this one.
    #[error("item {key} cannot be read: {why}")]
    Malformed {
        /// The key of the item.
        key: String,
        /// What is wrong with it.
        why: String,
    },
}

impl StoreError {
    /// A failure that passes, where no call of the table itself failed.
    pub fn passing(why: impl Into<String>) -> Self {
        Self::Passing { why: why.into(), source: None }
    }

    /// Whether the same call may succeed when it is made again.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Passing { .. } => true,
            Self::Refused { .. } | Self::Newer { .. } | Self::Malformed { .. } => false,
        }
    }
}

/// The error behind another one, as its maker had it. Two causes are equal when they and their own sources read the same.
#[derive(Clone, Debug)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// Keeps an error as the cause of another one.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        in_one_line(self) == in_one_line(other)
    }
}

impl Eq for Cause {}

/// An error and its sources, for a log line. No error of ours repeats its source, so each of them is written once.
pub fn in_one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}

/// A save that was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The order changed between our read and our write. It has the order as it is now, to be stepped again, unless the
    /// order is gone.
    #[error("the order has changed since it was read")]
    Stale(Option<Box<Stored>>),
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An order that was not added to a tracking number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// The number belongs to too many orders already.
    #[error(
        "tracking_number: {number} belongs to {} orders already; allowed: a number of its own",
        domain::ORDERS_MAX
    )]
    Full {
        /// The number.
        number: NumberKey,
    },
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret store did not answer: {0}")]
pub struct SecretError(pub String);

/// A request to a marketplace got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection was made, so nothing was sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request was sent, or may have been.
    #[error("no answer: {0}")]
    Unknown(String),
}
