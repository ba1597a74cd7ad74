//! The server: accepts connections, reads whole requests, writes whole answers, and counts both.

use crate::counts::Call;
use crate::refusal::Refusal;
use crate::shops;
use crate::state::{Shared, Target};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// Pause after a failed accept (too many open files), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// The content type of answers. `DynamoDB` and SQS use it, and callers of the other services accept it.
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");

/// Length of the line that hyper adds: `date: Sun, 06 Nov 1994 08:49:37 GMT` and the end of the line. Unit: bytes.
const DATE_LINE_BYTES: usize = 37;

/// Serves until `stop` gets a message or its sender is dropped.
pub(crate) async fn run(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    shared: Arc<Shared>,
    stop: oneshot::Receiver<()>,
) {
    tokio::select! {
        () = accept(listener, acceptor, shared) => {}
        // A message and a dropped sender both mean the end.
        _stopped = stop => {}
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _peer)) => {
                let serving = serve(stream, acceptor.clone(), Arc::clone(&shared));
                // The task ends with its connection or with the runtime.
                drop(tokio::spawn(serving));
            }
            Err(_passing) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    // Without this, small answers may wait for the caller's acknowledgement.
    stream.set_nodelay(true).ok();
    let Ok(stream) = acceptor.accept(stream).await else { return };
    shared.open().counts.connections += 1;
    let service = service_fn(move |request| answer(Arc::clone(&shared), request));
    // An error means that the caller left, or that a test asked for a hang-up. Both are normal here.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// An error that makes hyper drop the connection without writing anything.
#[derive(Debug, thiserror::Error)]
#[error("the stub hung up")]
struct HungUp;

async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let shop = shops::call(&request);
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_caller_left| HungUp)?.to_bytes();
    let bytes_in = request_bytes(&head) + body.len();
    let Some(call) = shop else { return Ok(aws(&shared, &head, &body, bytes_in)) };
    let answered = shared.shops.answer(Request::from_parts(head, body.to_vec())).await;
    let Some(answered) = answered else {
        shared.open().counts.add(call, (bytes_in, 0), true);
        return Err(HungUp);
    };
    let mut answered = answered.map(Bytes::from);
    // Hyper writes the header itself, and leaves it out where there is no content.
    answered.headers_mut().remove(CONTENT_LENGTH);
    count(&shared, call, bytes_in, &answered);
    Ok(answered.map(Full::new))
}

fn count(shared: &Shared, call: Call, bytes_in: usize, answered: &Response<Bytes>) {
    let refused = answered.status().as_u16() >= StatusCode::BAD_REQUEST.as_u16();
    shared.open().counts.add(call, (bytes_in, response_bytes(answered)), refused);
}

fn aws(
    shared: &Shared,
    head: &request::Parts,
    body: &[u8],
    bytes_in: usize,
) -> Response<Full<Bytes>> {
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = Target::of(target.unwrap_or_default());
    // The guard must end with this statement, because `count` takes the lock again.
    let answered = shared.open().answer(target, body, &shared.url);
    let answered = match answered {
        Ok(body) => response(StatusCode::OK, body),
        Err(refusal) => refused(&refusal),
    };
    count(shared, target.call(), bytes_in, &answered);
    answered.map(Full::new)
}

fn response(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

fn refused(refusal: &Refusal) -> Response<Bytes> {
    let mut response = response(StatusCode::BAD_REQUEST, refusal.body());
    if let Some(error) = refusal.code.query_error() {
        response.headers_mut().insert("x-amzn-query-error", HeaderValue::from_static(error));
    }
    response
}

/// Size of a request's head: `GET /path HTTP/1.1`, the headers and the empty line. Unit: bytes.
fn request_bytes(head: &request::Parts) -> usize {
    let path = head.uri.path_and_query().map_or(0, |path| path.as_str().len());
    let first_line = head.method.as_str().len() + " ".len() + path + " HTTP/1.1\r\n".len();
    first_line + header_bytes(&head.headers) + "\r\n".len()
}

/// Size of a response: `HTTP/1.1 200 OK`, the headers with those that hyper adds, the empty line and the body. Unit:
/// bytes.
fn response_bytes(answered: &Response<Bytes>) -> usize {
    let reason = answered.status().canonical_reason().unwrap_or_default();
    let headers = answered.headers();
    let date = if headers.contains_key(DATE) { 0 } else { DATE_LINE_BYTES };
    let has_content = answered.status() != StatusCode::NO_CONTENT;
    let length = if has_content { length_line(answered.body().len()) } else { 0 };
    "HTTP/1.1 200 \r\n".len()
        + reason.len()
        + header_bytes(headers)
        + date
        + length
        + "\r\n".len()
        + answered.body().len()
}

fn length_line(length: usize) -> usize {
    let digits = length.checked_ilog10().map_or(1, |log| usize::try_from(log).unwrap_or(0) + 1);
    "content-length: \r\n".len() + digits
}

fn header_bytes(headers: &HeaderMap) -> usize {
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    lines.map(|line| line + ": \r\n".len()).sum()
}
