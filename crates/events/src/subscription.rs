//! One subscriber: a position in a workspace's log that moves on.

use super::happened::Happened;
use super::log::{EventLog, LogError};
use super::room::Backoff;
use super::seen::Seen;
use super::tail::{Next, Tail};
use fanfare_domain::event::{Cursor, Seq};
use fanfare_domain::id::WorkspaceId;
use futures_util::Stream;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Events replayed by one statement.
const PAGE: u16 = 200;
/// A subscriber that had caught up and is further behind than this cannot keep up.
const FURTHEST_BEHIND: Seq = 2_048;

/// Why a subscription does not begin.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SubscribeError {
    /// What follows the cursor is more than is replayed, or older.
    #[error("the cursor is too old")]
    CursorTooOld,
    /// The cursor is ahead of the log: it is none of this log's.
    #[error("the cursor is ahead of the log")]
    CursorAhead,
    #[error("there is no such workspace")]
    NoWorkspace,
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The subscriber fell too far behind. It may subscribe again after `last`, the cursor of what it was given last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subscriber is too slow")]
pub struct TooSlow {
    pub last: Cursor,
}

/// The events of a workspace after a position, each once, in order.
pub struct Subscription {
    pub(super) workspace: WorkspaceId,
    /// Of the event that was given last.
    pub(super) position: Seq,
    pub(super) buffer: VecDeque<Arc<Happened>>,
    pub(super) tail: watch::Receiver<Tail>,
    pub(super) log: Arc<dyn EventLog>,
    pub(super) seen: Seen,
    /// Replays read the table by turns: a thousand that reconnect at once must not take every connection.
    pub(super) turns: Arc<Semaphore>,
    /// Has caught up once: what it misses from now on it misses by its own slowness.
    pub(super) live: bool,
    pub(super) ended: bool,
}

impl Subscription {
    /// The next event; waits for it as long as it takes. `None`: the server stops, or the subscriber was too slow.
    pub async fn next(&mut self) -> Option<Result<Arc<Happened>, TooSlow>> {
        while !self.ended {
            if let Some(happened) = self.buffer.pop_front() {
                self.position = happened.event().seq;
                return Some(Ok(happened));
            }
            let next = self.tail.borrow_and_update().after(self.position);
            match next {
                Next::Events(events) => self.buffer = events.into(),
                Next::InTable { last } if self.live && last - self.position > FURTHEST_BEHIND => {
                    self.ended = true;
                    return Some(Err(TooSlow { last: self.cursor() }));
                }
                // Boxed: ten thousand that wait for an event hold no room for a replay.
                Next::InTable { last } => Box::pin(self.replay(last)).await,
                Next::Nothing => {
                    self.live = true;
                    // Who waits holds no room for events.
                    self.buffer = VecDeque::new();
                    // The room has gone: the server stops.
                    self.ended = self.tail.changed().await.is_err();
                }
            }
        }
        None
    }

    pub fn into_stream(self) -> impl Stream<Item = Result<Arc<Happened>, TooSlow>> + Send {
        futures_util::stream::unfold(self, async |mut subscription| {
            let item = subscription.next().await?;
            Some((item, subscription))
        })
    }

    /// Where to continue from later.
    pub fn cursor(&self) -> Cursor {
        Cursor { workspace_id: self.workspace, seq: self.position }
    }

    /// Reads a page of the table, which had events up to `last`.
    async fn replay(&mut self, last: Seq) {
        let mut backoff = Backoff::new();
        while self.tail.has_changed().is_ok() {
            let turn = self.turns.acquire().await;
            let page = self.log.after(self.workspace, self.position, PAGE).await;
            drop(turn);
            match page {
                // Retention took what was there.
                Ok(events) if events.is_empty() => return self.position = last,
                Ok(events) => {
                    // The table may be ahead of what this node has heard: whoever is told of an event and reads then
                    // must not be answered from before it.
                    if let Some(newest) = events.last() {
                        self.seen.raise(self.workspace, newest.seq);
                    }
                    return self.buffer =
                        events.into_iter().map(|event| Arc::new(Happened::missed(event))).collect();
                }
                Err(error) => {
                    tracing::debug!(workspace = %self.workspace, %error, "a replay waits for the log");
                    backoff.pause().await;
                }
            }
        }
        self.ended = true;
    }
}
