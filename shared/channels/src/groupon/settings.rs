//! What Groupon needs to know of an account, apart from its secrets.

use domain::Text;
use serde::Deserialize;

/// A Groupon partner's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// The supplier's id at `CommerceInterface`.
    pub supplier_id: Text,
    /// Which of its API's versions, and so which of its two line ids the orders carry.
    pub api_version: Api,
}

/// The versions of Groupon's API. Source: third-party clients (unverified).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// Lines are named by `ci_lineitem_id`, a number.
    V2,
    /// Lines are named by `fulfillment_lineitem_id`, a text.
    V4,
}
