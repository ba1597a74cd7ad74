//! The table: its client and its name as one, and how an item is named, read and updated.

use super::chain;
use super::item::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use flows::ports::{Cause, StoreError};
use std::collections::HashMap;
use std::error::Error;

/// The table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    client: Client,
    name: String,
    /// Over how many shards of the `due` index orders are spread.
    pub(super) due_shards: u8,
}

/// What names an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    pub(super) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(super) fn attributes(self) -> HashMap<String, AttributeValue> {
        HashMap::from([("pk".to_owned(), text(self.pk)), ("sk".to_owned(), text(self.sk))])
    }
}

/// What became of a conditional update.
pub(super) enum Updated {
    /// It was made. Has the attributes that were asked for.
    Made(Option<Item>),
    /// Its condition did not hold. Has the item as it is, where that was asked for and it is there.
    NotMade(Option<Item>),
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(format!("{value}"))
}

/// The codes of errors that the same call will always get. All others may pass, also those that nobody has listed: what is
/// taken for permanent is not tried again, and what is tried again in vain costs only time.
///
/// Source: `DynamoDB` developer guide, "Error messages and codes", where it says not to retry. `ValidationException` is also
/// the code of an item that is too large.
const PERMANENT: [&str; 6] = [
    "AccessDeniedException",
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
    "ResourceNotFoundException",
    "SerializationException",
    "ValidationException",
];

/// What the flows are told of a call that failed. Nothing else makes a [`StoreError`] of an SDK error.
pub(super) fn store_error<E>(error: SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let code = error.code().map(str::to_owned);
    let (why, is_permanent) = match (&error, code) {
        (SdkError::ConstructionFailure(_), _) => ("the call could not be built".to_owned(), true),
        (SdkError::TimeoutError(_), _) => ("there was no answer in time".to_owned(), false),
        (SdkError::DispatchFailure(failure), _) => {
            ("the table was not reached".to_owned(), failure.is_user())
        }
        (SdkError::ServiceError(_), Some(code)) => {
            let is_permanent = PERMANENT.contains(&code.as_str());
            (code, is_permanent)
        }
        // Among them is an answer that cannot be read.
        (_, _) => ("the answer says nothing that is known".to_owned(), false),
    };
    let source = Some(Cause::new(error));
    if is_permanent {
        StoreError::Refused { why, source }
    } else {
        StoreError::Passing { why, source }
    }
}

impl Table {
    pub(super) fn new(client: Client, name: String, due_shards: u8) -> Self {
        Self { client, name, due_shards }
    }

    /// Reads nothing, to open the connection.
    pub(super) async fn warm_up(&self) {
        let nothing = Key::new("-".to_owned(), "-");
        let read = self.client.get_item().table_name(&self.name);
        if let Err(error) = read.set_key(Some(nothing.attributes())).send().await {
            tracing::warn!(error = chain(&error), "the table did not answer in init");
        }
    }

    /// An item, read consistently.
    pub(super) async fn get(&self, key: Key) -> Result<Option<Item>, StoreError> {
        let read = self.client.get_item().table_name(&self.name).consistent_read(true);
        let answer = read.set_key(Some(key.attributes())).send().await;
        Ok(answer.map_err(store_error)?.item)
    }

    /// A write of a whole item.
    pub(super) fn put(&self, item: Item) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&self.name).set_item(Some(item))
    }

    /// A deletion of an item.
    pub(super) fn delete(&self, key: Key) -> DeleteItemFluentBuilder {
        self.client.delete_item().table_name(&self.name).set_key(Some(key.attributes()))
    }

    /// An update of an item.
    pub(super) fn update(&self, key: Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.name).set_key(Some(key.attributes()))
    }

    /// A query.
    pub(super) fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name)
    }

    /// A consistent read of the items of a partition whose sort keys begin so.
    pub(super) fn query_beginning(&self, partition: String, sort_key: &str) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :partition AND begins_with(sk, :beginning)")
            .expression_attribute_values(":partition", text(partition))
            .expression_attribute_values(":beginning", text(sort_key))
    }

    /// All of these items, read page by page.
    pub(super) async fn all_beginning(
        &self,
        partition: String,
        sort_key: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let query = self.query_beginning(partition, sort_key);
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let page = query.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(store_error)?;
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// A read of many items.
    pub(super) fn batch_get(&self, asked: KeysAndAttributes) -> BatchGetItemFluentBuilder {
        self.client.batch_get_item().request_items(&self.name, asked)
    }

    /// What of an answer about several tables is this one's.
    pub(super) fn own<T>(&self, answer: Option<HashMap<String, T>>) -> Option<T> {
        answer?.remove(&self.name)
    }
}

/// Sends a conditional update.
pub(super) async fn updated(update: UpdateItemFluentBuilder) -> Result<Updated, StoreError> {
    match update.send().await {
        Ok(output) => Ok(Updated::Made(output.attributes)),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Updated::NotMade(failed.item().cloned()))
            }
            Some(_) | None => Err(store_error(error)),
        },
    }
}

#[cfg(test)]
mod tests;
