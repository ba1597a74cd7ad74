//! HTTP/1.1 and TLS, for AWS and the marketplaces alike: one stack, and the machine's root certificates are read once.

use super::public::{Reach, Resolver};
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::sync::LazyLock;
use std::time::Duration;

/// A client with a pool of its own. One type for all, so that its code is in a function once.
pub(super) type Wire = Client<HttpsConnector<HttpConnector<Resolver>>, SdkBody>;

/// How calls are made.
pub(super) struct Manner {
    /// What may be connected to.
    pub(super) reach: Reach,
    /// Longest a connection may take to be made, the handshake apart.
    pub(super) connect_timeout: Duration,
    /// How long an unused connection is kept.
    pub(super) idle_timeout: Duration,
    /// Whether a request that no byte was written of, as its connection had ended, is sent over another.
    pub(super) is_sent_again: bool,
}

/// A machine without root certificates trusts nobody: each connection fails, and says that the issuer is unknown.
static TLS: LazyLock<ClientConfig> = LazyLock::new(|| {
    // Refused where the process has chosen its crypto already, as a tool may.
    ring::default_provider().install_default().ok();
    ClientConfig::builder()
        .with_native_roots()
        .unwrap_or_else(|_| ClientConfig::builder().with_root_certificates(RootCertStore::empty()))
        .with_no_client_auth()
});

/// A client for calls made so. Connects nothing yet.
///
/// A connector takes an address literal without asking the resolver, so requests to one must not be built where the reach
/// matters: the addresses of marketplaces are ours, and a partner's own is a [`domain::WebhookUrl`].
pub(super) fn wire(manner: &Manner) -> Wire {
    let mut connector = HttpConnector::new_with_resolver(Resolver::new(manner.reach));
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(manner.connect_timeout));
    let tls = HttpsConnectorBuilder::new().with_tls_config(TLS.clone());
    let tls = match manner.reach {
        Reach::Anywhere => tls.https_or_http(),
        Reach::PublicOnly => tls.https_only(),
    };
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(manner.idle_timeout)
        .retry_canceled_requests(manner.is_sent_again)
        .build(tls.enable_http1().wrap_connector(connector))
}
