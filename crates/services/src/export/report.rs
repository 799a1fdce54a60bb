//! A workspace's numbers over a time, as a PDF for people.

use super::exports::Exports;
use crate::context::{ServiceError, ServiceResult};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::Tz;
use fanfare_domain::id::{AccountId, PostId};
use fanfare_report::{BestPost, Report};
use fanfare_storage::rows::{Export, Post, ShownAccount, Target};
use fanfare_storage::work::export::ExportChunk;
use std::collections::{BTreeSet, HashMap};

/// How many of the best posts are told.
const BEST: i64 = 10;

impl Exports {
    /// The whole file, in base64.
    pub(super) async fn report_chunk(&self, export: &Export) -> ServiceResult<ExportChunk> {
        let workspace = export.workspace_id;
        let row = self.context.db.workspaces().by_ids(&[workspace]).await?.pop();
        let zone = self.workspaces.zone_of(workspace).await?;
        let (accounts, analytics) = self.exported_analytics(export, zone).await?;
        let best = self.best_posts(export, &accounts, zone).await?;
        let report = Report {
            workspace: row.ok_or(ServiceError::NotFound)?.name,
            zone,
            today: self.context.clock.now().0.with_timezone(&zone).date_naive(),
            analytics,
            accounts: accounts
                .iter()
                .map(|account| {
                    (account.id, format!("{} ({})", account.name, account.platform.display_name()))
                })
                .collect(),
            best,
        };
        let days = report.analytics.period.days();
        let content = STANDARD.encode(report.write());
        Ok(ExportChunk { content, rows: 0, done: days, total: days, cursor: None })
    }

    async fn best_posts(
        &self,
        export: &Export,
        accounts: &[ShownAccount],
        zone: Tz,
    ) -> ServiceResult<Vec<BestPost>> {
        let (db, workspace) = (&self.context.db, export.workspace_id);
        let best = db.analytics().best_posts(workspace, export.from_at, export.to_at, BEST).await?;
        let ids: Vec<PostId> = best.iter().map(|(id, _)| *id).collect();
        let posts = db.posts().by_ids(workspace, &ids).await?;
        let targets = db.targets().of_posts(workspace, &ids).await?;
        let posts: HashMap<PostId, &Post> = posts.iter().map(|post| (post.id, post)).collect();
        let told = best.into_iter().filter_map(|(id, engagement)| {
            let of_post: Vec<&Target> = targets.iter().filter(|target| target.post_id == id).collect();
            Some(best_post(posts.get(&id)?, &of_post, accounts, zone, engagement))
        });
        Ok(told.collect())
    }
}

/// One of the best posts, as the report lists it.
fn best_post(
    post: &Post,
    targets: &[&Target],
    accounts: &[ShownAccount],
    zone: Tz,
    engagement: i64,
) -> BestPost {
    let published: Vec<&&Target> = targets.iter().filter(|it| it.published_at.is_some()).collect();
    let on: BTreeSet<AccountId> = published.iter().map(|target| target.account_id).collect();
    let networks: BTreeSet<&str> = accounts
        .iter()
        .filter(|account| on.contains(&account.id))
        .map(|account| account.platform.display_name())
        .collect();
    let first = published.iter().filter_map(|target| target.published_at).min();
    BestPost {
        published: first.map(|at| at.0.with_timezone(&zone).date_naive()),
        networks: networks.into_iter().collect::<Vec<_>>().join(", "),
        words: post.title.as_ref().unwrap_or(&post.content).clone(),
        engagement,
    }
}
