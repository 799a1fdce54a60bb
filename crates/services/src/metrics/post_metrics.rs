//! Metrics of posts and accounts, and the request for newer ones.

use crate::context::{Context, ServiceResult, uncancelled};
use crate::place::Places;
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{AccountMetricDay, TargetMetricPoint, TargetMetrics};
use std::sync::Arc;

/// How often a user may ask in a minute: each time is a call to every network of the post.
const PER_MINUTE: u32 = 10;
/// How far back the days of an account are read; analytics reaches further.
pub const LONGEST_HISTORY_DAYS: u64 = 90;

/// The service of metrics. What it reads is for those who may read the workspace.
#[derive(Clone)]
pub struct Metrics {
    context: Arc<Context>,
    places: Places,
}

impl Metrics {
    pub(crate) fn new(context: &Arc<Context>, places: &Places) -> Self {
        Self { context: Arc::clone(context), places: places.clone() }
    }

    /// Has a worker ask the networks for the numbers of a published post within seconds, as far as their budgets and what
    /// is being published leave room. Returns the post's place at once: the numbers come with an event.
    pub async fn refresh(&self, actor: &Actor, id: PostId) -> ServiceResult<(WorkspaceId, PostId)> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::PublishPosts).await?;
        let now = self.context.clock.now();
        self.context.rates.take(Limited::MetricsRefresh(actor.user_id), PER_MINUTE, now).await?;
        let context = Arc::clone(&self.context);
        uncancelled(async move {
            if context.db.metrics_queue().refresh(workspace, id, now).await? == 0 {
                let words = "Nothing of the post is published: there are no numbers to ask for.";
                return Err(UserError::new(UserErrorCode::PostStateForbids, "id", words).into());
            }
            Ok((workspace, id))
        })
        .await
    }

    /// The last numbers of the publications of posts.
    pub async fn of_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
    ) -> ServiceResult<Vec<TargetMetrics>> {
        Ok(self.context.db.metrics().of_posts(workspace, ids).await?)
    }

    /// The numbers of the publications of posts over time, oldest first.
    pub async fn points_of_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
    ) -> ServiceResult<Vec<TargetMetricPoint>> {
        Ok(self.context.db.metrics().points_of_posts(workspace, ids).await?)
    }

    /// The last [`LONGEST_HISTORY_DAYS`] of accounts, oldest first.
    pub async fn days_of_accounts(
        &self,
        workspace: WorkspaceId,
        ids: &[AccountId],
    ) -> ServiceResult<Vec<AccountMetricDay>> {
        let days = LONGEST_HISTORY_DAYS;
        Ok(self.context.db.metrics().recent_days_of_accounts(workspace, ids, days).await?)
    }
}
