//! Certificates: an authority of its own for each stub, a certificate for this machine, and the files that callers
//! trust.

use crate::StubError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file for a client that trusts a browser's roots, as a client on AWS Lambda does, and the stub's own.
const ROOTS: &str = "roots.pem";

/// The file for a client that trusts only the stub's own root.
const AUTHORITY: &str = "ca.pem";

/// The names of this machine in the certificate.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// Length of a line of a PEM file. Unit: characters. Source: RFC 7468, section 2.
const PEM_LINE: usize = 64;

/// The server's TLS configuration, and the paths of the files that callers trust.
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) roots: PathBuf,
    pub(crate) authority: PathBuf,
}

impl Identity {
    /// Makes an authority and a certificate, and writes the files that callers trust into a folder.
    pub(crate) fn new(folder: &Path) -> Result<Self, StubError> {
        let (roots, authority) = (folder.join(ROOTS), folder.join(AUTHORITY));
        let issuer = CertifiedIssuer::self_signed(authority_params()?, KeyPair::generate()?)?;
        let mut text = issuer.pem();
        std::fs::write(&authority, &text).map_err(StubError::Folder)?;
        for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
            push_pem(&mut text, root);
        }
        std::fs::write(&roots, &text).map_err(StubError::Folder)?;

        let key = KeyPair::generate()?;
        let certificate = server_params()?.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let chain = vec![certificate.der().clone(), issuer.der().clone()];
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), roots, authority })
    }
}

fn authority_params() -> Result<CertificateParams, StubError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Shipconfirm benchmark authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn server_params() -> Result<CertificateParams, StubError> {
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Newer versions of Python refuse a certificate without this extension.
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn push_pem(text: &mut String, certificate: &CertificateDer<'_>) {
    text.push_str("-----BEGIN CERTIFICATE-----\n");
    for (place, letter) in STANDARD.encode(certificate).chars().enumerate() {
        if place > 0 && place.is_multiple_of(PEM_LINE) {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str("\n-----END CERTIFICATE-----\n");
}
