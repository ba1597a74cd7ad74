//! Calls to the engine: the SDK's clients, and plain requests where a client would cost more to compile than it does.

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

/// Where the engine plays to be.
pub(crate) const REGION: &str = "us-east-1";

/// The engine's owner, who may do everything and whose signature is not checked. Functions get their own role's.
pub(crate) const ACCESS_KEY: &str = "test";

/// A minute is the longest a function may run; an invocation waits for it.
const ANSWER_MAX: Duration = Duration::from_secs(70);

/// The settings that all of the SDK's clients share, as a macro because each has a builder of its own.
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

/// A new pool for each client: tests have a runtime each, and a connection dies with the runtime that opened it.
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().build_http()
}

/// What a service answered to a plain request.
pub(crate) type Answer = Response<Bytes>;

/// Sends one request to a service of the engine, as its owner.
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

/// Reads a page that needs no credentials.
pub(crate) async fn get(url: &str) -> Result<Answer, Error> {
    send(Request::get(url).body(Full::default()), &format!("read {url}")).await
}

/// Sends a request as it is.
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
