//! The record of every submission that arrived, with the refused and the unanswered ones. It forgets nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::reply::Outcome;

/// One submission: a request that asks the marketplace to change something, and how the request ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submission {
    /// When the request arrived, by the marketplace's clock. Unit: unix milliseconds.
    pub at_ms: i64,
    /// The name of the account whose credentials the request had. `None` if the marketplace did not accept the
    /// credentials, or if a fault answered without handling the request.
    pub account: Option<String>,
    /// The body. A body that is not JSON is here as a JSON string, and a form as an object of its fields without the
    /// token.
    pub body: Value,
    /// The bytes of the body, so that a test can check that a repeat was identical. The controls over HTTP do not show
    /// them.
    #[serde(skip)]
    pub raw_body: Vec<u8>,
    /// How the request ended for the caller.
    pub answered: Answered,
    /// Whether the marketplace applied the request. This stays true when a later submission replaces it.
    pub applied: bool,
    /// Why the marketplace refused the request, in its words or ours.
    pub refusal: Option<String>,
}

/// How a request ended for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// The request has no answer yet.
    Pending,
    /// The marketplace answered with this HTTP status.
    Status(u16),
    /// The marketplace closed the connection without an answer.
    HungUp,
}

impl Submission {
    /// The HTTP status, if the marketplace sent one.
    pub fn status(&self) -> Option<u16> {
        match self.answered {
            Answered::Status(status) => Some(status),
            Answered::Pending | Answered::HungUp => None,
        }
    }
}

/// Identifies a submission in its [`SubmissionLog`].
#[derive(Clone, Debug)]
pub(crate) struct SubmissionId {
    key: String,
    index: usize,
}

/// All submissions in order of arrival, by the order or the order line that they name.
#[derive(Debug, Default)]
pub(crate) struct SubmissionLog {
    entries: BTreeMap<String, Vec<Submission>>,
}

impl SubmissionLog {
    /// Adds a submission that names the order or the order line `key`.
    pub(crate) fn add(&mut self, key: &str, raw_body: &[u8]) -> SubmissionId {
        let body = serde_json::from_slice(raw_body).unwrap_or_else(|_not_json| {
            Value::String(String::from_utf8_lossy(raw_body).into_owned())
        });
        self.add_as(key, raw_body, body)
    }

    /// Adds a submission whose `body` is shown in another form than `raw_body`.
    pub(crate) fn add_as(&mut self, key: &str, raw_body: &[u8], body: Value) -> SubmissionId {
        let entries = self.entries.entry(key.to_owned()).or_default();
        entries.push(Submission {
            at_ms: clock::now_ms(),
            account: None,
            body,
            raw_body: raw_body.to_vec(),
            answered: Answered::Pending,
            applied: false,
            refusal: None,
        });
        SubmissionId { key: key.to_owned(), index: entries.len() - 1 }
    }

    pub(crate) fn set_account(&mut self, submission: &SubmissionId, account: &str) {
        self.change(submission, |entry| entry.account = Some(account.to_owned()));
    }

    pub(crate) fn set_applied(&mut self, submission: &SubmissionId) {
        self.change(submission, |entry| entry.applied = true);
    }

    pub(crate) fn set_answered(&mut self, submission: &SubmissionId, outcome: &Outcome) {
        self.change(submission, |entry| match outcome {
            Outcome::HangUp => entry.answered = Answered::HungUp,
            Outcome::Reply(reply) => {
                entry.answered = Answered::Status(reply.status);
                entry.refusal.clone_from(&reply.refusal);
            }
        });
    }

    pub(crate) fn of(&self, key: &str) -> Vec<Submission> {
        self.entries.get(key).cloned().unwrap_or_default()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }

    fn change(&mut self, submission: &SubmissionId, change: impl FnOnce(&mut Submission)) {
        if let Some(entry) = self
            .entries
            .get_mut(&submission.key)
            .and_then(|entries| entries.get_mut(submission.index))
        {
            change(entry);
        }
    }
}
