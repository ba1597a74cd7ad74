//! What a channel needs to know of an account, apart from its secrets. Each text is checked when it is put.

use crate::{Channel, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a channel needs to know of an account, apart from its secrets. It also says which channel it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "channel")]
pub enum ChannelSettings {
    /// Amazon.
    Amazon {
        /// Which SP-API endpoint.
        region: AmazonRegion,
        /// The marketplace's id, such as `ATVPDKIKX0DER`.
        marketplace_id: Text,
    },
    /// eBay. An account is told from another by its credentials alone.
    Ebay,
    /// Wish.
    Wish {
        /// Where the parcels come from.
        origin_country: CountryCode,
    },
    /// Back Market.
    BackMarket {
        /// Which site.
        host: BackMarketHost,
        /// `Accept-Language`, such as `en-us`.
        language: Text,
        /// The company's name in the mandatory `User-Agent`.
        company: Text,
        /// The integration's name in the mandatory `User-Agent`.
        integration: Text,
        /// The contact's address in the mandatory `User-Agent`.
        contact: Text,
    },
    /// Groupon.
    Groupon {
        /// The supplier's id at `CommerceInterface`.
        supplier_id: Text,
        /// Which of its API's versions, and so which of its two line ids the orders carry.
        api_version: GrouponApi,
    },
    /// `UntilGone`, or anybody who takes a signed webhook.
    UntilGone {
        /// Where the webhook goes.
        url: WebhookUrl,
        /// Whether the receiver drops a webhook whose id it has seen: only then may one in doubt be sent again.
        receiver_dedupes: bool,
    },
}

impl ChannelSettings {
    /// The channel these are for.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Amazon { .. } => Channel::Amazon,
            Self::Ebay => Channel::Ebay,
            Self::Wish { .. } => Channel::Wish,
            Self::BackMarket { .. } => Channel::BackMarket,
            Self::Groupon { .. } => Channel::Groupon,
            Self::UntilGone { .. } => Channel::UntilGone,
        }
    }
}

/// An SP-API region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmazonRegion {
    /// North America.
    Na,
    /// Europe.
    Eu,
    /// Far East.
    Fe,
}

/// Back Market's sites. Source: Back Market `OpenAPI` 0.1.1, servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackMarketHost {
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

/// The versions of Groupon's API. Source: third-party clients (unverified).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrouponApi {
    /// Lines are named by `ci_lineitem_id`, a number.
    V2,
    /// Lines are named by `fulfillment_lineitem_id`, a text.
    V4,
}

/// A country.
///
/// Shape: two capital letters. Source: ISO 3166-1 alpha-2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode(String);

/// A setting that is not what it must be; the message says what it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not a country.
    #[error("`{0}` is not a country code; allowed: two capital letters, such as US")]
    Country(Text),
    /// Not an address a webhook may go to.
    #[error("`{0}` is not an address for a webhook: {1}; allowed: https://<host name>/<path>")]
    Webhook(Text, &'static str),
}

impl CountryCode {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CountryCode {
    type Error = SettingError;

    fn try_from(text: String) -> Result<Self, SettingError> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(SettingError::Country(Text::cut(&text)))
        }
    }
}

impl From<CountryCode> for String {
    fn from(country: CountryCode) -> Self {
        country.0
    }
}

/// Where a webhook goes.
///
/// Shape: `https`, a host by its name (no address literal, at least one dot), no user, no fragment; at most 200
/// characters. Where the name leads is looked at when it is connected to: an answer of the DNS can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = SettingError;

    fn try_from(text: String) -> Result<Self, SettingError> {
        let refuse = |why| Err(SettingError::Webhook(Text::cut(&text), why));
        if text.len() > crate::TEXT_MAX {
            return refuse("it has more than 200 characters");
        }
        if text.contains('#') {
            return refuse("it has a fragment");
        }
        let Ok(uri) = text.parse::<http::Uri>() else { return refuse("it cannot be read") };
        let (Some("https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refuse("it does not begin with https://");
        };
        if authority.as_str().contains('@') {
            return refuse("it names a user");
        }
        if authority.as_str() != authority.host()
            && authority.port_u16().is_none_or(|port| port == 0)
        {
            return refuse("its port is not one");
        }
        if let Some(why) = not_a_name(authority.host()) {
            return refuse(why);
        }
        Ok(Self(text))
    }
}

/// Why a host is not a name of the public DNS. The last part of a name has a letter: an address in any notation (`127.1`,
/// `0x7f.1`, `[::1]`) either ends in a number or has letters no name has.
fn not_a_name(host: &str) -> Option<&'static str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = host.rsplit_once('.') else {
        return Some("its host has no dot, so it is no public name");
    };
    if !host.split('.').all(is_label) {
        return Some("its host is not a name");
    }
    let last = last.to_ascii_lowercase();
    let is_number = !last.bytes().any(|byte| byte.is_ascii_alphabetic())
        || last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    is_number.then_some("its host is an address, not a name")
}

impl From<WebhookUrl> for String {
    fn from(url: WebhookUrl) -> Self {
        url.0
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
