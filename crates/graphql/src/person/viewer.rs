//! The root of one's own data.

use super::user::User;
use super::user_session::{UserSession, UserSessionConnection};
use crate::connection::PageArgs;
use crate::request::{ContextExt, top_level};
use crate::scalars::NaturalId;
use crate::workspace::{Workspace, WorkspaceConnection};
use async_graphql::{Context, ID, Object};
use fanfare_domain::actor::Actor;
use fanfare_services::session::OpenSessions;
use fanfare_services::workspace::Own;
use fanfare_services::{Query, person, workspace};
use std::sync::Arc;

/// The caller, with what belongs to them.
pub struct Viewer {
    actor: Actor,
    /// Rows that the caller has read already.
    known: Option<(Arc<person::User>, Arc<workspace::Workspace>)>,
}

impl Viewer {
    pub fn of(actor: Actor) -> Self {
        Self { actor, known: None }
    }

    /// Where the rows have been read already.
    pub fn known(actor: Actor, user: person::User, workspace: workspace::Workspace) -> Self {
        Self { actor, known: Some((Arc::new(user), Arc::new(workspace))) }
    }
}

/// The caller, with what belongs to them.
#[Object(crate = "crate::execution")]
impl Viewer {
    /// Opaque, unique among all objects; the same in every session and for every API key of the user.
    pub async fn id(&self) -> ID {
        NaturalId::Viewer(self.actor.user_id).global()
    }

    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> async_graphql::Result<User> {
        if let Some((user, _)) = &self.known {
            return Ok(User(Arc::clone(user)));
        }
        let user = Box::pin(ctx.services()?.people().get(&self.actor)).await.map_err(top_level)?;
        Ok(User(Arc::new(user)))
    }

    /// The workspace used where an argument names none; `null` once the person has been taken out of it.
    async fn workspace(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Workspace>> {
        if let Some((_, workspace)) = &self.known {
            return Ok(Some(Workspace::new(Arc::clone(workspace), self.actor.clone())));
        }
        Workspace::find(ctx, &self.actor, self.actor.default_workspace).await
    }

    /// Every workspace of the user, the one they have belonged to for longest first.
    async fn workspaces(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<WorkspaceConnection> {
        let (actor, workspace) = (self.actor.clone(), self.actor.default_workspace);
        let query = Query { actor, workspace, filter: Own, fresh: ctx.fresh()? };
        let page = PageArgs { first, after, last, before, offset: None };
        let own = ctx.services()?.workspaces().own(query);
        WorkspaceConnection::of(own, &page, |row| Workspace::own(row, &self.actor)).await
    }

    /// The sessions in which the user is signed in, newest first. Null with an error for API keys.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<UserSessionConnection>> {
        let (actor, workspace) = (self.actor.clone(), self.actor.default_workspace);
        let query = Query { actor, workspace, filter: OpenSessions, fresh: ctx.fresh()? };
        let page = PageArgs { first, after, last, before, offset: None };
        let own = ctx.services()?.sessions().own(query);
        UserSessionConnection::of(own, &page, UserSession).await.map(Some)
    }
}

#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// One's own data; `null` without a token.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Viewer>> {
        Ok(ctx.actor_if_any()?.cloned().map(Viewer::of))
    }
}
