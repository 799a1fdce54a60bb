//! The media library: upload, list, delete, and the URLs from which platforms pull.

use crate::context::{
    Committed, Context, FirstResult, Freshness, List, Listed, MutationKey, Query, Read, ServiceError,
    ServiceResult, Window, uncancelled,
};
use fanfare_auth::{Action, UrlSigner, media_link, verify_media_link};
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{MediaId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_media::{Inspected, MediaError, MediaStore, StorageKey, inspect, measure};
use fanfare_storage::page::MediaFilter;
use fanfare_storage::rows::{Media, NewMedia, NewStorageReservation};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The longest alternative text, in characters; the networks' own limits are below.
const MAX_ALT_CHARS: usize = 2_000;
/// The longest file name that is kept, in characters.
const MAX_NAME_CHARS: usize = 255;

/// How long a file may take from its reservation to its media row. A reservation that is older counts no more.
const LONGEST_WRITING: Duration = Duration::from_hours(1);

/// A file that arrived.
pub struct Upload {
    pub file: std::fs::File,
    /// As the sender calls it; shown, and used for nothing else.
    pub file_name: Option<String>,
    pub alt_text: Option<String>,
    /// The `clientMutationKey`.
    pub key: Option<String>,
    /// Set where the key is known.
    pub replayed: ReplayMark,
}

/// What is said of a file besides what its bytes tell.
struct Described {
    alt_text: Option<String>,
    file_name: Option<String>,
    uploaded_by: Option<UserId>,
}

/// The service of the media library.
#[derive(Clone)]
pub struct MediaLibrary {
    context: Arc<Context>,
    store: Arc<MediaStore>,
    url_signer: UrlSigner,
}

impl MediaLibrary {
    pub(crate) fn new(context: &Arc<Context>, store: &Arc<MediaStore>, url_signer: &UrlSigner) -> Self {
        Self { context: Arc::clone(context), store: Arc::clone(store), url_signer: url_signer.clone() }
    }

    /// The files, for those who have decided that they may be read.
    pub fn store(&self) -> &Arc<MediaStore> {
        &self.store
    }

    /// Refuses who may not add files to a workspace's library, before there is a file.
    pub async fn may_upload(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<()> {
        self.context.authorize(actor, workspace, Action::UploadMedia).await
    }

    /// Takes a file into the library. Its type is detected from its bytes.
    pub async fn upload(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        upload: Upload,
    ) -> ServiceResult<Committed<Media>> {
        self.context.authorize(actor, workspace, Action::UploadMedia).await?;
        let alt_text = checked_alt_text(upload.alt_text.as_deref())?;
        let upload = Upload { alt_text, ..upload };
        let (library, by) = (self.clone(), EventActor::from(actor));
        // Not cut by a client that goes away: it would leave a file that no row names.
        uncancelled(async move {
            let inspected = inspect(&upload.file, library.context.options.media_max_bytes).await?;
            let storage = StorageKey::generate(workspace, inspected.file_type);
            let room = match library.reserve(&storage, inspected.size_bytes).await {
                // Without a key there is no earlier result to answer: the file is not written at all.
                Err(error) if upload.key.is_none() => return Err(error),
                room => room,
            };
            let outcome = library.keep(by, &storage, &inspected, upload, room).await;
            library.release(&storage).await;
            let kept = outcome.as_ref().is_ok_and(|it| it.value().storage_key == storage.to_string());
            if !kept {
                library.remove_file(&storage).await;
            }
            outcome
        })
        .await
    }

    /// Answers the first medium where the key was used before; then no row names the file of `storage`. `room`: whether the
    /// workspace has room for another file.
    async fn keep(
        &self,
        by: EventActor,
        storage: &StorageKey,
        inspected: &Inspected,
        upload: Upload,
        room: ServiceResult<()>,
    ) -> ServiceResult<Committed<Media>> {
        let workspace = storage.workspace;
        let hash = self.store.put(storage, upload.file).await.map_err(MediaError::from)?;
        let file_name = upload.file_name.as_deref().and_then(shown_name);
        let input = serde_json::json!([hash, upload.alt_text, file_name]).to_string();
        let keyed = |key| MutationKey::new("uploadMedia", key, input.as_bytes()).marking(&upload.replayed);
        let key = upload.key.map(keyed);
        let again = |first| self.first(workspace, first);
        let first = |key| async move {
            room?;
            let described = Described { alt_text: upload.alt_text, file_name, uploaded_by: Some(by.user_id) };
            let new = self.describe(storage, inspected, described).await?;
            let insert = |context: Arc<Context>| async move { context.db.media().insert(new, by, key).await };
            self.context.command(workspace, insert).await
        };
        self.context.idempotent(key, (workspace, by.user_id), again, first).await
    }

    /// Reserves room in the workspace's storage for a file that is about to be written: it counts from now on.
    async fn reserve(&self, storage: &StorageKey, bytes: u64) -> ServiceResult<()> {
        let Some(most) = self.context.options.storage_per_workspace else { return Ok(()) };
        let now = self.context.clock.now();
        let new = NewStorageReservation {
            storage_key: storage.to_string(),
            workspace_id: storage.workspace,
            size_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            expires_at: now.plus(LONGEST_WRITING),
        };
        Ok(self.context.db.usage().reserve_storage(new, most, now).await?)
    }

    /// Ends a reservation. One that stays ends by itself: it is logged, and the command continues.
    pub(crate) async fn release(&self, storage: &StorageKey) {
        if self.context.options.storage_per_workspace.is_none() {
            return;
        }
        let released = self.context.db.usage().release_storage(storage.workspace, &storage.to_string()).await;
        if let Err(error) = released {
            tracing::warn!(%error, key = %storage, "storage reservation not released");
        }
    }

    /// Takes a file that was fetched into the store; its type is detected from its bytes, its name from its address.
    /// Whoever stores no row of it removes the file.
    pub(crate) async fn store_fetched(
        &self,
        workspace: WorkspaceId,
        file: std::fs::File,
        url: &Url,
        requested_by: Option<UserId>,
    ) -> ServiceResult<NewMedia> {
        let inspected = inspect(&file, self.context.options.media_max_bytes).await?;
        let storage = StorageKey::generate(workspace, inspected.file_type);
        // Released once the media row is stored, which another call does.
        self.reserve(&storage, inspected.size_bytes).await?;
        if let Err(error) = self.store.put(&storage, file).await {
            self.release(&storage).await;
            return Err(MediaError::from(error).into());
        }
        let last = url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let described = Described { alt_text: None, file_name: shown_name(last), uploaded_by: requested_by };
        let new = self.describe(&storage, &inspected, described).await;
        if new.is_err() {
            self.remove_file(&storage).await;
            self.release(&storage).await;
        }
        new
    }

    async fn describe(
        &self,
        storage: &StorageKey,
        inspected: &Inspected,
        described: Described,
    ) -> ServiceResult<NewMedia> {
        let facts = measure(&self.store, storage, inspected).await?;
        let file_type = inspected.file_type;
        Ok(NewMedia {
            workspace_id: storage.workspace,
            storage_key: storage.to_string(),
            kind: file_type.kind(),
            mime_type: file_type.mime_type().to_owned(),
            size_bytes: i64::try_from(inspected.size_bytes).unwrap_or(i64::MAX),
            width: facts.width.and_then(|it| it.try_into().ok()),
            height: facts.height.and_then(|it| it.try_into().ok()),
            duration_ms: facts.duration_ms.and_then(|it| it.try_into().ok()),
            alt_text: described.alt_text,
            file_name: described.file_name,
            uploaded_by: described.uploaded_by,
            created_at: self.context.clock.now(),
        })
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<Media> {
        let id = MediaId(first.row("media_id")?);
        self.by_ids(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// Removes a medium that no post uses.
    pub async fn delete(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> ServiceResult<Committed<()>> {
        self.context.authorize(actor, workspace, Action::DeleteMedia).await?;
        let (library, by) = (self.clone(), EventActor::from(actor));
        let delete = move |context: Arc<Context>| async move {
            context.db.media().delete(workspace, id, by, context.clock.now()).await
        };
        // Not cut by a client that goes away: it would leave a file that no row names. The file goes last: until the
        // hub has heard of the commit, an answer that was kept may name it.
        uncancelled(async move {
            let deleted = library.context.command(workspace, delete).await?;
            if let Some(storage) = StorageKey::parse(&deleted.value().storage_key) {
                library.remove_file(&storage).await;
            }
            Ok(deleted.map(|_| ()))
        })
        .await
    }

    /// The library of a workspace, newest first.
    pub fn list(&self, query: Query<MediaFilter>) -> Listed<Self, MediaFilter> {
        Listed { service: self.clone(), query }
    }

    /// Media by id, for those who may read the workspace.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[MediaId]) -> ServiceResult<Vec<Media>> {
        Ok(self.context.db.media().by_ids(workspace, ids).await?)
    }

    /// The media of posts, in their order.
    pub async fn of_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
        fresh: Freshness,
    ) -> ServiceResult<Vec<(PostId, Media)>> {
        let mut question = ids.to_vec();
        question.sort_unstable();
        let about = &[Noun::Posts, Noun::Accounts];
        let read = Read { workspace, fresh, about, name: "media.of_posts", question: &question };
        self.context.kept(read, self.context.db.media().of_posts(workspace, ids)).await
    }

    /// The media that targets have of their own, in their order.
    pub async fn of_targets(
        &self,
        workspace: WorkspaceId,
        ids: &[TargetId],
    ) -> ServiceResult<Vec<(TargetId, Media)>> {
        Ok(self.context.db.media().of_targets(workspace, ids).await?)
    }

    /// An address that opens the file to whoever has it, for a time.
    pub fn url(&self, medium: &Media, valid_for: Duration) -> Url {
        let expires = self.context.clock.now().plus(valid_for);
        media_link(&self.url_signer, &self.context.options.public_base, &medium.storage_key, expires)
    }

    /// Whether an address opens the file of `key` now.
    pub fn url_opens(&self, key: &StorageKey, expires: i64, signature: &str) -> bool {
        let now = self.context.clock.now();
        verify_media_link(&self.url_signer, &key.to_string(), expires, signature, now).is_ok()
    }

    /// A file that stays costs space and nothing else: it is logged, and the command continues.
    pub(crate) async fn remove_file(&self, key: &StorageKey) {
        if let Err(error) = self.store.delete(key).await {
            tracing::warn!(%error, %key, "a file could not be removed");
        }
    }
}

impl List for Listed<MediaLibrary, MediaFilter> {
    type Row = Media;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Media>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.media().page(query.workspace, &query.filter, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.media().count(query.workspace, &query.filter).await?)
    }
}

fn checked_alt_text(text: Option<&str>) -> ServiceResult<Option<String>> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_ALT_CHARS) {
        let words = format!("Give an alternative text of at most {MAX_ALT_CHARS} characters.");
        return Err(UserError::new(UserErrorCode::TooLong, "altText", words).into());
    }
    Ok(text)
}

/// The last part of a name, without what a terminal or a header could stumble over. `None`: nothing is left.
fn shown_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    Some(shown.trim().to_owned()).filter(|name| !name.is_empty() && name != "." && name != "..")
}

impl From<MediaError> for ServiceError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Refused(error) => error.into(),
            MediaError::Store(_) => Self::Unavailable(error.to_string()),
            MediaError::Internal(cause) => Self::Internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file_name_only_its_last_part_is_kept() {
        assert_eq!(shown_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(shown_name(r"C:\pictures\a cat.jpg").as_deref(), Some("a cat.jpg"));
        assert_eq!(shown_name("a\r\nSet-Cookie: x.jpg").as_deref(), Some("aSet-Cookie: x.jpg"));
        for nothing in ["", "..", "a/", " "] {
            assert_eq!(shown_name(nothing), None, "{nothing:?}");
        }
    }
}
