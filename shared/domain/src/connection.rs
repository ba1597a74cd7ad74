//! The test of a partner's connection: what a person asked for, and what its channel said. It is an item of its own beside the
//! partner's.

use crate::{Moment, Text};
use serde::{Deserialize, Serialize};

/// A test of a partner's connection, the last one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTest {
    /// When a person asked for it.
    pub asked_at: Moment,
    /// Who.
    pub asked_by: Text,
    /// What came of it. `None` while it is under way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<ConnectionResult>,
}

/// What came of the test of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionResult {
    /// When.
    pub at: Moment,
    /// What the channel said.
    pub connection: Connection,
    /// In words.
    pub says: Text,
}

/// What a channel says of a partner's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// They are taken.
    Taken,
    /// They are refused, or there are none.
    Refused,
    /// The channel gave no answer that says so.
    Unclear,
    /// The channel has nothing that could be asked.
    Untestable,
}
