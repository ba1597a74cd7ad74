//! The Lambda Runtime API for one sandbox: what a function asks for its next event, and answers to.
//! Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes" (version 2018-06-01).

use crate::Error;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long an invocation may take, as a function is told. Source: the event functions' timeout in the template.
const INVOCATION_MAX: Duration = Duration::from_secs(30);

/// Longest the runner waits for anything a function does.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a function did.
#[derive(Debug)]
enum Happening {
    /// It asked for its next event.
    Asked(Instant),
    /// It answered.
    Answered(Instant, Bytes),
    /// It reported an error, in init or of an event.
    Failed(String),
}

/// An event on its way.
struct Work {
    id: u64,
    body: Bytes,
}

struct Shared {
    work: Mutex<UnboundedReceiver<Work>>,
    happened: mpsc::Sender<Happening>,
    connections: AtomicU64,
}

/// The Runtime API of one sandbox, on a free port. Gone when dropped.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    work: UnboundedSender<Work>,
    happened: mpsc::Receiver<Happening>,
    shared: Arc<Shared>,
    served: tokio::task::JoinHandle<()>,
    count: u64,
}

impl RuntimeApi {
    /// Starts it on this runtime.
    pub(crate) fn start(runtime: &tokio::runtime::Handle) -> Result<Self, Error> {
        let doing = "open a port for the Runtime API";
        let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Error::io(doing))?;
        listener.set_nonblocking(true).map_err(Error::io(doing))?;
        let address = listener.local_addr().map_err(Error::io(doing))?;
        let (work, waiting) = unbounded_channel();
        let (happened, seen) = mpsc::channel();
        let shared = Arc::new(Shared {
            work: Mutex::new(waiting),
            happened,
            connections: AtomicU64::new(0),
        });
        let served = runtime.spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, work, happened: seen, shared, served, count: 0 })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` must be.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Connections that were opened so far.
    pub(crate) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Waits until the function asks for an event, and says when it did.
    pub(crate) fn asked(&self) -> Result<Instant, Error> {
        match self.happened.recv_timeout(PATIENCE) {
            Ok(Happening::Asked(at)) => Ok(at),
            Ok(Happening::Failed(why)) => Err(Error::Function(why)),
            Ok(Happening::Answered(..)) => {
                Err(Error::Function("it answered an event that it was not asked".to_owned()))
            }
            Err(_) => Err(Error::Function(format!("no request within {} s", PATIENCE.as_secs()))),
        }
    }

    /// Hands an event out to a function that has asked, and waits for its answer: how long that took, and what it was.
    pub(crate) fn invoke(&mut self, event: &Bytes) -> Result<(Duration, Bytes), Error> {
        self.count += 1;
        let start = Instant::now();
        let work = Work { id: self.count, body: event.clone() };
        self.work.send(work).map_err(|_gone| Error::Function("its API ended".to_owned()))?;
        match self.happened.recv_timeout(PATIENCE) {
            Ok(Happening::Answered(at, answer)) => Ok((at.duration_since(start), answer)),
            Ok(Happening::Failed(why)) => Err(Error::Function(why)),
            Ok(Happening::Asked(_)) => {
                Err(Error::Function("it asked for another event without an answer".to_owned()))
            }
            Err(_) => Err(Error::Function(format!("no answer within {} s", PATIENCE.as_secs()))),
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.served.abort();
    }
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        // Else an answer in two writes waits for an acknowledgement.
        stream.set_nodelay(true).ok();
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let answer = service_fn(|request| answer(request, &shared));
            // A killed function breaks its connection off.
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await
                .ok();
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: &Shared,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.trim_start_matches("/2018-06-01/runtime/").split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => {
            shared.happened.send(Happening::Asked(Instant::now())).ok();
            Ok(next(shared).await)
        }
        (&Method::POST, ["invocation", _, "response"]) => {
            let body = body(request).await;
            shared.happened.send(Happening::Answered(Instant::now(), body)).ok();
            Ok(status(StatusCode::ACCEPTED))
        }
        (&Method::POST, ["invocation", _, "error"] | ["init", "error"]) => {
            let body = body(request).await;
            let why = String::from_utf8_lossy(&body).into_owned();
            shared.happened.send(Happening::Failed(why)).ok();
            Ok(status(StatusCode::ACCEPTED))
        }
        _ => Ok(status(StatusCode::NOT_FOUND)),
    }
}

async fn body(request: Request<Incoming>) -> Bytes {
    request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default()
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

async fn next(shared: &Shared) -> Response<Full<Bytes>> {
    let Some(work) = shared.work.lock().await.recv().await else {
        return status(StatusCode::GONE);
    };
    let deadline = now_ms() + INVOCATION_MAX.as_millis();
    let response = Response::builder()
        .header("content-type", "application/json")
        .header(
            "lambda-runtime-aws-request-id",
            format!("8476a536-e9f4-11e8-9739-{:012x}", work.id),
        )
        .header("lambda-runtime-deadline-ms", deadline.to_string())
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:measured",
        )
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        .body(Full::new(work.body));
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn now_ms() -> u128 {
    #[expect(clippy::disallowed_methods, reason = "a deadline is told in the time of day")]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis()
}
