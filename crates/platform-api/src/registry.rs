//! Which platforms this server has clients for, and what each client can do.

use super::{ClientMode, InboxClient, MetricsClient, OAuthClient, PublishingClient};
use fanfare_domain::platform::Platform;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What this server has of one platform. Clones share the clients.
#[derive(Clone)]
pub struct PlatformClients {
    pub platform: Platform,
    pub mode: ClientMode,
    pub oauth: Arc<dyn OAuthClient>,
    pub publishing: Arc<dyn PublishingClient>,
    /// `None`: the platform gives no metrics.
    pub metrics: Option<Arc<dyn MetricsClient>>,
    /// `None`: the platform has no inbox.
    pub inbox: Option<Arc<dyn InboxClient>>,
}

impl PlatformClients {
    /// A client that can do everything.
    pub fn complete<C>(platform: Platform, mode: ClientMode, client: C) -> Self
    where
        C: OAuthClient + PublishingClient + MetricsClient + InboxClient + 'static,
    {
        let client = Arc::new(client);
        Self {
            platform,
            mode,
            oauth: client.clone(),
            publishing: client.clone(),
            metrics: Some(client.clone()),
            inbox: Some(client),
        }
    }
}

/// The clients, by platform. A lookup gives `None` where this server does not know the platform yet, or where the
/// platform has no such part.
#[derive(Clone, Default)]
pub struct Registry {
    clients: BTreeMap<Platform, PlatformClients>,
}

impl Registry {
    pub fn new(clients: impl IntoIterator<Item = PlatformClients>) -> Self {
        Self { clients: clients.into_iter().map(|clients| (clients.platform, clients)).collect() }
    }

    pub fn get(&self, platform: Platform) -> Option<&PlatformClients> {
        self.clients.get(&platform)
    }

    pub fn oauth(&self, platform: Platform) -> Option<&dyn OAuthClient> {
        self.get(platform).map(|clients| &*clients.oauth)
    }

    pub fn publishing(&self, platform: Platform) -> Option<&dyn PublishingClient> {
        self.get(platform).map(|clients| &*clients.publishing)
    }

    pub fn metrics(&self, platform: Platform) -> Option<&dyn MetricsClient> {
        self.get(platform)?.metrics.as_deref()
    }

    pub fn inbox(&self, platform: Platform) -> Option<&dyn InboxClient> {
        self.get(platform)?.inbox.as_deref()
    }

    /// Every platform that has clients, in the order of [`Platform`].
    pub fn all(&self) -> impl Iterator<Item = &PlatformClients> {
        self.clients.values()
    }
}
