//! Tells the other nodes that something was committed. What is lost here is made up for by the hub's sweep.

mod outbox;
mod postgres;
mod redis;

pub(super) use outbox::Outbox;

use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The longest wait for an answer of what carries the wake-ups.
const PATIENCE: Duration = Duration::from_secs(2);
/// A connection that may have died silently is asked whether it lives.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Between two batches: commits that come faster share one.
const BETWEEN_BATCHES: Duration = Duration::from_millis(10);
/// Before a lost connection is opened again.
const RECONNECT: Duration = Duration::from_millis(500);

/// What carries wake-ups between nodes.
pub enum Wakeup {
    /// This process has the database for itself.
    Alone,
    /// Redis, by publishing; `url` as in `REDIS_URL`.
    Redis { url: String },
    /// PostgreSQL, by NOTIFY; `url` as in `DATABASE_URL`.
    Postgres { url: String },
}

/// Called for each wake-up that arrives. A node hears its own too: they tell it nothing new.
type Arrived = Arc<dyn Fn(WorkspaceId, Seq) + Send + Sync>;

impl Wakeup {
    /// Starts the tasks that send what is put into `outbox` and call `arrived` for what other nodes sent.
    pub(super) fn start(
        self,
        outbox: &Arc<Outbox>,
        stop: &CancellationToken,
        arrived: impl Fn(WorkspaceId, Seq) + Send + Sync + 'static,
    ) {
        let (outbox, arrived): (_, Arrived) = (Arc::clone(outbox), Arc::new(arrived));
        match self {
            Self::Alone => {}
            Self::Redis { url } => match ::redis::Client::open(url) {
                Ok(client) => {
                    let publish = redis::publish(client.clone(), outbox);
                    tokio::spawn(stop.clone().run_until_cancelled_owned(publish));
                    tokio::spawn(stop.clone().run_until_cancelled_owned(redis::listen(client, arrived)));
                }
                Err(error) => tracing::error!(%error, "REDIS_URL: no wake-up between nodes"),
            },
            Self::Postgres { url } => {
                let run = postgres::run(url, outbox, arrived);
                tokio::spawn(stop.clone().run_until_cancelled_owned(run));
            }
        }
    }
}

/// `<workspace>:<seq>`
fn message(workspace: WorkspaceId, seq: Seq) -> String {
    format!("{workspace}:{seq}")
}

/// `None`: not one of our messages.
fn parse(message: &str) -> Option<(WorkspaceId, Seq)> {
    let (workspace, seq) = message.split_once(':')?;
    Some((WorkspaceId(workspace.parse().ok()?), seq.parse().ok().filter(|seq| *seq > 0)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_and_anything_else_is_ignored() {
        assert_eq!(parse(&message(WorkspaceId(3), 17)), Some((WorkspaceId(3), 17)));
        for foreign in ["", "3", "3:", ":17", "3:x", "3:-1", "3:17:1"] {
            assert_eq!(parse(foreign), None, "{foreign}");
        }
    }
}
