/// Why a piece of work was not claimed, kept or written.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The lease is no longer held: someone has taken over, and nothing was written.
    #[error("the lease is no longer held")]
    Fenced,
    /// The database does not answer: it may be asked again. The words are for the log.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Asking again would not help.
    #[error("{0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

/// Why a run has no outcome.
#[derive(Debug)]
pub enum Unfinished {
    /// The process is stopping: another worker continues.
    Stopped,
    /// It could not continue.
    Error(WorkError),
}

impl From<WorkError> for Unfinished {
    fn from(error: WorkError) -> Self {
        Self::Error(error)
    }
}
