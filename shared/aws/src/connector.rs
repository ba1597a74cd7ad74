//! The SDK's calls go over our HTTP client. The SDK's own connector would add 0.6 MB to each function: HTTP/2, which no service
//! that we call needs, and a second pool, resolver and set of certificates.

use super::http_client::{HttpClient, Manner, client};
use super::reachable_hosts::Reach;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use std::time::Duration;

/// The longest wait for a connection. It counts within the client's time for a try, as the handshake does.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest that resolver, connection and handshake may take together. The client's time for a try ends before that.
const MADE_WITHIN: Duration = Duration::from_secs(5);

/// How long an unused connection is kept. A service may end it before; what is then written to it is sent again.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);

#[derive(Debug)]
struct Connector(HttpClient);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            // The client tries again after an I/O error, and whatever happens to a connection may pass.
            let answer = answer.await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The HTTP client of the clients of all services.
pub(super) fn http_client() -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(client(&Manner {
        reach: Reach::Anywhere,
        connect_timeout: CONNECT_TIMEOUT,
        made_within: MADE_WITHIN,
        idle_timeout: Some(IDLE_TIMEOUT),
        is_sent_again: true,
    })));
    http_client_fn(move |_, _| connector.clone())
}

#[cfg(test)]
mod tests {
    use super::super::Clients;
    use crate::config::{AwsConfig, AwsCredentials};
    use std::collections::BTreeMap;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// A sandbox that was frozen wakes up with connections that ended meanwhile.
    #[tokio::test]
    async fn a_connection_that_ends_without_an_answer_is_no_failure_of_the_call() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = std::thread::spawn(move || {
            let mut request = [0; 4096];
            let (mut ends, _) = listener.accept().unwrap();
            assert!(ends.read(&mut request).unwrap() > 0);
            drop(ends);
            let (mut answers, _) = listener.accept().unwrap();
            assert!(answers.read(&mut request).unwrap() > 0);
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
            answers.write_all(answer.as_bytes()).unwrap();
        });
        let clients = Clients::new(&AwsConfig {
            region: "us-east-1".to_owned(),
            credentials: AwsCredentials {
                access_key_id: "key".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: None,
            },
            endpoint: Some(format!("http://{address}")),
            table: "orders".to_owned(),
            bus: "default".to_owned(),
            due_shards: flows::DUE_SHARDS,
            dead_letters: None,
            doorbells: BTreeMap::new(),
        });
        let answer = clients.dynamodb.describe_limits().send().await;
        assert!(answer.is_ok(), "{answer:?}");
        served.join().unwrap();
    }
}
