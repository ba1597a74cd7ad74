//! A fake marketplace's answer, and how it becomes HTTP. Nothing here decides what the answer is.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// How a request ends for the caller.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The marketplace answers.
    Reply(Reply),
    /// The server closes the connection without one byte of an answer.
    HangUp,
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
    /// Why the marketplace refused, for the record of the submission. The caller does not get this text.
    pub(crate) refusal: Option<String>,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Empty,
    Json(Value),
    Html(String),
}

/// An extension of a response. The server closes the connection instead of sending a response that has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HangUp;

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Empty, refusal: None }
    }

    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { content: Content::Json(body), ..Self::empty(status) }
    }

    pub(crate) fn html(status: u16, body: impl Into<String>) -> Self {
        Self { content: Content::Html(body.into()), ..Self::empty(status) }
    }

    /// The answer of [`Answer::Custom`](crate::Answer::Custom): HTML if the body is a string, else JSON.
    pub(crate) fn custom(status: u16, body: &Value) -> Self {
        let reply = match body.as_str() {
            Some(text) => Self::html(status, text),
            None => Self::json(status, body.clone()),
        };
        reply.with_refusal(format!("a fault answered {status}"))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets why the marketplace refused.
    pub(crate) fn with_refusal(mut self, refusal: impl Into<String>) -> Self {
        self.refusal = Some(refusal.into());
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let (content_type, body) = match self.content {
            Content::Empty => (None, Body::empty()),
            Content::Json(json) => (Some("application/json"), Body::from(json.to_string())),
            Content::Html(html) => (Some("text/html; charset=UTF-8"), Body::from(html)),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(content_type) = content_type {
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            // A name or value that cannot be a header is left out. Our own headers are all valid.
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        match self {
            Self::Reply(reply) => reply.into_response(),
            Self::HangUp => {
                let mut response = Response::new(Body::empty());
                response.extensions_mut().insert(HangUp);
                response
            }
        }
    }
}
