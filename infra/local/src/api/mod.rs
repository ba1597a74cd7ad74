//! Calls the API as its users do: through the gateway, with the token of a user.

pub(crate) mod gateway;
mod users;

pub use users::Tokens;

use crate::{Error, Stack, calls};
use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body_util::Full;
use serde_json::Value;

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON. Null if the body is not JSON.
    pub body: Value,
}

impl Answer {
    /// The value of a header. `None` if the header is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Stack {
    /// Calls the API. `call` is a method and a path, such as `GET /partners`; `token` goes into the `Authorization`
    /// header. A body has the content type JSON unless `headers` give another.
    ///
    /// # Errors
    ///
    /// The call cannot be made or gets no answer. A refusal of the API is an answer, not an error.
    pub async fn api(
        &self,
        call: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<Answer, Error> {
        let (method, path) = call.split_once(' ').unwrap_or(("GET", call));
        let mut request =
            Request::builder().method(method).uri(format!("{}{path}", self.state().api));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let says_type = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("content-type");
        if body.is_some() && !headers.iter().any(says_type) {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Bytes::from(body.unwrap_or_default().to_owned());
        let (head, body) = calls::send(request.body(Full::new(body)), call).await?.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, text, body })
    }
}
