//! The tier that nodes share. Whatever Redis does, a read continues.

use super::key::Key;
use super::link::RedisLink;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How long an answer is kept; its version makes it unreachable long before.
const KEPT_FOR_SECONDS: u64 = 300;
/// Answers larger than this stay on their node.
const LARGEST: usize = 256 * 1024;
/// Answers on their way to Redis; what is beyond is not shared.
const AT_ONCE: usize = 32;

/// The tier of all nodes.
pub(super) struct Redis {
    link: RedisLink,
    sending: Arc<Semaphore>,
    shape: &'static str,
}

impl Redis {
    /// `shape`: names the form of the rows; programs whose rows look different do not read each other's answers.
    pub fn new(link: RedisLink, shape: &'static str) -> Self {
        Self { link, sending: Arc::new(Semaphore::new(AT_ONCE)), shape }
    }

    /// The answer and its size in bytes; `None`: it is not there, or cannot be had or read now.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<(T, usize)> {
        let mut get = redis::cmd("GET");
        get.arg(self.name_of(key));
        let asked = self.link.ask(async |connection| get.query_async::<Option<Vec<u8>>>(connection).await);
        let bytes = asked.await??;
        let value = serde_json::from_slice(&bytes).ok()?;
        Some((value, bytes.len()))
    }

    /// Shares an answer in its own time.
    pub fn put(&self, key: &Key, answer: &impl Serialize) {
        if self.link.rests() {
            return;
        }
        let Ok(place) = Arc::clone(&self.sending).try_acquire_owned() else { return };
        let Ok(bytes) = serde_json::to_vec(answer) else { return };
        if bytes.len() > LARGEST {
            return;
        }
        let (link, name) = (self.link.clone(), self.name_of(key));
        tokio::spawn(async move {
            let mut set = redis::cmd("SET");
            set.arg(name).arg(bytes).arg("EX").arg(KEPT_FOR_SECONDS);
            link.ask(async |connection| set.query_async::<()>(connection).await).await;
            drop(place);
        });
    }

    /// Hashed: a question can be long. Programs whose rows look different have names of their own.
    fn name_of(&self, key: &Key) -> String {
        let hash = Sha256::new().chain_update(self.shape).chain_update(key.text()).finalize();
        format!("fanfare:read:{}", URL_SAFE_NO_PAD.encode(hash))
    }
}
