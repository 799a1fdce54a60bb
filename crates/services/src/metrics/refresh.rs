//! Asking for fresh numbers of a post.

use crate::{ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::sync::Arc;

/// How often a user may ask in a minute: each time is a call to every network of the post.
const PER_MINUTE: u32 = 10;

impl Services {
    /// Has a worker ask the networks for the numbers of a published post within seconds, as far as their budgets and what
    /// is being published leave room. Tells nothing yet: the numbers come with an event.
    pub async fn refresh_metrics(
        self: &Arc<Self>,
        actor: &Actor,
        id: PostId,
    ) -> ServiceResult<(WorkspaceId, PostId)> {
        let workspace = self.workspace_of_post(actor, id).await?;
        self.authorize(actor, workspace, Action::PublishPosts).await?;
        let now = self.clock.now();
        self.rates.take(Limited::MetricsRefresh(actor.user_id), PER_MINUTE, now).await?;
        let services = Arc::clone(self);
        uncancelled(async move {
            if services.db.metrics_queue().refresh(workspace, id, now).await? == 0 {
                let words = "Nothing of the post is published: there are no numbers to ask for.";
                return Err(UserError::new(UserErrorCode::PostStateForbids, "id", words).into());
            }
            Ok((workspace, id))
        })
        .await
    }
}
