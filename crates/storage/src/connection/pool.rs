//! Connections in turn.

use crate::DbError;
use crate::connection::deadline::Deadlines;
use crate::connection::room::Room;
use crate::connection::share::Shares;
use crate::connection::{call_times, statements};
use bb8::{ManageConnection, PooledConnection, RunError};
use diesel_async::pooled_connection::PoolableConnection;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
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
    deadlines: Option<Deadlines<M::Connection>>,
    shares: Option<Arc<Shares>>,
    room: Arc<Room>,
}

/// What a connection is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

impl Access {
    /// The pool's name in metrics.
    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
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
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            pool,
            deadlines: None,
            shares: None,
            room: Arc::default(),
        }
    }

    /// Calls may take so long and no longer.
    #[must_use]
    pub fn with_deadlines(self, deadlines: Deadlines<M::Connection>) -> Self {
        Self { deadlines: Some(deadlines), ..self }
    }

    /// The reads of one user hold at most `percent` of `size` connections at once.
    #[must_use]
    pub fn shared(self, size: u32, percent: u32) -> Self {
        Self { shares: Some(Arc::new(Shares::new(size, percent))), ..self }
    }

    /// Writes are noted in `room`.
    #[must_use]
    pub fn noting(self, room: &Arc<Room>) -> Self {
        Self { room: Arc::clone(room), ..self }
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
    M::Connection: PoolableConnection,
{
    /// A connection whose statements and time are measured. `call`: repository and function, such as `posts::page`.
    pub async fn watched(&self, access: Access, call: &'static str) -> Result<Watched<'_, M>, DbError> {
        let asked = Instant::now();
        let (place, mut turn) = timeout(POOL_WAIT, async {
            let place = match &self.shares {
                Some(shares) if access == Access::Read => shares.place().await,
                _ => None,
            };
            Ok::<_, RunError<M::Error>>((place, self.sound().await?))
        })
        .await
        .map_err(|_elapsed| RunError::<M::Error>::TimedOut)??;
        statements::watch(&mut *turn);
        let timed = call_times::begin(asked, access.as_str(), call);
        let room = Arc::clone(&self.room);
        Ok(Watched { timed, turn, access, deadlines: self.deadlines, room, _place: place })
    }

    /// A connection that has not broken while nobody used it; those that have are dropped by their pool.
    async fn sound(&self) -> Result<Turn<'_, M>, RunError<M::Error>> {
        let turn = self.turns.acquire().await.map_err(|_closed| RunError::TimedOut)?;
        loop {
            let mut conn = self.pool.get().await?;
            if !conn.is_broken() {
                return Ok(Turn { conn, _turn: turn });
            }
        }
    }
}

/// A connection for one call, which is measured until this is dropped.
pub struct Watched<'a, M: ManageConnection> {
    #[expect(dead_code, reason = "its drop takes the measurement")]
    timed: call_times::Timed,
    turn: Turn<'a, M>,
    access: Access,
    deadlines: Option<Deadlines<M::Connection>>,
    room: Arc<Room>,
    /// Given back after the connection.
    _place: Option<OwnedSemaphorePermit>,
}

impl<M: ManageConnection> Watched<'_, M>
where
    M::Connection: PoolableConnection,
{
    /// How long the call may take; `None`: as long as it needs.
    pub fn limit(&self) -> Option<Duration> {
        self.deadlines.map(|deadlines| match self.access {
            Access::Read => deadlines.read,
            Access::Write => deadlines.write,
        })
    }

    /// What became of the call; `None`: it took longer than [`Watched::limit`]. The connection of such a call, and one that
    /// broke in a call, is not put back.
    pub fn judge<T, E: Into<DbError>>(mut self, outcome: Option<Result<T, E>>) -> Result<T, DbError> {
        let outcome = if let Some(outcome) = outcome {
            outcome.map_err(Into::into)
        } else {
            if let Some(deadlines) = self.deadlines {
                (deadlines.give_up)(&mut self.turn);
            }
            Err(DbError::Unavailable("the database did not answer in time".to_owned()))
        };
        let outcome = match outcome {
            // Whatever the words: what broke the connection was no fault of the statement.
            Err(DbError::Query(error)) if self.turn.is_broken() => {
                Err(DbError::Unavailable(error.to_string()))
            }
            outcome => outcome,
        };
        if self.access == Access::Write {
            self.room.note(&outcome);
        }
        outcome
    }
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
        Self {
            turns: Arc::clone(&self.turns),
            pool: self.pool.clone(),
            deadlines: self.deadlines,
            shares: self.shares.clone(),
            room: Arc::clone(&self.room),
        }
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
