//! The SDK's calls over our HTTP client. Its own connector brings HTTP/2, which no service we call needs, and a second pool,
//! resolver and set of certificates: 0.6 MB of each function.

use super::http_client::{HttpClient, Manner, client};
use super::reachable_hosts::Reach;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use std::time::Duration;

/// Longest wait for a connection; that and the handshake are also within the client's time for a try.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest that, the resolver and the handshake may take: a try of the client's is over before that.
const MADE_WITHIN: Duration = Duration::from_secs(5);

/// How long an unused connection is kept. A service ends it sooner or later: what is then written to it is sent again.
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
            // Whatever happened to a connection is a passing failure, which the client's retries are for.
            let answer = answer.await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// One HTTP client for the clients of all services.
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
    use crate::config::AwsConfig;
    use std::collections::BTreeMap;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// A sandbox that was frozen wakes with connections that have ended meanwhile.
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
            credentials: ("key".to_owned(), "secret".to_owned(), None),
            endpoint: Some(format!("http://{address}")),
            table: "orders".to_owned(),
            bus: "default".to_owned(),
            dead_letters: None,
            doorbells: BTreeMap::new(),
        });
        let answer = clients.dynamodb.describe_limits().send().await;
        assert!(answer.is_ok(), "{answer:?}");
        served.join().unwrap();
    }
}
