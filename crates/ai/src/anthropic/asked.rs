//! What comes of a question to the service.

/// What came of a question, and what it cost in tokens, also where the answer is of no use.
#[derive(Debug)]
pub struct Asked<T> {
    pub outcome: Result<T, AskError>,
    /// Input and output together.
    pub tokens: u64,
}

/// Why the service wrote nothing. Someone else writes then; the words are for the log.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("not reached: {0}")]
    Net(#[from] fanfare_net::NetError),
    #[error("answered {status}: {kind}")]
    Refused {
        status: u16,
        /// The API's `error.type`.
        kind: String,
    },
    #[error("no time left for another attempt")]
    NoTime,
    #[error("the answer has another form: {0}")]
    Malformed(String),
    #[error("the answer does not fit: {0}")]
    Unfit(&'static str),
}

impl<T> Asked<T> {
    pub(super) fn and_then<U>(self, check: impl FnOnce(T) -> Result<U, AskError>) -> Asked<U> {
        Asked { outcome: self.outcome.and_then(check), tokens: self.tokens }
    }
}
