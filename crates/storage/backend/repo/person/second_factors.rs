//! What people sign in with in addition to their passwords: the secrets of their apps, and recovery codes.

use crate::Conn;
use crate::repo::members;
use crate::repo::person::lock_live;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, EventPayload, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::SecondFactor;
use std::time::Duration;

/// How long codes of the app are refused after too many wrong ones in a row: twice as long each time, up to a day.
const FIRST_LOCK: Duration = Duration::from_mins(15);
const LONGEST_LOCK: Duration = Duration::from_hours(24);

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
        lock_live(conn, user).await?;
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
    let used = diesel::update(unused)
        .set((
            second_factors::last_step.eq(step),
            second_factors::failures.eq(0),
            second_factors::locked_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    Ok(used == 1)
}

/// Counts a wrong code. `Some`: it was one of `most` in a row, and codes of the app are refused for a while; says where
/// that was reported.
pub async fn note_failure(
    conn: &mut Conn,
    actor: EventActor,
    most: u32,
    now: Timestamp,
) -> CommandResult<Option<Vec<(WorkspaceId, Seq)>>> {
    let user = actor.user_id;
    tx!(conn, {
        let failures: Option<i32> = diesel::update(second_factors::table.find(user))
            .set(second_factors::failures.eq(second_factors::failures + 1))
            .returning(second_factors::failures)
            .get_result(conn)
            .await
            .optional()?;
        let failures = failures.and_then(|failures| u32::try_from(failures).ok()).unwrap_or(0);
        let Some(lock) = lock_after(failures, most) else { return Ok(None) };
        diesel::update(second_factors::table.find(user))
            .set(second_factors::locked_until.eq(Some(now.plus(lock))))
            .execute(conn)
            .await?;
        let kind = EventPayload::MemberSecondFactorLocked;
        Ok(Some(members::append_everywhere(conn, actor, kind, now).await?))
    })
}

/// How long a number of failures in a row locks; `None`: not at this one.
fn lock_after(failures: u32, most: u32) -> Option<Duration> {
    if failures == 0 || !failures.is_multiple_of(most.max(1)) {
        return None;
    }
    let doublings = (failures / most.max(1)).saturating_sub(1).min(16);
    Some((FIRST_LOCK * (1 << doublings)).min(LONGEST_LOCK))
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
        diesel::update(second_factors::table.find(user))
            .set((second_factors::failures.eq(0), second_factors::locked_until.eq(None::<Timestamp>)))
            .execute(conn)
            .await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_of_wrong_codes_locks_for_twice_as_long_up_to_a_day() {
        let minutes = |failures| lock_after(failures, 10).map(|lock| lock.as_secs() / 60);
        let found: Vec<_> = [0, 1, 9, 10, 11, 20, 30, 1_000, u32::MAX / 10 * 10].map(minutes).into();
        let expected = [None, None, None, Some(15), None, Some(30), Some(60), Some(1_440), Some(1_440)];
        assert_eq!(found, expected);
    }
}
