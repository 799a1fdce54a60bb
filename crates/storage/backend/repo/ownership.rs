//! In which of a person's workspaces a row is. An id from outside names no workspace; these functions take the person
//! instead, and answer nothing of a workspace that he does not belong to.

use super::Conn;
use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, InboxMessageId, InboxReplyId, MediaId, PostId,
    SagaId, StepId, TargetId, TemplateId, UserId, WorkspaceId,
};
use fanfare_storage::prelude::*;

macro_rules! ownership {
    ($($(#[$meta:meta])* $function:ident, $table:ident: $id:ty $(, with $parent:ident: $parent_id:ty)?;)+) => {$(
        $(#[$meta])*
        pub async fn $function(
            conn: &mut Conn,
            user: UserId,
            ids: &[$id],
        ) -> QueryResult<Vec<($id, WorkspaceId $(, $parent_id)?)>> {
            $table::table
                .inner_join(memberships::table.on(memberships::workspace_id.eq($table::workspace_id)))
                .filter($table::id.eq_any(ids).and(memberships::user_id.eq(user)))
                .select(($table::id, $table::workspace_id $(, $table::$parent)?))
                .load(conn)
                .await
        }
    )+};
}

ownership! {
    /// Of posts.
    of_posts, posts: PostId;
    /// Of targets.
    of_targets, post_targets: TargetId;
    /// Of accounts.
    of_accounts, accounts: AccountId;
    /// Of campaigns.
    of_campaigns, campaigns: CampaignId;
    /// Of templates.
    of_templates, templates: TemplateId;
    /// Of exports.
    of_exports, exports: ExportId;
    /// Of imports.
    of_imports, imports: ImportId;
    /// Of media.
    of_media, media: MediaId;
    /// Of API keys.
    of_api_keys, api_keys: ApiKeyId;
    /// Of steps of the ledger, with their targets.
    of_steps, publish_steps: StepId, with target_id: TargetId;
    /// Of sagas, with their posts.
    of_sagas, sagas: SagaId, with post_id: PostId;
    /// Of messages.
    of_inbox_messages, inbox_messages: InboxMessageId;
    /// Of replies.
    of_inbox_replies, inbox_replies: InboxReplyId;
}

/// Of people: a workspace that the person shares with each.
pub async fn of_users(
    conn: &mut Conn,
    user: UserId,
    ids: &[UserId],
) -> QueryResult<Vec<(UserId, WorkspaceId)>> {
    let own: Vec<WorkspaceId> = memberships::table
        .filter(memberships::user_id.eq(user))
        .select(memberships::workspace_id)
        .load(conn)
        .await?;
    memberships::table
        .filter(memberships::user_id.eq_any(ids).and(memberships::workspace_id.eq_any(own)))
        .select((memberships::user_id, memberships::workspace_id))
        .load(conn)
        .await
}
