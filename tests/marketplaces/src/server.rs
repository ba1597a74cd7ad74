//! The TCP server: it accepts connections, gives whole requests to the router, and closes the socket where a fault says
//! so. It knows nothing of any marketplace.
//!
//! The server reads a request to its end and then handles it in a task of its own. So a slow marketplace applies a
//! request even when the caller stopped waiting.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::reply::HangUp;

/// Largest request body that the server reads. It hangs up on a larger one. No confirmation comes near this size.
/// Unit: bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Pause after a failed accept, such as one with too many open files, so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A listening server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(port: u16, router: Router) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, router));
        Ok(Self { address, accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every open connection.
    pub(crate) async fn shutdown(mut self) {
        self.accepting.abort();
        // The task ends with the error that it was cancelled, which is intended. Its set of connections ends with it.
        (&mut self.accepting).await.ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _peer)) => {
                connections.spawn(serve(stream, router.clone()));
            }
            Err(_passing) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // With Nagle's algorithm a small answer could wait for the caller's acknowledgement.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request: Request<Incoming>| {
        answer(router.clone(), request.map(Body::new))
    });
    // An error means that the caller left or that a fault hung up. Tests do both on purpose.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// Reads a request to its end, and answers it in a task of its own.
pub(crate) async fn answer(router: Router, request: Request<Body>) -> Result<Response, HungUp> {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else { return Err(HungUp) };
    let request = Request::from_parts(parts, Body::from(bytes));
    let handled = tokio::spawn(TowerToHyperService::new(router).call(request)).await;
    match handled {
        Ok(Ok(response)) if response.extensions().get::<HangUp>().is_none() => Ok(response),
        _ => Err(HungUp),
    }
}

/// The error that makes hyper drop the connection before it writes anything.
#[derive(Debug)]
pub(crate) struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the marketplace hung up")
    }
}

impl std::error::Error for HungUp {}
