//! Users who were not erased.

use crate::Conn;
use fanfare_domain::id::UserId;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::User;

/// The password hash of an erased user. No password has it.
pub(in crate::repo) const ERASED_HASH: &str = "";

/// A user's row, locked until the transaction ends, so that nothing is stored for a user whose erasure is under way. A
/// transaction that also locks workspaces or takes an idempotency key locks the user first. Refused as
/// [`CommandError::NotFound`] if the user was erased.
pub(in crate::repo) async fn lock(conn: &mut Conn, user: UserId) -> CommandResult<User> {
    let live = users::table.find(user).filter(users::password_hash.ne(ERASED_HASH)).select(User::as_select());
    pg_only! { let live = live.for_no_key_update(); }
    let live: Option<User> = live.first(conn).await.optional()?;
    live.ok_or(CommandError::NotFound)
}
