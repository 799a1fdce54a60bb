//! How work that is done in parts is claimed and ended: the same statements for each table that holds such work.

/// Pieces of one workspace that wait or are at work at the same time, of each table.
pub(in crate::repo) const MOST_OPEN: i64 = 5;
/// Claims that come to nothing before work is given up.
pub(in crate::repo) const MOST_ATTEMPTS: i32 = 5;

/// `part_leases!(exports, Export, ExportId, ExportStatus)`: the claims of a table with the columns `status`, `attempts`,
/// `run_at`, `lease_token` and `lease_until`, and those of a [`fanfare_storage::rows::Progress`].
macro_rules! part_leases {
    ($table:ident, $row:ident, $id:ident, $status:ident) => {
        leases!($table, id: $id);
        takeover!($table, id: $id);

        /// How many pieces of a workspace wait or are at work.
        async fn count_open(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<i64> {
            $table::table
                .filter($table::workspace_id.eq(workspace))
                .filter($table::status.eq_any([$status::Queued, $status::Running]))
                .count()
                .get_result(conn)
                .await
        }

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
            let until = $crate::repo::leases::lease_time(now).plus(lease_for);
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
            let lateness = now.since(run_at.max(row.progress.created_at));
            Ok(ClaimedParts { lease, attempts: row.attempts, lateness, row })
        }

        /// What is still held under the lease, locked.
        async fn lock_held(conn: &mut Conn, lease: Lease<$id>) -> CommandResult<$row> {
            let held = held(lease).select($row::as_select());
            pg_only! { let held = held.for_no_key_update(); }
            held.first(conn).await.optional()?.ok_or(CommandError::Fenced)
        }

        /// Sets the last state of a piece, which nobody holds then. `error`: why it failed.
        async fn close(
            conn: &mut Conn,
            id: $id,
            status: $status,
            error: Option<&str>,
            now: Timestamp,
        ) -> QueryResult<$row> {
            diesel::update($table::table.find(id))
                .set((
                    $table::status.eq(status),
                    $table::error.eq(error),
                    $table::lease_until.eq(None::<Timestamp>),
                    $table::finished_at.eq(Some(now)),
                ))
                .returning($row::as_returning())
                .get_result(conn)
                .await
        }

        /// Gives a claim back, to be gone on with at `at`. `counted`: the claim counts as an attempt; else they begin
        /// again.
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

        /// Rows by id; those of other workspaces are left out.
        pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[$id]) -> QueryResult<Vec<$row>> {
            $table::table
                .filter($table::workspace_id.eq(workspace).and($table::id.eq_any(ids)))
                .select($row::as_select())
                .load(conn)
                .await
        }

        /// Forgets what was asked for before `before`, with what belongs to it.
        pub async fn sweep(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
            diesel::delete($table::table.filter($table::created_at.lt(before))).execute(conn).await
        }
    };
}
pub(in crate::repo) use part_leases;
