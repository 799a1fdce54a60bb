//! How a post would fare, with nothing stored.

use super::draft::PostInput;
use super::posts::Posts;
use super::preflight::TargetCheck;
use super::validation;
use crate::context::{ServiceResult, refuse};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;

impl Posts {
    /// How a post would fare on each of its accounts; stores nothing. What is wrong whatever the network, a user error.
    pub async fn validate(&self, actor: &Actor, mut input: PostInput) -> ServiceResult<Vec<TargetCheck>> {
        let workspace = input.workspace_id.unwrap_or(actor.default_workspace);
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let mut errors = std::mem::take(&mut input.unreadable);
        input.decide(self.context.clock.now(), &mut errors);
        validation::trim(&mut input.draft);
        errors.extend(validation::check(&input.draft));
        errors.extend(self.media_fetches.check_urls(&input.draft.media_urls));
        refuse(errors)?;
        let subjects = self.subjects(workspace, &input.draft).await?;
        self.examine(&input.draft, &subjects).await
    }
}
