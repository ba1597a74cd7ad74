//! What Back Market needs to know of an account, apart from its secrets.

use domain::Text;
use serde::Deserialize;

/// A Back Market partner's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// Which site.
    pub host: Host,
    /// `Accept-Language`, such as `en-us`.
    pub language: Text,
    /// The company's name in the mandatory `User-Agent`.
    pub company: Text,
    /// The integration's name in the mandatory `User-Agent`.
    pub integration: Text,
    /// The contact's address in the mandatory `User-Agent`.
    pub contact: Text,
}

/// Back Market's sites. Source: Back Market `OpenAPI` 0.1.1, servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Host {
    /// North America.
    #[serde(rename = "www.backmarket.com")]
    NorthAmerica,
    /// Europe.
    #[serde(rename = "www.backmarket.fr")]
    Europe,
    /// Asia and the Pacific.
    #[serde(rename = "www.backmarket.co.jp")]
    AsiaPacific,
    /// The rehearsal site of North America. Each has accounts and tokens of its own.
    #[serde(rename = "preprod.backmarket.com")]
    NorthAmericaRehearsal,
    /// The rehearsal site of Europe.
    #[serde(rename = "preprod.backmarket.fr")]
    EuropeRehearsal,
    /// The rehearsal site of Asia and the Pacific.
    #[serde(rename = "preprod.backmarket.co.jp")]
    AsiaPacificRehearsal,
}
