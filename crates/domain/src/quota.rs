//! How much of a server a user and a workspace may use, and what is said where it is too much.

use super::post::PostStatus;
use super::user_error::{UserError, UserErrorCode};

/// Limits on the posts of a workspace; `None`: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostQuota {
    /// Posts that are on their way at a time: see [`is_open`].
    pub open: Option<i64>,
    /// Posts that are created in a day of UTC, deleted ones included.
    pub per_day: Option<i64>,
}

/// Limits on the workspaces of a user; `None`: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceQuota {
    /// Workspaces that a user may belong to, in whatever role, when they join or create one.
    pub belong: Option<i64>,
    /// Workspaces that a user may own when they create one.
    pub own: Option<i64>,
}

/// The statuses of posts that are on their way.
pub const OPEN: [PostStatus; 4] =
    [PostStatus::Scheduled, PostStatus::Held, PostStatus::Pending, PostStatus::Publishing];

/// Whether a post is on its way: something is still to happen automatically, or once its campaign is resumed.
pub fn is_open(status: PostStatus) -> bool {
    OPEN.contains(&status)
}

/// What a workspace uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceUsage {
    /// Media files, uploads under way included.
    pub storage_bytes: i64,
    pub open_posts: i64,
    /// Created today, in UTC. Counted only where that is limited.
    pub posts_today: i64,
}

/// The storage has no room for a file. Amounts are in bytes.
pub fn storage_full(most: i64, used: i64, file: i64) -> UserError {
    let room = (most - used).max(0);
    let words = format!(
        "The workspace may store {most} bytes, {room} are free, and the file has {file}. Delete media that no post uses, \
         or ask whoever runs the server for more storage."
    );
    UserError::new(UserErrorCode::QuotaExceeded, "file", words)
}

/// Too many posts are on their way.
pub fn too_many_open(most: i64) -> UserError {
    let words = format!(
        "The workspace may have {most} posts scheduled or being published at a time. Cancel some, or wait until some are \
         published."
    );
    UserError::new(UserErrorCode::QuotaExceeded, "", words)
}

/// Too many posts were created today.
pub fn too_many_today(most: i64) -> UserError {
    let words = format!("The workspace may create {most} posts a day (UTC). Create the rest tomorrow.");
    UserError::new(UserErrorCode::QuotaExceeded, "", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_limit_and_what_is_left_of_it() {
        let words = storage_full(1_000, 990, 20).message;
        assert!(
            words.contains("1000") && words.contains("10 are free") && words.contains("has 20"),
            "{words}"
        );
        assert!(storage_full(1_000, 2_000, 20).message.contains("0 are free"), "a limit that was lowered");
        assert!(
            too_many_open(7).message.contains("7 posts") && too_many_today(9).message.contains("9 posts")
        );
    }

    #[test]
    fn drafts_and_what_is_over_are_not_open() {
        let open = PostStatus::ALL.iter().filter(|status| is_open(**status)).count();
        assert_eq!(open, OPEN.len());
        assert!(
            !is_open(PostStatus::Draft) && !is_open(PostStatus::Published) && !is_open(PostStatus::Failed)
        );
    }
}
