//! Changes of what users say of a media file.

use super::library::{MAX_NAME_CHARS, MediaLibrary, checked_alt_text, shown_name};
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{MediaId, WorkspaceId};
use fanfare_domain::media::MediaPatch;
use fanfare_domain::patch::Patch;
use fanfare_domain::post::PostReach;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::Media;
use std::sync::Arc;

impl MediaLibrary {
    /// Changes the name or the alternative text of a media file, of the expected revision. An alternative text is
    /// published with its file: where a post goes out as it stands, a change of it needs the right to publish.
    pub async fn update(
        &self,
        actor: &Actor,
        (workspace, id): (WorkspaceId, MediaId),
        expected: ExpectedRevision,
        patch: MediaPatch,
    ) -> ServiceResult<Committed<Media>> {
        self.context.authorize(actor, workspace, Action::UploadMedia).await?;
        let patch = checked(patch)?;
        let reach = match self.context.authorize(actor, workspace, Action::PublishPosts).await {
            Ok(()) => PostReach::Everything,
            Err(forbidden @ ServiceError::Forbidden(_)) => {
                if !patch.alt_text.is_keep() && self.context.db.media().goes_out(workspace, id).await? {
                    return Err(forbidden);
                }
                PostReach::Drafts
            }
            Err(error) => return Err(error),
        };
        let by = EventActor::from(actor);
        let update = |context: Arc<Context>| async move {
            let now = context.clock.now();
            context.db.media().update((workspace, id), expected, patch, reach, by, now).await
        };
        self.context.command(workspace, update).await
    }
}

/// A patch whose every value may be stored.
fn checked(patch: MediaPatch) -> ServiceResult<MediaPatch> {
    let file_name = match patch.file_name {
        Patch::Set(Some(name)) => Patch::Set(Some(checked_name(&name)?)),
        other => other,
    };
    let alt_text = match patch.alt_text {
        Patch::Set(Some(text)) if text.contains('\0') => {
            let words = "The text holds a NUL character.";
            return Err(UserError::new(UserErrorCode::Invalid, "altText", words).into());
        }
        Patch::Set(Some(text)) => Patch::Set(checked_alt_text(Some(&text))?),
        other => other,
    };
    Ok(MediaPatch { file_name, alt_text })
}

/// A file name as it may be shown: without folders and control characters.
fn checked_name(name: &str) -> Result<String, UserError> {
    if name.trim().chars().count() > MAX_NAME_CHARS {
        let words = format!("Give a file name of at most {MAX_NAME_CHARS} characters.");
        return Err(UserError::new(UserErrorCode::TooLong, "fileName", words));
    }
    shown_name(name).ok_or_else(|| {
        let words = "Give a file name, such as cover.jpg, or null for none.";
        UserError::new(UserErrorCode::Invalid, "fileName", words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_what_cannot_be_shown_is_refused() {
        let patch = |name: &str, text: &str| MediaPatch {
            file_name: Patch::Set(Some(name.to_owned())),
            alt_text: Patch::Set(Some(text.to_owned())),
        };
        let fine = checked(patch(" folder/cover.jpg ", " A cat ")).unwrap();
        assert_eq!(fine.file_name, Patch::Set(Some("cover.jpg".to_owned())));
        assert_eq!(fine.alt_text, Patch::Set(Some("A cat".to_owned())));
        assert_eq!(checked(patch("a.jpg", " ")).unwrap().alt_text, Patch::Set(None), "a blank text is none");
        for (wrong, field, code) in [
            (patch("..", "x"), "fileName", UserErrorCode::Invalid),
            (patch(&"x".repeat(256), "x"), "fileName", UserErrorCode::TooLong),
            (patch("a.jpg", "a\0b"), "altText", UserErrorCode::Invalid),
            (patch("a.jpg", &"x".repeat(2_001)), "altText", UserErrorCode::TooLong),
        ] {
            let Err(ServiceError::User(errors)) = checked(wrong) else { panic!("{field} is accepted") };
            assert_eq!((errors[0].code, errors[0].path.join(".")), (code, format!("input.{field}")));
        }
    }
}
