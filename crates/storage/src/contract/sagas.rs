//! Sagas, for the loaders.

use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_storage::rows::Saga;

contract! {
    trait Sagas = sagas;

    /// The sagas of posts.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<Saga>;
}
