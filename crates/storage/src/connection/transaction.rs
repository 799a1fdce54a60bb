//! How a command's transaction ends.
//!
//! The bodies are plain `async` blocks, not the closures that diesel-async's own `transaction` takes: its bound on
//! async closures makes rustc (1.95) fail on a compilation that follows another one
//! (<https://github.com/rust-lang/rust/issues/151888>).

use crate::error::CommandResult;
use diesel::connection::TransactionManagerStatus;
use diesel_async::{AsyncConnection, TransactionManager};

/// Says what a body yields, so that `?` in it knows its error.
pub fn body<R, F: Future<Output = CommandResult<R>> + Send>(body: F) -> F {
    body
}

/// Commits what went well and undoes what did not. Fails with the body's own error, or with the database's.
pub async fn finish<C, R>(conn: &mut C, outcome: CommandResult<R>) -> CommandResult<R>
where
    C: AsyncConnection,
    R: Send,
{
    let refused = match outcome {
        Ok(value) => {
            C::TransactionManager::commit_transaction(conn).await?;
            return Ok(value);
        }
        Err(refused) => refused,
    };
    if C::TransactionManager::rollback_transaction(conn).await.is_err() {
        // The connection is lost, or SQLite has undone everything itself, as it does where the disk is full. Its pool drops
        // the connection; the first error tells more.
        *C::TransactionManager::transaction_manager_status_mut(conn) = TransactionManagerStatus::InError;
    }
    Err(refused)
}
