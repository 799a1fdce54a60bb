//! The media library.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{MediaId, PostId, TargetId, WorkspaceId};
use fanfare_domain::media::MediaPatch;
use fanfare_domain::post::PostReach;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{MediaFilter, Window};
use fanfare_storage::rows::{Media, NewMedia, Post};

contract! {
    trait MediaFiles = media;

    /// Stores a medium whose file is registered and in place. For a key that was used before it answers the first medium,
    /// and the file of `new` stays registered.
    write insert(new: NewMedia, actor: EventActor, key: Option<KeyedInput>) -> (Media, Seq);
    /// Forgets a medium that no post uses, and has its file deleted; answers its row.
    write delete(workspace: WorkspaceId, id: MediaId, actor: EventActor, now: Timestamp) -> (Media, Seq);
    /// Changes what is said of a medium of the expected revision. A change of the alternative text is refused where a post
    /// beyond `reach` would go out with it.
    write update(
        place: (WorkspaceId, MediaId),
        expected: ExpectedRevision,
        patch: MediaPatch,
        reach: PostReach,
        actor: EventActor,
        now: Timestamp,
    ) -> (Media, Seq);
    /// A window of the posts that have a medium, or a target that has it, newest first.
    read posts_with(workspace: WorkspaceId, id: MediaId, window: &Window) -> Vec<Post>;
    /// How many posts have a medium, or a target that has it.
    read count_posts_with(workspace: WorkspaceId, id: MediaId) -> i64;
    /// Whether a post that goes out as it stands has the medium.
    read goes_out(workspace: WorkspaceId, id: MediaId) -> bool;
    /// Media by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[MediaId]) -> Vec<Media>;
    /// A window of the library, newest first.
    read page(workspace: WorkspaceId, filter: &MediaFilter, window: &Window) -> Vec<Media>;
    /// How many media a filter finds.
    read count(workspace: WorkspaceId, filter: &MediaFilter) -> i64;
    /// The media of posts, in their order.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<(PostId, Media)>;
    /// The media that targets have of their own, in their order.
    read of_targets(workspace: WorkspaceId, targets: &[TargetId]) -> Vec<(TargetId, Media)>;
}
