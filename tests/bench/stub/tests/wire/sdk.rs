//! Calls the stub with AWS's own SDK, over one HTTP client, as our functions do.

use super::start;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure,
};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use serde_json::json;
use stub::{Event, Service, Stub};

/// Makes a client of a service, as the crate `aws` does. It trusts the stub's roots.
macro_rules! client {
    ($service:ident, $stub:expr) => {{
        let roots = std::fs::read($stub.ca()).expect("the stub's root");
        let trust = TrustStore::empty().with_pem_certificate(roots);
        let context = TlsContext::builder().with_trust_store(trust).build().expect("TLS");
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(context)
            .build_https();
        let credentials = Credentials::new("test", "test", None, None, "test");
        let config = $service::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http)
            .endpoint_url($stub.url());
        $service::Client::from_conf(config.build())
    }};
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

#[tokio::test]
async fn an_order_is_made_changed_and_found() {
    let stub = start();
    let client = client!(aws_sdk_dynamodb, stub);
    let put = || {
        client
            .put_item()
            .table_name("orders")
            .item("pk", text("a"))
            .item("sk", text("ORDER"))
            .item("v", number(1))
            .item("due_shard", number(3))
            .item("due_at", number(1_000))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    };
    let made = put().send().await.unwrap();
    assert_eq!(made.consumed_capacity().unwrap().capacity_units(), Some(2.0));
    let failed = put().send().await.unwrap_err().into_service_error();
    let PutItemError::ConditionalCheckFailedException(failed) = failed else {
        panic!("{failed:?}")
    };
    assert_eq!(failed.item().unwrap()["v"], number(1));
    let changed = client
        .update_item()
        .table_name("orders")
        .key("pk", text("a"))
        .key("sk", text("ORDER"))
        .update_expression("ADD orders :one SET #v = #v + :by")
        .expression_attribute_names("#v", "v")
        .expression_attribute_values(":one", AttributeValue::Ss(vec!["p#1".to_owned()]))
        .expression_attribute_values(":by", number(1))
        .return_values(ReturnValue::AllNew)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.attributes().unwrap()["v"], number(2));
    let page = client
        .query()
        .table_name("orders")
        .index_name("due")
        .key_condition_expression("due_shard = :shard AND due_at <= :until")
        .expression_attribute_values(":shard", number(3))
        .expression_attribute_values(":until", number(1_000))
        .limit(1)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (page.count(), page.last_evaluated_key().map(std::collections::HashMap::len)),
        (1, Some(4))
    );
    let counts = stub.counts();
    assert_eq!((counts.connections, counts.write_units, counts.read_half_units), (1, 2 + 1 + 1, 1));
}

#[tokio::test]
async fn items_are_read_alone_together_and_deleted() {
    let stub = start();
    stub.put("orders", json!({"pk": {"S": "a"}, "sk": {"S": "ORDER"}, "v": {"N": "7"}})).unwrap();
    let client = client!(aws_sdk_dynamodb, stub);
    let get = client.get_item().table_name("orders").key("pk", text("a")).key("sk", text("ORDER"));
    let got = get.consistent_read(true).send().await.unwrap();
    assert_eq!(got.item().unwrap()["v"], number(7));
    let key = [("pk".to_owned(), text("a")), ("sk".to_owned(), text("ORDER"))];
    let keys = KeysAndAttributes::builder().keys(key.into()).build().unwrap();
    let batch = client.batch_get_item().request_items("orders", keys).send().await.unwrap();
    assert_eq!(batch.responses().unwrap()["orders"].len(), 1);
    assert!(batch.unprocessed_keys().is_some_and(std::collections::HashMap::is_empty));
    let delete = client.delete_item().table_name("orders").key("pk", text("a"));
    let gone = delete.key("sk", text("ORDER")).return_values(ReturnValue::AllOld).send().await;
    assert_eq!(gone.unwrap().attributes().unwrap()["v"], number(7));
    assert_eq!(stub.item("orders", "a", "ORDER"), None);
    assert_eq!((stub.counts().read_half_units, stub.counts().write_units), (3, 1));
}

async fn send_batch(stub: &Stub, count: usize) -> Result<usize, SendMessageBatchError> {
    let client = client!(aws_sdk_sqs, stub);
    let entry = |place: usize| {
        let entry = SendMessageBatchRequestEntry::builder().id(place.to_string());
        entry.message_body("{}").delay_seconds(5).message_group_id("s1").build().expect("an entry")
    };
    let entries = (0..count).map(entry).collect();
    let batch = client.send_message_batch().queue_url("https://localhost/0/q");
    let sent = batch.set_entries(Some(entries)).send().await;
    sent.map(|sent| sent.successful().len())
        .map_err(aws_sdk_sqs::error::SdkError::into_service_error)
}

#[tokio::test]
async fn doorbells_are_taken() {
    let stub = start();
    assert_eq!(send_batch(&stub, 10).await.unwrap(), 10);
    assert!(send_batch(&stub, 0).await.unwrap_err().is_empty_batch_request());
    assert!(send_batch(&stub, 11).await.unwrap_err().is_too_many_entries_in_batch_request());
    let client = client!(aws_sdk_sqs, stub);
    let reason = MessageAttributeValue::builder().data_type("String").string_value("why");
    client
        .send_message()
        .queue_url("https://localhost/0/dead")
        .message_body("?")
        .message_attributes("reason", reason.build().unwrap())
        .send()
        .await
        .unwrap();
    let bells = stub.take_messages("https://localhost/0/q");
    assert_eq!(bells.len(), 10);
    assert_eq!((bells[0].delay_s, bells[0].group.as_deref()), (5, Some("s1")));
    let aside = stub.take_messages("https://localhost/0/dead");
    assert_eq!(aside[0].attributes["reason"], "why");
    assert_eq!(stub.counts().messages, 11);
}

#[tokio::test]
async fn notices_are_taken() {
    let stub = start();
    let client = client!(aws_sdk_eventbridge, stub);
    let warm_up = client.put_events().set_entries(Some(Vec::new())).send().await;
    assert!(warm_up.is_err(), "a call with nothing in it");
    let entry = PutEventsRequestEntry::builder().source("s").detail_type("K").detail("{}");
    let sent = client.put_events().entries(entry.event_bus_name("b").build()).send().await.unwrap();
    assert_eq!((sent.failed_entry_count(), sent.entries().len()), (0, 1));
    let event = Event {
        bus: "b".to_owned(),
        source: "s".to_owned(),
        kind: "K".to_owned(),
        detail: "{}".to_owned(),
    };
    assert_eq!(stub.take_events(), [event]);
    assert_eq!(stub.counts().events, 1);
    assert_eq!(stub.counts().of(Service::EventBridge, "PutEvents").refused, 1);
}

#[tokio::test]
async fn a_secret_is_read_and_renewed() {
    let stub = start();
    stub.put_secret("a", "1");
    let client = client!(aws_sdk_secretsmanager, stub);
    let got = client.get_secret_value().secret_id("a").send().await.unwrap();
    assert_eq!(got.secret_string(), Some("1"));
    let put = client.put_secret_value().secret_id("a").secret_string("2").send().await.unwrap();
    let got = client.get_secret_value().secret_id("a").send().await.unwrap();
    assert_eq!((got.secret_string(), got.version_id()), (Some("2"), put.version_id()));
    let described = client.describe_secret().secret_id("a").send().await.unwrap();
    assert_eq!(described.name(), Some("a"));
    let missing = client.get_secret_value().secret_id("b").send().await.unwrap_err();
    assert!(matches!(
        missing.into_service_error(),
        GetSecretValueError::ResourceNotFoundException(_)
    ));
    let again = client.create_secret().name("a").secret_string("3").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_exists_exception());
    client.create_secret().name("b").secret_string("3").send().await.unwrap();
    assert_eq!(stub.secret("b").as_deref(), Some("3"));
}
