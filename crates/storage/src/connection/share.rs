//! How many connections the reads of one user may hold at once: whoever floods a server waits for themselves, and the
//! others find connections free.

use fanfare_domain::id::UserId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    static USER: UserId;
}

/// More users than this are gone through for those that hold nothing.
const KEPT: usize = 1_000;

/// Does work whose reads are a user's; `None`: they are nobody's.
pub async fn on_behalf_of<T>(user: Option<UserId>, work: impl Future<Output = T>) -> T {
    match user {
        Some(user) => USER.scope(user, work).await,
        None => work.await,
    }
}

/// Whose reads those of the present task are, for a task that it starts.
pub fn user() -> Option<UserId> {
    USER.try_with(|user| *user).ok()
}

/// The places of each user.
pub(crate) struct Shares {
    most: usize,
    users: Mutex<HashMap<UserId, Weak<Semaphore>>>,
}

impl Shares {
    /// Of `size` connections each user may hold `percent`, at least one.
    pub(crate) fn new(size: u32, percent: u32) -> Self {
        let most = u64::from(size) * u64::from(percent) / 100;
        Self { most: usize::try_from(most).unwrap_or(usize::MAX).max(1), users: Mutex::default() }
    }

    /// A place of the user whose reads the present task does, once one is free; `None`: they are nobody's.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        let places = self.places_of(user()?);
        if let Ok(free) = Arc::clone(&places).try_acquire_owned() {
            return Some(free);
        }
        metrics::counter!("fanfare_db_share_waits_total").increment(1);
        // The places are never closed.
        places.acquire_owned().await.ok()
    }

    fn places_of(&self, user: UserId) -> Arc<Semaphore> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = users.get(&user).and_then(Weak::upgrade) {
            return places;
        }
        if users.len() >= KEPT {
            users.retain(|_, places| places.strong_count() > 0);
        }
        let places = Arc::new(Semaphore::new(self.most));
        users.insert(user, Arc::downgrade(&places));
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[tokio::test]
    async fn whoever_holds_their_share_waits_and_others_do_not() {
        let shares = Shares::new(3, 67);
        let (one, other) = (Some(UserId(1)), Some(UserId(2)));
        let held = [on_behalf_of(one, shares.place()).await, on_behalf_of(one, shares.place()).await];
        assert!(held.iter().all(Option::is_some));
        let mut third = Box::pin(on_behalf_of(one, shares.place()));
        assert!((&mut third).now_or_never().is_none());
        assert!(on_behalf_of(other, shares.place()).now_or_never().is_some_and(|place| place.is_some()));
        assert!(on_behalf_of(None, shares.place()).now_or_never().is_some_and(|place| place.is_none()));
        drop(held);
        assert!(third.now_or_never().is_some_and(|place| place.is_some()));
    }
}
