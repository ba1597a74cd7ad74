//! The record of what a marketplace was told: every request, the refused and the unanswered too. It forgets nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::reply::Outcome;

/// One request that would change something, as it arrived and as it ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submission {
    /// When it arrived, by the marketplace's clock. Unit: unix milliseconds.
    pub at_ms: i64,
    /// Whose credentials came with it; `None` if it was not let in, or a fault answered in its place.
    pub account: Option<String>,
    /// The body; a JSON string if it was not JSON. A form is shown by its fields, without a token.
    pub body: Value,
    /// The body as it came, to tell whether a repeat was identical. Not shown over HTTP.
    #[serde(skip)]
    pub raw_body: Vec<u8>,
    /// How it ended for the caller.
    pub answered: Answered,
    /// The marketplace holds what it says, or held it until a later edit.
    pub applied: bool,
    /// Why it was refused, in the marketplace's words or ours.
    pub refusal: Option<String>,
}

/// How a request ended for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// Not yet.
    Pending,
    /// With this HTTP status.
    Status(u16),
    /// With a closed connection.
    HungUp,
}

impl Submission {
    /// The HTTP status, if one was sent.
    pub fn status(&self) -> Option<u16> {
        match self.answered {
            Answered::Status(status) => Some(status),
            Answered::Pending | Answered::HungUp => None,
        }
    }
}

/// Where a submission stands in the book.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    key: String,
    index: usize,
}

/// All submissions by what they were for (an order, an order line), in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: BTreeMap<String, Vec<Submission>>,
}

impl Book {
    pub(crate) fn arrived(&mut self, key: &str, raw_body: &[u8]) -> Receipt {
        let body = serde_json::from_slice(raw_body).unwrap_or_else(|_not_json| {
            Value::String(String::from_utf8_lossy(raw_body).into_owned())
        });
        self.arrived_as(key, raw_body, body)
    }

    /// The same for a body that is shown in another form than it came in.
    pub(crate) fn arrived_as(&mut self, key: &str, raw_body: &[u8], body: Value) -> Receipt {
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
        Receipt { key: key.to_owned(), index: entries.len() - 1 }
    }

    pub(crate) fn let_in(&mut self, receipt: &Receipt, account: &str) {
        self.change(receipt, |entry| entry.account = Some(account.to_owned()));
    }

    pub(crate) fn applied(&mut self, receipt: &Receipt) {
        self.change(receipt, |entry| entry.applied = true);
    }

    pub(crate) fn answered(&mut self, receipt: &Receipt, outcome: &Outcome) {
        self.change(receipt, |entry| match outcome {
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

    fn change(&mut self, receipt: &Receipt, change: impl FnOnce(&mut Submission)) {
        if let Some(entry) =
            self.entries.get_mut(&receipt.key).and_then(|entries| entries.get_mut(receipt.index))
        {
            change(entry);
        }
    }
}
