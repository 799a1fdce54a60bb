//! Refreshing the tokens of accounts: one holder at a time over all nodes, ahead of their end or because a network has
//! refused them. The workspace is not a parameter where a worker claims: it works for all of them.

use crate::Conn;
use crate::repo::leases::{fence, lease_time, leases, takeover};
use crate::repo::{accounts as repo, events, jobs};
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use fanfare_domain::account::refresh_due;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventPayload, Seq};
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::command::account_tokens::{ClaimedRefresh, SealedTokens, TokenTurn};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Account;
use std::time::Duration;

leases!(accounts, id: AccountId, refresh_lease_until, refresh_lease_token);
fence!(accounts, id: AccountId, refresh_lease_token);
takeover!(accounts, id: AccountId, refresh_lease_until, refresh_lease_token);

/// Between two refreshes ahead, however soon the new token ends: a network that gives short ones is not asked in a circle.
const LEAST: Duration = Duration::from_mins(1);

/// Claims refreshes that are due, the longest due first. Never waits for a lock that another node holds.
pub async fn claim(
    conn: &mut Conn,
    limit: i64,
    lease_for: Duration,
    clock: Timestamp,
) -> CommandResult<Vec<ClaimedRefresh>> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let due = accounts::table
            .filter(accounts::refresh_at.le(now).and(accounts::refresh_lease_until.is_null()))
            // In words, because SQLite uses a partial index only where it sees its condition.
            .filter(sql::<Bool>("accounts.status = 'active'"))
            .order(accounts::refresh_at)
            .limit(limit)
            .select((
                Account::as_select(),
                accounts::refresh_at,
                accounts::refresh_lease_token,
                accounts::refresh_failures,
            ));
        pg_only! { let due = due.for_no_key_update().skip_locked(); }
        let due: Vec<(Account, Option<Timestamp>, i64, i32)> = due.load(conn).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let (ids, until): (Vec<AccountId>, _) =
            (due.iter().map(|row| row.0.id).collect(), lease_time(now).plus(lease_for));
        diesel::update(accounts::table.filter(accounts::id.eq_any(ids)))
            .set((
                accounts::refresh_lease_until.eq(Some(until)),
                accounts::refresh_lease_token.eq(accounts::refresh_lease_token + 1),
            ))
            .execute(conn)
            .await?;
        let claimed = due.into_iter().map(|(account, at, token, failures)| ClaimedRefresh {
            lease: Lease { id: account.id, token: token + 1, until },
            lateness: at.map_or(Duration::ZERO, |at| now.since(at)),
            account,
            failures,
        });
        Ok(claimed.collect())
    })
}

/// Asks for the right to refresh an account's tokens now. A lease that has ended is not taken over here: the clock may have
/// been set forward, and a token that is refreshed twice is lost. [`retake`] frees it after it was watched.
pub async fn begin(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    lease_for: Duration,
    clock: Timestamp,
) -> QueryResult<TokenTurn> {
    let until = lease_time(jobs::now(conn, clock).await?).plus(lease_for);
    let taken: Option<(Account, i64, i32)> = diesel::update(
        accounts::table
            .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq(id)))
            .filter(accounts::refresh_lease_until.is_null()),
    )
    .set((
        accounts::refresh_lease_until.eq(Some(until)),
        accounts::refresh_lease_token.eq(accounts::refresh_lease_token + 1),
    ))
    .returning((Account::as_returning(), accounts::refresh_lease_token, accounts::refresh_failures))
    .get_result(conn)
    .await
    .optional()?;
    let mine = |(account, token, failures)| {
        let lease = Lease { id, token, until };
        TokenTurn::Mine(Box::new(ClaimedRefresh { account, lease, lateness: Duration::ZERO, failures }))
    };
    Ok(taken.map_or(TokenTurn::Taken, mine))
}

/// Stores refreshed tokens and gives the turn back; answers the position of the event that tells of new tokens.
pub async fn finish(
    conn: &mut Conn,
    lease: Lease<AccountId>,
    tokens: SealedTokens,
    now: Timestamp,
) -> CommandResult<(WorkspaceId, Seq)> {
    tx!(conn, {
        let earliest = jobs::now(conn, now).await?.plus(LEAST);
        let due = refresh_due(tokens.expires_at, tokens.refresh.is_some()).map(|at| at.max(earliest));
        let account: Option<Account> = diesel::update(held(lease))
            .set((
                accounts::access_token_sealed.eq(Some(tokens.access)),
                accounts::refresh_token_sealed.eq(tokens.refresh),
                accounts::token_expires_at.eq(tokens.expires_at),
                accounts::refresh_expires_at.eq(tokens.refresh_expires_at),
                accounts::refresh_at.eq(due),
                accounts::refresh_failures.eq(0),
                accounts::refresh_lease_until.eq(None::<Timestamp>),
                accounts::expiry_warned_at.eq(None::<Timestamp>),
                accounts::updated_at.eq(now),
            ))
            .returning(Account::as_returning())
            .get_result(conn)
            .await
            .optional()?;
        let account = account.ok_or(CommandError::Fenced)?;
        let event = repo::event(EventPayload::AccountUpdated, &account, None);
        let workspace = account.workspace_id;
        Ok((workspace, events::append(conn, workspace, None, vec![event], now).await?))
    })
}

/// Marks an account whose network refuses to refresh, and gives the turn back.
pub async fn refuse(
    conn: &mut Conn,
    workspace: WorkspaceId,
    lease: Lease<AccountId>,
    reason: String,
    now: Timestamp,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        fence(conn, lease).await?;
        let told = repo::require_reconnect(conn, workspace, lease.id, reason, now).await?;
        release(conn, lease, None).await?;
        Ok(told)
    })
}

/// Gives the turn back without new tokens. `at`: when the refresh ahead is tried again, as it failed; `None`: someone
/// else has refreshed meanwhile.
pub async fn give_back(
    conn: &mut Conn,
    lease: Lease<AccountId>,
    at: Option<Timestamp>,
    clock: Timestamp,
) -> CommandResult<()> {
    let at = match at {
        Some(at) => Some(jobs::by_present(conn, at, clock).await?),
        None => None,
    };
    Ok(release(conn, lease, at).await?)
}

async fn release(conn: &mut Conn, lease: Lease<AccountId>, at: Option<Timestamp>) -> QueryResult<()> {
    let free = accounts::refresh_lease_until.eq(None::<Timestamp>);
    match at {
        Some(at) => {
            let again = accounts::refresh_failures.eq(accounts::refresh_failures + 1);
            diesel::update(held(lease))
                .set((free, accounts::refresh_at.eq(Some(at)), again))
                .execute(conn)
                .await?
        }
        None => diesel::update(held(lease)).set(free).execute(conn).await?,
    };
    Ok(())
}
