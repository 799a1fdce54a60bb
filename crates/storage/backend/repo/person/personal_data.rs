//! What is stored about one user, for that user. Of a workspace's content only what is their own, and only of
//! workspaces that they belong to.

use crate::Conn;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{
    AccountId, CampaignId, InboxReplyId, MediaId, PostId, TemplateId, UserId, WorkspaceId,
};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{
    ApiKey, AuditRow, Campaign, InboxReply, Media, Membership, Post, Session, ShownAccount, Target, Template,
};

/// The user's sessions, the oldest first.
pub async fn sessions(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::user_id.eq(user))
        .order(sessions::id)
        .select(Session::as_select())
        .load(conn)
        .await
}

/// The user's workspaces, with their names.
pub async fn memberships(conn: &mut Conn, user: UserId) -> QueryResult<Vec<(Membership, String)>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user))
        .order(memberships::workspace_id)
        .select((Membership::as_select(), workspaces::name))
        .load(conn)
        .await
}

/// The user's API keys.
pub async fn keys(conn: &mut Conn, user: UserId) -> QueryResult<Vec<ApiKey>> {
    api_keys::table
        .filter(api_keys::user_id.eq(user))
        .order(api_keys::id)
        .select(ApiKey::as_select())
        .load(conn)
        .await
}

/// Rows of `$table` in a workspace whose `$owner` is the user, after one of them.
macro_rules! own {
    ($(#[$doc:meta])+ $name:ident($table:ident, $owner:ident, $id:ident) -> $row:ident) => {
        $(#[$doc])+
        pub async fn $name(
            conn: &mut Conn,
            workspace: WorkspaceId,
            user: UserId,
            after: $id,
            limit: i64,
        ) -> QueryResult<Vec<$row>> {
            $table::table
                .filter($table::workspace_id.eq(workspace).and($table::$owner.eq(user)))
                .filter($table::id.gt(after))
                .order($table::id)
                .limit(limit)
                .select($row::as_select())
                .load(conn)
                .await
        }
    };
}

own! {
    /// Accounts the user connected.
    accounts(accounts, connected_by, AccountId) -> ShownAccount
}
own! {
    /// Campaigns the user made.
    campaigns(campaigns, created_by, CampaignId) -> Campaign
}
own! {
    /// Templates the user made.
    templates(templates, created_by, TemplateId) -> Template
}
own! {
    /// Posts the user wrote.
    posts(posts, author_id, PostId) -> Post
}
own! {
    /// Media the user uploaded.
    media(media, uploaded_by, MediaId) -> Media
}
own! {
    /// Replies the user wrote.
    replies(inbox_replies, author_id, InboxReplyId) -> InboxReply
}

/// Posts the user wrote in a workspace, after one of them, each with its targets.
pub async fn posts_with_targets(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    after: PostId,
    limit: i64,
) -> QueryResult<Vec<(Post, Vec<Target>)>> {
    let posts = posts(conn, workspace, user, after, limit).await?;
    let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
    let mut targets: Vec<Target> = post_targets::table
        .filter(post_targets::post_id.eq_any(ids))
        .order((post_targets::post_id, post_targets::position))
        .select(Target::as_select())
        .load(conn)
        .await?;
    let with_targets = posts.into_iter().map(|post| {
        let of_post = targets.extract_if(.., |target| target.post_id == post.id).collect();
        (post, of_post)
    });
    Ok(with_targets.collect())
}

/// What the user did in a workspace, after a position.
pub async fn events(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    after: Seq,
    limit: i64,
) -> QueryResult<Vec<AuditRow>> {
    events::table
        .filter(events::actor_id.eq(user).and(events::workspace_id.eq(workspace)).and(events::seq.gt(after)))
        .order(events::seq)
        .limit(limit)
        .select(AuditRow::as_select())
        .load(conn)
        .await
}
