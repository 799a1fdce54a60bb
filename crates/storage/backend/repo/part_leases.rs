//! How work that is done in parts is claimed: the same statements for each table that holds such work.

/// Claims that come to nothing before work is given up.
pub(super) const MOST_ATTEMPTS: i32 = 5;

/// `part_leases!(exports, Export, ExportId, ExportStatus)`: the claims of a table with the columns `status`, `attempts`,
/// `lease_token`, `lease_until` and `created_at`.
macro_rules! part_leases {
    ($table:ident, $row:ident, $id:ident, $status:ident) => {
        /// What has waited longest and is held by nobody, locked.
        async fn lock_due(conn: &mut Conn, now: Timestamp) -> QueryResult<Option<$row>> {
            let due = $table::table
                .filter($table::status.eq_any([$status::Queued, $status::Running]))
                .filter($table::lease_until.is_null().or($table::lease_until.lt(now)))
                .order(($table::created_at, $table::id))
                .limit(1)
                .select($row::as_select());
            pg_only! { let due = due.for_no_key_update().skip_locked(); }
            due.first(conn).await.optional()
        }

        /// Claims what was locked.
        async fn take(conn: &mut Conn, due: &$row, lease: Duration, now: Timestamp) -> QueryResult<$row> {
            diesel::update($table::table.find(due.id))
                .set((
                    $table::status.eq($status::Running),
                    $table::attempts.eq(due.attempts + 1),
                    $table::lease_token.eq(due.lease_token + 1),
                    $table::lease_until.eq(Some(now.plus(lease))),
                ))
                .returning($row::as_returning())
                .get_result(conn)
                .await
        }

        /// What is still held under the lease, locked.
        async fn lock_held(conn: &mut Conn, lease: PartLease<$id>) -> CommandResult<$row> {
            let held = $table::table
                .find(lease.id)
                .filter($table::lease_token.eq(lease.token).and($table::status.eq($status::Running)))
                .select($row::as_select());
            pg_only! { let held = held.for_no_key_update(); }
            held.first(conn).await.optional()?.ok_or(CommandError::Fenced)
        }

        /// Gives a claim back, for another worker to go on at once.
        pub async fn release(conn: &mut Conn, lease: PartLease<$id>) -> QueryResult<()> {
            diesel::update($table::table.find(lease.id).filter($table::lease_token.eq(lease.token)))
                .set(($table::lease_until.eq(None::<Timestamp>), $table::attempts.eq(0)))
                .execute(conn)
                .await?;
            Ok(())
        }

        /// Gives all claims back, for the start of SQLite's only process.
        pub async fn release_all(conn: &mut Conn) -> QueryResult<()> {
            diesel::update($table::table.filter($table::lease_until.is_not_null()))
                .set($table::lease_until.eq(None::<Timestamp>))
                .execute(conn)
                .await?;
            Ok(())
        }
    };
}
pub(super) use part_leases;
