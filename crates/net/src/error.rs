//! What can go wrong on the way to another server, distinguished by whether the request may have taken effect.

/// A request that got no complete answer.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// Nothing reached the other side: name resolution, connection or TLS failed.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request was on its way when the answer was lost: it may have taken effect.
    #[error("answer lost: {0}")]
    AnswerLost(String),
    /// Refused here: the request is malformed.
    #[error("refused: {0}")]
    Refused(String),
}
