//! What a user can ask of one target of a post, apart from the others.

use super::aggregate::PostAggregate;
use super::refusal::{PostError, TargetRefusal};
use super::{PublishMode, TargetStatus};
use crate::id::TargetId;
use crate::user_error::UserError;

/// What a user does with one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetCommand {
    PublishNow,
    Retry,
    Cancel,
}

impl TargetCommand {
    /// Whether it sends a target that is in this state.
    pub const fn sends(self, status: TargetStatus) -> bool {
        match self {
            Self::PublishNow => status.may_be_published(),
            Self::Retry => matches!(status, TargetStatus::Failed),
            Self::Cancel => false,
        }
    }
}

impl PostAggregate {
    /// Runs a command on one target, by the rules of the command on a whole post. The targets of an all-or-nothing post
    /// go together: such a post takes none.
    pub fn run_on_target(&mut self, id: TargetId, command: TargetCommand) -> Result<(), PostError> {
        let Some(status) = self.target(id).map(|target| target.status) else {
            return Err(PostError::Refused(UserError::not_found("targetId", "target")));
        };
        let refuse = |refusal: TargetRefusal| Err(PostError::Refused(refusal.user_error(status)));
        if self.post.body.publish_mode == PublishMode::AllOrNothing {
            return refuse(TargetRefusal::Together);
        }
        match command {
            TargetCommand::PublishNow if !command.sends(status) => refuse(TargetRefusal::NothingToPublish),
            TargetCommand::PublishNow => {
                self.enqueue(id, None)?;
                self.forget_unused_time(id);
                Ok(())
            }
            TargetCommand::Retry if !command.sends(status) => refuse(TargetRefusal::NotFailed),
            TargetCommand::Retry => {
                self.touch(id, |target| target.attempts = 0);
                Ok(self.enqueue(id, None)?)
            }
            TargetCommand::Cancel if !status.waits_to_be_sent() => refuse(TargetRefusal::NotWaiting),
            TargetCommand::Cancel if self.unsettled.contains(&id) => refuse(TargetRefusal::MayBeSent),
            TargetCommand::Cancel => Ok(self.drop_target(id)?),
        }
    }

    /// Removes the post's time once its only target that had to do with it was published at once. A time that others wait
    /// for, or went out at, stays.
    fn forget_unused_time(&mut self, published: TargetId) {
        let unused = |status| matches!(status, TargetStatus::Draft | TargetStatus::Cancelled);
        let others = self.targets.iter().filter(|target| target.id != published);
        if self.post.scheduled_at.is_some() && others.map(|target| target.status).all(unused) {
            self.post.scheduled_at = None;
            self.post_changed = true;
        }
    }
}
