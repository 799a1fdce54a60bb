//! Rows that an event names, as they are now; `None`: deleted since.

use super::Payload;
use crate::account::Account;
use crate::campaign::Campaign;
use crate::export::Export;
use crate::import::Import;
use crate::inbox::InboxReply;
use crate::media::Media;
use crate::person::User;
use crate::post::{Post, PostTarget};
use crate::request::ContextExt as _;
use crate::template::Template;
use crate::workspace::Workspace;
use async_graphql::{Context, Result};
use fanfare_domain::id::{
    AccountId, CampaignId, ExportId, ImportId, InboxReplyId, MediaId, PostId, TargetId, TemplateId, UserId,
};

impl<T> Payload<'_, T> {
    pub(super) async fn account_of(&self, ctx: &Context<'_>, id: AccountId) -> Result<Option<Account>> {
        Ok(ctx.loaders()?.account(self.workspace, id).await?.map(Account::new))
    }

    pub(super) async fn campaign_of(&self, ctx: &Context<'_>, id: CampaignId) -> Result<Option<Campaign>> {
        Ok(ctx.loaders()?.campaign(self.workspace, id).await?.map(Campaign))
    }

    pub(super) async fn export_of(&self, ctx: &Context<'_>, id: ExportId) -> Result<Option<Export>> {
        Ok(ctx.loaders()?.export(self.workspace, id).await?.map(Export))
    }

    pub(super) async fn import_of(&self, ctx: &Context<'_>, id: ImportId) -> Result<Option<Import>> {
        Ok(ctx.loaders()?.import(self.workspace, id).await?.map(Import))
    }

    pub(super) async fn media_of(&self, ctx: &Context<'_>, id: MediaId) -> Result<Option<Media>> {
        Ok(ctx.loaders()?.medium(self.workspace, id).await?.map(Media))
    }

    pub(super) async fn post_of(&self, ctx: &Context<'_>, id: PostId) -> Result<Option<Post>> {
        Ok(ctx.loaders()?.post(self.workspace, id).await?.map(Post::new))
    }

    pub(super) async fn reply_of(&self, ctx: &Context<'_>, id: InboxReplyId) -> Result<Option<InboxReply>> {
        Ok(ctx.loaders()?.inbox_reply(self.workspace, id).await?.map(InboxReply))
    }

    pub(super) async fn target_of(&self, ctx: &Context<'_>, id: TargetId) -> Result<Option<PostTarget>> {
        Ok(ctx.loaders()?.target(self.workspace, id).await?.map(PostTarget::new))
    }

    pub(super) async fn template_of(&self, ctx: &Context<'_>, id: TemplateId) -> Result<Option<Template>> {
        Ok(ctx.loaders()?.template(self.workspace, id).await?.map(Template::from))
    }

    /// A user who belongs to the workspace or wrote something in it.
    pub(super) async fn user_of(&self, ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
        Ok(ctx.loaders()?.user(self.workspace, id).await?.map(User))
    }

    pub(super) async fn own_workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let row = ctx.loaders()?.workspace(self.workspace, self.workspace).await?;
        let actor = ctx.actor()?;
        Ok(row.map(|row| Workspace::new(row, actor.clone())))
    }
}
