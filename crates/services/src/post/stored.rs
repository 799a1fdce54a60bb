//! Stored posts, as they were written.

use super::draft::PostDraft;
use super::posts::Posts;
use crate::context::{ServiceError, ServiceResult};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::post::{PostStatus, TargetStatus};
use fanfare_storage::rows::{Media, MediaFetch, Target};
use std::collections::HashMap;

/// Rows that are read at once: on SQLite each is a bind variable of its own.
const AT_ONCE: usize = 1_000;

/// A post as it was written, and where its targets are.
pub(super) struct StoredPost {
    pub id: PostId,
    pub status: PostStatus,
    pub revision: i32,
    pub targets: Vec<StoredTarget>,
    pub draft: PostDraft,
}

pub(super) struct StoredTarget {
    pub id: TargetId,
    pub account_id: AccountId,
    pub status: TargetStatus,
}

impl Posts {
    /// A post of a workspace.
    pub(super) async fn stored_post(&self, workspace: WorkspaceId, id: PostId) -> ServiceResult<StoredPost> {
        self.stored_posts(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// Posts of a workspace, with as many statements for many as for one. Those that it does not have are left out.
    pub(super) async fn stored_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
    ) -> ServiceResult<Vec<StoredPost>> {
        let db = &self.context.db;
        let posts = db.posts().by_ids(workspace, ids).await?;
        let mut targets: HashMap<PostId, Vec<Target>> = HashMap::new();
        let mut own: HashMap<TargetId, PostId> = HashMap::new();
        for target in db.targets().of_posts(workspace, ids).await? {
            if target.own_media {
                own.insert(target.id, target.post_id);
            }
            targets.entry(target.post_id).or_default().push(target);
        }
        let mut media: HashMap<PostId, Vec<(PostId, Media)>> = HashMap::new();
        for (post, medium) in db.media().of_posts(workspace, ids).await? {
            media.entry(post).or_default().push((post, medium));
        }
        let mut target_media: HashMap<PostId, Vec<(TargetId, Media)>> = HashMap::new();
        let with_own: Vec<TargetId> = own.keys().copied().collect();
        for ids in with_own.chunks(AT_ONCE) {
            for (target, medium) in db.media().of_targets(workspace, ids).await? {
                if let Some(post) = own.get(&target) {
                    target_media.entry(*post).or_default().push((target, medium));
                }
            }
        }
        let mut fetches: HashMap<PostId, Vec<MediaFetch>> = HashMap::new();
        if posts.iter().any(|post| post.media_state.is_some()) {
            for fetch in db.media_fetches().of_posts(workspace, ids).await? {
                fetches.entry(fetch.post_id).or_default().push(fetch);
            }
        }
        let stored = posts.into_iter().map(|post| {
            let (id, status, revision) = (post.id, post.status, post.revision);
            let targets = targets.remove(&id).unwrap_or_default();
            let place =
                |it: &Target| StoredTarget { id: it.id, account_id: it.account_id, status: it.status };
            StoredPost {
                id,
                status,
                revision,
                targets: targets.iter().map(place).collect(),
                draft: PostDraft::of_stored(
                    post,
                    targets,
                    media.remove(&id).unwrap_or_default(),
                    &target_media.remove(&id).unwrap_or_default(),
                    fetches.remove(&id).unwrap_or_default(),
                ),
            }
        });
        Ok(stored.collect())
    }
}
