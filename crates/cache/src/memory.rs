//! The tier in this process: rows as they are, for the time it takes an event to come, a minute at most.

use super::key::Key;
use moka::future::Cache;
use std::any::{Any, TypeId};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// A net below the versions: what a fault in them could leave behind is gone after this time.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// What an entry takes besides its key and its value, in bytes.
const OVERHEAD: u32 = 200;

/// A kept answer.
#[derive(Clone)]
struct Answer {
    value: Arc<dyn Any + Send + Sync>,
    bytes: u32,
}

/// An answer about to be kept, and about how many bytes it takes.
pub(super) struct Weighed<T> {
    pub value: Arc<T>,
    pub bytes: usize,
}

/// The tier of this process.
pub(super) struct Memory(Cache<(TypeId, Key), Answer>);

impl Memory {
    /// Keeps about this many bytes; the least used goes first.
    pub fn new(bytes: u64) -> Self {
        let weigh = |(_, key): &(TypeId, Key), answer: &Answer| {
            let key = u32::try_from(key.text().len()).unwrap_or(u32::MAX);
            answer.bytes.saturating_add(key).saturating_add(OVERHEAD)
        };
        Self(Cache::builder().max_capacity(bytes).weigher(weigh).time_to_live(KEPT_FOR).build())
    }

    /// The kept answer, or the one that `make` gives: those who ask at once share it, and its error too, which is not
    /// kept. The flag tells whether it was made now.
    pub async fn get_or<T, E>(
        &self,
        key: Key,
        make: impl Future<Output = Result<Weighed<T>, E>> + Send,
    ) -> Result<(Arc<T>, bool), Arc<E>>
    where
        T: Any + Send + Sync,
        E: Send + Sync + 'static,
    {
        let key = (TypeId::of::<T>(), key);
        if let Some(answer) = self.0.get(&key).await {
            return Ok((typed(answer), false));
        }
        let make = async {
            let Weighed { value, bytes } = make.await?;
            Ok(Answer { value, bytes: u32::try_from(bytes).unwrap_or(u32::MAX) })
        };
        let entry = Box::pin(self.0.entry(key).or_try_insert_with(make)).await?;
        let made_now = entry.is_fresh();
        Ok((typed(entry.into_value()), made_now))
    }
}

impl Memory {
    /// What is kept.
    pub async fn find<T: Any + Send + Sync>(&self, key: Key) -> Option<Arc<T>> {
        self.0.get(&(TypeId::of::<T>(), key)).await.map(typed)
    }

    /// Keeps an answer in the place of what is there.
    pub async fn put<T: Any + Send + Sync>(&self, key: Key, Weighed { value, bytes }: Weighed<T>) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.0.insert((TypeId::of::<T>(), key), Answer { value, bytes }).await;
    }
}

#[cfg(test)]
impl Memory {
    /// Lets go of what is too much now; else that is done by the way.
    pub async fn settle(&self) {
        self.0.run_pending_tasks().await;
    }
}

fn typed<T: Any + Send + Sync>(answer: Answer) -> Arc<T> {
    answer.value.downcast().unwrap_or_else(|_| unreachable!("the type is part of the key"))
}
