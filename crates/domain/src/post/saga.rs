//! All or nothing: what follows when one target of such a post fails.

use super::aggregate::{JobUpdate, PostAggregate};
use super::refusal::IllegalTransition;
use super::{PublishMode, Saga, SagaState, TargetErrorCode, TargetFault, TargetStatus};
use crate::id::TargetId;

impl PostAggregate {
    /// Opens the saga of an all-or-nothing post that is about to be published.
    pub(super) fn begin_saga(&mut self) {
        if self.post.body.publish_mode == PublishMode::AllOrNothing && self.saga.is_none() {
            self.saga = Some(Saga {
                state: SagaState::Running,
                failed_target_id: None,
                failed_step: None,
                created_at: self.now,
                updated_at: self.now,
            });
            self.saga_changed = true;
        } else {
            self.restart_saga();
        }
    }

    /// Lets a saga that finished without effect run again.
    pub(super) fn restart_saga(&mut self) {
        let now = self.now;
        if let Some(saga) = &mut self.saga
            && saga.state != SagaState::Running
        {
            saga.state = SagaState::Running;
            saga.failed_target_id = None;
            saga.failed_step = None;
            saga.updated_at = now;
            self.saga_changed = true;
        }
    }

    /// Remembers which step made the saga fail; the first failure counts.
    pub fn blame(&mut self, target: TargetId, step: Option<&str>) {
        if let Some(saga) = &mut self.saga
            && saga.failed_target_id.is_none()
        {
            saga.failed_target_id = Some(target);
            saga.failed_step = step.map(str::to_owned);
            self.saga_changed = true;
        }
    }

    /// The saga's next moves: cancel what was not sent, delete what was published, wait for what is under way, hold
    /// while a user must decide.
    pub(super) fn advance_saga(&mut self) -> Result<(), IllegalTransition> {
        let Some(saga) = &self.saga else { return Ok(()) };
        if matches!(saga.state, SagaState::Completed | SagaState::Compensated) {
            return Ok(());
        }
        let any = |post: &Self, status| post.targets.iter().any(|target| target.status == status);
        let failing = any(self, TargetStatus::Failed)
            || any(self, TargetStatus::Compensating)
            || any(self, TargetStatus::Compensated);
        if failing {
            self.undo_everything()?;
        }
        let all = |wanted: &[TargetStatus]| self.targets.iter().all(|target| wanted.contains(&target.status));
        let state = if any(self, TargetStatus::NeedsReview) {
            SagaState::NeedsReview
        } else if all(&[TargetStatus::Published]) {
            SagaState::Completed
        } else if failing && all(&[TargetStatus::Failed, TargetStatus::Cancelled, TargetStatus::Compensated])
        {
            SagaState::Compensated
        } else if failing {
            SagaState::Compensating
        } else {
            SagaState::Running
        };
        let now = self.now;
        if let Some(saga) = &mut self.saga
            && saga.state != state
        {
            saga.state = state;
            saga.updated_at = now;
            self.saga_changed = true;
        }
        Ok(())
    }

    fn undo_everything(&mut self) -> Result<(), IllegalTransition> {
        let unsent = self.ids(|target| {
            matches!(target.status, TargetStatus::Scheduled | TargetStatus::Held | TargetStatus::Pending)
                && !self.unsettled.contains(&target.id)
        });
        for id in unsent {
            self.transition(id, TargetStatus::Cancelled, |target| {
                let message = "Another target of this all-or-nothing post failed.";
                target.error = Some(TargetFault::new(TargetErrorCode::Aborted, message));
            })?;
            self.update_job(JobUpdate::Close { target_id: id });
        }
        for id in self.ids(|target| target.status == TargetStatus::Published) {
            self.undo(id)?;
        }
        Ok(())
    }
}
