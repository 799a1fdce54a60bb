//! Wake-ups by Redis. Whatever happens to Redis happens to these two tasks only.

use super::{Arrived, BETWEEN_BATCHES, HEARTBEAT, Outbox, PATIENCE, RECONNECT};
use anyhow::Context as _;
use futures_util::StreamExt as _;
use redis::Client;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::sync::Arc;
use tokio::time::timeout;

const CHANNEL: &str = "fanfare:events";

/// Publishes what waits. A batch that Redis does not take in time is lost.
pub async fn publish(client: Client, outbox: Arc<Outbox>) {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(1);
    let mut connection = match ConnectionManager::new_lazy_with_config(client, config) {
        Ok(connection) => connection,
        Err(error) => return tracing::error!(%error, "Redis: no wake-ups are sent"),
    };
    loop {
        let mut pipe = redis::pipe();
        for message in outbox.take().await {
            pipe.publish(CHANNEL, message).ignore();
        }
        match timeout(PATIENCE, pipe.query_async::<()>(&mut connection)).await {
            Ok(Ok(())) => tokio::time::sleep(BETWEEN_BATCHES).await,
            Ok(Err(error)) => {
                tracing::warn!(%error, "Redis took no wake-up; other nodes find the events by their sweep");
                tokio::time::sleep(RECONNECT).await;
            }
            Err(_) => tracing::warn!("Redis does not answer; other nodes find the events by their sweep"),
        }
    }
}

/// Listens to the other nodes, for ever.
pub async fn listen(client: Client, arrived: Arrived) {
    loop {
        match listen_once(&client, &arrived).await {
            Ok(()) => tracing::warn!("Redis closed the connection of the wake-ups"),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(error, "Redis carries no wake-ups; the sweep finds the events");
            }
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

/// Listens until the connection ends or no longer answers.
async fn listen_once(client: &Client, arrived: &Arrived) -> anyhow::Result<()> {
    let mut pubsub = timeout(PATIENCE, client.get_async_pubsub()).await.context("connecting")??;
    timeout(PATIENCE, pubsub.subscribe(CHANNEL)).await.context("subscribing")??;
    tracing::debug!("listening to Redis for wake-ups");
    let (mut sink, mut messages) = pubsub.split();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return Ok(()) };
                let text: String = message.get_payload().unwrap_or_default();
                if let Some((workspace, seq)) = super::parse(&text) {
                    arrived(workspace, seq);
                }
            }
            _ = heartbeat.tick() => {
                timeout(PATIENCE, sink.ping::<redis::Value>()).await.context("heartbeat")??;
            }
        }
    }
}
