//! What stands in an export's file.

use super::exports::Exports;
use crate::analytics::Spans;
use crate::context::{ServiceError, ServiceResult};
use chrono_tz::Tz;
use fanfare_domain::analytics::{Analytics, Period};
use fanfare_domain::csv::{Cell, write_line};
use fanfare_domain::day_lines;
use fanfare_domain::export::ExportKind;
use fanfare_domain::id::{AccountId, PostId, TargetId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_storage::rows::{Export, Post, ShownAccount, Target, TargetMetrics};
use fanfare_storage::work::export::ExportChunk;
use std::collections::{BTreeSet, HashMap};

/// Posts of one part: a transaction's worth.
const POSTS_AT_ONCE: i64 = 500;

const POST_COLUMNS: [&str; 26] = [
    "post_id",
    "created_at",
    "post_status",
    "campaign_id",
    "target_id",
    "account_id",
    "account_name",
    "platform",
    "status",
    "title",
    "content",
    "hashtags",
    "link_url",
    "scheduled_at",
    "published_at",
    "url",
    "error",
    "likes",
    "comments",
    "shares",
    "saves",
    "clicks",
    "views",
    "reach",
    "impressions",
    "engagement",
];

/// What the lines of some posts are made of.
struct Publications {
    targets: HashMap<PostId, Vec<Target>>,
    accounts: HashMap<AccountId, ShownAccount>,
    metrics: HashMap<TargetId, TargetMetrics>,
}

impl Exports {
    /// The part of the file that comes next.
    pub(super) async fn next_chunk(&self, export: &Export) -> ServiceResult<ExportChunk> {
        match export.kind {
            ExportKind::Posts => self.posts_chunk(export).await,
            ExportKind::Analytics => self.analytics_chunk(export).await,
            ExportKind::Report => self.report_chunk(export).await,
        }
    }

    async fn posts_chunk(&self, export: &Export) -> ServiceResult<ExportChunk> {
        let (db, workspace) = (&self.context.db, export.workspace_id);
        let span = (export.from_at, export.to_at);
        let cursor = export.cursor_at.zip(export.cursor_id);
        let posts = db.exports().posts_created(workspace, span, cursor, POSTS_AT_ONCE).await?;
        let total = match export.chunks {
            0 => db.exports().count_created(workspace, span).await?,
            _ => export.progress.total,
        };
        let publications = self.publications(export, &posts).await?;
        let (mut content, mut rows) = (String::new(), 0);
        if export.chunks == 0 {
            write_line(&mut content, POST_COLUMNS.map(Cell::Text));
        }
        for post in &posts {
            rows += publications.write(&mut content, post);
        }
        let whole = posts.len() < usize::try_from(POSTS_AT_ONCE).unwrap_or(usize::MAX);
        let cursor = posts.last().filter(|_| !whole).map(|post| (post.created_at, post.id));
        let done = i64::try_from(posts.len()).unwrap_or(i64::MAX);
        Ok(ExportChunk { content, rows, done, total, cursor })
    }

    async fn publications(&self, export: &Export, posts: &[Post]) -> ServiceResult<Publications> {
        let (db, workspace) = (&self.context.db, export.workspace_id);
        let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
        let rows = db.targets().of_posts(workspace, &ids).await?;
        let wanted: BTreeSet<AccountId> = rows.iter().map(|target| target.account_id).collect();
        let wanted: Vec<AccountId> = wanted.into_iter().collect();
        let accounts = db.accounts().shown(workspace, &wanted).await?;
        let metrics = db.metrics().of_posts(workspace, &ids).await?;
        let mut targets: HashMap<PostId, Vec<Target>> = HashMap::new();
        for target in rows {
            targets.entry(target.post_id).or_default().push(target);
        }
        Ok(Publications {
            targets,
            accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
            metrics: metrics.into_iter().map(|row| (row.target_id, row)).collect(),
        })
    }

    async fn analytics_chunk(&self, export: &Export) -> ServiceResult<ExportChunk> {
        let zone = self.workspaces.zone_of(export.workspace_id).await?;
        let (_, analytics) = self.exported_analytics(export, zone).await?;
        let content = day_lines::csv(&analytics.daily);
        let rows = i64::try_from(analytics.daily.len())
            .map_err(|error| ServiceError::Internal(anyhow::anyhow!("days: {error}")))?;
        Ok(ExportChunk { content, rows, done: rows, total: rows, cursor: None })
    }

    /// The numbers of an export's days, and the accounts they are of.
    pub(super) async fn exported_analytics(
        &self,
        export: &Export,
        zone: Tz,
    ) -> ServiceResult<(Vec<ShownAccount>, Analytics)> {
        let workspace = export.workspace_id;
        let period = Period { start: export.first_day, end: export.last_day };
        let accounts = self.context.db.analytics().accounts(workspace, None, None, None).await?;
        let spans = Spans::of(period, zone)?;
        let readings = self.analytics.readings(workspace, period, &spans, &accounts, None).await?;
        let analytics = Analytics::new(period, &readings);
        Ok((accounts, analytics))
    }
}

impl Publications {
    /// Adds a line for each account of the post, or one where it has none; answers how many.
    fn write(&self, out: &mut String, post: &Post) -> i64 {
        let targets = self.targets.get(&post.id).map(Vec::as_slice).unwrap_or_default();
        if targets.is_empty() {
            self.write_target(out, post, None);
            return 1;
        }
        for target in targets {
            self.write_target(out, post, Some(target));
        }
        i64::try_from(targets.len()).unwrap_or(i64::MAX)
    }

    fn write_target(&self, out: &mut String, post: &Post, target: Option<&Target>) {
        let account = target.and_then(|target| self.accounts.get(&target.account_id));
        let metrics = target.and_then(|target| self.metrics.get(&target.id));
        let numbers = metrics.map(TargetMetrics::numbers);
        let of = |count: fn(&PostNumbers) -> Option<i64>| Cell::plain(numbers.as_ref().and_then(count));
        let written = target.map_or(post.written(), |target| post.written().adapted(target.words()));
        let hashtags = written.hashtags.join(" ");
        let error = target.and_then(|target| target.error_message.as_deref());
        let cells: [Cell<'_>; POST_COLUMNS.len()] = [
            Cell::Plain(post.id.to_string()),
            Cell::Plain(post.created_at.to_string()),
            Cell::Plain(post.status.to_string()),
            Cell::plain(post.campaign_id),
            Cell::plain(target.map(|target| target.id)),
            Cell::plain(target.map(|target| target.account_id)),
            Cell::text(account.map(|account| account.name.as_str())),
            Cell::plain(account.map(|account| account.platform)),
            Cell::plain(target.map(|target| target.status)),
            Cell::text(written.title),
            Cell::Text(written.content),
            Cell::Text(&hashtags),
            Cell::text(written.link_url),
            Cell::plain(post.scheduled_at),
            Cell::plain(target.and_then(|target| target.published_at)),
            Cell::text(target.and_then(|target| target.url.as_deref())),
            Cell::text(error),
            of(|it| it.likes),
            of(|it| it.comments),
            of(|it| it.shares),
            of(|it| it.saves),
            of(|it| it.clicks),
            of(|it| it.views),
            of(|it| it.reach),
            of(|it| it.impressions),
            of(|it| Some(it.engagement())),
        ];
        write_line(out, cells);
    }
}
