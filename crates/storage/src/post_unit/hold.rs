//! What the pause of its campaign does to a post.

use super::{JobChange, PostUnit};
use crate::error::CommandResult;
use fanfare_domain::post::TargetStatus;

impl PostUnit {
    /// Holds the targets that wait for their time. What is due or on its way goes on.
    pub fn hold(&mut self) -> CommandResult<()> {
        for id in self.ids(|target| target.status == TargetStatus::Scheduled) {
            self.transition(id, TargetStatus::Held, |_| {})?;
            self.jobs.push(JobChange::Close { target_id: id });
        }
        Ok(())
    }

    /// Lets held targets wait for their time again. Once it has passed they stay held: a person decides whether they
    /// still make sense.
    pub fn release(&mut self) -> CommandResult<()> {
        let Some(at) = self.post.scheduled_at.filter(|at| *at > self.now) else { return Ok(()) };
        for id in self.ids(|target| target.status == TargetStatus::Held) {
            self.enqueue(id, Some(at))?;
        }
        Ok(())
    }
}
