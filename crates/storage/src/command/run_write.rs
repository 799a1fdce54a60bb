//! What the runs of publications write between their calls of networks.

use super::outcome::Settlement;
use crate::DbError;
use crate::rows::NewStep;
use diesel::result::Error as DieselError;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, StepId, WorkspaceId};
use fanfare_domain::post::Outcome;
use fanfare_domain::work::Lease;

/// A write of a run, under the lease of its job.
#[derive(Clone, Debug)]
pub struct RunWrite {
    pub lease: Lease<JobId>,
    /// The present, by the clock of whoever writes.
    pub clock: Timestamp,
    pub entry: RunEntry,
}

/// What a run writes.
#[derive(Clone, Debug)]
pub enum RunEntry {
    /// A step is about to be sent, with how the one before it went if that is not written yet.
    Sent { step: NewStep, settlement: Option<Settlement> },
    /// How a step went, after which the run goes on.
    Settled(Settlement),
    /// The end of the run, with its last step's settlement if that is not written yet.
    Ended { post: PostId, settlement: Option<Settlement>, outcome: Outcome },
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunWritten {
    /// The row of a step that is about to be sent.
    Sent(StepId),
    Settled,
    /// The workspace, and its newest event.
    Ended(WorkspaceId, Seq),
}

impl RunWritten {
    /// The row of the step that was about to be sent. Fails for what is no answer to that.
    pub fn step(self) -> Result<StepId, DbError> {
        match self {
            Self::Sent(step) => Ok(step),
            other => Err(other.unexpected()),
        }
    }

    /// The workspace of the run that ended, and its newest event. Fails for what is no answer to that.
    pub fn end(self) -> Result<(WorkspaceId, Seq), DbError> {
        match self {
            Self::Ended(workspace, seq) => Ok((workspace, seq)),
            other => Err(other.unexpected()),
        }
    }

    fn unexpected(self) -> DbError {
        DbError::Query(DieselError::QueryBuilderError(
            format!("the answer of another write: {self:?}").into(),
        ))
    }
}
