//! Wake-ups between nodes, on a real Redis and a real PostgreSQL. A hub without subscribers looks at no log: what it
//! has seen of a workspace, a wake-up has told it.

use crate::support::database::Database;
use crate::support::redis::RedisServer;
use crate::support::waiting::eventually;
use async_trait::async_trait;
use fanfare_domain::clock::{SystemClock, Timestamp};
use fanfare_domain::event::{Event, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::EventMark;
use fanfare_events::{EventLog, Hub, LogError, Wakeup};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::{CancellationToken, DropGuard};

const WORKSPACE: WorkspaceId = WorkspaceId(1);
/// Reconnecting included.
const SOON: Duration = Duration::from_secs(15);

struct NoLog;

#[async_trait]
impl EventLog for NoLog {
    async fn last_seqs(&self, _: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, Seq)>, LogError> {
        Ok(Vec::new())
    }

    async fn after(&self, _: WorkspaceId, _: Seq, _: u16) -> Result<Vec<Event>, LogError> {
        Ok(Vec::new())
    }

    async fn marks_after(&self, _: WorkspaceId, _: Seq, _: u16) -> Result<Vec<EventMark>, LogError> {
        Ok(Vec::new())
    }

    async fn time_of(&self, _: WorkspaceId, _: Seq) -> Result<Option<Timestamp>, LogError> {
        Ok(None)
    }
}

struct Node {
    hub: Arc<Hub>,
    _stopped_at_the_end: DropGuard,
}

fn node(wakeup: Wakeup) -> Node {
    let stop = CancellationToken::new();
    let hub = Hub::start(Arc::new(NoLog), Arc::new(SystemClock), wakeup, stop.clone());
    Node { hub, _stopped_at_the_end: stop.drop_guard() }
}

fn redis(url: &str) -> Wakeup {
    Wakeup::Redis { url: url.to_owned() }
}

fn postgres(url: &str) -> Wakeup {
    Wakeup::Postgres { url: url.to_owned() }
}

/// Commits at one node until another hears of it: what is sent while a connection is being opened is lost.
async fn reaches(from: &Node, to: &Node, first: Seq) -> Seq {
    let mut seq = first;
    eventually(SOON, "a wake-up at the other node", async || {
        seq += 1;
        from.hub.committed(WORKSPACE, seq);
        to.hub.last_seen(WORKSPACE).is_some_and(|seen| seen > first).then_some(())
    })
    .await;
    to.hub.bell().notified().await;
    seq
}

#[tokio::test]
async fn a_commit_of_one_node_wakes_another_by_redis_also_after_redis_was_killed() {
    let mut server = RedisServer::start().await;
    let (one, other) = (node(redis(&server.url())), node(redis(&server.url())));
    let seq = reaches(&one, &other, 0).await;
    let seq = reaches(&other, &one, seq).await;
    server.restart().await;
    reaches(&one, &other, seq).await;
}

#[tokio::test]
async fn a_commit_does_not_wait_for_a_redis_that_stands_still() {
    let mut server = RedisServer::start().await;
    let (one, other) = (node(redis(&server.url())), node(redis(&server.url())));
    let seq = reaches(&one, &other, 0).await;
    server.process().pause().await;
    let begin = Instant::now();
    for seq in seq..seq + 10_000 {
        one.hub.committed(WORKSPACE, seq);
    }
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    server.process().resume().await;
    reaches(&one, &other, seq + 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_of_one_node_wakes_another_by_postgres_also_after_its_connections_were_cut() {
    let db = Database::postgres().await;
    let (one, other) = (node(postgres(db.url())), node(postgres(db.url())));
    let seq = reaches(&one, &other, 0).await;
    let seq = reaches(&other, &one, seq).await;
    let (client, connection) = tokio_postgres::connect(db.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    let cut: i64 = client.query_one(cut, &[]).await.unwrap().get(0);
    assert_eq!(cut, 2, "each node has one connection");
    reaches(&one, &other, seq).await;
}
