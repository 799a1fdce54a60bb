//! The media of posts.

use crate::Conn;
use fanfare_domain::id::{MediaId, PostId, WorkspaceId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::PostMedium;

/// The media of a post as a whole, in its order.
pub(in crate::repo) async fn of(conn: &mut Conn, post: PostId) -> QueryResult<Vec<MediaId>> {
    post_media::table
        .filter(post_media::post_id.eq(post))
        .order(post_media::position)
        .select(post_media::media_id)
        .load(conn)
        .await
}

/// Adds media to a post, in their order; refused where one is not the workspace's.
pub(in crate::repo) async fn add(
    conn: &mut Conn,
    workspace: WorkspaceId,
    post: PostId,
    media_ids: &[MediaId],
) -> CommandResult<()> {
    crate::repo::media::assert_in(conn, workspace, media_ids, "mediaIds").await?;
    let rows: Vec<PostMedium> = media_ids
        .iter()
        .zip(0..)
        .map(|(&media_id, position)| PostMedium {
            post_id: post,
            media_id,
            workspace_id: workspace,
            position,
        })
        .collect();
    if !rows.is_empty() {
        batch!(conn, execute, diesel::insert_into(post_media::table).values(rows))?;
    }
    Ok(())
}
