//! Dead letters go back into their queue. SQS has a task for that. Messages that a function or the bus put into a dead-letter
//! queue themselves come from no queue that SQS knows, so the destination is named. The local engine has no such task: there each
//! message is sent first and removed then, so that a crash between the two repeats it and never loses it.

use super::{BATCH, REASON};
use crate::operator::Queue;
use crate::{Error, Operator, Report};
use aws_sdk_sqs::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// The most messages that may go back in a second. Source: SQS API reference, `StartMessageMoveTask`.
pub const RATE_MAX: u16 = 500;

/// What a service answers that does not know an action. Source: the local engine; AWS's common errors.
const UNKNOWN_ACTION: &str = "InvalidAction";

/// What became of the dead letters of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// SQS moves about so many, by itself.
    Started(u64),
    /// So many were moved.
    Done(u64),
}

impl Operator {
    /// Puts dead letters back into their queues.
    pub(crate) async fn redrive_dead_letters(
        &self,
        queue: Option<&str>,
        rate: u16,
        is_json: bool,
    ) -> Result<Report, Error> {
        let mut all = Vec::new();
        for queue in self.asked_queues(queue)? {
            let count = self.count(queue).await?.visible;
            if count > 0 {
                all.push((queue.name.as_str(), self.redrive(queue, count, rate).await?));
            }
        }
        if is_json {
            let view = |(queue, moved): &(&str, Moved)| match moved {
                Moved::Started(count) => json!({ "queue": queue, "moves": count }),
                Moved::Done(count) => json!({ "queue": queue, "moved": count }),
            };
            let queues: Vec<Value> = all.iter().map(view).collect();
            return Ok(Report::done(json!({ "queues": queues, "rate": rate }).to_string()));
        }
        if all.is_empty() {
            return Ok(Report::done("There are no dead letters."));
        }
        let said = all.iter().map(|(queue, moved)| match moved {
            Moved::Started(count) => format!(
                "{queue}: SQS moves about {count} dead letters back, {rate} a second. `dead-letters list` says how many are left."
            ),
            Moved::Done(count) => format!("{queue}: {count} dead letters went back, {rate} a second."),
        });
        Ok(Report::done(said.collect::<Vec<_>>().join("\n")))
    }

    async fn redrive(&self, queue: &Queue, count: u64, rate: u16) -> Result<Moved, Error> {
        let (from, to) = (self.arn(&queue.dead_letters).await?, self.arn(&queue.url).await?);
        let task = self.clients.sqs.start_message_move_task().source_arn(from).destination_arn(to);
        let task = task.max_number_of_messages_per_second(i32::from(rate)).send().await;
        let Err(error) = task else { return Ok(Moved::Started(count)) };
        if error.code() == Some(UNKNOWN_ACTION) {
            return self.move_by_hand(queue, count, rate).await.map(Moved::Done);
        }
        let doing =
            format!("redrive the dead letters of {} (sqs:StartMessageMoveTask)", queue.name);
        Err(Error::call(&doing)(error))
    }

    async fn arn(&self, url: &str) -> Result<String, Error> {
        let doing = "read the name of a queue (sqs:GetQueueAttributes)";
        let mut found = self.attributes(url, doing, &[QueueAttributeName::QueueArn]).await?;
        Ok(found.remove(QueueAttributeName::QueueArn.as_str()).unwrap_or_default())
    }

    /// Moves as many messages as there were: what is refused again comes back as a dead letter, and would go round for ever.
    async fn move_by_hand(&self, queue: &Queue, count: u64, rate: u16) -> Result<u64, Error> {
        let mut moved: u64 = 0;
        while moved < count {
            let left = usize::try_from(count - moved).unwrap_or(BATCH);
            let most = left.min(BATCH).min(usize::from(rate));
            let messages = self.receive(queue, most).await?;
            if messages.is_empty() {
                break;
            }
            let sent = self.send_again(queue, &messages).await?;
            self.remove(queue, &sent).await?;
            let some = u64::try_from(sent.len()).unwrap_or_default();
            moved = moved.saturating_add(some);
            let pause = Duration::from_millis(some.saturating_mul(1_000) / u64::from(rate.max(1)));
            tokio::time::sleep(pause).await;
        }
        Ok(moved)
    }

    /// Sends messages into their queue. Those that it took are returned.
    async fn send_again<'a>(
        &self,
        queue: &Queue,
        messages: &'a [Message],
    ) -> Result<Vec<&'a Message>, Error> {
        let doing = format!("put messages into the queue {} (sqs:SendMessage)", queue.name);
        let entries =
            messages.iter().enumerate().filter_map(|(place, message)| entry(place, message));
        let send = self.clients.sqs.send_message_batch().queue_url(&queue.url);
        let answer =
            send.set_entries(Some(entries.collect())).send().await.map_err(Error::call(&doing))?;
        let taken: BTreeSet<usize> =
            answer.successful().iter().filter_map(|entry| entry.id().parse().ok()).collect();
        if taken.is_empty()
            && let Some(failed) = answer.failed().first()
        {
            let why = failed.message().unwrap_or_default();
            return Err(Error::answered(&doing, failed.code(), why));
        }
        let is_taken = |(place, _): &(usize, &Message)| taken.contains(place);
        Ok(messages.iter().enumerate().filter(is_taken).map(|(_, message)| message).collect())
    }

    async fn remove(&self, queue: &Queue, messages: &[&Message]) -> Result<(), Error> {
        let doing =
            format!("remove dead letters of {} that went back (sqs:DeleteMessage)", queue.name);
        let entry = |(place, message): (usize, &&Message)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .build()
                .ok()
        };
        let entries: Vec<_> = messages.iter().enumerate().filter_map(entry).collect();
        if entries.is_empty() {
            return Ok(());
        }
        let delete = self.clients.sqs.delete_message_batch().queue_url(&queue.dead_letters);
        // One that is not removed is handled twice, which changes nothing.
        delete.set_entries(Some(entries)).send().await.map_err(Error::call(&doing))?;
        Ok(())
    }
}

/// A message as it goes back: whole, in the group of its seller, and without the reason of its last refusal.
fn entry(place: usize, message: &Message) -> Option<SendMessageBatchRequestEntry> {
    let mut attributes = message.message_attributes().cloned().unwrap_or_default();
    attributes.remove(REASON);
    let system = message.attributes();
    let group = system.and_then(|system| system.get(&MessageSystemAttributeName::MessageGroupId));
    SendMessageBatchRequestEntry::builder()
        .id(place.to_string())
        .message_body(message.body().unwrap_or_default())
        .set_message_attributes((!attributes.is_empty()).then_some(attributes))
        .set_message_group_id(group.cloned())
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sqs::types::MessageAttributeValue;

    #[test]
    fn a_message_goes_back_whole_and_without_its_reason() {
        let text = |text: &str| {
            MessageAttributeValue::builder().data_type("String").string_value(text).build().unwrap()
        };
        let message = Message::builder()
            .body("b")
            .message_attributes("reason", text("bad"))
            .message_attributes("trace", text("t"))
            .attributes(MessageSystemAttributeName::MessageGroupId, "acme")
            .build();
        let entry = entry(3, &message).unwrap();
        assert_eq!((entry.id(), entry.message_body()), ("3", "b"));
        assert_eq!(entry.message_group_id(), Some("acme"));
        let names: Vec<&String> = entry.message_attributes().unwrap().keys().collect();
        assert_eq!(names, ["trace"]);
    }
}
