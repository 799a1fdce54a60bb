//! What a user can ask of a post.

use super::aggregate::{JobUpdate, PostAggregate};
use super::note::PostEventKind;
use super::refusal::{IllegalTransition, PostError, PostRefusal};
use super::{
    JobKind, PostReach, PostStatus, TargetCommand, TargetErrorCode, TargetFault, TargetStatus, Then,
};
use crate::clock::Timestamp;
use crate::id::TargetId;
use crate::patch::Patch;
use crate::platform::Platform;
use serde_json::{Value, json};
use std::time::Duration;

/// A job that waits for media is woken when they are there. Should that never happen, it comes up when the time to
/// publish has run out, and says so.
const LONGEST_MEDIA_WAIT: Duration = Duration::from_hours(24);

/// What a user does with a stored post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostCommand {
    PublishNow,
    Schedule(Timestamp),
    Cancel,
    Retry,
    /// `deletable`: the platforms that can delete posts.
    Unpublish {
        deletable: Vec<Platform>,
    },
    Resolve {
        target_id: TargetId,
        resolution: Resolution,
    },
    OfTarget {
        target_id: TargetId,
        command: TargetCommand,
    },
}

impl PostCommand {
    /// Whether media that could not be fetched are to be fetched again for it.
    pub const fn wants_media(&self) -> bool {
        match self {
            Self::PublishNow | Self::Schedule(_) | Self::Retry => true,
            Self::OfTarget { command, .. } => !matches!(command, TargetCommand::Cancel),
            Self::Cancel | Self::Unpublish { .. } | Self::Resolve { .. } => false,
        }
    }

    /// Whether what it leaves is to be sent, at once or at a time.
    pub const fn sends(&self) -> bool {
        match self {
            Self::OfTarget { command, .. } => !matches!(command, TargetCommand::Cancel),
            Self::PublishNow | Self::Schedule(_) | Self::Retry => true,
            Self::Resolve { resolution, .. } => matches!(resolution, Resolution::SendAgain),
            Self::Cancel | Self::Unpublish { .. } => false,
        }
    }
}

/// How a user settles a target that needs review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is on the platform.
    Published { external_id: Option<String>, url: Option<String> },
    /// It is not there: send it again.
    SendAgain,
    /// Leave it; it counts as failed.
    GiveUp,
}

impl PostAggregate {
    /// Runs a command; `paused`: whether the post's campaign is.
    pub fn run(&mut self, command: PostCommand, paused: bool) -> Result<(), PostError> {
        match command {
            PostCommand::PublishNow => self.publish(None),
            PostCommand::Schedule(at) => self.schedule(at, paused),
            PostCommand::Cancel => self.cancel(),
            PostCommand::Retry => self.retry(),
            PostCommand::Unpublish { deletable } => self.unpublish(|platform| deletable.contains(&platform)),
            PostCommand::Resolve { target_id, resolution } => self.resolve(target_id, resolution),
            PostCommand::OfTarget { target_id, command } => self.run_on_target(target_id, command),
        }
    }

    /// What becomes of a post that was just written; `paused`: whether its campaign is.
    pub fn begin(&mut self, then: Then, paused: bool) -> Result<(), PostError> {
        match then {
            Then::Keep => Ok(()),
            Then::PublishNow => self.publish(None),
            Then::Schedule(at) => self.schedule(at, paused),
        }
    }

    /// Sets the time; in a campaign that is paused the post is held until the campaign is resumed.
    pub fn schedule(&mut self, at: Timestamp, paused: bool) -> Result<(), PostError> {
        self.publish(Some(at))?;
        if paused { Ok(self.hold()?) } else { Ok(()) }
    }

    /// Publishes at once (`at` is `None`) or at a time. Targets that are on their way or done are left as they are.
    pub fn publish(&mut self, at: Option<Timestamp>) -> Result<(), PostError> {
        let waiting = self.ids(|target| target.status.may_be_published());
        self.publish_those(waiting, at)
    }

    fn publish_those(&mut self, waiting: Vec<TargetId>, at: Option<Timestamp>) -> Result<(), PostError> {
        if self.targets.is_empty() {
            return Err(self.refuse(PostRefusal::NoTargets));
        }
        if waiting.is_empty() {
            return Err(self.refuse(PostRefusal::NothingToPublish));
        }
        let planned = std::mem::replace(&mut self.post.scheduled_at, at);
        self.post_changed = true;
        if at.is_some() {
            let time = |at: Option<Timestamp>| json!({ "scheduled_at": at.map(|at| at.to_string()) });
            self.note(PostEventKind::Scheduled, time(planned), time(at));
        }
        for id in waiting {
            self.enqueue(id, at)?;
        }
        self.begin_saga();
        Ok(())
    }

    /// Sends the failed and cancelled targets again.
    pub fn retry(&mut self) -> Result<(), PostError> {
        if self.ids(|target| target.status == TargetStatus::Failed).is_empty() {
            return Err(self.refuse(PostRefusal::NothingFailed));
        }
        let undone = |status| matches!(status, TargetStatus::Compensating | TargetStatus::Compensated);
        if self.saga.is_some() && self.targets.iter().any(|target| undone(target.status)) {
            return Err(self.refuse(PostRefusal::Undone));
        }
        let again = self.ids(|target| {
            target.status == TargetStatus::Failed
                || (self.saga.is_some() && target.status == TargetStatus::Cancelled)
        });
        for id in again {
            self.touch(id, |target| target.attempts = 0);
            self.enqueue(id, None)?;
        }
        self.restart_saga();
        Ok(())
    }

    /// Stops what has not been sent.
    pub fn cancel(&mut self) -> Result<(), PostError> {
        let waiting =
            self.ids(|target| target.status.waits_to_be_sent() && !self.unsettled.contains(&target.id));
        if waiting.is_empty() {
            return Err(self.refuse(PostRefusal::NothingToCancel));
        }
        self.note(PostEventKind::Cancelled, Value::Null, Value::Null);
        for id in waiting {
            self.drop_target(id)?;
        }
        Ok(())
    }

    /// Deletes the published targets on their platforms.
    pub fn unpublish(&mut self, deletable: impl Fn(Platform) -> bool) -> Result<(), PostError> {
        let published = self.ids(|target| target.status == TargetStatus::Published);
        if published.is_empty() {
            return Err(self.refuse(PostRefusal::NothingPublished));
        }
        let (can, cannot): (Vec<TargetId>, Vec<TargetId>) = published.into_iter().partition(|id| {
            self.target(*id).and_then(|target| self.platform(target.account_id)).is_some_and(&deletable)
        });
        if can.is_empty() {
            return Err(self.refuse(PostRefusal::CannotDelete(cannot.len())));
        }
        for id in can {
            self.undo(id)?;
        }
        Ok(())
    }

    /// A user has looked at the platform and decides.
    pub fn resolve(&mut self, id: TargetId, resolution: Resolution) -> Result<(), PostError> {
        if self.target(id).is_none_or(|target| target.status != TargetStatus::NeedsReview) {
            return Err(self.refuse(PostRefusal::NoReview));
        }
        let now = self.now;
        match resolution {
            Resolution::Published { external_id, url } => {
                self.transition(id, TargetStatus::Published, |target| {
                    target.external_id = external_id.or(target.external_id.take());
                    target.url = url.or(target.url.take());
                    target.published_at = Some(now);
                    target.error = None;
                })?;
            }
            Resolution::SendAgain => {
                self.touch(id, |target| target.attempts = 0);
                self.enqueue(id, None)?;
            }
            Resolution::GiveUp => self.transition(id, TargetStatus::Failed, |target| {
                target.error = Some(TargetFault::new(TargetErrorCode::Unknown, "Given up after review."));
            })?,
        }
        self.unsettled.remove(&id);
        Ok(())
    }

    /// Queues a target's publication and puts it into the state that waits for it.
    pub(super) fn enqueue(&mut self, id: TargetId, at: Option<Timestamp>) -> Result<(), IllegalTransition> {
        let due_at = at.unwrap_or(self.now);
        let run_at = if self.waits_for_media(id) { due_at.plus(LONGEST_MEDIA_WAIT) } else { due_at };
        let to = if at.is_some() { TargetStatus::Scheduled } else { TargetStatus::Pending };
        if self.target(id).is_some_and(|target| target.status != to) {
            self.transition(id, to, |target| target.error = None)?;
        }
        self.update_job(JobUpdate::Queue { target_id: id, kind: JobKind::PublishTarget, run_at, due_at });
        Ok(())
    }

    /// The account of a target is disconnected, and its run has ended. What was not sent is cancelled; what may be on the
    /// platform is for a user to look at, as the platform can no longer be asked.
    pub fn abandon(&mut self, id: TargetId) -> Result<(), IllegalTransition> {
        use TargetStatus as S;
        match self.target(id).map(|target| target.status) {
            Some(S::Scheduled | S::Held) => return self.drop_target(id),
            Some(S::Pending) => {}
            Some(S::Publishing) => self.transition(id, S::Pending, |_| {})?,
            _ => return Ok(()),
        }
        if !self.unsettled.contains(&id) {
            return self.drop_target(id);
        }
        self.transition(id, S::NeedsReview, |target| {
            let message = "It may have been published: the account was disconnected meanwhile. Look at the \
                platform and decide.";
            target.error = Some(TargetFault::new(TargetErrorCode::Unknown, message));
        })?;
        self.update_job(JobUpdate::Close { target_id: id });
        Ok(())
    }

    /// Cancels a target that has not been sent. The post has changed with it, even if its status stays: an edit that was
    /// written before must not bring the target back.
    pub(super) fn drop_target(&mut self, id: TargetId) -> Result<(), IllegalTransition> {
        self.transition(id, TargetStatus::Cancelled, |_| {})?;
        self.post_changed = true;
        self.update_job(JobUpdate::Close { target_id: id });
        Ok(())
    }

    /// Queues the deletion of a published target on its platform.
    pub(super) fn undo(&mut self, id: TargetId) -> Result<(), IllegalTransition> {
        self.transition(id, TargetStatus::Compensating, |_| {})?;
        let now = self.now;
        self.update_job(JobUpdate::Queue {
            target_id: id,
            kind: JobKind::DeleteTarget,
            run_at: now,
            due_at: now,
        });
        Ok(())
    }

    /// Refuses a post that goes out to a caller whose rights end before it.
    pub fn assert_within(&self, reach: PostReach) -> Result<(), PostError> {
        let beyond = reach == PostReach::Drafts && self.post.status.goes_out();
        if beyond { Err(self.refuse(PostRefusal::GoesOut)) } else { Ok(()) }
    }

    /// Refuses to rewrite a post of which anything was sent.
    pub fn assert_editable(&self) -> Result<(), PostError> {
        if self.is_untouched() { Ok(()) } else { Err(self.refuse(PostRefusal::Sent)) }
    }

    /// Refuses to delete such a post.
    pub fn assert_deletable(&self) -> Result<(), PostError> {
        if self.is_untouched() { Ok(()) } else { Err(self.refuse(PostRefusal::SentBeforeDeletion)) }
    }

    fn is_untouched(&self) -> bool {
        self.post.status.is_editable() && !self.has_history()
    }

    /// Takes the time off; a post of which nothing waits any more is a draft then.
    pub const fn unplan(&mut self) {
        self.post.scheduled_at = None;
        self.post_changed = true;
    }

    /// Gives the post, which was just rewritten from `stored`, its time. Where it keeps its time, the targets that were
    /// cancelled stay so: an edit sends nothing that a user has taken back. `plan`, `paused`: as in
    /// [`Self::plan_after_edit`].
    pub fn plan_again(
        &mut self,
        stored: &Self,
        plan: &Patch<Option<Timestamp>>,
        paused: bool,
    ) -> Result<(), PostError> {
        let Some((at, held)) = stored.plan_after_edit(plan, paused) else { return Ok(()) };
        if plan.is_keep() {
            for target in &mut self.targets {
                let was = stored.targets.iter().find(|it| it.account_id == target.account_id);
                if was.is_some_and(|it| it.status == TargetStatus::Cancelled) {
                    target.status = TargetStatus::Cancelled;
                }
            }
        }
        let written = self.ids(|target| target.status == TargetStatus::Draft);
        if !written.is_empty() || self.targets.is_empty() {
            self.publish_those(written, Some(at))?;
        }
        if held { Ok(self.hold()?) } else { Ok(()) }
    }

    /// When the post is published once it is rewritten, and whether it is held then; `None`: it does not go out by
    /// itself. `plan`: what the update does to its time. `paused`: whether its campaign is.
    pub fn plan_after_edit(
        &self,
        plan: &Patch<Option<Timestamp>>,
        paused: bool,
    ) -> Option<(Timestamp, bool)> {
        if let Patch::Set(at) = plan {
            return at.map(|at| (at, paused));
        }
        let waits = matches!(self.post.status, PostStatus::Scheduled | PostStatus::Held);
        let planned = self.post.scheduled_at.filter(|_| waits)?;
        // Its time passed while it was held: it is published when a user says so, and not by being edited.
        let overdue = self.post.status == PostStatus::Held && planned <= self.now;
        Some((planned, paused || overdue))
    }
}
