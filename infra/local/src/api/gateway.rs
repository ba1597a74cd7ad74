//! The API's address on this machine, and so the console's. The engine knows an HTTP API by a name under `.localhost`,
//! which does not resolve everywhere, or by a long path, which the console's own addresses do not have. Requests and
//! answers pass through as they are.

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

/// What concerns one connection only, of which there are two here. Source: RFC 9110, section 7.6.1.
const ONE_HOP: [HeaderName; 3] =
    [header::CONNECTION, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive")];

/// A listening gateway. Dropped, it takes no more callers.
#[derive(Debug)]
pub(crate) struct Gateway {
    address: String,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Where everything goes.
#[derive(Clone)]
struct Upstream {
    base: String,
    client: Client<HttpConnector, Body>,
}

/// Where the engine answers for an HTTP API: by path, for by its name it drops slashes from a path's end.
pub(crate) fn upstream(engine: &str, api_id: &str) -> String {
    format!("{engine}/_aws/execute-api/{api_id}/$default")
}

impl Gateway {
    /// Listens on `port`, or a free one, and passes everything on to `upstream`.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub(crate) async fn start(port: Option<u16>, upstream: String) -> Result<Self, Error> {
        let doing = "start the API's gateway";
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let listener = listener.await.map_err(Error::io(doing))?;
        let address = listener.local_addr().map_err(Error::io(doing))?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        let router =
            Router::new().fallback(pass_on).with_state(Upstream { base: upstream, client });
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

async fn pass_on(State(upstream): State<Upstream>, mut request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let Ok(uri) = format!("{}{path}", upstream.base).parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    // The client says whom it calls.
    request.headers_mut().remove(header::HOST);
    end_hop(request.headers_mut());
    match upstream.client.request(request).await {
        Ok(answer) => {
            let mut answer = answer.map(Body::new);
            end_hop(answer.headers_mut());
            answer
        }
        Err(error) => {
            let words = format!("the local AWS engine does not answer: {error}\n");
            (StatusCode::BAD_GATEWAY, words).into_response()
        }
    }
}

fn end_hop(headers: &mut HeaderMap) {
    for name in ONE_HOP {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;
    use bytes::Bytes;
    use http_body_util::Full;

    /// Says what it was asked.
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
