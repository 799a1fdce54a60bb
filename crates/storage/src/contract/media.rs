//! The media library.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{MediaId, PostId, TargetId, WorkspaceId};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{MediaFilter, Window};
use fanfare_storage::rows::{Media, NewMedia};

contract! {
    trait MediaFiles = media;

    /// Stores a medium whose file is registered and in place. For a key that was used before it answers the first medium,
    /// and the file of `new` stays registered.
    write insert(new: NewMedia, actor: EventActor, key: Option<KeyedInput>) -> (Media, Seq);
    /// Forgets a medium that no post uses, and has its file deleted; answers its row.
    write delete(workspace: WorkspaceId, id: MediaId, actor: EventActor, now: Timestamp) -> (Media, Seq);
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
