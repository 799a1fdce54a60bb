//! Numbers that grow with a post's age, the same for everyone who asks at the same time.

use super::record::Post;
use crate::domain::clock::Timestamp;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What people did with a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engagement {
    pub views: u64,
    pub likes: u64,
    pub comments: u64,
    pub shares: u64,
    pub saves: u64,
}

/// The numbers of a post at `now`. They never shrink, approach a ceiling of the post's own within days, and a
/// minute-old post has some already.
pub fn engagement(post: &Post, now: Timestamp) -> Engagement {
    let age = now.since(post.created_at).as_secs();
    let digest = Sha256::digest(post.id.as_bytes());
    let trait_of = |index: usize| u64::from(digest.get(index).copied().unwrap_or_default());
    let ceiling = 400 + 40 * trait_of(0);
    let half_time = Duration::from_hours(6).as_secs();
    let views = ceiling * age / (age + half_time) + age.min(60) / 6;
    let likes = views * (3 + trait_of(1) % 10) / 100;
    Engagement {
        views,
        likes,
        comments: likes * (5 + trait_of(2) % 15) / 100,
        shares: likes * (3 + trait_of(3) % 12) / 100,
        saves: likes * (2 + trait_of(4) % 8) / 100,
    }
}

/// Followers of an account: some at the start, a few more each day.
pub fn followers(remote_id: &str, since: Timestamp, now: Timestamp) -> u64 {
    let digest = Sha256::digest(remote_id.as_bytes());
    let trait_of = |index: usize| u64::from(digest.get(index).copied().unwrap_or_default());
    let hours = now.since(since).as_secs() / 3600;
    120 + 8 * trait_of(0) + hours * (1 + trait_of(1) % 8) / 12
}
