//! Replies: status, headers and body.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers. Their names are in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Content,
}

/// The body of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text(String),
    /// Bytes that are no text, such as a compressed page.
    Bytes(Vec<u8>),
}

impl Reply {
    pub(crate) fn text(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            // A reply is for one seller, and may be out of date a second later.
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        Self { status, headers, body: Content::Text(body) }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    pub(crate) fn ok(body: &impl Serialize) -> Self {
        // Our own values can always be put as JSON.
        Self::json(200, &serde_json::to_value(body).unwrap_or_default())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn typed(self, content_type: &str) -> Self {
        self.with("content-type", content_type)
    }

    /// The reply with the version that a change must name.
    pub(crate) fn tagged(self, version: u64) -> Self {
        self.with("etag", format!("\"{version}\""))
    }

    /// The reply as API Gateway takes it. Source: as for [`super::GatewayRequest`].
    pub fn for_gateway(self) -> Value {
        let headers: Map<String, Value> =
            self.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let (body, is_encoded) = match self.body {
            Content::Text(text) => (text, false),
            Content::Bytes(bytes) => (BASE64_STANDARD.encode(bytes), true),
        };
        json!({ "statusCode": self.status, "headers": headers, "body": body,
            "isBase64Encoded": is_encoded })
    }
}
