//! A small proxy that gives the API and its console an address on this machine. The engine offers an HTTP API under a
//! name in `.localhost`, which does not resolve everywhere, or under a long path, which would break the console's own
//! links. The gateway forwards requests and answers unchanged.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Error;

/// Headers that are about one connection. The gateway sits between two connections, so it must not forward them.
/// Source: RFC 9110, section 7.6.1.
const HOP_HEADERS: [HeaderName; 3] =
    [header::CONNECTION, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive")];

/// A listening gateway. When it is dropped, it stops listening.
#[derive(Debug)]
pub(crate) struct Gateway {
    address: String,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Where the gateway forwards every request.
#[derive(Clone)]
struct Upstream {
    base: String,
    client: Client<HttpConnector, Body>,
}

/// The engine's address of an HTTP API, in the form with a path. In the form with a name the engine would drop slashes
/// from the end of a path.
pub(crate) fn upstream(engine: &str, api_id: &str) -> String {
    format!("{engine}/_aws/execute-api/{api_id}/$default")
}

impl Gateway {
    /// Listens on `port`, or on a free one, and forwards every request to `upstream`.
    ///
    /// # Errors
    ///
    /// Another program listens on the port.
    pub(crate) async fn start(port: Option<u16>, upstream: String) -> Result<Self, Error> {
        let doing = "start the API's gateway";
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let listener = listener.await.map_err(Error::io(doing))?;
        let address = listener.local_addr().map_err(Error::io(doing))?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        let router =
            Router::new().fallback(forward).with_state(Upstream { base: upstream, client });
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address: format!("http://{address}"), serving })
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn forward(State(upstream): State<Upstream>, mut request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let Ok(uri) = format!("{}{path}", upstream.base).parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    // The client writes the upstream's own host.
    request.headers_mut().remove(header::HOST);
    remove_hop_headers(request.headers_mut());
    match upstream.client.request(request).await {
        Ok(answer) => {
            let mut answer = answer.map(Body::new);
            remove_hop_headers(answer.headers_mut());
            answer
        }
        Err(error) => {
            let message = format!("the local AWS engine does not answer: {error}\n");
            (StatusCode::BAD_GATEWAY, message).into_response()
        }
    }
}

fn remove_hop_headers(headers: &mut HeaderMap) {
    for name in HOP_HEADERS {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;
    use bytes::Bytes;
    use http_body_util::Full;

    /// Answers with the request that it received.
    async fn echo(request: Request) -> Response {
        let host = request.headers().get(header::HOST).cloned();
        let said = format!("{} {}", request.method(), request.uri());
        let asked = axum::body::to_bytes(request.into_body(), 1_000).await.expect("a body");
        let headers = [("x-said", said), ("x-host", format!("{host:?}"))];
        (StatusCode::IM_A_TEAPOT, headers, asked).into_response()
    }

    #[tokio::test]
    async fn what_is_asked_and_answered_passes_through_as_it_is() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let engine = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(echo);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let gateway = Gateway::start(None, upstream(&engine, "0a1b2c3d")).await.expect("a port");

        let path = "//a%2Fb%25/?x=%C3%A9&x=2";
        let request = Request::put(format!("{}{path}", gateway.address()));
        let answer = calls::send(request.body(Full::new(Bytes::from("body"))), "ask").await;
        let answer = answer.expect("it answers");
        assert_eq!(answer.status(), StatusCode::IM_A_TEAPOT);
        assert_eq!(
            answer.headers()["x-said"],
            format!("PUT /_aws/execute-api/0a1b2c3d/$default{path}")
        );
        let host = format!("{:?}", Some(engine.trim_start_matches("http://")));
        assert_eq!(answer.headers()["x-host"], host);
        assert_eq!(answer.body(), "body");
    }

    #[tokio::test]
    async fn an_engine_that_is_gone_is_said_to_be() {
        let gateway = Gateway::start(None, upstream("http://127.0.0.1:1", "0a1b2c3d")).await;
        let answer = calls::get(gateway.expect("a port").address()).await.expect("it answers");
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    }
}
