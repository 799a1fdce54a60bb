//! How work that is done in parts is claimed: the same statements for each table that holds such work.

/// Claims that come to nothing before work is given up.
pub(super) const MOST_ATTEMPTS: i32 = 5;

/// `part_leases!(exports, Export, ExportId, ExportStatus)`: the claims of a table with the columns `status`, `attempts`,
/// `run_at`, `lease_token` and `lease_until`.
macro_rules! part_leases {
    ($table:ident, $row:ident, $id:ident, $status:ident) => {
        leases!($table, id: $id);
        takeover!($table);

        /// What has waited longest and is held by nobody, locked.
        async fn lock_due(conn: &mut Conn, now: Timestamp) -> QueryResult<Option<($row, Timestamp)>> {
            let due = $table::table
                // In words, because a partial index is used only where the database sees its condition.
                .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(concat!(
                    stringify!($table),
                    ".status in ('queued', 'running')"
                )))
                .filter($table::run_at.le(now).and($table::lease_until.is_null()))
                .order(($table::run_at, $table::id))
                .limit(1)
                .select(($row::as_select(), $table::run_at));
            pg_only! { let due = due.for_no_key_update().skip_locked(); }
            due.first(conn).await.optional()
        }

        /// Claims what was locked.
        async fn take(
            conn: &mut Conn,
            (due, run_at): ($row, Timestamp),
            lease_for: Duration,
            now: Timestamp,
        ) -> QueryResult<ClaimedParts<$row, $id>> {
            let until = now.plus(lease_for);
            let row: $row = diesel::update($table::table.find(due.id))
                .set((
                    $table::status.eq($status::Running),
                    $table::attempts.eq(due.attempts + 1),
                    $table::lease_token.eq(due.lease_token + 1),
                    $table::lease_until.eq(Some(until)),
                ))
                .returning($row::as_returning())
                .get_result(conn)
                .await?;
            let lease = Lease { id: row.id, token: row.lease_token, until };
            Ok(ClaimedParts { row, lease, lateness: now.since(run_at.max(due.created_at)) })
        }

        /// What is still held under the lease, locked.
        async fn lock_held(conn: &mut Conn, lease: Lease<$id>) -> CommandResult<$row> {
            let held = held(lease).select($row::as_select());
            pg_only! { let held = held.for_no_key_update(); }
            held.first(conn).await.optional()?.ok_or(CommandError::Fenced)
        }

        /// Gives a claim back, to be gone on with at `at`. `counted`: the claim counts as an attempt; else they begin anew.
        pub async fn give_back(
            conn: &mut Conn,
            lease: Lease<$id>,
            at: Timestamp,
            counted: bool,
            clock: Timestamp,
        ) -> CommandResult<()> {
            let at = jobs::by_present(conn, at, clock).await?;
            let attempts = $table::attempts * i32::from(counted);
            let held = diesel::update(held(lease))
                .set((
                    $table::lease_until.eq(None::<Timestamp>),
                    $table::run_at.eq(at),
                    $table::attempts.eq(attempts),
                ))
                .execute(conn)
                .await?;
            if held == 1 { Ok(()) } else { Err(CommandError::Fenced) }
        }
    };
}
pub(super) use part_leases;
