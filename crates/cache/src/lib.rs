//! Answers to reads, kept in this process and, where nodes share a database, in Redis.
//!
//! Nothing is ever removed because something changed: an answer is kept under the version of what it is about
//! ([`Version`](fanfare_domain::noun::Version)), so that the next event asks for another one. An answer that is read while
//! a change is being committed may be newer than its version, never older. Who may ask is decided before the cache is
//! asked; a failure is not kept.

#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]

mod key;
mod link;
mod memory;
pub mod rate;
mod redis;

pub use key::Key;
pub use link::RedisLink;

use self::redis::Redis;
use memory::{Memory, Weighed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What can be kept: read back from Redis as it was written.
pub trait Kept: Serialize + DeserializeOwned + Any + Send + Sync {}
impl<T: Serialize + DeserializeOwned + Any + Send + Sync> Kept for T {}

/// Both tiers: memory, then Redis where there is one.
pub struct ReadCache {
    /// `None`: every read goes to the database.
    memory: Option<Memory>,
    redis: Option<Redis>,
}

impl ReadCache {
    /// `bytes`: of this process's memory, 0 for no cache at all. `shape` names the form of what is kept: programs whose
    /// rows look different do not read each other's answers in Redis.
    pub fn new(bytes: u64, redis: Option<RedisLink>, shape: &'static str) -> Self {
        let memory = (bytes > 0).then(|| Memory::new(bytes));
        let redis = redis.filter(|_| bytes > 0).map(|link| Redis::new(link, shape));
        Self { memory, redis }
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.memory.is_some()
    }

    /// The kept answer, else what `load` gives, which is then kept. Those who ask the same at once share one `load`.
    pub async fn read<T: Kept, E: Send + Sync + 'static>(
        &self,
        key: Key,
        load: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<Arc<T>, Arc<E>> {
        let Some(memory) = &self.memory else { return load.await.map(Arc::new).map_err(Arc::new) };
        let name = key.name();
        let from_redis = AtomicBool::new(false);
        let make = async {
            if let Some(redis) = &self.redis
                && let Some((value, bytes)) = redis.get::<T>(&key).await
            {
                from_redis.store(true, Ordering::Relaxed);
                return Ok(Weighed { value: Arc::new(value), bytes });
            }
            let value = load.await?;
            if let Some(redis) = &self.redis {
                redis.put(&key, &value);
            }
            Ok(Weighed { bytes: size_of_json(&value), value: Arc::new(value) })
        };
        let outcome = memory.get_or(key.clone(), make).await;
        let made_now = outcome.as_ref().map_or(true, |(_, made_now)| *made_now);
        count("memory", name, !made_now);
        if made_now && self.redis.is_some() {
            count("redis", name, from_redis.into_inner());
        }
        outcome.map(|(value, _)| value)
    }

    /// What [`ReadCache::keep`] keeps under the key, in this process. Whoever asks decides whether it is still right.
    pub async fn find<T: Any + Send + Sync>(&self, key: Key) -> Option<Arc<T>> {
        self.memory.as_ref()?.find(key).await
    }

    /// Keeps an answer of so many bytes in this process, in the place of an older one, for as long as any other.
    pub async fn keep<T: Any + Send + Sync>(&self, key: Key, value: Arc<T>, bytes: usize) {
        if let Some(memory) = &self.memory {
            memory.put(key, Weighed { value, bytes }).await;
        }
    }
}

fn count(tier: &'static str, read: &'static str, hit: bool) {
    let outcome = if hit { "hit" } else { "miss" };
    metrics::counter!("fanfare_cache_reads_total", "tier" => tier, "read" => read, "outcome" => outcome)
        .increment(1);
}

/// About what a value takes in memory, without writing it anywhere.
fn size_of_json(value: &impl Serialize) -> usize {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // What cannot be written down counts as far as it could be.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

#[cfg(test)]
mod tests;
