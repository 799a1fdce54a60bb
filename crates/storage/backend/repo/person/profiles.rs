//! Names and e-mail addresses of users.

use crate::Conn;
use crate::repo::members;
use crate::repo::person::lock_live;
use crate::repo::sessions::revoke_others;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, EventPayload, Seq};
use fanfare_domain::id::{SessionId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::session::EmailChange;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::User;
use serde_json::json;

/// Changes the actor's name, of the expected revision. Answers where it was logged.
pub async fn rename(
    conn: &mut Conn,
    actor: EventActor,
    expected: ExpectedRevision,
    name: Option<String>,
    now: Timestamp,
) -> CommandResult<(User, Vec<(WorkspaceId, Seq)>)> {
    tx!(conn, {
        let before = lock_live(conn, actor.user_id).await?;
        expected.check(before.revision)?;
        let Some(name) = name.filter(|name| *name != before.name) else {
            return Ok((before, Vec::new()));
        };
        let after: User = diesel::update(users::table.find(actor.user_id))
            .set((users::name.eq(name), users::updated_at.eq(now), users::revision.eq(users::revision + 1)))
            .returning(User::as_returning())
            .get_result(conn)
            .await?;
        let change = (json!({ "name": before.name }), json!({ "name": after.name }));
        let kind = EventPayload::MemberProfileChanged;
        let told = members::append_change_everywhere(conn, actor, kind, change, now).await?;
        Ok((after, told))
    })
}

/// Changes the actor's e-mail address where the password is still the one that was compared, and ends every session but
/// `kept`; `None`: the password has changed meanwhile. Answers where it was logged, and the sessions that were ended.
/// Refused if another user has the address.
pub async fn change_email(
    conn: &mut Conn,
    actor: EventActor,
    change: EmailChange,
    kept: SessionId,
    now: Timestamp,
) -> CommandResult<Option<(User, Vec<(WorkspaceId, Seq)>, Vec<SessionId>)>> {
    tx!(conn, {
        let compared = users::table.find(actor.user_id).filter(users::password_hash.eq(&change.compared));
        let changed: QueryResult<User> = diesel::update(compared)
            .set((
                users::email.eq(&change.email.address),
                users::email_key.eq(&change.email.key),
                users::updated_at.eq(now),
                users::revision.eq(users::revision + 1),
            ))
            .returning(User::as_returning())
            .get_result(conn)
            .await;
        let user = match changed {
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                return Err(email_taken().into());
            }
            changed => changed.optional()?,
        };
        let Some(user) = user else { return Ok(None) };
        let ended = revoke_others(conn, actor.user_id, kept, now).await?;
        let told = members::append_everywhere(conn, actor, EventPayload::MemberEmailChanged, now).await?;
        Ok(Some((user, told, ended)))
    })
}

fn email_taken() -> UserError {
    let words = "Another account has this e-mail address. Give another one.";
    UserError::new(UserErrorCode::AuthEmailTaken, "email", words)
}
