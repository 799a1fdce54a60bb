//! Asking for newer metrics of a post.

use super::object::Post;
use crate::request::{ContextExt as _, UserError, settle};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::id::PostId;

/// Which post's numbers to fetch.
#[derive(Clone, Debug, InputObject)]
pub struct RefreshMetricsInput {
    /// The post.
    pub id: ID,
}

/// What refreshMetrics answers.
#[derive(SimpleObject)]
pub struct RefreshMetricsPayload {
    /// The post, with the numbers that are known so far; null where userErrors is not empty.
    pub post: Option<Post>,
    /// Validation errors; if not empty, no platform is asked.
    pub user_errors: Vec<UserError>,
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
        let (found, user_errors) = settle(outcome.await)?;
        let post = found.map(|(workspace, id)| Post::of_id(workspace, id));
        Ok(RefreshMetricsPayload { post, user_errors })
    }
}
