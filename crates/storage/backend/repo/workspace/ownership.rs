//! In which of a user's workspaces a row is. An id from outside names no workspace; this takes the user instead, and
//! returns nothing of a workspace that they do not belong to.

use crate::Conn;
use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, ImportProblemId, InboxMessageId, InboxReplyId,
    InvitationId, MediaFetchId, MediaId, PostId, SagaId, StepId, TargetId, TemplateId, UserId, WorkspaceId,
};
use fanfare_domain::row_id::{Place, RowId};
use fanfare_storage::prelude::*;

/// Finds the rows of each noun, by one statement for each noun that is there.
macro_rules! find {
    (
        $conn:ident, $user:ident, $rows:ident, $found:ident;
        $($noun:ident($id:ty) in $table:ident $(, part of $parent:ident($parent_id:ty) by $column:ident)?;)+
    ) => {$(
        let ids = $rows.iter().filter_map(|row| if let RowId::$noun(id) = row { Some(*id) } else { None });
        let ids: Vec<$id> = ids.collect();
        if !ids.is_empty() {
            let rows: Vec<($id, WorkspaceId $(, $parent_id)?)> = $table::table
                .inner_join(memberships::table.on(memberships::workspace_id.eq($table::workspace_id)))
                .filter($table::id.eq_any(&ids).and(memberships::user_id.eq($user)))
                .select(($table::id, $table::workspace_id $(, $table::$column)?))
                .load($conn)
                .await?;
            $found.extend(rows.into_iter().map(|(id, workspace $(, $column)?)| {
                let parents: &[RowId] = &[$(RowId::$parent($column))?];
                (RowId::$noun(id), Place { workspace, parent: parents.first().copied() })
            }));
        }
    )+};
}

/// Where those of the rows are that are in a workspace of the user's; another user's place is a workspace that both
/// share. Workspaces have no place.
pub async fn places(conn: &mut Conn, user: UserId, rows: &[RowId]) -> QueryResult<Vec<(RowId, Place)>> {
    let mut found = Vec::with_capacity(rows.len());
    find! {
        conn, user, rows, found;
        Account(AccountId) in accounts;
        Media(MediaId) in media;
        MediaFetch(MediaFetchId) in media_fetches, part of Post(PostId) by post_id;
        Post(PostId) in posts;
        Target(TargetId) in post_targets;
        Step(StepId) in publish_steps, part of Target(TargetId) by target_id;
        Saga(SagaId) in sagas, part of Post(PostId) by post_id;
        ApiKey(ApiKeyId) in api_keys;
        Invitation(InvitationId) in invitations;
        InboxMessage(InboxMessageId) in inbox_messages;
        InboxReply(InboxReplyId) in inbox_replies;
        Campaign(CampaignId) in campaigns;
        Template(TemplateId) in templates;
        Export(ExportId) in exports;
        Import(ImportId) in imports;
        ImportProblem(ImportProblemId) in import_problems;
    }
    let users = rows.iter().filter_map(|row| if let RowId::User(id) = row { Some(*id) } else { None });
    let users: Vec<UserId> = users.collect();
    if !users.is_empty() {
        let shared = users_beside(conn, user, &users).await?;
        found
            .extend(shared.into_iter().map(|(id, workspace)| (id.into(), Place { workspace, parent: None })));
    }
    Ok(found)
}

async fn users_beside(
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
