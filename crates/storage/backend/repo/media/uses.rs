//! Which posts have a medium: as a whole, or by a target that has media of its own.

use crate::Conn;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use fanfare_domain::id::{MediaId, PostId, WorkspaceId};
use fanfare_domain::post::PostStatus;
use fanfare_storage::page::{FEW, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Post;

/// How the posts are found.
enum Found {
    /// By their ids: they are few.
    Few(Vec<PostId>),
    /// By a condition of the list, which is read in its order.
    Many(String),
}

impl Found {
    fn is_nothing(&self) -> bool {
        matches!(self, Self::Few(ids) if ids.is_empty())
    }
}

/// Asks both indexes of media for few posts.
async fn find(conn: &mut Conn, workspace: WorkspaceId, id: MediaId) -> QueryResult<Found> {
    let of_post = post_media::media_id.eq(id).and(post_media::workspace_id.eq(workspace));
    let mut ids: Vec<PostId> =
        post_media::table.filter(of_post).limit(FEW + 1).select(post_media::post_id).load(conn).await?;
    let of_target = target_media::media_id.eq(id).and(target_media::workspace_id.eq(workspace));
    let of_targets: Vec<PostId> = target_media::table
        .inner_join(post_targets::table.on(post_targets::id.eq(target_media::target_id)))
        .filter(of_target)
        .limit(FEW + 1)
        .select(post_targets::post_id)
        .load(conn)
        .await?;
    ids.extend(of_targets);
    if i64::try_from(ids.len()).is_ok_and(|found| found <= FEW) {
        ids.sort_unstable();
        ids.dedup();
        return Ok(Found::Few(ids));
    }
    Ok(Found::Many(format!(
        "(exists (select 1 from post_media m where m.post_id = posts.id and m.media_id = {id})
          or exists (select 1 from target_media m join post_targets t on t.id = m.target_id
            where t.post_id = posts.id and m.media_id = {id}))"
    )))
}

macro_rules! with_medium {
    ($workspace:expr, $found:expr) => {{
        let query = posts::table.into_boxed();
        match $found {
            // A sum has no index: the database has to go by the ids.
            Found::Few(ids) => {
                query.filter((posts::workspace_id + 0_i64).eq($workspace)).filter(posts::id.eq_any(ids))
            }
            Found::Many(condition) => {
                query.filter(posts::workspace_id.eq($workspace)).filter(sql::<Bool>(&condition))
            }
        }
    }};
}

/// A window of the posts that have a medium, or a target that has it, newest first.
pub async fn posts_with(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: MediaId,
    window: &Window,
) -> QueryResult<Vec<Post>> {
    let found = find(conn, workspace, id).await?;
    if found.is_nothing() {
        return Ok(Vec::new());
    }
    let query = with_medium!(workspace, found);
    windowed!(query, window, Order::NewestFirst, posts::created_at, posts::id, PostId)
        .select(Post::as_select())
        .load(conn)
        .await
}

/// How many posts have a medium, or a target that has it.
pub async fn count_posts_with(conn: &mut Conn, workspace: WorkspaceId, id: MediaId) -> QueryResult<i64> {
    let found = find(conn, workspace, id).await?;
    if found.is_nothing() {
        return Ok(0);
    }
    with_medium!(workspace, found).count().get_result(conn).await
}

/// Whether a post that goes out as it stands has the medium.
pub async fn goes_out(conn: &mut Conn, workspace: WorkspaceId, id: MediaId) -> QueryResult<bool> {
    let found = find(conn, workspace, id).await?;
    if found.is_nothing() {
        return Ok(false);
    }
    let going: Vec<PostStatus> = PostStatus::ALL.iter().copied().filter(|status| status.goes_out()).collect();
    let going: Option<PostId> = with_medium!(workspace, found)
        .filter(posts::status.eq_any(going))
        .select(posts::id)
        .first(conn)
        .await
        .optional()?;
    Ok(going.is_some())
}
