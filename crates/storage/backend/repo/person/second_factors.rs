//! What people sign in with in addition to their passwords: the secrets of their apps, and recovery codes.

use crate::Conn;
use crate::repo::members;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, EventPayload, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::SecondFactor;

/// A person's second factor, on or about to be.
pub async fn of(conn: &mut Conn, user: UserId) -> QueryResult<Option<SecondFactor>> {
    second_factors::table.find(user).select(SecondFactor::as_select()).first(conn).await.optional()
}

/// Stores a secret that waits to be confirmed, in place of one that waits already; `false`: the second factor is on,
/// and stays as it is.
pub async fn begin(
    conn: &mut Conn,
    user: UserId,
    secret_sealed: &str,
    now: Timestamp,
) -> CommandResult<bool> {
    tx!(conn, {
        // Two at once: the second replaces what the first has stored.
        let person = users::table.find(user).select(users::id);
        pg_only! { let person = person.for_no_key_update(); }
        let _: UserId = person.first(conn).await.optional()?.ok_or(CommandError::NotFound)?;
        if of(conn, user).await?.is_some_and(|it| it.confirmed_at.is_some()) {
            return Ok(false);
        }
        diesel::delete(second_factors::table.find(user)).execute(conn).await?;
        diesel::insert_into(second_factors::table)
            .values((
                second_factors::user_id.eq(user),
                second_factors::secret_sealed.eq(secret_sealed),
                second_factors::last_step.eq(0_i64),
                second_factors::created_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(true)
    })
}

/// Turns on the secret that was made at `made_at`, whose code of `step` was shown, with its recovery codes; `None`: that
/// secret does not wait any more.
pub async fn confirm(
    conn: &mut Conn,
    actor: EventActor,
    made_at: Timestamp,
    step: i64,
    code_hashes: Vec<String>,
    now: Timestamp,
) -> CommandResult<Option<Vec<(WorkspaceId, Seq)>>> {
    let user = actor.user_id;
    tx!(conn, {
        let waiting = second_factors::table
            .find(user)
            .filter(second_factors::confirmed_at.is_null().and(second_factors::created_at.eq(made_at)));
        let confirmed = diesel::update(waiting)
            .set((second_factors::confirmed_at.eq(Some(now)), second_factors::last_step.eq(step)))
            .execute(conn)
            .await?;
        if confirmed == 0 {
            return Ok(None);
        }
        store_codes(conn, user, code_hashes, now).await?;
        let kind = EventPayload::MemberSecondFactorEnabled;
        Ok(Some(members::append_everywhere(conn, actor, kind, now).await?))
    })
}

/// Notes that the code of `step` was used; `false`: it, or a newer one, was used before. Of two at once one wins.
pub async fn use_step(conn: &mut Conn, user: UserId, step: i64) -> QueryResult<bool> {
    let unused = second_factors::table.find(user).filter(second_factors::last_step.lt(step));
    let used = diesel::update(unused).set(second_factors::last_step.eq(step)).execute(conn).await?;
    Ok(used == 1)
}

/// Uses a recovery code up; `None`: it is unknown or used.
pub async fn use_recovery_code(
    conn: &mut Conn,
    actor: EventActor,
    hash: &str,
    now: Timestamp,
) -> CommandResult<Option<Vec<(WorkspaceId, Seq)>>> {
    let user = actor.user_id;
    tx!(conn, {
        let unused = recovery_codes::table.find((user, hash)).filter(recovery_codes::used_at.is_null());
        let used = diesel::update(unused).set(recovery_codes::used_at.eq(Some(now))).execute(conn).await?;
        if used == 0 {
            return Ok(None);
        }
        let kind = EventPayload::MemberRecoveryCodeUsed;
        Ok(Some(members::append_everywhere(conn, actor, kind, now).await?))
    })
}

/// Puts new recovery codes in place of all there are.
pub async fn replace_codes(
    conn: &mut Conn,
    actor: EventActor,
    code_hashes: Vec<String>,
    now: Timestamp,
) -> CommandResult<Vec<(WorkspaceId, Seq)>> {
    let user = actor.user_id;
    tx!(conn, {
        store_codes(conn, user, code_hashes, now).await?;
        Ok(members::append_everywhere(conn, actor, EventPayload::MemberRecoveryCodesMade, now).await?)
    })
}

async fn store_codes(
    conn: &mut Conn,
    user: UserId,
    code_hashes: Vec<String>,
    now: Timestamp,
) -> QueryResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn).await?;
    let row = |hash| {
        (
            recovery_codes::user_id.eq(user),
            recovery_codes::code_hash.eq(hash),
            recovery_codes::created_at.eq(now),
        )
    };
    let rows: Vec<_> = code_hashes.into_iter().map(row).collect();
    batch!(conn, execute, diesel::insert_into(recovery_codes::table).values(rows))?;
    Ok(())
}

/// Forgets the secret and the recovery codes.
pub async fn disable(
    conn: &mut Conn,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Vec<(WorkspaceId, Seq)>> {
    let user = actor.user_id;
    tx!(conn, {
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn).await?;
        diesel::delete(second_factors::table.find(user)).execute(conn).await?;
        Ok(members::append_everywhere(conn, actor, EventPayload::MemberSecondFactorDisabled, now).await?)
    })
}
