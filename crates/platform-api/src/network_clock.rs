//! What time it is on a network.

use super::PlatformError;
use async_trait::async_trait;
use chrono::DateTime;
use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use std::time::Duration;

/// The clock of a network, as its answers tell it. What is looked for on a network is looked for by its time.
#[async_trait]
pub trait NetworkClock: Send + Sync {
    /// The network's present, behind by up to a second. The network is asked where its last answer is older than
    /// `max_age`. `None`: it does not tell.
    async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError>;
}

/// The network's time when it answered, in whole seconds: `Date`, and `Age` where a cache kept the answer (RFC 9110,
/// 6.6.1; RFC 9111, 5.1). `None`: it does not tell.
pub fn answered_at(reply: &Reply) -> Option<Timestamp> {
    let date = DateTime::parse_from_rfc2822(reply.header("date")?.trim()).ok()?;
    let age = reply.header("age").and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    Some(Timestamp::new(date.to_utc()).plus(Duration::from_secs(age)))
}
