//! The root of the graph.

use super::object::Workspace;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::id::WorkspaceId;

/// Part of `Query`: a workspace, from which everything in it can be reached.
#[derive(Default)]
pub struct WorkspaceQuery;

#[Object]
impl WorkspaceQuery {
    /// A workspace, from which everything in it can be reached; null if you do not belong to it.
    async fn workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's id. Defaults to your default workspace.")] id: Option<ID>,
    ) -> Result<Option<Workspace>> {
        let id = id.map(|id| WorkspaceId::parse(&id, "id").map_err(|error| top_level(error.into())));
        let actor = ctx.actor()?;
        Workspace::find(ctx, actor, id.transpose()?.unwrap_or(actor.default_workspace)).await
    }
}
