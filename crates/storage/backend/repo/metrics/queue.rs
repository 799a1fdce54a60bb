//! Which accounts' networks are to be asked for numbers, and by whom. The workspace is not a parameter where a worker
//! looks for work: it works for all of them.

use crate::Conn;
use crate::repo::leases::{fence, lease_time, leases, takeover};
use diesel::dsl::{exists, not, sql};
use diesel::sql_types::Bool;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::post::{JobState, TargetStatus};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::command::measured::{DueTarget, Unmeasured, UnmeasuredTarget, Visit, VisitEnd};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{AccountMetrics, Workspace};
use std::time::Duration;

leases!(account_metrics, account_id: AccountId);
fence!(account_metrics, account_id: AccountId);
takeover!(account_metrics, account_id: AccountId);

/// Accounts and publications without a row, at most `limit` of each.
pub async fn unmeasured(conn: &mut Conn, limit: i64) -> QueryResult<Unmeasured> {
    let known = account_metrics::table.filter(account_metrics::account_id.eq(accounts::id));
    let accounts: Vec<(AccountId, WorkspaceId)> = accounts::table
        .filter(accounts::status.eq(AccountStatus::Active).and(not(exists(known))))
        .limit(limit)
        .select((accounts::id, accounts::workspace_id))
        .load(conn)
        .await?;
    // In words, because SQLite uses a partial index only where it sees its condition.
    let unmeasured = sql::<Bool>("post_targets.status = 'published' and not post_targets.measured");
    let targets: Vec<(TargetId, WorkspaceId, PostId, AccountId)> = post_targets::table
        .filter(unmeasured)
        .order(post_targets::id)
        .limit(limit)
        .select((
            post_targets::id,
            post_targets::workspace_id,
            post_targets::post_id,
            post_targets::account_id,
        ))
        .load(conn)
        .await?;
    let targets = targets
        .into_iter()
        .map(|(target_id, workspace_id, post_id, account_id)| UnmeasuredTarget {
            target_id,
            workspace_id,
            post_id,
            account_id,
        })
        .collect();
    Ok(Unmeasured { accounts, targets })
}

/// Gives them their rows: accounts are looked at now, publications at `first_look`.
pub async fn enrol(
    conn: &mut Conn,
    new: Unmeasured,
    now: Timestamp,
    first_look: Timestamp,
) -> CommandResult<()> {
    tx!(conn, {
        for (account_id, workspace_id) in new.accounts {
            let row = AccountMetrics {
                account_id,
                workspace_id,
                milestone: None,
                next_account_look_at: now,
                run_at: now,
                failures: 0,
                lease_token: 0,
            };
            diesel::insert_into(account_metrics::table)
                .values(&row)
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
        }
        // The account's row is locked before those of its publications, as a visit does it.
        let accounts: Vec<AccountId> = new.targets.iter().map(|target| target.account_id).collect();
        bring_forward(conn, accounts, first_look).await?;
        let row = |target: &UnmeasuredTarget| {
            (
                target_metrics::target_id.eq(target.target_id),
                target_metrics::workspace_id.eq(target.workspace_id),
                target_metrics::post_id.eq(target.post_id),
                target_metrics::account_id.eq(target.account_id),
                target_metrics::engagement.eq(0),
                target_metrics::milestone.eq(0),
                target_metrics::next_look_at.eq(Some(first_look)),
            )
        };
        macro_rules! insert {
            ($rows:expr) => {
                diesel::insert_into(target_metrics::table)
                    .values($rows)
                    .on_conflict(target_metrics::target_id)
                    .do_update()
                    .set(target_metrics::next_look_at.eq(excluded(target_metrics::next_look_at)))
                    .execute(conn)
                    .await?
            };
        }
        // An insertion is prepared each time, which costs PostgreSQL as much as the row; Diesel has no statement of many
        // rows with a conflict for SQLite, where it costs little.
        pg_only! {
            insert!(new.targets.iter().map(row).collect::<Vec<_>>());
        }
        sqlite_only! {
            for target in &new.targets {
                insert!(row(target));
            }
        }
        let ids: Vec<TargetId> = new.targets.iter().map(|target| target.target_id).collect();
        diesel::update(post_targets::table.filter(post_targets::id.eq_any(ids)))
            .set(post_targets::measured.eq(true))
            .execute(conn)
            .await?;
        Ok(())
    })
}

/// The accounts are visited at `at` at the latest.
pub(in crate::repo) async fn bring_forward(
    conn: &mut Conn,
    accounts: Vec<AccountId>,
    at: Timestamp,
) -> QueryResult<usize> {
    diesel::update(
        account_metrics::table
            .filter(account_metrics::account_id.eq_any(accounts))
            .filter(account_metrics::run_at.gt(at)),
    )
    .set(account_metrics::run_at.eq(at))
    .execute(conn)
    .await
}

/// Claims due visits, the longest due first. Never waits for a lock that another node holds.
pub async fn claim(
    conn: &mut Conn,
    limit: i64,
    lease_for: Duration,
    clock: Timestamp,
) -> CommandResult<Vec<Visit>> {
    tx!(conn, {
        let now = crate::repo::jobs::now(conn, clock).await?;
        let due = account_metrics::table
            .filter(account_metrics::run_at.le(now).and(account_metrics::lease_until.is_null()))
            .order(account_metrics::run_at)
            .limit(limit)
            .select(AccountMetrics::as_select());
        pg_only! { let due = due.for_no_key_update().skip_locked(); }
        let due: Vec<AccountMetrics> = due.load(conn).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<AccountId> = due.iter().map(|row| row.account_id).collect();
        let until = lease_time(now).plus(lease_for);
        diesel::update(account_metrics::table.filter(account_metrics::account_id.eq_any(ids)))
            .set((
                account_metrics::lease_until.eq(Some(until)),
                account_metrics::lease_token.eq(account_metrics::lease_token + 1),
            ))
            .execute(conn)
            .await?;
        let visit = |row: AccountMetrics| Visit {
            workspace_id: row.workspace_id,
            account_id: row.account_id,
            lease: Lease { id: row.account_id, token: row.lease_token + 1, until },
            lateness: now.since(row.run_at),
            next_account_look_at: row.next_account_look_at,
            failures: row.failures,
        };
        Ok(due.into_iter().map(visit).collect())
    })
}

/// Gives a visit back, and says when the next one is.
pub async fn end_visit(
    conn: &mut Conn,
    lease: Lease<AccountId>,
    end: VisitEnd,
    clock: Timestamp,
) -> CommandResult<()> {
    tx!(conn, {
        fence(conn, lease).await?;
        let this = account_metrics::table.find(lease.id);
        let state: AccountMetrics = this.select(AccountMetrics::as_select()).first(conn).await?;
        let (run_at, failures) = match end {
            VisitEnd::Wait(until) => (until, state.failures),
            VisitEnd::Failed(until) => (until, state.failures.saturating_add(1)),
            VisitEnd::Done => {
                let posts: Option<Timestamp> = target_metrics::table
                    .filter(target_metrics::account_id.eq(lease.id))
                    .filter(target_metrics::next_look_at.is_not_null())
                    .order(target_metrics::next_look_at)
                    .select(target_metrics::next_look_at)
                    .first(conn)
                    .await
                    .optional()?
                    .flatten();
                let own = state.next_account_look_at;
                (posts.map_or(own, |posts| posts.min(own)), 0)
            }
        };
        let run_at = crate::repo::jobs::by_present(conn, run_at, clock).await?;
        diesel::update(this)
            .set((
                account_metrics::lease_until.eq(None::<Timestamp>),
                account_metrics::run_at.eq(run_at),
                account_metrics::failures.eq(failures),
            ))
            .execute(conn)
            .await?;
        Ok(())
    })
}

/// Whether something is being published by the account, or is to be until `soon`.
pub async fn is_publishing(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    soon: Timestamp,
) -> QueryResult<bool> {
    let at_work = jobs::table
        .filter(jobs::workspace_id.eq(workspace).and(jobs::account_id.eq(account)))
        .filter(jobs::state.eq_any([JobState::Queued, JobState::Running]).and(jobs::run_at.le(soon)));
    diesel::select(exists(at_work)).get_result(conn).await
}

/// The publications of an account whose numbers are due, the longest due first.
pub async fn due_targets(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<DueTarget>> {
    let rows: Vec<(TargetId, Option<String>, Option<Timestamp>, String)> = target_metrics::table
        .inner_join(post_targets::table)
        .inner_join(posts::table)
        .filter(target_metrics::workspace_id.eq(workspace).and(target_metrics::account_id.eq(account)))
        .filter(target_metrics::next_look_at.le(now))
        .filter(post_targets::status.eq(TargetStatus::Published))
        .order(target_metrics::next_look_at)
        .limit(limit)
        .select((
            target_metrics::target_id,
            post_targets::external_id,
            post_targets::published_at,
            posts::content,
        ))
        .load(conn)
        .await?;
    let due = rows.into_iter().filter_map(|(target_id, external_id, published_at, content)| {
        Some(DueTarget { target_id, external_id: external_id?, published_at: published_at?, content })
    });
    Ok(due.collect())
}

/// What is due but cannot be asked for (deleted on the network, or without an id there) is left alone from now on.
pub async fn retire(
    conn: &mut Conn,
    workspace: WorkspaceId,
    lease: Lease<AccountId>,
    now: Timestamp,
    asked: Vec<TargetId>,
) -> CommandResult<()> {
    let account = lease.id;
    let askable = post_targets::table
        .filter(post_targets::id.eq(target_metrics::target_id))
        .filter(post_targets::status.eq(TargetStatus::Published))
        .filter(post_targets::external_id.is_not_null().and(post_targets::published_at.is_not_null()));
    tx!(conn, {
        fence(conn, lease).await?;
        let retired: Vec<TargetId> = diesel::update(
            target_metrics::table
                .filter(
                    target_metrics::workspace_id.eq(workspace).and(target_metrics::account_id.eq(account)),
                )
                .filter(target_metrics::next_look_at.le(now).and(target_metrics::target_id.ne_all(asked)))
                .filter(not(exists(askable))),
        )
        .set(target_metrics::next_look_at.eq(None::<Timestamp>))
        .returning(target_metrics::target_id)
        .get_results(conn)
        .await?;
        if retired.is_empty() {
            return Ok(());
        }
        // Should it be published again, it is looked at again.
        diesel::update(post_targets::table.filter(post_targets::id.eq_any(retired)))
            .filter(post_targets::status.ne(TargetStatus::Published))
            .set(post_targets::measured.eq(false))
            .execute(conn)
            .await?;
        Ok(())
    })
}

/// The numbers of a post's publications are asked for at once. Answers how many publications that are.
pub async fn refresh(
    conn: &mut Conn,
    workspace: WorkspaceId,
    post: PostId,
    now: Timestamp,
) -> CommandResult<usize> {
    tx!(conn, {
        let published: Vec<(TargetId, AccountId)> = post_targets::table
            .filter(post_targets::workspace_id.eq(workspace).and(post_targets::post_id.eq(post)))
            .filter(post_targets::status.eq(TargetStatus::Published))
            .select((post_targets::id, post_targets::account_id))
            .load(conn)
            .await?;
        let (targets, accounts): (Vec<TargetId>, Vec<AccountId>) = published.into_iter().unzip();
        // The account's row is locked before those of its publications, as a visit does it.
        bring_forward(conn, accounts, now).await?;
        diesel::update(target_metrics::table.filter(target_metrics::target_id.eq_any(&targets)))
            .set(target_metrics::next_look_at.eq(Some(now)))
            .execute(conn)
            .await?;
        Ok(targets.len())
    })
}

/// The workspace of a visit, for its time zone.
pub async fn workspace(conn: &mut Conn, id: WorkspaceId) -> QueryResult<Workspace> {
    workspaces::table.find(id).select(Workspace::as_select()).first(conn).await
}
