//! Connected accounts.

use crate::Conn;
use crate::repo::{events, jobs as jobs_repo, units};
use fanfare_domain::account::{AccountStatus, refresh_due};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{AccountPayload, AccountState};
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{JobState, TargetErrorCode, TargetStatus};
use fanfare_storage::command::profile_update::ProfileUpdate;
use fanfare_storage::page::{AccountFilter, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Account, ConnectedAccount, ShownAccount};
use serde_json::{Value, json};

/// Stores the account of a finished consent; the same account of the network again is the same row.
pub async fn connect(
    conn: &mut Conn,
    new: ConnectedAccount,
    actor: EventActor,
) -> CommandResult<(Account, Seq)> {
    tx!(conn, { store(conn, new, actor).await })
}

/// The same, unless the account is connected and active: then `None`, and nothing is changed.
pub async fn connect_new(
    conn: &mut Conn,
    new: ConnectedAccount,
    actor: EventActor,
) -> CommandResult<Option<(Account, Seq)>> {
    tx!(conn, {
        let known = accounts::table
            .filter(accounts::workspace_id.eq(new.workspace_id).and(accounts::platform.eq(new.platform)))
            .filter(accounts::remote_id.eq(&new.remote_id))
            .select(accounts::status);
        pg_only! { let known = known.for_no_key_update(); }
        let known: Option<AccountStatus> = known.first(conn).await.optional()?;
        if known == Some(AccountStatus::Active) {
            return Ok(None);
        }
        store(conn, new, actor).await.map(Some)
    })
}

async fn store(conn: &mut Conn, new: ConnectedAccount, actor: EventActor) -> CommandResult<(Account, Seq)> {
    let due = refresh_due(new.token_expires_at, new.refresh_token_sealed.is_some());
    let account: Account = diesel::insert_into(accounts::table)
        .values((&new, accounts::refresh_at.eq(due)))
        .on_conflict((accounts::workspace_id, accounts::platform, accounts::remote_id))
        .do_update()
        .set((
            accounts::name.eq(excluded(accounts::name)),
            accounts::handle.eq(excluded(accounts::handle)),
            accounts::account_type.eq(excluded(accounts::account_type)),
            accounts::picture_url.eq(excluded(accounts::picture_url)),
            accounts::profile_url.eq(excluded(accounts::profile_url)),
            accounts::status.eq(excluded(accounts::status)),
            accounts::status_reason.eq(None::<String>),
            accounts::simulated.eq(excluded(accounts::simulated)),
            accounts::access_token_sealed.eq(excluded(accounts::access_token_sealed)),
            accounts::refresh_token_sealed.eq(excluded(accounts::refresh_token_sealed)),
            accounts::token_expires_at.eq(excluded(accounts::token_expires_at)),
            accounts::refresh_expires_at.eq(excluded(accounts::refresh_expires_at)),
            accounts::scopes.eq(excluded(accounts::scopes)),
            accounts::followers_count.eq(excluded(accounts::followers_count)),
            accounts::following_count.eq(excluded(accounts::following_count)),
            accounts::refresh_at.eq(excluded(accounts::refresh_at)),
            accounts::refresh_failures.eq(0),
            accounts::refresh_lease_until.eq(None::<Timestamp>),
            accounts::expiry_warned_at.eq(None::<Timestamp>),
            accounts::updated_at.eq(excluded(accounts::updated_at)),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await?;
    wake_waiting(conn, account.id, new.updated_at).await?;
    let event =
        event(EventPayload::AccountConnected, &account, None).changing(Value::Null, account.audited());
    let seq = events::append(conn, new.workspace_id, Some(actor), vec![event], new.updated_at).await?;
    Ok((account, seq))
}

/// What waited for an account to be connected again is due now.
async fn wake_waiting(conn: &mut Conn, id: AccountId, clock: Timestamp) -> QueryResult<()> {
    let now = jobs_repo::now(conn, clock).await?;
    let waiting = post_targets::table
        .filter(post_targets::account_id.eq(id).and(post_targets::status.eq(TargetStatus::Pending)))
        .filter(post_targets::error_code.eq(Some(TargetErrorCode::Auth)))
        .select(post_targets::id);
    diesel::update(
        jobs::table
            .filter(jobs::account_id.eq(id).and(jobs::state.eq(JobState::Queued)))
            .filter(jobs::run_at.gt(now).and(jobs::target_id.eq_any(waiting))),
    )
    .set(jobs::run_at.eq(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// The accounts on some networks that can publish, the oldest first.
pub async fn active_on(
    conn: &mut Conn,
    workspace: WorkspaceId,
    platforms: &[Platform],
) -> QueryResult<Vec<ShownAccount>> {
    accounts::table
        .filter(accounts::workspace_id.eq(workspace).and(accounts::platform.eq_any(platforms)))
        .filter(accounts::status.eq(AccountStatus::Active))
        .order((accounts::created_at, accounts::id))
        .select(ShownAccount::as_select())
        .load(conn)
        .await
}

/// Which of these accounts are disconnected. The workspace is not a parameter: a worker works for all of them.
pub async fn disconnected(conn: &mut Conn, ids: &[AccountId]) -> QueryResult<Vec<AccountId>> {
    accounts::table
        .filter(accounts::id.eq_any(ids).and(accounts::status.eq(AccountStatus::Disconnected)))
        .select(accounts::id)
        .load(conn)
        .await
}

/// Forgets the tokens, ends what is under way and cancels what was not sent; answers the account as it was, and the posts
/// that had either.
pub async fn disconnect(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Account, Vec<PostId>, Seq)> {
    tx!(conn, {
        let waiting: Vec<(PostId, TargetId)> = post_targets::table
            .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq(id)))
            .filter(post_targets::status.eq_any([
                TargetStatus::Scheduled,
                TargetStatus::Held,
                TargetStatus::Pending,
                TargetStatus::Publishing,
            ]))
            .order(post_targets::post_id)
            .select((post_targets::post_id, post_targets::id))
            .load(conn)
            .await?;
        let posts: Vec<PostId> = waiting.iter().map(|(post, _)| *post).collect();
        let mut units = units::load_many(conn, &posts, now).await?;
        jobs_repo::end_running(conn, id, now).await?;
        units::load_unsettled(conn, &mut units).await?;
        for unit in &mut units {
            let post = unit.post.id;
            for (_, target) in waiting.iter().filter(|(of, _)| *of == post) {
                unit.abandon(*target)?;
            }
        }
        let before = by_ids(conn, workspace, &[id]).await?.pop().ok_or(CommandError::NotFound)?;
        let account = set_disconnected(conn, workspace, id, now).await?;
        units::save_many(conn, units, Some(actor)).await?;
        let event = event(EventPayload::AccountDisconnected, &account, None)
            .changing(before.audited(), account.audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((before, posts, seq))
    })
}

async fn set_disconnected(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    now: Timestamp,
) -> CommandResult<Account> {
    diesel::update(accounts::table.filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq(id))))
        .set((
            accounts::status.eq(AccountStatus::Disconnected),
            accounts::status_reason.eq(None::<String>),
            accounts::access_token_sealed.eq(None::<String>),
            accounts::refresh_token_sealed.eq(None::<String>),
            accounts::token_expires_at.eq(None::<Timestamp>),
            accounts::refresh_at.eq(None::<Timestamp>),
            accounts::refresh_failures.eq(0),
            // A refresh that is under way must not bring tokens back.
            accounts::refresh_lease_until.eq(None::<Timestamp>),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
        .optional()?
        .ok_or(CommandError::NotFound)
}

/// Marks an account that its network refuses.
pub async fn set_reconnect_required(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    reason: String,
    now: Timestamp,
) -> CommandResult<Option<Seq>> {
    tx!(conn, { Ok(require_reconnect(conn, workspace, id, reason, now).await?) })
}

/// The same, in a transaction that has begun.
pub(in crate::repo) async fn require_reconnect(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    reason: String,
    now: Timestamp,
) -> QueryResult<Option<Seq>> {
    let account: Option<Account> = diesel::update(
        accounts::table
            .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq(id)))
            .filter(accounts::status.eq(AccountStatus::Active)),
    )
    .set((
        accounts::status.eq(AccountStatus::ReconnectRequired),
        accounts::status_reason.eq(Some(reason.clone())),
        accounts::updated_at.eq(now),
    ))
    .returning(Account::as_returning())
    .get_result(conn)
    .await
    .optional()?;
    let Some(account) = account else { return Ok(None) };
    let active = json!({ "status": AccountStatus::Active });
    let event = event(EventPayload::AccountReconnectRequired, &account, Some(&reason))
        .changing(active, json!({ "status": account.status }));
    Ok(Some(events::append(conn, workspace, None, vec![event], now).await?))
}

/// Stores what the network says of an account that it answers for; `None`: nothing new.
pub async fn update_profile(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AccountId,
    update: ProfileUpdate,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        let before = by_ids(conn, workspace, &[id]).await?.pop().ok_or(CommandError::NotFound)?;
        let revived = before.status == AccountStatus::Error;
        if update.is_known(&before) && !revived {
            return Ok(None);
        }
        let this = accounts::table.filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq(id)));
        if revived {
            diesel::update(this)
                .set((accounts::status.eq(AccountStatus::Active), accounts::status_reason.eq(None::<String>)))
                .execute(conn)
                .await?;
        }
        let account: Account =
            diesel::update(this).set(&update).returning(Account::as_returning()).get_result(conn).await?;
        let event =
            event(EventPayload::AccountUpdated, &account, None).changing(before.audited(), account.audited());
        Ok(Some(events::append(conn, workspace, None, vec![event], update.updated_at).await?))
    })
}

/// Accounts by id with their tokens; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[AccountId]) -> QueryResult<Vec<Account>> {
    accounts::table
        .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq_any(ids)))
        .select(Account::as_select())
        .load(conn)
        .await
}

/// The same as people see them.
pub async fn shown(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[AccountId],
) -> QueryResult<Vec<ShownAccount>> {
    accounts::table
        .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq_any(ids)))
        .select(ShownAccount::as_select())
        .load(conn)
        .await
}

/// The same with the words that no post of the workspace may hold, in one statement. `None`: the first of the accounts is
/// not there, and the words were not read.
pub async fn shown_with_banned(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[AccountId],
) -> QueryResult<(Vec<ShownAccount>, Option<Vec<String>>)> {
    let Some(first) = ids.first().copied() else { return Ok((Vec::new(), None)) };
    // With one row only: the words may be long.
    let of_first = workspace_settings::workspace_id.eq(accounts::workspace_id).and(accounts::id.eq(first));
    let rows: Vec<(ShownAccount, Option<Strings>)> = accounts::table
        .left_join(workspace_settings::table.on(of_first))
        .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq_any(ids)))
        .select((ShownAccount::as_select(), workspace_settings::banned_keywords.nullable()))
        .load(conn)
        .await?;
    let mut banned = None;
    let shown = rows.into_iter().map(|(account, words)| {
        if account.id == first {
            banned = Some(words.unwrap_or_default().0);
        }
        account
    });
    let shown = shown.collect();
    Ok((shown, banned))
}

/// Accounts of which a name or a handle is among `names`: each with its network, its status and both.
pub async fn called(
    conn: &mut Conn,
    workspace: WorkspaceId,
    names: &[&str],
) -> QueryResult<Vec<(AccountId, Platform, AccountStatus, [Option<String>; 2])>> {
    let named = accounts::name.eq_any(names.iter().copied()).nullable();
    let found: Vec<(AccountId, Platform, AccountStatus, String, Option<String>)> = accounts::table
        .filter(accounts::workspace_id.eq(workspace))
        .filter(named.or(accounts::handle.eq_any(names.iter().copied())))
        .order(accounts::id)
        .select((accounts::id, accounts::platform, accounts::status, accounts::name, accounts::handle))
        .load(conn)
        .await?;
    let found = found.into_iter();
    Ok(found
        .map(|(id, platform, status, name, handle)| (id, platform, status, [Some(name), handle]))
        .collect())
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let filter = $filter;
        let mut query = accounts::table.into_boxed().filter(accounts::workspace_id.eq($workspace));
        if let Some(platforms) = &filter.platforms {
            query = query.filter(accounts::platform.eq_any(platforms.clone()));
        }
        if let Some(statuses) = &filter.statuses {
            query = query.filter(accounts::status.eq_any(statuses.clone()));
        }
        query
    }};
}

/// A window of the accounts, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &AccountFilter,
    window: &Window,
) -> QueryResult<Vec<ShownAccount>> {
    let order = Order::NewestFirst;
    windowed!(filtered!(workspace, filter), window, order, accounts::created_at, accounts::id, AccountId)
        .select(ShownAccount::as_select())
        .load(conn)
        .await
}

/// How many accounts a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &AccountFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
}

/// An event of an account; `kind`: the variant of its payload.
pub(in crate::repo) fn event(
    kind: fn(AccountPayload) -> EventPayload,
    account: &Account,
    reason: Option<&str>,
) -> NewEvent {
    let subject = Subject { account_id: Some(account.id), ..Subject::default() };
    let state = AccountState { status: account.status, reason: reason.map(str::to_owned) };
    NewEvent::new(subject, kind(AccountPayload { account: account.reference(), state: Some(state) }))
}
