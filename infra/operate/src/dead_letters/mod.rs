//! `dead-letters`: what was refused for good, or failed too often. A message is looked at by receiving it, so it is out of sight
//! for the moment, and put back into sight at the end; a message is never removed before its queue has it again.

mod letter;
mod list;
mod redrive;
mod show;

pub use redrive::{Moved, RATE_MAX};

use crate::operator::Queue;
use crate::{Error, Operator};
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
    QueueAttributeName,
};
use domain::Moment;
use std::collections::BTreeMap;

/// The most messages of one receive. Source: SQS quotas.
const BATCH: usize = 10;

/// How long a message that is looked at is out of sight, if it is not put back before. Unit: seconds.
const HIDDEN_S: i32 = 120;

/// How long a receive waits for a message. One that does not wait at all asks only some of SQS's servers. Unit: seconds.
const WAIT_S: i32 = 1;

/// The attribute that says why a function refused a message.
const REASON: &str = "reason";

/// What is said of a message without a reason. Source: the template's `ReceivesMax`.
const NO_REASON: &str = "no reason: it failed five times, or the bus could not deliver it";

/// How many messages a queue has, by whether they can be received now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    visible: u64,
    hidden: u64,
}

/// A message that was looked at.
struct Seen {
    message: Message,
    /// When it was sent first. `None` where the queue does not say so.
    sent_at: Option<Moment>,
}

impl Seen {
    fn of(message: Message) -> Self {
        let sent = message
            .attributes()
            .and_then(|attributes| attributes.get(&MessageSystemAttributeName::SentTimestamp));
        let sent_at = sent.and_then(|millis| millis.parse().ok()).map(Moment::from_millis);
        Self { message, sent_at }
    }

    fn reason(&self) -> Option<&str> {
        self.message.message_attributes()?.get(REASON)?.string_value()
    }

    /// Why it is here.
    fn why(&self) -> String {
        self.reason().unwrap_or(NO_REASON).to_owned()
    }
}

impl Operator {
    /// The queues of this name, or all.
    fn asked_queues(&self, name: Option<&str>) -> Result<Vec<&Queue>, Error> {
        let is_asked = |queue: &&Queue| name.is_none_or(|name| queue.name == name);
        let found: Vec<&Queue> = self.queues.iter().filter(is_asked).collect();
        if found.is_empty() {
            let known: Vec<&str> = self.queues.iter().map(|queue| queue.name.as_str()).collect();
            let name = name.unwrap_or_default().to_owned();
            return Err(Error::NoQueue { name, known: known.join(", ") });
        }
        Ok(found)
    }

    async fn attributes(
        &self,
        url: &str,
        doing: &str,
        names: &[QueueAttributeName],
    ) -> Result<BTreeMap<String, String>, Error> {
        let asked = self.clients.sqs.get_queue_attributes().queue_url(url);
        let asked = asked.set_attribute_names(Some(names.to_vec())).send().await;
        let attributes = asked.map_err(Error::call(doing))?.attributes.unwrap_or_default();
        Ok(attributes.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect())
    }

    async fn count(&self, queue: &Queue) -> Result<Count, Error> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let doing = format!("count the dead letters of {} (sqs:GetQueueAttributes)", queue.name);
        let found = self.attributes(&queue.dead_letters, &doing, &names).await?;
        let [visible, hidden, delayed] = names.map(|name| {
            found.get(name.as_str()).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default()
        });
        Ok(Count { visible, hidden: hidden.saturating_add(delayed) })
    }

    /// Looks at some dead letters of a queue, and puts them back into sight.
    async fn peek(&self, queue: &Queue, most: usize) -> Result<Vec<Seen>, Error> {
        let mut seen: BTreeMap<String, Message> = BTreeMap::new();
        let ended =
            loop {
                let left = most.saturating_sub(seen.len()).min(BATCH);
                if left == 0 {
                    break Ok(());
                }
                match self.receive(queue, left).await {
                    Ok(messages) if messages.is_empty() => break Ok(()),
                    Ok(messages) => seen.extend(messages.into_iter().map(|message| {
                        (message.message_id().unwrap_or_default().to_owned(), message)
                    })),
                    Err(error) => break Err(error),
                }
            };
        let seen: Vec<Message> = seen.into_values().collect();
        let put_back = self.put_back(queue, &seen).await;
        ended.and(put_back)?;
        let mut seen: Vec<Seen> = seen.into_iter().map(Seen::of).collect();
        seen.sort_by_key(|seen| seen.sent_at);
        Ok(seen)
    }

    async fn receive(&self, queue: &Queue, most: usize) -> Result<Vec<Message>, Error> {
        let doing = format!("look at the dead letters of {} (sqs:ReceiveMessage)", queue.name);
        let asked = self.clients.sqs.receive_message().queue_url(&queue.dead_letters);
        let asked = asked
            .max_number_of_messages(i32::try_from(most).unwrap_or(i32::MAX))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .visibility_timeout(HIDDEN_S)
            .wait_time_seconds(WAIT_S);
        let answer = asked.send().await.map_err(Error::call(&doing))?;
        Ok(answer.messages.unwrap_or_default())
    }

    async fn put_back(&self, queue: &Queue, messages: &[Message]) -> Result<(), Error> {
        let doing = format!(
            "put dead letters of {} back into sight (sqs:ChangeMessageVisibility)",
            queue.name
        );
        for some in messages.chunks(BATCH) {
            let entry = |(place, message): (usize, &Message)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(place.to_string())
                    .receipt_handle(message.receipt_handle().unwrap_or_default())
                    .visibility_timeout(0)
                    .build()
                    .ok()
            };
            let entries = some.iter().enumerate().filter_map(entry).collect();
            let change = self.clients.sqs.change_message_visibility_batch();
            let change = change.queue_url(&queue.dead_letters).set_entries(Some(entries));
            // What is not put back comes into sight by itself.
            change.send().await.map_err(Error::call(&doing))?;
        }
        Ok(())
    }
}
