//! Targets: made with their post, read by loaders and by the engine.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_storage::rows::Target;

contract! {
    trait Targets = targets;

    /// The targets of posts, in their order.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<Target>;
    /// How many targets each account has; those without one are left out.
    read counts_of_accounts(workspace: WorkspaceId, accounts: &[AccountId]) -> Vec<(AccountId, i64)>;
    /// How many targets each post has; those without one are left out.
    read counts_of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<(PostId, i64)>;
    /// Targets by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[TargetId]) -> Vec<Target>;
    /// Ids on the network that other targets of an account own, of the last `limit` publications.
    read owned_by_others(
        workspace: WorkspaceId,
        account: AccountId,
        but: TargetId,
        limit: i64,
    ) -> Vec<String>;
    /// When posts other than `but` are planned for any of the accounts, from an instant up to another.
    read planned_times(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        between: (Timestamp, Timestamp),
        but: PostId,
    ) -> Vec<Timestamp>;
}
