//! What eBay needs to know of an account, apart from its secrets: nothing.

use serde::Deserialize;

/// An eBay partner's settings. Its credentials alone say which account it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {}
