//! What eBay needs to know of an account, apart from its secrets: nothing.

use serde::Deserialize;

/// An eBay partner's settings. An account is told from another by its credentials alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {}
