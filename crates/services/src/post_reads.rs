//! Questions about posts.

use super::post_draft::PostInput;
use super::post_preflight::TargetCheck;
use super::{ServiceError, ServiceResult, Services, post_schedule, post_validation};
use crate::context::{Freshness, Read};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::{Order, PostFilter, Window};
use fanfare_storage::rows::Post;
use std::sync::Arc;

const LONGEST_SEARCH: usize = 200;

impl Services {
    /// A window of a workspace's posts; one that the actor may read.
    pub async fn list_posts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &PostFilter,
        order: Order,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<Post>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        searchable(filter)?;
        let question = &(filter, order, window);
        let read = Read { workspace, fresh, about: &[Noun::Posts], name: "posts.page", question };
        let page = async { self.db.posts().page(workspace, filter, order, window).await };
        Ok(Arc::unwrap_or_clone(self.cached(read, page).await?))
    }

    /// How many posts a filter finds.
    pub async fn count_posts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &PostFilter,
        fresh: Freshness,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        searchable(filter)?;
        let read = Read { workspace, fresh, about: &[Noun::Posts], name: "posts.count", question: filter };
        let count = async { self.db.posts().count(workspace, filter).await };
        Ok(*self.cached(read, count).await?)
    }

    /// How a post would fare on each of its accounts; stores nothing. What is wrong whatever the network, a user error.
    pub async fn validate_post(
        &self,
        actor: &Actor,
        mut input: PostInput,
    ) -> ServiceResult<Vec<TargetCheck>> {
        let workspace = input.workspace_id.unwrap_or(actor.default_workspace);
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let mut errors = std::mem::take(&mut input.unreadable);
        post_schedule::decide(&input, self.clock.now(), &mut errors);
        post_validation::trim(&mut input.draft);
        errors.extend(post_validation::check(&input.draft));
        errors.extend(self.check_addresses(&input.draft));
        if !errors.is_empty() {
            return Err(ServiceError::User(errors));
        }
        let subjects = self.subjects(workspace, &input.draft).await?;
        Ok(self.examine(&input.draft, &subjects))
    }
}

fn searchable(filter: &PostFilter) -> ServiceResult<()> {
    let text = filter.text.as_deref().unwrap_or_default();
    if text.chars().count() <= LONGEST_SEARCH && !text.contains('\0') {
        return Ok(());
    }
    let words = format!("Search for at most {LONGEST_SEARCH} characters, without NUL.");
    let mut error = UserError::new(UserErrorCode::Invalid, "", words);
    error.path = vec!["filter".to_owned(), "text".to_owned()];
    Err(error.into())
}
