//! The lists of posts.

use crate::Conn;
use crate::repo::kept_counts::{self, Wanted};
use crate::repo::one_of_several::{self, Column};
use diesel::dsl::{exists, sql};
use diesel::sql_types::Bool;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::kept_count::KeptCount;
use fanfare_domain::post::PostStatus;
use fanfare_storage::page::{FEW, Order, PostFilter, Window, each_once};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Post;

const STATUS: Column =
    Column { table: "posts", name: "status", id: "id", order: "t.created_at DESC, t.id DESC" };
const ACCOUNT: Column =
    Column { table: "post_targets", name: "account_id", id: "post_id", order: "t.status" };

/// How a filter is read.
#[derive(Default)]
struct Reading {
    /// The accounts on the network that is asked for.
    accounts: Option<Vec<AccountId>>,
    /// All posts that the filter can find, where one of its conditions finds few.
    few: Option<Vec<PostId>>,
}

impl Reading {
    fn finds_nothing(&self) -> bool {
        self.few.as_ref().is_some_and(Vec::is_empty)
    }
}

/// Posts with a target on one of some accounts.
macro_rules! on_accounts {
    ($workspace:expr, $accounts:expr) => {
        exists(
            post_targets::table
                .filter(post_targets::workspace_id.eq($workspace).and(post_targets::post_id.eq(posts::id)))
                .filter(post_targets::account_id.eq_any($accounts)),
        )
    };
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr, $reading:expr) => {{
        let (filter, reading) = ($filter, $reading);
        let mut query = posts::table.into_boxed();
        // A sum has no index: the database has to go by what is narrower than the workspace.
        query = if reading.few.is_some() || filter.campaign_id.is_some() {
            query.filter((posts::workspace_id + 0_i64).eq($workspace))
        } else {
            query.filter(posts::workspace_id.eq($workspace))
        };
        if let Some(few) = &reading.few {
            query = query.filter(posts::id.eq_any(few.clone()));
        }
        if let Some(statuses) = &filter.statuses {
            query = match statuses.as_slice() {
                // With one of a list, PostgreSQL does not see that the index has the order.
                [only] => query.filter(posts::status.eq(*only)),
                several => query.filter(posts::status.eq_any(several.to_vec())),
            };
        }
        if let Some(text) = &filter.text {
            query = query.filter(contains!(posts::content, text));
        }
        if let Some(from) = filter.scheduled_from {
            query = query.filter(posts::scheduled_at.ge(from));
        }
        if let Some(to) = filter.scheduled_to {
            query = query.filter(posts::scheduled_at.lt(to));
        }
        if let Some(campaign) = filter.campaign_id {
            query = match &reading.few {
                Some(_) => query.filter((posts::campaign_id + 0_i64).eq(campaign)),
                None => query.filter(posts::campaign_id.eq(campaign)),
            };
        }
        if let Some(account) = filter.account_id {
            query = query.filter(on_accounts!($workspace, vec![account]));
        }
        if let Some(accounts) = &reading.accounts {
            query = query.filter(on_accounts!($workspace, accounts.clone()));
        }
        query
    }};
}

/// Decides how a filter is read: each of its conditions is asked for few posts, from an index.
async fn reading(conn: &mut Conn, workspace: WorkspaceId, filter: &PostFilter) -> QueryResult<Reading> {
    let mut reading = Reading::default();
    if filter.is_ordered() {
        return Ok(reading);
    }
    if let Some(platform) = filter.platform {
        let on_it = accounts::workspace_id.eq(workspace).and(accounts::platform.eq(platform));
        reading.accounts = Some(accounts::table.filter(on_it).select(accounts::id).load(conn).await?);
    }
    reading.few = few(conn, workspace, filter, reading.accounts.as_deref()).await?;
    Ok(reading)
}

/// The rows are asked for in the order of the index. Without an order PostgreSQL may read the whole table, because it
/// expects what it looks for everywhere in it.
async fn few(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    on_platform: Option<&[AccountId]>,
) -> QueryResult<Option<Vec<PostId>>> {
    sqlite_only! {
        use crate::text_index::{Searched, holders};
        if let Some(text) = &filter.text
            && let Some(ids) = holders(conn, Searched::PostContent, workspace, text, FEW + 1).await?
            && are_few(&ids)
        {
            return Ok(Some(of_ids(ids)));
        }
    }
    let accounts = [filter.account_id.as_ref().map(std::slice::from_ref), on_platform];
    for accounts in accounts.into_iter().flatten() {
        let ids = one_of_several::with_number(conn, workspace, &ACCOUNT, accounts).await?;
        if are_few(&ids) {
            return Ok(Some(of_ids(ids)));
        }
    }
    if let Some(statuses) = &filter.statuses {
        let statuses: Vec<&str> = each_once(statuses).into_iter().map(PostStatus::as_str).collect();
        let ids = one_of_several::with_text(conn, workspace, &STATUS, &statuses).await?;
        if are_few(&ids) {
            return Ok(Some(of_ids(ids)));
        }
    }
    if filter.campaign_id.is_some() {
        let alone = PostFilter { campaign_id: filter.campaign_id, ..PostFilter::default() };
        let query = filtered!(workspace, &alone, &Reading::default());
        let query = query.order((posts::created_at.desc(), posts::id.desc())).limit(FEW + 1);
        let ids: Vec<PostId> = query.select(posts::id).load(conn).await?;
        if are_few(&ids) {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

fn of_ids(ids: Vec<i64>) -> Vec<PostId> {
    ids.into_iter().map(PostId).collect()
}

fn are_few<T>(ids: &[T]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|found| found <= FEW)
}

/// A window of a workspace's posts.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    order: Order,
    window: &Window,
) -> QueryResult<Vec<Post>> {
    let reading = reading(conn, workspace, filter).await?;
    if reading.finds_nothing() {
        return Ok(Vec::new());
    }
    let query = filtered!(workspace, filter, &reading);
    windowed!(query, window, order, posts::created_at, posts::id, PostId)
        .select(Post::as_select())
        .load(conn)
        .await
}

/// The count that the database keeps of what a filter finds, if it keeps one. The filter must be nothing but what is
/// counted: a condition that is not known here is counted row by row.
fn kept(filter: &PostFilter) -> Option<Wanted> {
    let is = |alone: PostFilter| alone == *filter;
    let none = PostFilter::default;
    if is(PostFilter { statuses: filter.statuses.clone(), ..none() }) {
        let posts = Wanted::all(KeptCount::WorkspacePosts);
        Some(posts.with(filter.statuses.as_deref(), PostStatus::as_str))
    } else if is(PostFilter { campaign_id: filter.campaign_id, ..none() }) {
        filter.campaign_id.map(|campaign| Wanted::all(KeptCount::CampaignPosts).of(campaign.0))
    } else if is(PostFilter { account_id: filter.account_id, ..none() }) {
        filter.account_id.map(|account| Wanted::all(KeptCount::AccountPosts).of(account.0))
    } else {
        None
    }
}

/// How many posts a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &PostFilter) -> QueryResult<i64> {
    if let Some(wanted) = kept(filter) {
        return kept_counts::read(conn, workspace, wanted).await;
    }
    let reading = reading(conn, workspace, filter).await?;
    if reading.finds_nothing() {
        return Ok(0);
    }
    filtered!(workspace, filter, &reading).count().get_result(conn).await
}

/// Held posts whose time has passed, of each campaign, the earliest first; at most `limit` in all.
pub async fn overdue(
    conn: &mut Conn,
    workspace: WorkspaceId,
    campaigns: &[CampaignId],
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    posts::table
        // In words, because a partial index is used only where its condition is seen. A sum has no index: the database
        // does not go through all that was ever planned.
        .filter(sql::<Bool>("posts.status = 'held'"))
        .filter((posts::workspace_id + 0_i64).eq(workspace))
        .filter(posts::campaign_id.eq_any(campaigns).and(posts::scheduled_at.le(now)))
        .order((posts::scheduled_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await
}

/// The posts that are planned for `[from, to)`, or were published then without a plan, in the order of their times.
pub async fn between(
    conn: &mut Conn,
    workspace: WorkspaceId,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    let planned = posts::scheduled_at.ge(from).and(posts::scheduled_at.lt(to));
    let published = posts::published_at.ge(from).and(posts::published_at.lt(to));
    let mut found: Vec<Post> = posts::table
        .filter(posts::workspace_id.eq(workspace).and(planned))
        .order((posts::scheduled_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await?;
    // A statement of its own, so that each has its index.
    let unplanned: Vec<Post> = posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::scheduled_at.is_null()).and(published))
        .order((posts::published_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await?;
    found.extend(unplanned);
    found.sort_by_key(|post| (post.scheduled_at.or(post.published_at), post.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Posts by id; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[PostId]) -> QueryResult<Vec<Post>> {
    posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::id.eq_any(ids)))
        .select(Post::as_select())
        .load(conn)
        .await
}
