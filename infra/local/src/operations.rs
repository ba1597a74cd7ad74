//! What tests and commands do with a running stack: put events on its bus, read its queues, invoke its functions and
//! read their logs.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types::{PutEventsRequestEntry, Target};
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use domain::EventKind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::calls::{self, client};
use crate::stack::SOURCE;
use crate::{Error, Stack};

/// The `source` of the events that the product publishes.
const SOURCE_PUBLISHED: &str = "ship-confirmation";
/// Most entries of one `PutEvents` and most messages of one `ReceiveMessage`. Source: service quotas.
const BATCH_MAX: usize = 10;
/// `BATCH_MAX` in the type that the SQS client takes.
const RECEIVE_MAX: i32 = 10;

/// An event for the bus. As JSON it is a line of the file that `cargo local send` reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The event's kind. Its name, such as `LabelCreated`, is the `detail-type` on the bus.
    #[serde(rename = "type", deserialize_with = "event_kind")]
    pub kind: EventKind,
    /// The event's content, the `detail` on the bus.
    pub detail: Value,
}

/// Reads an event's kind from its name.
fn event_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse::<EventKind>().map_err(|error| D::Error::custom(format!("`{name}` {error}")))
}

/// A message of a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message, whole.
    pub body: String,
    /// The message's text attributes. A refused message has its refusal in `reason`.
    pub attributes: BTreeMap<String, String>,
}

impl DeadLetter {
    /// Why a function refused the message. `None` if the message was not refused, but failed too often.
    pub fn reason(&self) -> Option<&str> {
        self.attributes.get("reason").map(String::as_str)
    }
}

impl Stack {
    /// A client for the table.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        client!(aws_sdk_dynamodb, &self.state.engine)
    }

    /// A client for the bus.
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        client!(aws_sdk_eventbridge, &self.state.engine)
    }

    /// A client for the secrets, which hold the partners' credentials.
    pub fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        client!(aws_sdk_secretsmanager, &self.state.engine)
    }

    /// A client for the queues.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        client!(aws_sdk_sqs, &self.state.engine)
    }

    /// The URL of a queue such as `label-created` or `amazon`.
    ///
    /// # Errors
    ///
    /// No queue has this name.
    pub fn queue_url(&self, name: &str) -> Result<&str, Error> {
        find(&self.state.queues, name)
    }

    /// The URL of the dead-letter queue of a queue such as `label-created` or `amazon`.
    ///
    /// # Errors
    ///
    /// No queue has this name.
    pub fn dead_letter_queue_url(&self, name: &str) -> Result<&str, Error> {
        find(&self.state.dead_letter_queues, name)
    }

    /// Puts events on the bus, in this order.
    ///
    /// # Errors
    ///
    /// A call failed, or the bus refused some of the events.
    pub async fn put_events(&self, events: &[Event]) -> Result<(), Error> {
        let client = self.eventbridge();
        for batch in events.chunks(BATCH_MAX) {
            let entries = batch.iter().map(|event| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.state.event_bus)
                    .source(SOURCE)
                    .detail_type(event.kind.name())
                    .detail(event.detail.to_string())
                    .build()
            });
            let put = client.put_events().set_entries(Some(entries.collect())).send().await;
            let answer = put.map_err(Error::call("put events on the bus"))?;
            if answer.failed_entry_count() > 0 {
                let answer = format!("{:?}", answer.entries());
                return Err(Error::Refused { doing: "put events on the bus".to_owned(), answer });
            }
        }
        Ok(())
    }

    /// Puts a message directly into a queue, without the bus.
    ///
    /// # Errors
    ///
    /// No queue has this name, or the call failed.
    pub async fn send_to_queue(&self, name: &str, body: impl Into<String>) -> Result<(), Error> {
        let url = self.queue_url(name)?;
        let sent = self.sqs().send_message().queue_url(url).message_body(body).send().await;
        sent.map_err(Error::call(format!("send to the queue {name}")))?;
        Ok(())
    }

    /// Every dead letter of the queue `name` so far. Each is taken out of the dead-letter queue, and this stack
    /// remembers it for the next call.
    ///
    /// # Errors
    ///
    /// No queue has this name, or a call failed.
    pub async fn dead_letters(&self, name: &str) -> Result<Vec<DeadLetter>, Error> {
        let mut letters = self.dead_letters.lock().await;
        let taken = self.take_all(self.dead_letter_queue_url(name)?).await?;
        let all = letters.entry(name.to_owned()).or_default();
        all.extend(taken.into_iter().map(dead_letter));
        Ok(all.clone())
    }

    /// Every event that the product has published so far, in the order of arrival. Shape: whole `EventBridge` events.
    ///
    /// # Errors
    ///
    /// A call failed.
    pub async fn published(&self) -> Result<Vec<Value>, Error> {
        let mut published = self.published.lock().await;
        for message in self.take_all(&self.state.published_queue).await? {
            let event = serde_json::from_str(message.body().unwrap_or_default());
            published.push(event.map_err(Error::call("read a published event"))?);
        }
        Ok(published.clone())
    }

    /// Invokes a function such as `sweep`, and returns its answer.
    ///
    /// # Errors
    ///
    /// The call failed, or the function reported an error ([`Error::Function`]).
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value, Error> {
        let url = format!(
            "{}/2015-03-31/functions/{}-{function}/invocations",
            self.state.engine, self.state.stack
        );
        let answer = calls::post(&url, "lambda", None, payload.to_string().into_bytes()).await?;
        let body = answer.body();
        if !answer.status().is_success() || answer.headers().contains_key("x-amz-function-error") {
            let answer = String::from_utf8_lossy(body).into_owned();
            return Err(Error::Function { function: function.to_owned(), answer });
        }
        serde_json::from_slice(body).map_err(Error::call(format!("read the answer of {function}")))
    }

    /// What a function logged so far, with the time and memory of each invocation. The lines of an invocation appear
    /// when it has ended.
    ///
    /// # Errors
    ///
    /// The call failed, or there is no such function.
    pub async fn logs(&self, function: &str) -> Result<String, Error> {
        let group = format!("/aws/lambda/{}-{function}", self.state.stack);
        let mut lines = String::new();
        let mut token = None;
        loop {
            let page = self.log_page(&group, token.as_deref()).await?;
            for event in page.events {
                lines.push_str(&event.message);
                lines.push('\n');
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(lines);
            }
        }
    }

    async fn log_page(&self, group: &str, token: Option<&str>) -> Result<LogPage, Error> {
        let mut request = serde_json::json!({ "logGroupName": group });
        if let (Some(token), Some(fields)) = (token, request.as_object_mut()) {
            fields.insert("nextToken".to_owned(), token.into());
        }
        let target = Some("Logs_20140328.FilterLogEvents");
        let body = request.to_string().into_bytes();
        let answer = calls::post(&self.state.engine, "logs", target, body).await?;
        let doing = format!("read the log {group}");
        if !answer.status().is_success() {
            let answer = String::from_utf8_lossy(answer.body()).into_owned();
            return Err(Error::Refused { doing, answer });
        }
        serde_json::from_slice(answer.body()).map_err(Error::call(doing))
    }

    /// Makes a queue that receives every event the product publishes, and returns its URL. The queue is no part of the
    /// template.
    pub(crate) async fn collect_published(&self) -> Result<String, Error> {
        let doing = "collect published events";
        let (sqs, bus) = (self.sqs(), self.eventbridge());
        let name = format!("{}-published", self.state.stack);
        let made = sqs.create_queue().queue_name(&name).send().await.map_err(Error::call(doing))?;
        let url = made.queue_url().unwrap_or_default();
        let asked = sqs.get_queue_attributes().queue_url(url);
        let asked = asked.attribute_names(QueueAttributeName::QueueArn).send().await;
        let mut attributes = asked.map_err(Error::call(doing))?.attributes.unwrap_or_default();
        let arn = attributes.remove(&QueueAttributeName::QueueArn).unwrap_or_default();
        let target = Target::builder().id("queue").arn(arn).build().map_err(Error::call(doing))?;
        let pattern = serde_json::json!({ "source": [SOURCE_PUBLISHED] }).to_string();
        let rule = bus.put_rule().name(&name).event_bus_name(&self.state.event_bus);
        rule.event_pattern(pattern).send().await.map_err(Error::call(doing))?;
        let targets = bus.put_targets().rule(&name).event_bus_name(&self.state.event_bus);
        targets.targets(target).send().await.map_err(Error::call(doing))?;
        Ok(url.to_owned())
    }

    async fn take_all(&self, url: &str) -> Result<Vec<Message>, Error> {
        let doing = format!("empty {url}");
        let client = self.sqs();
        let mut taken = Vec::new();
        loop {
            let asked = client.receive_message().queue_url(url).message_attribute_names("All");
            let answer = asked.max_number_of_messages(RECEIVE_MAX).send().await;
            let messages =
                answer.map_err(Error::call(doing.as_str()))?.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(taken);
            }
            for message in &messages {
                let handle = message.receipt_handle().unwrap_or_default();
                let deleted = client.delete_message().queue_url(url).receipt_handle(handle);
                deleted.send().await.map_err(Error::call(doing.as_str()))?;
            }
            taken.extend(messages);
        }
    }
}

#[derive(Deserialize)]
struct LogPage {
    events: Vec<LogEvent>,
    #[serde(rename = "nextToken")]
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct LogEvent {
    message: String,
}

fn find<'a>(queues: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Error> {
    queues.get(name).map(String::as_str).ok_or_else(|| Error::UnknownQueue {
        name: name.to_owned(),
        known: queues.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
    })
}

fn dead_letter(message: Message) -> DeadLetter {
    let attributes = message.message_attributes.unwrap_or_default();
    let texts =
        attributes.into_iter().filter_map(|(name, value)| Some((name, value.string_value?)));
    DeadLetter { body: message.body.unwrap_or_default(), attributes: texts.collect() }
}
