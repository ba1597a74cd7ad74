//! What a receiver of webhooks needs to be known by, apart from its secret.

use domain::{TEXT_MAX, Text};
use serde::Deserialize;
use std::fmt;

/// The settings of a partner that takes webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// Where the webhook goes.
    pub url: WebhookUrl,
    /// Whether the receiver drops a webhook whose id it has seen: only then may one in doubt be sent again.
    pub receiver_dedupes: bool,
}

/// The last of the ports that belong to services. Source: RFC 6335, section 6.
const SYSTEM_PORT_MAX: u16 = 1_023;

const HTTPS_PORT: u16 = 443;

/// Where a webhook goes.
///
/// Shape: `https`, a host by its name (no address literal, at least one dot), port 443 or one above 1,023, no user, no fragment; at
/// most 200 characters. Where the name leads is looked at when it is connected to: an answer of the DNS can change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookUrl(String);

/// Not an address a webhook may go to. The message says why, and what one looks like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address for a webhook: {1}; allowed: https://<host name>/<path>")]
pub struct NoWebhook(Text, &'static str);

impl WebhookUrl {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = NoWebhook;

    fn try_from(text: String) -> Result<Self, NoWebhook> {
        let refuse = |why| Err(NoWebhook(Text::cut(&text), why));
        if text.len() > TEXT_MAX {
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
        // What is refused or taken tells an open port from a closed one. So no port of another service is called.
        if authority.port_u16().is_some_and(|port| port <= SYSTEM_PORT_MAX && port != HTTPS_PORT) {
            return refuse("its port is another service's: neither 443 nor above 1023");
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

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
