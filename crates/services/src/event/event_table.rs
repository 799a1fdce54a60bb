//! The log's table, as the hub reads it.

use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{Event, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::EventMark;
use fanfare_events::{EventLog, LogError};
use fanfare_storage::{Db, DbError};

/// The durable log in the database.
pub struct EventTable(pub Db);

#[async_trait]
impl EventLog for EventTable {
    async fn last_seqs(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, Seq)>, LogError> {
        self.0.events().last_seqs(workspaces).await.map_err(unreadable)
    }

    async fn after(&self, workspace: WorkspaceId, seq: Seq, limit: u16) -> Result<Vec<Event>, LogError> {
        let rows = self.0.events().after(workspace, seq, i64::from(limit)).await.map_err(unreadable)?;
        Ok(rows.into_iter().map(Event::from).collect())
    }

    async fn marks_after(
        &self,
        workspace: WorkspaceId,
        seq: Seq,
        limit: u16,
    ) -> Result<Vec<EventMark>, LogError> {
        let rows = self.0.events().marks_after(workspace, seq, i64::from(limit)).await.map_err(unreadable)?;
        Ok(rows.into_iter().map(|(seq, kind, at)| EventMark { seq, kind, at }).collect())
    }

    async fn time_of(&self, workspace: WorkspaceId, seq: Seq) -> Result<Option<Timestamp>, LogError> {
        self.0.events().time_of(workspace, seq).await.map_err(unreadable)
    }
}

fn unreadable(error: DbError) -> LogError {
    LogError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::actor::Role;
    use fanfare_domain::clock::{Clock as _, SystemClock};
    use fanfare_domain::revision::ExpectedRevision;
    use fanfare_events::{Hub, Wakeup};
    use fanfare_storage::connection::migration::Direction;
    use fanfare_storage::rows::{NewInvitation, NewUser, User, Workspace};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio_util::sync::CancellationToken;

    async fn register(db: &Db, email: &str) -> (User, Workspace, Seq) {
        let now = SystemClock.now();
        let new = NewUser {
            email: email.to_owned(),
            email_key: email.to_owned(),
            name: "A Person".to_owned(),
            password_hash: "a hash".to_owned(),
            created_at: now,
            updated_at: now,
        };
        db.people().register(new, "A workspace".to_owned(), "UTC".to_owned(), None).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_subscriber_to_the_table_sees_each_commit_of_concurrent_writers_once() {
        const WRITERS: i64 = 4;
        const EACH: i64 = 20;
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("fanfare.db");
        fanfare_storage_sqlite::migrate(&file, Direction::Up).await.unwrap();
        let db: Db = Arc::new(fanfare_storage_sqlite::Backend::connect(&file, 100).await.unwrap());
        let (owner, workspace, first) = register(&db, "owner@example.com").await;
        let (member, _, _) = register(&db, "member@example.com").await;
        let (id, now) = (workspace.id, SystemClock.now());
        let invitation = NewInvitation {
            workspace_id: id,
            token_hash: "a hash".to_owned(),
            role: Role::Viewer,
            email: None,
            email_key: None,
            invited_by: owner.id,
            created_at: now,
            expires_at: now.plus(Duration::from_hours(1)),
        };
        db.invitations().create(invitation, owner.id.into()).await.unwrap();
        db.invitations().accept("a hash".to_owned(), member.id.into(), None, now).await.unwrap();
        let stop = CancellationToken::new();
        let log = Arc::new(EventTable(db.clone()));
        let hub = Hub::start(log, Arc::new(SystemClock), Wakeup::Alone, stop.clone());

        let writers = (0..WRITERS).map(|_| {
            let (db, hub) = (db.clone(), Arc::clone(&hub));
            tokio::spawn(async move {
                for _ in 0..EACH {
                    let now = SystemClock.now();
                    let (_, seq) = db
                        .members()
                        .set_role((id, member.id), ExpectedRevision::ANY, Role::Editor, owner.id.into(), now)
                        .await
                        .unwrap();
                    hub.committed(id, seq);
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let mut subscription = hub.subscribe(id, Some(0)).await.unwrap();
        let last = first + 2 + WRITERS * EACH;
        let mut seen = Vec::new();
        while seen.last().is_none_or(|seq| *seq < last) {
            let next = tokio::time::timeout(Duration::from_secs(30), subscription.next()).await;
            seen.push(next.expect("an event comes").unwrap().unwrap().event().seq);
        }
        assert_eq!(seen, (1..=last).collect::<Vec<_>>());
        for writer in writers {
            writer.await.unwrap();
        }
        stop.cancel();
    }
}
