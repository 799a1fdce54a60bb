use crate::schema::media_fetches;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{MediaFetchId, MediaId, PostId, UserId, WorkspaceId};
use fanfare_domain::media::FetchStatus;

/// A medium that a post names by its address, with how far its fetch is.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = media_fetches)]
pub struct MediaFetch {
    pub id: MediaFetchId,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    /// Its place among the post's media.
    pub position: i32,
    pub requested_by: Option<UserId>,
    pub url: String,
    pub status: FetchStatus,
    pub media_id: Option<MediaId>,
    /// Claims since it was asked for.
    pub attempts: i32,
    pub lease_token: i64,
    pub error: Option<String>,
}

/// A fetch about to be asked for.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = media_fetches, treat_none_as_default_value = false)]
pub struct NewMediaFetch {
    workspace_id: WorkspaceId,
    post_id: PostId,
    position: i32,
    requested_by: UserId,
    url: String,
    status: FetchStatus,
    run_at: Timestamp,
    attempts: i32,
    lease_token: i64,
    created_at: Timestamp,
}

impl NewMediaFetch {
    /// `position`: its place among the post's media; `asked`: by whom, and when.
    pub fn new(
        (workspace_id, post_id): (WorkspaceId, PostId),
        url: &str,
        position: i32,
        asked: (UserId, Timestamp),
    ) -> Self {
        Self {
            workspace_id,
            post_id,
            position,
            requested_by: asked.0,
            url: url.to_owned(),
            status: FetchStatus::Queued,
            run_at: asked.1,
            attempts: 0,
            lease_token: 0,
            created_at: asked.1,
        }
    }
}
