//! What is served without a token: the page of the console, where its people sign in, and the `OpenAPI` document. What the page
//! shows comes from the API, with a token.

use super::SignIn;
use crate::reply::{Content, Reply};
use crate::request::Call;
use miniz_oxide::inflate::decompress_to_vec;
use serde_json::json;

/// The page of the console and the `OpenAPI` document, compressed.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The page, gzipped.
    pub page: &'static [u8],
    /// The SHA-256 of its script, in base64.
    pub script_digest: &'static str,
    /// The SHA-256 of its style sheet, in base64.
    pub style_digest: &'static str,
    /// The document, gzipped.
    pub document: &'static [u8],
}

/// How many bytes a gzip file without a name has before what is compressed. Source: RFC 1952.
const GZIP_HEAD: usize = 10;

/// How many bytes a gzip file has after what is compressed. Source: RFC 1952.
const GZIP_TAIL: usize = 8;

impl Site {
    /// The page. Only its own script and style may run, and it may call only the API and where tokens are given out.
    pub(super) fn page(self, call: &Call, sign_in: Option<&SignIn>) -> Reply {
        let tokens = sign_in.and_then(|sign_in| origin(&sign_in.token_url)).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self' {tokens}; \
             img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            self.script_digest, self.style_digest
        );
        small(call, "text/html; charset=utf-8", self.page)
            .with("content-security-policy", policy)
            .with("referrer-policy", "no-referrer")
            .with("cross-origin-opener-policy", "same-origin")
            .with("x-frame-options", "DENY")
            .with(
                "permissions-policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            )
            .with("strict-transport-security", "max-age=31536000")
    }

    pub(super) fn document(self, call: &Call) -> Reply {
        small(call, "application/json", self.document)
    }
}

/// Where people sign in, which is null where the configuration does not say, and which claim of their tokens names their seller.
pub(super) fn sign_in(sign_in: Option<&SignIn>, seller_claim: &str) -> Reply {
    let view = sign_in.map(|sign_in| {
        json!({ "authorize_url": sign_in.authorize_url, "token_url": sign_in.token_url,
            "client_id": sign_in.client_id, "logout_url": sign_in.logout_url })
    });
    Reply::ok(&json!({ "sign_in": view, "seller_claim": seller_claim }))
}

/// A gzipped file: as it is for callers who take gzip, and unpacked for the others.
fn small(call: &Call, content_type: &str, gzipped: &[u8]) -> Reply {
    let reply = Reply::text(200, content_type, String::new()).with("vary", "accept-encoding");
    let encodings = call.header("accept-encoding").unwrap_or_default();
    if encodings.split(',').any(|encoding| encoding.trim() == "gzip") {
        let body = Content::Bytes(gzipped.to_vec());
        return Reply { body, ..reply.with("content-encoding", "gzip") };
    }
    let end = gzipped.len().saturating_sub(GZIP_TAIL);
    let inside = gzipped.get(GZIP_HEAD..end).unwrap_or_default();
    let text = decompress_to_vec(inside).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    // The file was made at compile time, so it can be read.
    Reply { body: Content::Text(text.unwrap_or_default()), ..reply }
}

/// The origin of an address: the address without its path.
fn origin(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}
