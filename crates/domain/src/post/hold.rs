//! What the pause of its campaign does to a post.

use super::TargetStatus;
use super::aggregate::{JobUpdate, PostAggregate};
use super::refusal::{IllegalTransition, PostError};

impl PostAggregate {
    /// Holds the targets that wait for their time. What is due or on its way continues.
    pub fn hold(&mut self) -> Result<(), IllegalTransition> {
        for id in self.ids(|target| target.status == TargetStatus::Scheduled) {
            self.transition(id, TargetStatus::Held, |_| {})?;
            self.update_job(JobUpdate::Close { target_id: id });
        }
        Ok(())
    }

    /// Lets held targets wait for their time again. Once it has passed they stay held: a user decides whether they
    /// still make sense.
    pub fn release(&mut self) -> Result<(), PostError> {
        let Some(at) = self.post.scheduled_at.filter(|at| *at > self.now) else { return Ok(()) };
        for id in self.ids(|target| target.status == TargetStatus::Held) {
            self.enqueue(id, Some(at))?;
        }
        Ok(())
    }
}
