//! A local stand-in for AWS and the marketplaces, fast enough never to be what a benchmark measures.
//!
//! One port of this machine, over TLS, answers for `DynamoDB`, SQS, `EventBridge` and Secrets Manager (by
//! `X-Amz-Target`, whatever the path), and for the marketplaces at `/amazon`, `/back_market` and so on. Every answer is
//! worked out, none is recorded: conditions are checked, indexes are kept, and what AWS would bill is counted by its
//! published rules.
//!
//! It is strict: a field, a function or an operation that it does not know is refused with a `ValidationException` or
//! an `UnknownOperationException`, never passed over. It checks no signatures and no permissions, is never throttled,
//! and its indexes never lag.
//!
//! # Tables
//!
//! A table comes into being when it is first used, so `ResourceNotFoundException` never happens. A name that ends in
//! `-idempotency` has the text key `id` alone, as AWS Lambda Powertools' table has; every other has `pk`, `sk` and the
//! three indexes of `infra/template.yaml`.

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

/// Why a stub did not start, or did not take what it was given.
#[derive(Debug, thiserror::Error)]
pub enum StubError {
    /// Its folder cannot be written to.
    #[error("write the stub's certificates")]
    Folder(#[source] std::io::Error),
    /// No certificate could be made.
    #[error("make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// TLS did not take the certificate.
    #[error("set up TLS")]
    Tls(#[from] rustls::Error),
    /// No port, no thread or no marketplaces.
    #[error("start the stub")]
    Start(#[source] std::io::Error),
    /// What is to be put into a table is no item.
    #[error("put an item: {0}")]
    Item(String),
}

/// A running stub: a thread of its own. Dropping it stops it, and closes its connections.
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
    /// Starts on a free port of 127.0.0.1. `folder`, which must be there, gets what callers are to trust: `roots.pem`
    /// and `ca.pem`. `on_thread` is called first on the stub's thread: it may tie it to a core.
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

    /// `https://localhost:<port>`, for `AWS_ENDPOINT_URL` and `MARKETPLACE_ENDPOINT`. Without a slash at the end.
    pub fn url(&self) -> String {
        self.shared.url.clone()
    }

    /// The file of all roots that Mozilla trusts and of ours: what a caller loads is as much as on AWS Lambda.
    pub fn roots(&self) -> &Path {
        &self.roots
    }

    /// The file of our root alone.
    pub fn ca(&self) -> &Path {
        &self.ca
    }

    /// What was counted since the counts were last taken.
    pub fn counts(&self) -> Counts {
        self.shared.open().counts.clone()
    }

    /// The same, and begins to count anew.
    pub fn take_counts(&self) -> Counts {
        std::mem::take(&mut self.shared.open().counts)
    }

    /// Puts an item, in the JSON of `DynamoDB`, into a table, in the place of what is there. Nothing is counted.
    ///
    /// # Errors
    /// It is no item, or none of that table.
    pub fn put(&self, table: &str, item: Value) -> Result<(), StubError> {
        let item: Item =
            serde_json::from_value(item).map_err(|error| StubError::Item(error.to_string()))?;
        let put = self.shared.open().database.seed(table, item);
        put.map_err(|refusal| StubError::Item(refusal.to_string()))
    }

    /// An item, in the JSON of `DynamoDB`. The second key is empty where the table has one alone.
    pub fn item(&self, table: &str, pk: &str, sk: &str) -> Option<Value> {
        let state = self.shared.open();
        state.database.look(table, pk, sk).and_then(|item| serde_json::to_value(item).ok())
    }

    /// How many items a table has.
    pub fn item_count(&self, table: &str) -> usize {
        self.shared.open().database.len(table)
    }

    /// Takes the messages of a queue, in the order they came in. Messages that nobody takes are kept until
    /// [`Self::clear`].
    pub fn take_messages(&self, queue_url: &str) -> Vec<Message> {
        self.shared.open().queues.drain(queue_url)
    }

    /// Takes the events of all buses, in the order they came in.
    pub fn take_events(&self) -> Vec<Event> {
        self.shared.open().buses.drain()
    }

    /// Puts a secret, whether it is there or not.
    pub fn put_secret(&self, name: &str, value: &str) {
        self.shared.open().secrets.put(name, value);
    }

    /// A secret's text.
    pub fn secret(&self, name: &str) -> Option<String> {
        self.shared.open().secrets.text(name).map(str::to_owned)
    }

    /// The marketplaces, to add orders and to see what was submitted. Requests do not wait for limits of rate.
    pub fn shops(&self) -> &Marketplaces {
        &self.shared.shops
    }

    /// Forgets tables, messages, events and counts. Secrets, orders of the marketplaces and connections stay.
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
        // A thread that is gone needs no telling, and one that panicked has said so.
        self.stop.take().map(|stop| stop.send(()));
        self.thread.take().map(JoinHandle::join);
    }
}
