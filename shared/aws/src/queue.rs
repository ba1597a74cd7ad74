//! The queues are SQS. Doorbells go in batches, and the failure of each entry is looked at. A message that is refused goes into
//! the dead-letter queue.

use super::chain;
use crate::config::AwsConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::builders::SendMessageBatchRequestEntryBuilder;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use domain::{Channel, Doorbell, Partner, SellerId};
use flows::ports::Bell;
use futures_util::future::join_all;
use std::collections::BTreeMap;

/// The most messages of one batch. Source: SQS quotas.
const BATCH: usize = 10;

/// The attribute of a dead letter that says why it was refused.
const REASON: &str = "reason";

/// The longest reason. It names one field and what is allowed. Unit: characters.
const REASON_MAX: usize = 1_000;

/// Opens the connection, by a batch without messages.
pub(super) async fn warm_up(client: &Client, config: &AwsConfig) {
    if let Some(queue) = config.doorbells.values().next() {
        let answer =
            client.send_message_batch().queue_url(queue).set_entries(Some(Vec::new())).send().await;
        if let Err(error) = answer {
            tracing::debug!(
                error = chain(&error),
                "warm-up call failed; the first doorbell will open the connection"
            );
        }
    }
}

/// Rings doorbells, and returns those that could not be rung.
pub(super) async fn ring(
    client: &Client,
    queues: &BTreeMap<Channel, String>,
    bells: Vec<Bell>,
) -> Vec<Bell> {
    let mut by_channel: BTreeMap<Channel, Vec<Bell>> = BTreeMap::new();
    for bell in bells {
        by_channel.entry(bell.channel).or_default().push(bell);
    }
    // The batches go at the same time, so that all of them take no longer than the slowest one.
    let batches = by_channel.iter().flat_map(|(channel, bells)| {
        let queue = queues.get(channel);
        if queue.is_none() {
            tracing::error!(%channel, "the function is not configured with the channel's queue");
        }
        bells.chunks(BATCH).map(move |batch| async move {
            match queue {
                Some(queue) => ring_batch(client, queue, batch).await,
                None => batch.to_vec(),
            }
        })
    });
    join_all(batches).await.concat()
}

async fn ring_batch(client: &Client, queue: &str, bells: &[Bell]) -> Vec<Bell> {
    let mut entries = Vec::with_capacity(bells.len());
    for (place, bell) in bells.iter().enumerate() {
        let delay = i32::try_from(bell.delay.as_secs()).unwrap_or_default();
        let entry = message(place, Doorbell::of(&bell.key).body(), &bell.key.seller);
        let entry = entry.delay_seconds(delay).build();
        match entry {
            Ok(entry) => entries.push(entry),
            Err(error) => tracing::error!(%error, "failed to build a doorbell's message"),
        }
    }
    match client.send_message_batch().queue_url(queue).set_entries(Some(entries)).send().await {
        Ok(output) => output
            .failed()
            .iter()
            .inspect(|entry| tracing::error!(code = entry.code(), "the queue refused a doorbell"))
            .filter_map(|entry| bells.get(entry.id().parse::<usize>().ok()?).cloned())
            .collect(),
        Err(error) => {
            tracing::error!(error = chain(&error), "failed to ring doorbells");
            bells.to_vec()
        }
    }
}

/// A message to a channel's queue, where each seller's messages take their turn.
fn message(place: usize, body: String, seller: &SellerId) -> SendMessageBatchRequestEntryBuilder {
    SendMessageBatchRequestEntry::builder()
        .id(place.to_string())
        .message_body(body)
        .message_group_id(seller.as_str())
}

/// Says something of a partner to the sender of its channel: that its connection is to be tested, or that it was resumed. It is a
/// batch of one: the request for a single message would be more code for `settings-api`.
pub(super) async fn ring_partner(
    client: &Client,
    queues: &BTreeMap<Channel, String>,
    partner: &Partner,
    body: String,
) -> bool {
    let Some(queue) = queues.get(&partner.settings.channel()) else { return false };
    let entries = message(0, body, &partner.seller).build().map(|entry| vec![entry]);
    let sent = client.send_message_batch().queue_url(queue).set_entries(entries.ok());
    match sent.send().await {
        Ok(output) => output.failed().is_empty(),
        Err(error) => {
            tracing::error!(error = chain(&error), "failed to tell a sender of a partner");
            false
        }
    }
}

/// Puts a message into the dead-letter queue, whole, with the reason as an attribute. It is a batch of one: the request for a
/// single message would be 20 KB more in each function that refuses.
pub(super) async fn dead_letter(
    client: &Client,
    queue: &str,
    body: &str,
    reason: &str,
) -> Result<(), String> {
    let reason: String = reason.chars().filter(|c| !c.is_control()).take(REASON_MAX).collect();
    let reason = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
    let entry = SendMessageBatchRequestEntry::builder()
        .id("0")
        .message_body(body)
        .message_attributes(REASON, reason.map_err(|error| error.to_string())?)
        .build()
        .map_err(|error| error.to_string())?;
    let sent = client.send_message_batch().queue_url(queue).set_entries(Some(vec![entry]));
    match sent.send().await {
        Ok(output) => match output.failed().first() {
            None => Ok(()),
            Some(entry) => Err(format!("the dead-letter queue refused it: {}", entry.code())),
        },
        Err(error) => Err(chain(&error)),
    }
}
