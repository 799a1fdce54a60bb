//! Waits that were planned by a clock which was set back since.

use crate::Conn;
use diesel::sql_types::BigInt;
use fanfare_domain::clock::Timestamp;
use fanfare_storage::prelude::*;
use std::time::Duration;

/// What waits for a while: `?1` is how far the clock was set back, `?2` what it reads now. A target that was never sent
/// waits for the time that a user has named, and where it was put off then, no longer than until that time.
const WAITS: [&str; 9] = [
    "update jobs set run_at = run_at - ?1 where run_at > ?2 and state = 'queued' and (due_at <= created_at
        or exists (select 1 from publish_steps where publish_steps.target_id = jobs.target_id))",
    "update jobs set run_at = max(run_at - ?1, due_at) where run_at > ?2 and state = 'queued'
        and due_at > created_at and run_at > due_at
        and not exists (select 1 from publish_steps where publish_steps.target_id = jobs.target_id)",
    "update inbox_replies set run_at = run_at - ?1 where run_at > ?2",
    "update inbox_marks set look_at = look_at - ?1 where look_at > ?2",
    "update account_metrics set run_at = run_at - ?1 where run_at > ?2",
    "update media_fetches set run_at = run_at - ?1 where run_at > ?2 and status = 'queued'",
    "update exports set run_at = run_at - ?1 where run_at > ?2 and status in ('queued', 'running')",
    "update imports set run_at = run_at - ?1 where run_at > ?2 and status in ('queued', 'running')",
    "update rate_buckets set updated_at = updated_at - ?1 where updated_at > ?2",
];

/// Shortens every wait by the time by which the clock was set back, so that each lasts as long as was meant; answers how
/// many. On PostgreSQL, whose servers go by its own clock, nothing.
pub async fn shorten(conn: &mut Conn, by: Duration, clock: Timestamp) -> CommandResult<usize> {
    if !crate::IS_EMBEDDED {
        return Ok(0);
    }
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    tx!(conn, {
        let mut shortened = 0;
        for statement in WAITS {
            let update = diesel::sql_query(statement).bind::<BigInt, _>(by);
            shortened += update.bind::<BigInt, _>(clock.micros()).execute(conn).await?;
        }
        Ok(shortened)
    })
}
