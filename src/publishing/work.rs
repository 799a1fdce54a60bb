//! Everything that a run needs of its target, read once.

use super::Engine;
use crate::auth::media_link;
use crate::db::rows::{Account, Job, Media, MediaFetch, Post, Step, Target};
use crate::db::{Db, DbError, db_read};
use crate::domain::media::{FetchStatus, MediaState};
use crate::platforms::{MediaItem, PublishInput, Publisher, compose};
use std::time::Duration;

/// How long a network may take to pull a medium.
const MEDIA_LINK_VALID_FOR: Duration = Duration::from_hours(24);

/// A job with its target, post, account, ledger and what the network is to get.
pub struct Work {
    pub job: Job,
    pub target: Target,
    pub post: Post,
    pub account: Account,
    pub ledger: Vec<Step>,
    pub input: PublishInput,
    /// Words that the workspace lets no post hold.
    pub banned: Vec<String>,
    /// Media that it is to have and has not, because they are not fetched.
    pub missing: Vec<MediaFetch>,
}

impl Work {
    pub async fn load(engine: &Engine, job: Job) -> Result<Self, DbError> {
        let db = &engine.db;
        let (target, post, account) = db_read!(db, targets::with_post(job.workspace_id, job.target_id))?;
        let media = db_read!(db, targets::media_of(job.workspace_id, &target))?;
        let ledger = db_read!(db, ledger::of_targets(job.workspace_id, &[target.id]))?;
        let missing = Self::missing(db, &post, &target).await?;
        let banned = db_read!(db, settings::banned_keywords(job.workspace_id))?;
        let input = engine.input(&post, &target, &account, &media);
        Ok(Self { job, target, post, account, ledger, input, banned, missing })
    }

    async fn missing(db: &Db, post: &Post, target: &Target) -> Result<Vec<MediaFetch>, DbError> {
        if target.own_media || matches!(post.media_state, None | Some(MediaState::Ready)) {
            return Ok(Vec::new());
        }
        let fetches = db_read!(db, media_fetches::of_posts(post.workspace_id, &[post.id]))?;
        Ok(fetches.into_iter().filter(|fetch| fetch.status != FetchStatus::Ready).collect())
    }
}

impl Engine {
    fn input(&self, post: &Post, target: &Target, account: &Account, media: &[Media]) -> PublishInput {
        let expires = self.clock.now().plus(MEDIA_LINK_VALID_FOR);
        let items = media.iter().map(|medium| MediaItem {
            key: medium.storage_key.clone(),
            facts: medium.facts(),
            public_url: media_link(&self.url_signer, &self.public_base, &medium.storage_key, expires),
        });
        let written = post.written().adapted(target.words());
        let publisher = Publisher { remote_id: &account.remote_id, handle: account.handle.as_deref() };
        compose(written, publisher, items.collect())
    }
}
