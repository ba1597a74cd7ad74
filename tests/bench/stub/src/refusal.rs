//! Refusals in AWS's form: a status, a named error, and a sentence.

use crate::dynamodb::Item;
use serde::Serialize;
use std::borrow::Cow;

/// The errors that a caller can get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The stub does not understand the request, or AWS would not accept it.
    Validation,
    /// The request's condition does not hold for the item.
    ConditionalCheckFailed,
    /// The stub does not play this operation.
    UnknownOperation,
    /// The batch has no messages.
    EmptyBatch,
    /// The batch has more than ten messages.
    TooManyEntries,
    /// Two entries of a batch have the same id.
    EntryIdsNotDistinct,
    /// A parameter has a value that SQS does not take.
    InvalidParameter,
    /// There is no secret of this name.
    SecretNotFound,
    /// There is already a secret of this name.
    SecretExists,
}

impl Code {
    /// The error's name in the protocol, with its namespace. Source: the services' SDK models.
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

    /// The value of `x-amzn-query-error`, for callers that know the names from before SQS had a JSON protocol. Source:
    /// Smithy, "AWS query compatibility".
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

/// The refusal of a request. Its status is 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    /// The present item, if a condition failed and the request asked for the item.
    pub(crate) item: Option<Item>,
}

impl Refusal {
    /// A refusal without an item.
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), item: None }
    }

    /// The stub does not understand the request, or AWS would not accept it.
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
        // The parts are texts, so they can always be written.
        serde_json::to_vec(&Body { kind, message: &self.message, item }).unwrap_or_default()
    }
}

/// Reads a request's body. A field that the stub does not know is an error.
pub(crate) fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid(error.to_string()))
}

/// Writes an answer's body.
pub(crate) fn write<T: Serialize>(answer: &T) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|error| Refusal::invalid(error.to_string()))
}
