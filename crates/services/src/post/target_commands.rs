//! Commands on one target of a post.

use super::commands::PostPlace;
use super::posts::Posts;
use super::preflight::PathTo;
use super::rights::Change;
use crate::context::{Committed, MutationKey, ServiceError, ServiceResult};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{PostId, TargetId, WorkspaceId};
use fanfare_domain::post::{PostCommand, TargetCommand};
use fanfare_domain::user_error::UserError;

impl Posts {
    /// Publishes one target at once, if it is not on its way yet.
    pub async fn publish_target(
        &self,
        actor: &Actor,
        id: TargetId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        self.send_target(actor, id, TargetCommand::PublishNow, key).await
    }

    /// Sends one failed target again.
    pub async fn retry_target(
        &self,
        actor: &Actor,
        id: TargetId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        self.send_target(actor, id, TargetCommand::Retry, key).await
    }

    /// Cancels one target that was not sent yet.
    pub async fn cancel_target(&self, actor: &Actor, id: TargetId) -> ServiceResult<Committed<PostPlace>> {
        let (workspace, post) = self.post_of(actor, id).await?;
        self.allow(actor, workspace, Change::Command).await?;
        let command = PostCommand::OfTarget { target_id: id, command: TargetCommand::Cancel };
        let now = self.context.clock.now();
        self.command(actor, workspace, post, command, None, now).await.map_err(no_target)
    }

    async fn send_target(
        &self,
        actor: &Actor,
        id: TargetId,
        command: TargetCommand,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let (_, post) = self.post_of(actor, id).await?;
        let sent = |target, status| target == id && command.sends(status);
        let command = PostCommand::OfTarget { target_id: id, command };
        self.send(actor, post, key, PathTo::Target, |_| Ok(command), sent).await.map_err(no_target)
    }

    /// The post of a target that the actor may see.
    async fn post_of(&self, actor: &Actor, id: TargetId) -> ServiceResult<(WorkspaceId, PostId)> {
        let workspace = self.places.workspace_of(actor, id).await.map_err(no_target)?;
        let target = self.context.db.targets().by_ids(workspace, &[id]).await?.pop();
        let target = target.ok_or_else(|| no_target(ServiceError::NotFound))?;
        Ok((workspace, target.post_id))
    }
}

/// Names the input's field where the target, or its post, is not there.
fn no_target(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::NotFound => UserError::not_found("targetId", "target").into(),
        error => error,
    }
}
