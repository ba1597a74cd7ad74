//! Requests, of any bytes.

use crate::bytes::{Bytes, text};
use crate::world::SELLERS;
use domain::{SellerId, Text};
use serde_json::{Map, Value, json};
use testkit::parsed;

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "x y"];

/// A request to the API.
pub(super) struct Asked<'a> {
    selectors: [u8; 2],
    target: &'a str,
    tag: &'a str,
    pub(super) body: &'a [u8],
}

impl<'a> Asked<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut bytes = Bytes(bytes);
        let selectors = [bytes.byte(), bytes.byte()];
        let (target, tag) = (text(bytes.until(b'\n')), text(bytes.until(b'\n')));
        Self { selectors, target, tag, body: bytes.0 }
    }

    fn method(&self) -> &'static str {
        METHODS.get(usize::from(self.selectors[0] & 7)).copied().unwrap_or_default()
    }

    /// The seller whose person asks, if any.
    pub(super) fn seller(&self) -> Option<&'static str> {
        match self.selectors[0] >> 4 & 3 {
            0 | 3 => Some(SELLERS[0]),
            1 => Some(SELLERS[1]),
            _ => None,
        }
    }

    /// The seller whose person asks, and the other one. Just both sellers where nobody asks.
    pub(super) fn sellers(&self) -> [SellerId; 2] {
        let is_second = self.seller() == Some(SELLERS[1]);
        if is_second { [SELLERS[1], SELLERS[0]].map(parsed) } else { SELLERS.map(parsed) }
    }

    /// The event that API Gateway hands over.
    pub(super) fn event(&self) -> Value {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let mut headers = Map::new();
        let mut header = |name: &str, value: &str| headers.insert(name.to_owned(), value.into());
        match self.selectors[1] & 3 {
            0 => drop(header("content-type", "application/json")),
            1 => drop(header("content-type", "application/json; charset=utf-8")),
            2 => drop(header("content-type", "text/plain")),
            _ => {}
        }
        match self.selectors[1] >> 2 & 3 {
            1 => drop(header("if-match", "\"1\"")),
            2 => drop(header("if-match", self.tag)),
            3 => drop(header("if-none-match", "*")),
            _ => {}
        }
        if self.selectors[1] & 16 > 0 {
            header("accept-encoding", "gzip");
        }
        let claims = self.seller().map(|seller| {
            json!({ "jwt": { "claims": { "custom:seller_id": seller, "email": "ann@acme.example" } } })
        });
        let plain = std::str::from_utf8(self.body).ok().filter(|_| self.selectors[0] & 8 == 0);
        let body = plain.map_or_else(|| base64(self.body), str::to_owned);
        json!({ "rawPath": path, "rawQueryString": query, "headers": headers, "body": body,
            "isBase64Encoded": plain.is_none(),
            "requestContext": { "http": { "method": self.method() }, "authorizer": claims } })
    }

    /// Whether these words are in the request itself, so that the response may have them, too. In JSON each letter may be written
    /// in another way.
    pub(super) fn says(&self, words: &str) -> bool {
        let body = String::from_utf8_lossy(self.body);
        self.says_beside_its_body(words) || is_kept_of(&body, words) || body.contains('\\')
    }

    pub(super) fn says_beside_its_body(&self, words: &str) -> bool {
        let target = percent_encoding::percent_decode_str(self.target).decode_utf8_lossy();
        is_kept_of(&target, words) || is_kept_of(self.tag, words)
    }
}

/// Whether a text has these words. Characters that a text does not keep may stand between their letters.
fn is_kept_of(text: &str, words: &str) -> bool {
    text.chars().filter(|c| Text::keeps(*c)).collect::<String>().contains(words)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}
