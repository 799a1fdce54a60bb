//! A medium that a post names by its address.

use super::object::Media;
use crate::request::ContextExt as _;
use crate::scalars::{GlobalId as _, Url};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::media::FetchStatus;
use fanfare_services::media as rows;
use std::sync::Arc;

/// A medium that a post names by its address.
pub struct MediaFetch(pub Arc<rows::MediaFetch>);

/// A picture or video that a post names by its address. MEDIA_READY or MEDIA_FAILED events report how its fetch ended.
#[Object(crate = "crate::execution")]
impl MediaFetch {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Where it is fetched from.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(Some(&self.0.url))
    }

    /// How far the fetch is.
    async fn status(&self) -> FetchStatus {
        self.0.status
    }

    /// Why the last attempt brought nothing; null where there was none, or it did.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// What was fetched; null before.
    async fn media(&self, ctx: &Context<'_>) -> Result<Option<Media>> {
        let Some(id) = self.0.media_id else { return Ok(None) };
        Ok(ctx.loaders()?.medium(self.0.workspace_id, id).await?.map(Media))
    }
}
