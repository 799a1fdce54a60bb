//! When the next piece of leased work is due, of all kinds at once: what an idle server asks, and nothing else. The
//! workspace is not a parameter here: a worker works for all of them.

pub use super::waits::shorten as shorten_waits;

use crate::Conn;
use crate::repo::{jobs as jobs_repo, leases};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::media::FetchStatus;
use fanfare_domain::post::JobState;
use fanfare_domain::work::{Look, LookEntry, WorkKind};
use fanfare_storage::prelude::*;

/// The first of some rows' times. The bound, which all times keep, makes it a search of the index on the times, that ends
/// with its first hit, and no walk over all rows.
macro_rules! first {
    ($rows:expr, $time:expr) => {
        $rows.filter($time.ge(BEGINNING)).order($time).limit(1).select($time.nullable()).single_value()
    };
}

/// The last of some rows' times.
macro_rules! last {
    ($rows:expr, $time:expr) => {
        $rows.filter($time.ge(BEGINNING)).order($time.desc()).limit(1).select($time.nullable()).single_value()
    };
}

/// Before everything that is stored.
const BEGINNING: Timestamp = Timestamp(chrono::DateTime::UNIX_EPOCH);

/// For each kind: when its next piece that nobody holds is due, and when the first lease ends.
macro_rules! times {
    () => {
        (
            (
                first!(jobs::table.filter(jobs::state.eq(JobState::Queued)), jobs::run_at),
                first!(jobs::table.filter(jobs::state.eq(JobState::Running)), jobs::lease_until),
            ),
            (
                first!(
                    inbox_replies::table.filter(
                        inbox_replies::run_at.is_not_null().and(inbox_replies::lease_until.is_null())
                    ),
                    inbox_replies::run_at
                ),
                first!(
                    inbox_replies::table.filter(inbox_replies::lease_until.is_not_null()),
                    inbox_replies::lease_until
                ),
            ),
            (
                first!(
                    inbox_marks::table
                        .inner_join(accounts::table)
                        .filter(accounts::status.eq(AccountStatus::Active))
                        .filter(inbox_marks::lease_until.is_null()),
                    inbox_marks::look_at
                ),
                first!(
                    inbox_marks::table.filter(inbox_marks::lease_until.is_not_null()),
                    inbox_marks::lease_until
                ),
            ),
            (
                first!(
                    account_metrics::table.filter(account_metrics::lease_until.is_null()),
                    account_metrics::run_at
                ),
                first!(
                    account_metrics::table.filter(account_metrics::lease_until.is_not_null()),
                    account_metrics::lease_until
                ),
            ),
            (
                first!(
                    media_fetches::table.filter(media_fetches::status.eq(FetchStatus::Queued)),
                    media_fetches::run_at
                ),
                first!(
                    media_fetches::table.filter(media_fetches::status.eq(FetchStatus::Running)),
                    media_fetches::lease_until
                ),
            ),
            (
                first!(
                    exports::table.filter(open_exports().and(exports::lease_until.is_null())),
                    exports::run_at
                ),
                first!(exports::table.filter(exports::lease_until.is_not_null()), exports::lease_until),
            ),
            (
                first!(
                    imports::table.filter(open_imports().and(imports::lease_until.is_null())),
                    imports::run_at
                ),
                first!(imports::table.filter(imports::lease_until.is_not_null()), imports::lease_until),
            ),
            (
                first!(
                    accounts::table
                        .filter(
                            accounts::refresh_at.is_not_null().and(accounts::refresh_lease_until.is_null())
                        )
                        .filter(active_accounts()),
                    accounts::refresh_at
                ),
                first!(
                    accounts::table.filter(accounts::refresh_lease_until.is_not_null()),
                    accounts::refresh_lease_until
                ),
            ),
            (
                first!(
                    unowned_files::table.filter(unowned_files::lease_until.is_null()),
                    unowned_files::delete_at
                ),
                first!(
                    unowned_files::table.filter(unowned_files::lease_until.is_not_null()),
                    unowned_files::lease_until
                ),
            ),
        )
    };
}

/// For each kind: how many of its pieces are due or held.
macro_rules! depths {
    ($now:expr) => {
        (
            jobs::table
                .filter(
                    jobs::state
                        .eq(JobState::Running)
                        .or(jobs::state.eq(JobState::Queued).and(jobs::run_at.le($now))),
                )
                .count()
                .single_value(),
            inbox_replies::table.filter(inbox_replies::run_at.le($now.nullable())).count().single_value(),
            inbox_marks::table
                .inner_join(accounts::table)
                .filter(accounts::status.eq(AccountStatus::Active).and(inbox_marks::look_at.le($now)))
                .count()
                .single_value(),
            account_metrics::table.filter(account_metrics::run_at.le($now)).count().single_value(),
            media_fetches::table
                .filter(
                    media_fetches::status.eq(FetchStatus::Running).or(media_fetches::status
                        .eq(FetchStatus::Queued)
                        .and(media_fetches::run_at.le($now))),
                )
                .count()
                .single_value(),
            exports::table.filter(open_exports().and(exports::run_at.le($now))).count().single_value(),
            imports::table.filter(open_imports().and(imports::run_at.le($now))).count().single_value(),
            accounts::table
                .filter(
                    accounts::status.eq(AccountStatus::Active).and(accounts::refresh_at.le($now.nullable())),
                )
                .count()
                .single_value(),
            unowned_files::table.filter(unowned_files::delete_at.le($now)).count().single_value(),
        )
    };
}

/// For each kind: when the last lease ends.
macro_rules! last_ends {
    () => {
        (
            last!(jobs::table.filter(jobs::state.eq(JobState::Running)), jobs::lease_until),
            last!(
                inbox_replies::table.filter(inbox_replies::lease_until.is_not_null()),
                inbox_replies::lease_until
            ),
            last!(
                inbox_marks::table.filter(inbox_marks::lease_until.is_not_null()),
                inbox_marks::lease_until
            ),
            last!(
                account_metrics::table.filter(account_metrics::lease_until.is_not_null()),
                account_metrics::lease_until
            ),
            last!(
                media_fetches::table.filter(media_fetches::status.eq(FetchStatus::Running)),
                media_fetches::lease_until
            ),
            last!(exports::table.filter(exports::lease_until.is_not_null()), exports::lease_until),
            last!(imports::table.filter(imports::lease_until.is_not_null()), imports::lease_until),
            last!(
                accounts::table.filter(accounts::refresh_lease_until.is_not_null()),
                accounts::refresh_lease_until
            ),
            last!(
                unowned_files::table.filter(unowned_files::lease_until.is_not_null()),
                unowned_files::lease_until
            ),
        )
    };
}

// In words, because SQLite uses a partial index only where it sees its condition.
fn active_accounts() -> SqlLiteral<Bool> {
    sql("accounts.status = 'active'")
}

fn open_exports() -> SqlLiteral<Bool> {
    sql("exports.status in ('queued', 'running')")
}

fn open_imports() -> SqlLiteral<Bool> {
    sql("imports.status in ('queued', 'running')")
}

type Times = (Option<Timestamp>, Option<Timestamp>);
type EachTimes = (Times, Times, Times, Times, Times, Times, Times, Times, Times);
type Depth = Option<i64>;
type EachDepth = (Depth, Depth, Depth, Depth, Depth, Depth, Depth, Depth, Depth);
type End = Option<Timestamp>;
type EachEnd = (End, End, End, End, End, End, End, End, End);

/// The database's time on PostgreSQL, `clock` on SQLite.
pub async fn present(conn: &mut Conn, clock: Timestamp) -> QueryResult<Timestamp> {
    jobs_repo::now(conn, clock).await
}

/// When the next piece of each kind is due, by one statement. `counted`: with how many are due or held, and when the last
/// lease ends.
pub async fn look(conn: &mut Conn, clock: Timestamp, counted: bool) -> QueryResult<Look> {
    sqlite_only! { let present = || clock.into_sql::<Ts>(); }
    pg_only! {
        let _ = clock;
        let present = || sql::<Ts>("now()");
    }
    if counted {
        let all = diesel::select((present(), times!(), depths!(present()), last_ends!()));
        let (now, times, depths, ends): (Timestamp, EachTimes, EachDepth, EachEnd) =
            all.get_result(conn).await?;
        return Ok(look_of(now, times, depths, ends));
    }
    let (now, times): (Timestamp, EachTimes) = diesel::select((present(), times!())).get_result(conn).await?;
    Ok(look_of(now, times, EachDepth::default(), EachEnd::default()))
}

/// In the order of [`WorkKind::ALL`].
fn look_of(now: Timestamp, times: EachTimes, depths: EachDepth, ends: EachEnd) -> Look {
    let times = [times.0, times.1, times.2, times.3, times.4, times.5, times.6, times.7, times.8];
    let depths = [depths.0, depths.1, depths.2, depths.3, depths.4, depths.5, depths.6, depths.7, depths.8];
    let ends = [ends.0, ends.1, ends.2, ends.3, ends.4, ends.5, ends.6, ends.7, ends.8];
    let entries = WorkKind::ALL.into_iter().zip(times).zip(depths.into_iter().zip(ends));
    let by_clock = |until: Timestamp| leases::by_clock(until, now);
    let entry = |((kind, (due_at, first)), (depth, last)): ((WorkKind, Times), (Depth, End))| LookEntry {
        kind,
        due_at,
        lapses_at: first.map(by_clock),
        last_lapses_at: last.map(by_clock),
        depth,
    };
    Look { now, entries: entries.map(entry).collect() }
}
