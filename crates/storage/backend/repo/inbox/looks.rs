//! Looking at the accounts' inboxes. The workspace is not a parameter here: a worker works for all of them.

use crate::Conn;
use crate::repo::leases::{lease_time, leases, takeover};
use crate::repo::{auto_replies, budgets, events, inbox, jobs};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::InboxMessageReceived;
use fanfare_domain::event::{EventPayload, NewEvent, Seq};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, InboxStatus};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Account, FoundMessage, NewInboxMark, NewInboxMessage, inbox_message};
use fanfare_storage::work::inbox::{Found, Look, LookClaims, LookRequest};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

leases!(inbox_marks, account_id: AccountId);
takeover!(inbox_marks, account_id: AccountId);

/// Active accounts of these networks that are not looked at yet.
pub async fn unmarked(
    conn: &mut Conn,
    platforms: &[Platform],
    limit: i64,
) -> QueryResult<Vec<(AccountId, WorkspaceId, Platform)>> {
    accounts::table
        .left_join(inbox_marks::table)
        .filter(accounts::status.eq(AccountStatus::Active).and(accounts::platform.eq_any(platforms)))
        .filter(inbox_marks::account_id.nullable().is_null())
        .order(accounts::id)
        .limit(limit)
        .select((accounts::id, accounts::workspace_id, accounts::platform))
        .load(conn)
        .await
}

/// Has accounts looked at from now on; one that another node has enrolled meanwhile stays as it is.
pub async fn enrol(conn: &mut Conn, marks: Vec<NewInboxMark>) -> CommandResult<()> {
    tx!(conn, {
        for mark in marks {
            diesel::insert_into(inbox_marks::table)
                .values(&mark)
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
        }
        Ok(())
    })
}

/// Takes due looks. Never waits for a lock that another node holds.
pub async fn claim(conn: &mut Conn, request: LookRequest) -> CommandResult<LookClaims> {
    tx!(conn, {
        let now = jobs::now(conn, request.now).await?;
        let due = inbox_marks::table
            .inner_join(accounts::table)
            .filter(inbox_marks::look_at.le(now).and(accounts::status.eq(AccountStatus::Active)))
            .filter(inbox_marks::lease_until.is_null())
            .order((inbox_marks::look_at, inbox_marks::account_id))
            .limit(request.limit)
            .select(Account::as_select());
        let due: Vec<Account> = due.load(conn).await?;
        if due.is_empty() {
            return Ok(LookClaims::default());
        }
        let ids: Vec<AccountId> = due.iter().map(|account| account.id).collect();
        let locked = inbox_marks::table
            .filter(inbox_marks::account_id.eq_any(ids).and(inbox_marks::look_at.le(now)))
            .filter(inbox_marks::lease_until.is_null())
            .select((
                inbox_marks::account_id,
                inbox_marks::mark,
                inbox_marks::failures,
                inbox_marks::lease_token,
                inbox_marks::look_at,
            ));
        pg_only! { let locked = locked.for_no_key_update().skip_locked(); }
        let locked: Vec<(AccountId, Option<Json>, i32, i64, Timestamp)> = locked.load(conn).await?;
        let mut looks: Vec<Look> = Vec::with_capacity(locked.len());
        for (account_id, mark, failures, token, look_at) in locked {
            let Some(account) = due.iter().find(|account| account.id == account_id).cloned() else {
                continue;
            };
            let lease =
                Lease { id: account_id, token: token + 1, until: lease_time(now).plus(request.lease) };
            let (mark, lateness) = (mark.map(|json| json.0), now.since(look_at));
            looks.push(Look { account, mark, failures, lease, lateness });
        }
        take(conn, looks, &request, now).await
    })
}

/// Leases what the breakers and the budgets let through; the rest is put off.
async fn take(
    conn: &mut Conn,
    looks: Vec<Look>,
    request: &LookRequest,
    now: Timestamp,
) -> CommandResult<LookClaims> {
    let bucket = |look: &Look| {
        let platform = look.account.platform;
        let rule = request.budgets.get(&platform)?;
        Some((format!("inbox:{platform}"), *rule))
    };
    let charges: Vec<_> = looks.iter().map(|look| bucket(look).into_iter().collect()).collect();
    let allowed = budgets::charge(conn, &charges, now).await?;
    let mut resting = request.resting.clone();
    let mut claims = LookClaims::default();
    for (look, allowed) in looks.into_iter().zip(allowed) {
        let this = diesel::update(inbox_marks::table.find(look.account.id));
        let rests = resting.take(look.account.platform, look.account.id).map(|wait| now.plus(wait));
        if let Some(until) = rests.or(allowed.err()) {
            this.set(inbox_marks::look_at.eq(until)).execute(conn).await?;
            // Others may be due behind it.
            claims.more = true;
            continue;
        }
        this.set((
            inbox_marks::lease_until.eq(Some(look.lease.until)),
            inbox_marks::lease_token.eq(look.lease.token),
        ))
        .execute(conn)
        .await?;
        claims.claimed.push(look);
    }
    Ok(claims)
}

/// Stores what a look has found that is new, and where the next one continues from. `None`: nothing was new.
pub async fn receive(
    conn: &mut Conn,
    lease: Lease<AccountId>,
    account: Account,
    found: Found,
    now: Timestamp,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        let next_at = jobs::by_present(conn, found.next_at, now).await?;
        let held = diesel::update(held(lease))
            .set((
                inbox_marks::mark.eq(Some(Json(found.mark))),
                inbox_marks::look_at.eq(next_at),
                inbox_marks::failures.eq(0),
                inbox_marks::last_error.eq(None::<String>),
                inbox_marks::looked_at.eq(Some(now)),
                inbox_marks::lease_until.eq(None::<Timestamp>),
            ))
            .execute(conn)
            .await?;
        if held == 0 {
            return Err(CommandError::Fenced);
        }
        let messages = insert(conn, &account, found.messages, now).await?;
        if messages.is_empty() {
            return Ok(None);
        }
        if let Some(answer) = &found.answer {
            auto_replies::queue(conn, &account, answer, &messages, now).await?;
        }
        let received = |message: &InboxMessage| {
            let payload =
                InboxMessageReceived { inbox: message.clone().into(), account_name: account.name.clone() };
            inbox::event(message, EventPayload::InboxMessageReceived(Box::new(payload)))
        };
        let events: Vec<NewEvent> = messages.iter().map(received).collect();
        Ok(Some(events::append(conn, account.workspace_id, None, events, now).await?))
    })
}

/// Inserts the messages that are not there yet, oldest first. The mark's row is locked: nobody else looks at the account.
async fn insert(
    conn: &mut Conn,
    account: &Account,
    mut found: Vec<FoundMessage>,
    now: Timestamp,
) -> CommandResult<Vec<InboxMessage>> {
    let ids: Vec<&str> = found.iter().map(|message| message.remote_id.as_str()).collect();
    let known: Vec<String> = inbox_messages::table
        .filter(inbox_messages::account_id.eq(account.id).and(inbox_messages::remote_id.eq_any(ids)))
        .select(inbox_messages::remote_id)
        .load(conn)
        .await?;
    let mut known: BTreeSet<String> = known.into_iter().collect();
    found.retain(|message| known.insert(message.remote_id.clone()));
    if found.is_empty() {
        return Ok(Vec::new());
    }
    found.sort_by_key(|message| message.received_at);
    let targets = targets_of(conn, account, &found).await?;
    let rows: Vec<NewInboxMessage> = found
        .into_iter()
        .map(|message| {
            let under = message.post_external_id.as_ref().and_then(|id| targets.get(id)).copied();
            new_row(account, message, under, now)
        })
        .collect();
    let insert = diesel::insert_into(inbox_messages::table).values(rows).returning(inbox_message());
    let mut messages: Vec<InboxMessage> = batch!(conn, get_results, insert)?;
    messages.sort_by_key(|message| message.id);
    Ok(messages)
}

fn new_row(
    account: &Account,
    message: FoundMessage,
    under: Option<(PostId, TargetId)>,
    now: Timestamp,
) -> NewInboxMessage {
    NewInboxMessage {
        workspace_id: account.workspace_id,
        account_id: account.id,
        platform: account.platform,
        status: InboxStatus::Unread,
        found: message,
        post_id: under.map(|(post, _)| post),
        target_id: under.map(|(_, target)| target),
        created_at: now,
        updated_at: now,
    }
}

/// The publications of the account that messages stand under, by the network's ids.
async fn targets_of(
    conn: &mut Conn,
    account: &Account,
    found: &[FoundMessage],
) -> QueryResult<HashMap<String, (PostId, TargetId)>> {
    let ids: BTreeSet<&str> =
        found.iter().filter_map(|message| message.post_external_id.as_deref()).collect();
    let rows: Vec<(Option<String>, PostId, TargetId)> = post_targets::table
        .filter(post_targets::account_id.eq(account.id).and(post_targets::external_id.eq_any(ids)))
        .select((post_targets::external_id, post_targets::post_id, post_targets::id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, post, target)| Some((id?, (post, target)))).collect())
}

/// A look found nothing out; the account is looked at again at `next_at`.
pub async fn failed(
    conn: &mut Conn,
    lease: Lease<AccountId>,
    error: String,
    next_at: Timestamp,
    now: Timestamp,
) -> CommandResult<()> {
    let next_at = jobs::by_present(conn, next_at, now).await?;
    let held = diesel::update(held(lease))
        .set((
            inbox_marks::look_at.eq(next_at),
            inbox_marks::failures.eq(inbox_marks::failures + 1),
            inbox_marks::last_error.eq(Some(error)),
            inbox_marks::looked_at.eq(Some(now)),
            inbox_marks::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    if held == 1 { Ok(()) } else { Err(CommandError::Fenced) }
}
