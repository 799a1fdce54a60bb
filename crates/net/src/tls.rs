//! TLS to servers of other people and to PostgreSQL.

/// A TLS client that trusts the web's authorities.
pub fn client_config() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<rustls::RootCertStore>();
    // Named: nothing installs a default for the process.
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
