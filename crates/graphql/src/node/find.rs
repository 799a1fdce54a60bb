//! Any object by its id. Whoever may not read it in its list gets nothing, as if there were no such object.

use super::object::Node;
use super::place::{Named, Places, visible};
use crate::account::{Account, Network};
use crate::api_key::ApiKey;
use crate::audit::AuditEntry;
use crate::campaign::Campaign;
use crate::export::Export;
use crate::import::{Import, ImportProblem};
use crate::inbox::{InboxMessage, InboxReply};
use crate::invitation::Invitation;
use crate::media::{Media, MediaFetch};
use crate::person::{User, UserSession, Viewer};
use crate::post::{Post, PostTarget, PublishStep, Saga};
use crate::request::{ContextExt as _, top_level};
use crate::scalars::NaturalId;
use crate::settings::Settings;
use crate::template::Template;
use crate::workspace::{Workspace, WorkspaceMember};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::event::Seq;
use fanfare_domain::id::{ApiKeyId, InvitationId, TemplateId, UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::place::{Place, RowId};
use fanfare_services::template as service;
use futures_util::future::try_join_all;
use std::sync::Arc;

/// The largest number of objects that are found at once.
const MOST_NODES: usize = 100;

/// Part of `Query`: any object by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if there is none that you may read.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's id.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(Box::pin(find(ctx, &[id])).await?.pop().flatten())
    }

    /// The objects with these ids, in their order; null for each that you may not read.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_NODES {
            let words = "Ask for at most 100 objects at once.";
            return Err(top_level(UserError::new(UserErrorCode::TooMany, "", words).into()));
        }
        Box::pin(find(ctx, &ids)).await
    }
}

async fn find(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let named = ids.iter().map(Named::parse).collect::<Result<Vec<_>>>()?;
    let places = Places::of(ctx.services()?, ctx.actor()?, &named);
    let places = &Box::pin(places).await.map_err(top_level)?;
    try_join_all(named.into_iter().map(|named| one(ctx, named, places))).await
}

async fn one(ctx: &Context<'_>, named: Named, places: &Places) -> Result<Option<Node>> {
    match named {
        Named::Session(id) => Ok(places.sessions.get(&id).cloned().map(UserSession).map(Node::UserSession)),
        Named::Natural(id) => natural(ctx, id).await,
        Named::Row(row) => match (row, places.rows.get(&row)) {
            (_, Some(place)) => load(ctx, row, *place).await,
            (RowId::Template(id), None) => Ok(of_server(id)),
            (_, None) => Ok(None),
        },
    }
}

/// A template that comes with the server.
fn of_server(id: TemplateId) -> Option<Node> {
    service::Template::of_system(id).map(Template::from).map(Node::Template)
}

async fn load(ctx: &Context<'_>, row: RowId, Place { workspace: at, parent }: Place) -> Result<Option<Node>> {
    let loaders = ctx.loaders()?;
    Ok(match row {
        RowId::Workspace(id) => {
            let actor = ctx.actor()?;
            let row = loaders.workspace(at, id).await?;
            row.map(|row| Node::Workspace(Workspace::new(row, actor.clone())))
        }
        RowId::User(id) => loaders.user(at, id).await?.map(User).map(Node::User),
        RowId::Account(id) => loaders.account(at, id).await?.map(Account::new).map(Node::Account),
        RowId::Media(id) => loaders.medium(at, id).await?.map(Media).map(Node::Media),
        RowId::Post(id) => loaders.post(at, id).await?.map(Post::new).map(Node::Post),
        RowId::Target(id) => loaders.target(at, id).await?.map(PostTarget::new).map(Node::PostTarget),
        RowId::Campaign(id) => loaders.campaign(at, id).await?.map(Campaign).map(Node::Campaign),
        RowId::Export(id) => loaders.export(at, id).await?.map(Export).map(Node::Export),
        RowId::Import(id) => loaders.import(at, id).await?.map(Import).map(Node::Import),
        RowId::ImportProblem(id) => {
            let row = loaders.import_problem(at, id).await?;
            row.map(|row| Node::ImportProblem(ImportProblem::from(Arc::unwrap_or_clone(row))))
        }
        RowId::Template(id) => loaders.template(at, id).await?.map(Template::from).map(Node::Template),
        RowId::InboxMessage(id) => {
            loaders.inbox_message(at, id).await?.map(InboxMessage).map(Node::InboxMessage)
        }
        RowId::InboxReply(id) => loaders.inbox_reply(at, id).await?.map(InboxReply).map(Node::InboxReply),
        RowId::Step(id) => {
            let Some(RowId::Target(target)) = parent else { return Ok(None) };
            let steps = loaders.steps_of_target(at, target).await?;
            steps.into_iter().find(|step| step.id == id).map(PublishStep).map(Node::PublishStep)
        }
        RowId::MediaFetch(id) => {
            let Some(RowId::Post(post)) = parent else { return Ok(None) };
            let fetches = loaders.media_fetches_of_post(at, post).await?;
            fetches.into_iter().find(|fetch| fetch.id == id).map(MediaFetch).map(Node::MediaFetch)
        }
        RowId::Saga(_) => {
            let Some(RowId::Post(post)) = parent else { return Ok(None) };
            let saga = loaders.saga_of_post(at, post).await?;
            saga.map(Saga).map(Node::Saga)
        }
        RowId::ApiKey(id) => key(ctx, at, id).await?,
        RowId::Invitation(id) => invitation(ctx, at, id).await?,
    })
}

async fn natural(ctx: &Context<'_>, id: NaturalId) -> Result<Option<Node>> {
    let (services, actor) = (ctx.services()?, ctx.actor()?);
    Ok(match id {
        NaturalId::Viewer(user) => (user == actor.user_id).then(|| Node::Viewer(Viewer::of(actor.clone()))),
        NaturalId::Platform(platform) => {
            services.registry().get(platform).map(Network::of).map(Node::Network)
        }
        NaturalId::Settings(at) => {
            visible(Box::pin(Settings::of(services, actor, at)).await)?.map(Node::Settings)
        }
        NaturalId::Member(at, user) => member(ctx, at, user).await?,
        NaturalId::AuditEntry(at, seq) => entry(ctx, at, seq).await?,
    })
}

// Each row is loaded before access is decided: a decision that has to wait would split the batch.

async fn member(ctx: &Context<'_>, at: WorkspaceId, user: UserId) -> Result<Option<Node>> {
    let Some(row) = ctx.loaders()?.member(at, user).await? else { return Ok(None) };
    let workspaces = ctx.services()?.workspaces();
    let seen = Box::pin(workspaces.may_read(ctx.actor()?, at)).await.map_err(top_level)?;
    Ok(seen.then(|| Node::WorkspaceMember(WorkspaceMember::from(Arc::unwrap_or_clone(row)))))
}

async fn key(ctx: &Context<'_>, at: WorkspaceId, id: ApiKeyId) -> Result<Option<Node>> {
    let Some(row) = ctx.loaders()?.api_key(at, id).await? else { return Ok(None) };
    let keys = ctx.services()?.api_keys();
    let seen = Box::pin(keys.may_see(ctx.actor()?, &row)).await.map_err(top_level)?;
    Ok(seen.then(|| Node::ApiKey(ApiKey(Arc::unwrap_or_clone(row)))))
}

async fn invitation(ctx: &Context<'_>, at: WorkspaceId, id: InvitationId) -> Result<Option<Node>> {
    let Some(row) = ctx.loaders()?.invitation(at, id).await? else { return Ok(None) };
    let invitations = ctx.services()?.invitations();
    let seen = Box::pin(invitations.may_see(ctx.actor()?, &row)).await.map_err(top_level)?;
    Ok(seen.then(|| Node::Invitation(Invitation(Arc::unwrap_or_clone(row)))))
}

async fn entry(ctx: &Context<'_>, at: WorkspaceId, seq: Seq) -> Result<Option<Node>> {
    let Some(row) = ctx.loaders()?.audit_entry(at, seq).await? else { return Ok(None) };
    let audit = ctx.services()?.audit();
    let seen = Box::pin(audit.may_see(ctx.actor()?, &row.0)).await.map_err(top_level)?;
    Ok(seen.then(|| Node::AuditEntry(AuditEntry::from(Arc::unwrap_or_clone(row)))))
}
