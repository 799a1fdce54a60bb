//! In which of a person's workspaces a row is. An id from outside names no workspace; these functions take the person
//! instead, and answer nothing of a workspace that he does not belong to.

use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, InboxMessageId, InboxReplyId, MediaId, PostId,
    SagaId, StepId, TargetId, TemplateId, UserId, WorkspaceId,
};

contract! {
    trait Ownership = ownership;

    /// Of people: a workspace that the person shares with each.
    read of_users(user: UserId, ids: &[UserId]) -> Vec<(UserId, WorkspaceId)>;
    /// Of posts.
    read of_posts(user: UserId, ids: &[PostId]) -> Vec<(PostId, WorkspaceId)>;
    /// Of targets.
    read of_targets(user: UserId, ids: &[TargetId]) -> Vec<(TargetId, WorkspaceId)>;
    /// Of accounts.
    read of_accounts(user: UserId, ids: &[AccountId]) -> Vec<(AccountId, WorkspaceId)>;
    /// Of campaigns.
    read of_campaigns(user: UserId, ids: &[CampaignId]) -> Vec<(CampaignId, WorkspaceId)>;
    /// Of templates.
    read of_templates(user: UserId, ids: &[TemplateId]) -> Vec<(TemplateId, WorkspaceId)>;
    /// Of exports.
    read of_exports(user: UserId, ids: &[ExportId]) -> Vec<(ExportId, WorkspaceId)>;
    /// Of imports.
    read of_imports(user: UserId, ids: &[ImportId]) -> Vec<(ImportId, WorkspaceId)>;
    /// Of media.
    read of_media(user: UserId, ids: &[MediaId]) -> Vec<(MediaId, WorkspaceId)>;
    /// Of API keys.
    read of_api_keys(user: UserId, ids: &[ApiKeyId]) -> Vec<(ApiKeyId, WorkspaceId)>;
    /// Of steps of the ledger, with their targets.
    read of_steps(user: UserId, ids: &[StepId]) -> Vec<(StepId, WorkspaceId, TargetId)>;
    /// Of sagas, with their posts.
    read of_sagas(user: UserId, ids: &[SagaId]) -> Vec<(SagaId, WorkspaceId, PostId)>;
    /// Of messages.
    read of_inbox_messages(user: UserId, ids: &[InboxMessageId]) -> Vec<(InboxMessageId, WorkspaceId)>;
    /// Of replies.
    read of_inbox_replies(user: UserId, ids: &[InboxReplyId]) -> Vec<(InboxReplyId, WorkspaceId)>;
}
