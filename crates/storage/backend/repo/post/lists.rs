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
use fanfare_storage::page::{FEW, Order, PostFilter, PostOrder, PostTime, Window, each_once};
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
        if let Some(from) = filter.created_from {
            query = query.filter(posts::created_at.ge(from));
        }
        if let Some(to) = filter.created_to {
            query = query.filter(posts::created_at.lt(to));
        }
        if let Some(from) = filter.published_from {
            query = query.filter(posts::published_at.ge(from));
        }
        if let Some(to) = filter.published_to {
            query = query.filter(posts::published_at.lt(to));
        }
        if let Some(author) = filter.author_id {
            query = match &reading.few {
                Some(_) => query.filter((posts::author_id + 0_i64).eq(author)),
                None => query.filter(posts::author_id.eq(author)),
            };
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

/// Decides how a filter is read: each of its conditions is asked for few posts, from an index. `by`: the time that the
/// list is ordered by.
async fn reading(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    by: PostTime,
) -> QueryResult<Reading> {
    let mut reading = Reading::default();
    if filter.is_ordered(by) {
        return Ok(reading);
    }
    if let Some(platform) = filter.platform {
        let on_it = accounts::workspace_id.eq(workspace).and(accounts::platform.eq(platform));
        reading.accounts = Some(accounts::table.filter(on_it).select(accounts::id).load(conn).await?);
    }
    reading.few = few(conn, workspace, filter, by, reading.accounts.as_deref()).await?;
    Ok(reading)
}

/// The rows are asked for in the order of the index. Without an order PostgreSQL may read the whole table, because it
/// expects what it looks for everywhere in it.
async fn few(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    by: PostTime,
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
    for (alone, by) in filter.conditions(by) {
        let query = filtered!(workspace, &alone, &Reading::default());
        let query = match by {
            PostTime::Created => query.order((posts::created_at.desc(), posts::id.desc())),
            PostTime::Scheduled => query.order((posts::scheduled_at.desc(), posts::id.desc())),
            PostTime::Published => query.order((posts::published_at.desc(), posts::id.desc())),
        };
        let ids: Vec<PostId> = query.limit(FEW + 1).select(posts::id).load(conn).await?;
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

/// A part of a list that is ordered by a time which posts may lack: first those that have it, then the others by their
/// ids. Each is read from the index by that time; with where a window begins in it.
#[derive(Clone, Copy)]
enum Part {
    Timed(Option<(Timestamp, i64)>),
    Untimed(Option<i64>),
}

/// The parts that a window can reach, in the order in which it reads them. `bounded`: the filter finds only posts that
/// have the time.
fn parts(window: &Window, bounded: bool) -> Vec<Part> {
    let mut parts = match (window.backward, window.start, window.start_without_time) {
        (false, _, Some(id)) => vec![Part::Untimed(Some(id))],
        (false, start, None) => vec![Part::Timed(start), Part::Untimed(None)],
        (true, None, start) => vec![Part::Untimed(start), Part::Timed(None)],
        (true, start, _) => vec![Part::Timed(start)],
    };
    parts.retain(|part| !bounded || matches!(part, Part::Timed(_)));
    parts
}

/// Posts of one part, in their order.
macro_rules! part {
    ($query:expr, $window:expr, $direction:expr, $at:expr, $part:expr) => {{
        let (query, window) = ($query, $window);
        match $part {
            Part::Timed(start) => {
                let window = Window { start, ..window };
                windowed!(query.filter($at.is_not_null()), window, $direction, $at, posts::id, PostId)
            }
            Part::Untimed(start) => {
                let mut query = query.filter($at.is_null());
                let descending = ($direction == Order::NewestFirst) != window.backward;
                if let Some(id) = start.map(PostId) {
                    query = if descending {
                        query.filter(posts::id.lt(id))
                    } else {
                        query.filter(posts::id.gt(id))
                    };
                }
                // The time is null for all of them; it stands here for the index.
                query = if descending {
                    query.order(($at.desc(), posts::id.desc()))
                } else {
                    query.order(($at.asc(), posts::id.asc()))
                };
                query.limit(window.limit).offset(window.offset)
            }
        }
    }};
}

/// A window of a list that is ordered by a time which posts may lack.
macro_rules! by_time {
    ($conn:expr, ($workspace:expr, $filter:expr, $reading:expr), $order:expr, $window:expr, $at:expr) => {{
        let (order, window) = ($order, $window);
        let (mut limit, mut offset) = (window.limit, window.offset);
        let mut rows: Vec<Post> = Vec::new();
        let mut parts = parts(window, $filter.bounds(order.by)).into_iter().peekable();
        while let Some(part) = parts.next() {
            let here = Window { limit, offset, ..window.clone() };
            let query = filtered!($workspace, $filter, $reading);
            let mut query = part!(query, here, order.direction, $at, part);
            if !rows.is_empty() {
                // A post may have lost its time, or got it, since the statement before.
                let read: Vec<PostId> = rows.iter().map(|post| post.id).collect();
                query = query.filter(posts::id.ne_all(read));
            }
            let found: Vec<Post> = query.select(Post::as_select()).load($conn).await?;
            if !found.is_empty() {
                offset = 0;
            } else if offset > 0 && parts.peek().is_some() {
                // All of this part is passed over; the rest of the offset is the next one's.
                let passed = Window { limit: offset, offset: 0, ..window.clone() };
                let query = filtered!($workspace, $filter, $reading);
                let query = part!(query, passed, order.direction, $at, part);
                let passed: Vec<PostId> = query.select(posts::id).load($conn).await?;
                offset -= length(&passed);
            }
            limit -= length(&found);
            rows.extend(found);
            if limit <= 0 {
                break;
            }
        }
        rows
    }};
}

fn length<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// A window of a workspace's posts.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    order: PostOrder,
    window: &Window,
) -> QueryResult<Vec<Post>> {
    let reading = reading(conn, workspace, filter, order.by).await?;
    if reading.finds_nothing() {
        return Ok(Vec::new());
    }
    let reading = &reading;
    Ok(match order.by {
        PostTime::Created => {
            let query = filtered!(workspace, filter, reading);
            let query = windowed!(query, window, order.direction, posts::created_at, posts::id, PostId);
            query.select(Post::as_select()).load(conn).await?
        }
        PostTime::Scheduled => {
            by_time!(conn, (workspace, filter, reading), order, window, posts::scheduled_at)
        }
        PostTime::Published => {
            by_time!(conn, (workspace, filter, reading), order, window, posts::published_at)
        }
    })
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
    // No order is asked for: that of a time which the filter bounds has an index.
    let by = filter.bounded_time().unwrap_or_default();
    let reading = reading(conn, workspace, filter, by).await?;
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
