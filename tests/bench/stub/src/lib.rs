//! A local stand-in for AWS and the marketplaces, fast enough never to be what a benchmark measures.
//!
//! One port of this machine answers over TLS. It plays `DynamoDB`, SQS, `EventBridge` and Secrets Manager, chosen by
//! `X-Amz-Target` whatever the path, and the marketplaces at `/amazon`, `/back_market` and so on. No answer is
//! recorded: the stub checks conditions, keeps indexes, and counts what AWS would bill by its published rules.
//!
//! The stub is strict: it refuses a field, a function or an operation that it does not know, with a
//! `ValidationException` or an `UnknownOperationException`. It checks no signatures and no permissions, never
//! throttles, and its indexes never lag.
//!
//! # Tables
//!
//! A table exists from its first use, so `ResourceNotFoundException` never happens. A table whose name ends in
//! `-idempotency` has only the text key `id`, like the table of AWS Lambda Powertools. Every other table has the keys
//! `pk` and `sk`, and three indexes of `infra/template.yaml`.

mod counts;
mod dynamodb;
mod events;
mod refusal;
mod secrets;
mod server;
mod shops;
mod sqs;
mod state;
mod tls;

pub use counts::{Call, Counts, Requests, Service};
pub use events::Event;
pub use sqs::Message;

use dynamodb::Item;
use marketplaces::Marketplaces;
use serde_json::Value;
use state::Shared;
use std::fmt;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use tls::Identity;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// Why a stub did not start, or did not take an item. Each message reads after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum StubError {
    /// The stub's folder cannot be written to.
    #[error("write the stub's certificates")]
    Folder(#[source] std::io::Error),
    /// No certificate could be made.
    #[error("make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// TLS did not take the certificate.
    #[error("set up TLS")]
    Tls(#[from] rustls::Error),
    /// A port, the thread or the marketplaces could not be started.
    #[error("start the stub")]
    Start(#[source] std::io::Error),
    /// The value is not an item of the table.
    #[error("put an item: {0}")]
    Item(String),
}

/// A running stub, on a thread of its own. Dropping it stops the thread and closes its connections.
pub struct Stub {
    shared: Arc<Shared>,
    roots: PathBuf,
    ca: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Stub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("url", &self.shared.url).finish_non_exhaustive()
    }
}

impl Stub {
    /// Starts a stub on a free port of 127.0.0.1. `folder` must exist, and gets the certificates that callers must
    /// trust: `roots.pem` and `ca.pem`. `on_thread` is called first on the stub's thread, and may keep the thread on a
    /// core.
    ///
    /// # Errors
    /// The folder cannot be written to, or the machine gives no port, thread or certificate.
    pub fn start(
        folder: &Path,
        on_thread: impl FnOnce() + Send + 'static,
    ) -> Result<Self, StubError> {
        let identity = Identity::new(folder)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StubError::Start)?;
        let listener = {
            let _within = runtime.enter();
            let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
            let listener = listener.map_err(StubError::Start)?;
            listener.set_nonblocking(true).map_err(StubError::Start)?;
            TcpListener::from_std(listener).map_err(StubError::Start)?
        };
        let port = listener.local_addr().map_err(StubError::Start)?.port();
        let shops = shops::open().map_err(StubError::Start)?;
        let shared = Arc::new(Shared::new(shops, format!("https://localhost:{port}")));
        let (stop, stopped) = oneshot::channel();
        let serving =
            server::run(listener, TlsAcceptor::from(identity.config), Arc::clone(&shared), stopped);
        let thread = std::thread::Builder::new().name("stub".to_owned()).spawn(move || {
            on_thread();
            runtime.block_on(serving);
        });
        Ok(Self {
            shared,
            roots: identity.roots,
            ca: identity.authority,
            stop: Some(stop),
            thread: Some(thread.map_err(StubError::Start)?),
        })
    }

    /// The stub's address, for `AWS_ENDPOINT_URL` and `MARKETPLACE_ENDPOINT`. Shape: `https://localhost:<port>`,
    /// without a slash at the end.
    pub fn url(&self) -> String {
        self.shared.url.clone()
    }

    /// The path of a file with all roots that Mozilla trusts and the stub's own, so that a caller loads as much as on
    /// AWS Lambda.
    pub fn roots(&self) -> &Path {
        &self.roots
    }

    /// The path of a file with only the stub's own root.
    pub fn ca(&self) -> &Path {
        &self.ca
    }

    /// The counts since [`Self::take_counts`] was last called.
    pub fn counts(&self) -> Counts {
        self.shared.open().counts.clone()
    }

    /// The counts since the last call of this. Sets them to zero.
    pub fn take_counts(&self) -> Counts {
        std::mem::take(&mut self.shared.open().counts)
    }

    /// Puts an item, in the JSON of `DynamoDB`, into a table. It replaces an item with this key, and is not counted.
    ///
    /// # Errors
    /// The value is not an item, or lacks the table's key.
    pub fn put(&self, table: &str, item: Value) -> Result<(), StubError> {
        let item: Item =
            serde_json::from_value(item).map_err(|error| StubError::Item(error.to_string()))?;
        let put = self.shared.open().database.seed(table, item);
        put.map_err(|refusal| StubError::Item(refusal.to_string()))
    }

    /// An item, in the JSON of `DynamoDB`. `sk` is empty if the table has no sort key.
    pub fn item(&self, table: &str, pk: &str, sk: &str) -> Option<Value> {
        let state = self.shared.open();
        state.database.look(table, pk, sk).and_then(|item| serde_json::to_value(item).ok())
    }

    /// The number of items in a table.
    pub fn item_count(&self, table: &str) -> usize {
        self.shared.open().database.len(table)
    }

    /// Takes all messages out of a queue, in the order of arrival. Messages that nobody takes stay until
    /// [`Self::clear`].
    pub fn take_messages(&self, queue_url: &str) -> Vec<Message> {
        self.shared.open().queues.drain(queue_url)
    }

    /// Takes the events of all buses, in the order of arrival.
    pub fn take_events(&self) -> Vec<Event> {
        self.shared.open().buses.drain()
    }

    /// Puts a secret. It replaces a secret of this name.
    pub fn put_secret(&self, name: &str, value: &str) {
        self.shared.open().secrets.put(name, value);
    }

    /// A secret's text.
    pub fn secret(&self, name: &str) -> Option<String> {
        self.shared.open().secrets.text(name).map(str::to_owned)
    }

    /// The marketplaces, to add orders and to see what was submitted. They have no rate limits.
    pub fn shops(&self) -> &Marketplaces {
        &self.shared.shops
    }

    /// Removes all items, messages, events and counts. Secrets, orders of the marketplaces and connections stay.
    pub fn clear(&self) {
        let mut state = self.shared.open();
        state.database.clear();
        state.queues.clear();
        drop(state.buses.drain());
        state.counts = Counts::default();
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // The thread may have ended already. If it panicked, it has printed why.
        self.stop.take().map(|stop| stop.send(()));
        self.thread.take().map(JoinHandle::join);
    }
}
