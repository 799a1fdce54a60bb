//! Which networks this server can publish to.

use super::instagram::Instagram;
use super::twitter::Twitter;
use super::youtube::Youtube;
use super::{PlatformClient, PlatformSettings};
use crate::domain::clock::SharedClock;
use crate::domain::platform::Platform;
use crate::net::HttpClient;
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

    /// Every client of this server. Adding a network is one line here.
    pub fn standard(
        http: &HttpClient,
        clock: &SharedClock,
        settings: impl Fn(Platform) -> PlatformSettings,
    ) -> Self {
        let (http, clock) = (|| http.clone(), || clock.clone());
        Self::new([
            Arc::new(Twitter::new(http(), clock(), settings(Platform::Twitter))) as Arc<dyn PlatformClient>,
            Arc::new(Instagram::new(http(), clock(), settings(Platform::Instagram))),
            Arc::new(Youtube::new(Platform::Youtube, http(), clock(), settings(Platform::Youtube))),
        ])
    }

    /// `None`: this server does not know the network yet.
    pub fn get(&self, platform: Platform) -> Option<&Arc<dyn PlatformClient>> {
        self.clients.get(&platform)
    }

    pub fn platforms(&self) -> impl Iterator<Item = Platform> + '_ {
        self.clients.keys().copied()
    }
}
