//! Sessions that live connections of this node depend on.

use fanfare_domain::id::SessionId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::watch;

/// Tells live connections that their session was revoked.
#[derive(Clone, Debug, Default)]
pub struct SessionWatch(Arc<Mutex<HashMap<SessionId, watch::Sender<bool>>>>);

/// One connection's interest in its session; the last to go takes the session off the list.
struct Watched {
    watch: SessionWatch,
    session: SessionId,
    /// `Some` until it is dropped.
    revoked: Option<watch::Receiver<bool>>,
}

impl SessionWatch {
    /// Completes when the session is revoked, by whatever node; never for one that expires.
    pub fn revoked(&self, session: SessionId) -> impl Future<Output = ()> + Send + use<> {
        let sender_side = Arc::clone(&self.0);
        let revoked = {
            let mut sessions = sender_side.lock();
            sessions.entry(session).or_insert_with(|| watch::channel(false).0).subscribe()
        };
        let mut watched = Watched { watch: self.clone(), session, revoked: Some(revoked) };
        async move {
            if let Some(revoked) = &mut watched.revoked {
                // An error says that the sender has gone, which it does only after it has told.
                let _ = revoked.wait_for(|revoked| *revoked).await;
            }
        }
    }

    /// Wakes the connections of a session.
    pub fn end(&self, session: SessionId) {
        let sender = self.0.lock().remove(&session);
        if let Some(sender) = sender {
            sender.send_replace(true);
        }
    }

    pub fn is_watched(&self, session: SessionId) -> bool {
        self.0.lock().contains_key(&session)
    }

    /// Whether no live connection depends on a session.
    pub fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut sessions = self.watch.0.lock();
        drop(self.revoked.take());
        if sessions.get(&self.session).is_some_and(|sender| sender.receiver_count() == 0) {
            sessions.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn the_end_of_a_session_reaches_all_its_connections_and_no_other() {
        let watch = SessionWatch::default();
        let (mut one, mut two) =
            (Box::pin(watch.revoked(SessionId(1))), Box::pin(watch.revoked(SessionId(1))));
        let mut other = Box::pin(watch.revoked(SessionId(2)));
        assert!((&mut one).now_or_never().is_none());
        watch.end(SessionId(1));
        assert_eq!((one.now_or_never(), two.as_mut().now_or_never()), (Some(()), Some(())));
        assert_eq!(other.as_mut().now_or_never(), None);
    }

    #[test]
    fn a_session_without_connections_is_forgotten() {
        let watch = SessionWatch::default();
        let (one, two) = (watch.revoked(SessionId(1)), watch.revoked(SessionId(1)));
        drop(one);
        assert!(watch.is_watched(SessionId(1)));
        drop(two);
        assert!(watch.is_empty());
    }
}
