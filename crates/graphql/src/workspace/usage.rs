//! What a workspace uses of the server.

use crate::scalars::BigInt;
use async_graphql::SimpleObject;
use fanfare_services::workspace::Used;

/// What a workspace uses of the server, and how much it may use. Beyond a limit, inputs are refused with
/// `QUOTA_EXCEEDED`.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct WorkspaceUsage {
    /// Media files, in bytes, uploads under way included.
    pub storage_bytes: BigInt,
    /// The most that `storageBytes` may be. Null if there is no limit.
    pub storage_bytes_limit: Option<BigInt>,
    /// Posts that are scheduled, held or being published.
    pub open_posts: i32,
    /// The most that `openPosts` may be. Null if there is no limit.
    pub open_posts_limit: Option<i32>,
    /// Posts that were created today (UTC), deleted ones included. Null if there is no limit: they are not counted then.
    pub posts_created_today: Option<i32>,
    /// The most that `postsCreatedToday` may be. Null if there is no limit.
    pub posts_created_per_day_limit: Option<i32>,
}

impl From<Used> for WorkspaceUsage {
    fn from(Used { usage, storage_limit, post_quota }: Used) -> Self {
        let count = |posts: i64| i32::try_from(posts).unwrap_or(i32::MAX);
        Self {
            storage_bytes: BigInt(usage.storage_bytes),
            storage_bytes_limit: storage_limit.map(BigInt),
            open_posts: count(usage.open_posts),
            open_posts_limit: post_quota.open.map(count),
            posts_created_today: post_quota.per_day.map(|_| count(usage.posts_today)),
            posts_created_per_day_limit: post_quota.per_day.map(count),
        }
    }
}
