//! Calls to the engine: the SDK's clients, and plain requests where it is not worth compiling a client.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::Error;

/// The region that the engine imitates.
pub(crate) const REGION: &str = "us-east-1";

/// The access key of the engine's owner, who may do everything. The engine does not check the owner's signature. A
/// function gets the credentials of its own role.
pub(crate) const ACCESS_KEY: &str = "test";

/// Longest wait for an answer. An invocation waits for its function, which may run for a minute.
const ANSWER_MAX: Duration = Duration::from_secs(70);

/// Makes an SDK client with the settings that all of them share. It is a macro because each client has a builder type
/// of its own.
macro_rules! client {
    ($sdk:ident, $endpoint:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version($crate::calls::behavior())
                .region($sdk::config::Region::new($crate::calls::REGION))
                .credentials_provider($crate::calls::credentials())
                .endpoint_url($endpoint)
                .http_client($crate::calls::http_client())
                .build(),
        )
    };
}
pub(crate) use client;

pub(crate) fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY, ACCESS_KEY, None, None, "local engine")
}

/// A new connection pool for each client: each test has its own runtime, and a connection ends with the runtime that
/// opened it.
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().build_http()
}

/// The answer to a plain request.
pub(crate) type Answer = Response<Bytes>;

/// Sends one request to a service of the engine with its owner's rights. `target` is the action, for services with a
/// JSON protocol.
pub(crate) async fn post(
    url: &str,
    service: &str,
    target: Option<&str>,
    body: Vec<u8>,
) -> Result<Answer, Error> {
    let scope = format!("{ACCESS_KEY}/20260101/{REGION}/{service}/aws4_request");
    let mut request = Request::post(url).header(
        "authorization",
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
    );
    if let Some(target) = target {
        request = request
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1");
    }
    send(request.body(Full::new(Bytes::from(body))), &format!("call {service} of the engine")).await
}

/// Sends one request of this method to a service of the engine with its owner's rights. Where there is no body, it is `null`.
pub(crate) async fn call(
    method: http::Method,
    url: &str,
    service: &str,
    body: &serde_json::Value,
) -> Result<Answer, Error> {
    let scope = format!("{ACCESS_KEY}/20260101/{REGION}/{service}/aws4_request");
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let request = Request::builder().method(method).uri(url).header("authorization", authorization);
    send(request.body(Full::new(Bytes::from(bytes))), &format!("call {service} of the engine"))
        .await
}

/// Reads a page that needs no credentials.
pub(crate) async fn get(url: &str) -> Result<Answer, Error> {
    send(Request::get(url).body(Full::default()), &format!("read {url}")).await
}

/// Sends a request, and waits for the whole answer for at most `ANSWER_MAX`.
pub(crate) async fn send(
    request: Result<Request<Full<Bytes>>, http::Error>,
    doing: &str,
) -> Result<Answer, Error> {
    let request = request.map_err(Error::call(doing))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let exchange = async {
        let (head, body) = client.request(request).await.map_err(Error::call(doing))?.into_parts();
        let body = body.collect().await.map_err(Error::call(doing))?.to_bytes();
        Ok(Response::from_parts(head, body))
    };
    tokio::time::timeout(ANSWER_MAX, exchange).await.map_err(Error::call(doing))?
}
