//! How AWS says no: a status, a named error, a sentence.

use crate::dynamodb::Item;
use serde::Serialize;
use std::borrow::Cow;

/// The errors a caller can meet here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A request that is not understood, or that AWS would not take.
    Validation,
    /// The item is not as the request's condition says.
    ConditionalCheckFailed,
    /// No such operation, or none that the stub plays.
    UnknownOperation,
    /// A batch of no messages.
    EmptyBatch,
    /// A batch of more than ten messages.
    TooManyEntries,
    /// Two entries of a batch have one name.
    EntryIdsNotDistinct,
    /// A parameter that SQS does not take.
    InvalidParameter,
    /// No secret of that name.
    SecretNotFound,
    /// There is a secret of that name.
    SecretExists,
}

impl Code {
    /// As the protocol names it, with its namespace. Source: what the services' SDK models call their errors.
    const fn kind(self) -> &'static str {
        match self {
            Self::Validation => "com.amazon.coral.validate#ValidationException",
            Self::ConditionalCheckFailed => {
                "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            }
            Self::UnknownOperation => "com.amazon.coral.service#UnknownOperationException",
            Self::EmptyBatch => "com.amazonaws.sqs#EmptyBatchRequest",
            Self::TooManyEntries => "com.amazonaws.sqs#TooManyEntriesInBatchRequest",
            Self::EntryIdsNotDistinct => "com.amazonaws.sqs#BatchEntryIdsNotDistinct",
            Self::InvalidParameter => "com.amazonaws.sqs#InvalidParameterValue",
            Self::SecretNotFound => "ResourceNotFoundException",
            Self::SecretExists => "ResourceExistsException",
        }
    }

    /// What `x-amzn-query-error` says beside it, for callers that knew SQS before its JSON. Source: Smithy,
    /// "AWS query compatibility".
    pub(crate) const fn query_error(self) -> Option<&'static str> {
        match self {
            Self::EmptyBatch => Some("AWS.SimpleQueueService.EmptyBatchRequest;Sender"),
            Self::TooManyEntries => {
                Some("AWS.SimpleQueueService.TooManyEntriesInBatchRequest;Sender")
            }
            Self::EntryIdsNotDistinct => {
                Some("AWS.SimpleQueueService.BatchEntryIdsNotDistinct;Sender")
            }
            Self::InvalidParameter => Some("InvalidParameterValue;Sender"),
            Self::Validation
            | Self::ConditionalCheckFailed
            | Self::UnknownOperation
            | Self::SecretNotFound
            | Self::SecretExists => None,
        }
    }
}

/// A request that is refused. Its status is 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    /// The item as it is, where a condition failed and the request asked for it.
    pub(crate) item: Option<Item>,
}

impl Refusal {
    /// A refusal without an item.
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), item: None }
    }

    /// A request that is not understood, or that AWS would not take.
    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Validation, message)
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(rename = "__type")]
            kind: &'static str,
            message: &'a str,
            #[serde(rename = "Item", skip_serializing_if = "Option::is_none")]
            item: Option<&'a Item>,
        }
        let (kind, item) = (self.code.kind(), self.item.as_ref());
        // Its parts are texts, so it can always be written.
        serde_json::to_vec(&Body { kind, message: &self.message, item }).unwrap_or_default()
    }
}

/// Reads a request's body. Fields that the stub does not know are refused, not passed over.
pub(crate) fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid(error.to_string()))
}

/// Writes an answer's body.
pub(crate) fn write<T: Serialize>(answer: &T) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|error| Refusal::invalid(error.to_string()))
}
