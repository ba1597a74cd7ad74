//! The bus is `EventBridge`. A notice is published with one try, and the failure of each entry is looked at. What a notice says
//! is never logged.

use super::chain;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::{CHANNELS_SOURCE, Notice, Relayed, gather};
use std::collections::BTreeSet;

/// The `source` of the events that we publish. Source: `functions/README.md`, "Published events".
const SOURCE: &str = "ship-confirmation";

/// The most entries of one call. Source: `EventBridge` quotas.
const BATCH: usize = 10;

/// The `metric` of a log line about notices that the bus did not take. Their number is its `count`. The template's metric
/// filters look for both.
pub const NOT_PUBLISHED: &str = "notices_not_published";

/// Opens the connection, by a call that publishes nothing.
pub(super) async fn warm_up(client: &Client) {
    let answer = client.put_events().set_entries(Some(Vec::new())).send().await;
    if let Err(error) = answer {
        tracing::debug!(
            error = chain(&error),
            "warm-up call failed; the first publish will open the connection"
        );
    }
}

/// Publishes notices, and returns those that the bus did not take.
pub(super) async fn publish(client: &Client, bus: &str, notices: &[Notice]) -> Vec<Notice> {
    let mut unpublished = Vec::new();
    for batch in notices.chunks(BATCH) {
        let entries = batch.iter().map(|notice| {
            PutEventsRequestEntry::builder()
                .event_bus_name(bus)
                .source(SOURCE)
                .detail_type(notice.kind.name())
                .detail(notice.detail())
                .build()
        });
        match client.put_events().set_entries(Some(entries.collect())).send().await {
            Ok(output) => {
                let answered = output.entries().iter().zip(batch);
                let refused: Vec<_> = answered
                    .filter_map(|(entry, notice)| Some((entry.error_code()?, notice)))
                    .collect();
                if !refused.is_empty() {
                    let codes: BTreeSet<_> = gather(refused.iter().map(|(code, _)| *code));
                    tracing::warn!(
                        metric = NOT_PUBLISHED,
                        count = refused.len(),
                        codes = Vec::from_iter(codes).join(", "),
                        "the bus refused notices; they are published later"
                    );
                }
                unpublished.extend(refused.into_iter().map(|(_, notice)| notice.clone()));
            }
            Err(error) => {
                tracing::warn!(
                    metric = NOT_PUBLISHED,
                    count = batch.len(),
                    error = chain(&error),
                    "failed to publish notices; they are published later"
                );
                unpublished.extend_from_slice(batch);
            }
        }
    }
    unpublished
}

/// Puts what a channel says on the bus, and returns whether the bus took all of it. What it took already may come once more: a
/// repeated event changes nothing.
pub(super) async fn relay(client: &Client, bus: &str, events: &[Relayed]) -> bool {
    for batch in events.chunks(BATCH) {
        let entries = batch.iter().map(|event| {
            PutEventsRequestEntry::builder()
                .event_bus_name(bus)
                .source(CHANNELS_SOURCE)
                .detail_type(event.kind().name())
                .detail(event.detail())
                .build()
        });
        match client.put_events().set_entries(Some(entries.collect())).send().await {
            Ok(output) if output.failed_entry_count() == 0 => {}
            Ok(output) => {
                let codes = output.entries().iter().filter_map(|entry| entry.error_code());
                let codes = codes.collect::<Vec<_>>().join(", ");
                tracing::warn!(codes, "the bus refused what was relayed");
                return false;
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "failed to relay");
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::Clients;
    use super::*;
    use crate::config::{AwsConfig, AwsCredentials};
    use domain::{Channel, Moment, NoticeKind, Text};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    /// The log of one test.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn notice(id: &str) -> Notice {
        Notice {
            kind: NoticeKind::ConfirmationAccepted,
            id: id.to_owned(),
            seller: "acme".parse().unwrap(),
            partner: "amazon-us".parse().unwrap(),
            channel: Channel::Amazon,
            order: "902-1106328-1059050".parse().unwrap(),
            package: Some("1".parse().unwrap()),
            tracking_number: Some("112345678".parse().unwrap()),
            at: Moment::from_millis(1_795_446_000_000),
            reason: Text::cut("the channel said so"),
        }
    }

    /// Publishes to a bus that gives this answer. Returns the notices that were not taken, and the log's lines.
    async fn published(
        notices: &[Notice],
        status: &str,
        body: &Value,
    ) -> (Vec<Notice>, Vec<Value>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // A short request comes in two pieces at most. The answer may be written before the second one is read.
            assert!(stream.read(&mut [0; 16_384]).unwrap() > 0);
            stream.write_all((head + &body).as_bytes()).unwrap();
            stream
        });
        let clients = Clients::new(&AwsConfig {
            region: "us-east-1".to_owned(),
            credentials: AwsCredentials {
                access_key_id: "key".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: None,
            },
            endpoint: Some(format!("http://{address}")),
            table: "orders".to_owned(),
            bus: "shipconfirm".to_owned(),
            due_shards: flows::DUE_SHARDS,
            dead_letters: None,
            doorbells: BTreeMap::new(),
        });
        let log = Log::default();
        let written = Arc::clone(&log.0);
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || log.clone())
            .finish();
        let logging = tracing::subscriber::set_default(subscriber);
        let unpublished = publish(&clients.eventbridge.unwrap(), "shipconfirm", notices).await;
        drop(logging);
        drop(served.join().unwrap());
        let lines = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (unpublished, lines)
    }

    /// Asserts that the line is what the metric filters look for, and says nothing of the notices.
    fn assert_counted(lines: &[Value], count: usize) -> &Value {
        let [line] = lines else { panic!("{lines:?}") };
        assert_eq!(
            (&line["level"], &line["fields"]["metric"]),
            (&json!("WARN"), &json!(NOT_PUBLISHED))
        );
        assert_eq!(line["fields"]["count"], json!(count));
        for personal in ["acme", "902-1106328-1059050", "112345678", "the channel said so"] {
            assert!(!line.to_string().contains(personal), "{line}");
        }
        line
    }

    #[tokio::test]
    async fn refused_entries_are_counted_by_their_codes() {
        let notices = ["a", "b", "c", "d"].map(notice);
        let refused = |code: &str| json!({ "ErrorCode": code, "ErrorMessage": "acme 112345678" });
        let body = json!({ "FailedEntryCount": 3, "Entries": [
            refused("ThrottlingException"), { "EventId": "1" }, refused("InternalFailure"),
            refused("ThrottlingException"),
        ] });
        let (unpublished, lines) = published(&notices, "200 OK", &body).await;
        assert_eq!(unpublished, ["a", "c", "d"].map(notice));
        let line = assert_counted(&lines, 3);
        assert_eq!(line["fields"]["codes"], json!("InternalFailure, ThrottlingException"));
    }

    #[tokio::test]
    async fn a_call_that_fails_counts_with_all_it_had() {
        let notices = ["a", "b"].map(notice);
        let body = json!({ "__type": "AccessDeniedException", "message": "not authorized" });
        let (unpublished, lines) = published(&notices, "400 Bad Request", &body).await;
        assert_eq!(unpublished, notices);
        let line = assert_counted(&lines, 2);
        let error = line["fields"]["error"].as_str().unwrap();
        assert!(error.contains("AccessDeniedException"), "{error}");
    }

    #[tokio::test]
    async fn what_is_taken_is_not_logged() {
        let body = json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "1" }] });
        let (unpublished, lines) = published(&[notice("a")], "200 OK", &body).await;
        assert_eq!((unpublished, lines), (vec![], Vec::<Value>::new()));
    }
}
