//! Commands on stored posts.

use super::draft::PostPatch;
use super::posts::Posts;
use super::preflight::{PathTo, refusals};
use super::rights::Change;
use super::schedule::{Schedule, no_account};
use super::stored::StoredTarget;
use super::validation;
use super::variant_change::{self, ChangedVariants};
use crate::context::{Committed, Context, FirstResult, MutationKey, ServiceError, ServiceResult, refuse};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::patch::Patch;
use fanfare_domain::post::{PostCommand, PostReach, PostStatus, Resolution, TargetStatus};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::KeyedInput;
use std::sync::Arc;

/// How often an update that names no revision is decided, where the post keeps changing meanwhile.
const MOST_TRIES: u32 = 10;

/// A post that a command changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostPlace {
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
}

impl Posts {
    /// Changes what was written of the expected revision, before anything of it is sent. A scheduled post, and one that
    /// gets a time, must pass the networks' rules; one whose time is cleared becomes a draft. Changing what goes out
    /// requires the right to publish. What the patch leaves stays as it is, whoever changes it at the same time.
    pub async fn update(
        &self,
        actor: &Actor,
        id: PostId,
        expected: ExpectedRevision,
        patch: PostPatch,
    ) -> ServiceResult<Committed<PostPlace>> {
        let mut tries = 1;
        loop {
            match Box::pin(self.rewrite(actor, id, expected, patch.clone())).await {
                Err(ServiceError::User(ref errors))
                    if expected == ExpectedRevision::ANY
                        && tries < MOST_TRIES
                        && errors.iter().any(|error| error.code == UserErrorCode::Conflict) =>
                {
                    tries += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// One try: a post is written as a whole, and so only as long as it is as it was read.
    async fn rewrite(
        &self,
        actor: &Actor,
        id: PostId,
        expected: ExpectedRevision,
        mut patch: PostPatch,
    ) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let now = self.context.clock.now();
        let stored = self.stored_post(workspace, id).await?;
        // Ahead of what else may be wrong: that was written for another state.
        expected.check(stored.revision)?;
        let as_read = ExpectedRevision(Some(stored.revision));
        self.allow(actor, workspace, Change::Rewrite(stored.status, &patch)).await?;
        let reach = self.reach(actor, workspace).await?;
        let mut errors = std::mem::take(&mut patch.unreadable);
        let mut draft = stored.draft;
        let waits = matches!(stored.status, PostStatus::Scheduled | PostStatus::Held);
        let schedule = std::mem::take(&mut patch.schedule);
        let plan = self.plan(schedule, workspace, now, &mut errors).await?;
        let platforms = std::mem::take(&mut patch.platforms);
        let changes = std::mem::take(&mut patch.variant_changes);
        if !patch.variants.is_keep() && !changes.is_empty() {
            errors.push(variant_change::two_ways());
        }
        patch.apply(&mut draft);
        if !platforms.is_empty() {
            let active = self.accounts.active_on(workspace, &platforms).await?;
            draft.add_accounts(active.into_iter().map(Arc::new));
        }
        let changed = ChangedVariants::apply(changes, &mut draft, &mut errors);
        let goes_out = match &plan {
            Patch::Set(at) => at.is_some(),
            Patch::Keep => waits,
        };
        if goes_out && draft.account_ids.is_empty() && errors.is_empty() {
            errors.push(no_account());
        }
        validation::trim(&mut draft);
        errors.extend(changed.named_by_change(&draft, validation::check(&draft)));
        errors.extend(self.media_fetches.check_urls(&draft.media_urls));
        refuse(errors)?;
        let subjects = self.subjects_of(workspace, &[&draft]).await?;
        refuse(changed.named_by_change(&draft, subjects.missing(&draft)))?;
        if goes_out {
            let checks = self.examine(&draft, &subjects).await?;
            // A target that was cancelled stays so where the post keeps its time.
            let stays = |it: &&StoredTarget| plan.is_keep() && it.status == TargetStatus::Cancelled;
            let stay: Vec<AccountId> = stored.targets.iter().filter(stays).map(|it| it.account_id).collect();
            refuse(refusals(&checks, PathTo::Accounts, |account| !stay.contains(&account)))?;
        }
        let new = draft.into_new_post(workspace, actor.user_id, &subjects.accounts);
        let by = EventActor::from(actor);
        let update = |context: Arc<Context>| async move {
            let terms = (context.options.post_quota, now);
            context.db.posts().update((id, as_read), new, plan, reach, by, terms).await
        };
        let updated = self.context.command(workspace, update).await?;
        Ok(updated.map(|post_id| PostPlace { workspace_id: workspace, post_id }))
    }

    /// What an update does to a post's time; what is wrong with the time is added to `errors`.
    async fn plan(
        &self,
        schedule: Patch<Option<Schedule>>,
        workspace: WorkspaceId,
        now: Timestamp,
        errors: &mut Vec<UserError>,
    ) -> ServiceResult<Patch<Option<Timestamp>>> {
        let Patch::Set(Some(schedule)) = schedule else { return Ok(schedule.map(|_| None)) };
        match self.zoned(schedule, workspace).await?.resolve(now) {
            Ok(at) => Ok(Patch::Set(Some(at))),
            Err(error) => {
                errors.push(error);
                Ok(Patch::Keep)
            }
        }
    }

    /// Publishes at once what is not on its way yet.
    pub async fn publish(
        &self,
        actor: &Actor,
        id: PostId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        self.send(actor, id, key, PathTo::Id, |_| Ok(PostCommand::PublishNow), is_waiting).await
    }

    /// Sets the time of what is not on its way yet.
    pub async fn schedule(
        &self,
        actor: &Actor,
        id: PostId,
        schedule: Option<Schedule>,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        let schedule = match schedule {
            Some(schedule) => self.zoned(schedule, workspace).await?,
            None => Schedule::At(self.time_for(actor, workspace, id).await?),
        };
        let command = |now| Ok(PostCommand::Schedule(schedule.resolve(now)?));
        self.send(actor, id, key, PathTo::Id, command, is_waiting).await
    }

    /// Sends the failed targets again.
    pub async fn retry(
        &self,
        actor: &Actor,
        id: PostId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let failed = |_, status| status == TargetStatus::Failed;
        self.send(actor, id, key, PathTo::Id, |_| Ok(PostCommand::Retry), failed).await
    }

    /// Cancels what was not sent yet.
    pub async fn cancel(&self, actor: &Actor, id: PostId) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.allow(actor, workspace, Change::Command).await?;
        self.command(actor, workspace, id, PostCommand::Cancel, None, self.context.clock.now()).await
    }

    /// Deletes on the networks what was published there.
    pub async fn unpublish(
        &self,
        actor: &Actor,
        id: PostId,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let deletable = self.registry.all().filter(|clients| clients.publishing.capabilities().delete);
        let deletable = deletable.map(|clients| clients.platform).collect();
        let command = PostCommand::Unpublish { deletable };
        self.send(actor, id, key, PathTo::Id, |_| Ok(command), |_, _| false).await
    }

    /// A person has looked at the network and settles a target that needs review.
    pub async fn resolve_target(
        &self,
        actor: &Actor,
        id: TargetId,
        resolution: Resolution,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        let target = self.context.db.targets().by_ids(workspace, &[id]).await?.pop();
        let post = target.ok_or(ServiceError::NotFound)?.post_id;
        let again = resolution == Resolution::SendAgain;
        let command = PostCommand::Resolve { target_id: id, resolution };
        let sent = |target, _| again && target == id;
        self.send(actor, post, key, PathTo::Id, |_| Ok(command), sent).await
    }

    /// Deletes a post of which nothing was ever sent; one that goes out, for those only who may publish.
    pub async fn delete(&self, actor: &Actor, id: PostId) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let reach = self.reach(actor, workspace).await?;
        if reach == PostReach::Drafts {
            let post = self.context.db.posts().by_ids(workspace, &[id]).await?.pop();
            let status = post.ok_or(ServiceError::NotFound)?.status;
            self.allow(actor, workspace, Change::Delete(status)).await?;
        }
        let by = EventActor::from(actor);
        let delete = |context: Arc<Context>| async move {
            context.db.posts().delete(workspace, id, reach, by, context.clock.now()).await
        };
        let deleted = self.context.command(workspace, delete).await?;
        Ok(deleted.map(|()| PostPlace { workspace_id: workspace, post_id: id }))
    }

    /// Runs a command that publishes, after the networks' rules had their say on the targets that are `sent` by it.
    /// `path`: what a refusal by these rules names.
    pub(super) async fn send(
        &self,
        actor: &Actor,
        id: PostId,
        key: Option<MutationKey>,
        path: PathTo,
        command: impl FnOnce(Timestamp) -> Result<PostCommand, UserError>,
        sent: impl Fn(TargetId, TargetStatus) -> bool,
    ) -> ServiceResult<Committed<PostPlace>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.allow(actor, workspace, Change::Command).await?;
        let again = |first| first_post(workspace, first);
        let first = |key| async move {
            let now = self.context.clock.now();
            let command = command(now)?;
            let stored = self.stored_post(workspace, id).await?;
            let accounts = stored.targets.iter().filter(|it| sent(it.id, it.status)).map(|it| it.account_id);
            let accounts: Vec<_> = accounts.collect();
            if !accounts.is_empty() {
                let subjects = self.subjects(workspace, &stored.draft).await?;
                let checks = self.examine(&stored.draft, &subjects).await?;
                refuse(refusals(&checks, path, |account| accounts.contains(&account)))?;
            }
            self.command(actor, workspace, id, command, key, now).await
        };
        self.context.idempotent(key, (workspace, actor.user_id), again, first).await
    }

    pub(super) async fn command(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: PostId,
        command: PostCommand,
        key: Option<KeyedInput>,
        now: Timestamp,
    ) -> ServiceResult<Committed<PostPlace>> {
        let by = EventActor::from(actor);
        let run = |context: Arc<Context>| async move {
            let quota = context.options.post_quota;
            context.db.posts().command((workspace, id), by, command, key, quota, now).await
        };
        let done = self.context.command(workspace, run).await?;
        Ok(done.map(|()| PostPlace { workspace_id: workspace, post_id: id }))
    }
}

/// The post of the first use of a key.
pub(super) async fn first_post(workspace_id: WorkspaceId, first: FirstResult) -> ServiceResult<PostPlace> {
    Ok(PostPlace { workspace_id, post_id: PostId(first.row("post_id")?) })
}

fn is_waiting(_: TargetId, status: TargetStatus) -> bool {
    status.may_be_published()
}
