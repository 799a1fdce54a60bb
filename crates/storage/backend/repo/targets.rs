//! Targets: made with their post, read by loaders and by the engine.

use super::{Conn, units};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, MediaId, PostId, TargetId, WorkspaceId};
use fanfare_domain::post::TargetStatus;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::post_unit::PostUnit;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewTarget, Post, Target, TargetMedium};

/// Stores the targets of a new or rewritten post, and makes its unit.
pub(super) async fn insert(
    conn: &mut Conn,
    post: Post,
    new: &[NewTarget],
    now: Timestamp,
) -> CommandResult<PostUnit> {
    let workspace = post.workspace_id;
    let wanted: Vec<AccountId> = new.iter().map(|target| target.account_id).collect();
    let known = units::account_facts(conn, workspace, &wanted).await?;
    if let Some(missing) = wanted.iter().position(|id| !known.contains_key(id)) {
        return Err(UserError::not_found(&format!("accountIds.{missing}"), "account").into());
    }
    let post_id = post.id;
    let rows: Vec<_> = new
        .iter()
        .zip(0_i32..)
        .map(|(target, position)| {
            let variant = &target.variant;
            (
                post_targets::workspace_id.eq(workspace),
                post_targets::post_id.eq(post_id),
                post_targets::account_id.eq(target.account_id),
                post_targets::position.eq(position),
                post_targets::status.eq(TargetStatus::Draft),
                post_targets::content.eq(variant.content.clone()),
                post_targets::title.eq(variant.title.clone()),
                post_targets::hashtags.eq(variant.hashtags.clone().map(Strings)),
                post_targets::link_url.eq(variant.link_url.clone()),
                post_targets::own_media.eq(variant.media_ids.is_some()),
                post_targets::attempts.eq(0),
                post_targets::created_at.eq(now),
                post_targets::updated_at.eq(now),
            )
        })
        .collect();
    let mut targets: Vec<Target> = Vec::new();
    for row in rows {
        targets.push(
            diesel::insert_into(post_targets::table)
                .values(row)
                .returning(Target::as_returning())
                .get_result(conn)
                .await?,
        );
    }
    for (row, target) in targets.iter().zip(new) {
        if let Some(media_ids) = &target.variant.media_ids {
            attach_media(conn, workspace, row.id, media_ids).await?;
        }
    }
    let mut unit = PostUnit::new(post, targets, now);
    unit.set_accounts(known);
    Ok(unit)
}

async fn attach_media(
    conn: &mut Conn,
    workspace: WorkspaceId,
    target: TargetId,
    media_ids: &[MediaId],
) -> CommandResult<()> {
    super::media::assert_in(conn, workspace, media_ids, "variants").await?;
    let rows: Vec<TargetMedium> = media_ids
        .iter()
        .zip(0..)
        .map(|(&media_id, position)| TargetMedium {
            target_id: target,
            media_id,
            workspace_id: workspace,
            position,
        })
        .collect();
    if !rows.is_empty() {
        batch!(conn, execute, diesel::insert_into(target_media::table).values(rows))?;
    }
    Ok(())
}

/// The targets of posts, in their order.
pub async fn of_posts(conn: &mut Conn, workspace: WorkspaceId, posts: &[PostId]) -> QueryResult<Vec<Target>> {
    post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::post_id.eq_any(posts)))
        .order((post_targets::post_id, post_targets::position))
        .select(Target::as_select())
        .load(conn)
        .await
}

/// How many targets each account has; those without one are left out.
pub async fn counts_of_accounts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
) -> QueryResult<Vec<(AccountId, i64)>> {
    post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq_any(accounts)))
        .group_by(post_targets::account_id)
        .select((post_targets::account_id, diesel::dsl::count_star()))
        .load(conn)
        .await
}

/// Targets by id; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[TargetId]) -> QueryResult<Vec<Target>> {
    post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::id.eq_any(ids)))
        .select(Target::as_select())
        .load(conn)
        .await
}

/// Ids on the network that other targets of an account own, of the last `limit` publications.
pub async fn owned_by_others(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    but: TargetId,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq(account)))
        .filter(post_targets::id.ne(but).and(post_targets::external_id.is_not_null()))
        .order(post_targets::published_at.desc())
        .limit(limit)
        .select(post_targets::external_id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().flatten().collect())
}

/// Refuses accounts that cannot publish; `field` is the input's.
pub async fn assert_active(conn: &mut Conn, workspace: WorkspaceId, post: PostId) -> CommandResult<()> {
    let broken: Vec<(AccountId, String)> = post_targets::table
        .inner_join(accounts::table)
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::post_id.eq(post)))
        .filter(accounts::status.ne(AccountStatus::Active))
        .select((accounts::id, accounts::name))
        .load(conn)
        .await?;
    match broken.as_slice().first() {
        None => Ok(()),
        Some((_, name)) => Err(UserError::new(
            UserErrorCode::AccountNotActive,
            "id",
            format!("The account {name} cannot publish; reconnect it first."),
        )
        .into()),
    }
}

/// When posts other than `but` are planned for any of the accounts, from an instant up to another.
pub async fn planned_times(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    (from, to): (Timestamp, Timestamp),
    but: PostId,
) -> QueryResult<Vec<Timestamp>> {
    post_targets::table
        .inner_join(posts::table)
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq_any(accounts)))
        .filter(post_targets::status.eq(TargetStatus::Scheduled).and(post_targets::post_id.ne(but)))
        .filter(posts::scheduled_at.ge(from).and(posts::scheduled_at.lt(to)))
        .select(posts::scheduled_at.assume_not_null())
        .load(conn)
        .await
}
