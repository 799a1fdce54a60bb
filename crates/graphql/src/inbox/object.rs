//! Messages and replies as clients see them.

use crate::account::Account;
use crate::person::User;
use crate::post::{ShownPost, ShownTarget};
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId as _, JsonOf, Url};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::inbox::{InboxMessageType, InboxStatus, ReplyState};
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::list_size;
use fanfare_services::ServiceError;
use fanfare_services::inbox as rows;
use fanfare_services::whole_answer::changes_without_event;
use std::sync::Arc;

/// Something that someone said to an account.
#[derive(Clone)]
pub struct InboxMessage(pub Arc<rows::InboxMessage>);

/// Who said something.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct InboxSender<'a> {
    /// The network's id of the person.
    pub remote_id: &'a str,
    /// The name that people see; the id where the network reports none.
    pub name: &'a str,
    /// The name in the person's address, without `@`; null where the network reports none.
    pub handle: Option<&'a str>,
}

/// A comment, a mention or a direct message that an account got.
#[Object(crate = "crate::execution")]
impl InboxMessage {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }
    /// Who got it.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let account = ctx.loaders()?.account(self.0.workspace_id, self.0.account_id).await?;
        account.map(Account::new).ok_or_else(|| top_level(ServiceError::NotFound))
    }
    /// The account's network.
    async fn platform(&self) -> Platform {
        self.0.platform
    }
    /// How it was said.
    #[graphql(name = "type")]
    async fn kind(&self) -> InboxMessageType {
        self.0.kind
    }
    /// How far it has been dealt with.
    async fn status(&self) -> InboxStatus {
        self.0.status
    }
    /// Who said it.
    async fn sender(&self) -> InboxSender<'_> {
        InboxSender {
            remote_id: &self.0.sender_remote_id,
            name: &self.0.sender_name,
            handle: self.0.sender_handle.as_deref(),
        }
    }
    /// What was said, at most 20,000 characters; empty where it was only a picture.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Where people see it on the network; null for direct messages, and where the network has no address for it.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.0.url.as_deref())
    }
    /// The network's own id of it.
    async fn remote_id(&self) -> &str {
        &self.0.remote_id
    }
    /// The same for all messages of one conversation of the account.
    async fn thread_key(&self) -> &str {
        &self.0.thread_key
    }
    /// What it answers; null where that is not in the inbox.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        if self.0.parent_remote_id.is_none() {
            return Ok(None);
        }
        Ok(ctx.loaders()?.parent_of_message(self.0.workspace_id, self.0.id).await?.map(Self))
    }
    /// The post that it stands under; null where it stands under none of this workspace's.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<ShownPost>> {
        let Some(id) = self.0.post_id else { return Ok(None) };
        Box::pin(ShownPost::of_id(ctx, self.0.workspace_id, id)).await.map(Some)
    }
    /// The post's publication that it stands under.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<ShownTarget>> {
        let Some(id) = self.0.target_id else { return Ok(None) };
        Box::pin(ShownTarget::of_id(ctx, self.0.workspace_id, id)).await.map(Some)
    }
    /// The latest reply to it; null where there is none.
    async fn reply(&self, ctx: &Context<'_>) -> Result<Option<InboxReply>> {
        let mut replies = replies_of(&self.0, ctx).await?;
        Ok(replies.pop().map(InboxReply))
    }
    /// All replies to it from here, oldest first.
    #[graphql(directive = list_size::apply(2))]
    async fn replies(&self, ctx: &Context<'_>) -> Result<Vec<InboxReply>> {
        let replies = replies_of(&self.0, ctx).await?;
        Ok(replies.into_iter().map(InboxReply).collect())
    }
    /// When the network got it, by its clock.
    async fn received_at(&self) -> DateTime {
        self.0.received_at.into()
    }
    /// When its status last changed, or when it was found.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

async fn replies_of(message: &rows::InboxMessage, ctx: &Context<'_>) -> Result<Vec<Arc<rows::InboxReply>>> {
    let replies = ctx.loaders()?.replies_of_message(message.workspace_id, message.id).await?;
    if replies.iter().any(|reply| reply.settled_at.is_none()) {
        changes_without_event();
    }
    Ok(replies)
}

/// A reply from here. Its row is the ledger of the one call that sends it.
#[derive(Clone)]
pub struct InboxReply(pub Arc<rows::InboxReply>);

/// An answer to a message, on its way to the network or there.
#[Object(crate = "crate::execution")]
impl InboxReply {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// What is answered.
    async fn message(&self, ctx: &Context<'_>) -> Result<InboxMessage> {
        let message = ctx.loaders()?.inbox_message(self.0.workspace_id, self.0.message_id).await?;
        message.map(InboxMessage).ok_or_else(|| top_level(ServiceError::NotFound))
    }
    /// Whether the settings' autoReply wrote it.
    async fn automatic(&self) -> bool {
        self.0.automatic
    }
    /// Who wrote it. Null if nobody did, or if the user has left the workspace and wrote no post in it.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(author) = self.0.author_id else { return Ok(None) };
        Ok(ctx.loaders()?.user(self.0.workspace_id, author).await?.map(User))
    }
    /// What is answered with.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// How far it is on its way. An UNKNOWN one without nextAttemptAt is left to a person, who looks at the network.
    async fn state(&self) -> ReplyState {
        self.0.state
    }
    /// Whether a user must look at the platform and settle it by `resolveInboxReply`: its state is UNKNOWN, and the server
    /// does nothing more about it.
    async fn needs_review(&self) -> bool {
        self.0.needs_review()
    }
    /// The network's own id of it; null until the network has taken it.
    async fn remote_id(&self) -> Option<&str> {
        self.0.remote_id.as_deref()
    }
    /// Where people see it; null where it has no address.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.0.url.as_deref())
    }
    /// What the network answered, or showed when it was asked; without secrets.
    async fn evidence(&self) -> Option<JsonOf<'_>> {
        self.0.evidence.as_ref().map(|evidence| JsonOf(&evidence.0))
    }
    /// Why it is not there, in the network's words or the server's.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }
    /// How often the network was tried; four failures by default end it.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }
    /// When it is taken up again; null where nothing is left to be done.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.0.run_at.map(DateTime)
    }
    /// When it was last sent; null before.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }
    /// When its outcome became known; null before.
    async fn settled_at(&self) -> Option<DateTime> {
        self.0.settled_at.map(DateTime)
    }
    /// When it was written.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}
