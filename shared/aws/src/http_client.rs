//! HTTP/1.1 and TLS, for AWS and the marketplaces alike. There is one stack, and the machine's root certificates are read once.

use super::reachable_hosts::{Reach, Resolver};
use aws_smithy_types::body::SdkBody;
use http::Uri;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_service::Service;

/// A client with a pool of its own. All clients have one type, so that its code is in a function once.
pub(super) type HttpClient = Client<InTime, SdkBody>;

type Https = HttpsConnector<HttpConnector<Resolver>>;

/// Makes connections, each within a limit that covers the resolver, the connection and the handshake. A server that
/// hangs may still take connections, and then nothing of a request has left while its handshake goes unanswered.
#[derive(Clone, Debug)]
pub(super) struct InTime {
    connector: Https,
    limit: Duration,
}

impl Service<Uri> for InTime {
    type Response = <Https as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let (connecting, limit) = (self.connector.call(address), self.limit);
        Box::pin(async move {
            let connected = tokio::time::timeout(limit, connecting).await;
            connected.unwrap_or_else(|_| Err(format!("no connection within {limit:?}").into()))
        })
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How calls are made.
pub(super) struct Manner {
    /// What may be connected to.
    pub(super) reach: Reach,
    /// The longest wait for a connection, without the handshake.
    pub(super) connect_timeout: Duration,
    /// The longest that resolver, connection and handshake may take together.
    pub(super) made_within: Duration,
    /// How long an unused connection is kept. `None` says that it is closed at once.
    pub(super) idle_timeout: Option<Duration>,
    /// Whether a request is sent over another connection when its own had ended before any byte of it was written.
    pub(super) is_sent_again: bool,
}

/// How long the kernel may go on to send what was written. A frozen sandbox keeps its sockets, so what is still in their buffers could
/// leave long after the submission was given up. It is longer than any request may take.
#[cfg(target_os = "linux")]
const SENT_WITHIN: Duration = Duration::from_secs(20);

/// The configuration of TLS. A machine without root certificates trusts nobody: each connection fails, and says that the issuer
/// is unknown.
static TLS: LazyLock<ClientConfig> = LazyLock::new(|| {
    // A tool may have chosen the crypto of its process already. Then this is refused, which is no error.
    ring::default_provider().install_default().ok();
    ClientConfig::builder()
        .with_native_roots()
        .unwrap_or_else(|_| ClientConfig::builder().with_root_certificates(RootCertStore::empty()))
        .with_no_client_auth()
});

/// Makes a client for calls of this manner. Nothing is connected yet.
///
/// A connector takes an IP address without asking the resolver. So no request to one may be built where the reach matters: the
/// addresses of marketplaces are ours, and an address of a partner's own is a [`domain::WebhookUrl`].
pub(super) fn client(manner: &Manner) -> HttpClient {
    let mut connector = HttpConnector::new_with_resolver(Resolver::new(manner.reach));
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(manner.connect_timeout));
    // Whoever develops on another system has no such option, and nothing there is frozen.
    #[cfg(target_os = "linux")]
    connector.set_tcp_user_timeout(Some(SENT_WITHIN));
    let tls = HttpsConnectorBuilder::new().with_tls_config(TLS.clone());
    let tls = match manner.reach {
        Reach::Anywhere => tls.https_or_http(),
        Reach::PublicOnly => tls.https_only(),
    };
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(manner.idle_timeout)
        .pool_max_idle_per_host(if manner.idle_timeout.is_some() { usize::MAX } else { 0 })
        .retry_canceled_requests(manner.is_sent_again)
        .build(InTime {
            connector: tls.enable_http1().wrap_connector(connector),
            limit: manner.made_within,
        })
}
