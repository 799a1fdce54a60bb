//! The networks that this server can publish to.

use super::mutation::ConnectionMode;
use crate::request::ContextExt as _;
use crate::scalars::NaturalId;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::platform::Platform;
use fanfare_platform_api::PlatformClients;

/// A network that accounts can be connected to.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct Network {
    /// Opaque, unique among all objects.
    #[graphql(owned)]
    pub id: ID,
    /// Its name in inputs.
    pub platform: Platform,
    /// Its name for people.
    pub name: String,
    /// Whether it is the real one.
    pub mode: ConnectionMode,
    /// Whether what was published can be deleted again through its API; `ALL_OR_NOTHING` needs it.
    pub deletes: bool,
}

impl Network {
    /// The network that these clients speak with.
    pub fn of(clients: &PlatformClients) -> Self {
        Self {
            id: NaturalId::Platform(clients.platform).global(),
            platform: clients.platform,
            name: clients.platform.display_name().to_owned(),
            mode: clients.mode.into(),
            deletes: clients.publishing.capabilities().delete,
        }
    }
}

/// Queries of networks.
#[derive(Default)]
pub struct NetworkQuery;

#[Object]
impl NetworkQuery {
    /// The networks that this server knows, in the order of their names. Signed-in people only.
    async fn networks(&self, ctx: &Context<'_>) -> Result<Vec<Network>> {
        ctx.actor()?;
        let mut networks: Vec<Network> = ctx.services()?.registry().all().map(Network::of).collect();
        networks.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(networks)
    }
}
