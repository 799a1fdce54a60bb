//! From an id that a client gives to the workspace it is in. What is in none of the actor's workspaces is not found.

use crate::{ServiceError, ServiceResult, Services};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{
    AccountId, CampaignId, ExportId, ImportId, InboxMessageId, InboxReplyId, MediaId, PostId, SagaId, StepId,
    TargetId, TemplateId, UserId, WorkspaceId,
};
use std::collections::HashMap;

/// Rows of all nouns, by id.
#[derive(Clone, Debug, Default)]
pub struct RowIds {
    pub posts: Vec<PostId>,
    pub targets: Vec<TargetId>,
    pub accounts: Vec<AccountId>,
    pub media: Vec<MediaId>,
    pub users: Vec<UserId>,
    pub steps: Vec<StepId>,
    pub sagas: Vec<SagaId>,
    pub inbox_messages: Vec<InboxMessageId>,
    pub inbox_replies: Vec<InboxReplyId>,
    pub campaigns: Vec<CampaignId>,
    pub exports: Vec<ExportId>,
    pub imports: Vec<ImportId>,
    pub templates: Vec<TemplateId>,
}

/// Where those of the rows are that the actor may see.
#[derive(Clone, Debug, Default)]
pub struct Places {
    pub posts: HashMap<PostId, WorkspaceId>,
    pub targets: HashMap<TargetId, WorkspaceId>,
    pub accounts: HashMap<AccountId, WorkspaceId>,
    pub media: HashMap<MediaId, WorkspaceId>,
    /// A workspace that the actor shares with the person.
    pub users: HashMap<UserId, WorkspaceId>,
    pub steps: HashMap<StepId, (WorkspaceId, TargetId)>,
    pub sagas: HashMap<SagaId, (WorkspaceId, PostId)>,
    pub inbox_messages: HashMap<InboxMessageId, WorkspaceId>,
    pub inbox_replies: HashMap<InboxReplyId, WorkspaceId>,
    pub campaigns: HashMap<CampaignId, WorkspaceId>,
    pub exports: HashMap<ExportId, WorkspaceId>,
    pub imports: HashMap<ImportId, WorkspaceId>,
    /// Those that come with the server are in no workspace.
    pub templates: HashMap<TemplateId, WorkspaceId>,
}

macro_rules! pairs {
    ($services:expr, $actor:expr, $function:ident, $ids:expr) => {
        if $ids.is_empty() {
            HashMap::new()
        } else {
            let found = $services.db.ownership().$function($actor.user_id, &$ids).await?;
            found.into_iter().filter(|(_, at)| $actor.reaches(*at)).collect()
        }
    };
}

impl Services {
    /// Finds rows of several nouns, by one query for each noun.
    pub async fn places(&self, actor: &Actor, ids: &RowIds) -> ServiceResult<Places> {
        let mut places = Places {
            posts: pairs!(self, actor, of_posts, ids.posts),
            targets: pairs!(self, actor, of_targets, ids.targets),
            accounts: pairs!(self, actor, of_accounts, ids.accounts),
            media: pairs!(self, actor, of_media, ids.media),
            users: pairs!(self, actor, of_users, ids.users),
            inbox_messages: pairs!(self, actor, of_inbox_messages, ids.inbox_messages),
            inbox_replies: pairs!(self, actor, of_inbox_replies, ids.inbox_replies),
            campaigns: pairs!(self, actor, of_campaigns, ids.campaigns),
            exports: pairs!(self, actor, of_exports, ids.exports),
            imports: pairs!(self, actor, of_imports, ids.imports),
            templates: pairs!(self, actor, of_templates, ids.templates),
            ..Places::default()
        };
        if !ids.steps.is_empty() {
            let found = self.db.ownership().of_steps(actor.user_id, &ids.steps).await?;
            let found = found.into_iter().filter(|(_, at, _)| actor.reaches(*at));
            places.steps = found.map(|(id, at, target)| (id, (at, target))).collect();
        }
        if !ids.sagas.is_empty() {
            let found = self.db.ownership().of_sagas(actor.user_id, &ids.sagas).await?;
            let found = found.into_iter().filter(|(_, at, _)| actor.reaches(*at));
            places.sagas = found.map(|(id, at, post)| (id, (at, post))).collect();
        }
        Ok(places)
    }

    /// The workspace of a post.
    pub async fn workspace_of_post(&self, actor: &Actor, id: PostId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { posts: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.posts.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of an account.
    pub async fn workspace_of_account(&self, actor: &Actor, id: AccountId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { accounts: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.accounts.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of a message.
    pub async fn workspace_of_inbox_message(
        &self,
        actor: &Actor,
        id: InboxMessageId,
    ) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { inbox_messages: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.inbox_messages.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of a medium.
    pub async fn workspace_of_media(&self, actor: &Actor, id: MediaId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { media: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.media.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of a campaign.
    pub async fn workspace_of_campaign(&self, actor: &Actor, id: CampaignId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { campaigns: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.campaigns.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of an export.
    pub async fn workspace_of_export(&self, actor: &Actor, id: ExportId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { exports: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.exports.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of an import.
    pub async fn workspace_of_import(&self, actor: &Actor, id: ImportId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { imports: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.imports.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of a template of a workspace's own.
    pub async fn workspace_of_template(&self, actor: &Actor, id: TemplateId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { templates: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.templates.remove(&id).ok_or(ServiceError::NotFound)
    }

    /// The workspace of a target.
    pub async fn workspace_of_target(&self, actor: &Actor, id: TargetId) -> ServiceResult<WorkspaceId> {
        let ids = RowIds { targets: vec![id], ..RowIds::default() };
        self.places(actor, &ids).await?.targets.remove(&id).ok_or(ServiceError::NotFound)
    }
}
