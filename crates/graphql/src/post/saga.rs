//! An all-or-nothing publication as clients see it.

use super::step::PublishStep;
use super::told::ShownTarget;
use crate::request::ContextExt as _;
use crate::scalars::{BigInt, GlobalId as _};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::post::{SagaState, StepState, TargetStatus};
use fanfare_query_limits::directives::list_size;
use fanfare_services::publication as rows;
use fanfare_services::whole_answer::changes_without_event;
use futures_util::future::try_join_all;
use std::sync::Arc;

/// A saga of a workspace that the asker is known to belong to.
#[derive(Clone)]
pub struct Saga(pub Arc<rows::Saga>);

/// A publication that takes place on every account or on none.
#[Object(crate = "crate::execution")]
impl Saga {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }

    /// How far it is.
    async fn state(&self) -> SagaState {
        self.0.state
    }

    /// The name of the step whose failure undoes everything; null while nothing has failed.
    async fn failed_step(&self) -> Option<&str> {
        self.0.failed_step.as_deref()
    }

    /// The target whose failure undoes everything; null while nothing has failed.
    async fn failed_target(&self, ctx: &Context<'_>) -> Result<Option<ShownTarget>> {
        let Some(id) = self.0.failed_target_id else { return Ok(None) };
        ShownTarget::of_id(ctx, self.0.workspace_id, id).await.map(Some)
    }

    /// The confirmed steps of all targets, publications and deletions, in the order in which they were sent.
    #[graphql(directive = list_size::apply(10))]
    async fn completed_steps(&self, ctx: &Context<'_>) -> Result<Vec<PublishStep>> {
        Box::pin(completed_steps_of(&self.0, ctx)).await
    }
}

/// Whether a worker may be at the steps of a target in this state.
fn may_move(status: TargetStatus) -> bool {
    use TargetStatus as S;
    matches!(status, S::Pending | S::Publishing | S::NeedsReview | S::Compensating)
}

async fn completed_steps_of(saga: &rows::Saga, ctx: &Context<'_>) -> Result<Vec<PublishStep>> {
    let (loaders, at) = (ctx.loaders()?, saga.workspace_id);
    let targets = loaders.targets_of_post(at, saga.post_id).await?;
    if targets.iter().any(|target| may_move(target.status)) {
        changes_without_event();
    }
    let steps = try_join_all(targets.iter().map(|it| loaders.steps_of_target(at, it.id))).await?;
    let mut confirmed: Vec<Arc<rows::Step>> =
        steps.into_iter().flatten().filter(|step| step.state == StepState::Confirmed).collect();
    confirmed.sort_by_key(|step| (step.sent_at, step.id));
    Ok(confirmed.into_iter().map(PublishStep).collect())
}
