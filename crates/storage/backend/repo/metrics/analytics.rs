//! Sums over publications, for analytics.

use crate::Conn;
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool, Double, Nullable};
use fanfare_domain::analytics::{DayGains, Gains, Published};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::ShownAccount;
use std::collections::BTreeMap;

/// Whether a row is about a post of the campaign; without one, every row is.
macro_rules! of_campaign {
    ($post:expr, $workspace:expr, $campaign:expr) => {{
        let of = posts::table
            .filter(posts::workspace_id.eq($workspace).and(posts::campaign_id.eq($campaign)))
            .select(posts::id);
        $campaign.is_none().into_sql::<Bool>().or($post.eq_any(of))
    }};
}

/// The accounts of a workspace, by id: of one network, one of them, or those that a campaign's posts are for, where
/// that is asked.
pub async fn accounts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    platform: Option<Platform>,
    account: Option<AccountId>,
    campaign: Option<CampaignId>,
) -> QueryResult<Vec<ShownAccount>> {
    let mut query = accounts::table.into_boxed().filter(accounts::workspace_id.eq(workspace));
    if let Some(platform) = platform {
        query = query.filter(accounts::platform.eq(platform));
    }
    if let Some(account) = account {
        query = query.filter(accounts::id.eq(account));
    }
    if let Some(campaign) = campaign {
        // From the campaign's posts to their targets: a workspace's targets have no index of their own.
        let targets = post_targets::table
            .inner_join(posts::table)
            .filter(posts::campaign_id.eq(campaign).and((posts::workspace_id + 0_i64).eq(workspace)));
        query = query.filter(accounts::id.eq_any(targets.select(post_targets::account_id)));
    }
    query.order(accounts::id).select(ShownAccount::as_select()).load(conn).await
}

type Sum = Option<i64>;
type CampaignRow = (Option<CampaignId>, (Sum, Sum, Sum, Sum, Sum, Sum, Sum, Sum), Option<Timestamp>);

/// What people did with the posts of campaigns, and when the networks were asked last; those of which nothing was measured
/// are left out.
pub async fn of_campaigns(
    conn: &mut Conn,
    workspace: WorkspaceId,
    campaigns: &[CampaignId],
) -> QueryResult<Vec<(CampaignId, PostNumbers, Timestamp)>> {
    let rows: Vec<CampaignRow> = target_metrics::table
        .inner_join(posts::table)
        .filter(posts::workspace_id.eq(workspace).and(posts::campaign_id.eq_any(campaigns)))
        .filter(target_metrics::workspace_id.eq(workspace).and(target_metrics::measured_at.is_not_null()))
        .group_by(posts::campaign_id)
        .select((
            posts::campaign_id,
            (
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.views) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.impressions) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.reach) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.likes) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.comments) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.shares) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.saves) as bigint)"),
                sql::<Nullable<BigInt>>("cast(sum(target_metrics.clicks) as bigint)"),
            ),
            diesel::dsl::max(target_metrics::measured_at),
        ))
        .load(conn)
        .await?;
    let read = |(id, sums, measured_at): CampaignRow| {
        let (views, impressions, reach, likes, comments, shares, saves, clicks) = sums;
        let numbers = PostNumbers { views, impressions, reach, likes, comments, shares, saves, clicks };
        Some((id?, numbers, measured_at?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

type DayRow = (AccountId, NaiveDate, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// What accounts gained on each day from `from` to `to`, with a campaign's posts where one is named.
pub async fn gains(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    campaign: Option<CampaignId>,
    from: NaiveDate,
    to: NaiveDate,
) -> QueryResult<Vec<DayGains>> {
    let rows: Vec<DayRow> = target_metric_days::table
        .filter(target_metric_days::workspace_id.eq(workspace))
        .filter(target_metric_days::day.between(from, to))
        .filter(target_metric_days::account_id.eq_any(accounts))
        .filter(of_campaign!(target_metric_days::post_id, workspace, campaign))
        .group_by((target_metric_days::account_id, target_metric_days::day))
        .select((
            target_metric_days::account_id,
            target_metric_days::day,
            // PostgreSQL's own sum of a bigint is a numeric.
            sql::<Nullable<BigInt>>("cast(sum(target_metric_days.engagement) as bigint)"),
            sql::<Nullable<BigInt>>("cast(sum(target_metric_days.views) as bigint)"),
            sql::<Nullable<BigInt>>("cast(sum(target_metric_days.impressions) as bigint)"),
            sql::<Nullable<BigInt>>("cast(sum(target_metric_days.reach) as bigint)"),
        ))
        .load(conn)
        .await?;
    let read = |(account_id, day, engagement, views, impressions, reach): DayRow| DayGains {
        account_id,
        day,
        gains: Gains { engagement: engagement.unwrap_or(0), views, impressions, reach },
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What each account published from `from` to before `to`, with the engagement rates of the numbers as they are now.
pub async fn published(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    campaign: Option<CampaignId>,
    from: Timestamp,
    to: Timestamp,
) -> QueryResult<BTreeMap<AccountId, Published>> {
    let rows: Vec<(AccountId, i64, i64, Option<f64>)> = post_targets::table
        .left_join(target_metrics::table)
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq_any(accounts)))
        .filter(post_targets::published_at.ge(from).and(post_targets::published_at.lt(to)))
        .filter(of_campaign!(post_targets::post_id, workspace, campaign))
        .group_by(post_targets::account_id)
        .select((
            post_targets::account_id,
            sql::<BigInt>("count(*)"),
            sql::<BigInt>("count(nullif(target_metrics.audience, 0))"),
            sql::<Nullable<Double>>(
                "sum(cast(target_metrics.engagement as double precision) / nullif(target_metrics.audience, 0))",
            ),
        ))
        .load(conn)
        .await?;
    let read = |(id, posts, rated, rates): (AccountId, i64, i64, Option<f64>)| {
        (id, Published { posts, rated, rates: rates.unwrap_or(0.0) })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How many posts were published on any of the accounts from `from` to before `to`.
pub async fn posts_published(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    campaign: Option<CampaignId>,
    from: Timestamp,
    to: Timestamp,
) -> QueryResult<i64> {
    post_targets::table
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq_any(accounts)))
        .filter(post_targets::published_at.ge(from).and(post_targets::published_at.lt(to)))
        .filter(of_campaign!(post_targets::post_id, workspace, campaign))
        .select(sql::<BigInt>("count(distinct post_targets.post_id)"))
        .first(conn)
        .await
}

/// The posts that were published from `from` to before `to` and measured since, with the engagement on all their
/// accounts; the best first.
pub async fn best_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    from: Timestamp,
    to: Timestamp,
    most: i64,
) -> QueryResult<Vec<(PostId, i64)>> {
    target_metrics::table
        .inner_join(post_targets::table)
        .filter(post_targets::workspace_id.eq(workspace).and(target_metrics::measured_at.is_not_null()))
        .filter(post_targets::published_at.ge(from).and(post_targets::published_at.lt(to)))
        .group_by(post_targets::post_id)
        .order((sql::<BigInt>("sum(target_metrics.engagement) desc"), post_targets::post_id))
        .limit(most)
        .select((
            post_targets::post_id,
            sql::<BigInt>("cast(coalesce(sum(target_metrics.engagement), 0) as bigint)"),
        ))
        .load(conn)
        .await
}

/// When an account's posts were published, and the engagement with them: those of before `before` that were measured, the
/// newest first.
pub async fn past_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    before: Timestamp,
    limit: i64,
) -> QueryResult<Vec<(Timestamp, i64)>> {
    target_metrics::table
        .inner_join(post_targets::table)
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq(account)))
        .filter(target_metrics::measured_at.is_not_null().and(post_targets::published_at.lt(before)))
        .order(post_targets::published_at.desc())
        .limit(limit)
        .select((post_targets::published_at.assume_not_null(), target_metrics::engagement))
        .load(conn)
        .await
}
