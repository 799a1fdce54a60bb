//! Targets: stored with their post, read by loaders and by the engine.

use crate::Conn;
use crate::repo::kept_counts;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, MediaId, PostId, TargetId, WorkspaceId};
use fanfare_domain::kept_count::KeptCount;
use fanfare_domain::post::{NewPost, PostAggregate, TargetStatus};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewTargetRow, Target, TargetMedium};
use std::collections::BTreeMap;

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has at most 19.
const AT_ONCE: usize = 1_000;

/// Stores the targets of new or rewritten posts in the states that were decided, with the media of their own; returns
/// their ids, by the post and in their order. One statement for each [`AT_ONCE`]. `new`: what each of the posts was made
/// of.
pub(in crate::repo) async fn insert(
    conn: &mut Conn,
    workspace: WorkspaceId,
    new: &[&NewPost],
    posts: &[PostAggregate],
) -> CommandResult<BTreeMap<PostId, Vec<TargetId>>> {
    let rows = posts.iter().flat_map(|post| {
        let targets = post.targets.iter().zip(0..);
        targets.map(move |(target, position)| NewTargetRow::of(&post.post, target, position))
    });
    let rows: Vec<NewTargetRow> = rows.collect();
    let mut stored: BTreeMap<(PostId, i32), TargetId> = BTreeMap::new();
    for rows in rows.chunks(AT_ONCE) {
        let place = (post_targets::post_id, post_targets::position, post_targets::id);
        // The order of what an INSERT returns is nobody's promise.
        let rows: Vec<(PostId, i32, TargetId)> = if let [row] = rows {
            // Unlike that of several rows, this statement stays prepared.
            let insert = diesel::insert_into(post_targets::table).values(row.clone());
            vec![insert.returning(place).get_result(conn).await?]
        } else {
            let insert = diesel::insert_into(post_targets::table).values(rows.to_vec());
            batch!(conn, get_results, insert.returning(place))?
        };
        stored.extend(rows.into_iter().map(|(post, position, id)| ((post, position), id)));
    }
    let mut ids: BTreeMap<PostId, Vec<TargetId>> = BTreeMap::new();
    for ((post, _), id) in stored {
        ids.entry(post).or_default().push(id);
    }
    attach_media(conn, workspace, &own_media(workspace, new, posts, &ids)).await?;
    Ok(ids)
}

/// The media that single targets have of their own.
fn own_media(
    workspace_id: WorkspaceId,
    new: &[&NewPost],
    posts: &[PostAggregate],
    ids: &BTreeMap<PostId, Vec<TargetId>>,
) -> Vec<TargetMedium> {
    let mut rows = Vec::new();
    for (new, post) in new.iter().zip(posts) {
        let ids = ids.get(&post.post.id).map_or(&[][..], Vec::as_slice);
        for (&target_id, target) in ids.iter().zip(&new.targets) {
            let media = target.variant.media_ids.iter().flatten().zip(0..);
            rows.extend(media.map(|(&media_id, position)| TargetMedium {
                target_id,
                media_id,
                workspace_id,
                position,
            }));
        }
    }
    rows
}

/// Attaches media to targets; refused where one is not the workspace's.
async fn attach_media(conn: &mut Conn, workspace: WorkspaceId, rows: &[TargetMedium]) -> CommandResult<()> {
    let media: Vec<MediaId> = rows.iter().map(|row| row.media_id).collect();
    crate::repo::media::assert_in(conn, workspace, &media, "variants").await?;
    insert_rows!(conn, target_media::table, rows, AT_ONCE);
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
    let ids = accounts.iter().map(|account| account.0).collect();
    let counts = kept_counts::read_each(conn, workspace, KeptCount::AccountPosts, ids).await?;
    Ok(counts.into_iter().map(|(id, count)| (AccountId(id), count)).collect())
}

/// How many targets each post has; those without one are left out.
pub async fn counts_of_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> QueryResult<Vec<(PostId, i64)>> {
    post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::post_id.eq_any(posts)))
        .group_by(post_targets::post_id)
        .select((post_targets::post_id, diesel::dsl::count_star()))
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
        // What has the one has the other: said for the index by times.
        .filter(post_targets::published_at.is_not_null())
        .order(post_targets::published_at.desc())
        .limit(limit)
        .select(post_targets::external_id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().flatten().collect())
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
