//! Copies of posts.

use super::commands::{PostPlace, first_post};
use super::draft::PostDraft;
use super::posts::Posts;
use crate::context::{Committed, MutationKey, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::PostId;
use fanfare_domain::post::Then;
use fanfare_domain::user_error::UserError;

/// The input's field that names the post.
const POST: &str = "postId";

impl Posts {
    /// Creates a draft of the actor's with everything that was written of a post: its text, variants, media, accounts and
    /// campaign. Its time stays behind, and so does what became of it. Counts as a creation.
    pub async fn duplicate(
        &self,
        actor: &Actor,
        id: PostId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await.map_err(about_post)?;
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let (user, by) = (actor.user_id, EventActor::from(actor));
        let again = |first| first_post(workspace, first);
        let first = |key| async move {
            let draft = copy(self.stored_post(workspace, id).await.map_err(about_post)?.draft);
            if !draft.media_urls.is_empty() {
                self.context.authorize(actor, workspace, Action::UploadMedia).await?;
            }
            let (per_minute, now) = (self.context.options.creates_per_minute, self.context.clock.now());
            self.context.rates.take(Limited::PostCreation(user), per_minute, now).await?;
            let subjects = self.subjects(workspace, &draft).await.map_err(about_post)?;
            let new = draft.into_new_post(workspace, user, &subjects.accounts);
            self.store(workspace, (new, Then::Keep), by, key).await
        };
        self.context.idempotent(key, (workspace, user), again, first).await
    }
}

/// The draft of a copy. Media that were fetched by their URLs are attached as they are; only the others are fetched for the
/// copy.
fn copy(mut draft: PostDraft) -> PostDraft {
    let fetched = std::mem::take(&mut draft.fetched);
    draft.media_ids.extend(draft.media_urls.iter().filter_map(|url| fetched.get(url)).copied());
    draft.media_urls.retain(|url| !fetched.contains_key(url));
    draft
}

/// Names the input's field in what is wrong with the post.
fn about_post(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::NotFound => UserError::not_found(POST, "post").into(),
        ServiceError::User(errors) => {
            let named = errors.into_iter().map(|it| UserError::new(it.code, POST, it.message));
            ServiceError::User(named.collect())
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::id::MediaId;

    #[test]
    fn media_that_were_fetched_are_not_fetched_for_a_copy() {
        let url = |name: &str| format!("https://example.com/{name}");
        let stored = PostDraft {
            media_ids: vec![MediaId(1)],
            media_urls: vec![url("b"), url("failed"), url("a")],
            fetched: [(url("a"), MediaId(3)), (url("b"), MediaId(2))].into(),
            ..PostDraft::default()
        };
        let copy = copy(stored);
        assert_eq!(copy.media_ids, [MediaId(1), MediaId(2), MediaId(3)]);
        assert_eq!(copy.media_urls, [url("failed")]);
        assert!(copy.fetched.is_empty());
    }
}
