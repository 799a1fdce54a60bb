//! Numbers that grow with a post's age, the same for everyone who asks at the same time.

use super::record::Post;
use chrono::{Datelike as _, Timelike as _};
use fanfare_domain::clock::Timestamp;
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
/// minute-old post has some already. The ceiling follows from the post, its account, and how well its hour suits the
/// account's followers.
pub fn engagement(post: &Post, now: Timestamp) -> Engagement {
    let age = now.since(post.created_at).as_secs();
    let traits = Traits::of(&post.id);
    let ceiling = (400 + 40 * traits.get(0)) * following(&post.remote_id) / 100 * suits(post) / 100;
    let half_time = Duration::from_hours(6).as_secs();
    let views = ceiling * age / (age + half_time) + age.min(60) / 6;
    let likes = views * (3 + traits.get(1) % 10) / 100;
    Engagement {
        views,
        likes,
        comments: likes * (5 + traits.get(2) % 15) / 100,
        shares: likes * (3 + traits.get(3) % 12) / 100,
        saves: likes * (2 + traits.get(4) % 8) / 100,
    }
}

/// Followers of an account: some at the start, a few more each day.
pub fn followers(remote_id: &str, since: Timestamp, now: Timestamp) -> u64 {
    let traits = Traits::of(remote_id);
    let hours = now.since(since).as_secs() / 3600;
    120 + 8 * traits.get(0) + hours * (1 + traits.get(1) % 8) / 12
}

/// People who saw anything of an account in the last 24 hours, of posts that had `views` in that time.
pub fn reach(views: u64) -> u64 {
    views * 4 / 5
}

/// What an account adds to its posts: 60 to 139 per cent.
fn following(remote_id: &str) -> u64 {
    60 + Traits::of(remote_id).get(2) % 80
}

/// How well an hour of the week (UTC, in steps of three hours) suits an account: 50 to 149 per cent.
fn suits(post: &Post) -> u64 {
    let at = post.created_at.0;
    let slot = format!("{}:{}:{}", post.remote_id, at.weekday(), at.hour() / 3);
    50 + Traits::of(&slot).get(0) * 100 / 256
}

/// Numbers from 0 to 255 that follow from a text.
struct Traits([u8; 32]);

impl Traits {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    fn get(&self, index: usize) -> u64 {
        u64::from(self.0.get(index).copied().unwrap_or_default())
    }
}
