//! SQS, as far as senders use it. It takes messages, and [`crate::Stub::take_messages`] gives them out. A queue exists
//! from its first use, and is a standard queue. No message is delivered to anybody.

use crate::refusal::{Code, Refusal, read, write};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// Most messages of one batch. Source: SQS quotas.
const BATCH_MAX: usize = 10;

/// Longest delay. Unit: seconds. Source: SQS quotas.
const DELAY_MAX_S: u32 = 900;

/// Largest message, and largest batch. Unit: bytes. Source: SQS quotas.
const BYTES_MAX: usize = 1024 * 1024;

/// The account that owns all queues.
const ACCOUNT: &str = "000000000000";

/// A message that a queue took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The message's text.
    pub body: String,
    /// How long the message must stay hidden. Unit: seconds.
    pub delay_s: u32,
    /// The message's group, for fair queues.
    pub group: Option<String>,
    /// The message's attributes that are texts or numbers.
    pub attributes: BTreeMap<String, String>,
}

/// The operations of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    SendMessage,
    SendMessageBatch,
    GetQueueUrl,
}

impl Operation {
    /// Every operation.
    pub(crate) const ALL: [Self; 3] =
        [Self::SendMessage, Self::SendMessageBatch, Self::GetQueueUrl];

    /// The operation's name in the protocol.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SendMessage => "SendMessage",
            Self::SendMessageBatch => "SendMessageBatch",
            Self::GetQueueUrl => "GetQueueUrl",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SendMessage {
    queue_url: String,
    message_body: String,
    delay_seconds: Option<u32>,
    message_group_id: Option<String>,
    #[serde(default)]
    message_attributes: BTreeMap<String, MessageAttribute>,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, MessageAttribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SendMessageBatch {
    queue_url: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Entry {
    id: String,
    message_body: String,
    delay_seconds: Option<u32>,
    message_group_id: Option<String>,
    #[serde(default)]
    message_attributes: BTreeMap<String, MessageAttribute>,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, MessageAttribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MessageAttribute {
    data_type: String,
    string_value: Option<String>,
    binary_value: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetQueueUrl {
    queue_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    digest: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchAnswer {
    successful: Vec<Sent>,
    failed: Vec<Failed>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    id: String,
    sender_fault: bool,
    code: &'static str,
    message: String,
}

/// All queues, by URL.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    messages: HashMap<String, Vec<Message>>,
    taken: u64,
}

impl Queues {
    /// Answers a call. `url` is the stub's own address.
    pub(crate) fn answer(
        &mut self,
        operation: Operation,
        body: &[u8],
        url: &str,
    ) -> Result<Vec<u8>, Refusal> {
        match operation {
            Operation::SendMessage => self.send(body),
            Operation::SendMessageBatch => self.send_batch(body),
            Operation::GetQueueUrl => {
                let request: GetQueueUrl = read(body)?;
                let url = format!("{url}/{ACCOUNT}/{}", request.queue_name);
                write(&serde_json::json!({ "QueueUrl": url }))
            }
        }
    }

    fn send(&mut self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request: SendMessage = read(body)?;
        let entry = Entry {
            id: String::new(),
            message_body: request.message_body,
            delay_seconds: request.delay_seconds,
            message_group_id: request.message_group_id,
            message_attributes: request.message_attributes,
            message_system_attributes: request.message_system_attributes,
        };
        let sent = self.take(&request.queue_url, entry)?;
        write(&Sent { id: None, ..sent })
    }

    fn send_batch(&mut self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request: SendMessageBatch = read(body)?;
        if request.entries.is_empty() {
            return Err(Refusal::new(
                Code::EmptyBatch,
                "There should be at least one SendMessageBatchRequestEntry in the request.",
            ));
        }
        if request.entries.len() > BATCH_MAX {
            return Err(Refusal::new(
                Code::TooManyEntries,
                format!(
                    "Maximum number of entries per request are {BATCH_MAX}. You have sent {}.",
                    request.entries.len()
                ),
            ));
        }
        let ids: BTreeSet<&str> = request.entries.iter().map(|entry| entry.id.as_str()).collect();
        if ids.len() < request.entries.len() {
            return Err(Refusal::new(Code::EntryIdsNotDistinct, "Two entries have one id."));
        }
        let bytes: usize = request.entries.iter().map(|entry| entry.message_body.len()).sum();
        if bytes > BYTES_MAX {
            return Err(invalid("Batch requests cannot be longer than 1048576 bytes."));
        }
        let mut answer = BatchAnswer { successful: Vec::new(), failed: Vec::new() };
        for entry in request.entries {
            let id = entry.id.clone();
            match self.take(&request.queue_url, entry) {
                Ok(sent) => answer.successful.push(sent),
                Err(refusal) => answer.failed.push(Failed {
                    id,
                    sender_fault: true,
                    code: "InvalidParameterValue",
                    message: refusal.message.into_owned(),
                }),
            }
        }
        write(&answer)
    }

    fn take(&mut self, queue: &str, entry: Entry) -> Result<Sent, Refusal> {
        let Entry { id, message_body: body, .. } = entry;
        if body.is_empty() || body.len() > BYTES_MAX {
            return Err(invalid("The message must be 1 to 1048576 bytes long."));
        }
        let delay_s = entry.delay_seconds.unwrap_or_default();
        if delay_s > DELAY_MAX_S {
            return Err(invalid(format!(
                "Value {delay_s} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= {DELAY_MAX_S}."
            )));
        }
        for (name, attribute) in &entry.message_system_attributes {
            attribute.check(name)?;
        }
        let mut attributes = BTreeMap::new();
        for (name, attribute) in entry.message_attributes {
            attribute.check(&name)?;
            attributes.extend(attribute.string_value.map(|text| (name, text)));
        }
        self.taken += 1;
        let sent = Sent {
            id: Some(id),
            message_id: format!("00000000-0000-4000-8000-{:012x}", self.taken),
            digest: digest(&body),
        };
        let message = Message { body, delay_s, group: entry.message_group_id, attributes };
        self.messages.entry(queue.to_owned()).or_default().push(message);
        Ok(sent)
    }

    /// Number of messages taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Gives out a queue's messages and forgets them, in the order of arrival.
    pub(crate) fn drain(&mut self, queue: &str) -> Vec<Message> {
        self.messages.get_mut(queue).map(std::mem::take).unwrap_or_default()
    }

    /// Forgets every message.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }
}

impl MessageAttribute {
    fn check(&self, name: &str) -> Result<(), Refusal> {
        let kind = self.data_type.split('.').next().unwrap_or_default();
        let is_whole = match kind {
            "String" | "Number" => self.string_value.as_ref().is_some_and(|text| !text.is_empty()),
            "Binary" => self.binary_value.is_some(),
            _ => false,
        };
        if is_whole {
            return Ok(());
        }
        Err(invalid(format!("The message attribute '{name}' has no value of its type.")))
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::InvalidParameter, message.into())
}

/// The MD5 of a message. SDKs compare it, and at least the SDK for JavaScript refuses an answer without it.
fn digest(body: &str) -> String {
    let digest = Md5::digest(body.as_bytes());
    digest.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    const QUEUE: &str = "https://localhost/000000000000/amazon";

    fn ask(queues: &mut Queues, operation: Operation, body: &Value) -> Result<Value, Refusal> {
        let answer =
            queues.answer(operation, body.to_string().as_bytes(), "https://localhost:1")?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    #[test]
    fn a_message_is_taken_and_answered_with_its_digest() {
        let mut queues = Queues::default();
        let body = json!({"QueueUrl": QUEUE, "MessageBody": "hello", "DelaySeconds": 900,
            "MessageGroupId": "s1", "MessageAttributes": {
                "reason": {"DataType": "String", "StringValue": "no date"},
                "n": {"DataType": "Number.int", "StringValue": "1"},
                "b": {"DataType": "Binary", "BinaryValue": "AQ=="}}});
        let answer = ask(&mut queues, Operation::SendMessage, &body).unwrap();
        assert_eq!(answer["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(answer["MessageId"], "00000000-0000-4000-8000-000000000001");
        let attributes = [("n", "1"), ("reason", "no date")];
        let message = Message {
            body: "hello".to_owned(),
            delay_s: 900,
            group: Some("s1".to_owned()),
            attributes: attributes.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        };
        assert_eq!(queues.drain(QUEUE), [message]);
        assert_eq!((queues.drain(QUEUE), queues.taken()), (Vec::new(), 1));
    }

    #[test]
    fn each_entry_of_a_batch_is_taken_or_refused_by_itself() {
        let mut queues = Queues::default();
        let body = json!({"QueueUrl": QUEUE, "Entries": [
            {"Id": "0", "MessageBody": "a", "MessageGroupId": "s1"},
            {"Id": "1", "MessageBody": "b", "DelaySeconds": 901},
            {"Id": "2", "MessageBody": ""}]});
        let answer = ask(&mut queues, Operation::SendMessageBatch, &body).unwrap();
        assert_eq!(answer["Successful"][0]["Id"], "0");
        assert_eq!(answer["Successful"].as_array().unwrap().len(), 1);
        let failed = answer["Failed"].as_array().unwrap();
        assert_eq!((failed.len(), &failed[0]["Id"]), (2, &json!("1")));
        assert_eq!(queues.drain(QUEUE).len(), 1);
    }

    fn entries(count: usize) -> Value {
        (0..count).map(|n| json!({"Id": n.to_string(), "MessageBody": "a"})).collect()
    }

    #[rstest]
    #[case::no_entries(entries(0), Some(Code::EmptyBatch))]
    #[case::one(entries(1), None)]
    #[case::ten(entries(10), None)]
    #[case::eleven(entries(11), Some(Code::TooManyEntries))]
    #[case::same_ids(json!([{"Id": "a", "MessageBody": "a"}, {"Id": "a", "MessageBody": "b"}]), Some(Code::EntryIdsNotDistinct))]
    #[case::large(json!([{"Id": "a", "MessageBody": "x".repeat(1024 * 1024)}, {"Id": "b", "MessageBody": "x"}]), Some(Code::InvalidParameter))]
    #[case::unknown_field(json!([{"Id": "a", "MessageBody": "a", "MessageDeduplicationId": "d"}]), Some(Code::Validation))]
    fn a_batch_is_refused_as_a_whole(#[case] entries: Value, #[case] code: Option<Code>) {
        let body = json!({"QueueUrl": QUEUE, "Entries": entries});
        let answer = ask(&mut Queues::default(), Operation::SendMessageBatch, &body);
        assert_eq!(answer.err().map(|refusal| refusal.code), code);
    }

    #[rstest]
    #[case::no_body(json!({"QueueUrl": QUEUE, "MessageBody": ""}))]
    #[case::long_delay(json!({"QueueUrl": QUEUE, "MessageBody": "a", "DelaySeconds": 901}))]
    #[case::no_value(json!({"QueueUrl": QUEUE, "MessageBody": "a", "MessageAttributes": {"a": {"DataType": "String"}}}))]
    #[case::no_kind(json!({"QueueUrl": QUEUE, "MessageBody": "a", "MessageAttributes": {"a": {"DataType": "Text", "StringValue": "a"}}}))]
    fn a_message_is_refused(#[case] body: Value) {
        let refusal = ask(&mut Queues::default(), Operation::SendMessage, &body).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidParameter);
    }

    #[test]
    fn a_queue_has_an_address() {
        let body = json!({"QueueName": "amazon"});
        let answer = ask(&mut Queues::default(), Operation::GetQueueUrl, &body).unwrap();
        assert_eq!(answer["QueueUrl"], "https://localhost:1/000000000000/amazon");
    }
}
