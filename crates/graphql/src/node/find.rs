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
use crate::scalars::{GlobalId, split};
use crate::template::Template;
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Interface, Object, Result};
use fanfare_domain::id::{
    AccountId, CampaignId, ExportId, ImportId, InboxMessageId, InboxReplyId, MediaId, PostId, SagaId, StepId,
    TargetId, TemplateId, UserId, WorkspaceId,
};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::{Places, RowIds, ServiceError};
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

/// See the file.
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
        Ok(find(ctx, &[id]).await?.pop().flatten())
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
        find(ctx, &ids).await
    }
}

/// A global id that was read.
#[derive(Clone, Copy)]
enum RowId {
    User(UserId),
    Workspace(WorkspaceId),
    Account(AccountId),
    Media(MediaId),
    Post(PostId),
    Target(TargetId),
    Step(StepId),
    Saga(SagaId),
    InboxMessage(InboxMessageId),
    InboxReply(InboxReplyId),
    Campaign(CampaignId),
    Template(TemplateId),
    Export(ExportId),
    Import(ImportId),
}

impl RowId {
    fn read(id: &ID) -> Result<Self> {
        let read = split(id).and_then(|(noun, row)| {
            Some(match noun.as_str() {
                UserId::NOUN => Self::User(UserId(row)),
                WorkspaceId::NOUN => Self::Workspace(WorkspaceId(row)),
                AccountId::NOUN => Self::Account(AccountId(row)),
                MediaId::NOUN => Self::Media(MediaId(row)),
                PostId::NOUN => Self::Post(PostId(row)),
                TargetId::NOUN => Self::Target(TargetId(row)),
                StepId::NOUN => Self::Step(StepId(row)),
                SagaId::NOUN => Self::Saga(SagaId(row)),
                InboxMessageId::NOUN => Self::InboxMessage(InboxMessageId(row)),
                InboxReplyId::NOUN => Self::InboxReply(InboxReplyId(row)),
                CampaignId::NOUN => Self::Campaign(CampaignId(row)),
                ExportId::NOUN => Self::Export(ExportId(row)),
                ImportId::NOUN => Self::Import(ImportId(row)),
                TemplateId::NOUN => Self::Template(TemplateId(row)),
                _ => return None,
            })
        });
        read.ok_or_else(|| bad(UserErrorCode::Invalid, "This is no id of an object."))
    }

    fn add_to(self, ids: &mut RowIds) {
        match self {
            Self::User(id) => ids.users.push(id),
            // Membership is looked at when it is loaded.
            Self::Workspace(_) => {}
            Self::Account(id) => ids.accounts.push(id),
            Self::Media(id) => ids.media.push(id),
            Self::Post(id) => ids.posts.push(id),
            Self::Target(id) => ids.targets.push(id),
            Self::Step(id) => ids.steps.push(id),
            Self::Saga(id) => ids.sagas.push(id),
            Self::InboxMessage(id) => ids.inbox_messages.push(id),
            Self::InboxReply(id) => ids.inbox_replies.push(id),
            Self::Campaign(id) => ids.campaigns.push(id),
            Self::Export(id) => ids.exports.push(id),
            Self::Import(id) => ids.imports.push(id),
            Self::Template(id) => ids.templates.push(id),
        }
    }
}

fn bad(code: UserErrorCode, words: &str) -> async_graphql::Error {
    top_level(UserError::new(code, "", words).into())
}

async fn find(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let rows = ids.iter().map(RowId::read).collect::<Result<Vec<_>>>()?;
    let mut wanted = RowIds::default();
    rows.iter().for_each(|row| row.add_to(&mut wanted));
    let places = ctx.services()?.places(ctx.actor()?, &wanted).await.map_err(top_level)?;
    try_join_all(rows.into_iter().map(|row| load(ctx, &places, row))).await
}

async fn load(ctx: &Context<'_>, places: &Places, row: RowId) -> Result<Option<Node>> {
    let loaders = ctx.loaders()?;
    Ok(match row {
        RowId::Workspace(id) => return load_workspace(ctx, id).await,
        RowId::User(id) => {
            let Some(at) = places.users.get(&id) else { return Ok(None) };
            loaders.user(*at, id).await?.map(User).map(Node::User)
        }
        RowId::Account(id) => {
            let Some(at) = places.accounts.get(&id) else { return Ok(None) };
            loaders.account(*at, id).await?.map(Account).map(Node::Account)
        }
        RowId::Media(id) => {
            let Some(at) = places.media.get(&id) else { return Ok(None) };
            loaders.medium(*at, id).await?.map(Media).map(Node::Media)
        }
        RowId::Post(id) => {
            let Some(at) = places.posts.get(&id) else { return Ok(None) };
            loaders.post(*at, id).await?.map(Post::from).map(Node::Post)
        }
        RowId::Target(id) => {
            let Some(at) = places.targets.get(&id) else { return Ok(None) };
            loaders.target(*at, id).await?.map(PostTarget::from).map(Node::PostTarget)
        }
        RowId::Campaign(id) => {
            let Some(at) = places.campaigns.get(&id) else { return Ok(None) };
            loaders.campaign(*at, id).await?.map(Campaign).map(Node::Campaign)
        }
        RowId::Export(id) => {
            let Some(at) = places.exports.get(&id) else { return Ok(None) };
            loaders.export(*at, id).await?.map(Export).map(Node::Export)
        }
        RowId::Import(id) => {
            let Some(at) = places.imports.get(&id) else { return Ok(None) };
            loaders.import(*at, id).await?.map(Import).map(Node::Import)
        }
        RowId::Template(id) if id.is_system() => {
            fanfare_services::Template::of_system(id).map(Template).map(Node::Template)
        }
        RowId::Template(id) => {
            let Some(at) = places.templates.get(&id) else { return Ok(None) };
            loaders.template(*at, id).await?.map(Template::from).map(Node::Template)
        }
        RowId::Step(id) => {
            let Some((at, target)) = places.steps.get(&id) else { return Ok(None) };
            let steps = loaders.steps_of_target(*at, *target).await?;
            steps.into_iter().find(|step| step.id == id).map(PublishStep).map(Node::PublishStep)
        }
        RowId::InboxMessage(id) => {
            let Some(at) = places.inbox_messages.get(&id) else { return Ok(None) };
            loaders.inbox_message(*at, id).await?.map(InboxMessage).map(Node::InboxMessage)
        }
        RowId::InboxReply(id) => {
            let Some(at) = places.inbox_replies.get(&id) else { return Ok(None) };
            loaders.inbox_reply(*at, id).await?.map(InboxReply).map(Node::InboxReply)
        }
        RowId::Saga(id) => {
            let Some((at, post)) = places.sagas.get(&id) else { return Ok(None) };
            let saga = loaders.saga_of_post(*at, *post).await?;
            saga.map(|row| Node::Saga(Saga { row, loaders: None }))
        }
    })
}

async fn load_workspace(ctx: &Context<'_>, id: WorkspaceId) -> Result<Option<Node>> {
    let actor = ctx.actor()?;
    match ctx.services()?.role(actor, id).await {
        Ok(_) => {
            let row = ctx.loaders()?.workspace(id, id).await?;
            Ok(row.map(|row| Node::Workspace(Workspace::new(row, actor.clone()))))
        }
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(top_level(error)),
    }
}
