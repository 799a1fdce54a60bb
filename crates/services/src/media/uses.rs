//! Where media files are used.

use super::library::MediaLibrary;
use crate::context::{List, Listed, Query, ServiceResult, Window};
use fanfare_domain::id::MediaId;
use fanfare_storage::rows::Post;

/// The posts that have a media file, as a whole or in the variant of a target.
#[derive(Clone, Copy, Debug)]
pub struct UsesOf(pub MediaId);

impl MediaLibrary {
    /// The posts that have a media file, newest first.
    pub fn uses(&self, query: Query<UsesOf>) -> Listed<Self, UsesOf> {
        Listed { service: self.clone(), query }
    }
}

impl List for Listed<MediaLibrary, UsesOf> {
    type Row = Post;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Post>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.media().posts_with(query.workspace, query.filter.0, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.media().count_posts_with(query.workspace, query.filter.0).await?)
    }
}
