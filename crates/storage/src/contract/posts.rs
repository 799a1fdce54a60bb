//! Posts: commands, each one transaction, and the lists.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::patch::Patch;
use fanfare_domain::post::{NewPost, PostCommand, PostReach, Then};
use fanfare_domain::quota::PostQuota;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{PostFilter, PostOrder, Window};
use fanfare_storage::rows::Post;

contract! {
    trait Posts = posts;

    /// Stores a post with its targets, and publishes or schedules it where `then` says so. Under a known key the first
    /// result is answered again.
    write create(
        new: NewPost,
        then: Then,
        actor: EventActor,
        key: Option<KeyedInput>,
        quota: PostQuota,
        now: Timestamp,
    ) -> (PostId, Seq);
    /// Stores posts of a workspace in one transaction, in their order, as `create` stores each; all of them or none.
    /// Answers their ids. `keys`: theirs, of one user and one mutation. Refused, too, where one of the keys was used before:
    /// then the posts are to be created one by one, which answers the first result again.
    write create_many(
        workspace: WorkspaceId,
        new: &[(NewPost, Then)],
        keys: &[Option<KeyedInput>],
        actor: EventActor,
        terms: (PostQuota, Timestamp),
    ) -> (Vec<PostId>, Seq);
    /// Replaces what was written, targets and all; the caller gives the whole new post. It keeps its time unless `plan`
    /// sets another, or none, which makes it a draft. A post on its way is left alone, and so is one beyond `reach` and one
    /// of another revision than the expected one.
    write update(
        place: (PostId, ExpectedRevision),
        new: NewPost,
        plan: Patch<Option<Timestamp>>,
        reach: PostReach,
        actor: EventActor,
        terms: (PostQuota, Timestamp),
    ) -> (PostId, Seq);
    /// Runs one command on one post; under a known key nothing is done.
    write command(
        place: (WorkspaceId, PostId),
        actor: EventActor,
        command: PostCommand,
        key: Option<KeyedInput>,
        quota: PostQuota,
        now: Timestamp,
    ) -> Seq;
    /// Deletes a post that never reached a network, and is not beyond `reach`.
    write delete(workspace: WorkspaceId, id: PostId, reach: PostReach, actor: EventActor, now: Timestamp) -> Seq;
    /// Runs a command on each of several posts of a workspace, each of them once, in one transaction: those that are
    /// refused leave the others. What became of each, in their order. Refused as a whole beyond the workspace's quota, and
    /// where one of the keys, which are of one user and one mutation, was used before: then the commands are to be run one
    /// by one.
    write command_many(
        workspace: WorkspaceId,
        commands: &[(PostId, PostCommand)],
        keys: &[Option<KeyedInput>],
        actor: EventActor,
        terms: (PostQuota, Timestamp),
    ) -> (Vec<Result<(), UserError>>, Option<Seq>);
    /// Deletes posts of a workspace, each named once, that never reached a platform and are not beyond `reach`. What became
    /// of each, in their order.
    write delete_many(
        workspace: WorkspaceId,
        ids: &[PostId],
        reach: PostReach,
        actor: EventActor,
        now: Timestamp,
    ) -> (Vec<Result<(), UserError>>, Option<Seq>);
    /// A window of a workspace's posts.
    read page(workspace: WorkspaceId, filter: &PostFilter, order: PostOrder, window: &Window) -> Vec<Post>;
    /// A window of the posts of each campaign, the newest first; against that order where the window goes backward.
    read of_campaigns(workspace: WorkspaceId, ids: &[CampaignId], window: &Window) -> Vec<(CampaignId, Post)>;
    /// The same for accounts: the posts that have a target on them.
    read of_accounts(workspace: WorkspaceId, ids: &[AccountId], window: &Window) -> Vec<(AccountId, Post)>;
    /// How many posts a filter finds.
    read count(workspace: WorkspaceId, filter: &PostFilter) -> i64;
    /// Held posts whose time has passed, of each campaign, the earliest first; at most `limit` in all.
    read overdue(workspace: WorkspaceId, campaigns: &[CampaignId], now: Timestamp, limit: i64) -> Vec<Post>;
    /// The posts that are planned for `[from, to)`, or were published then without a plan, in the order of their times.
    read between(workspace: WorkspaceId, from: Timestamp, to: Timestamp, limit: i64) -> Vec<Post>;
    /// Posts by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[PostId]) -> Vec<Post>;
}
