//! Where the logs of workspaces end, read for all who ask at the same time by one statement.

use super::log::{EventLog, LogError};
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Workspaces asked about by one statement. SQLite takes 32,766 values.
pub(super) const WORKSPACES_A_STATEMENT: usize = 10_000;

type Answer = Result<Option<Seq>, LogError>;

#[derive(Default)]
struct Waiting {
    askers: HashMap<WorkspaceId, Vec<oneshot::Sender<Answer>>>,
    /// A task reads, and will look again for who came meanwhile.
    read: bool,
}

/// Ten thousand that subscribe at once are a handful of statements.
pub(super) struct Positions {
    log: Arc<dyn EventLog>,
    waiting: Mutex<Waiting>,
}

impl Positions {
    pub fn new(log: Arc<dyn EventLog>) -> Arc<Self> {
        Arc::new(Self { log, waiting: Mutex::default() })
    }

    /// The last position of a workspace; everything committed before the call counts. `None`: no such workspace.
    pub async fn last(self: &Arc<Self>, workspace: WorkspaceId) -> Answer {
        let (sender, answer) = oneshot::channel();
        let idle = {
            let mut waiting = self.waiting.lock();
            waiting.askers.entry(workspace).or_default().push(sender);
            !std::mem::replace(&mut waiting.read, true)
        };
        if idle {
            // A task of its own: an asker that is gone must not take the others' answer along.
            tokio::spawn(Arc::clone(self).answer_all());
        }
        answer.await.unwrap_or_else(|_| Err(LogError("the reader has stopped".to_owned())))
    }

    async fn answer_all(self: Arc<Self>) {
        loop {
            let askers = {
                let mut waiting = self.waiting.lock();
                waiting.read = !waiting.askers.is_empty();
                if !waiting.read {
                    return;
                }
                std::mem::take(&mut waiting.askers)
            };
            let workspaces: Vec<WorkspaceId> = askers.keys().copied().collect();
            let found = self.read(&workspaces).await;
            for (workspace, senders) in askers {
                let answer = match &found {
                    Ok(lasts) => Ok(lasts.get(&workspace).copied()),
                    Err(error) => Err(error.clone()),
                };
                for sender in senders {
                    // Who has gone needs no answer.
                    let _ = sender.send(answer.clone());
                }
            }
        }
    }

    async fn read(&self, workspaces: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, Seq>, LogError> {
        let mut lasts = HashMap::with_capacity(workspaces.len());
        for workspaces in workspaces.chunks(WORKSPACES_A_STATEMENT) {
            lasts.extend(self.log.last_seqs(workspaces).await?);
        }
        Ok(lasts)
    }
}
