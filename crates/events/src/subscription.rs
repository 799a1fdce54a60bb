//! One subscriber: a position in a workspace's log that moves on.

use super::happened::Happened;
use super::log::{EventLog, LogError};
use super::pages::Pages;
use super::room::Backoff;
use super::seen::Seen;
use super::tail::{Next, Tail};
use fanfare_domain::event::{Cursor, Event, Seq};
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
    pub(super) pages: Arc<Pages>,
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

    /// Takes a page of the table, which had events up to `last`: one that was read for someone else, or reads it.
    async fn replay(&mut self, last: Seq) {
        let (mut backoff, turns) = (Backoff::new(), Arc::clone(&self.turns));
        while self.tail.has_changed().is_ok() {
            if self.take_page() {
                return;
            }
            let turn = turns.acquire().await;
            // Whoever had the turn before may have read the same.
            if self.take_page() {
                return;
            }
            let page = self.log.after(self.workspace, self.position, PAGE).await;
            match page {
                // Retention took what was there.
                Ok(events) if events.is_empty() => return self.position = last,
                Ok(events) => return self.share_page(events),
                Err(error) => {
                    drop(turn);
                    tracing::debug!(workspace = %self.workspace, %error, "a replay waits for the log");
                    backoff.pause().await;
                }
            }
        }
        self.ended = true;
    }

    /// Takes what follows from a page that is there; whether there was one.
    fn take_page(&mut self) -> bool {
        let page = self.pages.after(self.workspace, self.position);
        let is_there = page.is_some();
        self.buffer = page.unwrap_or_default();
        is_there
    }

    /// Takes a page that was read, and leaves it to the others.
    fn share_page(&mut self, events: Vec<Event>) {
        // The table may be ahead of what this node has heard: whoever is told of an event and reads then must not be
        // answered from before it.
        if let Some(newest) = events.last() {
            self.seen.raise(self.workspace, newest.seq);
        }
        let events: Vec<_> = events.into_iter().map(|event| Arc::new(Happened::new(event))).collect();
        self.buffer = events.iter().cloned().collect();
        self.pages.keep(self.workspace, self.position, events);
    }
}
