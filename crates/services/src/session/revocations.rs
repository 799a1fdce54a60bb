//! Sessions that other nodes revoke.

use super::sessions::Sessions;
use fanfare_domain::id::SessionId;
use std::future::Future;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often the revocations of other nodes are read, while a live connection depends on a session.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How far the clocks of two nodes may differ, and a transaction take, without a revocation being missed.
const LOOKS_BACK: Duration = Duration::from_mins(1);

impl Sessions {
    /// Completes when a session is revoked: at once by this node, within a second by another.
    pub fn revoked(&self, session: SessionId) -> impl Future<Output = ()> + Send + use<> {
        self.context.access.session_watch().revoked(session)
    }

    /// Reads what other nodes revoke, for ever.
    pub async fn follow_revocations(self) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let watch = self.context.access.session_watch();
            if watch.is_empty() {
                continue;
            }
            let since = self.context.clock.now().minus(LOOKS_BACK);
            match self.context.db.sessions().revoked_since(since).await {
                Ok(revoked) => {
                    for session in revoked.into_iter().filter(|session| watch.is_watched(*session)) {
                        self.context.access.forget_session(session).await;
                    }
                }
                Err(error) => tracing::debug!(%error, "revoked sessions cannot be read"),
            }
        }
    }
}
