//! The media library: upload, list, delete, and the URLs from which platforms pull.

use crate::context::witness;
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
use fanfare_media::{Inspected, MediaError, MediaStore, StorageKey, digest, inspect, measure};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::MediaFilter;
use fanfare_storage::rows::{Media, NewMedia, NewUnownedFile};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The longest alternative text, in characters; the networks' own limits are below.
const MAX_ALT_CHARS: usize = 2_000;
/// How long a file has one address: what shows it may be kept as long, and browsers fetch the file once.
const ADDRESS_WINDOW: Duration = Duration::from_mins(15);
/// The longest file name that is kept, in characters.
pub(super) const MAX_NAME_CHARS: usize = 255;

/// The longest text that is searched, in characters.
const LONGEST_SEARCH: usize = 200;

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
    pub(super) context: Arc<Context>,
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
        let file_name = upload.file_name.as_deref().and_then(shown_name);
        let described = Described { alt_text, file_name, uploaded_by: Some(actor.user_id) };
        let (library, by) = (self.clone(), EventActor::from(actor));
        let Upload { file, key, replayed, .. } = upload;
        // Not cut by a client that goes away: the file would wait in the store for its deletion.
        uncancelled(async move {
            let inspected = inspect(&file, library.context.options.media_max_bytes).await?;
            let key = match key {
                Some(key) => {
                    let hash = digest(&file).await.map_err(MediaError::from)?;
                    let input =
                        serde_json::json!([hash, described.alt_text, described.file_name]).to_string();
                    Some(MutationKey::new("uploadMedia", key, input.as_bytes()).marking(&replayed))
                }
                None => None,
            };
            let again = |first| library.first(workspace, first);
            let first = |key| library.take_in(by, workspace, (file, inspected), described, key);
            library.context.idempotent(key, (workspace, by.user_id), again, first).await
        })
        .await
    }

    /// Answers the first medium where another call with the key was faster; then the file of this one is deleted.
    async fn take_in(
        &self,
        by: EventActor,
        workspace: WorkspaceId,
        (file, inspected): (std::fs::File, Inspected),
        described: Described,
        key: Option<KeyedInput>,
    ) -> ServiceResult<Committed<Media>> {
        let storage = StorageKey::generate(workspace, inspected.file_type);
        let taken = match self.write(&storage, file, &inspected, described).await {
            Ok(new) => {
                let insert =
                    |context: Arc<Context>| async move { context.db.media().insert(new, by, key).await };
                self.context.command(workspace, insert).await
            }
            Err(error) => Err(error),
        };
        let kept = taken.as_ref().is_ok_and(|it| it.value().storage_key == storage.to_string());
        if !kept {
            self.abandon(&storage).await;
        }
        taken
    }

    /// Registers a file, writes it, and reads what is known of it. Whoever stores no row of it abandons it.
    async fn write(
        &self,
        storage: &StorageKey,
        file: std::fs::File,
        inspected: &Inspected,
        described: Described,
    ) -> ServiceResult<NewMedia> {
        let (context, now) = (&self.context, self.context.clock.now());
        let new = NewUnownedFile {
            storage_key: storage.to_string(),
            workspace_id: storage.workspace,
            size_bytes: i64::try_from(inspected.size_bytes).unwrap_or(i64::MAX),
            delete_at: now.plus(context.options.upload_store),
        };
        context.db.unowned_files().register(new, context.options.storage_per_workspace, now).await?;
        // Nothing is written any more when the file's deletion is due.
        let written = timeout(context.options.upload_store / 2, self.store.put(storage, file)).await;
        written.unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into())).map_err(MediaError::from)?;
        self.describe(storage, inspected, described).await
    }

    /// Has the file deleted, unless its media row is there. So a call may be abandoned whose outcome is not known: what
    /// the database holds decides.
    pub(crate) async fn abandon(&self, storage: &StorageKey) {
        let (workspace, key) = (storage.workspace, storage.to_string());
        match self.context.db.unowned_files().abandon(workspace, &key, self.context.clock.now()).await {
            Ok(true) => self.remove_file(storage).await,
            Ok(false) => {}
            // A worker deletes the file when its time has passed.
            Err(error) => tracing::warn!(%error, %key, "a file could not be abandoned"),
        }
    }

    /// Takes a file that was fetched into the store; its type is detected from its bytes, its name from its address.
    /// Whoever stores no row of it abandons it.
    pub(crate) async fn store_fetched(
        &self,
        workspace: WorkspaceId,
        file: std::fs::File,
        url: &Url,
        requested_by: Option<UserId>,
    ) -> ServiceResult<NewMedia> {
        let inspected = inspect(&file, self.context.options.media_max_bytes).await?;
        let storage = StorageKey::generate(workspace, inspected.file_type);
        let last = url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let described = Described { alt_text: None, file_name: shown_name(last), uploaded_by: requested_by };
        let new = self.write(&storage, file, &inspected, described).await;
        if new.is_err() {
            self.abandon(&storage).await;
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
        // Not cut by a client that goes away: the file would stay until a worker deletes it. It goes last: until the hub
        // has heard of the commit, an answer that was kept may name it.
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
    ) -> ServiceResult<Vec<(PostId, Arc<Media>)>> {
        let mut question = ids.to_vec();
        question.sort_unstable();
        let about = &[Noun::Posts, Noun::Accounts];
        let read = Read { workspace, fresh, about, name: "media.of_posts", question: &question };
        let rows = async {
            let rows = self.context.db.media().of_posts(workspace, ids).await?;
            Ok(rows.into_iter().map(|(post, medium)| (post, Arc::new(medium))).collect())
        };
        self.context.kept(read, rows).await
    }

    /// The media that targets have of their own, in their order.
    pub async fn of_targets(
        &self,
        workspace: WorkspaceId,
        ids: &[TargetId],
    ) -> ServiceResult<Vec<(TargetId, Media)>> {
        Ok(self.context.db.media().of_targets(workspace, ids).await?)
    }

    /// An address that opens the file to whoever has it, for this time at least. It is the same for all who ask within
    /// [`ADDRESS_WINDOW`].
    pub fn url(&self, medium: &Media, valid_for: Duration) -> Url {
        let window_end = self.context.clock.now().window_end(ADDRESS_WINDOW);
        witness::holds_until(window_end);
        let expires = window_end.plus(valid_for);
        media_link(&self.url_signer, &self.context.options.public_base, &medium.storage_key, expires)
    }

    /// Whether an address opens the file of `key` now.
    pub fn url_opens(&self, key: &StorageKey, expires: i64, signature: &str) -> bool {
        let now = self.context.clock.now();
        verify_media_link(&self.url_signer, &key.to_string(), expires, signature, now).is_ok()
    }

    /// Removes a file at once that a worker is to delete anyway, now or later.
    pub(crate) async fn remove_file(&self, key: &StorageKey) {
        if let Err(error) = self.store.delete(key).await {
            tracing::warn!(%error, %key, "a file could not be removed at once");
        }
    }
}

impl List for Listed<MediaLibrary, MediaFilter> {
    type Row = Media;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Media>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        searchable(&query.filter)?;
        Ok(context.db.media().page(query.workspace, &query.filter, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        searchable(&query.filter)?;
        Ok(context.db.media().count(query.workspace, &query.filter).await?)
    }
}

fn searchable(filter: &MediaFilter) -> ServiceResult<()> {
    let text = filter.text.as_deref().unwrap_or_default();
    if text.chars().count() <= LONGEST_SEARCH && !text.contains('\0') {
        return Ok(());
    }
    let words = format!("Search for at most {LONGEST_SEARCH} characters, without NUL.");
    let mut error = UserError::new(UserErrorCode::Invalid, "", words);
    error.path = vec!["filter".to_owned(), "text".to_owned()];
    Err(error.into())
}

pub(super) fn checked_alt_text(text: Option<&str>) -> ServiceResult<Option<String>> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_ALT_CHARS) {
        let words = format!("Give an alternative text of at most {MAX_ALT_CHARS} characters.");
        return Err(UserError::new(UserErrorCode::TooLong, "altText", words).into());
    }
    Ok(text)
}

/// The last part of a name, without what a terminal or a header could stumble over. `None`: nothing is left.
pub(super) fn shown_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    Some(shown.trim().to_owned()).filter(|name| !name.is_empty() && name != "." && name != "..")
}

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

impl From<MediaError> for ServiceError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Refused(error) => error.into(),
            MediaError::Store(ref cause) if is_full(cause.kind()) => Self::Full(error.to_string()),
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
