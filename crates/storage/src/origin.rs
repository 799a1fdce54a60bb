//! Where the present task's request came from, for the events that it appends.

use fanfare_domain::origin::Origin;
use std::future::Future;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Runs `work` on behalf of a request; a task that it starts has to be given [`current`].
pub async fn during<T>(origin: Origin, work: impl Future<Output = T>) -> T {
    ORIGIN.scope(origin, work).await
}

/// The present task's; outside of a request: the server's own.
pub fn current() -> Origin {
    ORIGIN.try_with(|origin| *origin).unwrap_or_default()
}
