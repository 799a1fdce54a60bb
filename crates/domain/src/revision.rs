//! Which state of an object a change was written for.

use super::user_error::{UserError, UserErrorCode};

/// The revision of the object that the author of an update has read. `None`: the update applies to any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpectedRevision(pub Option<i32>);

impl ExpectedRevision {
    /// Accepts every state of the object.
    pub const ANY: Self = Self(None);

    /// Refuses a change that was written for another revision than the stored one. The stored one must not change until
    /// the transaction of the change ends.
    ///
    /// # Errors
    /// What the author is shown: `CONFLICT`.
    pub fn check(self, stored: i32) -> Result<(), UserError> {
        match self.0 {
            Some(expected) if expected != stored => Err(conflict()),
            _ => Ok(()),
        }
    }

    /// The revisions that are accepted, both ends among them: for the condition of a statement.
    pub fn accepted(self) -> (i32, i32) {
        self.0.map_or((i32::MIN, i32::MAX), |expected| (expected, expected))
    }
}

/// The object has changed since the author of an update read it.
pub fn conflict() -> UserError {
    let words = "The object has changed since you read it. Compare your changes with the newer one, and send them again \
                 with its revision.";
    UserError::new(UserErrorCode::Conflict, "expectedRevision", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_accepted_for_the_stored_revision_only_and_without_one_for_any() {
        assert_eq!(ExpectedRevision(Some(3)).check(3), Ok(()));
        assert_eq!(ExpectedRevision::ANY.check(3), Ok(()));
        for other in [2, 4, 0, i32::MIN] {
            let refused = ExpectedRevision(Some(other)).check(3).unwrap_err();
            assert_eq!(
                (refused.code, refused.path.join(".")),
                (UserErrorCode::Conflict, "input.expectedRevision".to_owned())
            );
        }
        assert_eq!(ExpectedRevision(Some(3)).accepted(), (3, 3));
        assert_eq!(ExpectedRevision::ANY.accepted(), (i32::MIN, i32::MAX));
    }
}
