//! Reads that are remembered for a short time, and that can be forgotten at once.

use super::error::{ServiceError, ServiceResult};
use fanfare_storage::DbError;
use moka::future::Cache;
use std::borrow::Borrow;
use std::future::Future;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Why nothing was remembered: only what is there is.
pub(super) enum Miss {
    Nothing,
    Failed(DbError),
}

impl From<DbError> for Miss {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

impl Miss {
    fn answer<V>(&self) -> ServiceResult<Option<V>> {
        match self {
            Self::Nothing => Ok(None),
            // The error is shared by all who waited for the same read.
            Self::Failed(DbError::Unavailable(words)) => Err(ServiceError::Unavailable(words.clone())),
            Self::Failed(error) => Err(ServiceError::Internal(anyhow::anyhow!("{error}"))),
        }
    }
}

/// The result of a read, and the epoch of its key when the read began.
#[derive(Clone)]
struct Dated<T> {
    found: T,
    epoch: u64,
}

/// A cache whose reads are shared by those who ask for the same key at once. What was read, or began to be read, before
/// a key was forgotten answers nobody who asks after that.
pub(super) struct EpochCache<K, V> {
    cache: Cache<K, Dated<V>>,
    /// The epoch of a key grows whenever the key is forgotten. Keys share epochs by their hash: forgetting one key costs
    /// one key in 256 another read.
    epochs: Box<[AtomicU64; 256]>,
    hasher: RandomState,
}

impl<K, V> EpochCache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// At most `capacity` keys, each for `time_to_live`.
    pub fn new(capacity: u64, time_to_live: Duration) -> Self {
        Self {
            cache: Cache::builder().max_capacity(capacity).time_to_live(time_to_live).build(),
            epochs: Box::new(std::array::from_fn(|_| AtomicU64::new(0))),
            hasher: RandomState::new(),
        }
    }

    fn epoch_of<Q: Hash + ?Sized>(&self, key: &Q) -> &AtomicU64 {
        let [slot, ..] = self.hasher.hash_one(key).to_le_bytes();
        let [first, ..] = &*self.epochs;
        self.epochs.get(usize::from(slot)).unwrap_or(first)
    }

    fn current_epoch<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.epoch_of(key).load(Ordering::SeqCst)
    }

    /// What is remembered of a key.
    pub async fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let dated = self.cache.get(key).await?;
        (dated.epoch == self.current_epoch(key)).then_some(dated.found)
    }

    /// What `read` finds, for those who ask for the same key at once. What was read before the key was forgotten is
    /// read again, also by those who joined a read that was under way; the second read is not remembered.
    pub async fn recall<F>(&self, key: K, read: impl Fn() -> F) -> ServiceResult<Option<V>>
    where
        F: Future<Output = Result<V, Miss>>,
    {
        let dated = async {
            let epoch = self.current_epoch(&key);
            match read().await {
                Ok(found) => Ok(Dated { found, epoch }),
                Err(found) => Err(Dated { found, epoch }),
            }
        };
        let (answer, epoch) = match self.cache.try_get_with(key.clone(), dated).await {
            Ok(dated) => (Ok(Some(dated.found)), dated.epoch),
            Err(dated) => (dated.found.answer(), dated.epoch),
        };
        if epoch == self.current_epoch(&key) {
            return answer;
        }
        self.cache.invalidate(&key).await;
        read().await.map_or_else(|miss: Miss| miss.answer(), |found| Ok(Some(found)))
    }

    /// What was read of a key is no longer true.
    pub async fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.epoch_of(key).fetch_add(1, Ordering::SeqCst);
        self.cache.invalidate(key).await;
    }
}
