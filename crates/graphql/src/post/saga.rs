//! An all-or-nothing publication as clients see it.

use super::step::PublishStep;
use super::target::PostTarget;
use crate::request::{ContextExt as _, Loaders};
use crate::scalars::{BigInt, GlobalId as _};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::post::{SagaState, StepState};
use fanfare_query_limits::directives::list_size;
use fanfare_services::publication as rows;
use futures_util::future::try_join_all;

/// A saga of a workspace that the asker is known to belong to.
#[derive(Clone)]
pub struct Saga {
    pub row: rows::Saga,
    /// An event's own; `None`: the request's.
    pub loaders: Option<Loaders>,
}

/// A publication that takes place on every account or on none.
#[Object]
impl Saga {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.row.id.0)
    }

    /// How far it is.
    async fn state(&self) -> SagaState {
        self.row.state
    }

    /// The name of the step whose failure undoes everything; null while nothing has failed.
    async fn failed_step(&self) -> Option<&str> {
        self.row.failed_step.as_deref()
    }

    /// The target whose failure undoes everything; null while nothing has failed.
    async fn failed_target(&self) -> Option<PostTarget> {
        let id = self.row.failed_target_id?;
        Some(PostTarget { loaders: self.loaders.clone(), ..PostTarget::of_id(self.row.workspace_id, id) })
    }

    /// The confirmed steps of all targets, publications and deletions, in the order in which they were sent.
    #[graphql(directive = list_size::apply(10))]
    async fn completed_steps(&self, ctx: &Context<'_>) -> Result<Vec<PublishStep>> {
        let loaders = self.loaders.as_ref().map_or_else(|| ctx.loaders(), Ok)?;
        let workspace = self.row.workspace_id;
        let targets = loaders.targets_of_post(workspace, self.row.post_id).await?;
        let steps = try_join_all(targets.iter().map(|it| loaders.steps_of_target(workspace, it.id))).await?;
        let mut confirmed: Vec<rows::Step> =
            steps.into_iter().flatten().filter(|step| step.state == StepState::Confirmed).collect();
        confirmed.sort_by_key(|step| (step.sent_at, step.id));
        Ok(confirmed.into_iter().map(PublishStep).collect())
    }
}
