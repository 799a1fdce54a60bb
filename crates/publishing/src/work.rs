//! Everything that a run needs of its target, read once.

use super::Engine;
use fanfare_auth::media_link;
use fanfare_platform_api::{MediaItem, PublishInput, Publisher, compose};
use fanfare_storage::command::claim::JobRows;
use fanfare_storage::rows::{Account, Job, Media, MediaFetch, Post, Step, Target};
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
    pub fn new(engine: &Engine, rows: JobRows) -> Self {
        let JobRows { job, target, post, account, media, ledger, banned, missing } = rows;
        let input = engine.input(&post, &target, &account, &media);
        Self { job, target, post, account, ledger, input, banned, missing }
    }
}

impl Engine {
    fn input(&self, post: &Post, target: &Target, account: &Account, media: &[Media]) -> PublishInput {
        let expires = self.clock.now().plus(MEDIA_LINK_VALID_FOR);
        let items = media.iter().map(|medium| MediaItem {
            key: medium.storage_key.clone(),
            name: medium.shown_name(),
            facts: medium.facts(),
            public_url: media_link(&self.url_signer, &self.public_base, &medium.storage_key, expires),
        });
        let written = post.written().adapted(target.words());
        let publisher = Publisher { remote_id: &account.remote_id, handle: account.handle.as_deref() };
        compose(written, publisher, items.collect())
    }
}
