//! Pictures and videos.

use crate::connection::{Edge as _, Keyed, PageArgs, connection};
use crate::post::{Post, PostConnection};
use crate::request::{
    ContextExt, UserError, committed, each_once, row_of, top_level, workspace_of_input, workspace_of_row,
};
use crate::scalars::{BigInt, DateTime, GlobalId, Upload, Url};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{MediaId, WorkspaceId};
use fanfare_domain::media::MediaKind;
use fanfare_domain::user_error::{UserError as Refusal, UserErrorCode};
use fanfare_query_limits::directives::field_cost;
use fanfare_services::ServiceError;
use fanfare_services::media::{self as rows, MediaFilter as RowFilter, Upload as Arrived, UsesOf};
use std::sync::Arc;
use std::time::Duration;

/// How long an address for people opens the file at least.
const URL_LIFETIME: Duration = Duration::from_hours(1);

/// An uploaded picture or video.
#[derive(Clone)]
pub struct Media(pub Arc<rows::Media>);

/// An uploaded picture or video.
#[Object(crate = "crate::execution")]
impl Media {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }
    /// Told from the file's bytes.
    async fn kind(&self) -> MediaKind {
        self.0.kind
    }
    /// Told from the file's bytes, such as `image/jpeg`.
    async fn mime_type(&self) -> &str {
        &self.0.mime_type
    }
    /// In bytes.
    async fn size_bytes(&self) -> BigInt {
        BigInt(self.0.size_bytes)
    }
    /// In pixels; `null` where it could not be read.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }
    /// In pixels; `null` where it could not be read.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }
    /// In seconds; `null` for pictures and where it could not be read.
    async fn duration_seconds(&self) -> Option<f64> {
        let millis = u64::try_from(self.0.duration_ms?).ok()?;
        Some(Duration::from_millis(millis).as_secs_f64())
    }
    /// For those who do not see it: at most 2,000 characters.
    async fn alt_text(&self) -> Option<&str> {
        self.0.alt_text.as_deref()
    }
    /// What the sender called the file.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }
    /// Opens the file for an hour at least, to whoever has the address.
    async fn url(&self, ctx: &Context<'_>) -> Result<Url> {
        Ok(Url(ctx.services()?.media().url(&self.0, URL_LIFETIME)))
    }
    /// When it was uploaded.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// Rises with each change of the name or the alternative text, from 1; `expectedRevision` of an update.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
    /// The posts that have it, as a whole or in the variant of a target, newest first.
    // Three statements for each file.
    #[graphql(directive = field_cost::apply(10))]
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<PostConnection> {
        let query = ctx.query_in(self.0.workspace_id, UsesOf(self.0.id))?;
        let page = PageArgs { first, after, last, before, offset: None };
        PostConnection::of(ctx.services()?.media().uses(query), &page, Post::new).await
    }
}

connection!(MediaConnection, MediaEdge, Media, "media");

impl Keyed for rows::Media {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// Which media.
#[derive(Clone, Debug, Default, InputObject)]
pub struct MediaFilter {
    /// Of one of these kinds; absent: of any.
    pub kinds: Option<Vec<MediaKind>>,
    /// With this in the file name or the alternative text, in any case; at most 200 characters.
    #[graphql(directive = field_cost::apply(50))]
    pub text: Option<String>,
}

/// A file for the library.
#[derive(InputObject)]
pub struct UploadMediaInput {
    /// Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// JPEG, PNG, GIF, WebP, MP4, MOV or WebM, by its bytes; its largest size is a setting.
    pub file: Upload,
    /// For those who do not see it: at most 2,000 characters.
    pub alt_text: Option<String>,
    /// 1 to 200 characters. The same key and file within 24 hours give the first medium again.
    pub client_mutation_key: Option<String>,
}

/// Which medium is to go.
#[derive(InputObject)]
pub struct DeleteMediaInput {
    /// The medium.
    pub media_id: ID,
}

/// What `uploadMedia` gives.
#[derive(SimpleObject)]
pub struct UploadMediaPayload {
    /// The medium; `null` where there are user errors.
    pub media: Option<Media>,
    /// The media file as an edge of `mediaLibrary` in the default order. Null if there are user errors.
    pub media_edge: Option<MediaEdge>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `deleteMedia` gives.
#[derive(SimpleObject)]
pub struct DeleteMediaPayload {
    /// The id of the medium that is gone; `null` where there are user errors.
    pub deleted_media_id: Option<ID>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Query`: the media library.
#[derive(Default)]
pub struct MediaQuery;

#[Object]
impl MediaQuery {
    /// A medium; `null` if it is in none of your workspaces.
    async fn media(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The medium's id.")] id: ID,
    ) -> Result<Option<Media>> {
        let Some((workspace, id)) = row_of::<MediaId>(ctx, &id, "id").await? else { return Ok(None) };
        Ok(ctx.loaders()?.medium(workspace, id).await?.map(Media))
    }

    /// The media of a workspace, the newest first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn media_library(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which media; absent: all.")] filter: Option<MediaFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<MediaConnection> {
        let page = PageArgs { first, after, last, before, offset };
        media_files_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }
}

/// The media of a workspace, the newest first.
pub async fn media_files_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<MediaFilter>,
    page: &PageArgs,
) -> Result<MediaConnection> {
    let filter = filter.unwrap_or_default();
    let text = filter.text.filter(|text| !text.is_empty());
    let filter = RowFilter { kinds: each_once(filter.kinds), text };
    let query = ctx.query_in(workspace, filter)?;
    MediaConnection::of(ctx.services()?.media().list(query), page, |row| Media(Arc::new(row))).await
}

/// Part of `Mutation`: the media library.
#[derive(Default)]
pub struct MediaMutation;

#[Object]
impl MediaMutation {
    /// Takes a file into the library, by the GraphQL multipart request specification. Needs the role editor.
    async fn upload_media(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A file for the library.")] input: UploadMediaInput,
    ) -> Result<UploadMediaPayload> {
        let (services, actor, replayed) = (ctx.services()?, ctx.actor()?, ctx.replayed()?.clone());
        let file = input.file.value(ctx).map_err(|error| top_level(ServiceError::Internal(error.into())))?;
        let outcome = async {
            let file = file.ok_or_else(|| {
                Refusal::new(UserErrorCode::Required, "file", "The request carries no such file.")
            })?;
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let arrived = Arrived {
                file: file.content,
                file_name: Some(file.filename),
                alt_text: input.alt_text,
                key: input.client_mutation_key,
                replayed,
            };
            services.media().upload(actor, workspace, arrived).await
        };
        let (uploaded, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let (media, media_edge) = MediaEdge::created(uploaded.map(Arc::new), Media);
        Ok(UploadMediaPayload { media, media_edge, user_errors })
    }

    /// Removes a medium that no post uses, with its file. Needs the role editor.
    async fn delete_media(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which medium is to go.")] input: DeleteMediaInput,
    ) -> Result<DeleteMediaPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let id = MediaId::parse(&input.media_id, "mediaId")?;
            let workspace = workspace_of_row(services, actor, id, ("mediaId", "media file")).await?;
            services.media().delete(actor, workspace, id).await
        };
        let (done, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        Ok(DeleteMediaPayload { deleted_media_id: done.map(|()| input.media_id), user_errors })
    }
}
