//! How work is held under a lease: the same statements for every table that has the columns for it.
//!
//! A row is held while its lease's end is set and its token is the holder's. A claim sets both; who ends the work, or takes
//! it over, clears the end; a claim and a takeover make the token grow. So whoever comes late finds another token, or no
//! end, and writes nothing.

use fanfare_domain::clock::Timestamp;

/// The time that leases are kept by, at the present `now`.
///
/// On PostgreSQL it is the database's, which all nodes share. On SQLite one process works on the file, so it is the time
/// that has passed in this process: setting the computer's clock ends no lease. The leases of an earlier
/// process are released when this one starts, whatever their times are.
pub(in crate::repo) fn lease_time(now: Timestamp) -> Timestamp {
    sqlite_only! {
        static BEGIN: std::sync::OnceLock<(std::time::Instant, Timestamp)> = std::sync::OnceLock::new();
        let (begin, at) = BEGIN.get_or_init(|| (std::time::Instant::now(), now));
        let now = at.plus(begin.elapsed());
    }
    now
}

/// The end of a lease as a time of the clock that reads `now`.
pub(in crate::repo) fn by_clock(until: Timestamp, now: Timestamp) -> Timestamp {
    let time = lease_time(now);
    now.plus(until.since(time)).minus(time.since(until))
}

/// `leases!(exports, id: ExportId)`: what holds a row of a table, with the columns `lease_until` and `lease_token`, or
/// those that are named.
macro_rules! leases {
    ($table:ident, $id:ident: $Id:ident) => {
        leases!($table, $id: $Id, lease_until, lease_token);
    };
    ($table:ident, $id:ident: $Id:ident, $until:ident, $token:ident) => {
        /// The row, if the lease is held.
        #[diesel::dsl::auto_type]
        pub(in crate::repo) fn held(lease: Lease<$Id>) -> _ {
            let (id, token): ($Id, i64) = (lease.id, lease.token);
            $table::table
                .filter($table::$id.eq(id).and($table::$token.eq(token)).and($table::$until.is_not_null()))
        }

        /// Extends a held lease by `lease_for` from the database's present.
        pub async fn extend(
            conn: &mut Conn,
            lease: Lease<$Id>,
            clock: Timestamp,
            lease_for: Duration,
        ) -> CommandResult<()> {
            sqlite_only! { let until = Some($crate::repo::leases::lease_time(clock).plus(lease_for)); }
            pg_only! {
                let _ = clock;
                let until = diesel::dsl::sql::<diesel::sql_types::Nullable<Ts>>(
                    "clock_timestamp() + make_interval(secs => ",
                )
                .bind::<diesel::sql_types::Double, _>(lease_for.as_secs_f64())
                .sql(")");
            }
            let held = diesel::update(held(lease)).set($table::$until.eq(until)).execute(conn).await?;
            if held == 1 { Ok(()) } else { Err(CommandError::Fenced) }
        }
    };
}
pub(in crate::repo) use leases;

/// `fence!(exports)`, where there is a `leases!` of the table: what a transaction begins with that writes elsewhere.
macro_rules! fence {
    ($table:ident, $id:ident: $Id:ident) => {
        fence!($table, $id: $Id, lease_token);
    };
    ($table:ident, $id:ident: $Id:ident, $token:ident) => {
        /// [`CommandError::Fenced`] unless the lease is held; nobody takes it over before the transaction ends.
        pub(in crate::repo) async fn fence(conn: &mut Conn, lease: Lease<$Id>) -> CommandResult<()> {
            let row = held(lease).select($table::$token);
            pg_only! { let row = row.for_no_key_update(); }
            let held: Option<i64> = row.first(conn).await.optional()?;
            held.map(|_| ()).ok_or(CommandError::Fenced)
        }
    };
}
pub(in crate::repo) use fence;

/// `overdue!(jobs, id: JobId, lease_until, lease_token, jobs::state.eq(JobState::Running))`: which leases are watched. The
/// condition is that of the index in which held rows are found.
macro_rules! overdue {
    ($table:ident, $id:ident: $Id:ident, $until:ident, $token:ident, $held:expr) => {
        /// Leases that are watched, at most `limit`, those first that end first.
        pub async fn lapsed(
            conn: &mut Conn,
            overdue: fanfare_domain::work::Overdue,
            limit: i64,
            clock: Timestamp,
        ) -> QueryResult<Vec<Lease<$Id>>> {
            let now = $crate::repo::jobs::now(conn, clock).await?;
            let time = $crate::repo::leases::lease_time(now);
            let rows: Vec<($Id, i64, Option<Timestamp>)> = $table::table
                .filter($held)
                .filter($table::$until.le(overdue.by(time)).or($table::$until.gt(overdue.beyond(time))))
                .order($table::$until)
                .limit(limit)
                .select(($table::$id, $table::$token, $table::$until))
                .load(conn)
                .await?;
            let lease = |(id, token, until): ($Id, i64, Option<Timestamp>)| {
                until.map(|until| Lease { id, token, until })
            };
            Ok(rows.into_iter().filter_map(lease).collect())
        }
    };
}
pub(in crate::repo) use overdue;

/// `takeover!(exports, id: ExportId)`: what a dead holder held is free again, and nothing else changes of it.
macro_rules! takeover {
    ($table:ident, $id:ident: $Id:ident) => {
        takeover!($table, $id: $Id, lease_until, lease_token);
    };
    ($table:ident, $id:ident: $Id:ident, $until:ident, $token:ident) => {
        $crate::repo::leases::overdue!($table, $id: $Id, $until, $token, $table::$until.is_not_null());

        /// Takes rows from holders that are gone; answers how many.
        pub async fn retake(conn: &mut Conn, lapsed: Lapsed<$Id>) -> QueryResult<usize> {
            let free = || ($table::$until.eq(None::<Timestamp>), $table::$token.eq($table::$token + 1));
            let Lapsed::Seen(leases) = lapsed else {
                let all = $table::table.filter($table::$until.is_not_null());
                return diesel::update(all).set(free()).execute(conn).await;
            };
            let mut taken = 0;
            for lease in leases {
                let unchanged = held(lease).filter($table::$until.eq(lease.until));
                taken += diesel::update(unchanged).set(free()).execute(conn).await?;
            }
            Ok(taken)
        }
    };
}
pub(in crate::repo) use takeover;
