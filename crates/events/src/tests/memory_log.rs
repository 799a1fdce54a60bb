//! A log without a database, that can be made to fail.

use crate::{EventLog, LogError};
use async_trait::async_trait;
use fanfare_domain::clock::{Clock, Timestamp};
use fanfare_domain::event::{ActivityKind, Event, Seq, Subject};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::EventMark;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// An hour after the beginning of time.
pub const NOW: i64 = 3_600_000_000;

/// Stands still until it is set, in microseconds since 1970.
pub struct StillClock(pub Mutex<i64>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(*self.0.lock()).unwrap()
    }
}

#[derive(Default)]
pub struct MemoryLog {
    events: Mutex<BTreeMap<WorkspaceId, Vec<Event>>>,
    pub is_down: AtomicBool,
    /// Readings of events so far, failed ones included.
    pub readings: AtomicUsize,
}

impl MemoryLog {
    pub fn with_workspace(workspace: WorkspaceId) -> Self {
        let log = Self::default();
        log.events.lock().insert(workspace, Vec::new());
        log
    }

    /// Commits `count` events; answers the last position.
    pub fn append(&self, workspace: WorkspaceId, count: usize) -> Seq {
        self.append_kind(workspace, count, ActivityKind::PostCreated)
    }

    /// The same for events of a kind.
    pub fn append_kind(&self, workspace: WorkspaceId, count: usize, kind: ActivityKind) -> Seq {
        let mut events = self.events.lock();
        let log = events.get_mut(&workspace).unwrap();
        for _ in 0..count {
            let seq = i64::try_from(log.len()).unwrap() + 1;
            log.push(Event {
                workspace_id: workspace,
                seq,
                kind,
                subject: Subject::default(),
                actor: None,
                payload: None,
                json: serde_json::Value::Null,
                at: Timestamp::from_micros(NOW).unwrap(),
            });
        }
        log.last().map_or(0, |event| event.seq)
    }

    /// Plays a backup back that ends with this position.
    pub fn play_back(&self, workspace: WorkspaceId, last: Seq) {
        self.events.lock().get_mut(&workspace).unwrap().retain(|event| event.seq <= last);
    }

    /// Deletes a workspace with its log.
    pub fn delete(&self, workspace: WorkspaceId) {
        self.events.lock().remove(&workspace);
    }

    fn check(&self) -> Result<(), LogError> {
        if self.is_down.load(Ordering::SeqCst) { Err(LogError("down".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn last_seqs(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, Seq)>, LogError> {
        self.check()?;
        let events = self.events.lock();
        let known = workspaces.iter().filter_map(|workspace| Some((*workspace, events.get(workspace)?)));
        Ok(known.map(|(workspace, log)| (workspace, log.last().map_or(0, |event| event.seq))).collect())
    }

    async fn after(&self, workspace: WorkspaceId, seq: Seq, limit: u16) -> Result<Vec<Event>, LogError> {
        self.readings.fetch_add(1, Ordering::SeqCst);
        self.check()?;
        let events = self.events.lock();
        let following = events[&workspace].iter().filter(|event| event.seq > seq);
        Ok(following.take(usize::from(limit)).cloned().collect())
    }

    async fn marks_after(
        &self,
        workspace: WorkspaceId,
        seq: Seq,
        limit: u16,
    ) -> Result<Vec<EventMark>, LogError> {
        let events = self.after(workspace, seq, limit).await?;
        Ok(events.iter().map(|event| EventMark { seq: event.seq, kind: event.kind, at: event.at }).collect())
    }

    async fn time_of(&self, workspace: WorkspaceId, seq: Seq) -> Result<Option<Timestamp>, LogError> {
        self.check()?;
        Ok(self.events.lock()[&workspace].iter().find(|event| event.seq == seq).map(|event| event.at))
    }
}
