//! Problems of requests, as RFC 9457 puts them. A problem names the field and says what would be right.

use crate::reply::Reply;
use domain::{Fault, Refusal, SessionsEnd, Text};
use flows::FlowError;
use flows::ports::{SecretError, StoreError, in_one_line};
use http::Method;
use serde_json::{Value, json};
use std::fmt::Display;

/// Why a request was not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A field, parameter or header is wrong.
    Wrong {
        /// The name or path of the field.
        field: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        allowed: Vec<String>,
    },
    /// The token is of no seller: it has nothing usable in this claim.
    NoSeller(String),
    /// The person signed in before all sessions of the seller were ended.
    SessionEnded(SessionsEnd),
    /// The seller's people have made all calls that they may make for now.
    TooManyCalls {
        /// How many they may make in ten seconds.
        calls_max: u32,
        /// How long to wait. Unit: seconds.
        wait_s: u64,
    },
    /// There is no such path.
    NoPath,
    /// The seller has no such thing.
    NotThere(String),
    /// The path has these methods only.
    NotAllowed(&'static [Method]),
    /// The order or the partner does not allow it in the state that it is in.
    Impossible {
        /// What names it in the request.
        field: String,
        /// Why not.
        detail: String,
        /// What is possible.
        allowed: Vec<String>,
    },
    /// The order or the partner has changed since it was read.
    Lost(String),
    /// The body is too large.
    TooLarge,
    /// The body is of another type: what its header says.
    WrongType(Option<Text>),
    /// A header that must be there is missing.
    Required(&'static str),
    /// The table or the secret store could not be used.
    Unavailable,
}

impl Problem {
    pub(crate) fn wrong(field: &str, problem: &str) -> Self {
        let (field, problem) = (field.to_owned(), problem.to_owned());
        Self::Wrong { field, problem, allowed: Vec::new() }
    }

    pub(crate) fn not_there(what: &str, id: impl Display) -> Self {
        Self::NotThere(format!("you have no {what} `{id}`"))
    }

    /// The problem with what would be right.
    pub(crate) fn allowing(self, right: &[&str]) -> Self {
        match self {
            Self::Wrong { field, problem, .. } => {
                let allowed = right.iter().map(|right| (*right).to_owned()).collect();
                Self::Wrong { field, problem, allowed }
            }
            Self::NoSeller(_)
            | Self::SessionEnded(_)
            | Self::TooManyCalls { .. }
            | Self::NoPath
            | Self::NotThere(_)
            | Self::NotAllowed(_)
            | Self::Impossible { .. }
            | Self::Lost(_)
            | Self::TooLarge
            | Self::WrongType(_)
            | Self::Required(_)
            | Self::Unavailable => self,
        }
    }

    /// The reply that a problem is answered with.
    pub fn reply(self) -> Reply {
        let (status, name, title) = self.kind();
        let mut body = json!({
            "type": format!("urn:shipconfirm:problem:{name}"), "title": title, "status": status,
            "detail": self.detail(),
        });
        if let (Some((field, allowed)), Some(fields)) = (self.field(), body.as_object_mut()) {
            fields.insert("field".to_owned(), Value::from(field));
            if !allowed.is_empty() {
                fields.insert("allowed".to_owned(), Value::from(allowed));
            }
        }
        let reply = Reply::json(status, &body).typed("application/problem+json");
        match self {
            Self::NotAllowed(methods) => reply.with("allow", names(methods)),
            Self::TooManyCalls { wait_s, .. } => reply.with("retry-after", wait_s.to_string()),
            Self::SessionEnded(_) => {
                reply.with("www-authenticate", "Bearer error=\"invalid_token\"")
            }
            Self::Unavailable => reply.with("retry-after", "1"),
            Self::Wrong { .. }
            | Self::NoSeller(_)
            | Self::NoPath
            | Self::NotThere(_)
            | Self::Impossible { .. }
            | Self::Lost(_)
            | Self::TooLarge
            | Self::WrongType(_)
            | Self::Required(_) => reply,
        }
    }

    const fn kind(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Wrong { .. } => (400, "wrong-field", "Something in the request is wrong"),
            Self::NoSeller(_) => (403, "no-seller", "The token is of no seller"),
            Self::SessionEnded(_) => (401, "session-ended", "The session has ended"),
            Self::TooManyCalls { .. } => (429, "too-many-calls", "Too many calls"),
            Self::NoPath => (404, "no-such-path", "There is no such path"),
            Self::NotThere(_) => (404, "not-found", "There is no such thing"),
            Self::NotAllowed(_) => (405, "method-not-allowed", "The path has no such method"),
            Self::Impossible { .. } => (409, "not-possible-now", "Not possible as things are"),
            Self::Lost(_) => (412, "lost-update", "It has changed since it was read"),
            Self::TooLarge => (413, "too-large", "The body is too large"),
            Self::WrongType(_) => (415, "wrong-type", "The body is of another type"),
            Self::Required(_) => (428, "precondition-required", "A header is missing"),
            Self::Unavailable => (503, "unavailable", "Not possible for the moment"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Wrong { field, problem, allowed } if allowed.is_empty() => {
                format!("{field}: {problem}")
            }
            Self::Wrong { field, problem, allowed } => {
                format!("{field}: {problem}; allowed: {}", allowed.join(", "))
            }
            Self::NoSeller(claim) => format!(
                "the token has no usable `{claim}`; an administrator gives it to a user, and it takes a new sign-in"
            ),
            Self::SessionEnded(SessionsEnd { at, by }) => {
                format!("all sessions were ended by {by} at {at}; sign in again")
            }
            Self::TooManyCalls { calls_max, wait_s } => format!(
                "allowed: {calls_max} calls of all people of a seller in ten seconds; go on in {wait_s} s"
            ),
            Self::NoPath => "GET /openapi.json lists the paths there are".to_owned(),
            Self::NotThere(what) => what.clone(),
            Self::NotAllowed(methods) => format!("allowed: {}", names(methods)),
            Self::Impossible { detail, .. } => detail.clone(),
            Self::Lost(now) => format!("{now}; read it again, and change that"),
            Self::TooLarge => format!("allowed: at most {} bytes", super::BODY_BYTES_MAX),
            Self::WrongType(came) => {
                let came = came.as_ref().map(|came| format!("`{came}` is no type of a body"));
                let problem = came.unwrap_or_else(|| "is missing".to_owned());
                format!("content-type: {problem}; allowed: application/json")
            }
            Self::Required(what) => format!("missing: {what}"),
            Self::Unavailable => {
                "the table or the secret store did not answer; try again".to_owned()
            }
        }
    }

    fn field(&self) -> Option<(String, Vec<String>)> {
        match self {
            Self::Wrong { field, allowed, .. } | Self::Impossible { field, allowed, .. } => {
                Some((field.clone(), allowed.clone()))
            }
            Self::WrongType(_) => {
                Some(("content-type".to_owned(), vec!["application/json".to_owned()]))
            }
            Self::TooLarge => Some(("body".to_owned(), Vec::new())),
            Self::Required(_) | Self::Lost(_) => Some(("If-Match".to_owned(), Vec::new())),
            Self::NoSeller(_)
            | Self::SessionEnded(_)
            | Self::TooManyCalls { .. }
            | Self::NoPath
            | Self::NotThere(_)
            | Self::NotAllowed(_)
            | Self::Unavailable => None,
        }
    }
}

fn names(methods: &[Method]) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = in_one_line(&error), "the table could not be used");
        Self::Unavailable
    }
}

impl From<SecretError> for Problem {
    fn from(error: SecretError) -> Self {
        tracing::error!(%error, "the secret store could not be used");
        Self::Unavailable
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Absent(key) => Self::not_there("order", key.order),
            FlowError::Store(_) | FlowError::Races(_) => {
                tracing::error!(error = in_one_line(&error), "an order could not be changed");
                Self::Unavailable
            }
        }
    }
}

impl From<Fault> for Problem {
    fn from(Fault { field, problem, allowed }: Fault) -> Self {
        Self::Wrong { field, problem, allowed }
    }
}

/// The problem of an action that the rules refuse.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        if refusal == Refusal::Absent {
            return Self::NotThere("the order has no such package".to_owned());
        }
        let Some(Fault { field, allowed, .. }) = refusal.fault() else {
            return Self::Impossible { field: "action".to_owned(), detail, allowed: Vec::new() };
        };
        Self::Impossible { field: parameter(field), detail, allowed }
    }
}

/// How a field of an event is called in a path of the API.
fn parameter(field: String) -> String {
    match field.as_str() {
        "partner_id" => "partner".to_owned(),
        "item_id" => "item".to_owned(),
        _ => field,
    }
}
