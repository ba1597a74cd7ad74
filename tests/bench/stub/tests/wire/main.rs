//! Calls the stub over its real connection, with AWS's own SDK and with a plain HTTP client, which sees what an SDK
//! hides.

#![expect(
    clippy::expect_used,
    reason = "a test says so where it is wrong, and the switches for tests do not reach its helpers"
)]

mod caller;
mod sdk;

use caller::Caller;
use marketplaces::{AmazonOrder, BackMarketOrder, credentials};
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use stub::{Service, Stub, StubError};

/// A folder of its own for each stub, in the folder that cargo gives to tests. Dropping it removes the folder.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static FOLDERS: AtomicUsize = AtomicUsize::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("stub-{}-{number}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed stays in the build folder.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A stub with a folder of its own.
struct Started {
    stub: Stub,
    _folder: Folder,
}

impl Deref for Started {
    type Target = Stub;

    fn deref(&self) -> &Stub {
        &self.stub
    }
}

fn start() -> Started {
    let folder = Folder::new();
    let stub = Stub::start(&folder.0, || {}).expect("a stub");
    Started { stub, _folder: folder }
}

#[test]
fn its_thread_is_the_callers_to_prepare_and_ends_with_it() {
    let (told, heard) = std::sync::mpsc::channel();
    let folder = Folder::new();
    let stub = Stub::start(&folder.0, move || {
        told.send(std::thread::current().name().map(str::to_owned)).expect("somebody listens");
    });
    let stub = stub.expect("a stub");
    assert_eq!(heard.recv().unwrap().as_deref(), Some("stub"));
    let address = stub.url().replace("https://localhost", "127.0.0.1");
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(stub);
    assert!(std::net::TcpStream::connect(&address).is_err(), "its port is closed");
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = Folder::new();
    assert!(matches!(Stub::start(&folder.0.join("missing"), || {}), Err(StubError::Folder(_))));
}

#[test]
fn the_roots_are_mozillas_and_ours() {
    let stub = start();
    let ours = std::fs::read_to_string(stub.ca()).unwrap();
    let all = std::fs::read_to_string(stub.roots()).unwrap();
    assert!(all.contains(&ours));
    let count = |text: &str| text.matches("BEGIN CERTIFICATE").count();
    assert_eq!(count(&ours), 1);
    assert!(count(&all) > 100, "{}", count(&all));
}

#[test]
fn what_is_seeded_is_there_until_it_is_cleared() {
    let stub = start();
    let item = json!({"pk": {"S": "a"}, "sk": {"S": "b"}, "v": {"N": "1"}});
    stub.put("orders", item.clone()).unwrap();
    stub.put("x-idempotency", json!({"id": {"S": "a"}})).unwrap();
    assert_eq!(stub.item("orders", "a", "b"), Some(item));
    assert!(stub.item("x-idempotency", "a", "").is_some());
    assert_eq!(stub.item_count("orders"), 1);
    assert!(matches!(stub.put("orders", json!({"pk": {"S": "a"}})), Err(StubError::Item(_))));
    assert!(matches!(stub.put("orders", json!({"pk": "a"})), Err(StubError::Item(_))));
    assert_eq!(stub.counts(), stub::Counts::default(), "seeding is free");
    stub.put_secret("s", "1");
    stub.clear();
    assert_eq!((stub.item("orders", "a", "b"), stub.item_count("orders")), (None, 0));
    assert_eq!(stub.secret("s").as_deref(), Some("1"), "secrets stay");
}

#[tokio::test]
async fn bytes_and_connections_are_counted() {
    let stub = start();
    let mut caller = Caller::new(&stub).await;
    let body =
        json!({"TableName": "orders", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}).to_string();
    let headers = [("x-amz-target", "DynamoDB_20120810.GetItem"), ("host", "localhost")];
    for _ in 0..2 {
        let answer = caller.call("POST", "/", &headers, &body).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
    }
    let counts = stub.take_counts();
    assert_eq!((counts.connections, counts.read_half_units), (1, 2));
    let got = counts.of(Service::DynamoDb, "GetItem");
    let (sent, received) = caller.bytes();
    assert_eq!((got.count, got.bytes_in, got.bytes_out, got.refused), (2, sent, received, 0));
    assert_eq!(stub.counts(), stub::Counts::default());
    let mut second = Caller::new(&stub).await;
    second.call("POST", "/", &headers, &body).await;
    assert_eq!(stub.counts().connections, 1);
}

#[tokio::test]
async fn refusals_look_like_those_of_aws() {
    let stub = start();
    let mut caller = Caller::new(&stub).await;
    let mut ask = async |target: &str, body: Value| {
        let answer = caller.call("POST", "/", &[("x-amz-target", target)], &body.to_string()).await;
        let kind = answer.json()["__type"].as_str().unwrap_or_default().to_owned();
        (answer.status, kind, answer.header("x-amzn-query-error"))
    };
    let (status, kind, _) = ask("DynamoDB_20120810.GetItem", json!({"TableName": "a"})).await;
    assert_eq!((status, kind.as_str()), (400, "com.amazon.coral.validate#ValidationException"));
    for target in ["DynamoDB_20120810.Scan", "AmazonSQS.ReceiveMessage", "Kinesis.PutRecord", ""] {
        let (status, kind, _) = ask(target, json!({})).await;
        assert_eq!(
            (status, kind.as_str()),
            (400, "com.amazon.coral.service#UnknownOperationException"),
            "{target}"
        );
    }
    let empty = json!({"QueueUrl": "https://localhost/0/q", "Entries": []});
    let (status, kind, query_error) = ask("AmazonSQS.SendMessageBatch", empty).await;
    assert_eq!((status, kind.as_str()), (400, "com.amazonaws.sqs#EmptyBatchRequest"));
    assert_eq!(query_error.as_deref(), Some("AWS.SimpleQueueService.EmptyBatchRequest;Sender"));
    assert_eq!(stub.counts().of(Service::Unknown, "unknown").count, 2);
    assert_eq!(stub.counts().of(Service::Sqs, "SendMessageBatch").refused, 1);
}

#[tokio::test]
async fn amazon_is_the_strict_fake() {
    let stub = start();
    let order = "902-1106328-1059050";
    stub.shops().amazon().add_order(AmazonOrder::new(
        order,
        "ATVPDKIKX0DER",
        &[("79039765272157", 1)],
    ));
    let mut caller = Caller::new(&stub).await;
    let account = credentials("amazon", marketplaces::DEMO_ACCOUNT);
    let field = |name: &str| account[name].as_str().unwrap().replace('|', "%7C");
    let form = format!(
        "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
        field("refresh_token"),
        field("client_id"),
        field("client_secret")
    );
    let form_type = [("content-type", "application/x-www-form-urlencoded")];
    let token = caller.call("POST", "/amazon/auth/o2/token", &form_type, &form).await;
    let token = token.json()["access_token"].as_str().expect("a token").to_owned();
    let headers = [
        ("x-amz-access-token", token.as_str()),
        ("content-type", "application/json"),
        ("user-agent", "Shipconfirm/1.0 (Language=Rust)"),
    ];
    let confirmation = json!({"marketplaceId": "ATVPDKIKX0DER", "packageDetail": {
        "packageReferenceId": "1", "carrierCode": "FedEx", "trackingNumber": "112345678",
        "shipDate": "2026-02-11T01:00:00Z",
        "orderItems": [{"orderItemId": "79039765272157", "quantity": 1}]}});
    let path = format!("/amazon/orders/v0/orders/{order}/shipmentConfirmation");
    let mut bad = confirmation.clone();
    bad["packageDetail"]["carrierCode"] = "nobody".into();
    assert_eq!(caller.call("POST", &path, &headers, &bad.to_string()).await.status, 400);
    let confirmed = caller.call("POST", &path, &headers, &confirmation.to_string()).await;
    assert_eq!((confirmed.status, confirmed.text.as_str()), (204, ""));
    assert_eq!(stub.shops().amazon().packages(order).len(), 1);
    let path = format!("/amazon/orders/2026-01-01/orders/{order}?includedData=PACKAGES");
    for _ in 0..100 {
        let answer = caller.call("GET", &path, &headers, "").await;
        assert_eq!(answer.status, 200, "a benchmark does not wait for limits: {}", answer.text);
    }
    let counts = stub.counts();
    assert_eq!(counts.of(Service::Amazon, "token").count, 1);
    assert_eq!(counts.of(Service::Amazon, "POST").count, 2);
    assert_eq!(counts.of(Service::Amazon, "POST").refused, 1);
    assert_eq!(counts.of(Service::Amazon, "GET").count, 100);
    assert_eq!(counts.connections, 1);
    let all = counts.to(Service::Amazon);
    assert_eq!((all.bytes_in, all.bytes_out), caller.bytes());
}

#[tokio::test]
async fn back_market_is_the_strict_fake() {
    let stub = start();
    stub.shops().back_market().add_order(BackMarketOrder::accepted(4_711, &[(7, 1)]));
    let mut caller = Caller::new(&stub).await;
    let token = credentials("back_market", marketplaces::DEMO_ACCOUNT);
    let token = format!("Basic {}", token["token"].as_str().unwrap());
    let headers = [
        ("authorization", token.as_str()),
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("accept-language", "en-us"),
        ("user-agent", "BM-Acme-Shipconfirm;ops@acme.com"),
    ];
    for _ in 0..300 {
        let answer = caller.call("GET", "/back_market/ws/orders/4711", &headers, "").await;
        assert_eq!(answer.status, 200, "a benchmark does not wait for limits: {}", answer.text);
    }
    assert_eq!(caller.call("GET", "/back_market/ws/orders/4711", &[], "").await.status, 403);
    let counts = stub.counts().of(Service::BackMarket, "GET");
    assert_eq!((counts.count, counts.refused), (301, 1));
}
