//! The tier that nodes share. Whatever Redis does, a read goes on: an answer that does not come in time is none, and after
//! a failure nobody asks for a while.

use super::key::Key;
use crate::domain::clock::{SharedClock, Timestamp};
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long an answer is kept; its version makes it unreachable long before.
const KEPT_FOR_SECONDS: u64 = 300;
/// The longest wait for an answer; the database takes about a millisecond.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long Redis is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(2);
/// Answers larger than this stay on their node.
const LARGEST: usize = 256 * 1024;
/// Answers on their way to Redis; what is beyond is not shared.
const AT_ONCE: usize = 32;

/// See the file. Clones share the connection.
#[derive(Clone)]
pub(super) struct Redis {
    connection: ConnectionManager,
    clock: SharedClock,
    /// Nobody asks before.
    rests_until: Arc<Mutex<Option<Timestamp>>>,
    sending: Arc<Semaphore>,
}

impl Redis {
    /// `url` as in `REDIS_URL`. Connects when first asked.
    pub fn new(url: &str, clock: SharedClock) -> anyhow::Result<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let client = redis::Client::open(url).context("REDIS_URL")?;
        let connection = ConnectionManager::new_lazy_with_config(client, config).context("REDIS_URL")?;
        let sending = Arc::new(Semaphore::new(AT_ONCE));
        Ok(Self { connection, clock, rests_until: Arc::default(), sending })
    }

    /// The answer and its size in bytes; `None`: it is not there, or cannot be had or read now.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<(T, usize)> {
        if self.rests() {
            return None;
        }
        let mut connection = self.connection.clone();
        let mut get = redis::cmd("GET");
        get.arg(name_of(key));
        let asked = timeout(PATIENCE, get.query_async::<Option<Vec<u8>>>(&mut connection)).await;
        let bytes = self.settled(asked)??;
        let value = serde_json::from_slice(&bytes).ok()?;
        Some((value, bytes.len()))
    }

    /// Shares an answer in its own time.
    pub fn put(&self, key: &Key, answer: &impl Serialize) {
        if self.rests() {
            return;
        }
        let Ok(place) = Arc::clone(&self.sending).try_acquire_owned() else { return };
        let Ok(bytes) = serde_json::to_vec(answer) else { return };
        if bytes.len() > LARGEST {
            return;
        }
        let (redis, name) = (self.clone(), name_of(key));
        tokio::spawn(async move {
            let mut connection = redis.connection.clone();
            let mut set = redis::cmd("SET");
            set.arg(name).arg(bytes).arg("EX").arg(KEPT_FOR_SECONDS);
            redis.settled(timeout(PATIENCE, set.query_async::<()>(&mut connection)).await);
            drop(place);
        });
    }

    fn rests(&self) -> bool {
        self.rests_until.lock().is_some_and(|until| self.clock.now() < until)
    }

    fn settled<T>(&self, outcome: Result<redis::RedisResult<T>, tokio::time::error::Elapsed>) -> Option<T> {
        let cause = match outcome {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        let now = self.clock.now();
        let mut rests_until = self.rests_until.lock();
        // Told once: the others who were waiting fail too.
        if rests_until.is_none_or(|until| until <= now) {
            tracing::warn!(cause, "Redis is left alone for a moment; reads go to the database");
        }
        *rests_until = Some(now.plus(PAUSE));
        None
    }
}

/// Hashed: a question can be long. Programs whose rows look different have names of their own.
fn name_of(key: &Key) -> String {
    let hash = Sha256::new().chain_update(env!("FANFARE_SHAPE")).chain_update(key.text()).finalize();
    format!("fanfare:read:{}", URL_SAFE_NO_PAD.encode(hash))
}
