//! Many posts at once: each is a command of its own, so that one that is refused leaves the others.

use super::commands::PostPlace;
use super::draft::PostInput;
use super::posts::Posts;
use crate::context::{Committed, MutationKey, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::user_error::{UserError, UserErrorCode};

/// Posts in one call.
pub const MOST_POSTS: usize = 500;

/// What became of one post: what was stored, or its validation errors. The errors' paths begin at `posts.<index>`.
pub type BulkOutcome = Result<Committed<PostPlace>, Vec<UserError>>;

impl Posts {
    /// Creates posts in their order. The call counts once against the creations of a minute. `key` makes each of them
    /// take effect once: a call that is repeated stores what the first had not come to.
    pub async fn create_many(
        &self,
        actor: &Actor,
        inputs: Vec<(PostInput, Option<MutationKey>)>,
    ) -> ServiceResult<Vec<BulkOutcome>> {
        if inputs.len() > MOST_POSTS {
            let words = format!("Give at most {MOST_POSTS} posts.");
            return Err(UserError::new(UserErrorCode::TooMany, "posts", words).into());
        }
        self.context.authorize(actor, actor.default_workspace, Action::WritePosts).await?;
        let limit = self.context.options.creates_per_minute;
        self.context
            .rates
            .take(Limited::PostCreation(actor.user_id), limit, self.context.clock.now())
            .await?;
        let mut outcomes = Vec::with_capacity(inputs.len());
        for (index, (input, key)) in inputs.into_iter().enumerate() {
            outcomes.push(match self.create_counted(actor, input, key).await {
                Ok(changed) => Ok(changed),
                Err(ServiceError::User(errors)) => {
                    Err(errors.into_iter().map(|it| below(index, it)).collect())
                }
                Err(ServiceError::NotFound) => {
                    Err(vec![below(index, UserError::not_found("workspaceId", "workspace"))])
                }
                Err(ServiceError::Forbidden(words)) => {
                    Err(vec![below(index, UserError::new(UserErrorCode::Invalid, "", words))])
                }
                // What the user cannot fix ends the call; the key leads to what is stored already.
                Err(error) => return Err(error),
            });
        }
        Ok(outcomes)
    }
}

fn below(index: usize, mut error: UserError) -> UserError {
    error.path.splice(1..1, ["posts".to_owned(), index.to_string()]);
    error
}
