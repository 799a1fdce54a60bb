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

type Make = fn(HttpClient, SharedClock, PlatformSettings) -> Arc<dyn PlatformClient>;

/// Every client of this server. Adding a network is one line here.
const MAKERS: [(Platform, Make); 3] = [
    (Platform::Twitter, |http, clock, settings| Arc::new(Twitter::new(http, clock, settings))),
    (Platform::Instagram, |http, clock, settings| Arc::new(Instagram::new(http, clock, settings))),
    (Platform::Youtube, |http, clock, settings| {
        Arc::new(Youtube::new(Platform::Youtube, http, clock, settings))
    }),
];

/// The clients, by network.
#[derive(Clone, Default)]
pub struct Registry {
    clients: BTreeMap<Platform, Arc<dyn PlatformClient>>,
}

impl Registry {
    pub fn new(clients: impl IntoIterator<Item = Arc<dyn PlatformClient>>) -> Self {
        Self { clients: clients.into_iter().map(|client| (client.platform(), client)).collect() }
    }

    /// The clients of the networks that have settings.
    pub fn standard(
        http: &HttpClient,
        clock: &SharedClock,
        settings: impl Fn(Platform) -> Option<PlatformSettings>,
    ) -> Self {
        let set_up = MAKERS.iter().filter_map(|(platform, make)| Some((make, settings(*platform)?)));
        Self::new(set_up.map(|(make, settings)| make(http.clone(), clock.clone(), settings)))
    }

    /// `None`: this server does not know the network yet.
    pub fn get(&self, platform: Platform) -> Option<&Arc<dyn PlatformClient>> {
        self.clients.get(&platform)
    }

    pub fn platforms(&self) -> impl Iterator<Item = Platform> + '_ {
        self.clients.keys().copied()
    }
}
