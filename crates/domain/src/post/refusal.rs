//! Why a command on a post is refused, and the fault of a transition that no command may ask for.

use super::{PostStatus, TargetStatus};
use crate::id::TargetId;
use crate::user_error::{UserError, UserErrorCode};

/// Why a post does not take a command. It names what is wrong and no operation of an API: the layers above know how
/// their callers continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostRefusal {
    /// There is no account to publish to.
    NoTargets,
    /// Every target is on its way or finished.
    NothingToPublish,
    NothingFailed,
    /// The all-or-nothing publication was undone as a whole.
    Undone,
    /// Nothing waits to be sent.
    NothingToCancel,
    NothingPublished,
    /// This many published targets are on platforms that cannot delete posts, and no other is published.
    CannotDelete(usize),
    /// The target does not need a review.
    NoReview,
    /// Something of it was sent, or may have been: it cannot be changed any more.
    Sent,
    /// The same, of a deletion.
    SentBeforeDeletion,
    /// It goes out as it stands, and the caller may not decide what is published.
    GoesOut,
}

impl PostRefusal {
    pub const fn code(self) -> UserErrorCode {
        match self {
            Self::NoTargets => UserErrorCode::PostNoTargets,
            _ => UserErrorCode::PostStateForbids,
        }
    }

    /// The path of the field that is at fault, below the input.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoTargets => "accountIds",
            _ => "id",
        }
    }

    /// What is wrong and what to do.
    fn message(self) -> String {
        match self {
            Self::NoTargets => "Choose at least one account to publish to.".to_owned(),
            Self::NothingToPublish => {
                "It is already on its way or finished; retry it to send failed targets again.".to_owned()
            }
            Self::NothingFailed => "None of its targets has failed.".to_owned(),
            Self::Undone => "It was undone as a whole; create a new post instead.".to_owned(),
            Self::NothingToCancel => "Nothing of it is waiting to be sent.".to_owned(),
            Self::NothingPublished => "Nothing of it is published.".to_owned(),
            Self::CannotDelete(count) => {
                format!(
                    "{count} published target(s) are on platforms that cannot delete posts; delete them there."
                )
            }
            Self::NoReview => "The target does not need a review.".to_owned(),
            Self::Sent => {
                "It can be changed only before anything of it is sent; cancel it first, or create a new post."
                    .to_owned()
            }
            Self::SentBeforeDeletion => {
                "It can be deleted only before anything of it is sent; cancel or unpublish it instead."
                    .to_owned()
            }
            Self::GoesOut => "Changing or deleting it needs the right to publish.".to_owned(),
        }
    }

    /// As a user is told of it; `status`: the post's.
    pub fn user_error(self, status: PostStatus) -> UserError {
        let message = match self {
            Self::NoTargets => self.message(),
            _ => format!("The post is {}. {}", status.as_str().replace('_', " "), self.message()),
        };
        UserError::new(self.code(), self.field(), message)
    }
}

/// Why one target does not take a command of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetRefusal {
    /// It is on its way or finished.
    NothingToPublish,
    NotFailed,
    /// It does not wait to be sent.
    NotWaiting,
    /// It was sent, and the outcome is not known yet.
    MayBeSent,
    /// Its post is published on every account or on none.
    Together,
}

impl TargetRefusal {
    /// What is wrong and what to do.
    const fn message(self) -> &'static str {
        match self {
            Self::NothingToPublish => "It is already on its way or finished; retry it if it has failed.",
            Self::NotFailed => "Only a failed target can be sent again.",
            Self::NotWaiting => "It is not waiting to be sent.",
            Self::MayBeSent => "It may have been sent already; wait until its platform has been asked.",
            Self::Together => {
                "The post is all-or-nothing, so its targets go together; use the command on the whole post."
            }
        }
    }

    /// As a user sees it; `status`: the target's.
    pub fn user_error(self, status: TargetStatus) -> UserError {
        let message = format!("The target is {}. {}", status.as_str().replace('_', " "), self.message());
        UserError::new(UserErrorCode::PostStateForbids, "targetId", message)
    }
}

/// A transition that the table of states forbids: a fault of the program, since commands check first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("target {target_id} cannot change from {from} to {to}")]
pub struct IllegalTransition {
    pub target_id: TargetId,
    pub from: TargetStatus,
    pub to: TargetStatus,
}

/// Why a decision about a post changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// The user is told.
    Refused(UserError),
    /// The log is told.
    Illegal(IllegalTransition),
}

impl From<IllegalTransition> for PostError {
    fn from(error: IllegalTransition) -> Self {
        Self::Illegal(error)
    }
}
