//! What workers make of a target: claimed, published, failed, to be tried again, out of time.

use super::aggregate::PostAggregate;
use super::refusal::IllegalTransition;
use super::{JobState, Target, TargetErrorCode, TargetFault, TargetStatus};
use crate::clock::Timestamp;
use crate::id::TargetId;

/// How a run of a job ends for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Published {
        external_id: Option<String>,
        url: Option<String>,
    },
    /// Finally failed; `step` is the ledger step that failed. `counted`: the failure is an attempt of its own.
    Failed {
        code: TargetErrorCode,
        message: String,
        step: Option<String>,
        counted: bool,
    },
    /// To be tried again at a time. `counted`: it was an attempt that failed.
    Again {
        at: Timestamp,
        counted: bool,
        error: Option<(TargetErrorCode, String)>,
    },
    /// The platform can be neither asked nor keyed.
    NeedsReview {
        message: String,
    },
    /// Deleted on the platform.
    Deleted,
}

impl Outcome {
    /// A word for logs and metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Published { .. } => "published",
            Self::Failed { .. } => "failed",
            Self::Again { .. } => "again",
            Self::NeedsReview { .. } => "needs_review",
            Self::Deleted => "deleted",
        }
    }

    /// The state in which it leaves the run's job.
    pub const fn job_state(&self) -> JobState {
        match self {
            Self::Published { .. } | Self::Deleted => JobState::Done,
            Self::Failed { .. } | Self::NeedsReview { .. } => JobState::Dead,
            Self::Again { .. } => JobState::Queued,
        }
    }
}

impl PostAggregate {
    /// Applies the outcome of a run.
    pub fn apply(&mut self, id: TargetId, outcome: Outcome) -> Result<(), IllegalTransition> {
        let now = self.now;
        match outcome {
            Outcome::Published { external_id, url } => {
                self.transition(id, TargetStatus::Published, |target| {
                    target.external_id = external_id;
                    target.url = url;
                    target.published_at = Some(now);
                    target.attempts += 1;
                    target.error = None;
                })
            }
            Outcome::Failed { code, message, step, counted } => {
                self.blame(id, step.as_deref());
                self.transition(id, TargetStatus::Failed, |target| {
                    target.attempts += i32::from(counted);
                    target.error = Some(TargetFault::new(code, &message));
                })
            }
            Outcome::Again { at, counted, error, .. } => {
                let edit = |target: &mut Target| {
                    target.next_attempt_at = Some(at);
                    target.attempts += i32::from(counted);
                    target.error = error.map(|(code, message)| TargetFault::new(code, &message));
                };
                if self.target(id).is_some_and(|target| target.status == TargetStatus::Publishing) {
                    return self.transition(id, TargetStatus::Pending, edit);
                }
                // A deletion stays compensating while it waits.
                self.touch(id, edit);
                Ok(())
            }
            Outcome::NeedsReview { message } => self.transition(id, TargetStatus::NeedsReview, |target| {
                target.error = Some(TargetFault::new(TargetErrorCode::Unknown, &message));
            }),
            Outcome::Deleted => self.transition(id, TargetStatus::Compensated, |target| target.error = None),
        }
    }

    /// A worker has taken a target that is due.
    pub fn start(&mut self, id: TargetId) -> Result<(), IllegalTransition> {
        // The table of states leads through pending.
        self.pass_through_pending(id);
        self.transition(id, TargetStatus::Publishing, |_| {})
    }

    /// A target that is due must wait until a time: its platform or its budget does not allow it now.
    pub fn defer(&mut self, id: TargetId, until: Timestamp) -> Result<(), IllegalTransition> {
        if self.target(id).is_some_and(|target| target.status == TargetStatus::Scheduled) {
            self.transition(id, TargetStatus::Pending, |_| {})?;
        }
        self.touch(id, |target| target.next_attempt_at = Some(until));
        Ok(())
    }

    /// The time to publish has run out. What may be on the platform already is for a user to look at.
    pub fn expire(&mut self, id: TargetId) -> Result<(), IllegalTransition> {
        self.pass_through_pending(id);
        if self.unsettled.contains(&id) {
            return self.transition(id, TargetStatus::NeedsReview, |target| {
                let message = "It may have been published, and the platform could not be asked for 24 hours.";
                target.error = Some(TargetFault::new(TargetErrorCode::Unknown, message));
            });
        }
        self.transition(id, TargetStatus::Failed, |target| {
            let message = "Not published within 24 hours of its time.";
            target.error = Some(TargetFault::new(TargetErrorCode::Expired, message));
        })?;
        self.blame(id, None);
        Ok(())
    }

    /// A scheduled target whose time has come is pending for as long as this transaction lasts: no event reports it.
    fn pass_through_pending(&mut self, id: TargetId) {
        self.touch(id, |target| {
            if target.status == TargetStatus::Scheduled {
                target.status = TargetStatus::Pending;
            }
        });
    }
}
