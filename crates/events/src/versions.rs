//! How far each noun of a workspace has come, as the log tells. What is known here is followed up by the hub's sweep.

use super::log::{EventLog, LogError};
use super::positions::Positions;
use super::seen::Seen;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::{EventMark, Noun, Version};
use moka::future::Cache;
use moka::ops::compute::Op;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Workspaces that are followed, and for how long after the last read of them.
const FOLLOWED: u64 = 10_000;
const FOLLOWED_FOR: Duration = Duration::from_mins(1);
/// Entries that are looked back on where nothing is known yet. A noun that did not change among them counts as changed by
/// the oldest of them, which is at worst too late.
const LOOK_BACK: u16 = 256;

/// The nouns of a workspace, up to a position of its log.
#[derive(Clone, Debug)]
pub struct Nouns {
    read_to: Seq,
    /// No later than any mark: for the nouns that are not in `changed`.
    first: Version,
    changed: BTreeMap<Noun, Version>,
}

impl Nouns {
    /// From entries that follow one another; `None` where there is none.
    fn of(marks: &[EventMark]) -> Option<Self> {
        let first = marks.first()?;
        let first = Version { seq: first.seq, at: first.at };
        let mut nouns = Self { read_to: first.seq, first, changed: BTreeMap::new() };
        nouns.take_in(marks);
        Some(nouns)
    }

    fn take_in(&mut self, marks: &[EventMark]) {
        for mark in marks {
            self.read_to = mark.seq;
            for noun in mark.kind.nouns() {
                self.changed.insert(*noun, Version { seq: mark.seq, at: mark.at });
            }
        }
    }

    /// Everything that was committed up to here is in the versions.
    pub fn position(&self) -> Seq {
        self.read_to
    }

    /// The newest version of any of them.
    pub fn version(&self, nouns: &[Noun]) -> Version {
        nouns.iter().filter_map(|noun| self.changed.get(noun)).copied().fold(self.first, Version::max)
    }
}

/// The versions of every noun of the workspaces that are read here.
pub(super) struct Versions {
    log: Arc<dyn EventLog>,
    positions: Arc<Positions>,
    seen: Seen,
    followed: Cache<WorkspaceId, Arc<Nouns>>,
}

impl Versions {
    pub fn new(log: Arc<dyn EventLog>, positions: Arc<Positions>, seen: Seen) -> Self {
        let followed = Cache::builder().max_capacity(FOLLOWED).time_to_idle(FOLLOWED_FOR).build();
        Self { log, positions, seen, followed }
    }

    /// At least as far as this node has heard of the workspace; `None`: no such workspace, or an empty log.
    pub async fn of(&self, workspace: WorkspaceId) -> Result<Option<Arc<Nouns>>, LogError> {
        let known = self.followed.get(&workspace).await;
        if known.as_ref().is_some_and(|known| self.is_up_to_date(workspace, known)) {
            return Ok(known);
        }
        // Those who come at once share one reading of the log.
        let followed = self.followed.entry(workspace).and_try_compute_with(|known| async move {
            let known = known.map(moka::Entry::into_value);
            if known.as_ref().is_some_and(|known| self.is_up_to_date(workspace, known)) {
                return Ok(Op::Nop);
            }
            let nouns = match known {
                Some(known) => self.follow(workspace, &known).await?,
                None => self.begin(workspace).await?,
            };
            Ok(nouns.map_or(Op::Remove, |nouns| Op::Put(Arc::new(nouns))))
        });
        let followed = Box::pin(followed).await;
        match followed? {
            moka::ops::compute::CompResult::Removed(_) => Ok(None),
            followed => Ok(followed.into_entry().map(moka::Entry::into_value)),
        }
    }

    /// The workspaces whose wake-ups must not be missed for long, and how far their logs were read.
    pub fn followed(&self) -> Vec<(WorkspaceId, Seq)> {
        self.followed.iter().map(|(workspace, nouns)| (*workspace, nouns.read_to)).collect()
    }

    /// Nothing that was read of a workspace's log is true any more.
    pub async fn forget(&self, workspace: WorkspaceId) {
        self.followed.invalidate(&workspace).await;
    }

    fn is_up_to_date(&self, workspace: WorkspaceId, known: &Nouns) -> bool {
        self.seen.last(workspace).is_none_or(|seen| seen <= known.read_to)
    }

    /// Reads on; begins again where too much has happened.
    async fn follow(&self, workspace: WorkspaceId, known: &Nouns) -> Result<Option<Nouns>, LogError> {
        let marks = self.log.marks_after(workspace, known.read_to, LOOK_BACK).await?;
        if marks.len() >= usize::from(LOOK_BACK) {
            return self.begin(workspace).await;
        }
        let mut nouns = known.clone();
        nouns.take_in(&marks);
        Ok(Some(nouns))
    }

    /// From the newest entries. What this node has heard before may be old: nobody has made up for lost wake-ups of a
    /// workspace that is not followed.
    async fn begin(&self, workspace: WorkspaceId) -> Result<Option<Nouns>, LogError> {
        let Some(last) = self.positions.last(workspace).await? else { return Ok(None) };
        let mut from = (last - i64::from(LOOK_BACK)).max(0);
        let mut nouns: Option<Nouns> = None;
        loop {
            let marks = self.log.marks_after(workspace, from, LOOK_BACK).await?;
            match &mut nouns {
                Some(nouns) => nouns.take_in(&marks),
                None => nouns = Nouns::of(&marks),
            }
            // A full page: more may have been committed since `last` was read.
            match marks.last() {
                Some(newest) if marks.len() >= usize::from(LOOK_BACK) => from = newest.seq,
                _ => return Ok(nouns),
            }
        }
    }
}
