//! What Amazon needs to know of an account, apart from its secrets.

use domain::{MerchantId, Text};
use serde::Deserialize;

/// An Amazon partner's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// Which SP-API endpoint.
    pub region: Region,
    /// The marketplace's id, such as `ATVPDKIKX0DER`.
    pub marketplace_id: Text,
    /// The account's public id, where Amazon's notifications of it are taken (rule S6).
    #[serde(default)]
    pub merchant_id: Option<MerchantId>,
}

/// An SP-API region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// North America.
    Na,
    /// Europe.
    Eu,
    /// Far East.
    Fe,
}
