//! What a person can ask of a post, as changes of its unit.

use super::{JobChange, PostUnit, clear_error, set_error};
use crate::error::{CommandError, CommandResult};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::ActivityKind;
use fanfare_domain::id::TargetId;
use fanfare_domain::post::{JobKind, TargetErrorCode, TargetStatus};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use serde_json::json;
use std::time::Duration;

/// A job that waits for media is woken when they are there. Should that never happen, it comes up when the time to
/// publish has run out, and says so.
const LONGEST_MEDIA_WAIT: Duration = Duration::from_hours(24);

/// How a person settles a target that needs review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is on the network.
    Published { external_id: Option<String>, url: Option<String> },
    /// It is not there: send it again.
    SendAgain,
    /// Leave it; it counts as failed.
    GiveUp,
}

impl PostUnit {
    /// Publishes at once (`at` is `None`) or at a time. Targets that are on their way or done are left as they are.
    pub fn publish(&mut self, at: Option<Timestamp>) -> CommandResult<()> {
        let waiting = self.ids(|target| {
            matches!(
                target.status,
                TargetStatus::Draft | TargetStatus::Scheduled | TargetStatus::Held | TargetStatus::Cancelled
            )
        });
        if self.targets.is_empty() {
            let words = "Choose at least one account to publish to.";
            return Err(UserError::new(UserErrorCode::PostNoTargets, "accountIds", words).into());
        }
        if waiting.is_empty() {
            return Err(
                self.forbidden("It is already on its way or finished; use retryPost for failed targets.")
            );
        }
        let planned = std::mem::replace(&mut self.post.scheduled_at, at);
        self.post_changed = true;
        if at.is_some() {
            let time = |at: Option<Timestamp>| json!({ "scheduled_at": at.map(|at| at.to_string()) });
            self.note_changing(ActivityKind::PostScheduled, time(planned), time(at));
        }
        for id in waiting {
            self.enqueue(id, at)?;
        }
        self.begin_saga();
        Ok(())
    }

    /// Sends the failed and cancelled targets again.
    pub fn retry(&mut self) -> CommandResult<()> {
        let failed = self.ids(|target| target.status == TargetStatus::Failed);
        if failed.is_empty() {
            return Err(self.forbidden("No target of it has failed."));
        }
        let again = self.ids(|target| {
            target.status == TargetStatus::Failed
                || (self.saga.is_some() && target.status == TargetStatus::Cancelled)
        });
        if self.targets.iter().any(|target| {
            matches!(target.status, TargetStatus::Compensating | TargetStatus::Compensated)
                && self.saga.is_some()
        }) {
            return Err(self.forbidden("It was undone as a whole; create a new post instead."));
        }
        for id in again {
            self.touch(id, |target| target.attempts = 0);
            self.enqueue(id, None)?;
        }
        self.restart_saga();
        Ok(())
    }

    /// Stops what has not been sent.
    pub fn cancel(&mut self) -> CommandResult<()> {
        let waiting = self.ids(|target| {
            matches!(target.status, TargetStatus::Scheduled | TargetStatus::Held | TargetStatus::Pending)
                && !self.unsettled.contains(&target.id)
        });
        if waiting.is_empty() {
            return Err(self.forbidden("Nothing of it is waiting to be sent."));
        }
        self.note(ActivityKind::PostCancelled);
        for id in waiting {
            self.drop_target(id)?;
        }
        Ok(())
    }

    /// Deletes the published targets on their networks.
    pub fn unpublish(
        &mut self,
        deletable: impl Fn(fanfare_domain::platform::Platform) -> bool,
    ) -> CommandResult<()> {
        let published = self.ids(|target| target.status == TargetStatus::Published);
        if published.is_empty() {
            return Err(self.forbidden("Nothing of it is published."));
        }
        let (can, cannot): (Vec<TargetId>, Vec<TargetId>) = published.into_iter().partition(|id| {
            self.target(*id).and_then(|target| self.platform(target.account_id)).is_some_and(&deletable)
        });
        if can.is_empty() {
            let words = format!(
                "{} published target(s) are on networks that cannot delete posts; delete them there.",
                cannot.len()
            );
            return Err(self.forbidden(&words));
        }
        for id in can {
            self.undo(id)?;
        }
        Ok(())
    }

    /// A person has looked at the network and decides.
    pub fn resolve(&mut self, id: TargetId, resolution: Resolution) -> CommandResult<()> {
        if self.target(id).is_none_or(|target| target.status != TargetStatus::NeedsReview) {
            return Err(self.forbidden("The target does not need a review."));
        }
        let now = self.now;
        match resolution {
            Resolution::Published { external_id, url } => {
                self.transition(id, TargetStatus::Published, |target| {
                    target.external_id = external_id.or(target.external_id.take());
                    target.url = url.or(target.url.take());
                    target.published_at = Some(now);
                    clear_error(target);
                })?;
            }
            Resolution::SendAgain => {
                self.touch(id, |target| target.attempts = 0);
                self.enqueue(id, None)?;
            }
            Resolution::GiveUp => self.transition(id, TargetStatus::Failed, |target| {
                set_error(target, TargetErrorCode::Unknown, "Given up after review.");
            })?,
        }
        self.unsettled.remove(&id);
        Ok(())
    }

    /// Queues a target's publication and puts it into the state that waits for it.
    pub fn enqueue(&mut self, id: TargetId, at: Option<Timestamp>) -> CommandResult<()> {
        let due_at = at.unwrap_or(self.now);
        let run_at = if self.waits_for_media(id) { due_at.plus(LONGEST_MEDIA_WAIT) } else { due_at };
        let to = if at.is_some() { TargetStatus::Scheduled } else { TargetStatus::Pending };
        if self.target(id).is_some_and(|target| target.status != to) {
            self.transition(id, to, clear_error)?;
        }
        self.jobs.push(JobChange::Queue { target_id: id, kind: JobKind::PublishTarget, run_at, due_at });
        Ok(())
    }

    /// Cancels one waiting target, unless a worker has begun with it since it was looked up, or something of it may be on
    /// the network already.
    pub fn cancel_waiting(&mut self, id: TargetId) -> CommandResult<()> {
        use TargetStatus as S;
        let waits = |status| matches!(status, S::Scheduled | S::Held | S::Pending);
        let is_waiting = self.target(id).is_some_and(|target| waits(target.status));
        if is_waiting && !self.unsettled.contains(&id) { self.drop_target(id) } else { Ok(()) }
    }

    /// Cancels a target that has not been sent.
    pub fn drop_target(&mut self, id: TargetId) -> CommandResult<()> {
        self.transition(id, TargetStatus::Cancelled, |_| {})?;
        self.jobs.push(JobChange::Close { target_id: id });
        Ok(())
    }

    /// Queues the deletion of a published target on its network.
    pub fn undo(&mut self, id: TargetId) -> Result<(), super::IllegalTransition> {
        self.transition(id, TargetStatus::Compensating, |_| {})?;
        let now = self.now;
        self.jobs.push(JobChange::Queue {
            target_id: id,
            kind: JobKind::DeleteTarget,
            run_at: now,
            due_at: now,
        });
        Ok(())
    }

    /// The refusal of a change to a post that is on its way or on a network.
    pub fn not_editable(&self) -> CommandError {
        self.forbidden(
            "It can be changed only before anything of it is sent; cancel it first, or write a new post.",
        )
    }

    /// The refusal of a deletion of such a post.
    pub fn not_deletable(&self) -> CommandError {
        self.forbidden(
            "It can be deleted only before anything of it is sent; use cancelPost or unpublishPost.",
        )
    }

    pub fn forbidden(&self, what: &str) -> CommandError {
        let words = format!("The post is {}. {what}", self.post.status.as_str().replace('_', " "));
        UserError::new(UserErrorCode::PostStateForbids, "id", words).into()
    }
}
