//! The media library: upload, list, delete, and the addresses from which networks pull.

pub use fanfare_media::{MediaStore, MediaStream, StorageKey};

use crate::context::{Keyed, MutationKey};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::{Action, media_link, verify_media_link};
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{MediaId, UserId, WorkspaceId};
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_media::{Inspected, MediaError, inspect, measure};
use fanfare_storage::page::{MediaFilter, Window};
use fanfare_storage::rows::{Media, NewMedia};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The longest alternative text, in characters; the networks' own limits are below.
const MAX_ALT_CHARS: usize = 2_000;
/// The longest file name that is kept, in characters.
const MAX_NAME_CHARS: usize = 255;

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

/// What is said of a file beside what its bytes tell.
struct Described {
    alt_text: Option<String>,
    file_name: Option<String>,
    uploaded_by: Option<UserId>,
}

impl Services {
    /// Takes a file into the library. Its type is told from its bytes.
    pub async fn upload_media(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        upload: Upload,
    ) -> ServiceResult<(Media, Seq)> {
        self.authorize(actor, workspace, Action::UploadMedia).await?;
        let alt_text = checked_alt_text(upload.alt_text.as_deref())?;
        let upload = Upload { alt_text, ..upload };
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        // Not cut by a client that goes away: it would leave a file that no row names.
        uncancelled(async move {
            let inspected = inspect(&upload.file, services.options.media_max_bytes).await?;
            let storage = StorageKey::generate(workspace, inspected.file_type);
            let outcome = services.store_media(actor, &storage, &inspected, upload).await;
            let kept = outcome.as_ref().is_ok_and(|(medium, _)| medium.storage_key == storage.to_string());
            if !kept {
                services.remove_file(&storage).await;
            }
            let (medium, seq) = outcome?;
            services.hub.committed(workspace, seq);
            Ok((medium, seq))
        })
        .await
    }

    /// Answers the first medium where the key was used before; then no row names the file of `storage`.
    async fn store_media(
        &self,
        actor: EventActor,
        storage: &StorageKey,
        inspected: &Inspected,
        upload: Upload,
    ) -> ServiceResult<(Media, Seq)> {
        let workspace = storage.workspace;
        let hash = self.media_store.put(storage, upload.file).await.map_err(MediaError::from)?;
        let file_name = upload.file_name.as_deref().and_then(shown_name);
        let input = serde_json::json!([hash, upload.alt_text, file_name]).to_string();
        let keyed = |key| MutationKey::new("uploadMedia", key, input.as_bytes()).marking(&upload.replayed);
        let key = upload.key.map(keyed);
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Run(key) => key,
            Keyed::Replay(first) => return self.first_medium(workspace, &first).await,
        };
        let described = Described { alt_text: upload.alt_text, file_name, uploaded_by: Some(actor.user_id) };
        let new = self.describe(storage, inspected, described).await?;
        Ok(self.db.media().insert(new, actor, key).await?)
    }

    /// Takes a file that was fetched into the store; its type is told from its bytes, its name from its address. Whoever
    /// stores no row of it removes the file.
    pub(crate) async fn store_fetched(
        &self,
        workspace: WorkspaceId,
        file: std::fs::File,
        url: &Url,
        requested_by: Option<UserId>,
    ) -> ServiceResult<NewMedia> {
        let inspected = inspect(&file, self.options.media_max_bytes).await?;
        let storage = StorageKey::generate(workspace, inspected.file_type);
        self.media_store.put(&storage, file).await.map_err(MediaError::from)?;
        let last = url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let described = Described { alt_text: None, file_name: shown_name(last), uploaded_by: requested_by };
        let new = self.describe(&storage, &inspected, described).await;
        if new.is_err() {
            self.remove_file(&storage).await;
        }
        new
    }

    async fn describe(
        &self,
        storage: &StorageKey,
        inspected: &Inspected,
        described: Described,
    ) -> ServiceResult<NewMedia> {
        let facts = measure(&self.media_store, storage, inspected).await?;
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
            created_at: self.clock.now(),
        })
    }

    async fn first_medium(
        &self,
        workspace: WorkspaceId,
        first: &serde_json::Value,
    ) -> ServiceResult<(Media, Seq)> {
        let id = first.get("media_id").and_then(serde_json::Value::as_i64).map_or(MediaId(0), MediaId);
        let medium = self.db.media().by_ids(workspace, &[id]).await?.pop();
        let seq = self.db.events().last_seq(workspace).await?;
        Ok((medium.ok_or(ServiceError::NotFound)?, seq))
    }

    /// Removes a medium that no post uses.
    pub async fn delete_media(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> ServiceResult<Seq> {
        self.authorize(actor, workspace, Action::DeleteMedia).await?;
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let (medium, seq) = services.db.media().delete(workspace, id, actor, now).await?;
            services.hub.committed(workspace, seq);
            if let Some(storage) = StorageKey::parse(&medium.storage_key) {
                services.remove_file(&storage).await;
            }
            Ok(seq)
        })
        .await
    }

    /// A window of the library, newest first.
    pub async fn media_library(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &MediaFilter,
        window: &Window,
    ) -> ServiceResult<Vec<Media>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.media().page(workspace, filter, window).await?)
    }

    /// How many media a filter finds.
    pub async fn count_media(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &MediaFilter,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.media().count(workspace, filter).await?)
    }

    /// An address that opens the file to whoever has it, for a time.
    pub fn media_url(&self, medium: &Media, valid_for: Duration) -> Url {
        let expires = self.clock.now().plus(valid_for);
        media_link(&self.url_signer, &self.options.public_base, &medium.storage_key, expires)
    }

    /// Whether an address opens the file of `key` now.
    pub fn media_url_opens(&self, key: &StorageKey, expires: i64, signature: &str) -> bool {
        let now = self.clock.now();
        verify_media_link(&self.url_signer, &key.to_string(), expires, signature, now).is_ok()
    }

    /// A file that stays costs space and nothing else: it is logged, and the command goes on.
    pub(crate) async fn remove_file(&self, key: &StorageKey) {
        if let Err(error) = self.media_store.delete(key).await {
            tracing::warn!(%error, %key, "a file could not be removed");
        }
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
