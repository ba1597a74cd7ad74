//! `EventBridge`: notices, tried once, each entry's failure looked at.

use super::chain;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::Notice;

/// The source of what we publish. Source: `functions/README.md`, "Published events".
const SOURCE: &str = "ship-confirmation";

/// Entries of one call. Source: `EventBridge` quotas.
const BATCH: usize = 10;

/// A call with nothing in it, for its connection's sake.
pub(super) async fn warm_up(client: &Client) {
    let answer = client.put_events().set_entries(Some(Vec::new())).send().await;
    if let Err(error) = answer {
        tracing::debug!(
            error = chain(&error),
            "a call with nothing in it, for its connection's sake"
        );
    }
}

/// Publishes; answers with the notices that were not taken.
pub(super) async fn publish(client: &Client, bus: &str, notices: &[Notice]) -> Vec<Notice> {
    let mut untold = Vec::new();
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
                let refused = output
                    .entries()
                    .iter()
                    .zip(batch)
                    .filter(|(entry, _)| entry.error_code().is_some());
                untold.extend(refused.map(|(_, notice)| notice.clone()));
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "failed to publish; to be told later");
                untold.extend_from_slice(batch);
            }
        }
    }
    untold
}
