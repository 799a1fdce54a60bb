//! One workspace's subscribers, and the task that reads its log for them.

use super::log::EventLog;
use super::seen::Seen;
use super::tail::Tail;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Events read by one statement.
const PAGE: u16 = 256;

/// The waits between attempts to read a log that does not answer.
pub(super) struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(2);

    pub fn new() -> Self {
        Self(Self::FIRST)
    }

    pub async fn pause(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
    }
}

/// The subscribers are the receivers of `tail`.
pub(super) struct Room {
    workspace: WorkspaceId,
    tail: watch::Sender<Tail>,
    wake: Notify,
}

/// The workspaces that have subscribers on this node.
pub(super) struct Rooms {
    open: Mutex<HashMap<WorkspaceId, Arc<Room>>>,
    seen: Seen,
}

impl Rooms {
    pub fn new(seen: Seen) -> Self {
        Self { open: Mutex::default(), seen }
    }

    /// A seat in a workspace's room. The room is opened at `last` if there is none, and then must be attended by
    /// [`Rooms::attend`].
    pub fn enter(&self, workspace: WorkspaceId, last: Seq) -> (watch::Receiver<Tail>, Option<Arc<Room>>) {
        let mut rooms = self.open.lock();
        if let Some(room) = rooms.get(&workspace) {
            return (room.tail.subscribe(), None);
        }
        let (tail, seat) = watch::channel(Tail::new(last));
        let room = Arc::new(Room { workspace, tail, wake: Notify::new() });
        // A commit between the reading of `last` and now found no room to wake.
        room.wake.notify_one();
        rooms.insert(workspace, Arc::clone(&room));
        (seat, Some(room))
    }

    /// Wakes the reader of a workspace, if it has one and it has not read so far yet.
    pub fn wake(&self, workspace: WorkspaceId, seq: Seq) {
        let room = self.open.lock().get(&workspace).cloned();
        if let Some(room) = room
            && room.tail.borrow().last() < seq
        {
            room.wake.notify_one();
        }
    }

    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        self.open.lock().keys().copied().collect()
    }

    /// Lets go of events that every subscriber but a slow one has had.
    pub fn trim(&self) {
        for room in self.open.lock().values() {
            room.tail.send_if_modified(|tail| {
                tail.trim();
                false
            });
        }
    }

    /// Reads for a room until its last subscriber has gone, or `stop`: then its subscriptions end.
    pub async fn attend(&self, room: Arc<Room>, log: Arc<dyn EventLog>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = room.wake.notified() => room.read_new(&*log, &self.seen, &stop).await,
                () = room.tail.closed() => {
                    let mut rooms = self.open.lock();
                    // Seats are given under the same lock: nobody can be entering now.
                    if room.tail.is_closed() {
                        rooms.remove(&room.workspace);
                        return;
                    }
                }
                () = stop.cancelled() => {
                    self.open.lock().remove(&room.workspace);
                    return;
                }
            }
        }
    }
}

impl Room {
    /// Reads what is new, once for all subscribers. A log that does not answer is asked again.
    async fn read_new(&self, log: &dyn EventLog, seen: &Seen, stop: &CancellationToken) {
        let mut backoff = Backoff::new();
        while !self.tail.is_closed() && !stop.is_cancelled() {
            let last = self.tail.borrow().last();
            match log.after(self.workspace, last, PAGE).await {
                Ok(events) => {
                    let more = events.len() >= usize::from(PAGE);
                    if let Some(newest) = events.last() {
                        // Before anyone is shown them: what they then read must be as new as the events.
                        seen.raise(self.workspace, newest.seq);
                        self.tail.send_modify(|tail| tail.extend(events));
                    }
                    if !more {
                        return;
                    }
                    backoff = Backoff::new();
                }
                Err(error) => {
                    tracing::warn!(workspace = %self.workspace, %error, "subscribers wait for the log");
                    backoff.pause().await;
                }
            }
        }
    }
}
