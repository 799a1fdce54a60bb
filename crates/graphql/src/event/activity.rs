//! What happens in a workspace, as clients see it.

use super::cursor::cursor_of;
use super::payload::EventPayload;
use super::summary::summary;
use crate::account::Account;
use crate::campaign::Campaign;
use crate::inbox::{InboxMessage, message_of};
use crate::media::Media;
use crate::node::Node;
use crate::person::User;
use crate::post::{Post, PostTarget};
use crate::request::ContextExt as _;
use crate::scalars::{DateTime, JsonOf};
use crate::template::Template;
use crate::workspace::Workspace;
use async_graphql::{Context, Object, Result};
use fanfare_domain::event::{ActivityKind, Event, Subject};
use std::sync::Arc;

/// An entry of the workspace's log.
pub struct ActivityEvent(pub Arc<Event>);

/// Something that happened in a workspace.
#[Object(crate = "crate::execution")]
impl ActivityEvent {
    /// Its position in the workspace's log: give it as `after` to continue from here.
    async fn cursor(&self) -> String {
        cursor_of(&self.0)
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// What happened.
    async fn kind(&self) -> ActivityKind {
        self.0.kind
    }

    /// What happened, in one line of the language that `Accept-Language` prefers: English or Korean. Defaults to English.
    pub async fn summary(&self, ctx: &Context<'_>) -> String {
        summary(self.0.kind, self.0.payload.as_ref(), ctx.language())
    }

    /// What it happened to, as it is now; null if it has been deleted since.
    pub async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        let (loaders, at) = (ctx.loaders()?, self.0.workspace_id);
        if let Some(message) = message_of(&self.0) {
            return Ok(loaders
                .inbox_message(at, message.id)
                .await?
                .map(InboxMessage)
                .map(Node::InboxMessage));
        }
        Ok(match self.0.subject {
            Subject { target_id: Some(id), .. } => {
                loaders.target(at, id).await?.map(PostTarget::new).map(Node::PostTarget)
            }
            Subject { post_id: Some(id), .. } => loaders.post(at, id).await?.map(Post::new).map(Node::Post),
            Subject { account_id: Some(id), .. } => {
                loaders.account(at, id).await?.map(Account::new).map(Node::Account)
            }
            Subject { media_id: Some(id), .. } => loaders.medium(at, id).await?.map(Media).map(Node::Media),
            Subject { campaign_id: Some(id), .. } => {
                loaders.campaign(at, id).await?.map(Campaign).map(Node::Campaign)
            }
            Subject { template_id: Some(id), .. } => {
                loaders.template(at, id).await?.map(Template::from).map(Node::Template)
            }
            Subject { user_id: Some(id), .. } if self.0.kind != ActivityKind::WorkspaceCreated => {
                loaders.user(at, id).await?.map(User).map(Node::User)
            }
            _ => {
                let row = loaders.workspace(at, at).await?;
                let actor = ctx.actor()?;
                row.map(|row| Node::Workspace(Workspace::new(row, actor.clone())))
            }
        })
    }

    /// Who did it; null where it was the server itself, or someone who has left the workspace.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(actor) = self.0.actor else { return Ok(None) };
        Ok(ctx.loaders()?.user(self.0.workspace_id, actor).await?.map(User))
    }

    /// Names, states, links and errors as they were at the event.
    async fn payload(&self) -> EventPayload<'_> {
        EventPayload::from(&*self.0)
    }

    /// The payload as it is stored, for programs that log events. Ids in it are `databaseId`s.
    async fn payload_json(&self) -> JsonOf<'_> {
        JsonOf(&self.0.json)
    }
}
