//! The media of posts.

use crate::Conn;
use fanfare_domain::id::{MediaId, PostId, WorkspaceId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::PostMedium;
use std::collections::BTreeMap;

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 4.
const AT_ONCE: usize = 1_000;

/// The media of a post as a whole, in its order.
pub(in crate::repo) async fn of(conn: &mut Conn, post: PostId) -> QueryResult<Vec<MediaId>> {
    post_media::table
        .filter(post_media::post_id.eq(post))
        .order(post_media::position)
        .select(post_media::media_id)
        .load(conn)
        .await
}

/// The media of posts as a whole, in their order; posts without any are left out.
pub(in crate::repo) async fn of_each(
    conn: &mut Conn,
    posts: &[PostId],
) -> QueryResult<BTreeMap<PostId, Vec<MediaId>>> {
    let mut media: BTreeMap<PostId, Vec<MediaId>> = BTreeMap::new();
    for posts in posts.chunks(AT_ONCE) {
        let found: Vec<(PostId, MediaId)> = post_media::table
            .filter(post_media::post_id.eq_any(posts))
            .order((post_media::post_id, post_media::position))
            .select((post_media::post_id, post_media::media_id))
            .load(conn)
            .await?;
        for (post, medium) in found {
            media.entry(post).or_default().push(medium);
        }
    }
    Ok(media)
}

/// Adds media to posts of a workspace, in their order; refused where one is not the workspace's.
pub(in crate::repo) async fn add(
    conn: &mut Conn,
    workspace_id: WorkspaceId,
    of_posts: &[(PostId, &[MediaId])],
) -> CommandResult<()> {
    let all: Vec<MediaId> = of_posts.iter().flat_map(|(_, media)| media.iter().copied()).collect();
    crate::repo::media::assert_in(conn, workspace_id, &all, "mediaIds").await?;
    let rows = of_posts.iter().flat_map(|&(post_id, media)| {
        let media = media.iter().zip(0..);
        media.map(move |(&media_id, position)| PostMedium { post_id, media_id, workspace_id, position })
    });
    let rows: Vec<PostMedium> = rows.collect();
    insert_rows!(conn, post_media::table, rows, AT_ONCE);
    Ok(())
}
