//! Changes of what users say of a media file.

use super::object::Media;
use crate::request::{
    ContextExt as _, UserError, committed, is_conflict, optional, row_of, workspace_of_row,
};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use fanfare_domain::id::MediaId;
use fanfare_domain::media::MediaPatch;
use fanfare_domain::revision::ExpectedRevision;
use std::sync::Arc;

/// Fields to update of a media file. Fields that are left out stay as they are; null clears a field.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateMediaInput {
    /// The media file.
    pub media_id: ID,
    /// The file name: 1 to 255 characters, without folders.
    pub file_name: MaybeUndefined<String>,
    /// The text for those who do not see it: at most 2,000 characters. It is published with the file from now on.
    pub alt_text: MaybeUndefined<String>,
    /// The revision that the change was written for: CONFLICT if the media file has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

/// Result of `updateMedia`.
#[derive(SimpleObject)]
pub struct UpdateMediaPayload {
    /// The updated media file; on CONFLICT the media file as it is now. Null with other errors.
    pub media: Option<Media>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: changes of the media library.
#[derive(Default)]
pub struct MediaUpdateMutation;

#[Object]
impl MediaUpdateMutation {
    /// Updates the file name or the alternative text of a media file. Requires the EDITOR role; for the alternative text of
    /// a file that a scheduled post has, an API key also needs the scope PUBLISH.
    async fn update_media(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The media file, and the fields to update.")] input: UpdateMediaInput,
    ) -> Result<UpdateMediaPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let named = input.media_id.clone();
        let outcome = async {
            let id = MediaId::parse(&input.media_id, "mediaId")?;
            let workspace = workspace_of_row(services, actor, id, ("mediaId", "media file")).await?;
            let expected = ExpectedRevision(input.expected_revision);
            let patch = MediaPatch {
                file_name: optional(input.file_name, |name| name),
                alt_text: optional(input.alt_text, |text| text),
            };
            services.media().update(actor, (workspace, id), expected, patch).await
        };
        let (changed, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let mut media = changed.map(Arc::new);
        if is_conflict(&user_errors)
            && let Some((workspace, id)) = row_of::<MediaId>(ctx, &named, "mediaId").await?
        {
            media = ctx.loaders()?.medium(workspace, id).await?;
        }
        Ok(UpdateMediaPayload { media: media.map(Media), user_errors })
    }
}
