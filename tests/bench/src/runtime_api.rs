//! The Lambda Runtime API for one sandbox. A function asks it for its next event, and sends its answer to it.
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

/// The deadline of an invocation, as the function reads it. Source: the event functions' timeout in the template.
const INVOCATION_MAX: Duration = Duration::from_secs(30);

/// Longest the runner waits for a request or an answer of a function.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// A request of a function to the Runtime API.
#[derive(Debug)]
enum Activity {
    /// The function asked for its next event.
    Asked(Instant),
    /// The function answered an event.
    Answered(Instant, Bytes),
    /// The function reported an error, in its init or for an event.
    Failed(String),
}

/// An event for the function.
struct Invocation {
    id: u64,
    body: Bytes,
}

struct Shared {
    invocations: Mutex<UnboundedReceiver<Invocation>>,
    activity: mpsc::Sender<Activity>,
    connections: AtomicU64,
}

/// The Runtime API of one sandbox, on a free port. It ends when it is dropped.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    invocations: UnboundedSender<Invocation>,
    activity: mpsc::Receiver<Activity>,
    shared: Arc<Shared>,
    served: tokio::task::JoinHandle<()>,
    count: u64,
}

impl RuntimeApi {
    /// Starts the API on this async runtime.
    pub(crate) fn start(runtime: &tokio::runtime::Handle) -> Result<Self, Error> {
        let doing = "open a port for the Runtime API";
        let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Error::io(doing))?;
        listener.set_nonblocking(true).map_err(Error::io(doing))?;
        let address = listener.local_addr().map_err(Error::io(doing))?;
        let (invocations, waiting) = unbounded_channel();
        let (activity, seen) = mpsc::channel();
        let shared = Arc::new(Shared {
            invocations: Mutex::new(waiting),
            activity,
            connections: AtomicU64::new(0),
        });
        let served = runtime.spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, invocations, activity: seen, shared, served, count: 0 })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Number of connections that the function opened so far.
    pub(crate) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Waits until the function asks for an event, and returns when it did.
    pub(crate) fn wait_for_request(&self) -> Result<Instant, Error> {
        match self.activity.recv_timeout(WAIT_MAX) {
            Ok(Activity::Asked(at)) => Ok(at),
            Ok(Activity::Failed(why)) => Err(Error::Function(why)),
            Ok(Activity::Answered(..)) => {
                Err(Error::Function("it answered an event that it did not get".to_owned()))
            }
            Err(_) => Err(Error::Function(format!("no request within {} s", WAIT_MAX.as_secs()))),
        }
    }

    /// Hands an event to a function that has asked for one, and waits for its answer. Returns how long that took, and
    /// the answer.
    pub(crate) fn invoke(&mut self, event: &Bytes) -> Result<(Duration, Bytes), Error> {
        self.count += 1;
        let start = Instant::now();
        let invocation = Invocation { id: self.count, body: event.clone() };
        self.invocations
            .send(invocation)
            .map_err(|_gone| Error::Function("the Runtime API ended".to_owned()))?;
        match self.activity.recv_timeout(WAIT_MAX) {
            Ok(Activity::Answered(at, answer)) => Ok((at.duration_since(start), answer)),
            Ok(Activity::Failed(why)) => Err(Error::Function(why)),
            Ok(Activity::Asked(_)) => {
                Err(Error::Function("it asked for another event before it answered".to_owned()))
            }
            Err(_) => Err(Error::Function(format!("no answer within {} s", WAIT_MAX.as_secs()))),
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
        // Without this an answer in two writes would wait for an acknowledgement.
        stream.set_nodelay(true).ok();
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let answer = service_fn(|request| answer(request, &shared));
            // The connection of a killed function ends with an error, which does not matter.
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
            shared.activity.send(Activity::Asked(Instant::now())).ok();
            Ok(next(shared).await)
        }
        (&Method::POST, ["invocation", _, "response"]) => {
            let body = body(request).await;
            shared.activity.send(Activity::Answered(Instant::now(), body)).ok();
            Ok(status(StatusCode::ACCEPTED))
        }
        (&Method::POST, ["invocation", _, "error"] | ["init", "error"]) => {
            let body = body(request).await;
            let why = String::from_utf8_lossy(&body).into_owned();
            shared.activity.send(Activity::Failed(why)).ok();
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
    let Some(invocation) = shared.invocations.lock().await.recv().await else {
        return status(StatusCode::GONE);
    };
    let deadline = now_ms() + INVOCATION_MAX.as_millis();
    let response = Response::builder()
        .header("content-type", "application/json")
        .header(
            "lambda-runtime-aws-request-id",
            format!("8476a536-e9f4-11e8-9739-{:012x}", invocation.id),
        )
        .header("lambda-runtime-deadline-ms", deadline.to_string())
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:measured",
        )
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        .body(Full::new(invocation.body));
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn now_ms() -> u128 {
    #[expect(clippy::disallowed_methods, reason = "a deadline is told in the time of day")]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis()
}
