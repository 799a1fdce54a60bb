//! Counts that the database keeps: triggers (`migrations/`) see every row that comes, goes or gets another status, and
//! change them in the same transaction. So a count is exact wherever the rows are seen, and to read it takes the same time
//! however many rows it counts.
//!
//! On PostgreSQL a count is the sum of its parts. Each statement that changes rows inserts a part, which locks nothing that
//! another writer needs; [`fold`] replaces many parts by one.

use crate::Conn;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::kept_count::KeptCount;
use fanfare_storage::page::each_once;
use fanfare_storage::prelude::*;

/// PostgreSQL's own sum of a bigint is a numeric.
const SUM: &str = "cast(coalesce(sum(kept_counts.amount), 0) as bigint)";

/// Which count: see [`KeptCount`].
pub(in crate::repo) struct Wanted {
    counted: KeptCount,
    /// Of which campaign or account; `None`: of all in the workspace together.
    of: Option<i64>,
    /// With one of these statuses; `None`: with any.
    statuses: Option<Vec<&'static str>>,
}

impl Wanted {
    /// The rows of all in the workspace.
    pub(in crate::repo) fn all(counted: KeptCount) -> Self {
        Self { counted, of: None, statuses: None }
    }

    /// Those of one campaign or account only.
    pub(in crate::repo) fn of(self, id: i64) -> Self {
        Self { of: Some(id), ..self }
    }

    /// Those with one of some statuses only, where there are any.
    pub(in crate::repo) fn with<S: Copy + Ord>(
        self,
        statuses: Option<&[S]>,
        text: impl Fn(S) -> &'static str,
    ) -> Self {
        let statuses = statuses.map(|statuses| each_once(statuses).into_iter().map(text).collect());
        Self { statuses, ..self }
    }
}

/// How many rows there are of what is counted.
pub(in crate::repo) async fn read(
    conn: &mut Conn,
    workspace: WorkspaceId,
    wanted: Wanted,
) -> QueryResult<i64> {
    let of_workspace = kept_counts::workspace_id.eq(workspace).and(kept_counts::counted.eq(wanted.counted));
    let mut query = kept_counts::table.into_boxed().filter(of_workspace);
    if let Some(id) = wanted.of {
        query = query.filter(kept_counts::of_id.eq(id));
    }
    if let Some(statuses) = wanted.statuses {
        query = query.filter(kept_counts::bucket.eq_any(statuses));
    }
    query.select(sql::<BigInt>(SUM)).get_result(conn).await
}

/// How many rows each campaign or account has; those without one are left out.
pub(in crate::repo) async fn read_each(
    conn: &mut Conn,
    workspace: WorkspaceId,
    counted: KeptCount,
    of: Vec<i64>,
) -> QueryResult<Vec<(i64, i64)>> {
    let mut counts: Vec<(i64, i64)> = kept_counts::table
        .filter(kept_counts::workspace_id.eq(workspace).and(kept_counts::counted.eq(counted)))
        .filter(kept_counts::of_id.eq_any(of))
        .group_by(kept_counts::of_id)
        .select((kept_counts::of_id, sql::<BigInt>(SUM)))
        .load(conn)
        .await?;
    counts.retain(|(_, rows)| *rows != 0);
    Ok(counts)
}

pg_only! {
    /// One statement, so that at every moment a count is in its parts or in what they became. A part that another server
    /// folds is left to that server, and the counts of a workspace that is being deleted are left alone: whoever deletes
    /// it would else wait here for what waits for them.
    const FOLD: &str = "
        with changed as materialized (
            select workspace_id, counted, of_id, bucket from kept_counts where not folded limit $1
        ), there as materialized (
            select id from workspaces where id in (select workspace_id from changed) for key share skip locked
        ), parts as materialized (
            select k.workspace_id, k.counted, k.of_id, k.bucket, k.part from kept_counts k
            join (select distinct workspace_id, counted, of_id, bucket from changed) as c
                using (workspace_id, counted, of_id, bucket)
            where k.workspace_id in (select id from there)
            for update of k skip locked
        ), taken as (
            delete from kept_counts k using parts p
            where k.workspace_id = p.workspace_id and k.counted = p.counted and k.of_id = p.of_id
                and k.bucket = p.bucket and k.part = p.part
            returning k.workspace_id, k.counted, k.of_id, k.bucket, k.amount
        ), folded as (
            insert into kept_counts (workspace_id, counted, of_id, bucket, amount, folded)
            select workspace_id, counted, of_id, bucket, sum(amount), true from taken
            group by workspace_id, counted, of_id, bucket having sum(amount) <> 0
        )
        select count(*) as parts from taken";

    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = BigInt)]
        parts: i64,
    }
}

/// Makes one part of many, of the counts that at most `most` parts have changed; answers how many parts it has taken.
pub async fn fold(conn: &mut Conn, most: i64) -> QueryResult<i64> {
    sqlite_only! {
        let _ = (conn, most);
        let parts = 0;
    }
    pg_only! {
        let Taken { parts } = diesel::sql_query(FOLD).bind::<BigInt, _>(most).get_result(conn).await?;
    }
    Ok(parts)
}
