//! Wake-ups by PostgreSQL's NOTIFY, on a connection of their own: a notification in a command's transaction would make
//! all commits wait for one another.

use super::{Arrived, BETWEEN_BATCHES, HEARTBEAT, Outbox, PATIENCE, RECONNECT};
use anyhow::Context as _;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client, Connection};
use tokio_postgres_rustls::MakeRustlsConnect;

const LISTEN: &str = "listen fanfare_events";
const NOTIFY: &str = "select pg_notify('fanfare_events', message) from unnest($1::text[]) as message";

/// Sends and listens, for ever.
pub async fn run(url: String, outbox: Arc<Outbox>, arrived: Arrived) {
    loop {
        if let Err(error) = run_once(&url, &outbox, &arrived).await {
            let error = format!("{error:#}");
            tracing::warn!(error, "PostgreSQL carries no wake-ups; the sweep finds the events");
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

/// Sends and listens until the connection breaks.
async fn run_once(url: &str, outbox: &Outbox, arrived: &Arrived) -> anyhow::Result<()> {
    let tls = MakeRustlsConnect::new(fanfare_net::tls::client_config()?);
    let connecting = timeout(PATIENCE, tokio_postgres::connect(url, tls));
    let (client, connection) = connecting.await.context("connecting")??;
    tokio::select! {
        outcome = hear(connection, arrived) => outcome,
        outcome = send(&client, outbox) => outcome,
    }
}

/// Drives the connection.
async fn hear<S, T>(mut connection: Connection<S, T>, arrived: &Arrived) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message?
            && let Some((workspace, seq)) = super::parse(notification.payload())
        {
            arrived(workspace, seq);
        }
    }
    anyhow::bail!("the connection was closed")
}

async fn send(client: &Client, outbox: &Outbox) -> anyhow::Result<()> {
    timeout(PATIENCE, client.batch_execute(LISTEN)).await.context("listening")??;
    let notify = timeout(PATIENCE, client.prepare(NOTIFY)).await.context("preparing")??;
    tracing::debug!("listening to PostgreSQL for wake-ups");
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            messages = outbox.take() => {
                timeout(PATIENCE, client.execute(&notify, &[&messages])).await.context("notifying")??;
                tokio::time::sleep(BETWEEN_BATCHES).await;
            }
            _ = heartbeat.tick() => {
                timeout(PATIENCE, client.batch_execute("")).await.context("heartbeat")??;
            }
        }
    }
}
