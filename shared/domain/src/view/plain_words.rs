//! What a transport says of a request that failed, in words that a person understands. The transport's own words stay beside
//! them, for whoever looks for the cause.

use crate::Channel;
use serde_json::{Value, json};

/// With which words a transport begins, as the senders keep them.
const TRANSPORT: [&str; 2] = ["client error (", "no answer within "];

/// No connection was made, so nothing was sent.
const NOT_CONNECTED: &str = "client error (Connect)";

/// What separates a reason from what became of it.
const END: &str = "; ";

/// A text in plain words.
pub(super) struct PlainWords {
    /// The text, without a transport's own words.
    pub(super) text: String,
    /// The transport's own words, if there were any.
    pub(super) raw: Option<String>,
}

impl PlainWords {
    /// Puts a text into plain words.
    pub(super) fn of(text: &str, channel: Channel) -> Self {
        let start = TRANSPORT.iter().filter_map(|words| text.find(words)).min();
        let Some((before, rest)) = start.and_then(|start| text.split_at_checked(start)) else {
            return Self { text: text.to_owned(), raw: None };
        };
        let (raw, after) = rest.split_at(rest.find(END).unwrap_or(rest.len()));
        let channel = channel.shown();
        let said = if raw.starts_with(NOT_CONNECTED) {
            format!("no connection to {channel} could be made")
        } else if let Some(limit) = raw.strip_prefix("no answer within ") {
            format!("{channel} did not answer within {limit}")
        } else {
            format!("the connection broke before {channel} answered")
        };
        Self { text: format!("{before}{said}{after}"), raw: Some(raw.to_owned()) }
    }

    /// Puts the transport's own words beside what is shown.
    pub(super) fn beside(self, mut view: Value) -> Value {
        if let (Some(raw), Some(fields)) = (self.raw, view.as_object_mut()) {
            fields.insert("raw".to_owned(), json!(raw));
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::not_of_a_transport("429", "429", None)]
    #[case::broken(
        "client error (SendRequest): connection closed before message completed",
        "the connection broke before Amazon answered",
        Some("client error (SendRequest): connection closed before message completed")
    )]
    #[case::never_connected(
        "to 2026-11-23T15:00:05Z: client error (Connect): tcp connect error: Connection refused (os error 111)",
        "to 2026-11-23T15:00:05Z: no connection to Amazon could be made",
        Some("client error (Connect): tcp connect error: Connection refused (os error 111)")
    )]
    #[case::silent(
        "no answer within 15 s; in doubt for 24 hours",
        "Amazon did not answer within 15 s; in doubt for 24 hours",
        Some("no answer within 15 s")
    )]
    fn transports_are_said_plainly(
        #[case] text: &str,
        #[case] plain: &str,
        #[case] raw: Option<&str>,
    ) {
        let words = PlainWords::of(text, Channel::Amazon);
        assert_eq!((words.text.as_str(), words.raw.as_deref()), (plain, raw));
    }
}
