//! Everything that has an id, found by it.

use crate::account::Account;
use crate::campaign::Campaign;
use crate::export::Export;
use crate::import::Import;
use crate::inbox::{InboxMessage, InboxReply};
use crate::media::Media;
use crate::person::User;
use crate::post::{Post, PostTarget, PublishStep, Saga};
use crate::request::{ContextExt as _, top_level};
use crate::scalars::split;
use crate::template::Template;
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Interface, Object, Result};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::place::{Place, RowId};
use fanfare_services::template as service;
use futures_util::future::try_join_all;

/// The largest number of objects that are found at once.
const MOST_NODES: usize = 100;

/// Whatever has an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque, unique among all objects."))]
pub enum Node {
    User(User),
    Workspace(Workspace),
    Account(Account),
    Media(Media),
    Post(Post),
    PostTarget(PostTarget),
    PublishStep(PublishStep),
    Saga(Saga),
    InboxMessage(InboxMessage),
    InboxReply(InboxReply),
    Campaign(Campaign),
    Template(Template),
    Export(Export),
    Import(Import),
}

/// Part of `Query`: any object by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if it is in none of your workspaces.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's id.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(Box::pin(find(ctx, &[id])).await?.pop().flatten())
    }

    /// The objects with these ids, in their order; null for each that is in none of your workspaces.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_NODES {
            return Err(bad(UserErrorCode::TooMany, "Ask for at most 100 objects at once."));
        }
        Box::pin(find(ctx, &ids)).await
    }
}

fn bad(code: UserErrorCode, words: &str) -> async_graphql::Error {
    top_level(UserError::new(code, "", words).into())
}

fn read(id: &ID) -> Result<RowId> {
    let row = split(id).and_then(|(noun, row)| RowId::new(&noun, row));
    // API keys and invitations are found in their lists only.
    let row = row.filter(|row| !matches!(row, RowId::ApiKey(_) | RowId::Invitation(_)));
    row.ok_or_else(|| bad(UserErrorCode::Invalid, "This is no id of an object."))
}

async fn find(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let rows = ids.iter().map(read).collect::<Result<Vec<_>>>()?;
    let places = Box::pin(ctx.services()?.places().of(ctx.actor()?, &rows)).await.map_err(top_level)?;
    let found = |row: &RowId| {
        let (row, place) = (*row, places.get(row).copied());
        async move {
            match (row, place) {
                (RowId::Template(id), None) => {
                    Ok(service::Template::of_system(id).map(Template::from).map(Node::Template))
                }
                (_, None) => Ok(None),
                (row, Some(place)) => load(ctx, row, place).await,
            }
        }
    };
    try_join_all(rows.iter().map(found)).await
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
        RowId::Saga(_) => {
            let Some(RowId::Post(post)) = parent else { return Ok(None) };
            let saga = loaders.saga_of_post(at, post).await?;
            saga.map(Saga).map(Node::Saga)
        }
        RowId::ApiKey(_) | RowId::Invitation(_) => None,
    })
}
