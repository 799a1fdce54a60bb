//! Accounts whose access ends soon: the workspace is not a parameter, a worker looks at all of them.

use crate::Conn;
use crate::repo::events;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::TokenExpiring;
use fanfare_domain::event::{EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Account;
use std::collections::BTreeMap;

/// Tells of active accounts whose access ends before `before`, unless they were told of after `told_after`. An access
/// token that can be renewed does not end; its refresh token may. Answers the last event of each workspace that has one.
pub async fn warn(
    conn: &mut Conn,
    before: Timestamp,
    told_after: Timestamp,
    now: Timestamp,
    limit: i64,
) -> CommandResult<BTreeMap<WorkspaceId, Seq>> {
    tx!(conn, {
        let renewed = accounts::refresh_token_sealed.is_not_null();
        let access_ends = accounts::refresh_token_sealed.is_null().and(accounts::token_expires_at.lt(before));
        let renewal_ends = renewed.and(accounts::refresh_expires_at.lt(before));
        let ending: Vec<Account> = accounts::table
            .filter(accounts::status.eq(AccountStatus::Active))
            .filter(accounts::expiry_warned_at.is_null().or(accounts::expiry_warned_at.le(told_after)))
            .filter(access_ends.or(renewal_ends).assume_not_null())
            .order(accounts::id)
            .limit(limit)
            .select(Account::as_select())
            .load(conn)
            .await?;
        let ids: Vec<_> = ending.iter().map(|account| account.id).collect();
        diesel::update(accounts::table.filter(accounts::id.eq_any(ids)))
            .set(accounts::expiry_warned_at.eq(Some(now)))
            .execute(conn)
            .await?;
        let mut log: BTreeMap<WorkspaceId, Vec<NewEvent>> = BTreeMap::new();
        for account in &ending {
            log.entry(account.workspace_id).or_default().push(expiring(account));
        }
        let mut seqs = BTreeMap::new();
        for (workspace, new) in log {
            seqs.insert(workspace, events::append(conn, workspace, None, new, now).await?);
        }
        Ok(seqs)
    })
}

fn expiring(account: &Account) -> NewEvent {
    let renewed = account.refresh_token_sealed.is_some();
    let ends = if renewed { account.refresh_expires_at } else { account.token_expires_at };
    let subject = Subject { account_id: Some(account.id), ..Subject::default() };
    let payload = TokenExpiring { account: account.reference(), status: account.status, expires_at: ends };
    NewEvent::new(subject, EventPayload::AccountTokenExpiring(payload))
}
