//! Which networks this server can publish to.

use super::PlatformClient;
use fanfare_domain::platform::Platform;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The clients, by network.
#[derive(Clone, Default)]
pub struct Registry {
    clients: BTreeMap<Platform, Arc<dyn PlatformClient>>,
}

impl Registry {
    pub fn new(clients: impl IntoIterator<Item = Arc<dyn PlatformClient>>) -> Self {
        Self { clients: clients.into_iter().map(|client| (client.platform(), client)).collect() }
    }

    /// `None`: this server does not know the network yet.
    pub fn get(&self, platform: Platform) -> Option<&Arc<dyn PlatformClient>> {
        self.clients.get(&platform)
    }

    pub fn platforms(&self) -> impl Iterator<Item = Platform> + '_ {
        self.clients.keys().copied()
    }
}
