//! A Redis that nobody waits for: an answer that does not come in time is none, and after a failure nobody asks for a
//! while.

use anyhow::Context as _;
use fanfare_domain::clock::{SharedClock, Timestamp};
use parking_lot::Mutex;
use redis::RedisResult;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The longest wait for an answer; the database takes about a millisecond.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long Redis is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// A connection to Redis that is never waited for long. Clones share the connection.
#[derive(Clone)]
pub struct RedisLink {
    connection: ConnectionManager,
    clock: SharedClock,
    /// What happens without Redis, for the log.
    without: &'static str,
    /// Nobody asks before.
    rests_until: Arc<Mutex<Option<Timestamp>>>,
}

impl RedisLink {
    /// `url` as in `REDIS_URL`. Connects when first asked.
    pub fn new(url: &str, clock: SharedClock, without: &'static str) -> anyhow::Result<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let client = redis::Client::open(url).context("REDIS_URL")?;
        let connection = ConnectionManager::new_lazy_with_config(client, config).context("REDIS_URL")?;
        Ok(Self { connection, clock, without, rests_until: Arc::default() })
    }

    /// Whether it is left alone now.
    pub fn rests(&self) -> bool {
        self.rests_until.lock().is_some_and(|until| self.clock.now() < until)
    }

    /// The answer to a call; `None`: it cannot be had now.
    pub async fn ask<T>(
        &self,
        call: impl AsyncFnOnce(&mut ConnectionManager) -> RedisResult<T>,
    ) -> Option<T> {
        if self.rests() {
            return None;
        }
        let mut connection = self.connection.clone();
        let cause = match timeout(PATIENCE, call(&mut connection)).await {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        let now = self.clock.now();
        let mut rests_until = self.rests_until.lock();
        // Told once: the others who were waiting fail too.
        if rests_until.is_none_or(|until| until <= now) {
            tracing::warn!(cause, "Redis is left alone for a moment; {}", self.without);
        }
        *rests_until = Some(now.plus(PAUSE));
        None
    }
}
