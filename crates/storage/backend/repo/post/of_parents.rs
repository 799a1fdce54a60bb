//! The posts of several accounts or campaigns, a window of each list: as few statements for many lists as for one.

use super::lists::by_ids;
use crate::Conn;
use diesel::sql_types::BigInt;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_storage::page::{FEW, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Post;
use std::collections::{HashMap, HashSet};

/// SQLite joins at most 500 lists in a statement.
const LISTS_A_STATEMENT: usize = 100;

/// A number that belongs to an account or a campaign: the id of a post, or a count.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    parent: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// A window of the posts of each campaign, the newest first; against that order where the window goes backward.
pub async fn of_campaigns(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[CampaignId],
    window: &Window,
) -> QueryResult<Vec<(CampaignId, Post)>> {
    let lists = ids.iter().map(|id| list(id.0, &format!("p.campaign_id = {id}"), window));
    let lists: Vec<String> = lists.collect();
    let found = read(conn, &lists).await?;
    with_posts(conn, workspace, &found, window, CampaignId).await
}

/// The same for accounts: the posts that have a target on them.
pub async fn of_accounts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[AccountId],
    window: &Window,
) -> QueryResult<Vec<(AccountId, Post)>> {
    let few = with_few_posts(conn, ids).await?;
    // As an array: with a subquery, PostgreSQL may go through all posts.
    pg_only! { let (among, end) = ("= ANY(ARRAY(", "))"); }
    sqlite_only! { let (among, end) = ("IN (", ")"); }
    let lists = ids.iter().map(|id| {
        let targets = format!("SELECT t.post_id FROM post_targets t WHERE t.account_id = {id}");
        let condition = if few.contains(&id.0) {
            format!("p.id {among}{targets}{end}")
        } else {
            // In the order of the index: an account with many posts has one among the next few of the workspace.
            format!("p.workspace_id = {workspace} AND EXISTS ({targets} AND t.post_id = p.id)")
        };
        list(id.0, &condition, window)
    });
    let lists: Vec<String> = lists.collect();
    let found = read(conn, &lists).await?;
    with_posts(conn, workspace, &found, window, AccountId).await
}

/// The accounts whose posts are so few that they are read whole.
async fn with_few_posts(conn: &mut Conn, ids: &[AccountId]) -> QueryResult<HashSet<i64>> {
    let most = FEW + 1;
    let counts = ids.iter().map(|id| {
        format!(
            "SELECT CAST({id} AS bigint) AS parent, count(*) AS number FROM
                (SELECT t.post_id FROM post_targets t WHERE t.account_id = {id} LIMIT {most}) AS one"
        )
    });
    let counts: Vec<String> = counts.collect();
    let counts = read(conn, &counts).await?;
    Ok(counts.into_iter().filter(|row| row.number <= FEW).map(|row| row.parent).collect())
}

/// The statement that reads a window of the posts `p` that fulfil a condition, which is the program's own.
fn list(parent: i64, condition: &str, window: &Window) -> String {
    let (sign, way) = if window.backward { (">", "ASC") } else { ("<", "DESC") };
    let cut = window.start.map_or_else(String::new, |(at, id)| {
        let at = literal(at);
        // The first condition bounds the index's range; an `or` alone would not.
        format!("AND p.created_at {sign}= {at} AND (p.created_at {sign} {at} OR p.id {sign} {id})")
    });
    let Window { limit, offset, .. } = window;
    format!(
        "SELECT CAST({parent} AS bigint) AS parent, one.id AS number FROM (SELECT p.id FROM posts p WHERE {condition}
            {cut} ORDER BY p.created_at {way}, p.id {way} LIMIT {limit} OFFSET {offset}) AS one"
    )
}

/// A time as it stands in a statement.
fn literal(at: Timestamp) -> String {
    pg_only! { let (before, after) = ("(timestamptz 'epoch' + interval '", " microseconds')"); }
    sqlite_only! { let (before, after) = ("", ""); }
    format!("{before}{}{after}", at.micros())
}

async fn read(conn: &mut Conn, lists: &[String]) -> QueryResult<Vec<Found>> {
    let mut found = Vec::new();
    for lists in lists.chunks(LISTS_A_STATEMENT) {
        let rows: Vec<Found> = diesel::sql_query(lists.join(" UNION ALL ")).load(conn).await?;
        found.extend(rows);
    }
    Ok(found)
}

async fn with_posts<I>(
    conn: &mut Conn,
    workspace: WorkspaceId,
    found: &[Found],
    window: &Window,
    parent: fn(i64) -> I,
) -> QueryResult<Vec<(I, Post)>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<PostId> = found.iter().map(|row| PostId(row.number)).collect();
    ids.sort_unstable();
    ids.dedup();
    let posts = by_ids(conn, workspace, &ids).await?;
    let posts: HashMap<PostId, Post> = posts.into_iter().map(|post| (post.id, post)).collect();
    let rows = found.iter().filter_map(|row| {
        let post = posts.get(&PostId(row.number))?;
        Some((parent(row.parent), post.clone()))
    });
    let mut rows: Vec<(I, Post)> = rows.collect();
    rows.sort_by_key(|(_, post)| (post.created_at, post.id));
    if !window.backward {
        rows.reverse();
    }
    Ok(rows)
}
