//! Connections in turn.

use crate::connection::{call_times, statements};
use bb8::{ManageConnection, PooledConnection, RunError};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The wait for a connection (rules.md).
pub const POOL_WAIT: Duration = Duration::from_secs(2);

/// A pool that serves whoever has waited longest.
///
/// bb8 gives a connection that comes free to whoever asks at that moment, so that under load some wait for nothing
/// while others are served at once; a turn is taken before its pool is asked.
pub struct FairPool<M: ManageConnection> {
    turns: Arc<Semaphore>,
    pool: bb8::Pool<M>,
}

/// A connection for as long as the turn is held.
pub struct Turn<'a, M: ManageConnection> {
    // Given back before the turn is.
    conn: PooledConnection<'a, M>,
    _turn: SemaphorePermit<'a>,
}

impl<M: ManageConnection> FairPool<M> {
    /// `size`: the most connections of `pool`.
    pub fn new(pool: bb8::Pool<M>, size: u32) -> Self {
        let turns = usize::try_from(size).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self { turns: Arc::new(Semaphore::new(turns)), pool }
    }

    /// A connection; `TimedOut` after two seconds.
    pub async fn get(&self) -> Result<Turn<'_, M>, RunError<M::Error>> {
        let taken = async {
            // The turns are never closed.
            let turn = self.turns.acquire().await.map_err(|_closed| RunError::TimedOut)?;
            Ok(Turn { conn: self.pool.get().await?, _turn: turn })
        };
        timeout(POOL_WAIT, taken).await.map_err(|_elapsed| RunError::TimedOut)?
    }
}

impl<M> FairPool<M>
where
    M: ManageConnection<Error = diesel_async::pooled_connection::PoolError>,
    M::Connection: diesel_async::AsyncConnection,
{
    /// A connection whose statements and time are measured. `access` names the pool, `call` repository and function,
    /// such as `posts::page`.
    pub async fn watched(
        &self,
        access: &'static str,
        call: &'static str,
    ) -> Result<Watched<'_, M>, crate::DbError> {
        let asked = Instant::now();
        let mut turn = self.get().await?;
        statements::watch(&mut *turn);
        Ok(Watched { timed: call_times::begin(asked, access, call), turn })
    }
}

/// A connection for one call, which is measured until this is dropped.
pub struct Watched<'a, M: ManageConnection> {
    #[expect(dead_code, reason = "its drop takes the measurement")]
    timed: call_times::Timed,
    turn: Turn<'a, M>,
}

impl<M: ManageConnection> Deref for Watched<'_, M> {
    type Target = M::Connection;

    fn deref(&self) -> &M::Connection {
        &self.turn
    }
}

impl<M: ManageConnection> DerefMut for Watched<'_, M> {
    fn deref_mut(&mut self) -> &mut M::Connection {
        &mut self.turn
    }
}

impl<M: ManageConnection> Clone for FairPool<M> {
    fn clone(&self) -> Self {
        Self { turns: Arc::clone(&self.turns), pool: self.pool.clone() }
    }
}

impl<M: ManageConnection> Deref for Turn<'_, M> {
    type Target = M::Connection;

    fn deref(&self) -> &M::Connection {
        &self.conn
    }
}

impl<M: ManageConnection> DerefMut for Turn<'_, M> {
    fn deref_mut(&mut self) -> &mut M::Connection {
        &mut self.conn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::convert::Infallible;

    struct Numbered;

    impl ManageConnection for Numbered {
        type Connection = u32;
        type Error = Infallible;

        async fn connect(&self) -> Result<u32, Infallible> {
            Ok(1)
        }

        async fn is_valid(&self, _conn: &mut u32) -> Result<(), Infallible> {
            Ok(())
        }

        fn has_broken(&self, _conn: &mut u32) -> bool {
            false
        }
    }

    #[tokio::test]
    async fn a_connection_that_comes_free_goes_to_whoever_has_waited_and_not_to_a_newcomer() {
        let pool = FairPool::new(bb8::Pool::builder().max_size(1).build(Numbered).await.unwrap(), 1);
        let held = pool.get().await.unwrap();
        let (mut waiting, mut newcomer) = (Box::pin(pool.get()), Box::pin(pool.get()));
        assert!((&mut waiting).now_or_never().is_none());
        drop(held);
        assert!((&mut newcomer).now_or_never().is_none());
        assert!(matches!(waiting.now_or_never(), Some(Ok(_))));
    }
}
