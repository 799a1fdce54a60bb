//! How long calls to a database may take.

use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// How long a call may take as a whole, and how the connection of one that takes longer is given up.
#[derive(Debug)]
pub struct Deadlines<C> {
    pub read: Duration,
    pub write: Duration,
    /// Ends what the connection is at, and leaves it broken, so that its pool drops it.
    pub give_up: fn(&mut C),
}

impl<C> Clone for Deadlines<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Deadlines<C> {}

/// Does work within a time; `None`: it took longer and was dropped.
pub async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => timeout(limit, work).await.ok(),
        None => Some(work.await),
    }
}
