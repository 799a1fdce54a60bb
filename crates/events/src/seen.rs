//! How far this node has heard that workspaces are.

use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use moka::ops::compute::Op;
use moka::sync::Cache;

/// Workspaces whose last position is remembered.
const REMEMBERED: u64 = 100_000;

/// The highest known position of each workspace. Clones share it.
#[derive(Clone)]
pub(super) struct Seen(Cache<WorkspaceId, Seq>);

impl Default for Seen {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Seen {
    /// A position that is lower than the known one changes nothing.
    pub fn raise(&self, workspace: WorkspaceId, seq: Seq) {
        self.0.entry(workspace).and_compute_with(|seen| match seen {
            Some(seen) if seen.value() >= &seq => Op::Nop,
            _ => Op::Put(seq),
        });
    }

    /// The log ends before the known position; `None`: there is none any more. What is raised at the same time may be
    /// lost, and is found by the next sweep.
    pub fn lower(&self, workspace: WorkspaceId, last: Option<Seq>) {
        match last {
            Some(seq) => self.0.insert(workspace, seq),
            None => self.0.invalidate(&workspace),
        }
    }

    /// `None`: not lately.
    pub fn last(&self, workspace: WorkspaceId) -> Option<Seq> {
        self.0.get(&workspace)
    }
}
