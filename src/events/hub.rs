//! Tells whoever waits that something was committed.

use crate::domain::event::Seq;
use crate::domain::id::WorkspaceId;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// Fans events out. See the module.
#[derive(Default)]
pub struct Hub {
    bell: Arc<Notify>,
}

impl Hub {
    /// To be called after each commit that wrote events. Cheap, never waits.
    pub fn committed(&self, _workspace: WorkspaceId, _seq: Seq) {
        self.bell.notify_one();
    }

    /// The same for the events of several workspaces.
    pub fn committed_all(&self, events: &BTreeMap<WorkspaceId, Seq>) {
        for (workspace, seq) in events {
            self.committed(*workspace, *seq);
        }
    }

    /// Rung by every commit, here or on another node: there may be due work.
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }
}
