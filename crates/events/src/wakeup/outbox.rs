use super::Wakeup;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use tokio::sync::Notify;

/// Workspaces that wait at most. What is beyond is lost; the sweep finds it.
const LIMIT: usize = 10_000;

/// Wake-ups that wait to be sent. Only the newest of a workspace: the others tell nothing more.
pub struct Outbox {
    used: bool,
    waiting: Mutex<BTreeMap<WorkspaceId, Seq>>,
    filled: Notify,
}

impl Outbox {
    pub fn new(wakeup: &Wakeup) -> Self {
        let used = !matches!(wakeup, Wakeup::Alone);
        Self { used, waiting: Mutex::default(), filled: Notify::new() }
    }

    /// Never waits.
    pub fn put(&self, workspace: WorkspaceId, seq: Seq) {
        if !self.used {
            return;
        }
        let mut waiting = self.waiting.lock();
        if let Some(newest) = waiting.get_mut(&workspace) {
            *newest = seq.max(*newest);
        } else if waiting.len() < LIMIT {
            waiting.insert(workspace, seq);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Waits until something is there, and takes all of it, one message a workspace.
    pub async fn take(&self) -> Vec<String> {
        loop {
            let waiting = std::mem::take(&mut *self.waiting.lock());
            if !waiting.is_empty() {
                return waiting.into_iter().map(|(workspace, seq)| super::message(workspace, seq)).collect();
            }
            self.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn wake_ups_of_a_workspace_are_sent_as_one_with_the_newest_position() {
        let outbox = Outbox::new(&Wakeup::Redis { url: String::new() });
        for (workspace, seq) in [(1, 5), (2, 1), (1, 7), (1, 6)] {
            outbox.put(WorkspaceId(workspace), seq);
        }
        assert_eq!(outbox.take().await, ["1:7", "2:1"]);
    }

    #[tokio::test]
    async fn an_outbox_that_nobody_empties_is_bounded() {
        let outbox = Outbox::new(&Wakeup::Redis { url: String::new() });
        for workspace in 0..20_000 {
            outbox.put(WorkspaceId(workspace), 1);
        }
        assert_eq!(outbox.take().await.len(), LIMIT);
    }
}
