//! Asking for newer metrics of a post.

use super::told::ShownPost;
use crate::request::{ContextExt as _, UserError, settle};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::id::{PostId, WorkspaceId};

/// Which post's numbers to fetch.
#[derive(Clone, Debug, InputObject)]
pub struct RefreshMetricsInput {
    /// The post.
    pub id: ID,
}

/// What refreshMetrics answers.
pub struct RefreshMetricsPayload {
    post: Option<(WorkspaceId, PostId)>,
    user_errors: Vec<UserError>,
}

/// What refreshMetrics answers.
#[Object]
impl RefreshMetricsPayload {
    /// The post, with the numbers that are known so far; null where userErrors is not empty.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<ShownPost>> {
        let Some((workspace, id)) = self.post else { return Ok(None) };
        ShownPost::of_id(ctx, workspace, id).await.map(Some)
    }

    /// Validation errors; if not empty, no platform is asked.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Part of `Mutation`: fetching a post's metrics now.
#[derive(Default)]
pub struct PostMetricsMutation;

#[Object]
impl PostMetricsMutation {
    /// Has the networks asked for a published post's numbers within seconds; a METRICS_UPDATED event reports them if
    /// they have changed. Needs the role editor; 10 times a minute.
    async fn refresh_metrics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: RefreshMetricsInput,
    ) -> Result<RefreshMetricsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let id = PostId::parse(&input.id, "id")?;
            services.metrics().refresh(actor, id).await
        };
        let (post, user_errors) = settle(Box::pin(outcome).await)?;
        Ok(RefreshMetricsPayload { post, user_errors })
    }
}
