//! What is stored about one user, for that user. Of a workspace's content only what is their own, and only of
//! workspaces that they belong to.

use fanfare_domain::event::Seq;
use fanfare_domain::id::{
    AccountId, CampaignId, InboxReplyId, MediaId, PostId, TemplateId, UserId, WorkspaceId,
};
use fanfare_storage::rows::{
    ApiKey, AuditRow, Campaign, InboxReply, Media, Membership, Post, Session, ShownAccount, Target, Template,
};

contract! {
    trait PersonalData = personal_data;

    /// The user's sessions, the oldest first.
    read sessions(user: UserId) -> Vec<Session>;
    /// The user's workspaces, with their names.
    read memberships(user: UserId) -> Vec<(Membership, String)>;
    /// The user's API keys.
    read keys(user: UserId) -> Vec<ApiKey>;
    /// Posts the user wrote in a workspace, after one of them, each with its targets.
    read posts_with_targets(
        workspace: WorkspaceId,
        user: UserId,
        after: PostId,
        limit: i64,
    ) -> Vec<(Post, Vec<Target>)>;
    /// What the user did in a workspace, after a position.
    read events(workspace: WorkspaceId, user: UserId, after: Seq, limit: i64) -> Vec<AuditRow>;
    /// Accounts the user connected.
    read accounts(workspace: WorkspaceId, user: UserId, after: AccountId, limit: i64) -> Vec<ShownAccount>;
    /// Campaigns the user made.
    read campaigns(workspace: WorkspaceId, user: UserId, after: CampaignId, limit: i64) -> Vec<Campaign>;
    /// Templates the user made.
    read templates(workspace: WorkspaceId, user: UserId, after: TemplateId, limit: i64) -> Vec<Template>;
    /// Posts the user wrote.
    read posts(workspace: WorkspaceId, user: UserId, after: PostId, limit: i64) -> Vec<Post>;
    /// Media the user uploaded.
    read media(workspace: WorkspaceId, user: UserId, after: MediaId, limit: i64) -> Vec<Media>;
    /// Replies the user wrote.
    read replies(workspace: WorkspaceId, user: UserId, after: InboxReplyId, limit: i64) -> Vec<InboxReply>;
}
