//! What was written for one account, as clients see it.

use crate::media::Media;
use crate::request::ContextExt as _;
use crate::scalars::Url;
use async_graphql::{Context, Object, Result};
use fanfare_domain::written::Variant;
use fanfare_query_limits::directives::list_size;
use fanfare_services::publication;
use std::sync::Arc;

/// The variant of a target, of which its row is the whole but for the media.
pub struct PostVariant(Arc<publication::Target>);

impl PostVariant {
    /// `None`: the target has nothing of its own.
    pub fn of(row: &Arc<publication::Target>) -> Option<Self> {
        let is_own = row.own_media || row.words() != Variant::default();
        is_own.then(|| Self(Arc::clone(row)))
    }
}

/// What was written for one account instead of the post's. A field that is null was not: the account uses the post's.
#[Object]
impl PostVariant {
    /// The account's own text, without link and hashtags.
    async fn content(&self) -> Option<&str> {
        self.0.content.as_deref()
    }

    /// The account's own title.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The account's own hashtags, without #; empty if it has none on purpose.
    async fn hashtags(&self) -> Option<&[String]> {
        self.0.hashtags.as_ref().map(|tags| tags.0.as_slice())
    }

    /// The account's own link.
    async fn link_url(&self) -> Option<Url> {
        Url::from_stored(self.0.link_url.as_deref())
    }

    /// The account's own media in their order, at most 20; empty if it has none on purpose.
    #[graphql(directive = list_size::apply(2))]
    async fn media(&self, ctx: &Context<'_>) -> Result<Option<Vec<Media>>> {
        if !self.0.own_media {
            return Ok(None);
        }
        let rows = ctx.loaders()?.media_of_target(self.0.workspace_id, self.0.id).await?;
        Ok(Some(rows.into_iter().map(Media).collect()))
    }
}
