//! The networks that this server can publish to.

use super::mutation::ConnectionMode;
use crate::request::ContextExt as _;
use async_graphql::{Context, Object, Result, SimpleObject};
use fanfare_domain::platform::Platform;

/// A network that accounts can be connected to.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct Network {
    /// Its name in inputs.
    pub platform: Platform,
    /// Its name for people.
    pub name: String,
    /// Whether it is the real one.
    pub mode: ConnectionMode,
    /// Whether what was published can be deleted again through its API; `ALL_OR_NOTHING` needs it.
    pub deletes: bool,
}

/// Queries of networks.
#[derive(Default)]
pub struct NetworkQuery;

#[Object]
impl NetworkQuery {
    /// The networks that this server knows, in the order of their names. Signed-in people only.
    async fn networks(&self, ctx: &Context<'_>) -> Result<Vec<Network>> {
        ctx.actor()?;
        let registry = ctx.services()?.registry();
        let mut networks: Vec<Network> = registry
            .all()
            .map(|clients| Network {
                platform: clients.platform,
                name: clients.platform.display_name().to_owned(),
                mode: clients.mode.into(),
                deletes: clients.publishing.capabilities().delete,
            })
            .collect();
        networks.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(networks)
    }
}
