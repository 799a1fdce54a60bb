use crate::schema::media_fetches;
use diesel::prelude::*;
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
