//! A workspace's numbers over a time, as a PDF for people.

mod chart;
mod face;
mod font;
mod page;
mod sheet;
mod words;

use super::{ServiceError, ServiceResult, Services};
use crate::db::db_read;
use crate::db::export_work::ExportChunk;
use crate::db::rows::{Account, Export, Post, Target};
use crate::domain::analytics::Analytics;
use crate::domain::id::{AccountId, PostId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap};

/// How many of the best posts are told.
const BEST: i64 = 10;

/// What a report tells.
struct Report {
    workspace: String,
    zone: Tz,
    /// When it was written, in the workspace's time zone.
    today: NaiveDate,
    analytics: Analytics,
    accounts: Vec<Account>,
    /// The best first.
    best: Vec<BestPost>,
}

/// One of the posts that people engaged with most.
struct BestPost {
    /// On the first of its accounts.
    published: Option<NaiveDate>,
    networks: String,
    words: String,
    engagement: i64,
}

impl Services {
    /// The whole file, in base64.
    pub(super) async fn report_chunk(&self, export: &Export) -> ServiceResult<ExportChunk> {
        let workspace = export.workspace_id;
        let row = db_read!(&self.db, workspaces::by_ids(&[workspace]))?.pop();
        let zone = self.zone_of(workspace).await?;
        let (accounts, analytics) = self.exported_analytics(export, zone).await?;
        let best = self.best_posts(export, &accounts, zone).await?;
        let report = Report {
            workspace: row.ok_or(ServiceError::NotFound)?.name,
            zone,
            today: self.clock.now().0.with_timezone(&zone).date_naive(),
            analytics,
            accounts,
            best,
        };
        let days = report.analytics.period.days();
        let content = STANDARD.encode(page::write(&report));
        Ok(ExportChunk { content, rows: 0, done: days, total: days, cursor: None })
    }

    async fn best_posts(
        &self,
        export: &Export,
        accounts: &[Account],
        zone: Tz,
    ) -> ServiceResult<Vec<BestPost>> {
        let (db, workspace) = (&self.db, export.workspace_id);
        let best = db_read!(db, analytics::best_posts(workspace, export.from_at, export.to_at, BEST))?;
        let ids: Vec<PostId> = best.iter().map(|(id, _)| *id).collect();
        let posts = db_read!(db, posts::by_ids(workspace, &ids))?;
        let targets = db_read!(db, targets::of_posts(workspace, &ids))?;
        let posts: HashMap<PostId, &Post> = posts.iter().map(|post| (post.id, post)).collect();
        let told = best.into_iter().filter_map(|(id, engagement)| {
            let of_post: Vec<&Target> = targets.iter().filter(|target| target.post_id == id).collect();
            Some(BestPost::new(posts.get(&id)?, &of_post, accounts, zone, engagement))
        });
        Ok(told.collect())
    }
}

impl BestPost {
    fn new(post: &Post, targets: &[&Target], accounts: &[Account], zone: Tz, engagement: i64) -> Self {
        let published: Vec<&&Target> = targets.iter().filter(|it| it.published_at.is_some()).collect();
        let on: BTreeSet<AccountId> = published.iter().map(|target| target.account_id).collect();
        let networks: BTreeSet<&str> = accounts
            .iter()
            .filter(|account| on.contains(&account.id))
            .map(|account| account.platform.display_name())
            .collect();
        let first = published.iter().filter_map(|target| target.published_at).min();
        Self {
            published: first.map(|at| at.0.with_timezone(&zone).date_naive()),
            networks: networks.into_iter().collect::<Vec<_>>().join(", "),
            words: post.title.as_ref().unwrap_or(&post.content).clone(),
            engagement,
        }
    }
}
