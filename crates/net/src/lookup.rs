//! Names to addresses, checked: a connection is opened to what was looked at and to nothing else.

use super::public_address::is_public;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Who knows the addresses of a name.
#[async_trait]
pub(super) trait Lookup: Send + Sync {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver.
pub(super) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Which addresses may be connected to.
pub(super) type Rule = fn(IpAddr) -> bool;

/// The rule outside of tests.
pub(super) const PUBLIC: Rule = is_public;

/// A name whose addresses are all closed.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
pub(super) struct NotPublic;

/// Answers a client with the open addresses of a name. The client connects to these and asks nobody again, so that a
/// name cannot change between the look and the connection.
#[derive(Clone)]
pub(super) struct CheckedLookup {
    pub lookup: Arc<dyn Lookup>,
    pub rule: Rule,
}

impl Resolve for CheckedLookup {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { lookup, rule } = self.clone();
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let open: Vec<SocketAddr> =
                found.into_iter().filter(|ip| rule(*ip)).map(|ip| SocketAddr::new(ip, 0)).collect();
            if open.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}
