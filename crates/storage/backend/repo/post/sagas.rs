//! Sagas, for the loaders.

use crate::Conn;
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Saga;

/// The sagas of posts.
pub async fn of_posts(conn: &mut Conn, workspace: WorkspaceId, posts: &[PostId]) -> QueryResult<Vec<Saga>> {
    sagas::table
        .filter(sagas::workspace_id.eq(workspace).and(sagas::post_id.eq_any(posts)))
        .select(Saga::as_select())
        .load(conn)
        .await
}
